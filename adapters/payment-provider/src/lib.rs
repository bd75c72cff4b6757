//! The payment provider that comes with the house: simulated, with a ledger of its own that is written before
//! anything is answered, so that an audit can hold it against ours. Beside it, the file that each taxi payment writes.

mod account;
mod book;
mod delay;
mod desk;
mod ledger;
mod payment_file;
mod rules;
mod simulated;
mod tokens;

pub use delay::Delay;
pub use ledger::{Entry, Ledger};
pub use payment_file::{PaymentFile, Values, Warn};
pub use simulated::Simulated;

use std::path::PathBuf;

/// The ledger within the data directory.
pub const LEDGER_FILE: &str = "provider.db";

/// Why the ledger cannot be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another process, or another provider of this one, writes it.
    #[error("the payment ledger {0} is in use by another process")]
    InUse(PathBuf),
    /// A later version of the program, or another program, made the file.
    #[error("{path} is not a payment ledger that this version can read (version {found}, known: {known})")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Its version; 0: not ours at all.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file's folder, lock or thread could not be had.
    #[error("the payment ledger {path} cannot be opened: {source}")]
    Io {
        /// The ledger, or the lock beside it.
        path: PathBuf,
        /// The operating system's no.
        source: std::io::Error,
    },
    /// SQLite's no.
    #[error("the payment ledger failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The operating system gave no random numbers for the secret behind card tokens.
    #[error("no random numbers for the secret of the card tokens: {0}")]
    Random(String),
}

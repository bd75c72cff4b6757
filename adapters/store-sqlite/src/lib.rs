//! Ports `Store`, `Shelf` and `Reader` over SQLite: the truth in `holdfast.db`, what follows from it in `views.db`.

mod append;
mod error;
mod keys;
mod lock;
mod log_reader;
mod open;
mod reader;
mod rebuild;
mod rows;
mod shelf;
mod store;
mod tables;
mod views;

pub use error::OpenError;
pub use log_reader::LogReader;
pub use reader::SqliteReader;
pub use rebuild::Rebuild;
pub use shelf::SqliteShelf;
pub use store::SqliteStore;
pub use views::{Finder, Renewed};

/// The truth within the data directory: the log, cursors, idempotency keys, dead letters. Never deleted.
pub const LOG_FILE: &str = "holdfast.db";
/// Documents and view rows: may be deleted at any time while nobody runs, and is filled again from the log.
pub const VIEWS_FILE: &str = "views.db";
/// Holds the number of the process that owns the directory; the lock on it is the operating system's.
pub const LOCK_FILE: &str = "holdfast.lock";

//! Errors of opening, and how SQLite's errors become the port's.

use engine::ports::StoreError;
use rusqlite::{Error, ErrorCode, ffi};
use std::path::PathBuf;

/// Why a data directory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// One process writes a data directory at a time.
    #[error("data directory {} is in use by another holdfast{}", .dir.display(), in_brackets(*.process))]
    InUse {
        dir: PathBuf,
        /// `None`: it has not written its number yet.
        process: Option<u32>,
    },
    /// Nothing has been stored yet, or the derived file has been deleted.
    #[error("there is no {}", .0.display())]
    Missing(PathBuf),
    /// A later version of the program wrote the file.
    #[error(
        "{} was written by another version of holdfast (format {found}; this one reads up to {known}): use that version",
        .path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    /// The file is not ours.
    #[error("{} is not a file of holdfast: choose another data directory", .0.display())]
    Foreign(PathBuf),
    /// The directory, its lock or a file could not be had.
    #[error("{} cannot be opened: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// SQLite's no.
    #[error("{} cannot be opened: {source}", .path.display())]
    Sqlite { path: PathBuf, source: Error },
}

fn in_brackets(process: Option<u32>) -> String {
    process.map_or_else(String::new, |number| format!(" (process {number})"))
}

impl From<OpenError> for StoreError {
    /// Nothing was stored and nothing was lost: the start can be tried again once the reason is gone.
    fn from(error: OpenError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// The error of a read, or of a write before its commit.
pub(crate) fn port(error: Error) -> StoreError {
    if is_damage(&error) || is_flush(&error) {
        StoreError::Broken(error.to_string())
    } else {
        StoreError::Refused(error.to_string())
    }
}

/// Whether the file is not what was written.
pub(crate) fn is_damage(error: &Error) -> bool {
    match error {
        Error::SqliteFailure(failure, _) => {
            matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        }
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => true,
        _ => false,
    }
}

/// Whether the operating system could not make durable what it had taken.
fn is_flush(error: &Error) -> bool {
    let Error::SqliteFailure(failure, _) = error else { return false };
    matches!(failure.extended_code, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
}

//! Errors of opening, and how SQLite's errors become the port's.

use engine::ports::StoreError;
use rusqlite::ErrorCode;
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
    /// There is nothing to read yet.
    #[error("there is no {}: nothing has been stored in this data directory", .0.display())]
    Missing(PathBuf),
    /// A later version of the program wrote the file.
    #[error("{} was written by a newer holdfast (format {found}, this one knows up to {known}): use that version", .path.display())]
    Newer { path: PathBuf, found: i64, known: i64 },
    /// The file is not ours.
    #[error("{} is not a file of holdfast: choose another data directory", .0.display())]
    Foreign(PathBuf),
    /// The directory, or its lock, could not be had.
    #[error("{} cannot be opened: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// SQLite's no, with what was being done.
    #[error("{} cannot be opened: {source}", .path.display())]
    Sqlite { path: PathBuf, source: rusqlite::Error },
}

fn in_brackets(number: Option<u32>) -> String {
    number.map_or_else(String::new, |number| format!(" (process {number})"))
}

impl From<OpenError> for StoreError {
    /// Nothing was stored and nothing was lost: the start can be tried again once the reason is gone.
    fn from(error: OpenError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// An error of a read, or of a write before its commit: nothing is stored, unless the file itself is damaged.
pub(crate) fn refused(error: &rusqlite::Error) -> StoreError {
    if is_damage(error) { broken(error) } else { StoreError::Refused(error.to_string()) }
}

pub(crate) fn broken(error: &rusqlite::Error) -> StoreError {
    StoreError::Broken(error.to_string())
}

/// Whether the file is not what SQLite wrote.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

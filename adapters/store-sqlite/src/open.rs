//! Opening SQLite files: whose they are, of which format, and how they are written.

use crate::OpenError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a file of ours is known by.
pub(crate) struct Format {
    /// In the file's header, so that nobody writes into a stranger's database.
    pub(crate) application: i64,
    /// Grows with each change of the schema.
    pub(crate) version: i64,
    pub(crate) schema: &'static str,
}

/// Four letters in the header of `holdfast.db`.
pub(crate) const LOG: Format =
    Format { application: i64::from_be_bytes(*b"\0\0\0\0HFLG"), version: 1, schema: include_str!("log.sql") };

/// Statements kept prepared on a connection.
const STATEMENTS_MAX: usize = 128;

pub(crate) enum State {
    /// There are no tables yet.
    New,
    Ours,
}

impl Format {
    /// Whose file it is. Writes nothing.
    pub(crate) fn check(&self, connection: &Connection, path: &Path) -> Result<State, OpenError> {
        let sqlite = |source| OpenError::Sqlite { path: path.to_owned(), source };
        let pragma =
            |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(sqlite);
        let (application, version) = (pragma("application_id")?, pragma("user_version")?);
        if application == self.application {
            return match version {
                found if found > self.version => {
                    Err(OpenError::Newer { path: path.to_owned(), found, known: self.version })
                }
                _ => Ok(State::Ours),
            };
        }
        let empty = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
        match connection.query_row(empty, [], |row| row.get(0)).map_err(sqlite)? {
            true if application == 0 && version == 0 => Ok(State::New),
            _ => Err(OpenError::Foreign(path.to_owned())),
        }
    }

    /// Makes the tables, all or none.
    pub(crate) fn create(&self, connection: &Connection) -> rusqlite::Result<()> {
        let (application, version) = (self.application, self.version);
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {} PRAGMA application_id = {application}; PRAGMA user_version = {version}; COMMIT;",
            self.schema
        ))
    }
}

pub(crate) fn to_write(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    connect(path, flags, wait)
}

/// Beside a writer or on a file at rest; changes nothing in it.
pub(crate) fn to_read(path: &Path, wait: Duration) -> Result<Connection, OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, wait)
        .map_err(|source| OpenError::Sqlite { path: path.to_owned(), source })
}

fn connect(path: &Path, flags: OpenFlags, wait: Duration) -> rusqlite::Result<Connection> {
    // Each connection is used by one thread at a time: Rust sees to it, SQLite need not.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(wait)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// Keeps a write-ahead log from growing without end while readers hold it.
#[derive(Debug)]
pub(crate) struct WalLimit {
    path: PathBuf,
    /// Bytes; looked at again above this.
    next: u64,
}

/// Above this many bytes the writer itself empties the write-ahead log.
const WAL_MAX: u64 = 64 << 20;
/// If a reader was in the way, it is tried again after so many bytes more.
const WAL_STEP: u64 = 16 << 20;

impl WalLimit {
    pub(crate) fn of(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push("-wal");
        Self { path: name.into(), next: WAL_MAX }
    }

    /// Between transactions. Never waits for readers; what fails now is tried again later, nothing is lost by it.
    pub(crate) fn keep(&mut self, connection: &Connection, wait: Duration) {
        let size = std::fs::metadata(&self.path).map_or(0, |file| file.len());
        if size <= self.next {
            return;
        }
        let emptied = connection.busy_timeout(Duration::ZERO).and_then(|()| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        });
        let _ = connection.busy_timeout(wait);
        self.next = if matches!(emptied, Ok(0)) { WAL_MAX } else { size + WAL_STEP };
    }
}

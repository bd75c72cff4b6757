//! Opening SQLite files: whose they are, of which format, and how they are written.

use crate::OpenError;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a file of ours is known by.
pub(crate) struct Format {
    /// Four letters in the file's header, so that nobody writes into a stranger's database.
    pub(crate) application: i64,
    /// Grows with each change of the schema.
    pub(crate) version: i64,
    pub(crate) schema: &'static str,
}

pub(crate) const LOG: Format =
    Format { application: i64::from_be_bytes(*b"\0\0\0\0HFLG"), version: 1, schema: include_str!("log.sql") };

pub(crate) enum State {
    /// There are no tables yet.
    New,
    Ours,
    /// Ours, in a format that is not known here.
    Other(i64),
}

impl Format {
    /// Whose file it is. Writes nothing.
    pub(crate) fn state(&self, connection: &Connection, path: &Path) -> Result<State, OpenError> {
        let read = || {
            let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            let tables: bool =
                connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
            Ok((pragma("application_id")?, pragma("user_version")?, tables))
        };
        match read().map_err(|source| OpenError::Sqlite { path: path.to_owned(), source })? {
            (0, 0, false) => Ok(State::New),
            (application, version, _) if application == self.application => {
                Ok(if version == self.version { State::Ours } else { State::Other(version) })
            }
            _ => Err(OpenError::Foreign(path.to_owned())),
        }
    }

    /// Makes the tables, all or none.
    pub(crate) fn create(&self, connection: &Connection) -> rusqlite::Result<()> {
        let (application, version, schema) = (self.application, self.version, self.schema);
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {schema} PRAGMA application_id = {application}; PRAGMA user_version = {version}; COMMIT;"
        ))
    }
}

pub(crate) fn to_write(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, wait)
}

/// Beside a writer or on a file at rest; changes nothing in it.
pub(crate) fn to_read(path: &Path, wait: Duration) -> Result<Connection, OpenError> {
    if !path.exists() {
        return Err(OpenError::Missing(path.to_owned()));
    }
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, wait)
        .map_err(|source| OpenError::Sqlite { path: path.to_owned(), source })
}

/// Statements kept prepared on a connection: five systems have some 40 kinds, with up to five statements each.
const STATEMENTS_MAX: usize = 256;

fn connect(path: &Path, flags: OpenFlags, wait: Duration) -> rusqlite::Result<Connection> {
    // A connection is used by one thread at a time: Rust sees to it, SQLite need not.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(wait)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// Runs a statement that has no values and gives no rows.
pub(crate) fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// A file beside the database whose name goes on so.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Keeps a write-ahead log from growing without end while readers hold it.
#[derive(Debug)]
pub(crate) struct WalLimit {
    path: PathBuf,
    wait: Duration,
    /// In bytes; looked at again above this.
    next: u64,
}

/// Above this many bytes the writer itself empties the write-ahead log.
const WAL_BYTES_MAX: u64 = 64 << 20;
/// If a reader was in the way, it is tried again after so many bytes more.
const WAL_BYTES_STEP: u64 = 16 << 20;

impl WalLimit {
    /// `wait`: how long other statements of the writer wait for others.
    pub(crate) fn of(database: &Path, wait: Duration) -> Self {
        Self { path: beside(database, "-wal"), wait, next: WAL_BYTES_MAX }
    }

    /// Between transactions. Never waits for readers. What fails is tried again later, and nothing is lost by it: what
    /// has not reached the database is still in the write-ahead log.
    pub(crate) fn keep(&mut self, connection: &Connection) {
        let size = std::fs::metadata(&self.path).map_or(0, |file| file.len());
        if size <= self.next {
            return;
        }
        let emptied = connection.busy_timeout(Duration::ZERO).and_then(|()| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
        });
        let _ = connection.busy_timeout(self.wait);
        self.next = if matches!(emptied, Ok(0)) { WAL_BYTES_MAX } else { size + WAL_BYTES_STEP };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_write_ahead_log_is_emptied_as_soon_as_no_reader_needs_it() {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join("some.db");
        let writer = to_write(&path, Duration::from_secs(30)).unwrap();
        writer
            .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1);")
            .unwrap();
        let reader = to_read(&path, Duration::ZERO).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM t;").unwrap();
        writer.execute_batch("INSERT INTO t VALUES (zeroblob(100000));").unwrap();

        let mut limit = WalLimit { next: 50_000, ..WalLimit::of(&path, Duration::from_secs(30)) };
        let size = || std::fs::metadata(beside(&path, "-wal")).unwrap().len();
        let long = size();
        limit.keep(&writer);
        assert_eq!(
            (size(), limit.next),
            (long, long + WAL_BYTES_STEP),
            "without waiting 30 s for the reader"
        );

        limit.next = 50_000;
        reader.execute_batch("COMMIT").unwrap();
        limit.keep(&writer);
        assert_eq!((size(), limit.next), (0, WAL_BYTES_MAX));
    }
}

//! Port `Store`: the log and all that is committed with it.

use crate::error::port;
use crate::keys::KeyIndex;
use crate::lock::{self, DirLock};
use crate::open::{self, LOG, State, WalLimit, run};
use crate::rows::{self, KEY_COLUMNS, count, key_row};
use crate::{LOG_FILE, OpenError, append};
use engine::ports::{Batch, KeyRow, LogRow, Seq, Store, StoreError};
use engine::{KEPT_FOR, KEPT_MAX};
use kernel::{Millis, Time};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

/// How long a statement waits for a reader that repairs the write-ahead log as it opens it.
const WAIT: Duration = Duration::from_secs(5);
/// Idempotency rows in the file: a key has one when it begins and one when it is answered.
const KEY_ROWS_MAX: i64 = 2 * KEPT_MAX as i64;
/// Rows of keys go when the newest is so much younger.
const KEY_AGE_MAX: Millis = Millis(KEPT_FOR.0 + Millis::hours(1).0);
/// Durability at each commit; 8 MiB of cache; a checkpoint each 12 MB, since a longer one is a longer pause; a write-ahead
/// log that became long is cut short again.
const PRAGMAS: &str = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 1500; PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;";

/// The one writer of `holdfast.db`.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    wal: WalLimit,
    end: Seq,
    index: KeyIndex,
    /// The number of the next row in `idempotency`.
    next_key: i64,
    /// The number and time of the first row of `idempotency`.
    oldest_key: Option<(i64, i64)>,
    /// Why nothing more may be written.
    broken: Option<StoreError>,
    _lock: DirLock,
}

impl SqliteStore {
    /// Opens or creates the log in `dir` and owns the directory until it is dropped. Never waits for another owner:
    /// [`OpenError::InUse`] names it.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let lock = DirLock::take(dir)?;
        let path = dir.join(LOG_FILE);
        let sqlite = |source| OpenError::Sqlite { path: path.clone(), source };
        let connection = open::to_write(&path, WAIT).map_err(sqlite)?;
        let state = LOG.state(&connection, &path)?;
        if let State::Other(found) = state {
            return Err(OpenError::Newer { path, found, known: LOG.version });
        }
        connection.execute_batch(PRAGMAS).map_err(sqlite)?;
        if matches!(state, State::New) {
            LOG.create(&connection).map_err(sqlite)?;
            lock::sync(dir).map_err(|source| OpenError::Io { path: dir.to_owned(), source })?;
        }
        let end = rows::end(&connection).map_err(sqlite)?;
        let newest = "SELECT coalesce(max(row), 0) FROM idempotency";
        let next_key = 1 + connection.query_row(newest, [], |row| row.get::<_, i64>(0)).map_err(sqlite)?;
        let oldest_key = append::oldest_key(&connection).map_err(sqlite)?;
        let (wal, index) = (WalLimit::of(&path, WAIT), KeyIndex::from(next_key));
        Ok(Self { connection, wal, end, index, next_key, oldest_key, broken: None, _lock: lock })
    }

    fn write(&self, batch: &Batch) -> rusqlite::Result<()> {
        append::rows(&self.connection, &batch.rows)?;
        append::cursors(&self.connection, &batch.cursors)?;
        append::keys(&self.connection, self.next_key, &batch.keys)?;
        append::dead_letters(&self.connection, &batch.dead)?;
        self.drop_old_keys(&batch.keys)
    }

    /// Takes away up to twice as many old rows as are added, so that the table does not grow for ever.
    fn drop_old_keys(&self, added: &[KeyRow]) -> rusqlite::Result<()> {
        let (Some((oldest, time)), Some(newest)) = (self.oldest_key, added.last()) else { return Ok(()) };
        let added = added.len() as i64;
        let first_kept = self.next_key + added - KEY_ROWS_MAX;
        let kept_since = newest.time.0.saturating_sub_unsigned(KEY_AGE_MAX.0);
        if oldest >= first_kept && time >= kept_since {
            return Ok(());
        }
        append::drop_keys(&self.connection, oldest + 2 * added, first_kept, kept_since)
    }

    /// After a write that failed before its commit: nothing of it is stored.
    fn roll_back(&self, error: StoreError) -> StoreError {
        if self.connection.is_autocommit() {
            return error;
        }
        match run(&self.connection, "ROLLBACK") {
            Ok(()) => error,
            Err(second) => StoreError::Broken(format!("{error}; and then: {second}")),
        }
    }

    /// After a commit that failed: what of it is durable is unknown, with one exception. A full disk is met when the
    /// pages are written; the flush comes after the last of them, and the page that says "committed" is the last.
    fn commit_failed(&self, error: rusqlite::Error) -> StoreError {
        let broken = StoreError::Broken(error.to_string());
        if error.sqlite_error_code() != Some(ErrorCode::DiskFull) {
            return broken;
        }
        let refused = self.roll_back(port(error));
        match rows::end(&self.connection) {
            Ok(end) if end == self.end => refused,
            Ok(_) | Err(_) => broken,
        }
    }

    /// The batch is durable: what is in memory follows.
    fn committed(&mut self, batch: &Batch) {
        self.end += batch.rows.len() as Seq;
        self.next_key += batch.keys.len() as i64;
        for key in &batch.keys {
            self.index.push(&key.service, &key.caller, &key.key);
        }
        if !batch.keys.is_empty() {
            // If it cannot be read, nothing is dropped until the next time.
            self.oldest_key = append::oldest_key(&self.connection).unwrap_or(None);
        }
        self.wal.keep(&self.connection);
    }

    /// Reads the rows of keys from the first that is wanted on, and remembers where each stands.
    fn read_keys(&mut self, since: Time, max: usize, each: &mut dyn FnMut(KeyRow)) -> rusqlite::Result<()> {
        let first = "SELECT min(row) FROM (SELECT row, time FROM idempotency ORDER BY row DESC LIMIT ?2)
            WHERE time >= ?1";
        let first: Option<i64> =
            self.connection.query_row(first, params![since.0, count(max)], |row| row.get(0))?;
        self.index = KeyIndex::from(first.unwrap_or(self.next_key));
        let select = format!("SELECT {KEY_COLUMNS} FROM idempotency WHERE row >= ?1 ORDER BY row");
        let mut select = self.connection.prepare(&select)?;
        let mut found = select.query([self.index.first()])?;
        while let Some(row) = found.next()? {
            let key = key_row(row)?;
            self.index.push(&key.service, &key.caller, &key.key);
            if key.time >= since {
                each(key);
            }
        }
        Ok(())
    }

    fn find_key(&self, service: &str, caller: &str, key: &str) -> rusqlite::Result<Option<KeyRow>> {
        let one = format!("SELECT {KEY_COLUMNS} FROM idempotency WHERE row = ?1");
        for row in self.index.rows(service, caller, key) {
            let found = self.connection.prepare_cached(&one)?.query_row([row], key_row).optional()?;
            if let Some(found) = found
                && (&*found.service, &*found.caller, &*found.key) == (service, caller, key)
            {
                return Ok(Some(found));
            }
        }
        let older = format!(
            "SELECT {KEY_COLUMNS} FROM idempotency
             WHERE row < ?1 AND service = ?2 AND caller = ?3 AND key = ?4 ORDER BY row DESC LIMIT 1"
        );
        let values = params![self.index.first(), service, caller, key];
        self.connection.prepare_cached(&older)?.query_row(values, key_row).optional()
    }
}

impl Store for SqliteStore {
    fn end(&mut self) -> Result<Seq, StoreError> {
        Ok(self.end)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        for (expected, row) in (self.end + 1..).zip(&batch.rows) {
            assert_eq!(row.seq, expected, "rows of a batch continue the log without gaps");
        }
        if let Some(error) = &self.broken {
            return Err(error.clone());
        }
        run(&self.connection, "BEGIN IMMEDIATE").map_err(port)?;
        let stored = match self.write(batch) {
            Ok(()) => run(&self.connection, "COMMIT").map_err(|error| self.commit_failed(error)),
            Err(error) => Err(self.roll_back(port(error))),
        };
        match &stored {
            Ok(()) => self.committed(batch),
            Err(error @ StoreError::Broken(_)) => self.broken = Some(error.clone()),
            Err(StoreError::Refused(_)) => {}
        }
        stored
    }

    fn read(&mut self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
        rows::log(&self.connection, after, max).map_err(port)
    }

    fn cursors(&mut self) -> Result<Vec<(String, Seq)>, StoreError> {
        rows::cursors(&self.connection).map_err(port)
    }

    /// Also remembers where these rows stand, so that [`key`](Self::key) finds them at once.
    fn each_key(&mut self, since: Time, max: usize, each: &mut dyn FnMut(KeyRow)) -> Result<(), StoreError> {
        self.read_keys(since, max, each).map_err(port)
    }

    /// At once for a row that was committed here or read by [`each_key`](Self::each_key), if it is among the newest two million.
    /// Otherwise the whole table is searched.
    fn key(&mut self, service: &str, caller: &str, key: &str) -> Result<Option<KeyRow>, StoreError> {
        self.find_key(service, caller, key).map_err(port)
    }
}

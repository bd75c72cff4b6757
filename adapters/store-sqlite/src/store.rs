//! Port `Store`: the log and all that is committed with it.

use crate::error::{broken, refused};
use crate::keys::KeyIndex;
use crate::lock::DirLock;
use crate::log_reader::{limit, read_cursors, read_log};
use crate::open::{self, LOG, State, WalLimit};
use crate::rows::{KEY_COLUMNS, key_row, number, whole};
use crate::{LOG_FILE, OpenError};
use engine::ports::{Batch, KeyRow, LogRow, Seq, Store, StoreError};
use engine::{KEPT_FOR, KEPT_MAX};
use kernel::{Millis, Time};
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::path::Path;
use std::time::Duration;

/// How long a write waits for a reader that repairs the write-ahead log at its start.
const WAIT: Duration = Duration::from_secs(5);
/// Idempotency rows in the file: a key has one when it begins and one when it is answered.
const KEY_ROWS_MAX: i64 = 2 * KEPT_MAX as i64;
/// Rows of keys older than this before the newest one go.
const KEY_AGE_MAX: Millis = Millis(KEPT_FOR.0 + Millis::hours(1).0);

/// The one writer of `holdfast.db`.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    wal: WalLimit,
    end: Seq,
    index: KeyIndex,
    /// The number of the next row in `idempotency`.
    next_key: i64,
    /// The first row of `idempotency`, with its time.
    oldest_key: Option<(i64, i64)>,
    /// Why nothing more may be written.
    broken: Option<StoreError>,
    _lock: DirLock,
}

impl SqliteStore {
    /// Opens or creates the log in `dir` and owns the directory until it is dropped. Never waits for another owner.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let lock = DirLock::take(dir)?;
        let path = dir.join(LOG_FILE);
        let sqlite = |source| OpenError::Sqlite { path: path.clone(), source };
        let connection = open::to_write(&path, WAIT).map_err(sqlite)?;
        let state = LOG.check(&connection, &path)?;
        connection.execute_batch(PRAGMAS).map_err(sqlite)?;
        if matches!(state, State::New) {
            LOG.create(&connection).map_err(sqlite)?;
        }
        let last = |table, column| {
            let newest = format!("SELECT coalesce(max({column}), 0) FROM {table}");
            connection.query_row(&newest, [], |row| whole(row, 0)).map_err(sqlite)
        };
        let (end, last_key) = (last("log", "seq")?, last("idempotency", "row")?);
        let next_key = i64::try_from(last_key).expect("it was read as one") + 1;
        let oldest_key = oldest_key(&connection).map_err(sqlite)?;
        let (wal, index) = (WalLimit::of(&path), KeyIndex::from(next_key));
        Ok(Self { connection, wal, end, index, next_key, oldest_key, broken: None, _lock: lock })
    }

    fn write(&self, batch: &Batch) -> Result<(), StoreError> {
        self.insert_rows(&batch.rows)?;
        for (service, seq) in &batch.cursors {
            self.cached(SET_CURSOR)?
                .execute(params![service, number(*seq)?])
                .map_err(|error| refused(&error))?;
        }
        self.insert_keys(&batch.keys)?;
        for dead in &batch.dead {
            let seq = dead.seq.map(number).transpose()?;
            let values = params![dead.time.0, dead.service, seq, dead.why];
            self.cached(ADD_DEAD_LETTER)?.execute(values).map_err(|error| refused(&error))?;
        }
        Ok(())
    }

    fn insert_rows(&self, rows: &[LogRow]) -> Result<(), StoreError> {
        let mut insert = self.cached(APPEND)?;
        for row in rows {
            let (seq, id, version) = (number(row.seq)?, number(row.id.0)?, number(row.version)?);
            let correlation = row.correlation.map(|id| number(id.0)).transpose()?;
            let cause = row.cause.map(number).transpose()?;
            let values = params![
                seq,
                row.time.0,
                row.source,
                row.name,
                row.public,
                row.kind,
                id,
                version,
                correlation,
                cause,
                row.body
            ];
            insert.execute(values).map_err(|error| refused(&error))?;
        }
        Ok(())
    }

    fn insert_keys(&self, keys: &[KeyRow]) -> Result<(), StoreError> {
        let Some(newest) = keys.last() else { return Ok(()) };
        let mut insert = self.cached(ADD_KEY)?;
        for (row, key) in (self.next_key..).zip(keys) {
            let answer = key.answer.as_ref().map(serde_json::to_string).transpose();
            let answer = answer.map_err(|error| StoreError::Refused(error.to_string()))?;
            let values = params![
                row,
                key.time.0,
                key.service,
                key.caller,
                key.key,
                key.fingerprint,
                key.kind,
                number(key.id.0)?,
                key.success,
                answer
            ];
            insert.execute(values).map_err(|error| refused(&error))?;
        }
        self.drop_old_keys(newest.time, keys.len() as i64)
    }

    /// Takes away at least as many old rows as were added, so that the table stops growing.
    fn drop_old_keys(&self, now: Time, added: i64) -> Result<(), StoreError> {
        let Some((row, time)) = self.oldest_key else { return Ok(()) };
        let too_many = self.next_key + added - KEY_ROWS_MAX;
        let too_old = now.0.saturating_sub_unsigned(KEY_AGE_MAX.0);
        if row >= too_many && time >= too_old {
            return Ok(());
        }
        let few = row + 2 * added;
        let gone = self.cached(DROP_KEYS)?.execute([few, too_many, too_old]);
        gone.map(drop).map_err(|error| refused(&error))
    }

    fn cached(&self, sql: &str) -> Result<rusqlite::CachedStatement<'_>, StoreError> {
        self.connection.prepare_cached(sql).map_err(|error| refused(&error))
    }

    fn run(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute([]).map(drop)
    }

    /// After a write that failed before the commit: nothing of it is stored.
    fn roll_back(&self, error: StoreError) -> StoreError {
        if self.connection.is_autocommit() {
            return error;
        }
        match self.run("ROLLBACK") {
            Ok(()) => error,
            Err(second) => StoreError::Broken(format!("{error}; and then: {second}")),
        }
    }

    /// After a commit that failed. A full disk is known to have stored nothing: SQLite flushes only after it has written
    /// the last page of the transaction, and that write is the one that failed. All else may be durable or not.
    fn commit_failed(&self, error: &rusqlite::Error) -> StoreError {
        if error.sqlite_error_code() != Some(ErrorCode::DiskFull) {
            return broken(error);
        }
        let refusal = self.roll_back(refused(error));
        match self.stored_end() {
            Ok(end) if end == self.end => refusal,
            Ok(_) | Err(_) => broken(error),
        }
    }

    fn stored_end(&self) -> rusqlite::Result<Seq> {
        self.connection.prepare_cached(LAST)?.query_row([], |row| whole(row, 0))
    }

    /// The batch is durable: what is in memory follows.
    fn committed(&mut self, batch: &Batch) {
        self.end += batch.rows.len() as Seq;
        for key in &batch.keys {
            self.index.push(&key.service, &key.caller, &key.key);
        }
        self.next_key += batch.keys.len() as i64;
        if !batch.keys.is_empty() {
            // Not known means that nothing is dropped until the next time.
            self.oldest_key = oldest_key(&self.connection).ok().flatten();
        }
        self.wal.keep(&self.connection, WAIT);
    }

    fn key_at(&self, row: i64) -> rusqlite::Result<Option<KeyRow>> {
        let select = format!("SELECT {KEY_COLUMNS} FROM idempotency WHERE row = ?1");
        self.connection.prepare_cached(&select)?.query_row([row], key_row).optional()
    }
}

/// Durability at each commit; 16 MiB of cache; checkpoints of about 6 MB; a write-ahead log that was long is cut short
/// again.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
    PRAGMA wal_autocheckpoint = 1500; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;";
const LAST: &str = "SELECT coalesce(max(seq), 0) FROM log";
const APPEND: &str =
    "INSERT INTO log (seq, time, source, name, public, kind, id, version, correlation, cause, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const SET_CURSOR: &str = "INSERT INTO cursor (service, seq) VALUES (?1, ?2)
    ON CONFLICT (service) DO UPDATE SET seq = excluded.seq";
const ADD_KEY: &str = "INSERT INTO idempotency
    (row, time, service, caller, key, fingerprint, kind, id, success, answer)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
/// Only from the beginning on, so that the rows that stay have no gaps: `row` below ?1, up to the first that must stay.
const DROP_KEYS: &str = "DELETE FROM idempotency WHERE row < coalesce(
    (SELECT min(row) FROM idempotency WHERE row >= ?2 AND row < ?1 AND time >= ?3), ?1)";
const ADD_DEAD_LETTER: &str = "INSERT INTO dead_letter (time, service, seq, why) VALUES (?1, ?2, ?3, ?4)";

fn oldest_key(connection: &Connection) -> rusqlite::Result<Option<(i64, i64)>> {
    let mut first = connection.prepare_cached("SELECT row, time FROM idempotency ORDER BY row LIMIT 1")?;
    first.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()
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
        self.run("BEGIN IMMEDIATE").map_err(|error| refused(&error))?;
        let stored = match self.write(batch) {
            Ok(()) => self.run("COMMIT").map_err(|error| self.commit_failed(&error)),
            Err(error) => Err(self.roll_back(error)),
        };
        match stored {
            Ok(()) => self.committed(batch),
            Err(StoreError::Broken(_)) => self.broken = stored.clone().err(),
            Err(StoreError::Refused(_)) => {}
        }
        stored
    }

    fn read(&mut self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
        read_log(&self.connection, after, max)
    }

    fn cursors(&mut self) -> Result<Vec<(String, Seq)>, StoreError> {
        read_cursors(&self.connection)
    }

    /// Also brings these rows into memory, so that [`key`](Self::key) finds them at once.
    fn keys(&mut self, since: Time, max: usize) -> Result<Vec<KeyRow>, StoreError> {
        let select = format!("SELECT {KEY_COLUMNS} FROM idempotency WHERE row >= ?1 ORDER BY row");
        let mut keys = Vec::new();
        let mut read = || {
            let first: Option<i64> =
                self.connection.query_row(FIRST_KEY, params![since.0, limit(max)], |row| row.get(0))?;
            self.index = KeyIndex::from(first.unwrap_or(self.next_key));
            let mut select = self.connection.prepare_cached(&select)?;
            let mut rows = select.query([self.index.first()])?;
            while let Some(row) = rows.next()? {
                let key = key_row(row)?;
                self.index.push(&key.service, &key.caller, &key.key);
                keys.extend((key.time >= since).then_some(key));
            }
            Ok(())
        };
        read().map_err(|error| refused(&error))?;
        Ok(keys)
    }

    /// At once for rows that [`keys`](Self::keys) has read or that were committed since, but for the newest two million
    /// of them; otherwise the table is searched.
    fn key(&mut self, service: &str, caller: &str, key: &str) -> Result<Option<KeyRow>, StoreError> {
        let read = || {
            for row in self.index.rows(service, caller, key) {
                let found = self.key_at(row)?;
                if let Some(found) = found
                    && (&*found.service, &*found.caller, &*found.key) == (service, caller, key)
                {
                    return Ok(Some(found));
                }
            }
            let select = format!("SELECT {KEY_COLUMNS} FROM idempotency {BEFORE_INDEX}");
            let values = params![self.index.first(), service, caller, key];
            self.connection.prepare_cached(&select)?.query_row(values, key_row).optional()
        };
        read().map_err(|error| refused(&error))
    }
}

const FIRST_KEY: &str =
    "SELECT min(row) FROM (SELECT row, time FROM idempotency ORDER BY row DESC LIMIT ?2) WHERE time >= ?1";
const BEFORE_INDEX: &str =
    "WHERE row < ?1 AND service = ?2 AND caller = ?3 AND key = ?4 ORDER BY row DESC LIMIT 1";

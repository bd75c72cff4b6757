//! The log as others read it: beside its writer, or after it.

use crate::error::refused;
use crate::open::{self, LOG, State};
use crate::rows::{LOG_COLUMNS, dead_letter, log_row, whole};
use crate::{LOG_FILE, OpenError};
use engine::ports::{DeadLetter, LogRow, Seq, StoreError};
use kernel::Id;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::Duration;

/// How long a read waits for another one that repairs the write-ahead log after a crash.
const WAIT: Duration = Duration::from_secs(5);

/// Reads `holdfast.db` and changes nothing in it. Each call sees what is committed when it begins and keeps no
/// transaction open after it, so that the writer is never held up.
#[derive(Debug)]
pub struct LogReader {
    connection: Connection,
}

impl LogReader {
    /// Works beside a running writer and on a stopped one; [`OpenError::Missing`] if nothing was ever stored.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(LOG_FILE);
        let connection = open::to_read(&path, WAIT)?;
        match LOG.check(&connection, &path)? {
            State::Ours => Ok(Self { connection }),
            State::New => Err(OpenError::Missing(path)),
        }
    }

    /// The last row's position; 0: empty.
    pub fn end(&self) -> Result<Seq, StoreError> {
        let last = "SELECT coalesce(max(seq), 0) FROM log";
        self.one(last)
    }

    /// At most `max` rows after `after`, in order.
    pub fn read(&self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
        read_log(&self.connection, after, max)
    }

    /// As [`read`](Self::read), but only rows about one booking of one system (`taxi`). There is no index for this: it
    /// walks the log from `after` on, some million rows a second.
    pub fn read_of(
        &self,
        system: &str,
        correlation: Id,
        after: Seq,
        max: usize,
    ) -> Result<Vec<LogRow>, StoreError> {
        let select = format!(
            "SELECT {LOG_COLUMNS} FROM log WHERE seq > ?1 AND correlation = ?2
             AND substr(source, 1, length(?3) + 1) = ?3 || '.' ORDER BY seq LIMIT ?4"
        );
        let (after, correlation) = (at_most(after), at_most(correlation.0));
        let read = || {
            let mut select = self.connection.prepare_cached(&select)?;
            let rows = select.query_map(params![after, correlation, system, limit(max)], log_row)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| refused(&error))
    }

    /// Every row after `after` up to the end as it is when the walk gets there, in order.
    pub fn each(&self, after: Seq) -> impl Iterator<Item = Result<LogRow, StoreError>> {
        let mut page = Vec::new().into_iter();
        let mut last = after;
        let mut over = false;
        std::iter::from_fn(move || {
            if page.len() == 0 && !over {
                match self.read(last, PAGE) {
                    Ok(rows) => page = rows.into_iter(),
                    Err(error) => {
                        over = true;
                        return Some(Err(error));
                    }
                }
            }
            let row = page.next()?;
            last = row.seq;
            Some(Ok(row))
        })
    }

    /// Every cursor ever set, by service.
    pub fn cursors(&self) -> Result<Vec<(String, Seq)>, StoreError> {
        read_cursors(&self.connection)
    }

    /// At most `max` dead letters after the first `skip`, oldest first.
    pub fn dead_letters(&self, skip: u64, max: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let select = "SELECT time, service, seq, why FROM dead_letter ORDER BY row LIMIT ?2 OFFSET ?1";
        let read = || {
            let mut select = self.connection.prepare_cached(select)?;
            let rows = select.query_map(params![at_most(skip), limit(max)], dead_letter)?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| refused(&error))
    }

    /// How many dead letters there are.
    pub fn dead_letter_count(&self) -> Result<u64, StoreError> {
        self.one("SELECT count(*) FROM dead_letter")
    }

    fn one(&self, select: &str) -> Result<u64, StoreError> {
        let read = || self.connection.prepare_cached(select)?.query_row([], |row| whole(row, 0));
        read().map_err(|error| refused(&error))
    }
}

/// Rows that [`LogReader::each`] holds at once.
const PAGE: usize = 1_000;

pub(crate) fn read_log(connection: &Connection, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
    let select = format!("SELECT {LOG_COLUMNS} FROM log WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    let read = || {
        let mut select = connection.prepare_cached(&select)?;
        let rows = select.query_map(params![at_most(after), limit(max)], log_row)?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(|error| refused(&error))
}

pub(crate) fn read_cursors(connection: &Connection) -> Result<Vec<(String, Seq)>, StoreError> {
    let read = || {
        let mut select = connection.prepare_cached("SELECT service, seq FROM cursor ORDER BY service")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, whole(row, 1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(|error| refused(&error))
}

/// How many rows, as SQLite counts.
pub(crate) fn limit(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

/// A bound beyond all that can be stored is as good as the last.
pub(crate) fn at_most(bound: u64) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}

//! The log as others read it: beside its writer, or after it.

use crate::error::port;
use crate::open::{self, LOG, State};
use crate::{LOG_FILE, OpenError, rows};
use engine::ports::{DeadLetter, LogRow, Seq, StoreError};
use kernel::Id;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// How long a read waits for another one that repairs the write-ahead log after a crash.
const WAIT: Duration = Duration::from_secs(5);
/// Rows that [`LogReader::each`] holds at once.
const PAGE: usize = 1_000;

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
        match LOG.state(&connection, &path)? {
            State::Ours => Ok(Self { connection }),
            State::New => Err(OpenError::Missing(path)),
            State::Other(found) => Err(OpenError::Newer { path, found, known: LOG.version }),
        }
    }

    /// What tells the log in `dir` from every other one; empty: there is none.
    pub(crate) fn origin_of(dir: &Path) -> Result<String, OpenError> {
        match Self::open(dir) {
            Ok(log) => rows::origin(&log.connection)
                .map_err(|source| OpenError::Sqlite { path: dir.join(LOG_FILE), source }),
            Err(OpenError::Missing(_)) => Ok(String::new()),
            Err(error) => Err(error),
        }
    }

    /// The last row's position; 0: empty.
    pub fn end(&self) -> Result<Seq, StoreError> {
        rows::end(&self.connection).map_err(port)
    }

    /// At most `max` rows after `after`, in order.
    pub fn read(&self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
        rows::log(&self.connection, after, max).map_err(port)
    }

    /// As [`read`](Self::read), but only what the services of one system (`taxi`) recorded about one booking. There is
    /// no index for this: it walks the log from `after` on, some million rows a second.
    pub fn read_of(
        &self,
        system: &str,
        correlation: Id,
        after: Seq,
        max: usize,
    ) -> Result<Vec<LogRow>, StoreError> {
        rows::log_of(&self.connection, system, correlation, after, max).map_err(port)
    }

    /// Every row after `after`, in order, up to the end as it is when the walk gets there.
    pub fn each(&self, after: Seq) -> impl Iterator<Item = Result<LogRow, StoreError>> {
        let mut page = Vec::new().into_iter();
        let mut last = after;
        let mut failed = false;
        std::iter::from_fn(move || {
            if page.len() == 0 && !failed {
                match self.read(last, PAGE) {
                    Ok(rows) => page = rows.into_iter(),
                    Err(error) => {
                        failed = true;
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
        rows::cursors(&self.connection).map_err(port)
    }

    /// At most `max` dead letters after the first `skip`, oldest first.
    pub fn dead_letters(&self, skip: u64, max: usize) -> Result<Vec<DeadLetter>, StoreError> {
        rows::dead_letters(&self.connection, skip, max).map_err(port)
    }
}

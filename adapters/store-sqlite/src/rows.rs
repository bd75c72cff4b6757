//! Rows of `holdfast.db` as the port's values.

use engine::ports::{DeadLetter, KeyRow, LogRow, Seq};
use kernel::{Id, Time};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

const LOG_COLUMNS: &str = "seq, time, source, name, public, kind, id, version, correlation, cause, body";

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        seq: row.get(0)?,
        time: Time(row.get(1)?),
        source: row.get(2)?,
        name: row.get(3)?,
        public: row.get(4)?,
        kind: row.get(5)?,
        id: Id(row.get(6)?),
        version: row.get(7)?,
        correlation: row.get::<_, Option<u64>>(8)?.map(Id),
        cause: row.get(9)?,
        body: row.get(10)?,
    })
}

/// At most `max` rows after `after`, in order.
pub(crate) fn log(connection: &Connection, after: Seq, max: usize) -> rusqlite::Result<Vec<LogRow>> {
    let select = format!("SELECT {LOG_COLUMNS} FROM log WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    let mut select = connection.prepare_cached(&select)?;
    select.query_map([number(after), count(max)], log_row)?.collect()
}

/// As [`log`], but only rows that services of one system recorded about one booking.
pub(crate) fn log_of(
    connection: &Connection,
    system: &str,
    correlation: Id,
    after: Seq,
    max: usize,
) -> rusqlite::Result<Vec<LogRow>> {
    let select = format!(
        "SELECT {LOG_COLUMNS} FROM log WHERE seq > ?1 AND correlation = ?2
         AND substr(source, 1, length(?3) + 1) = ?3 || '.' ORDER BY seq LIMIT ?4"
    );
    let values = params![number(after), number(correlation.0), system, count(max)];
    connection.prepare_cached(&select)?.query_map(values, log_row)?.collect()
}

/// The last row's position; 0: empty.
pub(crate) fn end(connection: &Connection) -> rusqlite::Result<Seq> {
    connection.prepare_cached("SELECT coalesce(max(seq), 0) FROM log")?.query_row([], |row| row.get(0))
}

/// What tells this log from every other one.
pub(crate) fn origin(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT id FROM origin", [], |row| row.get(0))
}

/// Every cursor ever set, by service.
pub(crate) fn cursors(connection: &Connection) -> rusqlite::Result<Vec<(String, Seq)>> {
    let mut select = connection.prepare_cached("SELECT service, seq FROM cursor ORDER BY service")?;
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

pub(crate) const KEY_COLUMNS: &str = "time, service, caller, key, fingerprint, kind, id, success, answer";

pub(crate) fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    let answer: Option<String> = row.get(8)?;
    let unreadable = |error| rusqlite::Error::FromSqlConversionFailure(8, Type::Text, Box::new(error));
    Ok(KeyRow {
        time: Time(row.get(0)?),
        service: row.get(1)?,
        caller: row.get(2)?,
        key: row.get(3)?,
        fingerprint: row.get(4)?,
        kind: row.get(5)?,
        id: Id(row.get(6)?),
        success: row.get(7)?,
        answer: answer.map(|answer| serde_json::from_str(&answer)).transpose().map_err(unreadable)?,
    })
}

/// At most `max` dead letters after the first `skip`, oldest first.
pub(crate) fn dead_letters(
    connection: &Connection,
    skip: u64,
    max: usize,
) -> rusqlite::Result<Vec<DeadLetter>> {
    let select = "SELECT time, service, seq, why FROM dead_letter ORDER BY row LIMIT ?2 OFFSET ?1";
    let letter = |row: &Row<'_>| {
        Ok(DeadLetter { time: Time(row.get(0)?), service: row.get(1)?, seq: row.get(2)?, why: row.get(3)? })
    };
    connection.prepare_cached(select)?.query_map([number(skip), count(max)], letter)?.collect()
}

/// How many rows, as SQLite counts them.
pub(crate) fn count(max: usize) -> i64 {
    i64::try_from(max).unwrap_or(i64::MAX)
}

/// A number to look for: beyond all that can be stored it is as good as the last.
pub(crate) fn number(wanted: u64) -> i64 {
    i64::try_from(wanted).unwrap_or(i64::MAX)
}

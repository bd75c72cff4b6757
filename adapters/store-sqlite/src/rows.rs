//! Rows of `holdfast.db` as the port's values.

use engine::ports::{DeadLetter, KeyRow, LogRow, StoreError};
use kernel::{Id, Time};
use rusqlite::Row;
use rusqlite::types::Type;

pub(crate) const LOG_COLUMNS: &str =
    "seq, time, source, name, public, kind, id, version, correlation, cause, body";

pub(crate) fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        seq: whole(row, 0)?,
        time: Time(row.get(1)?),
        source: row.get(2)?,
        name: row.get(3)?,
        public: row.get(4)?,
        kind: row.get(5)?,
        id: Id(whole(row, 6)?),
        version: whole(row, 7)?,
        correlation: whole_or_none(row, 8)?.map(Id),
        cause: whole_or_none(row, 9)?,
        body: row.get(10)?,
    })
}

pub(crate) const KEY_COLUMNS: &str =
    "row, time, service, caller, key, fingerprint, kind, id, success, answer";

pub(crate) fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    let answer: Option<String> = row.get(9)?;
    let answer = answer.as_deref().map(serde_json::from_str).transpose();
    Ok(KeyRow {
        time: Time(row.get(1)?),
        service: row.get(2)?,
        caller: row.get(3)?,
        key: row.get(4)?,
        fingerprint: row.get(5)?,
        kind: row.get(6)?,
        id: Id(whole(row, 7)?),
        success: row.get(8)?,
        answer: answer
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(9, Type::Text, error.into()))?,
    })
}

pub(crate) fn dead_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    Ok(DeadLetter {
        time: Time(row.get(0)?),
        service: row.get(1)?,
        seq: whole_or_none(row, 2)?,
        why: row.get(3)?,
    })
}

/// A number as SQLite keeps it. None of ours passes 2^63 in the life of a business.
pub(crate) fn number(whole: u64) -> Result<i64, StoreError> {
    i64::try_from(whole).map_err(|_| StoreError::Refused(format!("{whole} is too large to be stored")))
}

/// A number that was stored by [`number`].
pub(crate) fn whole(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let stored: i64 = row.get(column)?;
    u64::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, stored))
}

pub(crate) fn whole_or_none(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    let stored: Option<i64> = row.get(column)?;
    let out_of_range = |stored| rusqlite::Error::IntegralValueOutOfRange(column, stored);
    stored.map(|stored| u64::try_from(stored).map_err(|_| out_of_range(stored))).transpose()
}

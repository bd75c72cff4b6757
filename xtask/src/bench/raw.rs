//! What the disk and SQLite can do at most: the same rows, from memory, by one thread that does nothing else.

use super::latency::Latencies;
use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of one transaction: as many inputs as a batch may have.
const TRANSACTION_ROWS: usize = 256;
/// No more are held in memory.
const ROWS_MAX: u32 = 1_000_000;
/// As a database writes them.
const FLUSH_BYTES: usize = 4_096;

/// The raw loop.
#[derive(Clone, Copy, Debug)]
pub struct Raw {
    pub rows: u64,
    pub took: Duration,
}

/// How many rows the log has; 0 when there is none yet.
pub(super) fn rows(log: &Path) -> Result<u64> {
    let connection = open(log)?;
    let last =
        connection.query_row("SELECT coalesce(max(rowid), 0) FROM log", [], |row| row.get::<_, i64>(0));
    Ok(u64::try_from(last.context("cannot count the log")?)?)
}

fn open(path: &Path) -> Result<Connection> {
    let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let connection = opened.with_context(|| format!("cannot read {}", path.display()))?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

/// Writes the rows of the log into a fresh file of the same schema, as durable as the log itself.
pub fn raw(log: &Path, fresh: &Path) -> Result<Raw> {
    let source = open(log)?;
    let schema =
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'log' AND sql IS NOT NULL ORDER BY type DESC";
    let mut schema = source.prepare(schema)?;
    let schema = schema.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut all = source.prepare("SELECT * FROM log ORDER BY rowid LIMIT ?1")?;
    let columns = all.column_count();
    let rows = all.query_map([ROWS_MAX], |row| (0..columns).map(|at| row.get(at)).collect())?;
    let rows: Vec<Vec<Value>> = rows.collect::<Result<_, _>>().context("cannot read the log")?;

    let mut target = Connection::open(fresh)?;
    target.pragma_update(None, "journal_mode", "WAL")?;
    target.pragma_update(None, "synchronous", "FULL")?;
    schema.iter().try_for_each(|statement| target.execute_batch(statement))?;
    let places = vec!["?"; columns].join(", ");
    let insert = format!("INSERT INTO log VALUES ({places})");
    let begun = Instant::now();
    for batch in rows.chunks(TRANSACTION_ROWS) {
        let transaction = target.transaction()?;
        let mut insert = transaction.prepare_cached(&insert)?;
        for row in batch {
            insert.execute(params_from_iter(row))?;
        }
        drop(insert);
        transaction.commit()?;
    }
    Ok(Raw { rows: u64::try_from(rows.len())?, took: begun.elapsed() })
}

/// How long it takes until 4 KiB more are durable.
pub fn flushes(path: &Path, count: usize) -> Result<Latencies> {
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let mut latencies = Latencies::default();
    for _ in 0..count {
        let begun = Instant::now();
        file.write_all(&[7; FLUSH_BYTES])?;
        file.sync_data()?;
        latencies.add(begun.elapsed());
    }
    Ok(latencies)
}

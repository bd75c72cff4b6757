//! How fast the log takes rows, beside the barest loop over the same rows that SQLite allows: a ratio of one run, since
//! machines differ. `cargo run --release -p store-sqlite --example append [ROWS A BATCH] [ROWS] [FOLDER]`
#![expect(clippy::print_stdout, reason = "it is for whoever runs it")]

use engine::ports::{Batch, LogRow, Store};
use kernel::{Id, Time};
use rusqlite::{Connection, params};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store_sqlite::SqliteStore;

type Failure = Box<dyn std::error::Error>;

/// Rounds of each, one after the other, so that both meet the same weather.
const ROUNDS: usize = 5;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let size: u64 = arguments.next().map_or(Ok(256), |text| text.parse())?;
    let count: u64 = arguments.next().map_or(Ok(300_000), |text| text.parse())?;
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    println!("{count} rows of {} bytes in batches of {size}, each batch flushed", row(1).body.len());
    println!("one flush of 4 KiB takes {:.3} ms", flush(&folder)?.as_secs_f64() * 1e3);
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(rate(count, timed(&folder, |dir| store(dir, size, count))?));
        raw.push(rate(count, timed(&folder, |dir| bare(dir, size, count))?));
    }
    let (ours, raw) = (median(ours), median(raw));
    println!(
        "store {ours:.0} rows/s, bare loop {raw:.0} rows/s, ratio {:.2} (medians of {ROUNDS})",
        ours / raw
    );
    Ok(())
}

fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn timed(folder: &Path, run: impl FnOnce(&Path) -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    run(tempfile::tempdir_in(folder)?.path())
}

fn row(seq: u64) -> LogRow {
    let booking = seq / 5 + 1;
    LogRow {
        seq,
        time: Time(1_790_000_000_000 + seq as i64),
        source: "taxi.reservation".into(),
        name: "ReserveAccepted".into(),
        public: true,
        kind: "taxi.reservation".into(),
        id: Id(booking),
        version: 2,
        correlation: Some(Id(booking)),
        cause: seq.checked_sub(1),
        body: format!(
            r#"{{"id":{booking},"orderId":{booking},"taxiGrade":"deluxe","guest":"홍길동","guestAddress":"서울시 강남구 테헤란로 {booking}","status":"ReservationComplete"}}"#
        ),
    }
}

/// Batches are made before the clock starts: what is measured is the store.
fn batches(size: u64, count: u64) -> Vec<Vec<LogRow>> {
    (0..count / size).map(|batch| (1..=size).map(|place| row(batch * size + place)).collect()).collect()
}

fn store(dir: &Path, size: u64, count: u64) -> Result<Duration, Failure> {
    let mut store = SqliteStore::open(dir)?;
    let batches = batches(size, count).into_iter().map(|rows| Batch { rows, ..Batch::default() });
    let batches: Vec<Batch> = batches.collect();
    let begun = Instant::now();
    for batch in &batches {
        store.commit(batch)?;
    }
    Ok(begun.elapsed())
}

/// The same rows and the same durability, and nothing else: no numbers checked, no errors told apart.
fn bare(dir: &Path, size: u64, count: u64) -> Result<Duration, Failure> {
    let connection = Connection::open(dir.join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 1500;
         CREATE TABLE log (seq INTEGER PRIMARY KEY, time, source, name, public, kind, id, version, correlation,
         cause, body)",
    )?;
    let mut insert =
        connection.prepare("INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?;
    let batches = batches(size, count);
    let begun = Instant::now();
    for rows in &batches {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for row in rows {
            let (time, id, correlation) = (row.time.0, row.id.0, row.correlation.map(|id| id.0));
            let LogRow { seq, source, name, public, kind, version, cause, body, .. } = row;
            insert.execute(params![
                seq,
                time,
                source,
                name,
                public,
                kind,
                id,
                version,
                correlation,
                cause,
                body
            ])?;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(begun.elapsed())
}

fn flush(folder: &Path) -> Result<Duration, Failure> {
    const TIMES: u32 = 200;
    let mut file = tempfile::tempfile_in(folder)?;
    let begun = Instant::now();
    for _ in 0..TIMES {
        std::io::Write::write_all(&mut file, &[7; 4_096])?;
        file.sync_data()?;
    }
    Ok(begun.elapsed() / TIMES)
}

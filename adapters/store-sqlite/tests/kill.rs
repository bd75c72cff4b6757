//! `kill -9` in the middle of commits: what was acknowledged is there, what was not is there as a whole or not at all.
#![expect(clippy::unwrap_used, reason = "in a test, what fails fails it")]

use engine::ports::{Batch, Changes, KeyRow, LogRow, Reader, Shelf, Store, Stored};
use kernel::{Id, Time};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use store_sqlite::{LogReader, SqliteReader, SqliteShelf, SqliteStore};
use tempfile::TempDir;

/// Tells the test below that it is the process to be killed, and where it writes.
const VICTIM: &str = "HOLDFAST_TEST_VICTIM_DIR";
const LIVES: u64 = 12;

/// Batch `number` has `number % 7 + 1` rows, each of which says to which batch it belongs.
fn batch(end: u64, number: u64) -> Batch {
    let rows = (1..=number % 7 + 1).map(|place| LogRow {
        seq: end + place,
        time: Time(0),
        source: "taxi.order".into(),
        name: "Ordered".into(),
        public: true,
        kind: "taxi.order".into(),
        id: Id(number),
        version: place,
        correlation: None,
        cause: None,
        body: format!(r#"{{"text":"{}"}}"#, "x".repeat(300)),
    });
    let key = KeyRow {
        time: Time(0),
        service: "taxi.order".into(),
        caller: String::new(),
        key: number.to_string(),
        fingerprint: String::new(),
        kind: "taxi.order".into(),
        id: Id(number),
        answer: None,
        success: 201,
    };
    let rows: Vec<LogRow> = rows.collect();
    let cursors = vec![("taxi.taxi".into(), end + rows.len() as u64)];
    Batch { rows, cursors, keys: vec![key], dead: Vec::new() }
}

/// The document of a batch, as of its last row.
fn shelve(shelf: &mut SqliteShelf, row: &LogRow) {
    let body = Some(format!(r#"{{"n":{}}}"#, row.id));
    let stored = Stored { version: row.version, state: "{}".into(), body, due: Some(Time(1)) };
    let documents = vec![("taxi.order".into(), row.id, Some(stored))];
    shelf.apply(&Changes { position: row.seq, documents }).unwrap();
}

/// Commits until it is killed, and says each number after its commit.
#[expect(clippy::print_stdout, reason = "what is acknowledged is told to the test that kills")]
fn be_killed(dir: &Path) -> ! {
    let mut store = SqliteStore::open(dir).unwrap();
    let mut end = store.end().unwrap();
    let (mut shelf, note) = SqliteShelf::open(dir, end, &[("taxi.order", "n")]).unwrap();
    assert_eq!(note, None);
    for row in store.read(shelf.position().unwrap(), usize::MAX).unwrap() {
        shelve(&mut shelf, &row);
    }
    let last = store.read(end.saturating_sub(1), 1).unwrap();
    for number in last.first().map_or(0, |row| row.id.0) + 1.. {
        let batch = batch(end, number);
        store.commit(&batch).unwrap();
        end += batch.rows.len() as u64;
        println!("ack {number}");
        shelve(&mut shelf, batch.rows.last().unwrap());
    }
    unreachable!("numbers do not end");
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    if let Some(dir) = std::env::var_os(VICTIM) {
        be_killed(Path::new(&dir));
    }
    let dir = TempDir::new().unwrap();
    let mut acknowledged = 0;
    for life in 0..LIVES {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "what_was_acknowledged_survives_kill_9", "--nocapture"])
            .env(VICTIM, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let mut acks = 0;
        let mut note = |line: std::io::Result<String>| {
            if let Some(number) = line.unwrap().strip_prefix("ack ").and_then(|number| number.parse().ok()) {
                acknowledged = acknowledged.max(number);
                acks += 1;
            }
            acks
        };
        // Later in each life than in the one before, so that checkpoints are met too.
        while note(lines.next().expect("the victim lives until it is killed")) < 20 + life * 80 {}
        victim.kill().unwrap();
        victim.wait().unwrap();
        lines.map(&mut note).for_each(drop);
        check(dir.path(), acknowledged);
    }
}

fn check(dir: &Path, acknowledged: u64) {
    // Others may read first what the killed one has left.
    let (log, mut reader) = (LogReader::open(dir).unwrap(), SqliteReader::open(dir).unwrap());
    assert!(reader.snapshot().unwrap() <= log.end().unwrap());
    let mut store = SqliteStore::open(dir).unwrap();
    let rows = store.read(0, usize::MAX).unwrap();
    assert_eq!(log.end().unwrap(), rows.len() as u64);
    let mut end = 0;
    let mut number = 0;
    while (end as usize) < rows.len() {
        number += 1;
        let batch = batch(end, number);
        let stored = &rows[end as usize..(end as usize + batch.rows.len()).min(rows.len())];
        assert_eq!(stored, batch.rows, "batch {number} is there as a whole");
        end += batch.rows.len() as u64;
    }
    assert!(number >= acknowledged, "{acknowledged} was acknowledged, {number} is the last");
    assert!(number <= acknowledged + 1, "one commit is under way at a time");
    assert_eq!(store.cursors().unwrap(), [("taxi.taxi".to_owned(), end)]);
    let keys = store.keys(Time(0), usize::MAX).unwrap();
    assert!(keys.iter().map(|row| row.id.0).eq(1..=number));

    let (mut shelf, note) = SqliteShelf::open(dir, end, &[("taxi.order", "n")]).unwrap();
    assert_eq!(note, None, "a killed process damages nothing");
    let position = shelf.position().unwrap();
    let shelved = rows[..position as usize].last().map_or(0, |row| row.id.0);
    assert!(shelved + 1 >= number, "a killed process loses no change that was applied");
    assert_eq!(shelf.highest().unwrap(), [("taxi.order".to_owned(), Id(shelved))]);
    assert_eq!(shelf.due(Time(i64::MIN), Time(2), usize::MAX).unwrap().len() as u64, shelved);
}

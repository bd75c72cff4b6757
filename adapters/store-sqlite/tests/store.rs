//! What is particular to the log in a file: who may open it, what a refusal leaves, what others read beside it.

use engine::ports::{Batch, DeadLetter, KeyRow, LogRow, Store, StoreError};
use kernel::{Id, Time};
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;
use store_sqlite::{LOCK_FILE, LOG_FILE, LogReader, OpenError, SqliteStore};
use tempfile::TempDir;

fn row(seq: u64, source: &str, correlation: u64) -> LogRow {
    LogRow {
        seq,
        time: Time(1_790_000_000_000),
        source: source.into(),
        name: "Ordered".into(),
        public: true,
        kind: source.into(),
        id: Id(seq),
        version: 1,
        correlation: Some(Id(correlation)),
        cause: None,
        body: "{}".into(),
    }
}

fn rows(seqs: impl IntoIterator<Item = u64>) -> Batch {
    Batch { rows: seqs.into_iter().map(|seq| row(seq, "taxi.order", seq)).collect(), ..Batch::default() }
}

fn key(time: i64, key: String) -> KeyRow {
    KeyRow {
        time: Time(time),
        service: "taxi.order".into(),
        caller: String::new(),
        key,
        fingerprint: String::new(),
        kind: "taxi.order".into(),
        id: Id(1),
        answer: None,
        success: 201,
    }
}

fn letter(why: &str) -> DeadLetter {
    DeadLetter { time: Time(1), service: "taxi.taxi".into(), seq: Some(2), why: why.into() }
}

fn sqlite(dir: &Path) -> Connection {
    Connection::open(dir.join(LOG_FILE)).expect("the log is a SQLite database")
}

#[test]
fn a_second_owner_is_told_at_once_who_is_the_first() {
    let dir = TempDir::new().unwrap();
    let first = SqliteStore::open(dir.path()).unwrap();
    let begun = Instant::now();
    let error = SqliteStore::open(dir.path()).unwrap_err();
    assert!(begun.elapsed().as_secs() < 1);
    let (shown, number) = (dir.path().display(), std::process::id());
    assert_eq!(
        error.to_string(),
        format!("data directory {shown} is in use by another holdfast (process {number})")
    );
    drop(first);
    SqliteStore::open(dir.path()).unwrap();
    assert!(dir.path().join(LOCK_FILE).exists(), "left behind, it locks nobody out");
    SqliteStore::open(dir.path()).unwrap();
}

#[test]
fn a_data_directory_is_made_with_those_above_it() {
    let dir = TempDir::new().unwrap();
    let deep = dir.path().join("a/b");
    SqliteStore::open(&deep).unwrap().commit(&rows(1..=1)).unwrap();
    assert_eq!(LogReader::open(&deep).unwrap().end().unwrap(), 1);
}

#[test]
fn a_log_of_a_newer_version_is_left_alone() {
    let dir = TempDir::new().unwrap();
    drop(SqliteStore::open(dir.path()).unwrap());
    sqlite(dir.path()).pragma_update(None, "user_version", 7).unwrap();
    let errors = [SqliteStore::open(dir.path()).unwrap_err(), LogReader::open(dir.path()).unwrap_err()];
    for error in errors {
        assert!(matches!(error, OpenError::Newer { found: 7, known: 1, .. }));
        assert!(
            error.to_string().ends_with("(format 7; this one reads up to 1): use that version"),
            "{error}"
        );
    }
}

#[test]
fn a_strangers_database_is_left_alone() {
    let dir = TempDir::new().unwrap();
    sqlite(dir.path()).execute_batch("CREATE TABLE log (mine); INSERT INTO log VALUES (1);").unwrap();
    assert!(matches!(SqliteStore::open(dir.path()), Err(OpenError::Foreign(_))));
    let mode: String = sqlite(dir.path()).pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete", "not even its journal was changed");
    let path = dir.path().join(LOG_FILE);
    std::fs::write(&path, "text".repeat(5_000)).unwrap();
    assert!(matches!(SqliteStore::open(dir.path()), Err(OpenError::Sqlite { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "text".repeat(5_000));
}

#[test]
fn a_batch_that_fails_at_its_last_row_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let mut store = SqliteStore::open(dir.path()).unwrap();
    store.commit(&rows(1..=20)).unwrap();
    sqlite(dir.path())
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON dead_letter WHEN new.why = 'no'
             BEGIN SELECT RAISE(ABORT, 'disk trouble'); END",
        )
        .unwrap();
    let whole = |why: &str| Batch {
        cursors: vec![("taxi.taxi".into(), 20)],
        keys: vec![key(1, "k".into())],
        dead: vec![letter("yes"), letter(why)],
        ..rows(21..=60)
    };
    let refused = store.commit(&whole("no")).unwrap_err();
    assert!(matches!(&refused, StoreError::Refused(why) if why.contains("disk trouble")), "{refused}");
    let too_large = Batch { keys: vec![KeyRow { id: Id(u64::MAX), ..key(1, "k".into()) }], ..rows(21..=60) };
    assert!(matches!(store.commit(&too_large), Err(StoreError::Refused(_))));

    let reader = LogReader::open(dir.path()).unwrap();
    assert_eq!((store.end().unwrap(), reader.end().unwrap()), (20, 20));
    assert_eq!(store.cursors().unwrap(), []);
    assert_eq!(store.key("taxi.order", "", "k").unwrap(), None);
    assert_eq!(reader.dead_letters(0, 10).unwrap(), []);

    store.commit(&whole("fine")).unwrap();
    assert_eq!(reader.end().unwrap(), 60);
    assert_eq!(reader.dead_letters(0, 10).unwrap(), [letter("yes"), letter("fine")]);
    assert_eq!(reader.dead_letters(1, 10).unwrap(), [letter("fine")]);
    assert_eq!(store.key("taxi.order", "", "k").unwrap(), Some(key(1, "k".into())));
}

#[test]
fn the_log_is_read_beside_its_writer_and_after_it() {
    let dir = TempDir::new().unwrap();
    assert!(matches!(LogReader::open(dir.path()), Err(OpenError::Missing(_))));
    let mut store = SqliteStore::open(dir.path()).unwrap();
    let reader = LogReader::open(dir.path()).unwrap();
    assert_eq!(reader.end().unwrap(), 0);
    for seq in 1..=2_500 {
        if seq % 100 == 0 {
            store
                .commit(&Batch { cursors: vec![("taxi.taxi".into(), seq)], ..rows(seq - 99..=seq) })
                .unwrap();
            assert_eq!(reader.end().unwrap(), seq);
            assert_eq!(reader.cursors().unwrap(), [("taxi.taxi".to_owned(), seq)]);
        }
    }
    let seqs: Vec<u64> = reader.each(2).map(|row| row.unwrap().seq).collect();
    assert!(seqs.into_iter().eq(3..=2_500));
    assert_eq!(reader.read(10, 2).unwrap(), store.read(10, 2).unwrap());
    drop(store);
    assert_eq!(reader.end().unwrap(), 2_500);
    drop(reader);
    assert_eq!(LogReader::open(dir.path()).unwrap().end().unwrap(), 2_500);
    SqliteStore::open(dir.path()).unwrap().commit(&rows(2_501..=2_501)).unwrap();
}

#[test]
fn a_booking_is_followed_within_its_system() {
    let dir = TempDir::new().unwrap();
    let mut store = SqliteStore::open(dir.path()).unwrap();
    let sources =
        ["taxi.order", "seat.reservation", "taxi.payment", "taxi.order", "taxing.order", "taxi.order"];
    let rows =
        (1..).zip(sources).map(|(seq, source)| row(seq, source, if seq == 4 { 8 } else { 7 })).collect();
    store.commit(&Batch { rows, ..Batch::default() }).unwrap();
    let reader = LogReader::open(dir.path()).unwrap();
    let of = |system: &str, booking, after, max| {
        let rows = reader.read_of(system, Id(booking), after, max).unwrap();
        rows.into_iter().map(|row| row.seq).collect::<Vec<_>>()
    };
    assert_eq!(of("taxi", 7, 0, 10), [1, 3, 6]);
    assert_eq!(of("taxi", 7, 1, 1), [3]);
    assert_eq!(of("taxi", 8, 0, 10), [4]);
    assert_eq!(of("seat", 7, 0, 10), [2]);
    assert_eq!(of("tax", 7, 0, 10), [0; 0]);
}

#[test]
fn keys_that_nobody_can_repeat_any_more_go() {
    const HOUR: i64 = 3_600_000;
    let dir = TempDir::new().unwrap();
    let mut store = SqliteStore::open(dir.path()).unwrap();
    let keys = |hour: i64, count: usize| {
        let keys = (0..count).map(|number| key(hour * HOUR, format!("{hour}:{number}"))).collect();
        Batch { keys, ..Batch::default() }
    };
    store.commit(&keys(0, 100)).unwrap();
    store.commit(&keys(20, 10)).unwrap();
    let left = |store: &mut SqliteStore| store.keys(Time(i64::MIN), 1_000).unwrap().len();
    assert_eq!(left(&mut store), 110);
    for (at, wanted) in [(24, 120), (26, 110), (26, 100), (27, 90)] {
        store.commit(&keys(at, 10)).unwrap();
        assert_eq!(left(&mut store), wanted, "each commit takes at most twice as many as it adds");
    }
    for _ in 0..5 {
        store.commit(&keys(28, 20)).unwrap();
    }
    assert_eq!(left(&mut store), 10 + 40 + 100, "those of the last 25 hours stay");
    assert_eq!(store.key("taxi.order", "", "0:99").unwrap(), None);
    assert!(store.key("taxi.order", "", "20:0").unwrap().is_some());
    drop(store);
    let mut store = SqliteStore::open(dir.path()).unwrap();
    assert!(store.key("taxi.order", "", "20:0").unwrap().is_some());
    assert_eq!(left(&mut store), 150);
}

#[test]
fn no_index_stands_on_the_way_of_a_write() {
    let dir = TempDir::new().unwrap();
    drop(SqliteStore::open(dir.path()).unwrap());
    let indexes = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name <> 'cursor'";
    let count: i64 = sqlite(dir.path()).query_row(indexes, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 0, "a random key in a B-tree costs most of the speed");
}

/// `mount -t tmpfs -o size=4m none /mnt/small`, and its path in `HOLDFAST_TEST_SMALL_DISK`.
#[test]
#[expect(clippy::print_stderr, reason = "a test that is not run says so")]
fn a_full_disk_refuses_and_stores_nothing() {
    let Some(small) = std::env::var_os("HOLDFAST_TEST_SMALL_DISK") else {
        return eprintln!(
            "NOT RUN: what a full disk does; HOLDFAST_TEST_SMALL_DISK names no small file system"
        );
    };
    let dir = TempDir::new_in(small).unwrap();
    let mut store = SqliteStore::open(dir.path()).unwrap();
    let ballast = dir.path().join("ballast");
    std::fs::write(&ballast, vec![1; 1 << 20]).unwrap();
    let large = |end: u64| Batch {
        rows: (1..=50)
            .map(|more| LogRow { body: "x".repeat(2_000), ..row(end + more, "taxi.order", 1) })
            .collect(),
        cursors: vec![("taxi.taxi".into(), end + 50)],
        ..Batch::default()
    };
    let mut end = 0;
    let refused = loop {
        match store.commit(&large(end)) {
            Ok(()) => end += 50,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Refused(_)), "{refused:?}");
    for _ in 0..3 {
        assert!(matches!(store.commit(&large(end)), Err(StoreError::Refused(_))));
    }
    assert_eq!(LogReader::open(dir.path()).unwrap().end().unwrap(), end);
    // What a crash at this instant would leave.
    let crashed = TempDir::new().unwrap();
    for file in [LOG_FILE.to_owned(), format!("{LOG_FILE}-wal")] {
        std::fs::copy(dir.path().join(&file), crashed.path().join(&file)).unwrap();
    }
    assert_eq!(SqliteStore::open(crashed.path()).unwrap().end().unwrap(), end);
    std::fs::remove_file(ballast).unwrap();
    store.commit(&large(end)).unwrap();
    drop(store);
    let mut store = SqliteStore::open(dir.path()).unwrap();
    assert_eq!(
        (store.end().unwrap(), store.cursors().unwrap()),
        (end + 50, vec![("taxi.taxi".into(), end + 50)])
    );
    assert_eq!(store.read(0, usize::MAX).unwrap().len() as u64, end + 50);
}

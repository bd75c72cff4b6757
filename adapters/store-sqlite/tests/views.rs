//! What is particular to the derived file: it is thrown away when it cannot be used, others read and rebuild it.
#![expect(clippy::unwrap_used, reason = "in a test, what fails fails it")]

use engine::ports::{Changes, Query, Reader, Shelf, StoreError, Stored};
use kernel::Id;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;
use store_sqlite::{
    LOG_FILE, OpenError, Rebuild, Renewed, SqliteReader, SqliteShelf, SqliteStore, VIEWS_FILE,
};
use tempfile::TempDir;

fn row(number: u64) -> Stored {
    let body = Some(format!(r#"{{"orderId":{number},"text":"{}"}}"#, "x".repeat(100)));
    Stored { version: 1, state: "{}".into(), body, due: None }
}

fn fill(shelf: &mut SqliteShelf, position: u64, ids: impl IntoIterator<Item = u64>) {
    let documents = ids.into_iter().map(|id| ("taxi.mypage".to_owned(), Id(id), Some(row(id)))).collect();
    shelf.apply(&Changes { position, documents }).unwrap();
}

fn open(dir: &Path, log_end: u64) -> (SqliteShelf, Option<Renewed>) {
    SqliteShelf::open(dir, log_end, &[("taxi.mypage", "orderId")]).unwrap()
}

fn filled() -> TempDir {
    let dir = TempDir::new().unwrap();
    fill(&mut open(dir.path(), 10).0, 10, 1..=1_000);
    dir
}

fn sqlite(dir: &Path) -> Connection {
    Connection::open(dir.join(VIEWS_FILE)).unwrap()
}

fn total(dir: &Path) -> u64 {
    let query = Query { kind: "taxi.mypage".into(), equals: None, sort: None, offset: 0, limit: 0 };
    SqliteReader::open(dir).unwrap().page(&query).unwrap().total
}

/// A new file, said aloud, that works.
#[track_caller]
fn is_renewed(dir: &Path, log_end: u64) -> Renewed {
    let (mut shelf, note) = open(dir, log_end);
    assert_eq!(shelf.position().unwrap(), 0);
    assert_eq!(shelf.load("taxi.mypage", Id(1)).unwrap(), None);
    fill(&mut shelf, 1, [1]);
    assert_eq!(total(dir), 1);
    drop(shelf);
    assert_eq!(open(dir, log_end).1, None, "once is enough");
    note.unwrap()
}

#[test]
fn what_is_fine_stays() {
    let dir = filled();
    let (mut shelf, note) = open(dir.path(), 10);
    assert_eq!((note, shelf.position().unwrap(), total(dir.path())), (None, 10, 1_000));
}

#[test]
fn a_deleted_file_is_begun_again() {
    let dir = filled();
    let (shelf, _) = open(dir.path(), 10);
    std::fs::remove_file(dir.path().join(VIEWS_FILE)).unwrap();
    // Its write-ahead log is still there, as after a crash; what is in it belongs to the file that is gone.
    std::mem::forget(shelf);
    let (mut shelf, note) = open(dir.path(), 10);
    assert_eq!((note, shelf.position().unwrap(), total(dir.path())), (None, 0, 0));
}

#[test]
fn a_damaged_file_is_thrown_away() {
    let whole = std::fs::read(filled().path().join(VIEWS_FILE)).unwrap();
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 5] = [
        ("the header", |bytes| bytes[..100].fill(b'#')),
        ("the schema", |bytes| bytes[100..8_192].fill(0xff)),
        ("the middle", |bytes| bytes[40_000..60_000].fill(0)),
        ("the end", |bytes| bytes.truncate(30_000)),
        ("all of it", |bytes| *bytes = "not a database".repeat(1_000).into()),
    ];
    for (what, damage) in damages {
        let dir = TempDir::new().unwrap();
        let mut bytes = whole.clone();
        damage(&mut bytes);
        std::fs::write(dir.path().join(VIEWS_FILE), bytes).unwrap();
        let note = is_renewed(dir.path(), 10);
        assert!(matches!(note, Renewed::Damaged(_)), "{what}: {note}");
    }
}

#[test]
fn an_empty_file_is_as_good_as_none() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join(VIEWS_FILE), "").unwrap();
    assert_eq!(open(dir.path(), 10).1, None);
}

#[test]
fn damage_that_is_met_later_is_mended_by_the_next_start() {
    let dir = filled();
    let (mut shelf, _) = open(dir.path(), 10);
    let mut reader = SqliteReader::open(dir.path()).unwrap();
    sqlite(dir.path())
        .execute_batch(
            "PRAGMA ignore_check_constraints = 1; UPDATE \"taxi.mypage\" SET version = -1 WHERE id = 5",
        )
        .unwrap();
    assert!(matches!(reader.stored("taxi.mypage", Id(0), 10), Err(StoreError::Broken(_))));
    assert!(matches!(shelf.load("taxi.mypage", Id(5)), Err(StoreError::Broken(_))));
    drop((shelf, reader));
    assert!(matches!(is_renewed(dir.path(), 10), Renewed::Damaged(_)));
}

#[test]
fn a_file_of_another_version_is_thrown_away() {
    for version in [0, 1, 3] {
        let dir = filled();
        sqlite(dir.path()).pragma_update(None, "user_version", version).unwrap();
        assert!(matches!(SqliteReader::open(dir.path()), Err(OpenError::Newer { .. })));
        assert_eq!(is_renewed(dir.path(), 10), Renewed::OtherVersion { found: version, written: 2 });
    }
}

#[test]
fn a_file_that_knows_more_than_the_log_is_thrown_away() {
    let dir = filled();
    let note = is_renewed(dir.path(), 9);
    assert_eq!(
        note.to_string(),
        "views.db held rows up to 10, the log ends at 9: it is filled again from the log"
    );
}

#[test]
fn a_file_of_another_log_is_thrown_away() {
    let (ours, theirs) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for dir in [&ours, &theirs] {
        drop(SqliteStore::open(dir.path()).unwrap());
        fill(&mut open(dir.path(), 10).0, 10, 1..=10);
        assert_eq!(open(dir.path(), 10).1, None);
    }
    std::fs::copy(theirs.path().join(LOG_FILE), ours.path().join(LOG_FILE)).unwrap();
    assert_eq!(is_renewed(ours.path(), 1_000), Renewed::OtherLog);
}

#[test]
fn finders_get_and_lose_their_indexes() {
    let dir = filled();
    let indexes = || {
        let names =
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE '% by %' ORDER BY name";
        let held = sqlite(dir.path());
        let mut select = held.prepare(names).unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<String>, _>>().unwrap()
    };
    assert_eq!(indexes(), ["taxi.mypage by orderId"]);
    let finders = [("taxi.mypage", "text"), ("seat.mypage", "seatId")];
    let (_, note) = SqliteShelf::open(dir.path(), 10, &finders).unwrap();
    assert_eq!((note, indexes()), (None, vec!["seat.mypage by seatId".into(), "taxi.mypage by text".into()]));
    SqliteShelf::open(dir.path(), 10, &[]).unwrap();
    assert_eq!(indexes(), [""; 0]);
    assert_eq!(total(dir.path()), 1_000);
}

#[test]
fn a_shelf_beside_the_owner_sees_all_and_changes_nothing() {
    let dir = TempDir::new().unwrap();
    assert!(matches!(SqliteShelf::beside(dir.path()), Err(OpenError::Missing(_))));
    let (mut owner, _) = open(dir.path(), 0);
    let mut beside = SqliteShelf::beside(dir.path()).unwrap();
    fill(&mut owner, 3, 1..=5);
    assert_eq!(beside.position().unwrap(), 3);
    assert_eq!(beside.load("taxi.mypage", Id(5)).unwrap(), Some(row(5)));
    assert_eq!(beside.highest().unwrap(), [("taxi.mypage".to_owned(), Id(5))]);
    assert!(matches!(beside.clear("taxi.mypage"), Err(StoreError::Refused(_))));
    assert!(matches!(beside.apply(&Changes::default()), Err(StoreError::Refused(_))));
    assert_eq!((owner.position().unwrap(), total(dir.path())), (3, 5));
}

#[test]
fn the_owner_waits_for_a_rebuild_and_goes_on_after_it() {
    let dir = filled();
    let (mut shelf, _) = open(dir.path(), 10);
    let generation = shelf.generation().unwrap();
    let mut rebuild = Rebuild::open(dir.path()).unwrap();
    assert_eq!(rebuild.begin("taxi.mypage").unwrap(), 10);
    rebuild.put(&[(Id(1), row(1)), (Id(2), row(2))]).unwrap();
    assert_eq!(total(dir.path()), 1_000, "the old rows are shown until it is finished");
    let owner = std::thread::spawn(move || {
        let changes = Changes { position: 11, documents: vec![("taxi.mypage".into(), Id(3), Some(row(3)))] };
        let stale = shelf.apply_since(generation, &changes).unwrap();
        let generation = shelf.generation().unwrap();
        (stale, shelf.apply_since(generation, &changes).unwrap())
    });
    std::thread::sleep(Duration::from_millis(300));
    assert!(!owner.is_finished());
    rebuild.finish().unwrap();
    assert_eq!(owner.join().unwrap(), (false, true));
    assert_eq!(total(dir.path()), 3);
}

#[test]
fn a_rebuild_that_is_given_up_has_changed_nothing() {
    let dir = filled();
    let (mut shelf, _) = open(dir.path(), 10);
    let generation = shelf.generation().unwrap();
    let mut rebuild = Rebuild::open(dir.path()).unwrap();
    rebuild.begin("taxi.mypage").unwrap();
    rebuild.put(&[(Id(5_000), row(1))]).unwrap();
    drop(rebuild);
    assert_eq!((shelf.generation().unwrap(), total(dir.path())), (generation, 1_000));
    fill(&mut shelf, 11, [1_001]);
    assert_eq!(total(dir.path()), 1_001);
}

#[test]
fn a_change_that_cannot_be_stored_leaves_nothing() {
    let dir = filled();
    let (mut shelf, _) = open(dir.path(), 10);
    let bad = Stored { version: u64::MAX, ..row(1) };
    let documents = vec![
        ("a.new".to_owned(), Id(1), Some(row(1))),
        ("taxi.mypage".to_owned(), Id(1), None),
        ("taxi.mypage".to_owned(), Id(2_000), Some(bad)),
    ];
    let refused = shelf.apply(&Changes { position: 11, documents });
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!((shelf.position().unwrap(), total(dir.path())), (10, 1_000));
    fill(&mut shelf, 11, [1_500]);
    assert_eq!((shelf.position().unwrap(), total(dir.path())), (11, 1_001));
    assert_eq!(shelf.highest().unwrap(), [("taxi.mypage".to_owned(), Id(1_500))]);
}

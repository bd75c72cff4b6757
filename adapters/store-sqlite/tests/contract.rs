//! SQLite keeps what every implementation of the ports promises.
#![expect(clippy::unwrap_used, reason = "in a test, what fails fails it")]

use store_sqlite::{Rebuild, SqliteReader, SqliteShelf, SqliteStore};
use tempfile::TempDir;
use testkit::contract;

#[test]
fn sqlite_keeps_the_contract_of_the_store() {
    contract::store(|| {
        let dir = TempDir::new().unwrap();
        move || SqliteStore::open(dir.path()).unwrap()
    });
}

fn place(finders: &'static [(&'static str, &'static str)]) -> impl FnMut() -> (SqliteShelf, SqliteReader) {
    let dir = TempDir::new().unwrap();
    move || {
        let (shelf, renewed) = SqliteShelf::open(dir.path(), u64::MAX, finders).unwrap();
        assert_eq!(renewed, None);
        (shelf, SqliteReader::open(dir.path()).unwrap())
    }
}

#[test]
fn sqlite_keeps_the_contract_of_the_shelf() {
    contract::shelf(|| place(&[]));
}

#[test]
fn sqlite_keeps_the_contract_of_the_reader() {
    contract::reader(|| place(&[]));
}

#[test]
fn sqlite_keeps_the_contract_of_the_reader_with_indexes() {
    contract::reader(|| place(&[("v", "name"), ("v", "seat"), ("v", "n"), ("v", "name"), ("w", "n")]));
}

#[test]
fn sqlite_tells_its_owner_of_a_rebuild() {
    let dir = TempDir::new().unwrap();
    let (shelf, _) = SqliteShelf::open(dir.path(), u64::MAX, &[("v", "version")]).unwrap();
    let reader = SqliteReader::open(dir.path()).unwrap();
    contract::rebuilt(shelf, reader, |kind, rows| {
        let mut rebuild = Rebuild::open(dir.path()).unwrap();
        rebuild.begin(kind).unwrap();
        rebuild.put(rows).unwrap();
        rebuild.finish().unwrap();
    });
}

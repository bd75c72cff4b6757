//! The ports in memory keep what every implementation promises, and fail as they are told to.
#![expect(clippy::unwrap_used, reason = "in a test, what fails fails it")]

use engine::ports::{Batch, Changes, Shelf, Store, StoreError, Stored};
use kernel::Id;
use testkit::contract;
use testkit::memory::{Fault, MemoryShelf, MemoryStore};

#[test]
fn memory_keeps_the_contract_of_the_store() {
    contract::store(|| {
        let store = MemoryStore::new();
        move || store.clone()
    });
}

fn place() -> impl FnMut() -> (MemoryShelf, testkit::memory::MemoryReader) {
    let shelf = MemoryShelf::new();
    move || (shelf.clone(), shelf.reader())
}

#[test]
fn memory_keeps_the_contract_of_the_shelf() {
    contract::shelf(place);
}

#[test]
fn memory_keeps_the_contract_of_the_reader() {
    contract::reader(place);
}

#[test]
fn memory_tells_its_owner_of_a_rebuild() {
    let shelf = MemoryShelf::new();
    contract::rebuilt(shelf.clone(), shelf.reader(), |kind, rows| shelf.rebuild(kind, rows));
}

fn cursor(seq: u64) -> Batch {
    Batch { cursors: vec![("taxi.taxi".into(), seq)], ..Batch::default() }
}

fn stored(store: &MemoryStore) -> u64 {
    store.clone().cursors().unwrap().first().map_or(0, |(_, seq)| *seq)
}

#[test]
fn a_refused_commit_leaves_nothing_and_the_next_one_succeeds() {
    let mut store = MemoryStore::new();
    store.next_commit(Fault::Refused);
    assert!(matches!(store.commit(&cursor(1)), Err(StoreError::Refused(_))));
    assert_eq!(stored(&store), 0);
    store.commit(&cursor(2)).unwrap();
    assert_eq!(stored(&store), 2);
}

#[test]
fn a_broken_commit_may_have_stored_and_only_a_restart_helps() {
    for (fault, left) in [(Fault::BrokenBefore, 0), (Fault::BrokenAfter, 1)] {
        let mut store = MemoryStore::new();
        store.next_commit(fault);
        assert!(matches!(store.commit(&cursor(1)), Err(StoreError::Broken(_))));
        assert!(matches!(store.commit(&cursor(2)), Err(StoreError::Broken(_))));
        assert_eq!(stored(&store), left);
        let mut next = store.clone();
        next.commit(&cursor(3)).unwrap();
        assert_eq!(stored(&store), 3);
    }
}

#[test]
fn a_power_cut_takes_what_the_shelf_had_not_flushed() {
    let mut shelf = MemoryShelf::new();
    let apply = |shelf: &mut MemoryShelf, position| {
        let stored = Stored { version: 1, state: "{}".into(), body: None, due: None };
        let documents = vec![("taxi.order".to_owned(), Id(position), Some(stored))];
        shelf.apply(&Changes { position, documents }).unwrap();
    };
    apply(&mut shelf, 1);
    shelf.flush();
    apply(&mut shelf, 2);
    shelf.power_cut();
    assert_eq!(shelf.position().unwrap(), 1);
    assert!(shelf.load("taxi.order", Id(1)).unwrap().is_some());
    assert_eq!(shelf.load("taxi.order", Id(2)).unwrap(), None);
    apply(&mut shelf, 2);
    assert_eq!(shelf.position().unwrap(), 2);
}

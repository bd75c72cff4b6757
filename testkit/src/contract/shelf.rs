//! Port `Shelf`.

use super::{changes, hidden, seen};
use engine::ports::{Query, Reader, Shelf, Stored};
use kernel::{Id, Time};

/// All of it, but what another process does: see [`rebuilt`]. A place opens the owner's shelf, then a reader beside it.
pub fn shelf<P, S, R>(mut place: impl FnMut() -> P)
where
    P: FnMut() -> (S, R),
    S: Shelf,
    R: Reader,
{
    a_new_shelf_is_empty(place());
    documents_come_back_as_they_went(place());
    the_last_change_of_a_document_holds(place());
    a_document_can_go_and_come_again(place());
    due_documents_come_earliest_first(place());
    the_highest_number_stays_when_its_document_goes(place());
    a_cleared_kind_is_empty_and_the_rest_stays(place());
    many_changes_are_one(place());
}

fn document(version: u64) -> Option<Stored> {
    seen(version, &format!(r#"{{"version":{version}}}"#))
}

/// How many documents of a kind people see.
fn total(reader: &mut impl Reader, kind: &str) -> u64 {
    let query = Query { kind: kind.into(), equals: None, sort: None, offset: 0, limit: 0 };
    reader.page(&query).unwrap().total
}

fn a_new_shelf_is_empty<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    assert_eq!(shelf.position().unwrap(), 0);
    assert_eq!(shelf.load("taxi.order", Id(1)).unwrap(), None);
    assert_eq!(shelf.due(Time(i64::MIN), Time(i64::MAX), 10).unwrap(), []);
    assert_eq!(shelf.highest().unwrap(), []);
    shelf.clear("taxi.order").unwrap();
    assert_eq!(reader.item("taxi.order", Id(1)).unwrap(), None);
    assert_eq!(reader.stored("taxi.order", Id(0), 10).unwrap(), []);
    assert_eq!(total(&mut reader, "taxi.order"), 0);
}

fn documents_come_back_as_they_went<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, _) = open();
    let one = Some(Stored {
        version: 3,
        state: r#"{"이름":"홍길동 \"'%;"}"#.into(),
        body: Some(r#"{"status":"호출확정"}"#.into()),
        due: Some(Time(-5)),
    });
    let all =
        [("taxi.order", 1, one.clone()), ("taxi.taxi", 1, hidden(1, None)), ("seat.order", 1, document(2))];
    shelf.apply(&changes(9, all.clone())).unwrap();
    let check = |shelf: &mut S| {
        assert_eq!(shelf.position().unwrap(), 9);
        for (kind, id, stored) in &all {
            assert_eq!(shelf.load(kind, Id(*id)).unwrap(), *stored, "{kind}");
        }
        assert_eq!(shelf.load("taxi.order", Id(2)).unwrap(), None);
        assert_eq!(shelf.load("taxi.order", Id(u64::MAX)).unwrap(), None);
    };
    check(&mut shelf);
    drop(shelf);
    check(&mut open().0);
}

fn the_last_change_of_a_document_holds<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    shelf.apply(&changes(1, [("k", 2, document(1)), ("k", 1, document(1)), ("k", 3, document(1))])).unwrap();
    let same = [
        ("k", 1, None),
        ("k", 2, document(2)),
        ("k", 2, document(3)),
        ("k", 1, hidden(4, None)),
        ("k", 3, document(2)),
        ("k", 3, None),
        ("k", 4, None),
        ("k", 4, document(1)),
        ("k", 5, document(1)),
        ("k", 5, None),
    ];
    shelf.apply(&changes(2, same)).unwrap();
    let wanted = [(1, hidden(4, None)), (2, document(3)), (3, None), (4, document(1)), (5, None)];
    for (id, stored) in wanted {
        assert_eq!(shelf.load("k", Id(id)).unwrap(), stored, "{id}");
    }
    assert_eq!(total(&mut reader, "k"), 2);
    assert_eq!(shelf.position().unwrap(), 2);
}

fn a_document_can_go_and_come_again<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let states =
        [document(1), None, None, document(2), hidden(3, Some(1)), hidden(4, None), document(5), document(6)];
    for (position, stored) in (1..).zip(states) {
        let visible = stored.as_ref().is_some_and(|stored| stored.body.is_some());
        shelf.apply(&changes(position, [("k", 7, stored.clone())])).unwrap();
        assert_eq!(shelf.load("k", Id(7)).unwrap(), stored);
        assert_eq!(total(&mut reader, "k"), u64::from(visible), "after change {position}");
        assert_eq!(reader.item("k", Id(7)).unwrap().is_some(), visible);
    }
}

fn due_documents_come_earliest_first<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, _) = open();
    let all = [
        ("b", 1, hidden(1, Some(30))),
        ("a", 1, hidden(1, Some(20))),
        ("a", 2, hidden(1, None)),
        ("b", 2, hidden(1, Some(0))),
        ("a", 3, hidden(1, Some(40))),
        ("c", 1, hidden(1, Some(-1))),
    ];
    shelf.apply(&changes(1, all)).unwrap();
    let due = |shelf: &mut S, before: i64, max: usize| {
        let due = shelf.due(Time(i64::MIN), Time(before), max).unwrap();
        due.into_iter().map(|(kind, id, time)| (kind, id.0, time.0)).collect::<Vec<_>>()
    };
    let named = |all: &[(&str, u64, i64)]| {
        all.iter().map(|(kind, id, time)| ((*kind).to_owned(), *id, *time)).collect::<Vec<_>>()
    };
    let early = named(&[("c", 1, -1), ("b", 2, 0), ("a", 1, 20), ("b", 1, 30)]);
    assert_eq!(due(&mut shelf, 40, 10), early);
    assert_eq!(due(&mut shelf, 40, 2), early[..2]);
    assert_eq!(due(&mut shelf, 0, 10), early[..1]);
    assert_eq!(due(&mut shelf, i64::MAX, 10).len(), 5);
    shelf
        .apply(&changes(2, [("c", 1, hidden(2, None)), ("b", 2, None), ("a", 1, hidden(2, Some(35)))]))
        .unwrap();
    let later = named(&[("b", 1, 30), ("a", 1, 35), ("a", 3, 40)]);
    assert_eq!(due(&mut shelf, 41, 10), later);
    drop(shelf);
    assert_eq!(due(&mut open().0, 41, 10), later);
}

fn the_highest_number_stays_when_its_document_goes<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, _) = open();
    shelf
        .apply(&changes(1, [("k", 5, document(1)), ("k", 3, document(1)), ("l", 1, hidden(1, None))]))
        .unwrap();
    shelf.apply(&changes(2, [("k", 5, None), ("m", 8, None)])).unwrap();
    shelf.clear("l").unwrap();
    let wanted = [("k".to_owned(), Id(5)), ("l".to_owned(), Id(1)), ("m".to_owned(), Id(8))];
    let highest = |shelf: &mut S| {
        let mut highest = shelf.highest().unwrap();
        highest.sort();
        highest
    };
    assert_eq!(highest(&mut shelf), wanted);
    drop(shelf);
    assert_eq!(highest(&mut open().0), wanted);
}

fn a_cleared_kind_is_empty_and_the_rest_stays<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let generation = shelf.generation().unwrap();
    let all = [("k", 1, document(1)), ("k", 2, hidden(1, Some(1))), ("l", 1, document(1))];
    shelf.apply(&changes(3, all)).unwrap();
    shelf.clear("k").unwrap();
    assert_eq!(shelf.load("k", Id(1)).unwrap(), None);
    assert_eq!(shelf.due(Time(i64::MIN), Time(100), 10).unwrap(), []);
    assert_eq!((total(&mut reader, "k"), total(&mut reader, "l")), (0, 1));
    assert_eq!(shelf.position().unwrap(), 3);
    assert_eq!(shelf.generation().unwrap(), generation, "its owner did it");
    shelf.apply(&changes(4, [("k", 1, document(9))])).unwrap();
    assert_eq!(shelf.load("k", Id(1)).unwrap(), document(9));
    assert_eq!(total(&mut reader, "k"), 1);
}

fn many_changes_are_one<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let position = reader.snapshot().unwrap();
    let all = (0..3_000_u64).map(|number| {
        let kind = ["a", "b", "c"][(number % 3) as usize];
        (kind, 1 + number * 7 % 1_000, if number % 5 == 4 { None } else { document(number) })
    });
    shelf.apply(&changes(3_000, all)).unwrap();
    assert_eq!(total(&mut reader, "a"), 0, "the snapshot is of before");
    assert_eq!(position, 0);
    assert_eq!(reader.snapshot().unwrap(), 3_000);
    for kind in ["a", "b", "c"] {
        let stored = reader.stored(kind, Id(0), usize::MAX).unwrap();
        assert_eq!(total(&mut reader, kind), stored.len() as u64);
        assert!(stored.is_sorted_by_key(|(id, _)| *id) && !stored.is_empty());
        for (id, held) in stored {
            assert_eq!(shelf.load(kind, id).unwrap(), Some(held));
        }
    }
}

/// What an owner sees of another process that fills a kind again. `rebuild` drops all rows of a kind and stores others.
pub fn rebuilt<S: Shelf, R: Reader>(
    mut shelf: S,
    mut reader: R,
    mut rebuild: impl FnMut(&str, &[(Id, Stored)]),
) {
    shelf.apply(&changes(5, [("v", 1, document(1)), ("v", 2, document(1)), ("w", 1, document(1))])).unwrap();
    let before = shelf.generation().unwrap();
    assert!(shelf.apply_since(before, &changes(6, [("v", 1, document(2))])).unwrap());
    assert_eq!(shelf.generation().unwrap(), before, "the owner's own changes");

    let rows =
        [(Id(1), document(7).unwrap()), (Id(3), document(8).unwrap()), (Id(4), hidden(9, None).unwrap())];
    rebuild("v", &rows);
    let after = shelf.generation().unwrap();
    assert!(after > before);
    assert_eq!((total(&mut reader, "v"), total(&mut reader, "w")), (2, 1));
    assert_eq!(shelf.load("v", Id(2)).unwrap(), None);
    assert_eq!(shelf.position().unwrap(), 6);

    let stale = changes(7, [("v", 1, document(3)), ("w", 1, None)]);
    assert!(!shelf.apply_since(before, &stale).unwrap());
    assert_eq!(shelf.load("v", Id(1)).unwrap(), document(7), "nothing of it is applied");
    assert_eq!((shelf.position().unwrap(), total(&mut reader, "w")), (6, 1));

    let fresh = changes(7, [("v", 1, document(10)), ("v", 4, document(10)), ("v", 2, document(1))]);
    assert!(shelf.apply_since(after, &fresh).unwrap());
    assert_eq!((shelf.position().unwrap(), total(&mut reader, "v")), (7, 4));

    rebuild("v", &[]);
    shelf.apply(&changes(8, [("v", 9, document(1))])).unwrap();
    assert_eq!(total(&mut reader, "v"), 1, "the owner counts from what is there");
    assert!(shelf.highest().unwrap().contains(&("v".into(), Id(9))));
}

//! Port `Reader`.

use super::{changes, hidden, seen};
use engine::ports::{Page, Query, Reader, Shelf, Stored};
use kernel::Id;
use serde_json::{Value, json};

/// All of it. A place opens the owner's shelf, then a reader beside it, on which the fields `name`, `seat` and `n` of the
/// kind `v` may have an index.
pub fn reader<P, S, R>(mut place: impl FnMut() -> P)
where
    P: FnMut() -> (S, R),
    S: Shelf,
    R: Reader,
{
    items_are_what_people_see(place());
    pages_walk_through_all(place());
    rows_are_sorted_by_a_field(place());
    rows_are_found_by_a_field(place());
    a_value_equals_only_its_own_kind(place());
    strange_names_are_only_names(place());
    a_snapshot_stays_as_it_is(place());
    a_reader_sees_each_commit(place());
}

fn visible(body: Value) -> Option<Stored> {
    seen(1, &body.to_string())
}

fn all(kind: &str) -> Query {
    Query { kind: kind.into(), equals: None, sort: None, offset: 0, limit: 1_000 }
}

fn by(field: &str, descending: bool) -> Query {
    Query { sort: Some((field.into(), descending)), ..all("v") }
}

fn with(field: &str, value: impl Into<Value>) -> Query {
    Query { equals: Some((field.into(), value.into())), ..all("v") }
}

fn ids(page: &Page) -> Vec<u64> {
    page.rows.iter().map(|(id, _)| id.0).collect()
}

#[track_caller]
fn finds(reader: &mut impl Reader, query: &Query, total: u64, wanted: &[u64]) {
    let page = reader.page(query).unwrap();
    assert_eq!((ids(&page).as_slice(), page.total), (wanted, total), "{query:?}");
}

fn items_are_what_people_see<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let body = json!({"status": "호출확정", "n": 7, "none": null, "yes": true});
    shelf.apply(&changes(1, [("v", 1, visible(body.clone())), ("v", 2, hidden(1, None))])).unwrap();
    let item = reader.item("v", Id(1)).unwrap().unwrap();
    assert_eq!(serde_json::to_value(&item).unwrap(), body);
    assert_eq!(reader.item("v", Id(2)).unwrap(), None, "nobody sees it");
    assert_eq!(reader.item("v", Id(3)).unwrap(), None);
    assert_eq!(reader.item("w", Id(1)).unwrap(), None);
    assert_eq!(reader.page(&all("v")).unwrap(), Page { rows: vec![(Id(1), item)], total: 1 });
    let stored: Vec<u64> = reader.stored("v", Id(0), 10).unwrap().iter().map(|(id, _)| id.0).collect();
    assert_eq!(stored, [1, 2], "for the audit there is more than people see");
    assert_eq!(reader.stored("v", Id(1), 10).unwrap(), [(Id(2), hidden(1, None).unwrap())]);
    assert_eq!(reader.stored("v", Id(0), 1).unwrap().len(), 1);
}

fn pages_walk_through_all<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    // Each third one is hidden.
    let rows =
        (1..=30).map(|id| ("v", id, if id % 3 == 0 { hidden(1, None) } else { visible(json!({"n": id})) }));
    shelf.apply(&changes(1, rows)).unwrap();
    let shown: Vec<u64> = (1..=30).filter(|id| id % 3 != 0).collect();
    let backwards: Vec<u64> = shown.iter().rev().copied().collect();
    for limit in [1, 3, 7, 20, 100] {
        for offset in 0..25 {
            let part = |rows: &[u64]| -> Vec<u64> { rows.iter().skip(offset).take(limit).copied().collect() };
            let (offset, limit) = (offset as u64, limit as u64);
            let page = |sort: Option<(&str, bool)>| {
                let sort = sort.map(|(field, descending)| (field.to_owned(), descending));
                Query { sort, offset, limit, ..all("v") }
            };
            finds(&mut reader, &page(None), 20, &part(&shown));
            finds(&mut reader, &page(Some(("id", false))), 20, &part(&shown));
            finds(&mut reader, &page(Some(("id", true))), 20, &part(&backwards));
            finds(&mut reader, &page(Some(("n", true))), 20, &part(&backwards));
        }
    }
    finds(&mut reader, &Query { limit: 0, ..all("v") }, 20, &[]);
    finds(&mut reader, &Query { offset: u64::MAX, limit: u64::MAX, ..all("v") }, 20, &[]);
    finds(&mut reader, &Query { offset: 18, limit: u64::MAX, ..all("v") }, 20, &shown[18..]);
}

fn rows_are_sorted_by_a_field<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let names = [
        json!("b"),
        json!(10),
        json!(null),
        json!("가"),
        json!(9),
        json!("a"),
        json!(9.5),
        json!("B"),
        json!(9),
    ];
    let rows = (1..).zip(names).map(|(id, name)| ("v", id, visible(json!({"name": name, "other": name}))));
    shelf.apply(&changes(1, rows)).unwrap();
    shelf.apply(&changes(2, [("v", 10, visible(json!({"n": 1}))), ("v", 11, hidden(1, None))])).unwrap();
    for field in ["name", "other"] {
        finds(&mut reader, &by(field, false), 10, &[3, 10, 5, 9, 7, 2, 8, 6, 1, 4]);
        finds(&mut reader, &by(field, true), 10, &[4, 1, 6, 8, 2, 7, 5, 9, 3, 10]);
        let page = Query { offset: 2, limit: 3, ..by(field, false) };
        finds(&mut reader, &page, 10, &[5, 9, 7]);
    }
}

fn rows_are_found_by_a_field<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let row = |id: u64| visible(json!({"seat": id % 4, "other": id % 4, "n": 100 - id}));
    shelf.apply(&changes(1, (1..=20).map(|id| ("v", id, row(id))))).unwrap();
    let moved = [
        ("v", 5, visible(json!({"seat": 2, "other": 2, "n": 0}))),
        ("v", 9, hidden(2, None)),
        ("v", 13, None),
    ];
    shelf.apply(&changes(2, moved)).unwrap();
    for field in ["seat", "other"] {
        finds(&mut reader, &with(field, 1), 2, &[1, 17]);
        finds(&mut reader, &with(field, 2), 6, &[2, 5, 6, 10, 14, 18]);
        finds(&mut reader, &with(field, 7), 0, &[]);
        let sorted = Query { sort: Some(("n".into(), false)), offset: 1, limit: 2, ..with(field, 2) };
        finds(&mut reader, &sorted, 6, &[18, 14]);
        let backwards = Query { sort: Some(("id".into(), true)), limit: 2, ..with(field, 2) };
        finds(&mut reader, &backwards, 6, &[18, 14]);
        let page = Query { offset: 4, limit: 10, ..with(field, 2) };
        finds(&mut reader, &page, 6, &[14, 18]);
    }
    finds(&mut reader, &with("missing", 1), 0, &[]);
    finds(&mut reader, &Query { kind: "none".into(), ..with("seat", 1) }, 0, &[]);
}

fn a_value_equals_only_its_own_kind<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let values = [
        json!(1),
        json!("1"),
        json!(true),
        json!(null),
        json!(1.0),
        json!([1]),
        json!("[1]"),
        json!({"a": 1}),
    ];
    let rows =
        (1..).zip(values).map(|(id, value)| ("v", id, visible(json!({"seat": value, "other": value}))));
    shelf.apply(&changes(1, rows)).unwrap();
    let more = [json!(false), json!(0), json!(i64::MAX), json!(""), json!(1.5)];
    let rows = (9..).zip(more).map(|(id, value)| ("v", id, visible(json!({"seat": value, "other": value}))));
    shelf.apply(&changes(2, rows)).unwrap();
    shelf.apply(&changes(3, [("v", 14, visible(json!({"n": 1})))])).unwrap();
    let cases: [(Value, &[u64]); 13] = [
        (json!(1), &[1, 5]),
        (json!(1.0), &[1, 5]),
        (json!("1"), &[2]),
        (json!(true), &[3]),
        (json!(null), &[4]),
        (json!([1]), &[]),
        (json!("[1]"), &[7]),
        (json!({"a": 1}), &[]),
        (json!(false), &[9]),
        (json!(0), &[10]),
        (json!(i64::MAX), &[11]),
        (json!(""), &[12]),
        (json!(1.5), &[13]),
    ];
    for field in ["seat", "other"] {
        for (value, wanted) in &cases {
            finds(&mut reader, &with(field, value.clone()), wanted.len() as u64, wanted);
        }
    }
}

/// Whatever stands in a name or value, it is looked for and never obeyed.
fn strange_names_are_only_names<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    let kind = r#"odd"kind'; DROP"#;
    let rows =
        [(kind, 1, visible(json!({"a.b": 1, "it's": "x", "a": {"b": 2}}))), ("v", 1, visible(json!({})))];
    shelf.apply(&changes(1, rows)).unwrap();
    let find = |field: &str, value: Value| Query { kind: kind.into(), ..with(field, value) };
    finds(&mut reader, &find("a.b", json!(1)), 1, &[1]);
    finds(&mut reader, &find("it's", json!("x")), 1, &[1]);
    finds(&mut reader, &find("it's", json!("' OR 1=1 --")), 0, &[]);
    for field in ["", "'", "$", "[0]", "a[0]", "x\" OR 1=1"] {
        finds(&mut reader, &find(field, json!(1)), 0, &[]);
        finds(&mut reader, &Query { kind: kind.into(), ..by(field, false) }, 1, &[1]);
    }
    assert!(reader.item(kind, Id(1)).unwrap().is_some());
    assert!(shelf.load(kind, Id(1)).unwrap().is_some());
    finds(&mut reader, &all("V"), 0, &[]);
}

fn a_snapshot_stays_as_it_is<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    shelf.apply(&changes(1, [("v", 1, visible(json!({"n": 1})))])).unwrap();
    assert_eq!(reader.snapshot().unwrap(), 1);
    shelf.apply(&changes(2, [("v", 1, None), ("v", 2, visible(json!({"n": 2})))])).unwrap();
    shelf.clear("v").unwrap();
    finds(&mut reader, &all("v"), 1, &[1]);
    assert!(reader.item("v", Id(1)).unwrap().is_some());
    assert_eq!(reader.stored("v", Id(0), 10).unwrap().len(), 1);
    assert_eq!(reader.snapshot().unwrap(), 2);
    finds(&mut reader, &all("v"), 0, &[]);
}

fn a_reader_sees_each_commit<S: Shelf, R: Reader>(mut open: impl FnMut() -> (S, R)) {
    let (mut shelf, mut reader) = open();
    for id in 1..=50 {
        shelf
            .apply(&changes(id, [("v", id, visible(json!({"n": id}))), ("w", id, hidden(1, None))]))
            .unwrap();
        assert!(reader.item("v", Id(id)).unwrap().is_some());
        assert_eq!(reader.page(&Query { limit: 1, ..all("v") }).unwrap().total, id);
    }
    finds(&mut reader, &all("w"), 0, &[]);
}

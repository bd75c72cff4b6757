//! Port `Store`.

use engine::ports::{Batch, DeadLetter, KeyRow, LogRow, Reply, Store, StoredProblem};
use kernel::{Id, Time};

/// All of it.
pub fn store<P, S>(mut place: impl FnMut() -> P)
where
    P: FnMut() -> S,
    S: Store,
{
    a_new_store_is_empty(place());
    rows_come_back_as_they_went(place());
    rows_are_read_in_order_and_in_pages(place());
    what_is_committed_outlives_the_process(place());
    rows_with_a_gap_are_a_bug(&mut place);
    cursors_move(place());
    the_newest_row_of_a_key_holds(place());
    keys_are_read_from_a_time_on(place());
    the_limit_of_keys_keeps_the_newest(place());
    a_batch_may_hold_anything_or_nothing(place());
}

fn row(seq: u64) -> LogRow {
    LogRow {
        seq,
        time: Time(1_790_000_000_000 + seq as i64),
        source: "taxi.order".into(),
        name: "Ordered".into(),
        public: true,
        kind: "taxi.order".into(),
        id: Id(seq),
        version: 1,
        correlation: Some(Id(seq)),
        cause: None,
        body: format!(r#"{{"orderId":{seq}}}"#),
    }
}

fn batch(seqs: impl IntoIterator<Item = u64>) -> Batch {
    Batch { rows: seqs.into_iter().map(row).collect(), ..Batch::default() }
}

fn key(time: i64, key: &str, answer: Option<Reply>) -> KeyRow {
    KeyRow {
        time: Time(time),
        service: "taxi.order".into(),
        caller: "one".into(),
        key: key.into(),
        fingerprint: "9f86d081".into(),
        kind: "taxi.order".into(),
        id: Id(7),
        answer,
        success: 201,
    }
}

fn reply(status: u16) -> Reply {
    Reply {
        status,
        id: Some(Id(7)),
        body: Some(r#"{"status":"주문"}"#.into()),
        problem: Some(StoredProblem {
            code: "no-taxi".into(),
            english: "There is no taxi.".into(),
            korean: "택시가 없습니다.".into(),
            field: None,
        }),
        retry_after_s: Some(1),
        replayed: false,
    }
}

fn a_new_store_is_empty<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    assert_eq!(store.end().unwrap(), 0);
    assert_eq!(store.read(0, 10).unwrap(), []);
    assert_eq!(store.cursors().unwrap(), []);
    assert_eq!(store.keys(Time(i64::MIN), 10).unwrap(), []);
    assert_eq!(store.key("taxi.order", "one", "k").unwrap(), None);
}

fn rows_come_back_as_they_went<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    let odd = LogRow {
        time: Time(-1),
        public: false,
        id: Id(i64::MAX as u64),
        version: 0,
        correlation: None,
        cause: Some(1),
        body: r#"{"이름":"홍길동 \"'%;\u0000","n":null}"#.into(),
        ..row(2)
    };
    let rows = vec![row(1), odd];
    store.commit(&Batch { rows: rows.clone(), ..Batch::default() }).unwrap();
    assert_eq!(store.read(0, 10).unwrap(), rows);
}

fn rows_are_read_in_order_and_in_pages<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    for first in [1, 4, 5] {
        store.commit(&batch(first..if first == 1 { 4 } else { first + 1 })).unwrap();
    }
    store.commit(&batch(6..=600)).unwrap();
    assert_eq!(store.end().unwrap(), 600);
    let seqs = |rows: Vec<LogRow>| rows.iter().map(|row| row.seq).collect::<Vec<_>>();
    assert_eq!(seqs(store.read(0, 4).unwrap()), [1, 2, 3, 4]);
    assert_eq!(seqs(store.read(4, 3).unwrap()), [5, 6, 7]);
    assert_eq!(seqs(store.read(598, 100).unwrap()), [599, 600]);
    assert_eq!(seqs(store.read(0, usize::MAX).unwrap()), (1..=600).collect::<Vec<_>>());
    assert_eq!(store.read(600, 10).unwrap(), []);
    assert_eq!(store.read(u64::MAX, 10).unwrap(), []);
    assert_eq!(store.read(0, 0).unwrap(), []);
}

fn what_is_committed_outlives_the_process<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    store.commit(&batch(1..=3)).unwrap();
    let whole = Batch {
        cursors: vec![("taxi.taxi".into(), 2)],
        keys: vec![key(5, "k", Some(reply(201)))],
        ..batch(4..=5)
    };
    store.commit(&whole).unwrap();
    drop(store);
    let mut store = open();
    assert_eq!(store.end().unwrap(), 5);
    assert_eq!(store.read(3, 10).unwrap(), whole.rows);
    assert_eq!(store.cursors().unwrap(), whole.cursors);
    assert_eq!(store.key("taxi.order", "one", "k").unwrap().as_ref(), whole.keys.first());
    assert_eq!(store.keys(Time(0), 10).unwrap(), whole.keys);
    store.commit(&batch(6..=6)).unwrap();
    drop(store);
    assert_eq!(open().end().unwrap(), 6);
}

/// The engine numbers rows; a store that took others would have lost some.
fn rows_with_a_gap_are_a_bug<P, S>(place: &mut impl FnMut() -> P)
where
    P: FnMut() -> S,
    S: Store,
{
    for wrong in [vec![2], vec![0], vec![1, 3], vec![1, 1], vec![1, 2, 4]] {
        let mut open = place();
        let mut store = open();
        let attempt = std::panic::AssertUnwindSafe(|| store.commit(&batch(wrong.clone())));
        assert!(std::panic::catch_unwind(attempt).is_err(), "rows {wrong:?} were taken");
        drop(store);
        assert_eq!(open().end().unwrap(), 0);
    }
}

fn cursors_move<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    let cursors = |all: &[(&str, u64)]| all.iter().map(|(name, seq)| ((*name).into(), *seq)).collect();
    let set = |all: &[(&str, u64)]| Batch { cursors: cursors(all), ..Batch::default() };
    store.commit(&set(&[("taxi.taxi", 1), ("taxi.order", 3)])).unwrap();
    store.commit(&set(&[("taxi.taxi", 4), ("taxi.mypage", 0)])).unwrap();
    let all: Vec<(String, u64)> = cursors(&[("taxi.mypage", 0), ("taxi.order", 3), ("taxi.taxi", 4)]);
    assert_eq!(store.cursors().unwrap(), all);
    drop(store);
    assert_eq!(open().cursors().unwrap(), all);
}

fn the_newest_row_of_a_key_holds<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    let of_other = [
        KeyRow { service: "seat.seat".into(), ..key(1, "k", None) },
        KeyRow { caller: String::new(), ..key(1, "k", None) },
    ];
    let pending = Batch { keys: vec![key(1, "k", None), key(1, "l", None)], ..Batch::default() };
    store.commit(&pending).unwrap();
    store.commit(&Batch { keys: of_other.to_vec(), ..Batch::default() }).unwrap();
    assert_eq!(store.key("taxi.order", "one", "k").unwrap(), Some(key(1, "k", None)));
    let answered = key(2, "k", Some(reply(402)));
    let twice = vec![key(2, "k", Some(reply(503))), answered.clone()];
    store.commit(&Batch { keys: twice, ..Batch::default() }).unwrap();
    let check = |store: &mut S| {
        assert_eq!(store.key("taxi.order", "one", "k").unwrap().as_ref(), Some(&answered));
        assert_eq!(store.key("taxi.order", "one", "l").unwrap(), Some(key(1, "l", None)));
        assert_eq!(store.key("seat.seat", "one", "k").unwrap().as_ref(), of_other.first());
        assert_eq!(store.key("taxi.order", "", "k").unwrap().as_ref(), of_other.last());
        assert_eq!(store.key("taxi.order", "one", "m").unwrap(), None);
    };
    check(&mut store);
    drop(store);
    let mut store = open();
    check(&mut store);
    assert_eq!(store.keys(Time(2), 10).unwrap().len(), 2);
    check(&mut store);
    store.commit(&Batch { keys: vec![key(3, "l", Some(reply(201)))], ..Batch::default() }).unwrap();
    assert_eq!(store.key("taxi.order", "one", "l").unwrap(), Some(key(3, "l", Some(reply(201)))));
}

fn keys_are_read_from_a_time_on<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    for time in 1..=5 {
        let keys = vec![key(time, &format!("a{time}"), None), key(time, &format!("b{time}"), None)];
        store.commit(&Batch { keys, ..Batch::default() }).unwrap();
    }
    let names = |rows: Vec<KeyRow>| rows.into_iter().map(|row| row.key).collect::<Vec<_>>();
    assert_eq!(names(store.keys(Time(4), 10).unwrap()), ["a4", "b4", "a5", "b5"]);
    assert_eq!(names(store.keys(Time(6), 10).unwrap()), [""; 0]);
    drop(store);
    assert_eq!(names(open().keys(Time(5), 10).unwrap()), ["a5", "b5"]);
}

fn the_limit_of_keys_keeps_the_newest<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    let keys = (0..100).map(|number| key(9, &number.to_string(), None)).collect();
    store.commit(&Batch { keys, ..Batch::default() }).unwrap();
    let names = |rows: Vec<KeyRow>| rows.into_iter().map(|row| row.key).collect::<Vec<_>>();
    assert_eq!(names(store.keys(Time(0), 3).unwrap()), ["97", "98", "99"]);
    assert_eq!(store.keys(Time(0), 0).unwrap(), []);
    assert_eq!(store.key("taxi.order", "one", "5").unwrap(), Some(key(9, "5", None)), "left out, but stored");
}

fn a_batch_may_hold_anything_or_nothing<S: Store>(mut open: impl FnMut() -> S) {
    let mut store = open();
    store.commit(&Batch::default()).unwrap();
    let letter = DeadLetter { time: Time(1), service: "taxi.taxi".into(), seq: None, why: "panicked".into() };
    let dead = vec![DeadLetter { seq: Some(1), ..letter.clone() }, letter];
    store.commit(&Batch { dead, ..batch(1..=1) }).unwrap();
    store.commit(&Batch::default()).unwrap();
    assert_eq!(store.end().unwrap(), 1);
}

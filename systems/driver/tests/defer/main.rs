//! A call that is taken although drivermanage does not answer (D10, D30), on the real engine with drivermanage
//! somewhere else: held, released, answered late, given up, with crashes in between.

mod remote;

use driver::Settings;
use kernel::{Answer, Body, Millis};
use remote::Remote;
use serde_json::{Value, json};

fn accepting() -> Remote {
    Remote::new(Settings::default())
}

fn refusing() -> Remote {
    Remote::new(Settings { refuse: true, ..Settings::default() })
}

fn wish() -> Value {
    json!({"tel": "01012345678", "location": "마포"})
}

fn yes() -> Option<Answer> {
    Some(Answer::Done(Body::new()))
}

fn no() -> Option<Answer> {
    Some(Answer::Refused { status: 409, code: "order-taken".into() })
}

fn is(status: u16, shown: &str) -> Option<(u16, String)> {
    Some((status, shown.into()))
}

const LINE: &str = "Circuit breaker has been opened. Fallback returned instead. 1";

#[test]
fn d28_a_customer_is_held_until_drivermanage_has_taken_the_call() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    assert_eq!(remote.asked.len(), 1);
    assert_eq!(remote.asked[0].2.key, "driver.drivercall/1/request/1");
    remote.pass(Millis(300));
    assert_eq!(remote.told(ticket), None);
    assert_eq!(remote.shown(1).0, "호출", "it is there already");
    remote.answers(yes());
    assert_eq!(remote.told(ticket), is(201, "호출"));
    remote.pass(Millis::hours(1));
    assert_eq!((remote.asked.len(), remote.notes.len()), (1, 0));
}

#[test]
fn d10_d30_nobody_is_held_longer_than_610_ms() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    remote.pass(Millis(609));
    assert_eq!(remote.told(ticket), None);
    remote.pass(Millis(1));
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert_eq!(remote.notes, [LINE]);
    assert_eq!(remote.shown(1), ("호출".into(), None), "not confirmed");
    // The late answer still counts.
    remote.pass(Millis::seconds(5));
    remote.answers(yes());
    assert_eq!(remote.count("CallTaken"), 1);
    remote.answers(yes());
    remote.pass(Millis::hours(1));
    assert_eq!((remote.count("CallTaken"), remote.count("DrivercallCancelled")), (1, 0));
    assert_eq!(remote.notes, [LINE], "said once");
}

#[test]
fn d30_it_is_asked_again_with_the_same_key_until_it_answers() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    for _ in 0..6 {
        remote.answers(None);
        let before = remote.asked.len();
        remote.pass(Millis::seconds(11));
        assert_eq!(remote.asked.len(), before + 1, "after a pause, once");
    }
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert!(remote.asked.iter().all(|(_, _, out)| out.key == "driver.drivercall/1/request/1"));
    remote.answers(yes());
    remote.pass(Millis::hours(1));
    assert_eq!((remote.asked.len(), remote.count("CallTaken")), (7, 1));
}

#[test]
fn d30_after_ten_minutes_the_call_is_over_and_says_why() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    let call = remote.asked[0].1;
    while remote.asked.last().is_some_and(|(at, ..)| *at < 580_000) {
        remote.answers(None);
        remote.pass(Millis::seconds(10));
    }
    assert_eq!(remote.shown(1), ("호출".into(), None));
    remote.pass(Millis::seconds(30));
    assert_eq!(remote.shown(1), ("호출취소".into(), Some("NO_ANSWER".into())));
    let asked = remote.asked.len();
    remote.answers_to(call, yes());
    remote.pass(Millis::hours(1));
    assert_eq!(remote.shown(1).0, "호출취소", "too late");
    assert_eq!((remote.asked.len(), remote.count("CallTaken")), (asked, 0));
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert_eq!(remote.notes.iter().filter(|note| *note == LINE).count(), 1);
}

#[test]
fn d30_a_no_ends_the_call_in_front_of_whoever_waits() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    remote.answers(no());
    assert_eq!(remote.told(ticket), is(201, "호출취소"));
    assert_eq!(remote.shown(1), ("호출취소".into(), Some("REFUSED".into())));
    // The same after nobody waits any more.
    let ticket = remote.post(&wish(), None);
    remote.pass(Millis::seconds(1));
    remote.answers(no());
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert_eq!(remote.shown(2), ("호출취소".into(), Some("REFUSED".into())));
}

#[test]
fn d5_a_cancel_ends_the_wait() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    remote.pass(Millis(100));
    let cancel = remote.delete(1);
    assert_eq!(remote.told(cancel), is(204, ""));
    assert_eq!(remote.told(ticket).map(|(status, _)| status), Some(201), "it was made, and is gone");
    remote.answers(yes());
    remote.pass(Millis::hours(1));
    assert_eq!(
        (remote.asked.len(), remote.count("CallTaken"), remote.count("DrivercallCancelled")),
        (1, 0, 1)
    );
}

#[test]
fn d30_a_crash_while_somebody_waits_forgets_nothing() {
    let mut remote = accepting();
    let lost = remote.post(&wish(), Some("k"));
    remote.pass(Millis(100));
    remote.crash();
    assert_eq!(remote.told(lost), None, "its connection is gone");
    assert_eq!(remote.asked.len(), 2, "asked again at once");
    assert_eq!(remote.asked[1].2.key, remote.asked[0].2.key);
    let again = remote.post(&wish(), Some("k"));
    assert_eq!(remote.told(again), None);
    remote.answers(yes());
    assert_eq!(remote.told(again), is(201, "호출"));
    let once_more = remote.post(&wish(), Some("k"));
    assert_eq!(remote.told(once_more), is(201, "호출"));
    assert_eq!((remote.count("Drivercalled"), remote.count("CallTaken")), (1, 1), "one key, one call");
}

#[test]
fn d30_a_repeat_after_a_crash_is_not_held_for_ever_either() {
    let mut remote = accepting();
    remote.post(&wish(), Some("k"));
    remote.crash();
    let again = remote.post(&wish(), Some("k"));
    remote.pass(Millis(611));
    assert_eq!(remote.told(again), is(201, "호출"));
    assert_eq!(remote.notes, [LINE]);
}

#[test]
fn d30_a_crash_after_the_fallback_asks_on_and_says_nothing_again() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    remote.pass(Millis(610));
    assert_eq!(remote.told(ticket), is(201, "호출"));
    remote.crash();
    remote.pass(Millis::seconds(1));
    assert_eq!(remote.asked.len(), 2);
    remote.crash();
    remote.answers(yes());
    assert_eq!((remote.count("CallTaken"), remote.notes.len()), (1, 1));
}

#[test]
fn d30_an_answer_whose_commit_is_refused_is_asked_for_again() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), None);
    remote.refuse_next_commit();
    remote.answers(yes());
    assert_eq!(remote.told(ticket), None, "held again");
    remote.pass(Millis(500));
    remote.answers(yes());
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert_eq!((remote.count("CallTaken"), remote.notes.len()), (1, 0));
}

#[test]
fn d30_a_fallback_whose_commit_is_refused_comes_again() {
    let mut remote = accepting();
    let ticket = remote.post(&wish(), Some("k"));
    remote.pass(Millis(609));
    remote.refuse_next_commit();
    remote.pass(Millis(1_000));
    assert_eq!(remote.told(ticket), is(201, "호출"));
    remote.answers(yes());
    assert_eq!(remote.count("CallTaken"), 1);
}

#[test]
fn d10_d30_nobody_waits_when_drivermanage_cannot_even_be_asked() {
    let mut remote = accepting();
    remote.reach(false);
    let ticket = remote.post(&wish(), None);
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert_eq!((remote.notes.as_slice(), remote.asked.len()), ([LINE.to_owned()].as_slice(), 0));
    remote.pass(Millis::minutes(5));
    assert_eq!(remote.shown(1).0, "호출");
    remote.reach(true);
    remote.pass(Millis::seconds(11));
    assert_eq!(remote.asked.len(), 1);
    remote.answers(yes());
    assert_eq!((remote.count("CallTaken"), remote.notes.len()), (1, 1));
    // For good: the call ends by itself.
    remote.reach(false);
    remote.post(&wish(), None);
    remote.pass(Millis::minutes(10));
    assert_eq!(remote.shown(2), ("호출취소".into(), Some("NO_ANSWER".into())));
}

#[test]
fn d10_when_calls_pile_up_they_are_taken_at_once_and_asked_for_later() {
    let mut remote = accepting();
    for _ in 0..20 {
        remote.post(&wish(), None);
        remote.pass(Millis(450));
    }
    remote.pass(Millis::seconds(1));
    assert!(remote.notes.iter().any(|note| note.contains("opened")), "{:?}", remote.notes);
    let asked = remote.asked.len();
    let ticket = remote.post(&wish(), None);
    assert_eq!(remote.told(ticket), is(201, "호출"), "nobody waits for what does not answer");
    assert_eq!(remote.asked.len(), asked);
    // Shortly after, all of them are asked for again, and taken.
    for _ in 0..400 {
        remote.pass(Millis(500));
        let mut waiting: Vec<_> = remote.asked.iter().map(|(_, call, _)| *call).collect();
        waiting.sort_unstable();
        waiting.dedup();
        waiting.into_iter().for_each(|call| remote.answers_to(call, yes()));
        if remote.count("CallTaken") == 21 {
            break;
        }
    }
    assert_eq!(remote.count("CallTaken"), 21);
}

#[test]
fn d8_d29_refusing_a_call_without_answer_leaves_nothing() {
    let mut remote = refusing();
    let ticket = remote.post(&wish(), Some("k"));
    remote.pass(Millis(609));
    assert_eq!((remote.told(ticket), remote.shown(1).0), (None, String::new()));
    remote.pass(Millis(1));
    assert_eq!(remote.told(ticket), is(503, "drivermanage-unavailable"));
    assert_eq!((remote.count("Drivercalled"), remote.count("DrivercallCancelled")), (0, 0));
    // Whatever drivermanage has done is undone, asked without end.
    assert_eq!(remote.asked.last().map(|(_, call, _)| call.step), Some("void"));
    remote.answers(None);
    remote.pass(Millis::seconds(1));
    remote.answers(yes());
    assert_eq!(remote.count("CallVoided"), 1);
    // The key is free: a new try is a new call.
    let ticket = remote.post(&wish(), Some("k"));
    remote.answers(yes());
    assert_eq!(remote.told(ticket), is(201, "호출"));
    assert_eq!(remote.shown(2).0, "호출");
    assert!(remote.notes.is_empty(), "{:?}", remote.notes);
}

#[test]
fn d8_d29_a_call_that_cannot_be_asked_for_is_refused_at_once() {
    let mut remote = refusing();
    remote.reach(false);
    let ticket = remote.post(&wish(), None);
    assert_eq!(remote.told(ticket), is(503, "callee-unavailable"));
    assert_eq!(remote.count("CallRequested"), 0);
    remote.reach(true);
    let ticket = remote.post(&wish(), None);
    remote.answers(yes());
    assert_eq!(remote.told(ticket), is(201, "호출"));
}

#[test]
fn d8_a_crash_while_a_call_may_be_refused_ends_well_or_leaves_nothing() {
    let mut remote = refusing();
    remote.post(&wish(), Some("k"));
    remote.crash();
    let again = remote.post(&wish(), Some("k"));
    remote.answers(yes());
    assert_eq!(remote.told(again), is(201, "호출"));
    let mut remote = refusing();
    remote.post(&wish(), Some("k"));
    remote.crash();
    remote.pass(Millis::seconds(2));
    assert_eq!((remote.shown(1).0, remote.count("CallRefused")), (String::new(), 1));
}

//! Approval: asked once, decided once, and gone with its booking.

use crate::*;
use kernel::Method::{Delete, Patch};
use kernel::{Millis, Mode};
use room::confirm::{Command, Confirm, Stage};

fn asked() -> Given {
    let mut confirm = service("confirm");
    confirm.hears(created()).says(["ConfirmRequested"]).with("status", "BOOKED").with("userId", "1111");
    confirm
}

fn approved() -> Given {
    let mut confirm = asked();
    decide(&mut confirm, "CONFIRMED").says(["ConfirmCompleted"]).with("status", "CONFIRMED");
    confirm
}

fn denying() -> Given {
    let mut confirm = asked();
    let body = json!({"status": "DENIED", "confirmDtm": "2020901153000"});
    confirm.asks(Patch, "/confirms/7", body).says(["Denying"]);
    confirm
}

/// A denial was tried, and nobody knows what came of it.
fn unanswered() -> Given {
    let mut confirm = denying();
    let then = confirm.answers::<Confirm>(N, "deny", Answer::GivenUp);
    then.says_but(["DenyGivenUp"], 503, "booking-unavailable");
    confirm
}

fn refused() -> Given {
    let mut confirm = denying();
    confirm.answers::<Confirm>(N, "deny", yes()).says(["ConfirmDenied"]).with("status", "DENIED");
    confirm
}

fn removed() -> Given {
    let mut confirm = asked();
    confirm.hears(cancelled(Reason::User)).says(["ConfirmRemoved"]);
    confirm
}

fn decide(confirm: &mut Given, status: &str) -> testkit::given::Then {
    confirm.asks(Patch, "/confirms/7", json!({"status": status}))
}

fn shown(confirm: &Given) -> Value {
    confirm.record::<Confirm>(N)["status"].clone()
}

#[test]
fn r17_a_booking_asks_the_administrator_once() {
    let mut confirm = asked();
    let expected = json!({"userId": "1111", "status": "BOOKED", "confirmDtm": null, "bookingId": 7});
    assert_eq!(confirm.record::<Confirm>(N), expected);
    assert!(confirm.waits::<Confirm>(N).is_empty());
    confirm.hears(created()).is_already_so();
    for confirm in [&mut approved(), &mut denying(), &mut refused(), &mut removed()] {
        confirm.hears(created()).is_already_so();
    }
}

#[test]
fn r18_an_approval_is_said_once() {
    let mut confirm = asked();
    let body = json!({"status": "CONFIRMED", "confirmDtm": "2020901153000"});
    let then = confirm.asks(Patch, "/confirms/7", body.clone()).says(["ConfirmCompleted"]);
    then.with("bookingId", 7).with("id", 7).with("confirmDtm", "2020901153000").with("revision", 0);
    assert_eq!(shown(&confirm), "CONFIRMED");
    confirm.asks(Patch, "/confirms/7", body).is_already_so();
    let noted = confirm.asks(Patch, "/confirms/7", json!({"confirmDtm": "later"}));
    noted.says(["ConfirmNoted"]).with("confirmDtm", "later");
    assert_eq!(confirm.record::<Confirm>(N)["confirmDtm"], "later");
}

#[test]
fn r11_r19_a_denial_waits_for_the_booking_to_end() {
    let mut confirm = denying();
    assert_eq!(confirm.record::<Confirm>(N)["confirmDtm"], Value::Null, "nothing is denied yet");
    assert_eq!(shown(&confirm), "BOOKED");
    let call = confirm.call::<Confirm>(N, "deny");
    assert_eq!((call.to, call.mode, call.hold, call.attempt), ("booking", Mode::Refuse, Millis(1_000), 1));
    assert_eq!(call.until, Some(confirm.now + Millis(1_000)));
    assert_eq!((call.request.method, call.request.path.as_str()), (Delete, "/bookings/7"));
    assert_eq!(call.request.fields.text("reason"), Some("DENIED"));
    decide(&mut confirm, "DENIED").is_already_so();
    confirm.asks(Patch, "/confirms/7", json!({})).is_already_so();
    decide(&mut confirm, "CONFIRMED").is_refused(409, "under-way");
    confirm.asks(Patch, "/confirms/7", json!({"confirmDtm": "x"})).is_refused(409, "under-way");
    let then = confirm.answers::<Confirm>(N, "deny", yes()).says(["ConfirmDenied"]);
    then.with("confirmDtm", "2020901153000").with("bookingId", 7);
    assert_eq!(shown(&confirm), "DENIED", "as whoever denied is answered");
    confirm.hears(cancelled(Reason::Denied)).says(["ConfirmRemoved"]);
    assert_eq!(confirm.record::<Confirm>(N), Value::Null);
}

#[test]
fn r11_a_booking_that_is_over_is_as_good_as_denied() {
    let mut confirm = denying();
    confirm.answers::<Confirm>(N, "deny", no(404, "not-found")).says(["ConfirmDenied"]);
    let mut confirm = denying();
    let then = confirm.hears(cancelled(Reason::User)).says(["ConfirmDenied", "ConfirmLeaving"]);
    then.with("status", "DENIED").with("confirmDtm", "2020901153000");
    assert_eq!(shown(&confirm), "DENIED");
    assert_eq!(confirm.waits::<Confirm>(N), ["timer"]);
    confirm.when::<Confirm>(N, Command::Ended(yes())).is_already_so();
    confirm.fires::<Confirm>(N).says(["ConfirmRemoved"]);
    assert!(confirm.waits::<Confirm>(N).is_empty());
}

#[test]
fn r8_r11_silence_denies_nothing() {
    for answer in [Answer::GivenUp, no(409, "in-use"), no(422, "bad")] {
        let mut confirm = denying();
        let then = confirm.answers::<Confirm>(N, "deny", answer);
        then.says_but(["DenyGivenUp"], 503, "booking-unavailable");
        assert_eq!(confirm.record::<Confirm>(N)["confirmDtm"], Value::Null);
        assert_eq!(shown(&confirm), "BOOKED");
        assert!(confirm.waits::<Confirm>(N).is_empty(), "a late DELETE does no harm");
        decide(&mut confirm, "DENIED").says(["Denying"]).with("attempt", 2);
        assert_eq!(confirm.waits::<Confirm>(N), ["refuse booking deny 2"]);
    }
    // It may still arrive, and whoever reads the sentence knows.
    let mut confirm = unanswered();
    let no = denying().answers::<Confirm>(N, "deny", Answer::GivenUp).no.expect("it is refused");
    assert!(no.english.contains("may still be denied") && no.korean.contains("거절될 수도"), "{no:?}");
    let then = confirm.hears(cancelled(Reason::Denied)).says(["ConfirmDenied", "ConfirmLeaving"]);
    then.with("status", "DENIED").with("bookingId", 7);
    assert_eq!(shown(&confirm), "DENIED");
    confirm.hears(cancelled(Reason::Denied)).says(["ConfirmRemoved"]);
    let mut confirm = unanswered();
    confirm.hears(cancelled(Reason::Denied)).says(["ConfirmDenied", "ConfirmLeaving"]);
    confirm.fires::<Confirm>(N).says(["ConfirmRemoved"]);
    assert!(confirm.waits::<Confirm>(N).is_empty());
    for reason in [Reason::User, Reason::UseEnded, Reason::NoShow] {
        unanswered().hears(cancelled(reason)).says(["ConfirmRemoved"]);
    }
}

#[test]
fn r18_r19_what_is_decided_stays() {
    for status in ["DENIED", "BOOKED"] {
        decide(&mut approved(), status).is_refused(409, "already-decided");
    }
    for status in ["CONFIRMED", "BOOKED"] {
        decide(&mut refused(), status).is_refused(409, "already-decided");
    }
    decide(&mut refused(), "DENIED").is_already_so();
    for confirm in [&mut asked(), &mut approved(), &mut denying(), &mut refused()] {
        decide(confirm, "YES").is_refused(400, "unknown-status");
        confirm.asks(Patch, "/confirms/7", json!({"status": " "})).is_refused(400, "missing-field");
    }
    decide(&mut asked(), "BOOKED").is_already_so();
}

#[test]
fn r22_a_booking_that_is_over_leaves_nothing_to_approve() {
    for confirm in [&mut asked(), &mut approved(), &mut refused()] {
        confirm.hears(cancelled(Reason::UseEnded)).says(["ConfirmRemoved"]);
        assert_eq!(confirm.record::<Confirm>(N), Value::Null);
        confirm.hears(cancelled(Reason::UseEnded)).is_already_so();
    }
    for confirm in [&mut service("confirm"), &mut removed()] {
        decide(confirm, "CONFIRMED").is_refused(404, "not-found");
        confirm.when::<Confirm>(N, Command::Ended(yes())).is_already_so();
        confirm.hears(changed(1, true)).is_already_so();
    }
    let mut early = service("confirm");
    early.hears(cancelled(Reason::User)).says(["ConfirmRemoved"]);
    early.hears(created()).is_already_so();
    assert_eq!(early.record::<Confirm>(N), Value::Null);
}

#[test]
fn r18_another_time_is_approved_anew() {
    let mut confirm = approved();
    confirm.hears(changed(1, false)).says(["ChangeNoted"]).with("revision", 1);
    assert_eq!(
        (shown(&confirm), confirm.record::<Confirm>(N)["userId"].clone()),
        (json!("CONFIRMED"), json!("user 1"))
    );
    confirm.hears(changed(2, true)).says(["ChangeNoted", "ConfirmRequested"]).with("status", "BOOKED");
    assert_eq!(shown(&confirm), "BOOKED");
    decide(&mut confirm, "CONFIRMED").says(["ConfirmCompleted"]).with("revision", 2).with("userId", "user 2");
    // Heard again, it asks for nothing again.
    confirm.hears(changed(1, false)).is_already_so();
    confirm.hears(changed(2, true)).is_already_so();
    asked().hears(changed(1, true)).says(["ChangeNoted"]);
    denying().hears(changed(1, true)).says(["ChangeNoted"]);
    refused().hears(changed(1, true)).is_already_so();
}

#[test]
fn r11_answers_that_come_twice_change_nothing() {
    for confirm in [&mut asked(), &mut approved(), &mut refused(), &mut removed()] {
        confirm.when::<Confirm>(N, Command::Ended(yes())).is_already_so();
        confirm.when::<Confirm>(N, Command::Ended(Answer::GivenUp)).is_already_so();
    }
    let stage = denying().document::<Confirm>(N).map(|own| own.stage.clone());
    assert!(matches!(stage, Some(Stage::Denying { .. })));
}

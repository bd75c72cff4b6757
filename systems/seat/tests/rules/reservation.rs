//! Reservations: nothing without payment, nothing public that is not paid, each ended once.

use crate::*;
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::{Millis, Mode};
use seat::reservation::{Command, Reservation, Stage};
use serde_json::{Value, json};

fn place() -> Command {
    Command::Place { booking: booking(), card: Some(card()) }
}

fn requested() -> Given {
    let mut own = service("reservation");
    own.when::<Reservation>(N, place()).says(["ReservationRequested"]);
    own
}

pub(crate) fn pending() -> Given {
    let mut own = requested();
    own.answers::<Reservation>(N, "authorize", yes()).says(["Reserved"]);
    own
}

fn confirmed() -> Given {
    let mut own = pending();
    own.hears(checked(N, 1, None)).says(["ReservationConfirmed"]);
    own
}

fn refused() -> Given {
    let mut own = pending();
    own.hears(seat_refused(N, events::OCCUPIED, None)).says(["ReservationRefused"]);
    own
}

fn freed() -> Given {
    let mut own = confirmed();
    own.hears(reclaimed(N, 2, Some(events::FREED), None)).says(["ReservationFreed"]);
    own
}

fn dropped() -> Given {
    let mut own = requested();
    let _ = own.answers::<Reservation>(N, "authorize", Answer::GivenUp);
    own
}

fn leave(own: &mut Given) -> testkit::given::Then {
    own.asks(Delete, "/reservations/7", json!({}))
}

fn shown(own: &Given, field: &str) -> Value {
    own.record::<Reservation>(N)[field].clone()
}

#[test]
fn s1_s17_s36_a_reservation_asks_payment_and_is_hidden_until_then() {
    let mut own = service("reservation");
    let fields = json!({"name": "Han", "reserveDate": "1", "exitDate": "2", "payType": "card", "seatId": 4,
        "cardNo": {"token": "tok_1", "last4": "5656"}});
    own.asks(Post, "/reservations", fields).says(["ReservationRequested"]).with("id", 1);
    assert_eq!(own.record::<Reservation>(Id(1)), Value::Null);
    let call = own.call::<Reservation>(Id(1), "authorize");
    assert_eq!((call.to, call.mode, call.hold), ("payment", Mode::Refuse, Millis::seconds(1)));
    assert_eq!(call.until, Some(own.now + Millis::seconds(1)));
    assert_eq!((call.request.method, call.request.path.as_str()), (Post, "/payments"));
    let fields = serde_json::to_value(&call.request.fields).unwrap();
    let expected = json!({"reserveId": 1, "seatId": 4, "name": "Han", "payType": "card", "reserveDate": "1",
        "exitDate": "2", "cardNo": {"token": "tok_1", "last4": "5656"}});
    assert_eq!(fields, expected);
}

#[test]
fn s1_a_reservation_names_a_seat_and_may_leave_out_the_rest() {
    let mut own = service("reservation");
    own.asks(Post, "/reservations", json!({"name": "Han"})).is_refused(400, "missing-field");
    own.asks(Post, "/reservations", json!({"name": "han", "seatId": 1})).says(["ReservationRequested"]);
    own.answers::<Reservation>(Id(1), "authorize", yes()).says(["Reserved"]).with("payType", Value::Null);
    let record = own.record::<Reservation>(Id(1));
    assert_eq!((&record["seatId"], &record["reserveDate"]), (&json!(1), &Value::Null));
}

#[test]
fn s2_s7_a_paid_reservation_is_public() {
    let mut own = requested();
    let then = own.answers::<Reservation>(N, "authorize", yes()).says(["Reserved"]);
    then.with("name", "Han").with("seatId", 4).with("exitDate", "2").without("card");
    let expected = json!({"name": "Han", "reserveDate": "1", "exitDate": "2", "payType": "card", "seatId": 4,
        "cardNo": "********5656", "status": "Pending", "reason": null, "refunded": false});
    assert_eq!(own.record::<Reservation>(N), expected);
    assert_eq!(own.waits::<Reservation>(N), ["timer"]);
}

#[test]
fn s7_a_declined_card_leaves_nothing() {
    let mut own = requested();
    let then = own.answers::<Reservation>(N, "authorize", no(402, "card-declined"));
    then.says_but(["ReservationDropped"], 402, "card-declined").with("void", false);
    assert_eq!(own.record::<Reservation>(N), Value::Null);
    assert!(own.waits::<Reservation>(N).is_empty(), "nothing is to be voided");
    leave(&mut own).is_refused(404, "not-found");
}

#[test]
fn s7_s9_silence_and_any_other_no_void_the_payment() {
    for answer in [Answer::GivenUp, no(409, "voided"), no(422, "bad"), no(404, "gone")] {
        let mut own = requested();
        let then = own.answers::<Reservation>(N, "authorize", answer);
        then.says_but(["ReservationDropped"], 503, "payment-unavailable").with("void", true);
        assert_eq!(own.waits::<Reservation>(N), ["forward payment void 1"]);
        let call = own.call::<Reservation>(N, "void");
        assert_eq!((call.hold, call.until), (Millis(0), None), "the client is gone, the void goes on");
        own.answers::<Reservation>(N, "void", yes()).says(["ReservationVoided"]);
        assert!(own.waits::<Reservation>(N).is_empty());
        own.when::<Reservation>(N, Command::Voided).is_already_so();
    }
}

#[test]
fn s7_an_answer_after_the_end_changes_nothing() {
    for own in [&mut dropped(), &mut pending(), &mut confirmed(), &mut refused(), &mut freed()] {
        own.when::<Reservation>(N, Command::Paid(yes())).is_already_so();
        own.when::<Reservation>(N, Command::Paid(Answer::GivenUp)).is_already_so();
        own.when::<Reservation>(N, place()).is_already_so();
    }
    for own in [&mut requested(), &mut pending(), &mut confirmed(), &mut refused(), &mut freed()] {
        own.when::<Reservation>(N, Command::Voided).is_already_so();
    }
}

#[test]
fn s4_a_seat_that_is_taken_for_it_confirms_it_once() {
    let mut own = pending();
    own.hears(checked(N, 1, None)).says(["ReservationConfirmed"]);
    assert_eq!(shown(&own, "status"), "Confirmed");
    assert!(own.waits::<Reservation>(N).is_empty());
    own.hears(checked(N, 1, None)).is_already_so();
    own.hears(seat_refused(N, events::OCCUPIED, None)).is_already_so();
    own.when::<Reservation>(N, Command::Expire).is_already_so();
    own.when::<Reservation>(N, Command::Refund).is_already_so();
}

#[test]
fn s5_a_seat_that_is_taken_by_another_refuses_it_once() {
    let mut own = pending();
    let then = own.hears(seat_refused(N, events::OCCUPIED, None)).says(["ReservationRefused"]);
    then.with("id", 7).with("seatId", 4).with("reason", "OCCUPIED").without("desk");
    own.hears(seat_refused(N, events::OCCUPIED, None)).is_already_so();
    own.hears(checked(N, 1, None)).is_already_so();
    own.when::<Reservation>(N, Command::Expire).is_already_so();
    own.hears(reclaimed(N, 2, Some(events::FREED), None)).is_already_so();
    assert_eq!((shown(&own, "status"), shown(&own, "refunded")), (json!("Refused"), json!(false)));
    own.hears(refunded(N, None)).says(["ReservationRefunded"]);
    own.hears(refunded(N, None)).is_already_so();
    assert_eq!((shown(&own, "reason"), shown(&own, "refunded")), (json!("OCCUPIED"), json!(true)));
}

#[test]
fn s5_a_seat_that_nobody_checks_is_refused_in_the_end() {
    let mut own = requested();
    let begin = own.now;
    own.later(Millis(300));
    own.answers::<Reservation>(N, "authorize", yes()).says(["Reserved"]);
    own.fires::<Reservation>(N).says(["ReservationRefused"]).with("reason", "UNCHECKED");
    assert_eq!(own.now, begin + Millis::hours(24));
    assert!(own.waits::<Reservation>(N).is_empty());
    own.hears(checked(N, 1, None)).is_already_so();
    own.hears(reclaimed(N, 2, Some(events::UNCHECKED), None)).is_already_so();
}

#[test]
fn s7_a_payment_that_is_gone_ends_its_reservation() {
    let mut own = pending();
    let then = own.hears(refunded(N, None)).says(["ReservationRefused", "ReservationRefunded"]);
    then.with("reason", "PAYMENT");
    own.hears(refunded(N, None)).is_already_so();
    assert_eq!(shown(&own, "refunded"), true);
}

#[test]
fn s6_the_member_leaves_once() {
    for own in [&mut pending(), &mut confirmed(), &mut refused(), &mut freed()] {
        leave(own).says(["Exited"]).with("id", 7).with("seatId", 4).with("name", "Han");
        assert_eq!(own.record::<Reservation>(N), Value::Null);
        leave(own).is_refused(404, "not-found");
        own.asks(Patch, "/reservations/7", json!({})).is_refused(404, "not-found");
    }
    for own in [&mut service("reservation"), &mut requested(), &mut dropped()] {
        leave(own).is_refused(404, "not-found");
        own.asks(Put, "/reservations/7", json!({"seatId": 4})).is_refused(404, "not-found");
    }
}

#[test]
fn s6_who_has_left_early_still_gets_the_money_back() {
    let left = || {
        let mut own = pending();
        leave(&mut own).says(["Exited"]);
        own
    };
    let mut own = left();
    own.hears(seat_refused(N, events::LEFT_EARLY, None)).says(["ReservationRefused"]);
    own.hears(seat_refused(N, events::LEFT_EARLY, None)).is_already_so();
    own.hears(refunded(N, None)).says(["ReservationRefunded"]);
    let mut own = left();
    own.fires::<Reservation>(N).says(["ReservationRefused"]).with("reason", "UNCHECKED");
    let mut own = left();
    // The seat was taken before it was heard that the member has left.
    own.hears(checked(N, 1, None)).says(["ReservationRefused"]).with("reason", "EXITED");
    own.hears(checked(N, 1, None)).is_already_so();
    own.hears(reclaimed(N, 2, None, None)).is_already_so();
    own.hears(refunded(N, None)).says(["ReservationRefunded"]);
    assert!(own.waits::<Reservation>(N).is_empty());
    assert_eq!(own.record::<Reservation>(N), Value::Null, "nobody sees it again");
}

#[test]
fn s6_a_seat_that_the_administrator_frees_ends_the_reservation() {
    let mut own = freed();
    assert_eq!((shown(&own, "status"), shown(&own, "reason")), (json!("Exited"), json!("FREED")));
    own.hears(reclaimed(N, 2, Some(events::FREED), None)).is_already_so();
    pending().hears(reclaimed(N, 2, Some(events::FREED), None)).says(["ReservationFreed"]);
    confirmed().hears(reclaimed(N, 2, None, None)).is_already_so();
}

#[test]
fn s14_a_reservation_keeps_what_was_reserved() {
    for own in [&mut pending(), &mut confirmed(), &mut refused(), &mut freed()] {
        own.asks(Patch, "/reservations/7", json!({"status": "Exit"})).is_refused(409, "unknown-status");
        for fields in [json!({"seatId": 5}), json!({"name": "Kim"}), json!({"reserveDate": "3"})] {
            own.asks(Patch, "/reservations/7", fields).is_refused(409, "already-reserved");
        }
        let card = json!({"cardNo": {"token": "tok_2", "last4": "5656"}});
        own.asks(Patch, "/reservations/7", card).is_refused(409, "already-reserved");
        let status = shown(own, "status");
        let same = json!({"name": "Han", "reserveDate": "1", "exitDate": "2", "payType": "card", "seatId": 4,
            "status": status, "cardNo": {"token": "tok_1", "last4": "5656"}});
        own.asks(Put, "/reservations/7", same).is_already_so();
    }
}

#[test]
fn s30_what_is_heard_of_an_unknown_or_unpaid_reservation_changes_nothing() {
    for own in [&mut service("reservation"), &mut requested(), &mut dropped()] {
        own.hears(checked(N, 1, None)).is_already_so();
        own.hears(seat_refused(N, events::OCCUPIED, None)).is_already_so();
        own.hears(refunded(N, None)).is_already_so();
        own.hears(reclaimed(N, 2, Some(events::FREED), None)).is_already_so();
        own.when::<Reservation>(N, Command::Expire).is_already_so();
    }
    let mut own = pending();
    own.hears(checked(Id(8), 1, None)).is_already_so();
    assert_eq!(own.document::<Reservation>(N).map(|own| own.booking.clone()), Some(booking()));
    assert!(matches!(own.document::<Reservation>(N).map(|own| own.stage), Some(Stage::Pending { .. })));
}

#[test]
fn s30_a_seat_paid_by_hand_is_none_of_the_reservations() {
    for desk in [Some(Desk::Added), Some(Desk::WalkIn)] {
        let mut own = pending();
        own.hears(checked(N, 1, desk)).is_already_so();
        own.hears(refunded(N, desk)).is_already_so();
        own.hears(reclaimed(N, 2, Some(events::FREED), desk)).is_already_so();
        own.hears(seat_refused(N, events::OCCUPIED, desk)).says(["ReservationRefused"]);
        own.hears(seat_refused(N, events::OCCUPIED, desk)).is_already_so();
        assert_eq!(shown(&own, "status"), "Pending");
    }
    // Said also where the reservation has come to nothing, or never was one.
    for own in [&mut service("reservation"), &mut dropped()] {
        let then = own.hears(seat_refused(N, events::OCCUPIED, Some(Desk::WalkIn)));
        then.says(["ReservationRefused"]).with("desk", "walk-in").with("id", 7);
    }
}

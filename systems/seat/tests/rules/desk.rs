//! Payments by hand: charged in one go, once a number and seat, whatever reservation has the number or gets it later.

use crate::payment::{authorized, authorizing, captured, capturing, declined, returned, voided};
use crate::*;
use kernel::Method::{Patch, Post};
use kernel::payment::{Operation, Wish};
use kernel::{Millis, Mode};
use seat::bill::Bill;
use seat::payment::{Command, Payment};
use serde_json::{Value, json};
use testkit::given::Then;

fn pay(own: &mut Given, reserve_id: u64, seat: u64) -> Then {
    let fields = json!({"reserveId": reserve_id, "seatId": seat, "name": "Han", "payType": "card"});
    own.asks(Post, "/payments", fields)
}

/// Payment 1, by hand, for seat 4 under number 7.
fn asked() -> Given {
    let mut own = service("payment");
    pay(&mut own, 7, 4).says(["DeskPaymentRequested"]).with("id", 1).with("desk", "walk-in");
    own
}

fn taken() -> Given {
    let mut own = asked();
    own.answers::<Payment>(Id(1), "authorize", yes()).says(["DeskPaymentMoved"]).with("step", "Capturing");
    own
}

fn kept() -> Given {
    let mut own = taken();
    own.answers::<Payment>(Id(1), "capture", yes()).says(["Paid"]);
    own
}

fn back() -> Given {
    let mut own = kept();
    own.hears(reservation_refused(N, events::OCCUPIED, Some(Desk::WalkIn))).says(["DeskPaymentMoved"]);
    own.answers::<Payment>(Id(1), "return", yes()).says(["Refunded"]).with("desk", "walk-in").with("id", 1);
    own
}

fn status(own: &Given, id: u64) -> Value {
    own.record::<Payment>(Id(id))["status"].clone()
}

#[test]
fn s2_s18_it_is_charged_in_one_go() {
    let mut own = asked();
    let call = own.call::<Payment>(Id(1), "authorize");
    assert_eq!((call.to, call.mode, call.hold), ("provider", Mode::Refuse, Millis::seconds(1)));
    assert_eq!(call.until, Some(own.now + Millis::seconds(1)));
    assert_eq!(call.request.fields.text("account"), Some("seat.desk/1"));
    assert_eq!(status(&own, 1), Value::Null);
    own.answers::<Payment>(Id(1), "authorize", yes()).says(["DeskPaymentMoved"]);
    assert_eq!(status(&own, 1), "Paid", "its money is sure");
    assert_eq!(own.waits::<Payment>(Id(1)), ["forward provider capture 1"]);
    let then = own.answers::<Payment>(Id(1), "capture", yes()).says(["Paid"]);
    then.with("id", 1).with("reserveId", 7).with("seatId", 4).with("desk", "walk-in").with("amount", 1_000);
    assert!(own.waits::<Payment>(Id(1)).is_empty());
    for operation in [Operation::Authorize, Operation::Capture, Operation::Return] {
        own.when::<Payment>(Id(1), Wish::Answered(operation, yes()).into()).is_already_so();
    }
    let mut own = service("payment");
    own.asks(Post, "/payments", json!({"seatId": 4})).is_refused(400, "missing-field");
    own.asks(Post, "/payments", json!({"reserveId": 7})).is_refused(400, "missing-field");
}

#[test]
fn s2_one_payment_a_number_and_seat() {
    for own in [&mut taken(), &mut kept()] {
        let then = pay(own, 7, 4).says(["PaymentRepeated"]).with("id", 2);
        then.with("status", "Voided: already paid");
        assert_eq!((status(own, 2), own.record::<Payment>(Id(2))["amount"].clone()), {
            (json!("Voided: already paid"), json!(0))
        });
        assert!(own.waits::<Payment>(Id(2)).is_empty());
        pay(own, 7, 5).says(["DeskPaymentRequested"]).with("id", 3);
        pay(own, 8, 4).says(["DeskPaymentRequested"]).with("id", 4);
    }
    let mut own = back();
    pay(&mut own, 7, 4).says(["PaymentRepeated"]).with("status", "Voided: already refunded");
    own.asks(Patch, "/payments/2", json!({"status": "Paid"})).is_refused(409, "not-changeable");
}

#[test]
fn s2_while_it_is_asked_about_nothing_is_paid_and_nothing_else_is_asked() {
    // By hand, or by the reservation, which may not come about yet.
    for own in [&mut asked(), &mut authorizing(), &mut authorized()] {
        let then = pay(own, 7, 4);
        assert_eq!(then.no.as_ref().and_then(|no| no.retry_after_s), Some(1), "{then:?}");
        then.is_refused(409, "under-way");
        pay(own, 7, 5).says(["DeskPaymentRequested"]);
    }
    let mut own = asked();
    own.answers::<Payment>(Id(1), "authorize", yes()).says(["DeskPaymentMoved"]);
    pay(&mut own, 7, 4).says(["PaymentRepeated"]).with("status", "Voided: already paid");
}

#[test]
fn s2_a_reservation_that_is_paid_is_not_paid_again_by_hand() {
    for own in [&mut capturing(), &mut captured()] {
        pay(own, 7, 4).says(["PaymentRepeated"]).with("status", "Voided: already paid");
        pay(own, 7, 5).says(["DeskPaymentRequested"]).with("desk", "added");
    }
    pay(&mut returned(), 7, 4).says(["PaymentRepeated"]).with("status", "Voided: already refunded");
}

#[test]
fn s30_nothing_is_added_to_a_reservation_that_never_came_about() {
    for own in [&mut declined(), &mut voided()] {
        // Nobody sees it: nothing is paid.
        pay(own, 7, 4).says(["DeskPaymentRequested"]).with("desk", "walk-in");
    }
    for own in [&mut authorizing(), &mut authorized()] {
        pay(own, 7, 5).says(["DeskPaymentRequested"]).with("desk", "walk-in");
    }
}

#[test]
fn s30_a_number_that_a_reservation_gets_later_is_another_case() {
    let mut own = kept();
    let fields = json!({"reserveId": 7, "seatId": 4, "name": "Kim"});
    own.service_asks("seat.reservation", Post, "/payments", fields).says(["PaymentRequested"]);
    own.answers::<Bill>(N, "authorize", yes()).says(["PaymentMoved"]);
    own.hears(reserved(N)).says(["PaymentMoved"]);
    own.answers::<Bill>(N, "capture", yes()).says(["Paid"]).with("id", 2).without("desk");
    // The walk-in has the seat: the reservation is refused, and only its money goes back.
    own.hears(reservation_refused(N, events::OCCUPIED, None)).says(["PaymentMoved"]);
    own.answers::<Bill>(N, "return", yes()).says(["Refunded"]).with("id", 2).without("desk");
    assert_eq!((status(&own, 1), status(&own, 2)), (json!("Paid"), json!("Refunded")));
    pay(&mut own, 7, 4).says(["PaymentRepeated"]).with("status", "Voided: already paid");
}

#[test]
fn s2_a_declined_card_may_be_followed_by_another() {
    let mut own = asked();
    let then = own.answers::<Payment>(Id(1), "authorize", no(402, "card-declined"));
    then.says_but(["DeskPaymentMoved"], 402, "card-declined");
    assert_eq!(status(&own, 1), Value::Null);
    assert!(own.waits::<Payment>(Id(1)).is_empty());
    pay(&mut own, 7, 4).says(["DeskPaymentRequested"]).with("id", 2);
}

#[test]
fn s9_silence_turns_the_desk_away_and_gives_back_what_was_taken() {
    let mut own = asked();
    let then = own.answers::<Payment>(Id(1), "authorize", Answer::GivenUp);
    then.says_but(["DeskPaymentMoved"], 503, "payment-unavailable").with("step", "Voided");
    assert_eq!(own.waits::<Payment>(Id(1)), ["forward provider authorize 2"], "what became of it?");
    assert_eq!(own.call::<Payment>(Id(1), "authorize").hold, Millis(0));
    own.when::<Payment>(Id(1), Wish::Answered(Operation::Authorize, Answer::GivenUp).into()).is_already_so();
    // Meanwhile it may be tried again.
    pay(&mut own, 7, 4).says(["DeskPaymentRequested"]).with("id", 2);
    let then = own.answers::<Payment>(Id(1), "authorize", yes());
    then.says_but(["DeskPaymentMoved"], 409, "voided").with("step", "Returning");
    own.answers::<Payment>(Id(1), "return", yes()).says(["DeskPaymentMoved"]).with("said", false);
    assert_eq!(status(&own, 1), Value::Null);
    let listed = own.document::<Bill>(N).map(|bill| bill.desk.iter().map(|one| one.payment).collect());
    assert_eq!(listed, Some(vec![Id(2)]));
}

#[test]
fn s5_what_got_no_seat_comes_back_once() {
    let mut own = kept();
    let refused = |desk| reservation_refused(N, events::OCCUPIED, desk);
    own.hears(refused(Some(Desk::Added))).is_already_so();
    own.hears(refused(Some(Desk::WalkIn))).says(["DeskPaymentMoved"]).with("step", "Returning");
    own.hears(refused(Some(Desk::WalkIn))).is_already_so();
    own.answers::<Payment>(Id(1), "return", yes()).says(["Refunded"]).with("seatId", 4).with("reserveId", 7);
    own.hears(refused(Some(Desk::WalkIn))).is_already_so();
    assert_eq!(status(&own, 1), "Refunded");
}

#[test]
fn s5_what_was_never_taken_goes_back_in_full_words() {
    let mut own = taken();
    own.answers::<Payment>(Id(1), "capture", no(409, "expired")).says(["DeskPaymentMoved"]);
    let then = own.answers::<Payment>(Id(1), "return", yes()).says(["Refunded"]);
    then.with("seatId", 4).with("name", "Han").with("payType", "card").with("desk", "walk-in");
    assert_eq!(own.record::<Payment>(Id(1))["name"], "Han");
}

#[test]
fn s2_so_many_seats_under_one_number_and_no_more() {
    let mut own = service("payment");
    for seat in 1..=50 {
        pay(&mut own, 7, seat).says(["DeskPaymentRequested"]);
    }
    pay(&mut own, 7, 51).is_refused(409, "too-many-seats");
    pay(&mut own, 7, 50).is_refused(409, "under-way");
}

#[test]
fn s32_said_twice_is_so_already() {
    let mut own = kept();
    let again = Command::Pay { reservation: N, booking: booking(), card: None };
    own.when::<Payment>(Id(1), again).is_already_so();
    own.when::<Payment>(Id(9), Wish::Void.into()).is_already_so();
    captured().when::<Payment>(Id(1), Wish::Void.into()).is_already_so();
    own.asks(Patch, "/payments/1", json!({"status": "Paid"})).is_already_so();
    asked().asks(Patch, "/payments/1", json!({})).is_refused(404, "not-found");
}

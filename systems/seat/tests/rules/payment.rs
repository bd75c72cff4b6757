//! The money of reservations: prepared when asked, taken when the reservation is public, given back at most once.

use crate::*;
use kernel::Method::{Patch, Post};
use kernel::payment::{Operation, Stage, Wish};
use kernel::{Millis, Mode};
use seat::bill::{Bill, Command};
use seat::payment::Payment;
use serde_json::{Value, json};
use testkit::given::Then;

fn authorize(own: &mut Given) -> Then {
    let fields = json!({"reserveId": 7, "seatId": 4, "name": "Han", "payType": "card", "reserveDate": "1",
        "exitDate": "2", "cardNo": {"token": "tok_1", "last4": "5656"}});
    own.service_asks("seat.reservation", Post, "/payments", fields)
}

fn void(own: &mut Given) -> Then {
    own.service_asks("seat.reservation", Post, "/payments/void", json!({"reserveId": 7}))
}

pub(crate) fn voided() -> Given {
    let mut own = service("payment");
    void(&mut own).says(["PaymentMoved"]).with("step", "Voided");
    own
}

pub(crate) fn authorizing() -> Given {
    let mut own = service("payment");
    authorize(&mut own).says(["PaymentRequested"]).with("reserveId", 7).with("amount", 1_000);
    own
}

pub(crate) fn authorized() -> Given {
    let mut own = authorizing();
    own.answers::<Bill>(N, "authorize", yes()).says(["PaymentMoved"]).with("step", "Authorized");
    own
}

pub(crate) fn declined() -> Given {
    let mut own = authorizing();
    let then = own.answers::<Bill>(N, "authorize", no(402, "card-declined"));
    then.says_but(["PaymentMoved"], 402, "card-declined");
    own
}

pub(crate) fn capturing() -> Given {
    let mut own = authorized();
    own.hears(reserved(N)).says(["PaymentMoved"]).with("step", "Capturing");
    own
}

pub(crate) fn captured() -> Given {
    let mut own = capturing();
    own.answers::<Bill>(N, "capture", yes()).says(["Paid"]);
    own
}

fn returning() -> Given {
    let mut own = captured();
    own.hears(reservation_refused(N, events::OCCUPIED, None)).says(["PaymentMoved"]).with("captured", true);
    own
}

pub(crate) fn returned() -> Given {
    let mut own = returning();
    own.answers::<Bill>(N, "return", yes()).says(["Refunded"]);
    own
}

fn row(own: &Given, id: u64) -> Value {
    own.record::<Payment>(Id(id))
}

/// The row of reservation 7, in full.
fn shown(status: &str) -> Value {
    json!({"reserveId": 7, "seatId": 4, "name": "Han", "reserveDate": "1", "exitDate": "2",
        "payType": "card", "amount": 1_000, "status": status, "desk": null})
}

#[test]
fn s2_s17_reservation_asks_and_the_provider_is_asked() {
    let mut own = authorizing();
    let call = own.call::<Bill>(N, "authorize");
    assert_eq!((call.to, call.mode, call.until), ("provider", Mode::Refuse, None));
    assert_eq!(call.request.path, "/authorizations");
    let expected = json!({"account": "seat.payment/7", "amount": 1_000,
        "card": {"token": "tok_1", "last4": "5656"}});
    assert_eq!(serde_json::to_value(&call.request.fields).unwrap(), expected);
    own.answers::<Bill>(N, "authorize", yes()).says(["PaymentMoved"]);
    assert_eq!(row(&own, 1), Value::Null, "only prepared");
    assert_eq!(own.waits::<Bill>(N), ["timer"]);
}

#[test]
fn s2_s18_the_money_is_taken_when_the_reservation_is_public() {
    let mut own = authorized();
    own.hears(reserved(N)).says(["PaymentMoved"]);
    own.hears(reserved(N)).is_already_so();
    assert_eq!(own.waits::<Bill>(N), ["forward provider capture 1"]);
    let then = own.answers::<Bill>(N, "capture", yes()).says(["Paid"]);
    then.with("id", 1).with("reserveId", 7).with("seatId", 4).with("amount", 1_000).without("desk");
    assert_eq!(row(&own, 1), shown("Paid"));
    own.hears(reserved(N)).is_already_so();
    assert!(own.waits::<Bill>(N).is_empty());
    let bill = own.document::<Bill>(N).and_then(|bill| bill.own.as_ref());
    assert!(bill.is_some_and(|own| own.booking.is_none()), "a paid bill is small");
}

#[test]
fn s7_asked_again_is_asked_once() {
    for own in [&mut authorizing(), &mut authorized(), &mut capturing(), &mut captured()] {
        authorize(own).is_already_so();
    }
    authorize(&mut declined()).is_refused(402, "card-declined");
    for own in [&mut voided(), &mut returning(), &mut returned()] {
        authorize(own).is_refused(409, "voided");
    }
}

#[test]
fn s7_a_void_that_comes_first_prevents_the_payment() {
    let mut own = voided();
    void(&mut own).is_already_so();
    assert!(own.waits::<Bill>(N).is_empty(), "the provider was never asked");
    authorize(&mut own).is_refused(409, "voided");
    own.hears(reserved(N)).says(["Refunded"]).with("seatId", Value::Null).with("id", 1);
    own.hears(reserved(N)).is_already_so();
    assert_eq!(row(&own, 1)["status"], "Refunded");
}

#[test]
fn s7_a_void_while_the_provider_is_asked_waits_for_its_answer() {
    let mut own = authorizing();
    void(&mut own).says(["PaymentMoved"]).with("step", "Voided");
    void(&mut own).is_already_so();
    assert_eq!(own.waits::<Bill>(N), ["refuse provider authorize 1"], "never two at once");
    let then = own.answers::<Bill>(N, "authorize", yes());
    then.says_but(["PaymentMoved"], 409, "voided").with("captured", false);
    own.answers::<Bill>(N, "return", yes()).says(["PaymentMoved"]).with("said", false);
    assert_eq!(row(&own, 1), Value::Null, "a reservation that nobody sees leaves nothing");
}

#[test]
fn s5_a_refused_reservation_gets_its_money_back_once() {
    let mut own = captured();
    let refused = || reservation_refused(N, events::OCCUPIED, None);
    own.hears(refused()).says(["PaymentMoved"]).with("step", "Returning");
    own.hears(refused()).is_already_so();
    assert_eq!(row(&own, 1)["status"], "Paid", "not before it is back");
    let then = own.answers::<Bill>(N, "return", yes()).says(["Refunded"]);
    then.with("id", 1).with("reserveId", 7).with("seatId", 4).without("desk").without("name");
    own.hears(refused()).is_already_so();
    own.hears(reserved(N)).is_already_so();
    assert_eq!(row(&own, 1), shown("Refunded"));
}

#[test]
fn s5_a_refusal_during_the_capture_returns_what_was_captured() {
    let mut own = capturing();
    own.hears(reservation_refused(N, events::UNCHECKED, None)).says(["PaymentMoved"]).with("step", "Voided");
    assert_eq!(own.waits::<Bill>(N), ["forward provider capture 1"], "never two at once");
    own.answers::<Bill>(N, "capture", yes()).says(["PaymentMoved"]).with("captured", true);
    own.answers::<Bill>(N, "return", yes()).says(["Refunded"]).with("id", 1).with("name", "Han");
    assert_eq!(row(&own, 1), shown("Refunded"));
}

#[test]
fn s2_what_the_provider_does_not_capture_any_more_goes_back() {
    let mut own = capturing();
    own.answers::<Bill>(N, "capture", no(409, "expired")).says(["PaymentMoved"]).with("captured", false);
    let then = own.answers::<Bill>(N, "return", no(404, "unknown")).says(["Refunded"]);
    then.with("seatId", 4).with("name", "Han").with("reserveDate", "1").with("exitDate", "2");
    assert_eq!(row(&own, 1), shown("Refunded"));
    let bill = own.document::<Bill>(N).and_then(|bill| bill.own.as_ref());
    assert!(bill.is_some_and(|own| own.booking.is_none()), "a bill that is done with is small");
}

#[test]
fn s7_an_authorization_is_not_kept_for_ever() {
    let mut own = authorized();
    let begin = own.now;
    own.fires::<Bill>(N).says(["PaymentMoved"]).with("step", "Returning");
    assert_eq!(own.now, begin + Millis::days(7));
    own.hears(reserved(N)).says(["PaymentMoved"]).with("step", "Confirmed");
    own.answers::<Bill>(N, "return", yes()).says(["Refunded"]);
    assert_eq!(row(&own, 1), shown("Refunded"));
    let mut own = authorized();
    own.fires::<Bill>(N).says(["PaymentMoved"]);
    own.answers::<Bill>(N, "return", yes()).says(["PaymentMoved"]).with("said", false);
    own.hears(reserved(N)).says(["Refunded"]).with("name", "Han");
    assert_eq!(row(&own, 1), shown("Refunded"));
    for own in [&mut voided(), &mut declined(), &mut capturing(), &mut captured(), &mut returning()] {
        own.when::<Bill>(N, Wish::Expire.into()).is_already_so();
    }
}

#[test]
fn s32_answers_that_come_twice_change_nothing() {
    for own in [&mut voided(), &mut declined(), &mut authorized(), &mut captured(), &mut returned()] {
        for operation in [Operation::Authorize, Operation::Capture, Operation::Return] {
            own.when::<Bill>(N, Wish::Answered(operation, yes()).into()).is_already_so();
        }
    }
    let unknown = Command::Return { seat: SEAT, desk: Desk::WalkIn };
    for own in [&mut service("payment"), &mut captured()] {
        own.when::<Bill>(N, unknown.clone()).is_already_so();
    }
}

#[test]
fn s14_a_payment_is_not_changed_by_hand() {
    let mut own = captured();
    own.asks(Patch, "/payments/1", json!({"status": "Refunded"})).is_refused(409, "not-changeable");
    own.asks(Patch, "/payments/1", json!({"seatId": 5})).is_refused(409, "not-changeable");
    own.asks(Patch, "/payments/1", json!({"status": "Paid", "seatId": 4, "reserveId": 7})).is_already_so();
    own.asks(Patch, "/payments/9", json!({})).is_refused(404, "not-found");
    authorized().asks(Patch, "/payments/1", json!({})).is_refused(404, "not-found");
}

#[test]
fn s2_the_ledger_is_told_in_every_state() {
    let charge = |own: &Given| {
        let bill = own.document::<Bill>(N)?.own.as_ref()?;
        let charge = bill.money.charge(seat::bill::account(N))?;
        Some((charge.authorized, charge.captured, charge.returned))
    };
    let (y, n) = (Some(true), Some(false));
    assert_eq!(charge(&voided()), None);
    assert_eq!(charge(&authorizing()), Some((None, n, n)));
    assert_eq!(charge(&declined()), Some((n, n, n)));
    assert_eq!(charge(&captured()), Some((y, y, n)));
    assert_eq!(charge(&returned()), Some((y, y, y)));
    let stage = |own: &Given| own.document::<Bill>(N).and_then(|bill| Some(bill.own.as_ref()?.money.stage));
    assert_eq!(stage(&returned()), Some(Stage::Returned));
}

#[test]
#[should_panic(expected = "nobody serves POST /payments/void")]
fn s7_only_services_void() {
    let _ = captured().asks(Post, "/payments/void", json!({"reserveId": 7}));
}

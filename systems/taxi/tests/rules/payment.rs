//! Payments: prepared when asked, taken when the order is public, given back at most once, whatever comes late.

use crate::*;
use kernel::Method::{Patch, Post};
use kernel::Mode;
use kernel::payment::{Stage, Wish};
use serde_json::{Value, json};
use taxi::history::PaymentHistory;
use taxi::payment::{Command, Payment};
use testkit::given::Then;

fn authorize(payment: &mut Given) -> Then {
    payment.when::<Payment>(N, Command::Authorize { amount: Money(3_800), card: Some(card()) })
}

fn void(payment: &mut Given) -> Then {
    payment.service_asks("taxi.order", Post, "/paymentHistories/void", json!({"orderId": 7, "attempt": 1}))
}

fn voided() -> Given {
    let mut payment = service("payment");
    void(&mut payment).says(["PaymentVoided"]);
    payment
}

fn authorizing() -> Given {
    let mut payment = service("payment");
    authorize(&mut payment).says(["PaymentAuthorizing"]);
    payment
}

fn authorized() -> Given {
    let mut payment = authorizing();
    payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentAuthorized"]);
    payment
}

fn declined() -> Given {
    let mut payment = authorizing();
    let then = payment.answers::<Payment>(N, "authorize", no(402, "card-declined"));
    then.says_but(["PaymentDeclined"], 402, "card-declined");
    payment
}

fn capturing() -> Given {
    let mut payment = authorized();
    payment.hears(ordered()).says(["PaymentCapturing"]);
    payment
}

fn captured() -> Given {
    let mut payment = capturing();
    payment.answers::<Payment>(N, "capture", yes()).says(["PaymentApproved"]);
    payment
}

fn returning() -> Given {
    let mut payment = captured();
    void(&mut payment).says(["PaymentReturning"]).with("captured", true);
    payment
}

fn returned() -> Given {
    let mut payment = returning();
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
    payment
}

fn row(payment: &Given, id: u64) -> Value {
    payment.record::<PaymentHistory>(Id(id))
}

#[test]
fn t2_t24_an_order_service_asks_and_the_provider_is_asked() {
    let mut payment = service("payment");
    let fields = json!({"orderId": 7, "amount": 3800, "status": "Reservation OK",
        "cardNo": {"token": "tok_1", "last4": "5656"}});
    let then = payment.service_asks("taxi.order", Post, "/paymentHistories", fields);
    then.says(["PaymentAuthorizing"]).with("id", 1).with("orderId", 7).with("amount", 3_800);
    let call = payment.call::<Payment>(N, "authorize");
    assert_eq!((call.to, call.mode, call.until), ("provider", Mode::Refuse, None));
    assert_eq!(call.request.path, "/authorizations");
    let expected = json!({"account": "taxi.payment/7", "amount": 3800,
        "card": {"token": "tok_1", "last4": "5656"}});
    assert_eq!(serde_json::to_value(&call.request.fields).unwrap(), expected);
    payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentAuthorized"]);
    assert_eq!(row(&payment, 1), Value::Null, "only prepared");
    assert_eq!(payment.waits::<Payment>(N), ["timer"]);
}

#[test]
fn t13_asked_again_is_asked_once() {
    authorize(&mut authorizing()).is_already_so();
    authorize(&mut authorized()).is_already_so();
    authorize(&mut capturing()).is_already_so();
    authorize(&mut captured()).is_already_so();
    authorize(&mut declined()).is_refused(402, "card-declined");
    for payment in [&mut voided(), &mut returning(), &mut returned()] {
        authorize(payment).is_refused(409, "voided");
    }
}

#[test]
fn t26_the_money_is_taken_when_the_order_is_public() {
    let mut payment = authorized();
    payment.hears(ordered()).says(["PaymentCapturing"]);
    payment.hears(ordered()).is_already_so();
    assert_eq!(payment.waits::<Payment>(N), ["forward provider capture 1"]);
    let then = payment.answers::<Payment>(N, "capture", yes()).says(["PaymentApproved"]);
    then.with("status", "Reservation OK").with("id", 1).with("cardNo", "********5656");
    let expected =
        json!({"orderId": 7, "cardNo": "********5656", "amount": 3_800, "status": "Reservation OK"});
    assert_eq!(row(&payment, 1), expected);
    payment.hears(ordered()).is_already_so();
    assert!(payment.waits::<Payment>(N).is_empty());
}

#[test]
fn t13_a_void_that_comes_first_prevents_the_payment() {
    let mut payment = voided();
    void(&mut payment).is_already_so();
    assert!(payment.waits::<Payment>(N).is_empty(), "the provider was never asked");
    authorize(&mut payment).is_refused(409, "voided");
}

#[test]
fn t13_a_void_while_the_provider_is_asked_waits_for_its_answer() {
    let mut payment = authorizing();
    void(&mut payment).says(["PaymentVoided"]);
    void(&mut payment).is_already_so();
    assert_eq!(payment.waits::<Payment>(N), ["refuse provider authorize 1"], "never two at once");
    authorize(&mut payment).is_refused(409, "voided");
    let then = payment.answers::<Payment>(N, "authorize", yes());
    then.says_but(["PaymentReturning"], 409, "voided").with("captured", false);
    assert_eq!(payment.waits::<Payment>(N), ["forward provider return 1"]);
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentReturned"]);
    assert_eq!(row(&payment, 1), Value::Null, "an order that nobody sees leaves nothing");
}

#[test]
fn t13_a_voided_payment_may_still_be_declined() {
    let mut payment = authorizing();
    void(&mut payment).says(["PaymentVoided"]);
    let then = payment.answers::<Payment>(N, "authorize", no(402, "card-declined"));
    then.says_but(["PaymentDeclined"], 402, "card-declined");
    void(&mut payment).is_already_so();
    assert!(payment.waits::<Payment>(N).is_empty());
}

#[test]
fn t14_a_void_is_acknowledged_at_once_and_the_money_follows() {
    let mut payment = captured();
    void(&mut payment).says(["PaymentReturning"]);
    assert_eq!(payment.call::<Payment>(N, "return").hold, kernel::Millis(0), "nobody is kept waiting");
    void(&mut payment).is_already_so();
    let then = payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
    then.with("status", "Your reservation is canceled!").with("id", 1).with("orderId", 7);
    assert_eq!(row(&payment, 1)["status"], "Your reservation is canceled!");
    void(&mut payment).is_already_so();
    payment.hears(ordered()).is_already_so();
}

#[test]
fn t14_a_void_before_the_order_is_heard_returns_and_says_so() {
    let mut payment = authorized();
    void(&mut payment).says(["PaymentReturning"]).with("captured", false);
    payment.hears(ordered()).says(["PaymentOrdered"]);
    payment.hears(ordered()).is_already_so();
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
}

#[test]
fn t14_an_order_heard_after_its_money_went_back_is_told_so() {
    let mut payment = authorized();
    void(&mut payment).says(["PaymentReturning"]);
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentReturned"]);
    payment.hears(ordered()).says(["PaymentCanceled"]);
    payment.hears(ordered()).is_already_so();
    let mut payment = voided();
    payment.hears(ordered()).says(["PaymentCanceled"]).with("id", 1);
    payment.hears(ordered()).is_already_so();
    let mut payment = declined();
    payment.hears(ordered()).says(["PaymentCanceled"]);
    payment.hears(ordered()).is_already_so();
}

#[test]
fn t14_a_void_during_the_capture_returns_what_was_captured() {
    let mut payment = capturing();
    void(&mut payment).says(["PaymentVoided"]);
    void(&mut payment).is_already_so();
    assert_eq!(payment.waits::<Payment>(N), ["forward provider capture 1"], "never two at once");
    let then = payment.answers::<Payment>(N, "capture", yes()).says(["PaymentReturning"]);
    then.with("captured", true);
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
}

#[test]
fn t2_what_cannot_be_captured_is_given_back_and_told() {
    let mut payment = capturing();
    let then = payment.answers::<Payment>(N, "capture", no(409, "expired")).says(["PaymentReturning"]);
    then.with("captured", false);
    payment.answers::<Payment>(N, "return", no(404, "unknown")).says(["PaymentCanceled"]);
}

#[test]
fn t2_an_authorization_is_not_kept_for_ever() {
    let mut payment = authorized();
    let begin = payment.now;
    payment.fires::<Payment>(N).says(["PaymentReturning"]);
    assert_eq!(payment.now, begin + kernel::Millis::days(7));
    payment.hears(ordered()).says(["PaymentOrdered"]);
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
}

#[test]
fn t26_answers_that_come_twice_change_nothing() {
    use kernel::payment::Operation::{Authorize, Capture, Return};
    for payment in [&mut voided(), &mut declined(), &mut authorized(), &mut captured(), &mut returned()] {
        for operation in [Authorize, Capture, Return] {
            let answered = Wish::Answered(operation, yes());
            payment.when::<Payment>(N, answered.into()).is_already_so();
        }
    }
    for payment in [&mut voided(), &mut declined(), &mut capturing(), &mut captured(), &mut returning()] {
        payment.when::<Payment>(N, Wish::Expire.into()).is_already_so();
    }
}

#[test]
fn t21_a_payment_by_hand_of_a_paid_order_charges_nothing() {
    for payment in [&mut authorized(), &mut capturing(), &mut captured()] {
        let fields = json!({"orderId": 7, "cardNo": {"token": "tok_2", "last4": "5656"}, "status": "valid"});
        let then = payment.asks(Post, "/paymentHistories", fields).says(["PaymentRepeated"]);
        then.with("id", 2).with("orderId", 7);
        let row = row(payment, 2);
        assert_eq!(
            (&row["status"], &row["cardNo"]),
            (&json!("Voided: already paid"), &json!("********5656"))
        );
        assert!(!payment.waits::<Payment>(N).iter().any(|wait| wait.contains("authorize")));
    }
}

#[test]
fn t21_a_payment_by_hand_needs_an_order_that_people_see() {
    let pays = |mut payment: Given| payment.asks(Post, "/paymentHistories", json!({"orderId": 7}));
    for payment in [service("payment"), voided(), authorizing(), declined()] {
        pays(payment).is_refused(404, "unknown-order");
    }
    pays(returning()).is_refused(409, "order-canceled");
    pays(returned()).is_refused(409, "order-canceled");
    let mut payment = service("payment");
    payment.asks(Post, "/paymentHistories", json!({})).is_refused(400, "missing-field");
}

#[test]
fn t7_a_payment_is_not_changed_by_hand() {
    let mut payment = captured();
    payment.asks(Patch, "/paymentHistories/1", json!({"status": "valid"})).is_refused(409, "not-changeable");
    payment.asks(Patch, "/paymentHistories/1", json!({"status": "Reservation OK"})).is_already_so();
    payment.asks(Patch, "/paymentHistories/1", json!({})).is_already_so();
    payment.asks(Patch, "/paymentHistories/9", json!({})).is_refused(404, "not-found");
    authorized().asks(Patch, "/paymentHistories/1", json!({})).is_refused(404, "not-found");
}

#[test]
fn t37_nothing_less_than_the_minimum_fare_is_charged() {
    let mut payment = service("payment");
    payment
        .when::<Payment>(N, Command::Authorize { amount: Money(1), card: None })
        .says(["PaymentAuthorizing"])
        .with("amount", 3_800);
}

#[test]
fn t2_the_ledger_is_told_in_every_state() {
    let charge = |payment: &Given| {
        let charge = payment.document::<Payment>(N)?.money.charge(taxi::payment::account(N))?;
        Some((charge.authorized, charge.captured, charge.returned))
    };
    let (y, n) = (Some(true), Some(false));
    assert_eq!(charge(&voided()), None);
    assert_eq!(charge(&authorizing()), Some((None, n, n)));
    assert_eq!(charge(&authorized()), Some((y, n, n)));
    assert_eq!(charge(&declined()), Some((n, n, n)));
    assert_eq!(charge(&capturing()), Some((y, None, n)));
    assert_eq!(charge(&captured()), Some((y, y, n)));
    assert_eq!(charge(&returning()), Some((y, y, None)));
    assert_eq!(charge(&returned()), Some((y, y, y)));
    assert_eq!(returned().document::<Payment>(N).map(|own| own.money.stage), Some(Stage::Returned));
}

#[test]
#[should_panic(expected = "nobody serves POST /paymentHistories/void")]
fn t14_only_services_void() {
    let _ = captured().asks(Post, "/paymentHistories/void", json!({"orderId": 7, "attempt": 1}));
}

//! Payments: requested, paid by the user at the first try or a later one, given back at most once, whatever comes late.

use crate::*;
use concert::leftover::Leftover;
use concert::payment::{Command, Payment};
use kernel::Method::{Patch, Post, Put};
use kernel::payment::{Operation, Wish};
use kernel::{Charge, Millis, Mode};
use serde_json::{Value, json};
use testkit::given::Then;

const PATH: &str = "/payments/7";
const LEFT: Id = Id(1);

fn request(payment: &mut Given) -> Then {
    payment.service_asks("concert.booking", Post, "/payments", json!({"bookingId": 7, "amount": 50_000}))
}

fn ask(payment: &mut Given) -> Then {
    payment.asks(Post, "/payments", json!({"bookingId": 7}))
}

fn pay(payment: &mut Given) -> Then {
    payment.asks(Patch, PATH, json!({"status": "PaymentApproved"}))
}

fn pay_with(payment: &mut Given, last4: &str) -> Then {
    let card = json!({"token": format!("tok_{last4}"), "last4": last4});
    payment.asks(Patch, PATH, json!({"status": "PaymentApproved", "cardNo": card}))
}

fn cancel(payment: &mut Given) -> Then {
    payment.hears(booking_canceled("USER"))
}

fn noted() -> Given {
    let mut payment = service("payment");
    payment.hears(booking_requested()).says(["PaymentNoted"]);
    payment
}

fn requested() -> Given {
    let mut payment = service("payment");
    request(&mut payment).says(["PaymentRequested"]);
    payment
}

fn paying() -> Given {
    let mut payment = requested();
    pay_with(&mut payment, "5656").says(["PaymentCharging"]);
    payment
}

fn approved() -> Given {
    let mut payment = paying();
    payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentApproved"]);
    payment
}

fn captured() -> Given {
    let mut payment = approved();
    payment.answers::<Payment>(N, "capture", yes()).says(["PaymentMoved"]).with("step", "Captured");
    payment
}

fn returning() -> Given {
    let mut payment = captured();
    cancel(&mut payment).says(["PaymentMoved"]).with("step", "Returning").with("captured", true);
    payment
}

fn returned() -> Given {
    let mut payment = returning();
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
    payment
}

/// Over before anybody paid.
fn canceled() -> Given {
    let mut payment = requested();
    cancel(&mut payment).says(["PaymentCanceled"]).with("status", "PaymentCanceled");
    payment
}

fn status(payment: &Given) -> Value {
    payment.record::<Payment>(N)["status"].clone()
}

#[test]
fn c14_booking_asks_and_a_payment_is_there() {
    let mut payment = service("payment");
    let then = request(&mut payment).says(["PaymentRequested"]);
    then.with("id", 7).with("bookingId", 7).with("amount", 50_000).with("status", "PaymentRequested");
    let expected = json!({"bookingId": 7, "status": "PaymentRequested", "amount": 50_000, "cardNo": null});
    assert_eq!(payment.record::<Payment>(N), expected);
    assert!(payment.waits::<Payment>(N).is_empty(), "the booking ends it, if nobody pays");
    payment.hears(booking_requested()).is_already_so();
}

#[test]
fn c12_c14_asked_again_it_is_requested_once() {
    let mut early = noted();
    assert_eq!(early.record::<Payment>(N), Value::Null);
    early.hears(booking_requested()).is_already_so();
    request(&mut early).says(["PaymentRequested"]);
    for mut payment in [requested(), paying(), approved(), captured(), returning()] {
        request(&mut payment).is_already_so();
        ask(&mut payment).is_already_so();
    }
    for mut payment in [canceled(), returned()] {
        request(&mut payment).is_refused(409, "booking-canceled");
        ask(&mut payment).is_refused(409, "booking-canceled");
    }
}

#[test]
fn c12_the_user_may_ask_for_a_payment_that_booking_could_not() {
    ask(&mut noted()).says(["PaymentRequested"]).with("amount", 50_000);
    ask(&mut service("payment")).is_refused(404, "unknown-booking");
    // What it costs is not for the user to say.
    let mut payment = noted();
    let fields = json!({"bookingId": 7, "amount": 1});
    payment.asks(Post, "/payments", fields).says(["PaymentRequested"]).with("amount", 50_000);
}

#[test]
fn c4_the_provider_is_asked_and_then_takes_the_money() {
    let mut payment = requested();
    let then = pay_with(&mut payment, "5656").says(["PaymentCharging"]);
    then.with("attempt", 1).with("hold", 1_000);
    assert_eq!(status(&payment), "PaymentRequested", "not before it is granted");
    let call = payment.call::<Payment>(N, "authorize");
    assert_eq!((call.to, call.mode, call.hold), ("provider", Mode::Refuse, Millis(1_000)));
    assert_eq!((call.until, call.attempt), (Some(payment.now + Millis(1_000)), 1));
    let expected = json!({"account": "concert.payment/7", "amount": 50_000,
        "card": {"token": "tok_5656", "last4": "5656"}});
    assert_eq!(serde_json::to_value(&call.request.fields).unwrap(), expected);
    let then = payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentApproved"]);
    then.with("bookingId", 7).with("status", "PaymentApproved").with("amount", 50_000);
    let expected =
        json!({"bookingId": 7, "status": "PaymentApproved", "amount": 50_000, "cardNo": "********5656"});
    assert_eq!(payment.record::<Payment>(N), expected);
    assert_eq!(payment.waits::<Payment>(N), ["forward provider capture 1"]);
    payment.answers::<Payment>(N, "capture", yes()).says(["PaymentMoved"]).with("step", "Captured");
    assert!(payment.waits::<Payment>(N).is_empty());
}

#[test]
fn c4_paid_again_it_is_charged_once() {
    pay(&mut paying()).is_already_so();
    pay_with(&mut paying(), "5656").is_already_so();
    pay_with(&mut paying(), "1234").is_refused(409, "under-way");
    for mut payment in [approved(), captured()] {
        pay(&mut payment).is_already_so();
        payment.asks(Put, PATH, json!({"bookingId": 7, "status": "PaymentApproved"})).is_already_so();
        payment.when::<Payment>(N, Wish::Answered(Operation::Authorize, yes()).into()).is_already_so();
    }
    pay(&mut service("payment")).is_refused(404, "not-found");
    for mut payment in [canceled(), returning(), returned()] {
        pay(&mut payment).is_refused(409, "booking-canceled");
    }
}

#[test]
fn c4_c12_who_pays_before_booking_has_asked_has_asked() {
    let mut payment = noted();
    let then = pay_with(&mut payment, "5656").says(["PaymentRequested", "PaymentCharging"]);
    then.with("amount", 50_000).with("attempt", 1);
    assert_eq!(status(&payment), "PaymentRequested");
    request(&mut payment).is_already_so();
    payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentApproved"]).with("amount", 50_000);
    request(&mut payment).is_already_so();
    let mut declined = noted();
    let _ = pay_with(&mut declined, "0002");
    let then = declined.answers::<Payment>(N, "authorize", no(402, "card-declined"));
    then.says_but(["TryLeft"], 402, "card-declined");
    assert_eq!(status(&declined), "PaymentRequested", "another card may follow");
    pay_with(&mut declined, "5656").says(["PaymentCharging"]).with("attempt", 2);
}

#[test]
fn c4_a_declined_card_may_be_followed_by_another() {
    let mut payment = requested();
    pay_with(&mut payment, "0002").says(["PaymentCharging"]);
    let then = payment.answers::<Payment>(N, "authorize", no(402, "card-declined"));
    then.says_but(["TryLeft"], 402, "card-declined").with("declined", true).with("attempt", 1);
    assert_eq!(status(&payment), "PaymentRequested");
    assert!(payment.waits::<Payment>(N).is_empty());
    assert!(payment.waits::<Leftover>(LEFT).is_empty(), "nothing is to go back");
    pay_with(&mut payment, "5656").says(["PaymentCharging"]).with("attempt", 2);
    let call = payment.call::<Payment>(N, "authorize");
    assert_eq!((call.attempt, call.request.fields.text("account")), (2, Some("concert.payment+2/7")));
    payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentApproved"]);
    assert_eq!(payment.waits::<Payment>(N), ["forward provider capture 2"]);
    let capture = payment.call::<Payment>(N, "capture");
    assert_eq!(capture.request.fields.text("account"), Some("concert.payment+2/7"));
}

#[test]
fn c4_c12_a_silent_try_is_given_up_and_what_comes_late_goes_back() {
    let mut payment = paying();
    let then = payment.answers::<Payment>(N, "authorize", Answer::GivenUp);
    then.says_but(["TryLeft"], 503, "payment-unavailable").with("declined", false);
    assert_eq!(status(&payment), "PaymentRequested");
    // Never two operations on one account: the return waits for the answer.
    assert_eq!(payment.waits::<Leftover>(LEFT), ["forward provider authorize 1"]);
    let call = payment.call::<Leftover>(LEFT, "authorize");
    assert_eq!((call.until, call.request.fields.text("account")), (None, Some("concert.payment/7")));
    pay(&mut payment).says(["PaymentCharging"]).with("attempt", 2);
    payment.answers::<Payment>(N, "authorize", yes()).says(["PaymentApproved"]);
    let then = payment.answers::<Leftover>(LEFT, "authorize", yes()).says(["LeftoverMoved"]);
    then.with("step", "Returning").with("captured", false);
    assert_eq!(payment.waits::<Leftover>(LEFT), ["forward provider return 1"]);
    payment.answers::<Leftover>(LEFT, "return", yes()).says(["LeftoverMoved"]).with("step", "Returned");
    assert!(payment.waits::<Leftover>(LEFT).is_empty());
    assert_eq!(status(&payment), "PaymentApproved");
    let mut declined = paying();
    let _ = declined.answers::<Payment>(N, "authorize", Answer::GivenUp);
    let then = declined.answers::<Leftover>(LEFT, "authorize", no(402, "card-declined"));
    then.says(["LeftoverMoved"]).with("step", "Declined");
    assert!(declined.waits::<Leftover>(LEFT).is_empty());
}

#[test]
fn c7_a_cancel_before_paying_ends_the_payment() {
    for mut payment in [service("payment"), noted(), requested()] {
        cancel(&mut payment).says(["PaymentCanceled"]).with("amount", 50_000);
        assert_eq!(status(&payment), "PaymentCanceled");
        cancel(&mut payment).is_already_so();
        payment.hears(booking_requested()).is_already_so();
        assert!(payment.waits::<Payment>(N).is_empty());
        pay(&mut payment).is_refused(409, "booking-canceled");
    }
}

#[test]
fn c7_a_cancel_while_the_provider_is_asked_tells_who_waits() {
    let mut payment = paying();
    let then = cancel(&mut payment);
    then.says_but(["TryLeft", "PaymentCanceled"], 409, "booking-canceled").with("declined", false);
    assert!(payment.waits::<Payment>(N).is_empty());
    payment.answers::<Leftover>(LEFT, "authorize", yes()).says(["LeftoverMoved"]).with("step", "Returning");
    payment.answers::<Leftover>(LEFT, "return", yes()).says(["LeftoverMoved"]);
    assert_eq!(status(&payment), "PaymentCanceled");
    cancel(&mut payment).is_already_so();
}

#[test]
fn c7_c16_a_cancel_gives_the_money_back_once() {
    let mut payment = captured();
    cancel(&mut payment).says(["PaymentMoved"]).with("step", "Returning");
    cancel(&mut payment).is_already_so();
    assert_eq!(status(&payment), "PaymentApproved", "until it is back");
    assert_eq!(payment.waits::<Payment>(N), ["forward provider return 1"]);
    let then = payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
    then.with("status", "PaymentCanceled").with("amount", 50_000);
    cancel(&mut payment).is_already_so();
    let expected =
        json!({"bookingId": 7, "status": "PaymentCanceled", "amount": 50_000, "cardNo": "********5656"});
    assert_eq!(payment.record::<Payment>(N), expected);
}

#[test]
fn c7_a_cancel_while_the_money_is_taken_waits_for_it() {
    let mut payment = approved();
    cancel(&mut payment).says(["PaymentMoved"]).with("step", "Voided");
    cancel(&mut payment).is_already_so();
    pay(&mut payment).is_refused(409, "booking-canceled");
    assert_eq!(payment.waits::<Payment>(N), ["forward provider capture 1"], "never two at once");
    payment.answers::<Payment>(N, "capture", yes()).says(["PaymentMoved"]).with("step", "Returning");
    payment.answers::<Payment>(N, "return", yes()).says(["PaymentCanceled"]);
}

#[test]
fn c7_what_cannot_be_taken_is_told() {
    let mut payment = approved();
    let then = payment.answers::<Payment>(N, "capture", no(409, "expired")).says(["PaymentMoved"]);
    then.with("step", "Returning").with("captured", false);
    payment.answers::<Payment>(N, "return", no(404, "unknown-account")).says(["PaymentCanceled"]);
}

#[test]
fn c4_only_paying_changes_a_payment_by_hand() {
    for mut payment in [requested(), paying(), approved(), captured(), returning(), returned(), canceled()] {
        let held = status(&payment);
        // What is so may be written; "PaymentApproved" of one that is on its way back is a wish to pay.
        assert!(payment.asks(Patch, PATH, json!({"status": held})).said.is_empty());
        payment.asks(Patch, PATH, json!({})).is_already_so();
        payment.asks(Patch, PATH, json!({"bookingId": 7})).is_already_so();
        payment.asks(Patch, PATH, json!({"bookingId": 8})).is_refused(409, "not-changeable");
        payment.asks(Patch, PATH, json!({"status": "paid"})).is_refused(409, "not-changeable");
        let other = json!({"bookingId": 8, "status": "PaymentApproved"});
        payment.asks(Patch, PATH, other).is_refused(409, "not-changeable");
        let card = json!({"cardNo": {"token": "tok_1234", "last4": "1234"}});
        payment.asks(Patch, PATH, card).is_refused(409, "not-changeable");
    }
    noted().asks(Patch, PATH, json!({})).is_refused(404, "not-found");
    service("payment").asks(Patch, PATH, json!({})).is_refused(404, "not-found");
}

#[test]
fn c10_answers_that_come_twice_change_nothing() {
    use Operation::{Authorize, Capture, Return};
    for payment in [&mut noted(), &mut requested(), &mut captured(), &mut returned(), &mut canceled()] {
        for operation in [Authorize, Capture, Return] {
            let answered = Wish::Answered(operation, yes());
            payment.when::<Payment>(N, answered.clone().into()).is_already_so();
            payment.when::<Leftover>(LEFT, answered).is_already_so();
        }
        payment.when::<Payment>(N, Command::Wish(Wish::Expire)).is_already_so();
    }
    let wish = Wish::Answered(Authorize, yes());
    service("payment").when::<Payment>(N, wish.into()).is_already_so();
    let mut left = paying();
    let _ = left.answers::<Payment>(N, "authorize", no(402, "card-declined"));
    left.when::<Leftover>(LEFT, Wish::Answered(Authorize, yes())).is_already_so();
}

#[test]
fn c4_the_ledger_is_told_of_every_try() {
    let of = |charge: Option<Charge>| {
        charge.map(|charge| (charge.account, charge.authorized, charge.captured, charge.returned))
    };
    let charge = |payment: &Given| {
        let own = payment.document::<Payment>(N)?;
        let money = own.stage.money()?;
        of(money.charge(concert::payment::account(N, own.attempt)))
    };
    let left = |payment: &Given| {
        let own = payment.document::<Leftover>(LEFT)?;
        of(own.money.charge(concert::payment::account(own.booking, own.attempt)))
    };
    let (y, n) = (Some(true), Some(false));
    let first = || "concert.payment/7".to_owned();
    for payment in [noted(), requested(), canceled()] {
        assert_eq!((charge(&payment), left(&payment)), (None, None));
    }
    assert_eq!(charge(&paying()), Some((first(), None, n, n)));
    assert_eq!(charge(&approved()), Some((first(), y, None, n)));
    assert_eq!(charge(&captured()), Some((first(), y, y, n)));
    assert_eq!(charge(&returning()), Some((first(), y, y, None)));
    assert_eq!(charge(&returned()), Some((first(), y, y, y)));
    let mut payment = paying();
    let _ = payment.answers::<Payment>(N, "authorize", Answer::GivenUp);
    assert_eq!((charge(&payment), left(&payment)), (None, Some((first(), None, n, n))));
    let _ = payment.answers::<Leftover>(LEFT, "authorize", yes());
    assert_eq!(left(&payment), Some((first(), y, n, None)));
    let mut payment = paying();
    let _ = payment.answers::<Payment>(N, "authorize", no(402, "card-declined"));
    assert_eq!(left(&payment), Some((first(), n, n, n)));
    assert_eq!(card("5656").masked(), "********5656");
}

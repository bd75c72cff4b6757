//! Orders: nothing without payment, nothing canceled without its money.

use crate::*;
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::{Millis, Mode};
use serde_json::{Value, json};
use taxi::order::{Command, Order};

fn requested() -> Given {
    let mut order = service("order");
    order.when::<Order>(N, Command::Place(trip())).says(["OrderRequested"]);
    order
}

fn placed() -> Given {
    let mut order = requested();
    order.answers::<Order>(N, "authorize", yes()).says(["Ordered"]);
    order
}

fn confirmed() -> Given {
    let mut order = placed();
    order.hears(accepted(events::CONFIRMED, None)).says(["OrderConfirmed"]);
    order
}

fn cancelling() -> Given {
    let mut order = placed();
    order.when::<Order>(N, Command::Cancel).says(["OrderCancelling"]);
    order
}

fn cancelled() -> Given {
    let mut order = cancelling();
    order.answers::<Order>(N, "void", yes()).says(["OrderCanceled"]);
    order
}

fn refused() -> Given {
    let mut order = requested();
    let _ = order.answers::<Order>(N, "authorize", no(402, "card-declined"));
    order
}

fn status(order: &Given) -> Value {
    order.record::<Order>(N)["status"].clone()
}

#[test]
fn t1_t24_an_order_asks_payment_and_is_hidden_until_then() {
    let mut order = service("order");
    let fields = json!({"orderType": "prime", "name": "Jane", "cardNo": {"token": "tok_1", "last4": "5656"}});
    order.asks(Post, "/orders", fields).says(["OrderRequested"]).with("id", 1);
    assert_eq!(order.record::<Order>(Id(1)), Value::Null);
    let call = order.call::<Order>(Id(1), "authorize");
    assert_eq!((call.to, call.mode, call.hold), ("payment", Mode::Refuse, Millis(300)));
    assert_eq!(call.until, Some(order.now + Millis(300)));
    assert_eq!(call.request.path, "/paymentHistories");
    let fields = serde_json::to_value(&call.request.fields).unwrap();
    let card = json!({"token": "tok_1", "last4": "5656"});
    let expected = json!({"orderId": 1, "amount": 3800, "status": "Reservation OK", "cardNo": card});
    assert_eq!(fields, expected);
}

#[test]
fn t1_an_order_needs_a_grade() {
    let mut order = service("order");
    order.asks(Post, "/orders", json!({"name": "Jane"})).is_refused(400, "missing-field");
    order.asks(Post, "/orders", json!({"orderType": " "})).is_refused(400, "missing-field");
}

#[test]
fn t2_t13_a_paid_order_is_placed() {
    let mut order = requested();
    let then = order.answers::<Order>(N, "authorize", yes()).says(["Ordered"]);
    then.with("status", "requested").with("cardNo", "********5656").with("amount", 3_800).without("tel");
    let expected = json!({
        "orderType": "prime", "cardNo": "********5656", "name": "Jane", "tel": null, "amount": 3_800,
        "reason": null, "status": "requested",
    });
    assert_eq!(order.record::<Order>(N), expected);
    assert!(order.waits::<Order>(N).is_empty(), "a placed order is at rest");
}

#[test]
fn t21_an_order_without_a_card_shows_null() {
    let mut order = service("order");
    order.asks(Post, "/orders", json!({"orderType": "basic", "name": "Jung"})).says(["OrderRequested"]);
    order.answers::<Order>(Id(1), "authorize", yes()).says(["Ordered"]).with("cardNo", Value::Null);
}

#[test]
fn t13_a_declined_card_leaves_nothing() {
    let mut order = requested();
    let then = order.answers::<Order>(N, "authorize", no(402, "card-declined"));
    then.says_but(["OrderRefused"], 402, "card-declined").with("void", false);
    assert_eq!(order.record::<Order>(N), Value::Null);
    assert!(order.waits::<Order>(N).is_empty(), "nothing is to be voided");
}

#[test]
fn t13_t25_silence_refuses_the_order_and_voids_the_payment() {
    let mut order = requested();
    let then = order.answers::<Order>(N, "authorize", Answer::GivenUp);
    then.says_but(["OrderRefused"], 503, "payment-unavailable").with("void", true);
    assert_eq!(order.waits::<Order>(N), ["forward payment void 1"]);
    let call = order.call::<Order>(N, "void");
    assert_eq!((call.hold, call.until), (Millis(0), None), "the client is gone, the void goes on");
    order.answers::<Order>(N, "void", yes()).says(["OrderVoided"]);
    assert!(order.waits::<Order>(N).is_empty());
    assert_eq!(order.record::<Order>(N), Value::Null);
    order.when::<Order>(N, Command::Voided).is_already_so();
}

#[test]
fn t13_any_other_no_of_payment_is_voided_too() {
    for answer in [no(409, "voided"), no(422, "bad"), no(404, "gone")] {
        let mut order = requested();
        let then = order.answers::<Order>(N, "authorize", answer);
        then.says_but(["OrderRefused"], 503, "payment-unavailable").with("void", true);
    }
}

#[test]
fn t13_an_answer_after_the_end_changes_nothing() {
    for order in [&mut refused(), &mut placed(), &mut confirmed(), &mut cancelling(), &mut cancelled()] {
        order.when::<Order>(N, Command::Paid(yes())).is_already_so();
        order.when::<Order>(N, Command::Paid(Answer::GivenUp)).is_already_so();
        order.when::<Order>(N, Command::Place(trip())).is_already_so();
    }
}

#[test]
fn t4_a_confirmed_reservation_confirms_the_order_once() {
    let mut order = placed();
    order.hears(accepted(events::RESERVATION_COMPLETE, None)).is_already_so();
    assert_eq!(status(&order), "requested");
    order.hears(accepted(events::CONFIRMED, None)).says(["OrderConfirmed"]);
    assert_eq!(status(&order), "confirmed");
    order.hears(accepted(events::CONFIRMED, None)).is_already_so();
    order.hears(accepted(events::CONFIRMED, Some(Id(1)))).is_already_so();
}

#[test]
fn t5_t14_cancel_goes_by_payment_first() {
    for order in [&mut placed(), &mut confirmed()] {
        order.asks(Patch, "/orders/7", json!({"status": "cancelled"})).says(["OrderCancelling"]);
        assert_eq!(status(order), "cancelling");
        let call = order.call::<Order>(N, "void");
        assert_eq!((call.mode, call.hold, call.until), (Mode::Forward, Millis(300), None));
        assert_eq!(call.request.path, "/paymentHistories/void");
        let then = order.answers::<Order>(N, "void", yes()).says(["OrderCanceled"]);
        then.with("status", "cancelled").with("orderType", "prime").with("name", "Jane").without("reason");
        assert_eq!(status(order), "cancelled");
    }
}

#[test]
fn t5_every_word_for_cancel_and_delete_cancel() {
    for word in ["cancelled", "canceled", "cancel"] {
        placed().asks(Patch, "/orders/7", json!({"status": word})).says(["OrderCancelling"]);
        placed().asks(Put, "/orders/7", json!({"status": word})).says(["OrderCancelling"]);
    }
    placed().asks(Delete, "/orders/7", json!({})).says(["OrderCancelling"]);
}

#[test]
fn t8_a_canceled_order_stays_readable_and_cancels_once() {
    let mut order = cancelled();
    assert_eq!(status(&order), "cancelled");
    order.asks(Patch, "/orders/7", json!({"status": "cancel"})).is_already_so();
    order.asks(Delete, "/orders/7", json!({})).is_already_so();
    order.when::<Order>(N, Command::Voided).is_already_so();
    cancelling().asks(Delete, "/orders/7", json!({})).is_already_so();
}

#[test]
fn t5_what_nobody_sees_cannot_be_canceled() {
    for order in [&mut service("order"), &mut requested(), &mut refused()] {
        order.asks(Patch, "/orders/7", json!({"status": "cancelled"})).is_refused(404, "not-found");
        order.asks(Delete, "/orders/7", json!({})).is_refused(404, "not-found");
        order.asks(Patch, "/orders/7", json!({})).is_refused(404, "not-found");
    }
}

#[test]
fn t8_only_a_cancel_is_a_cancel() {
    for order in [&mut placed(), &mut confirmed(), &mut cancelling(), &mut cancelled()] {
        order.asks(Patch, "/orders/7", json!({"status": "done"})).is_refused(409, "unknown-status");
        order.asks(Patch, "/orders/7", json!({"orderType": "basic"})).is_refused(409, "already-placed");
        order.asks(Patch, "/orders/7", json!({"name": "Emily"})).is_refused(409, "already-placed");
        order.asks(Patch, "/orders/7", json!({"tel": "010"})).is_refused(409, "already-placed");
        let card = json!({"cardNo": {"token": "tok_2", "last4": "5656"}});
        order.asks(Patch, "/orders/7", card).is_refused(409, "already-placed");
    }
}

#[test]
fn t8_the_same_values_change_nothing() {
    let mut order = placed();
    let same = json!({
        "orderType": "prime", "name": "Jane", "tel": null, "status": "requested",
        "cardNo": {"token": "tok_1", "last4": "5656"},
    });
    order.asks(Put, "/orders/7", same).is_already_so();
    order.asks(Patch, "/orders/7", json!({})).is_already_so();
}

#[test]
fn t7_what_the_system_ends_is_canceled_with_its_reason() {
    let mut order = confirmed();
    order.hears(reserve_canceled(None, Some("NO_TAXI"))).says(["OrderCancelling"]).with("reason", "NO_TAXI");
    order.hears(reserve_canceled(None, Some("NO_TAXI"))).is_already_so();
    let then = order.answers::<Order>(N, "void", yes()).says(["OrderCanceled"]);
    then.with("reason", "NO_TAXI");
    assert_eq!(order.record::<Order>(N)["reason"], "NO_TAXI");
    order.hears(reserve_canceled(None, Some("NO_TAXI"))).is_already_so();
}

#[test]
fn t14_a_payment_that_is_gone_ends_its_order() {
    placed().hears(payment_canceled()).says(["OrderCancelling"]).with("reason", "PAYMENT");
    cancelling().hears(payment_canceled()).is_already_so();
    cancelled().hears(payment_canceled()).is_already_so();
    cancelled().hears(reserve_canceled(None, None)).is_already_so();
}

#[test]
fn t15_what_is_heard_of_an_order_that_nobody_sees_changes_nothing() {
    for order in [&mut service("order"), &mut requested(), &mut refused()] {
        order.hears(accepted(events::CONFIRMED, None)).is_already_so();
        order.hears(reserve_canceled(None, Some("NO_TAXI"))).is_already_so();
        order.hears(payment_canceled()).is_already_so();
    }
    cancelling().hears(accepted(events::CONFIRMED, None)).is_already_so();
    cancelled().hears(accepted(events::CONFIRMED, None)).is_already_so();
}

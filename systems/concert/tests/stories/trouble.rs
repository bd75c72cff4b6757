//! Stories of what goes wrong: too few tickets, services and the provider silent, cards declined.

use super::{PAID, approved, book, concert, history, left, pay};
use kernel::Millis;
use serde_json::json;
use testkit::stage::Stage;

pub(super) fn the_last_tickets_go_to_one(stage: &mut dyn Stage) {
    let concert = concert(stage, 5);
    let (first, second) = (book(stage, concert, 5), book(stage, concert, 1));
    pay(stage, first);
    pay(stage, second);
    history(stage, first, "BookingApproved");
    history(stage, second, "PaymentCanceled");
    let seen = stage.get(&format!("/bookings/{second}")).is(200).with("status", "BookingCanceled");
    seen.with("reason", "SOLD_OUT");
    let told = "BookingRequested → PaymentRequested → PaymentApproved → BookingApproved → TicketRejected → \
                BookingCanceled → PaymentCanceled";
    stage.comes_to_say(second, told);
    left(stage, concert, 0);
    stage.audit();
}

pub(super) fn what_is_sold_out_is_refused_early(stage: &mut dyn Stage) {
    let concert = concert(stage, 5);
    let n = approved(stage, concert, 4);
    let wanted = json!({"concertId": concert, "userId": 2, "qty": 2});
    stage.post("/bookings", wanted.clone()).is(409).says("sold-out");
    stage.delete(&format!("/bookings/{n}")).is(204);
    left(stage, concert, 5);
    stage.post("/bookings", wanted).is(201);
    assert_eq!(stage.list("bookings").len(), 1, "a refused booking leaves nothing");
    stage.audit();
}

pub(super) fn while_payment_is_down_users_pay_later(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    stage.stop_service("payment");
    let wanted = json!({"concertId": concert, "userId": 1, "qty": 5});
    let seen = stage.post("/bookings", wanted).is(201).with("status", "BookingRequested");
    let n = seen.with("paymentStatus", "Deferred").number();
    history(stage, n, "BookingRequested");
    stage.comes_to_say(n, "BookingRequested");
    stage.start_service("payment");
    stage.shows(&format!("/bookings/{n}"), "paymentStatus", "PaymentRequested");
    stage.get(&format!("/bookings/{n}")).is(200).with("status", "BookingRequested");
    stage.post("/payments", json!({"bookingId": n})).is(201).with("status", "PaymentRequested");
    assert_eq!(stage.list("payments").len(), 1);
    pay(stage, n);
    history(stage, n, "BookingApproved");
    left(stage, concert, 95);
    stage.comes_to_say(n, PAID);
    stage.audit();
}

pub(super) fn a_cancel_while_payment_is_down(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let paid = approved(stage, concert, 5);
    stage.stop_service("payment");
    let n = book(stage, concert, 5);
    for n in [n, paid] {
        stage.delete(&format!("/bookings/{n}")).is(204);
        history(stage, n, "BookingCanceled");
    }
    stage.get(&format!("/concerts/{concert}")).is(200).with("ticketQty", 95);
    stage.start_service("payment");
    for n in [n, paid] {
        history(stage, n, "PaymentCanceled");
    }
    left(stage, concert, 100);
    stage.patch(&format!("/payments/{n}"), json!({"status": "PaymentApproved"})).is(409);
    stage.audit();
}

pub(super) fn a_silent_provider_may_be_tried_again(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = book(stage, concert, 5);
    stage.slow_provider(Millis(2_500));
    let payment = format!("/payments/{n}");
    for _ in 0..2 {
        let no = stage.patch(&payment, json!({"status": "PaymentApproved"}));
        no.is(503).says("payment-unavailable");
        stage.get(&payment).is(200).with("status", "PaymentRequested");
    }
    stage.slow_provider(Millis(1));
    pay(stage, n);
    history(stage, n, "BookingApproved");
    left(stage, concert, 95);
    stage.audit();
    stage.delete(&format!("/bookings/{n}")).is(204);
    history(stage, n, "PaymentCanceled");
    left(stage, concert, 100);
    stage.audit();
}

pub(super) fn a_declined_card_may_be_tried_again(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = book(stage, concert, 5);
    let payment = format!("/payments/{n}");
    for _ in 0..2 {
        let declined = json!({"status": "PaymentApproved", "cardNo": "4111111111110002"});
        stage.patch(&payment, declined).is(402).says("card-declined");
        stage.get(&payment).is(200).with("status", "PaymentRequested");
    }
    history(stage, n, "PaymentRequested");
    let other = json!({"status": "PaymentApproved", "cardNo": "4111111111115656"});
    stage.patch(&payment, other).is(200).with("cardNo", "********5656").with("status", "PaymentApproved");
    history(stage, n, "BookingApproved");
    left(stage, concert, 95);
    stage.comes_to_say(n, PAID);
    stage.audit();
}

pub(super) fn bookings_go_on_without_concert(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    stage.stop_service("concert");
    let (kept, canceled) = (book(stage, concert, 5), book(stage, concert, 7));
    for n in [kept, canceled] {
        pay(stage, n);
        history(stage, n, "BookingApproved");
    }
    stage.delete(&format!("/bookings/{canceled}")).is(204);
    history(stage, canceled, "PaymentCanceled");
    stage.start_service("concert");
    left(stage, concert, 95);
    stage.comes_to_say(kept, PAID);
    stage.audit();
}

pub(super) fn booking_catches_up(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = book(stage, concert, 5);
    stage.stop_service("booking");
    pay(stage, n);
    history(stage, n, "PaymentApproved");
    stage.start_service("booking");
    history(stage, n, "BookingApproved");
    left(stage, concert, 95);
    stage.audit();
}

pub(super) fn mypage_catches_up(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    stage.stop_service("mypage");
    let (paid, canceled) = (book(stage, concert, 1), book(stage, concert, 2));
    pay(stage, paid);
    stage.delete(&format!("/bookings/{canceled}")).is(204);
    left(stage, concert, 99);
    stage.start_service("mypage");
    history(stage, paid, "BookingApproved");
    history(stage, canceled, "PaymentCanceled");
    assert_eq!(stage.list("bookingHistories").len(), 2);
}

/// The ranking: booking is the core; concert and user support it, payment is of a general kind.
pub(super) fn the_core_goes_on_without_all_others(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    for other in ["concert", "user", "payment", "mypage"] {
        stage.stop_service(other);
    }
    let n = book(stage, concert, 5);
    stage.get(&format!("/bookings/{n}")).is(200).with("status", "BookingRequested");
    let canceled = book(stage, concert, 5);
    stage.delete(&format!("/bookings/{canceled}")).is(204);
    for other in ["mypage", "payment", "user", "concert"] {
        stage.start_service(other);
    }
    history(stage, canceled, "PaymentCanceled");
    history(stage, n, "PaymentRequested");
    pay(stage, n);
    history(stage, n, "BookingApproved");
    left(stage, concert, 95);
    stage.audit();
}

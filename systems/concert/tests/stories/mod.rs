//! The requirements of the concert tickets as stories, told on every stage.

mod trouble;

use serde_json::{Value, json};
use testkit::stage::{Stage, Story};

/// All of them. The number of a requirement is in the name of the story that shows it.
pub(crate) const ALL: &[Story] = &[
    ("c1_c2_c3_c4_c5_c6_c14_c15_c25_a_booking_is_paid_and_approved", a_booking_is_paid_and_approved),
    ("c7_c8_c16_a_cancel_gives_tickets_and_money_back", a_cancel_gives_tickets_and_money_back),
    ("c9_c13_c17_the_history_shows_every_booking", the_history_shows_every_booking),
    ("c1_the_administrator_says_how_many_are_left", the_administrator_says_how_many_are_left),
    ("c1_c3_a_concert_that_is_removed_is_not_on_sale", a_concert_that_is_removed_is_not_on_sale),
    ("c2_users_sign_up_and_leave", users_sign_up_and_leave),
    ("c3_a_booking_of_an_unknown_concert_is_refunded", a_booking_of_an_unknown_concert_is_refunded),
    ("c3_c7_a_cancel_before_paying_changes_no_ticket", a_cancel_before_paying_changes_no_ticket),
    ("c4_wrong_transitions_change_nothing", wrong_transitions_change_nothing),
    ("c4_a_price_of_its_own_is_charged", a_price_of_its_own_is_charged),
    ("c6_the_last_tickets_go_to_one", trouble::the_last_tickets_go_to_one),
    ("c6_what_is_sold_out_is_refused_early", trouble::what_is_sold_out_is_refused_early),
    ("c10_c12_c23_c24_while_payment_is_down_users_pay_later", trouble::while_payment_is_down_users_pay_later),
    ("c7_c12_a_cancel_while_payment_is_down", trouble::a_cancel_while_payment_is_down),
    ("c4_c12_a_silent_provider_may_be_tried_again", trouble::a_silent_provider_may_be_tried_again),
    ("c4_a_declined_card_may_be_tried_again", trouble::a_declined_card_may_be_tried_again),
    ("c11_bookings_go_on_without_concert", trouble::bookings_go_on_without_concert),
    ("c5_c27_booking_catches_up", trouble::booking_catches_up),
    ("c13_mypage_catches_up", trouble::mypage_catches_up),
    ("c18_the_core_goes_on_without_all_others", trouble::the_core_goes_on_without_all_others),
];

const PAID: &str = "BookingRequested → PaymentRequested → PaymentApproved → BookingApproved → TicketUpdated";

fn concert(stage: &mut dyn Stage, tickets: u64) -> u64 {
    stage.post("/concerts", json!({"name": "IU 2020", "ticketQty": tickets})).is(201).number()
}

fn book(stage: &mut dyn Stage, concert: u64, qty: u64) -> u64 {
    stage.post("/bookings", json!({"concertId": concert, "userId": 1, "qty": qty})).is(201).number()
}

fn pay(stage: &mut dyn Stage, booking: u64) {
    let paid = stage.patch(&format!("/payments/{booking}"), json!({"status": "PaymentApproved"}));
    paid.is(200).with("status", "PaymentApproved");
}

fn history(stage: &mut dyn Stage, booking: u64, status: &str) {
    stage.shows(&format!("/bookingHistories/{booking}"), "status", status);
}

fn left(stage: &mut dyn Stage, concert: u64, tickets: u64) {
    stage.shows(&format!("/concerts/{concert}"), "ticketQty", tickets);
}

/// A booking that has its tickets.
fn approved(stage: &mut dyn Stage, concert: u64, qty: u64) -> u64 {
    let n = book(stage, concert, qty);
    pay(stage, n);
    history(stage, n, "BookingApproved");
    n
}

fn a_booking_is_paid_and_approved(stage: &mut dyn Stage) {
    let seen = stage.post("/concerts", json!({"name": "IU 2020", "ticketQty": "100"})).is(201);
    let concert = seen.with("name", "IU 2020").with("ticketQty", 100).with("price", 10_000).number();
    let user = stage.post("/users", json!({"name": "Kim"})).is(201).with("name", "Kim").number();
    let wanted = json!({"concertId": concert.to_string(), "userId": user.to_string(), "qty": "5"});
    let seen =
        stage.post("/bookings", wanted).is(201).with("status", "BookingRequested").with("amount", 50_000);
    let seen = seen.with("concertId", concert).with("userId", user).with("qty", 5);
    let n = seen.with("paymentStatus", "PaymentRequested").with("reason", Value::Null).number();
    assert!(stage.get(&format!("/bookings/{n}")).is(200).body["payBefore"].is_string());
    let payment = stage.get(&format!("/payments/{n}")).is(200).with("status", "PaymentRequested");
    payment.with("bookingId", n).with("amount", 50_000);
    history(stage, n, "PaymentRequested");
    stage.get(&format!("/concerts/{concert}")).is(200).with("ticketQty", 100);
    stage.comes_to_say(n, "BookingRequested → PaymentRequested");

    pay(stage, n);
    history(stage, n, "BookingApproved");
    let seen = stage.get(&format!("/bookings/{n}")).is(200).with("status", "BookingApproved");
    seen.with("paymentStatus", "PaymentApproved").with("payBefore", Value::Null);
    left(stage, concert, 95);
    stage.comes_to_say(n, PAID);
    pay(stage, n);
    assert_eq!(stage.list("payments").len(), 1, "paid twice is charged once");
    stage.comes_to_say(n, PAID);
    stage.audit();
}

fn a_cancel_gives_tickets_and_money_back(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = approved(stage, concert, 5);
    left(stage, concert, 95);
    stage.delete(&format!("/bookings/{n}")).is(204);
    stage.get(&format!("/bookings/{n}")).is(404);
    history(stage, n, "PaymentCanceled");
    left(stage, concert, 100);
    stage.get(&format!("/payments/{n}")).is(200).with("status", "PaymentCanceled");
    stage.delete(&format!("/bookings/{n}")).is(404);
    stage.comes_to_say(n, &format!("{PAID} → BookingCanceled → PaymentCanceled → TicketUpdated"));
    stage.delete("/bookings/99").is(404);
    stage.audit();
}

/// The document's own two rows: concert 1 not paid, concert 3 canceled.
fn the_history_shows_every_booking(stage: &mut dyn Stage) {
    for _ in 0..3 {
        concert(stage, 100);
    }
    let (first, second) = (book(stage, 1, 5), book(stage, 3, 5));
    pay(stage, second);
    stage.delete(&format!("/bookings/{second}")).is(204);
    history(stage, first, "PaymentRequested");
    history(stage, second, "PaymentCanceled");
    let row = |n, concert, status| json!({"id": n, "bookingId": n, "concertId": concert, "userId": 1, "status": status});
    let mut rows = stage.list("bookingHistories");
    for row in &mut rows {
        row.as_object_mut().map(|fields| fields.remove("_links"));
    }
    assert_eq!(rows, [row(first, 1, "PaymentRequested"), row(second, 3, "PaymentCanceled")]);
    stage.audit();
}

fn the_administrator_says_how_many_are_left(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = approved(stage, concert, 5);
    let path = format!("/concerts/{concert}");
    stage.patch(&path, json!({"ticketQty": 120})).is(200).with("ticketQty", 120).with("name", "IU 2020");
    stage.patch(&path, json!({"name": "IU"})).is(200).with("ticketQty", 120).with("name", "IU");
    stage.patch(&path, json!({"name": " "})).is(400).says("missing-field");
    stage.patch(&path, json!({"price": 10_000})).is(200);
    stage.patch(&path, json!({"price": 1})).is(409).says("price-fixed");
    stage.patch("/concerts/9", json!({"ticketQty": 1})).is(404);
    stage.delete(&path).is(409).says("tickets-sold");
    stage.delete(&format!("/bookings/{n}")).is(204);
    left(stage, concert, 125);
    stage.delete(&path).is(204);
    stage.get(&path).is(404);
    stage.patch(&path, json!({"ticketQty": 1})).is(404);
    stage.audit();
}

fn a_concert_that_is_removed_is_not_on_sale(stage: &mut dyn Stage) {
    let (gone, on) = (concert(stage, 100), concert(stage, 100));
    stage.delete(&format!("/concerts/{gone}")).is(204);
    // Booking has heard of this one, so of the removal before it.
    approved(stage, on, 1);
    stage.post("/bookings", json!({"concertId": gone, "userId": 1, "qty": 1})).is(409).says("not-on-sale");
    stage.audit();
}

fn users_sign_up_and_leave(stage: &mut dyn Stage) {
    let n = stage.post("/users", json!({"name": "Kim"})).is(201).with("name", "Kim").number();
    stage.patch(&format!("/users/{n}"), json!({"name": "Lee"})).is(200).with("name", "Lee");
    stage.delete(&format!("/users/{n}")).is(204);
    stage.get(&format!("/users/{n}")).is(404);
    stage.delete(&format!("/users/{n}")).is(404);
    assert_eq!(stage.post("/users", json!({"name": "Park"})).is(201).number(), n + 1);
    stage.post("/users", json!({"name": " "})).is(400).says("missing-field");
    stage.patch(&format!("/users/{}", n + 1), json!({"name": " "})).is(400).says("missing-field");
}

fn a_booking_of_an_unknown_concert_is_refunded(stage: &mut dyn Stage) {
    let n = book(stage, 7, 5);
    pay(stage, n);
    history(stage, n, "PaymentCanceled");
    let seen = stage.get(&format!("/bookings/{n}")).is(200).with("status", "BookingCanceled");
    seen.with("reason", "UNKNOWN_CONCERT").with("amount", 50_000);
    stage.delete(&format!("/bookings/{n}")).is(204);
    stage.get(&format!("/bookings/{n}")).is(404);
    stage.audit();
}

fn a_cancel_before_paying_changes_no_ticket(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = book(stage, concert, 5);
    stage.delete(&format!("/bookings/{n}")).is(204);
    history(stage, n, "PaymentCanceled");
    let late = stage.patch(&format!("/payments/{n}"), json!({"status": "PaymentApproved"}));
    late.is(409).says("booking-canceled");
    stage.post("/payments", json!({"bookingId": n})).is(409).says("booking-canceled");
    left(stage, concert, 100);
    stage.comes_to_say(n, "BookingRequested → PaymentRequested → BookingCanceled → PaymentCanceled");
    stage.audit();
}

fn wrong_transitions_change_nothing(stage: &mut dyn Stage) {
    let concert = concert(stage, 100);
    let n = book(stage, concert, 5);
    let (booking, payment) = (format!("/bookings/{n}"), format!("/payments/{n}"));
    for status in ["PaymentCanceled", "BookingApproved", "paid"] {
        stage.patch(&payment, json!({"status": status})).is(409).says("not-changeable");
    }
    stage.patch(&payment, json!({"bookingId": 9, "status": "PaymentApproved"})).is(409);
    stage.patch(&payment, json!({"cardNo": "4111111111115656"})).is(409);
    stage.patch(&payment, json!({})).is(200).with("status", "PaymentRequested");
    stage.patch("/payments/9", json!({"status": "PaymentApproved"})).is(404);
    stage.post("/payments", json!({"bookingId": 9})).is(404).says("unknown-booking");
    stage.patch(&booking, json!({"qty": 4})).is(409).says("not-changeable");
    stage.patch(&booking, json!({"qty": 5})).is(200).with("status", "BookingRequested");
    for status in ["BookingCanceled", "BookingApproved", "done"] {
        stage.patch(&booking, json!({"status": status})).is(409).says("unknown-status");
    }
    stage.patch(&booking, json!({"status": "BookingRequested"})).is(200).with("status", "BookingRequested");
    stage.patch("/bookings/9", json!({"qty": 5})).is(404);
    history(stage, n, "PaymentRequested");
    pay(stage, n);
    stage.patch(&payment, json!({"status": "PaymentRequested"})).is(409);
    stage.post("/payments", json!({"bookingId": n})).is(201).with("status", "PaymentApproved");
    history(stage, n, "BookingApproved");
    stage.audit();
}

fn a_price_of_its_own_is_charged(stage: &mut dyn Stage) {
    let wanted = json!({"name": "IU 2020", "ticketQty": 9, "price": "44000"});
    let concert = stage.post("/concerts", wanted).is(201).with("price", 44_000).number();
    let n = book(stage, concert, 2);
    stage.get(&format!("/bookings/{n}")).is(200).with("amount", 88_000);
    pay(stage, n);
    stage.get(&format!("/payments/{n}")).is(200).with("amount", 88_000);
    left(stage, concert, 7);
    stage.audit();
}

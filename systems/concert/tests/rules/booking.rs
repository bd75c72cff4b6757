//! Bookings: requested at once, paid later, approved once, over once, whatever comes late or twice.

use crate::*;
use concert::booking::{Booking, Command};
use concert::holder::Holder;
use concert::offer::Offer;
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::{Field, Millis, Mode};
use serde_json::{Value, json};
use testkit::given::Then;

const FIRST: Id = Id(1);

fn book(booking: &mut Given, qty: i64) -> Then {
    booking.asks(Post, "/bookings", json!({"concertId": 1, "userId": 2, "qty": qty}))
}

/// Booking 7.
fn asking() -> Given {
    let mut booking = service("booking");
    let command = Command::Book { concert: CONCERT, user: USER, qty: QTY };
    booking.when::<Booking>(N, command).says(["BookingOpened", "BookingRequested"]);
    booking
}

fn open() -> Given {
    let mut booking = asking();
    booking.answers::<Booking>(N, "request", yes()).says(["PaymentOpened"]);
    booking
}

fn approved() -> Given {
    let mut booking = open();
    booking.hears(payment_approved()).says(["BookingApproved"]);
    booking
}

/// By its user, before and after it was approved, and by the system.
fn canceled() -> [Given; 3] {
    let [mut open, mut approved, mut rejected] = [open(), approved(), approved()];
    let path = format!("/bookings/{N}");
    open.asks(Delete, &path, json!({})).says(["BookingCanceled"]);
    approved.asks(Delete, &path, json!({})).says(["BookingCanceled"]);
    rejected.hears(ticket_rejected("SOLD_OUT")).says(["BookingCanceled"]);
    [open, approved, rejected]
}

fn resource_fields(plural: &str) -> Vec<Field> {
    let system = concert::system(concert::Settings::default());
    let mut tables = system.services.into_iter().flat_map(|service| service.resources);
    tables.find(|table| table.plural == plural).expect("it is served").fields
}

fn record(booking: &Given) -> Value {
    booking.record::<Booking>(N)
}

#[test]
fn c14_c23_c25_booking_requests_the_payment_in_the_same_act() {
    let mut booking = service("booking");
    let then = book(&mut booking, QTY).says(["BookingOpened", "BookingRequested"]);
    then.with("id", 1).with("status", "BookingRequested").with("amount", 50_000).with("concertId", 1);
    let call = booking.call::<Booking>(FIRST, "request");
    assert_eq!((call.to, call.mode, call.hold), ("payment", Mode::Defer, Millis(610)));
    assert_eq!(call.until, Some(booking.now + Millis::minutes(10)));
    assert_eq!((call.request.method, call.request.path.as_str()), (Post, "/payments"));
    let fields = serde_json::to_value(&call.request.fields).unwrap();
    assert_eq!(fields, json!({"bookingId": 1, "amount": 50_000}));
    let expected = json!({"concertId": 1, "userId": 2, "qty": 5, "status": "BookingRequested", "amount": 50_000,
        "paymentStatus": "Deferred", "payBefore": "2026-01-01T00:10:00Z", "reason": null});
    assert_eq!(booking.record::<Booking>(FIRST), expected);
}

#[test]
fn c3_a_booking_says_what_it_wants() {
    let mut booking = service("booking");
    for missing in ["concertId", "userId", "qty"] {
        let mut fields = json!({"concertId": 1, "userId": 2, "qty": 5});
        fields.as_object_mut().unwrap().remove(missing);
        booking.asks(Post, "/bookings", fields).is_refused(400, "missing-field");
    }
}

#[test]
fn c12_c24_without_an_answer_the_booking_stays_and_is_asked_again() {
    let mut booking = asking();
    assert_eq!(booking.waits::<Booking>(N), ["defer payment request 1"]);
    booking.answers::<Booking>(N, "request", yes()).says(["PaymentOpened"]);
    assert_eq!(record(&booking)["paymentStatus"], "PaymentRequested");
    assert_eq!(booking.waits::<Booking>(N), ["timer"]);
    for (status, code) in [(402, "card-declined"), (404, "unknown-booking"), (409, "booking-canceled")] {
        let mut booking = asking();
        booking.answers::<Booking>(N, "request", no(status, code)).says(["PaymentOpened"]);
    }
}

#[test]
fn c10_c12_a_booking_that_payment_never_took_is_over() {
    let mut booking = asking();
    let then = booking.answers::<Booking>(N, "request", Answer::GivenUp).says(["BookingCanceled"]);
    then.with("reason", "EXPIRED").with("status", "BookingCanceled");
    assert!(booking.waits::<Booking>(N).is_empty());
    booking.hears(payment_approved()).is_already_so();
}

#[test]
fn c10_a_booking_that_is_not_paid_is_never_approved() {
    let mut booking = open();
    let begin = booking.now;
    booking.fires::<Booking>(N).says(["BookingCanceled"]).with("reason", "EXPIRED");
    assert_eq!(booking.now, begin + Millis::minutes(10));
    assert_eq!(
        (&record(&booking)["status"], &record(&booking)["reason"]),
        (&json!("BookingCanceled"), &json!("EXPIRED"))
    );
    booking.when::<Booking>(N, Command::Expire).is_already_so();
    booking.hears(payment_approved()).is_already_so();
    asking().when::<Booking>(N, Command::Expire).is_already_so();
}

#[test]
fn c5_c26_c27_a_paid_booking_is_approved_once() {
    for mut booking in [asking(), open()] {
        let then = booking.hears(payment_approved()).says(["BookingApproved"]);
        then.with("status", "BookingApproved").with("qty", 5).with("amount", 50_000);
        booking.hears(payment_approved()).is_already_so();
        assert!(booking.waits::<Booking>(N).is_empty());
        assert_eq!(record(&booking)["paymentStatus"], "PaymentApproved");
        booking.when::<Booking>(N, Command::Asked(yes())).is_already_so();
        booking.when::<Booking>(N, Command::Expire).is_already_so();
    }
    service("booking").hears(payment_approved()).is_already_so();
    for mut booking in canceled() {
        booking.hears(payment_approved()).is_already_so();
    }
}

#[test]
fn c26_other_changes_say_nothing_of_an_approval() {
    let path = format!("/bookings/{N}");
    for mut booking in [asking(), open(), approved()] {
        booking.asks(Patch, &path, json!({"qty": 5})).is_already_so();
        booking.asks(Patch, &path, json!({})).is_already_so();
        booking.asks(Patch, &path, json!({"qty": 6})).is_refused(409, "not-changeable");
        booking.asks(Patch, &path, json!({"userId": 1})).is_refused(409, "not-changeable");
    }
    service("booking").asks(Patch, &path, json!({})).is_refused(404, "not-found");
}

#[test]
fn c7_c26_a_status_is_not_written_into_a_booking() {
    let path = format!("/bookings/{N}");
    let [_, _, ended] = canceled();
    for mut booking in [asking(), open(), approved(), ended] {
        let held = record(&booking)["status"].clone();
        for status in ["BookingRequested", "BookingApproved", "BookingCanceled", "done"] {
            for method in [Patch, Put] {
                let then = booking.asks(method, &path, json!({"qty": 5, "status": status}));
                let _ = if held == status {
                    then.is_already_so()
                } else {
                    then.is_refused(409, "unknown-status")
                };
            }
        }
        assert_eq!(record(&booking)["status"], held);
    }
    let fields = resource_fields("bookings");
    let status = fields.iter().find(|field| field.name == "status").expect("it is shown");
    assert!(!status.read_only, "what a client writes is looked at");
}

#[test]
fn c7_a_user_cancels_once_and_the_booking_is_gone() {
    let path = format!("/bookings/{N}");
    for mut booking in [asking(), open(), approved()] {
        let then = booking.asks(Delete, &path, json!({})).says(["BookingCanceled"]);
        then.with("reason", "USER").with("concertId", 1).with("qty", 5);
        assert_eq!(record(&booking), Value::Null);
        assert!(booking.waits::<Booking>(N).is_empty(), "payment is not asked any more");
        booking.asks(Delete, &path, json!({})).is_refused(404, "not-found");
        booking.asks(Patch, &path, json!({})).is_refused(404, "not-found");
        booking.when::<Booking>(N, Command::Asked(yes())).is_already_so();
        booking.when::<Booking>(N, Command::Asked(Answer::GivenUp)).is_already_so();
    }
    service("booking").asks(Delete, &path, json!({})).is_refused(404, "not-found");
}

#[test]
fn c6_without_tickets_the_booking_is_over_and_says_why() {
    for reason in ["SOLD_OUT", "UNKNOWN_CONCERT", "OTHER_PRICE"] {
        let mut booking = approved();
        booking.hears(ticket_rejected(reason)).says(["BookingCanceled"]).with("reason", reason);
        assert_eq!(record(&booking)["reason"], reason);
        booking.hears(ticket_rejected(reason)).is_already_so();
        booking.asks(Patch, &format!("/bookings/{N}"), json!({"qty": 5})).is_already_so();
        // Its user puts it away.
        booking.asks(Delete, &format!("/bookings/{N}"), json!({})).says(["BookingRemoved"]);
        assert_eq!(record(&booking), Value::Null);
        booking.asks(Delete, &format!("/bookings/{N}"), json!({})).is_refused(404, "not-found");
    }
    service("booking").hears(ticket_rejected("SOLD_OUT")).is_already_so();
}

#[test]
fn c7_money_that_went_back_ends_the_booking() {
    for mut booking in [asking(), open(), approved()] {
        booking.hears(payment_canceled()).says(["BookingCanceled"]).with("reason", "PAYMENT");
        booking.hears(payment_canceled()).is_already_so();
    }
    for mut booking in canceled() {
        booking.hears(payment_canceled()).is_already_so();
        booking.hears(ticket_rejected("SOLD_OUT")).is_already_so();
    }
    service("booking").hears(payment_canceled()).is_already_so();
}

#[test]
fn c11_booking_keeps_what_it_has_heard_of_a_concert() {
    let mut booking = service("booking");
    booking.hears(ticket_updated(95, 3)).says(["OfferNoted"]);
    booking.hears(ticket_updated(95, 3)).is_already_so();
    booking.hears(ticket_updated(100, 2)).is_already_so();
    booking.hears(concert_registered(100, 10_000)).is_already_so();
    booking.hears(ticket_updated(4, 4)).says(["OfferNoted"]);
    let offer = booking.document::<Offer>(CONCERT).copied();
    assert_eq!(offer, Some(Offer { price: Money(10_000), left: 4, version: 4, removed: false }));
    book(&mut booking, 5).is_refused(409, "sold-out");
    book(&mut booking, 4).says(["BookingOpened", "BookingRequested"]);
}

#[test]
fn c11_a_concert_that_is_removed_is_not_on_sale() {
    let mut booking = service("booking");
    booking.hears(concert_registered(100, 10_000)).says(["OfferNoted"]).without("removed");
    booking.hears(concert_removed(1)).says(["OfferNoted"]).with("removed", true);
    for qty in [1, 5] {
        book(&mut booking, qty).is_refused(409, "not-on-sale");
    }
    // What was said before it was removed is heard late.
    booking.hears(ticket_updated(100, 0)).is_already_so();
    book(&mut booking, 1).is_refused(409, "not-on-sale");
}

#[test]
fn c4_a_booking_costs_what_the_concert_asks() {
    let mut booking = service("booking");
    booking.hears(concert_registered(100, 44_000)).says(["OfferNoted"]);
    book(&mut booking, 2).says(["BookingOpened", "BookingRequested"]).with("amount", 88_000);
    let mut unheard = service("booking");
    book(&mut unheard, 2).says(["BookingOpened", "BookingRequested"]).with("amount", 20_000);
}

#[test]
fn c3_a_user_holds_no_more_tickets_of_a_concert_than_allowed() {
    let settings = concert::Settings { tickets_per_user: 6, ..concert::Settings::default() };
    let mut booking = Given::service(concert::system(settings), "booking");
    book(&mut booking, 7).is_refused(409, "ticket-limit");
    book(&mut booking, 4).says(["BookingOpened", "BookingRequested"]);
    book(&mut booking, 3).is_refused(409, "ticket-limit");
    book(&mut booking, 2).says(["BookingOpened", "BookingRequested"]);
    let held = |booking: &Given| booking.document::<Holder>(USER).map(|holder| holder.of(CONCERT));
    assert_eq!(held(&booking), Some(6));
    let other = json!({"concertId": 9, "userId": 2, "qty": 6});
    booking.asks(Post, "/bookings", other).says(["BookingOpened", "BookingRequested"]);
    let other = json!({"concertId": 1, "userId": 3, "qty": 6});
    booking.asks(Post, "/bookings", other).says(["BookingOpened", "BookingRequested"]);
    // The first number went to the one that was refused.
    booking.asks(Delete, "/bookings/2", json!({})).says(["BookingCanceled"]);
    assert_eq!(held(&booking), Some(2));
    book(&mut booking, 5).is_refused(409, "ticket-limit");
    book(&mut booking, 4).says(["BookingOpened", "BookingRequested"]);
}

#[test]
fn c3_without_a_limit_any_number_is_booked() {
    let mut booking = service("booking");
    for _ in 0..20 {
        book(&mut booking, 1_000).says(["BookingOpened", "BookingRequested"]);
    }
    booking.asks(Delete, "/bookings/1", json!({})).says(["BookingCanceled"]);
    assert_eq!(booking.document::<Holder>(USER).map(|holder| holder.of(CONCERT)), Some(19_000));
}

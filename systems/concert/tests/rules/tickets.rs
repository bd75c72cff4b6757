//! Concerts and their tickets: taken once when a booking is approved, given back once when its payment is canceled,
//! never below none, whatever is heard first, late or twice. And users, whom nobody asks.

use crate::*;
use concert::allocation::{Allocation, Command};
use concert::concert::Concert;
use concert::user::User;
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::stock::Share;
use serde_json::{Value, json};

const PATH: &str = "/concerts/1";

/// A concert with so many tickets.
fn concert(tickets: i64) -> Given {
    let mut concert = service("concert");
    let fields = json!({"name": "IU 2020", "ticketQty": tickets});
    concert.asks(Post, "/concerts", fields).says(["ConcertRegistered"]);
    concert
}

fn taken() -> Given {
    let mut concert = concert(100);
    concert.hears(booking_approved()).says(["TicketUpdated", "TicketsTaken"]);
    concert
}

fn left(concert: &Given) -> Value {
    concert.record::<Concert>(CONCERT)["ticketQty"].clone()
}

#[test]
fn c1_a_concert_is_registered_with_its_tickets() {
    let mut concert = service("concert");
    let fields = json!({"name": "IU 2020", "ticketQty": 100});
    let then = concert.asks(Post, "/concerts", fields).says(["ConcertRegistered"]);
    then.with("id", 1).with("name", "IU 2020").with("ticketQty", 100).with("price", 10_000);
    let fields = json!({"name": "BTS 2020", "ticketQty": 0, "price": 44_000});
    concert.asks(Post, "/concerts", fields).says(["ConcertRegistered"]).with("price", 44_000);
    concert.asks(Post, "/concerts", json!({"ticketQty": 1})).is_refused(400, "missing-field");
    concert.asks(Post, "/concerts", json!({"name": "IU"})).is_refused(400, "missing-field");
}

#[test]
fn c1_the_administrator_corrects_what_is_left() {
    let mut concert = taken();
    let then = concert.asks(Patch, PATH, json!({"ticketQty": 120})).says(["TicketUpdated"]);
    then.with("ticketQty", 120).with("version", 2).without("bookingId").without("removed");
    concert.asks(Put, PATH, json!({"name": "IU 2020", "ticketQty": 120, "price": 10_000})).is_already_so();
    concert
        .asks(Patch, PATH, json!({"name": "IU"}))
        .says(["TicketUpdated"])
        .with("name", "IU")
        .with("ticketQty", 120);
    concert.asks(Patch, PATH, json!({})).is_already_so();
    concert.asks(Patch, PATH, json!({"price": 9_999, "ticketQty": 1})).is_refused(409, "price-fixed");
    concert.asks(Patch, "/concerts/9", json!({"ticketQty": 1})).is_refused(404, "not-found");
    concert.hears(payment_canceled()).says(["TicketUpdated", "TicketsReleased"]).with("ticketQty", 125);
}

#[test]
fn c1_c2_a_name_says_something_whoever_writes_it() {
    let mut concert = concert(100);
    let mut user = service("user");
    user.asks(Post, "/users", json!({"name": "Kim"})).says(["UserRegistered"]);
    for name in ["", " ", "\u{3000}"] {
        let fields = json!({"name": name, "ticketQty": 1});
        for (method, path) in [(Post, "/concerts"), (Patch, PATH), (Put, PATH)] {
            concert.asks(method, path, fields.clone()).is_refused(400, "missing-field");
        }
        for (method, path) in [(Post, "/users"), (Patch, "/users/1"), (Put, "/users/1")] {
            user.asks(method, path, json!({"name": name})).is_refused(400, "missing-field");
        }
    }
    // A field without a value asks for nothing.
    concert.asks(Patch, PATH, json!({"name": null})).is_already_so();
    user.asks(Patch, "/users/1", json!({"name": null})).is_already_so();
}

#[test]
fn c1_a_concert_is_removed_when_nobody_has_tickets() {
    let mut concert = taken();
    concert.asks(Delete, PATH, json!({})).is_refused(409, "tickets-sold");
    concert.hears(payment_canceled()).says(["TicketUpdated", "TicketsReleased"]);
    let then = concert.asks(Delete, PATH, json!({})).says(["TicketUpdated", "ConcertRemoved"]);
    then.with("ticketQty", 0).with("removed", true);
    assert_eq!(concert.record::<Concert>(CONCERT), Value::Null);
    for method in [Delete, Patch] {
        concert.asks(method, PATH, json!({})).is_refused(404, "not-found");
    }
    let command = Command::Take { concert: CONCERT, qty: 1, amount: Money(10_000) };
    concert.when::<Allocation>(Id(8), command).says(["TicketRejected"]).with("reason", "UNKNOWN_CONCERT");
}

#[test]
fn c6_c15_an_approved_booking_takes_its_tickets_once() {
    let mut concert = concert(100);
    let then = concert.hears(booking_approved()).says(["TicketUpdated", "TicketsTaken"]);
    then.with("ticketQty", 95).with("version", 1).with("bookingId", 7).with("qty", 5);
    concert.hears(booking_approved()).is_already_so();
    assert_eq!(left(&concert), 95);
    let share = Share { unit: CONCERT, quantity: 5 };
    assert_eq!(concert.document::<Allocation>(N), Some(&Allocation::Taken { share }));
}

#[test]
fn c6_too_few_tickets_are_none_for_this_booking() {
    let mut concert = concert(4);
    let then = concert.hears(booking_approved()).says(["TicketRejected"]);
    then.with("bookingId", 7).with("concertId", 1).with("qty", 5).with("reason", "SOLD_OUT");
    concert.hears(booking_approved()).is_already_so();
    concert.hears(payment_canceled()).is_already_so();
    concert.asks(Patch, PATH, json!({"ticketQty": 100})).says(["TicketUpdated"]);
    concert.hears(booking_approved()).is_already_so();
    assert_eq!(left(&concert), 100);
}

#[test]
fn c6_exactly_the_last_tickets_are_taken() {
    let mut concert = concert(5);
    concert.hears(booking_approved()).says(["TicketUpdated", "TicketsTaken"]).with("ticketQty", 0);
    let command = Command::Take { concert: CONCERT, qty: 1, amount: Money(10_000) };
    concert.when::<Allocation>(Id(8), command).says(["TicketRejected"]).with("reason", "SOLD_OUT");
}

#[test]
fn c6_no_concert_and_another_price_give_no_tickets() {
    let mut unknown = service("concert");
    unknown.hears(booking_approved()).says(["TicketRejected"]).with("reason", "UNKNOWN_CONCERT");
    unknown.hears(booking_approved()).is_already_so();
    for price in [44_000, 9_999] {
        let mut concert = service("concert");
        let fields = json!({"name": "IU 2020", "ticketQty": 100, "price": price});
        concert.asks(Post, "/concerts", fields).says(["ConcertRegistered"]);
        concert.hears(booking_approved()).says(["TicketRejected"]).with("reason", "OTHER_PRICE");
    }
}

#[test]
fn c8_c16_a_canceled_payment_gives_the_tickets_back_once() {
    let mut concert = taken();
    let then = concert.hears(payment_canceled()).says(["TicketUpdated", "TicketsReleased"]);
    then.with("ticketQty", 100).with("version", 2).with("bookingId", 7);
    concert.hears(payment_canceled()).is_already_so();
    concert.hears(booking_approved()).is_already_so();
    assert_eq!(left(&concert), 100);
}

#[test]
fn c8_what_was_never_taken_is_not_given_back() {
    let mut concert = concert(100);
    concert.hears(payment_canceled()).says(["TicketsReleased"]);
    concert.hears(payment_canceled()).is_already_so();
    // The approval comes late: a mark stays, so that it takes nothing.
    concert.hears(booking_approved()).is_already_so();
    assert_eq!(left(&concert), 100);
    assert!(concert.all_waits().is_empty());
}

#[test]
fn c2_a_user_signs_up_and_leaves() {
    let mut user = service("user");
    user.asks(Post, "/users", json!({"name": "Kim"}))
        .says(["UserRegistered"])
        .with("id", 1)
        .with("name", "Kim");
    user.asks(Patch, "/users/1", json!({"name": "Lee"})).says(["UserChanged"]);
    user.asks(Patch, "/users/1", json!({"name": "Lee"})).is_already_so();
    user.asks(Patch, "/users/1", json!({})).is_already_so();
    assert_eq!(user.record::<User>(Id(1)), json!({"name": "Lee"}));
    user.asks(Delete, "/users/1", json!({})).says(["UserRemoved"]);
    assert_eq!(user.record::<User>(Id(1)), Value::Null);
    user.asks(Delete, "/users/1", json!({})).is_refused(404, "not-found");
    user.asks(Patch, "/users/1", json!({"name": "Kim"})).is_refused(404, "not-found");
    user.asks(Post, "/users", json!({"name": "Park"})).says(["UserRegistered"]).with("id", 2);
    user.asks(Post, "/users", json!({})).is_refused(400, "missing-field");
}

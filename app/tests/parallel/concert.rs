//! One ticket, a hundred users who pay: one has it, the others have their money back and know why.

use crate::{CLIENTS, at_once, count, start};
use serde_json::{Value, json};
use testkit::http::request;
use testkit::server::eventually;
use testkit::stage::Stage;

#[test]
fn c5_c6_c8_of_a_hundred_users_one_gets_the_last_ticket() {
    let mut process = start("concert");
    let to = process.server().gateway;
    process.server().post("/concerts", &json!({"name": "IU 2020", "ticketQty": 1})).is(201);
    let booked = at_once(move |user| {
        let body = json!({"concertId": 1, "userId": user, "qty": 1});
        request(to, "POST", "/bookings/", &[], &body).expect("it answers")
    });
    assert_eq!(count(&booked, 201), CLIENTS, "booking takes no tickets");
    let requested = |rows: &Vec<Value>| {
        rows.len() as u64 == CLIENTS && rows.iter().all(|row| row["status"] == "PaymentRequested")
    };
    eventually(|| process.list("payments"), requested);
    let paid = at_once(move |number| {
        let body = json!({"status": "PaymentApproved"});
        request(to, "PATCH", &format!("/payments/{number}"), &[], &body).expect("it answers")
    });
    // Whoever comes when it is over already reads that; nobody is left without an answer.
    assert!(paid.iter().all(|answer| matches!(answer.status, 200 | 409)), "{paid:?}");
    let ended = |rows: &Vec<Value>| rows.iter().all(|row| row["status"] != "BookingRequested");
    let bookings = eventually(|| process.list("bookings"), ended);
    let approved: Vec<_> = bookings.iter().filter(|row| row["status"] == "BookingApproved").collect();
    assert_eq!((bookings.len() as u64, approved.len()), (CLIENTS, 1));
    let losers = bookings.iter().filter(|row| row["status"] == "BookingCanceled");
    assert!(losers.clone().all(|row| row["reason"] == "SOLD_OUT"), "{bookings:?}");
    process.comes_to_show("/concerts/1", "ticketQty", json!(0));
    let canceled = |rows: &Vec<Value>| {
        rows.iter().filter(|row| row["status"] == "PaymentCanceled").count() as u64 == CLIENTS - 1
    };
    eventually(|| process.list("payments"), canceled);
    process.audit();
}

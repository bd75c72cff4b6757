//! The scenario of the concert document on its ports, step by step, and the bodies of its load runs as printed.
//!
//! The document prints the steps and the last answer, not the commands. Where ours differs on purpose: bookings and
//! payments show their status from the beginning (original: null); an unpaid booking's row says `PaymentRequested`, once
//! payment has it (printed: `BookingRequested`, since the original drops what comes early); the row's `id` is the booking's.

use crate::{Printed, delete, get, patch, post, shows};
use serde_json::{Value, json};
use testkit::server::eventually;

const PORTS: [&str; 6] = [":8088", ":8081", ":8082", ":8083", ":8084", ":8085"];

fn history(number: u64, status: &str) -> Value {
    shows(8085, &format!("/bookingHistories/{number}"), "status", &json!(status))
}

fn tickets(concert: u64, left: u64) {
    shows(8081, &format!("/concerts/{concert}"), "ticketQty", &json!(left));
}

fn pay(number: u64) {
    let paid = patch(8083, &format!("/payments/{number}"), &json!({"status": "PaymentApproved"})).is(200);
    assert_eq!(paid.json()["status"], "PaymentApproved");
}

/// What httpie's `concertId=1 userId=1 qty=5` sends.
fn book(concert: u64) -> u64 {
    let wanted = json!({"concertId": concert.to_string(), "userId": "1", "qty": "5"});
    let booked = post(8082, "/bookings/", &wanted).is(201);
    let place = booked.header("location").expect("it is booked").to_owned();
    place.rsplit('/').next().and_then(|text| text.parse().ok()).expect("a number")
}

#[test]
fn c17_c20_c21_the_scenario_runs_as_printed() {
    let concert = Printed::new("concert");
    let server = concert.start(&[], &[]);
    for port in PORTS {
        assert!(server.ready.contains(port), "{}", server.ready);
    }
    register();
    book_pay_cancel();
    lists();
    one_gateway();
    drop(server);
    concert_stopped(&concert);
    payment_stopped(&concert);
}

fn register() {
    for number in 1..=3 {
        let registered = post(8081, "/concerts", &json!({"name": "IU 2020", "ticketQty": "100"})).is(201);
        let place = format!("http://127.0.0.1:8081/concerts/{number}");
        assert_eq!(registered.header("location"), Some(place.as_str()));
        let body = registered.json();
        assert_eq!((&body["name"], &body["ticketQty"]), (&json!("IU 2020"), &json!(100)));
        assert_eq!(body["_links"]["concert"]["href"], place.as_str());
        assert!(body["id"].is_null(), "no id in the body of an item");
    }
    let user = post(8084, "/users", &json!({"name": "Kim"})).is(201);
    assert_eq!(user.header("location"), Some("http://127.0.0.1:8084/users/1"));
}

fn book_pay_cancel() {
    let (first, second) = (book(1), book(3));
    history(first, "PaymentRequested");
    tickets(3, 100);
    pay(second);
    history(second, "BookingApproved");
    tickets(3, 95);
    delete(8082, &format!("/bookings/{second}")).is(204);
    get(8082, &format!("/bookings/{second}")).is(404);
    history(second, "PaymentCanceled");
    tickets(3, 100);
}

fn lists() {
    let all = get(8085, "/bookingHistories").is(200).json();
    assert_eq!((&all["page"]["totalElements"], &all["page"]["size"]), (&json!(2), &json!(20)));
    for link in ["self", "profile", "search"] {
        assert!(all["_links"][link]["href"].is_string(), "{link} in {all}");
    }
    let rows = all["_embedded"]["bookingHistories"].as_array().expect("rows");
    let row = |number: u64, concert: u64, status: &str| json!({"id": number, "bookingId": number, "concertId": concert, "userId": 1, "status": status});
    let mut shown = rows.clone();
    for row in &mut shown {
        row.as_object_mut().map(|fields| fields.remove("_links"));
    }
    assert_eq!(shown, [row(1, 1, "PaymentRequested"), row(2, 3, "PaymentCanceled")]);
    let of_user = get(8085, "/bookingHistories/search/findByUserId?userId=1").is(200).json();
    assert_eq!(of_user["_embedded"]["bookingHistories"].as_array().map(Vec::len), Some(2));
    let of_nobody = get(8085, "/bookingHistories/search/findByUserId?userId=9").is(200).json();
    assert_eq!(of_nobody["_embedded"]["bookingHistories"], json!([]));
    let one = get(8085, "/bookingHistories/search/findByBookingId?bookingId=2").is(200).json();
    assert_eq!((&one["bookingId"], &one["status"]), (&json!(2), &json!("PaymentCanceled")));
    get(8085, "/bookingHistories/search/findByBookingId?bookingId=9").is(404);
    let payments = get(8083, "/payments/search/findByBookingId?bookingId=1").is(200).json();
    assert_eq!(payments["_embedded"]["payments"].as_array().map(Vec::len), Some(1));
    post(8085, "/bookingHistories", &row(9, 9, "BookingApproved")).is(405);
    post(8082, "/bookings", &json!({"concertId": 1, "userId": 1, "qty": 0})).is(400);
    post(8082, "/bookings", &json!({"concertId": 1, "userId": 1, "qty": "many"})).is(400);
}

fn one_gateway() {
    for plural in ["concerts", "bookings", "payments", "users", "bookingHistories"] {
        for path in [format!("/{plural}"), format!("/concert/{plural}")] {
            let shown = get(8088, &path).is(200).json();
            assert!(shown["_embedded"][plural].is_array(), "{path}: {shown}");
        }
    }
}

fn concert_stopped(concert: &Printed) {
    let server = concert.start(&["--without", "concert.concert"], &[]);
    let number = book(1);
    pay(number);
    history(number, "BookingApproved");
    get(8088, "/concerts").is(503);
    drop(server);
    let server = concert.start(&[], &[]);
    tickets(1, 95);
    server.stop();
}

/// What the siege of the breaker sends, while nobody can take the payment.
fn payment_stopped(concert: &Printed) {
    let server = concert.start(&["--without", "concert.payment"], &[]);
    let booked = post(8082, "/bookings/", &json!({"concertId":1, "userId":1, "qty":5})).is(201);
    assert_eq!(booked.header("retry-after"), Some("1"), "payment is to be looked at a little later");
    let body = booked.json();
    assert_eq!((&body["status"], &body["paymentStatus"]), (&json!("BookingRequested"), &json!("Deferred")));
    drop(server);
    let server = concert.start(&[], &[]);
    let path = "/payments/search/findByBookingId?bookingId=4";
    let requested =
        |shown: &Value| shown["_embedded"]["payments"].as_array().is_some_and(|all| all.len() == 1);
    eventually(|| get(8083, path).json(), requested);
    assert_eq!(get(8082, "/bookings/4").is(200).json()["status"], "BookingRequested");
    pay(4);
    tickets(1, 90);
    server.stop();
}

/// The load runs book for a user and a concert that nobody has registered.
#[test]
fn c3_c14_the_load_runs_find_nothing_and_are_answered() {
    let concert = Printed::new("concert");
    let server = concert.start(&[], &[]);
    for port in [8082, 8088] {
        for _ in 0..10 {
            post(port, "/bookings/", &json!({"concertId":1, "userId":1, "qty":5})).is(201);
        }
    }
    let rows = get(8085, "/bookingHistories").is(200).json();
    assert_eq!(rows["page"]["totalElements"], 20);
    pay(1);
    let ended = history(1, "PaymentCanceled");
    assert_eq!(ended["bookingId"], 1);
    let booking = get(8082, "/bookings/1").is(200).json();
    assert_eq!(
        (&booking["status"], &booking["reason"]),
        (&json!("BookingCanceled"), &json!("UNKNOWN_CONCERT"))
    );
    server.stop();
}

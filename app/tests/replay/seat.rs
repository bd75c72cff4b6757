//! The commands of the seat-reservation document, on its ports (R1–R10). The document prints four of them and shows the
//! rest as pictures.
//!
//! Where ours differs on purpose:
//! - R2 and R3 are pictures without a number of the seat: seats 2 and 3 here, so that seats 1 and 4 are free when R5 and
//!   R6 want them. Nobody prints how seats are registered.
//! - A service that is stopped or started: the process starts again without it, or with it.
//! - R4 is 503 with `Retry-After` (the original: 500), and uses up no number: R5's reservation is number 3.
//! - R6 pays for reservation 2, which is there and has a seat: one more seat for it, and the row says `desk: added`.
//! - R7 prints `/orders` on port 8080, left over from another document, and means `/managements`.
//! - R9 is a picture: leaving is DELETE, and the row stays on mypages as `Exited`.
//! - Records have the result beside the document's fields (`status`, `reason`, `refunded`, `amount`, `desk`); an empty seat
//!   shows blanks and `reserveId` 0 from its first day.

use crate::{Printed, delete, get, post, shows};
use serde_json::{Value, json};
use testkit::http::Response;

fn register(seat: u64) {
    let body = json!({"seatId": seat.to_string(), "seatStatus": "Emptied"});
    let seen = post(8084, "/managements", &body).is(201);
    assert_eq!(seen.header("location"), Some(format!("http://127.0.0.1:8084/managements/{seat}").as_str()));
    let seen = post(8085, "/seats", &body).is(201).json();
    assert_eq!((&seen["seatId"], &seen["seatStatus"]), (&json!(seat), &json!("Emptied")));
}

/// `name="Han" reserveDate="1" exitDate="2" payType="card" seatId=1`
fn reserve(port: u16, seat: u64) -> Response {
    let body = json!({"name": "Han", "reserveDate": "1", "exitDate": "2", "payType": "card",
        "seatId": seat.to_string()});
    post(port, "/reservations", &body)
}

fn number(seen: &Response) -> u64 {
    let place = seen.header("location").expect("what is made has a place");
    place.rsplit('/').next().and_then(|text| text.parse().ok()).expect("a number")
}

fn rows(port: u16, plural: &str) -> Vec<Value> {
    let body = get(port, &format!("/{plural}")).is(200).json();
    body["_embedded"][plural].as_array().expect("rows").clone()
}

fn seat_is(seat: u64, reserve_id: u64) {
    let status = if reserve_id == 0 { "Emptied" } else { "Reserved" };
    for (port, path) in [(8084, format!("/managements/{seat}")), (8085, format!("/seats/{seat}"))] {
        let shown = shows(port, &path, "reserveId", &json!(reserve_id));
        assert_eq!((&shown["seatId"], &shown["seatStatus"]), (&json!(seat), &json!(status)));
    }
}

#[test]
fn s1_s2_s14_s15_s17_s19_s20_s22_the_commands_run_as_printed() {
    let seat = Printed::new("seat");
    let server = seat.start(&[], &[]);
    for port in ["8088", "8081", "8082", "8083", "8084", "8085"] {
        assert!(server.ready.contains(&format!(":{port}")), "{}", server.ready);
    }
    for seat in 1..=4 {
        register(seat);
    }
    r2_r3_reserved_at_the_service_and_at_the_gateway();
    drop(server);

    r4_r5_payment_stopped_and_started(&seat);
    r6_r7_management_stopped_and_started(&seat);
    r8_r9_mypage_and_leaving(&seat);
    r10_the_environment(&seat);
}

/// Three pictures of the document in one: the four services after a reservation, and the same through the gateway.
fn r2_r3_reserved_at_the_service_and_at_the_gateway() {
    for (port, n, seat) in [(8082, 1, 2), (8088, 2, 3)] {
        let r2 = reserve(port, seat).is(201);
        let place = format!("http://127.0.0.1:{port}/reservations/{n}");
        assert_eq!(r2.header("location"), Some(place.as_str()));
        assert_eq!(r2.header("content-type"), Some("application/json;charset=UTF-8"));
        let body = r2.json();
        assert_eq!(body["_links"]["self"]["href"], place);
        assert_eq!(body["_links"]["reservation"]["href"], place);
        for (field, value) in [("name", "Han"), ("reserveDate", "1"), ("exitDate", "2"), ("payType", "card")]
        {
            assert_eq!(body[field], value);
        }
        assert_eq!(body["seatId"], seat);
        seat_is(seat, n);
        let payment = rows(8083, "payments").into_iter().find(|row| row["reserveId"] == n);
        assert_eq!(payment.expect("it is paid")["status"], "Paid");
        shows(8082, &format!("/reservations/{n}"), "status", &json!("Confirmed"));
    }
    assert_eq!(rows(8088, "payments").len(), 2);
    let found = get(8084, "/managements/search/findBySeatId?SeatId=1").is(200).json();
    assert_eq!((&found["seatId"], &found["seatStatus"]), (&json!(1), &json!("Emptied")));
    get(8085, "/seats/search/findBySeatId?seatId=9").is(404);
}

fn r4_r5_payment_stopped_and_started(seat: &Printed) {
    let server = seat.start(&["--without", "seat.payment"], &[]);
    let r4 = reserve(8082, 1).is(503);
    let seconds = r4.header("retry-after").and_then(|text| text.parse::<u32>().ok());
    assert!(seconds.is_some_and(|seconds| seconds >= 1), "{:?}", r4.headers);
    assert_eq!(rows(8082, "reservations").len(), 2);
    assert_eq!(rows(8081, "mypages").len(), 2);
    drop(server);
    let server = seat.start(&[], &[]);
    let r5 = reserve(8082, 1).is(201);
    assert_eq!(number(&r5), 3);
    seat_is(1, 3);
    drop(server);
}

/// `name="Han" reserveDate="1" reserveId=2 exitDate="2" payType="card" seatId=4`
fn r6_r7_management_stopped_and_started(seat: &Printed) {
    let server = seat.start(&["--without", "seat.management"], &[]);
    let paid = json!({"name": "Han", "reserveDate": "1", "reserveId": "2", "exitDate": "2", "payType": "card",
        "seatId": "4"});
    let r6 = post(8083, "/payments", &paid).is(201).json();
    assert_eq!((&r6["reserveId"], &r6["seatId"]), (&json!(2), &json!(4)));
    assert_eq!((&r6["status"], &r6["desk"]), (&json!("Paid"), &json!("added")));
    drop(server);
    let server = seat.start(&[], &[]);
    seat_is(4, 2);
    let r7 = rows(8084, "managements").into_iter().find(|row| row["seatId"] == 4).expect("seat 4");
    assert_eq!((&r7["reserveId"], &r7["seatStatus"]), (&json!(2), &json!("Reserved")));
    drop(server);
}

fn r8_r9_mypage_and_leaving(seat: &Printed) {
    let server = seat.start(&[], &[]);
    let r8 = shows(8081, "/mypages/3", "status", &json!("Confirmed"));
    for (field, value) in [("name", "Han"), ("reserveDate", "1"), ("exitDate", "2"), ("payType", "card")] {
        assert_eq!(r8[field], value);
    }
    assert_eq!((&r8["reserveId"], &r8["seatId"]), (&json!(3), &json!(1)));
    let found = get(8081, "/mypages/search/findBySeatId?seatId=1").is(200).json();
    assert_eq!(found["_embedded"]["mypages"].as_array().map(Vec::len), Some(1));
    // Whoever has several seats leaves them all.
    for (port, n, seats) in [(8082, 3, [1].as_slice()), (8088, 2, &[3, 4])] {
        delete(port, &format!("/reservations/{n}")).is(204);
        get(8082, &format!("/reservations/{n}")).is(404);
        seats.iter().for_each(|seat| seat_is(*seat, 0));
        shows(8081, &format!("/mypages/{n}"), "status", &json!("Exited"));
    }
    let left = get(8088, "/seat/reservations").is(200).json();
    assert_eq!(left["page"]["totalElements"], 1, "those who left are not shown");
    drop(server);
}

fn r10_the_environment(seat: &Printed) {
    let server = seat.start(&[], &[]);
    let unset = get(8082, "/env").is(200);
    assert_eq!(unset.header("content-type"), Some("text/plain;charset=UTF-8"));
    assert_eq!(unset.text, "DB IP : null\r\nDB SERVICE_NAME : null");
    drop(server);
    let server = seat.start(&[], &[("DB_IP", "10.0.0.7"), ("DB_SERVICE_NAME", "seats")]);
    for port in [8082, 8088] {
        let r10 = get(port, "/env").is(200);
        assert_eq!(r10.text, "DB IP : 10.0.0.7\r\nDB SERVICE_NAME : seats");
    }
    server.stop();
}

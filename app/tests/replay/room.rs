//! The commands of the meeting-room documents as they print them, through the gateway and on the services' ports: the
//! printed run of the uses (A1–A6) and the one of the bookings that it builds on (B1–B8).
//!
//! Where ours differs on purpose: A3 addresses `/bookings/2` and A4 `/booking/2`, which prove nothing, so the commands
//! that were meant run beside them; A5 prints values that were never sent, and no user; rows of B2 to B6 have the
//! number of their booking; use is told to the booking's user too, and a denial is told as canceled and as denied.

use crate::{HTTPIE, Printed, delete, get, http, patch, post, shows};
use serde_json::{Value, json};
use std::net::SocketAddr;
use testkit::http::request;
use testkit::server::eventually;

const GATEWAY: u16 = 8088;

/// What is told in the end, after so many messages: to whom, and what.
fn told(before: usize, expected: &[(&str, &str)]) {
    let rows = || {
        let body = get(GATEWAY, "/notifications").is(200).json();
        let rows = body["_embedded"]["notifications"].as_array().cloned().unwrap_or_default();
        let pair = |row: &Value| (row["userId"].clone(), row["contents"].clone());
        rows.iter().skip(before).map(pair).collect::<Vec<_>>()
    };
    let expected: Vec<(Value, Value)> = expected.iter().map(|(to, text)| (json!(to), json!(text))).collect();
    let seen = eventually(rows, |seen| seen.len() == expected.len());
    assert_eq!(seen, expected);
}

#[test]
fn r1_r2_r3_r15_r17_r19_r25_r28_r29_the_commands_run_as_printed() {
    let room = Printed::new("room");
    let server = room.start(&[], &[]);
    for port in ["8088", "8081", "8082", "8083", "8084", "8085", "8086"] {
        assert!(server.ready.contains(&format!(":{port}")), "{}", server.ready);
    }
    a_booking_is_changed_and_canceled();
    the_uses_run();
    the_bookings_run();
    nobody_writes_what_is_only_shown();
    drop(server);
    a_use_ends_when_booking_is_back(&room);
}

/// B8, as the first booking: so the next ones have the numbers that are printed.
fn a_booking_is_changed_and_canceled() {
    let b8 = json!({"roomId": "101", "useStartDtm": "20200831183000", "useEndDtm": "20200831193000",
        "bookingUserId": "06675"});
    let made = post(GATEWAY, "/bookings", &b8).is(201);
    assert_eq!(made.header("location"), Some("http://127.0.0.1:8088/bookings/1"));
    assert_eq!(made.header("content-type"), Some("application/json;charset=UTF-8"));
    patch(GATEWAY, "/bookings/1", &json!({"bookingUserId": "99999"})).is(200);
    delete(GATEWAY, "/bookings/1").is(204);
}

/// A1 to A6.
fn the_uses_run() {
    let a1 = json!({"roomId": "1", "bookingUserId": "1111", "useStartDtm": "202008240930",
        "useEndDtm": "202008241030"});
    post(GATEWAY, "/bookings", &a1).is(201);
    shows(GATEWAY, "/bookingLists/2", "bookingUserId", &json!("1111"));
    let a2 = json!({"bookingId": "2", "realUseStartDtm": "20200902111111"});
    let made = post(GATEWAY, "/realuses", &a2).is(201);
    assert_eq!(made.header("location"), Some("http://127.0.0.1:8088/realuses/1"));
    shows(8086, "/roomUseLists/2", "realUseStartDtm", &json!("20200902111111"));

    let end = json!({"realUseEndDtm": "123456"});
    let a3 = patch(GATEWAY, "/bookings/2", &end).is(200).json();
    assert_eq!((&a3["bookingUserId"], &a3["realUseEndDtm"]), (&json!("1111"), &Value::Null));
    get(GATEWAY, "/booking/2").is(404);
    get(GATEWAY, "/bookings/2").is(200);
    let a3 = patch(8084, "/realuses/1", &end).is(200).json();
    assert_eq!((&a3["bookingId"], &a3["realUseEndDtm"]), (&json!(2), &json!("123456")));
    get(GATEWAY, "/booking/2").is(404);
    get(GATEWAY, "/bookings/2").is(404);

    let a5 = shows(GATEWAY, "/roomUseLists/2", "realUseEndDtm", &json!("123456"));
    let expected = [
        ("bookedUseEndDtm", json!("202008241030")),
        ("bookedUseStartDtm", json!("202008240930")),
        ("bookingId", json!(2)),
        ("bookingUserId", json!("1111")),
        ("realUseStartDtm", json!("20200902111111")),
        ("roomId", json!(1)),
    ];
    for (field, value) in expected {
        assert_eq!(a5[field], value, "{field}");
    }
    for link in ["self", "roomUseList"] {
        assert_eq!(a5["_links"][link]["href"], "http://127.0.0.1:8088/roomUseLists/2");
    }
    // The body of the load run.
    post(GATEWAY, "/realuses", &json!({"status": "READY"})).is(201);
    let of_use = "Booking Number[ 2 ] is use";
    let (started, ended) = (format!("{of_use} started"), format!("{of_use} ended"));
    told(
        0,
        &[
            ("06675", "conference room[101] reservation is complete"),
            ("99999", "reservation has been changed"),
            ("99999", "reservation has been canceled"),
            ("1111", "conference room[1] reservation is complete"),
            ("99999", &started),
            ("1111", &started),
            ("99999", &ended),
            ("1111", &ended),
            ("99999", "Booking Number[ null ] is use started"),
        ],
    );
}

/// B1 to B7.
fn the_bookings_run() {
    let b1 = json!({"roomId": "556677", "bookingUserId": "45678", "useStartDtm": "202009021330",
        "useEndDtm": "202009021430"});
    let body = post(8081, "/bookings", &b1).is(201).json();
    assert_eq!(body["_links"]["self"]["href"], "http://127.0.0.1:8081/bookings/3");
    assert_eq!(body["_links"]["booking"]["href"], "http://127.0.0.1:8081/bookings/3");
    assert_eq!((&body["roomId"], &body["bookingUserId"]), (&json!(556_677), &json!("45678")));
    assert_eq!((&body["useStartDtm"], &body["useEndDtm"]), (&json!("202009021330"), &json!("202009021430")));
    let b2 = shows(8082, "/confirms/3", "status", &json!("BOOKED"));
    assert_eq!(
        (&b2["bookingId"], &b2["confirmDtm"], &b2["userId"]),
        (&json!(3), &Value::Null, &json!("45678"))
    );
    let b3 = shows(8083, "/notifications/10", "userId", &json!("45678"));
    assert_eq!(b3["contents"], "conference room[556677] reservation is complete");
    assert!(b3["sendDtm"].as_str().is_some_and(|text| text.len() == 19 && !text.contains('T')), "{b3}");
    let b4 = shows(8085, "/bookingLists/3", "roomId", &json!(556_677));
    for undecided in ["confirmDtm", "confirmId", "confirmStatus", "confirmUserId"] {
        assert_eq!(b4[undecided], Value::Null, "{undecided}");
    }
    assert_eq!((&b4["bookingId"], &b4["bookingUserId"]), (&json!(3), &json!("45678")));
    assert_eq!((&b4["useStartDtm"], &b4["useEndDtm"]), (&json!("202009021330"), &json!("202009021430")));
    let b5 = patch(GATEWAY, "/confirms/3", &json!({"status": "DENIED"})).is(200).json();
    assert_eq!(
        (&b5["status"], &b5["bookingId"], &b5["userId"]),
        (&json!("DENIED"), &json!(3), &json!("45678"))
    );
    told(
        9,
        &[
            ("45678", "conference room[556677] reservation is complete"),
            ("45678", "reservation has been canceled"),
            ("45678", "Booking Number[ 3 ] is denied"),
        ],
    );
    get(GATEWAY, "/bookings/3").is(404);
    get(GATEWAY, "/confirms/3").is(404);
    eventually(|| get(GATEWAY, "/bookingLists/3").status, |status| *status == 404);
}

fn nobody_writes_what_is_only_shown() {
    let body = json!({"bookingId": 1, "status": "CONFIRMED", "contents": "x", "userId": "1"});
    for plural in ["confirms", "notifications", "bookingLists", "roomUseLists"] {
        post(GATEWAY, &format!("/{plural}"), &body).is(405);
        http("PUT", GATEWAY, &format!("/{plural}/1"), &body).is(405);
    }
    delete(GATEWAY, "/roomUseLists/3").is(405);
    for view in ["bookingLists", "roomUseLists"] {
        let body = get(GATEWAY, &format!("/{view}")).is(200).json();
        assert!(body["page"].is_null(), "{view} is not paged");
        assert!(body["_links"]["search"]["href"].is_string(), "{view}");
    }
    let found = get(8086, "/roomUseLists/search/findByBookingId?bookingId=2").is(200).json();
    assert_eq!(found["_embedded"]["roomUseLists"].as_array().map(Vec::len), Some(1));
    // A person's reason is no reason, whoever the person says to be.
    let b8 = json!({"roomId": "1", "useStartDtm": "20200831183000", "useEndDtm": "20200831193000",
        "bookingUserId": "06675"});
    post(GATEWAY, "/bookings", &b8).is(201);
    let to = SocketAddr::from(([127, 0, 0, 1], 8081));
    let headers = [HTTPIE[0], ("holdfast-call", "room.realuse")];
    let gone = request(to, "DELETE", "/bookings/4?reason=USE_ENDED", &headers, &Value::Null);
    gone.expect("it answers").is(204);
    // So it is told as what it is: canceled by its user.
    shows(8083, "/notifications/14", "contents", &json!("reservation has been canceled"));
}

fn a_use_ends_when_booking_is_back(room: &Printed) {
    let server = room.start(&[], &[]);
    let body = json!({"roomId": "9", "useStartDtm": "20200831183000", "useEndDtm": "20200831193000",
        "bookingUserId": "06719"});
    post(8081, "/bookings", &body).is(201);
    post(8084, "/realuses", &json!({"bookingId": 5})).is(201);
    post(8081, "/bookings", &body).is(409);
    drop(server);
    let server = room.start(&["--without", "room.booking"], &[]);
    let end = json!({"realUseEndDtm": "123456"});
    let silent = patch(8084, "/realuses/3", &end).is(503);
    let seconds = silent.header("retry-after").and_then(|text| text.parse::<u32>().ok());
    assert!(seconds.is_some_and(|seconds| seconds >= 1), "{:?}", silent.headers);
    assert_eq!(get(8084, "/realuses/3").is(200).json()["realUseEndDtm"], Value::Null);
    patch(8082, "/confirms/5", &json!({"status": "DENIED"})).is(503);
    shows(8082, "/confirms/5", "status", &json!("BOOKED"));
    get(GATEWAY, "/bookings/5").is(503);
    drop(server);
    let server = room.start(&[], &[]);
    get(8081, "/bookings/5").is(200);
    patch(8084, "/realuses/3", &end).is(200);
    get(8081, "/bookings/5").is(404);
    server.stop();
}

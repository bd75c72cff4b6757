//! The commands of the call-taxi document as it prints them, on its ports (R1–R13).
//!
//! Where ours differs on purpose: R1 `status` is `requested` (printed: null); R2 is recorded as `Voided: already paid` with a
//! masked card (printed: `valid`); R3 is `/reservations/1`, the reservation of order 1 (printed: 3); R8 is 503 with
//! `Retry-After` (printed: 500); row numbers of `/mypages` are order numbers.

use crate::{Printed, get, post, shows};
use serde_json::{Value, json};
use std::net::SocketAddr;
use testkit::http::request;

fn mypage(port: u16, number: u64, status: &str) -> Value {
    shows(port, &format!("/mypages/{number}"), "status", &json!(status))
}

#[test]
fn t19_t20_t21_t29_t30_the_commands_run_as_printed() {
    let taxi = Printed::new("taxi");
    let server = taxi.start(&[], &[]);
    for port in ["8088", "8081", "8082", "8083", "8084", "8085"] {
        assert!(server.ready.contains(&format!(":{port}")), "{}", server.ready);
    }
    r1_to_r5();
    r12_the_gateway();
    drop(server);

    r8_r9_payment_stopped_and_started(&taxi);
    r10_r11_reservation_stopped_and_started(&taxi);
    r13_mypages(&taxi);
}

fn r1_to_r5() {
    let r1 = post(8081, "/orders", &json!({"orderType": "basic", "name": "Jung"})).is(201);
    assert_eq!(r1.header("location"), Some("http://127.0.0.1:8081/orders/1"));
    assert_eq!(r1.header("content-type"), Some("application/json;charset=UTF-8"));
    let body = r1.json();
    assert_eq!(body["_links"]["self"]["href"], "http://127.0.0.1:8081/orders/1");
    assert_eq!(body["_links"]["order"]["href"], "http://127.0.0.1:8081/orders/1");
    assert_eq!(
        (&body["cardNo"], &body["name"], &body["orderType"]),
        (&Value::Null, &json!("Jung"), &json!("basic"))
    );
    mypage(8084, 1, "Reservation Complete");

    let card = json!({"orderId": "1", "cardNo": "383824245656", "status": "valid"});
    let r2 = post(8083, "/paymentHistories", &card).is(201);
    assert_eq!(r2.header("location"), Some("http://127.0.0.1:8083/paymentHistories/2"));
    let body = r2.json();
    assert_eq!((&body["cardNo"], &body["orderId"]), (&json!("********5656"), &json!(1)));

    let r3 = post(8082, "/reservations", &json!({"orderId": "1", "status": "confirmed"})).is(201);
    assert_eq!(r3.header("location"), Some("http://127.0.0.1:8082/reservations/1"));
    let body = r3.json();
    assert_eq!((&body["orderId"], &body["status"]), (&json!(1), &json!("confirmed")));

    let r4 = mypage(8084, 1, "confirmed");
    assert_eq!((&r4["name"], &r4["orderId"], &r4["reservationId"]), (&json!("Jung"), &json!(1), &json!(1)));

    let taxi = json!({"taxiName": "sonata", "companyName": "tmap", "stockCnt": "10", "itemPrice": "4900"});
    let r5 = post(8085, "/taxis", &taxi).is(201);
    assert_eq!(r5.header("location"), Some("http://127.0.0.1:8085/taxis/1"));
    let body = r5.json();
    assert_eq!((&body["companyName"], &body["taxiName"]), (&json!("tmap"), &json!("sonata")));
    assert_eq!((&body["itemPrice"], &body["stockCnt"]), (&json!(4900), &json!(10)));
}

/// The document prints port 8080 and a link to the service; ours names the gateway that was asked.
fn r12_the_gateway() {
    for (number, port) in [(2, 8080), (3, 8088)] {
        let taxi =
            json!({"taxiName": "eclass", "companyName": "kakao", "stockCnt": "4", "itemPrice": "6000"});
        let r12 = post(port, "/taxis", &taxi).is(201);
        let place = format!("http://127.0.0.1:{port}/taxis/{number}");
        assert_eq!(r12.header("location"), Some(place.as_str()));
    }
    let under = get(8088, "/taxi/taxis/2").is(200).json();
    assert_eq!(under["_links"]["self"]["href"], "http://127.0.0.1:8088/taxi/taxis/2");
}

fn r8_r9_payment_stopped_and_started(taxi: &Printed) {
    let server = taxi.start(&["--without", "taxi.payment"], &[]);
    let order = json!({"orderType": "prime", "name": "Toms"});
    let r8 = post(8081, "/orders", &order).is(503);
    let seconds = r8.header("retry-after").and_then(|text| text.parse::<u32>().ok());
    assert!(seconds.is_some_and(|seconds| seconds >= 1), "{:?}", r8.headers);
    assert_eq!(r8.json()["path"], "/orders");
    assert_eq!(get(8081, "/orders").json()["page"]["totalElements"], 1);
    drop(server);
    let server = taxi.start(&[], &[]);
    let r9 = post(8081, "/orders", &order).is(201).json();
    assert_eq!((&r9["name"], &r9["orderType"]), (&json!("Toms"), &json!("prime")));
    drop(server);
}

fn r10_r11_reservation_stopped_and_started(taxi: &Printed) {
    let server = taxi.start(&["--without", "taxi.reservation"], &[]);
    let r10 = post(8081, "/orders", &json!({"orderType": "prime", "name": "Jane"})).is(201);
    let place = r10.header("location").expect("it is placed").to_owned();
    let number: u64 = place.rsplit('/').next().and_then(|text| text.parse().ok()).expect("a number");
    mypage(8084, number, "Reservation OK");
    let card = json!({"orderId": number.to_string(), "cardNo": "383824245656", "status": "valid"});
    post(8083, "/paymentHistories", &card).is(201);
    let shown = get(8081, &format!("/orders/{number}")).is(200).json();
    assert_eq!(
        (&shown["name"], &shown["orderType"], &shown["status"]),
        (&json!("Jane"), &json!("prime"), &json!("requested"))
    );
    assert_eq!(get(8088, "/reservations").status, 503, "the gateway says so at once");
    drop(server);
    let server = taxi.start(&[], &[]);
    let r11 = mypage(8084, number, "Reservation Complete");
    assert_eq!((&r11["name"], &r11["orderId"]), (&json!("Jane"), &json!(number)));
    drop(server);
}

/// On the service's own port nobody but this process speaks as one of its services.
fn nobody_speaks_as_a_service() {
    let as_order = [("holdfast-call", "taxi.order")];
    let to = SocketAddr::from(([127, 0, 0, 1], 8083));
    let void = request(to, "POST", "/paymentHistories/void", &as_order, &json!({"orderId": 1}));
    void.expect("it answers").is(404);
    let prepare = request(to, "POST", "/paymentHistories", &as_order, &json!({"orderId": 7000, "amount": 5}));
    prepare.expect("it answers").is(404);
}

fn r13_mypages(taxi: &Printed) {
    let server = taxi.start(&[], &[]);
    nobody_speaks_as_a_service();
    let r13 = get(8084, "/mypages").is(200);
    let body = r13.json();
    let rows = body["_embedded"]["mypages"].as_array().expect("rows");
    let names: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(names, ["Jung", "Toms", "Jane"]);
    assert!(body["page"].is_null(), "a view is not paged unless asked");
    for link in ["self", "profile", "search"] {
        assert!(body["_links"][link]["href"].is_string(), "{link} in {body}");
    }
    let found = get(8084, "/mypages/search/findByOrderId?orderId=1").is(200).json();
    assert_eq!(found["_embedded"]["mypages"].as_array().map(Vec::len), Some(1));
    server.stop();
}

//! The last taxi goes to one, one key is one order, one order is cancelled once.

use crate::{CLIENTS, at_once, count, start};
use serde_json::{Value, json};
use testkit::http::request;
use testkit::server::eventually;
use testkit::stage::Stage;

#[test]
fn t12_of_a_hundred_managers_one_gets_the_last_taxi() {
    let mut process = start("taxi");
    let to = process.server().gateway;
    process.server().post("/taxis", &json!({"taxiName": "sonata", "stockCnt": 1})).is(201);
    let order = json!({"orderType": "basic", "name": "Jung"});
    let placed = at_once(move |_| request(to, "POST", "/orders", &[], &order).expect("it answers"));
    assert_eq!(count(&placed, 201), CLIENTS);
    for number in 1..=CLIENTS {
        process.comes_to_show(&format!("/mypages/{number}"), "status", json!("Reservation Complete"));
    }
    let answers = at_once(move |number| {
        let body = json!({"orderId": number, "status": "confirmed", "taxiId": 1});
        request(to, "POST", "/reservations", &[], &body).expect("it answers")
    });
    assert_eq!((count(&answers, 201), count(&answers, 409)), (1, CLIENTS - 1));
    assert!(answers.iter().filter(|no| no.status == 409).all(|no| no.json()["code"] == "out-of-taxis"));
    process.comes_to_show("/taxis/1", "stockCnt", json!(0));
    process.audit();
}

#[test]
fn one_key_from_a_hundred_clients_is_one_order() {
    let mut process = start("taxi");
    let to = process.server().gateway;
    let order = json!({"orderType": "basic", "name": "Jung"});
    let answers = at_once(move |_| {
        request(to, "POST", "/orders", &[("idempotency-key", "k")], &order).expect("it answers")
    });
    assert_eq!(count(&answers, 201), CLIENTS);
    assert!(answers.iter().all(|answer| answer.text == answers[0].text));
    assert_eq!(process.list("orders").len(), 1);
    process.audit();
}

#[test]
fn t5_an_order_cancelled_by_a_hundred_clients_is_refunded_once() {
    let mut process = start("taxi");
    let to = process.server().gateway;
    process.server().post("/orders", &json!({"orderType": "basic", "name": "Jung"})).is(201);
    let answers =
        at_once(move |_| request(to, "DELETE", "/orders/1", &[], &Value::Null).expect("it answers"));
    assert_eq!(count(&answers, 204), CLIENTS);
    process.comes_to_show("/mypages/1", "status", json!("Your reservation is canceled!"));
    let said = eventually(|| process.lines("events", 1), |lines| lines.len() >= 4);
    let times = |name: &str| said.iter().filter(|line| line["eventType"] == name).count();
    assert_eq!((times("OrderCanceled"), times("PaymentCanceled")), (1, 1));
    process.audit();
}

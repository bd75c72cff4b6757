//! Many clients at once: the last taxi goes to one, one key is one order, one order is cancelled once.

use serde_json::{Value, json};
use std::sync::{Arc, Barrier};
use testkit::http::{Response, request};
use testkit::server::{Process, eventually};
use testkit::stage::Stage;

const CLIENTS: u64 = 60;

/// All clients ask in the same moment.
fn at_once(ask: impl Fn(u64) -> Response + Send + Sync + 'static) -> Vec<Response> {
    let (ask, barrier) = (Arc::new(ask), Arc::new(Barrier::new(usize::try_from(CLIENTS).expect("few"))));
    let clients: Vec<_> = (1..=CLIENTS)
        .map(|number| {
            let (ask, barrier) = (Arc::clone(&ask), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                ask(number)
            })
        })
        .collect();
    clients.into_iter().map(|client| client.join().expect("it is answered")).collect()
}

fn count(answers: &[Response], status: u16) -> u64 {
    answers.iter().filter(|answer| answer.status == status).count() as u64
}

#[test]
fn t12_of_sixty_managers_one_gets_the_last_taxi() {
    let mut process = Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi");
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
fn one_key_from_sixty_clients_is_one_order() {
    let mut process = Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi");
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
fn t5_an_order_cancelled_by_sixty_clients_is_refunded_once() {
    let mut process = Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi");
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

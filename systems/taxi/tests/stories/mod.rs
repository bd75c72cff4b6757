//! The requirements of the call taxi as stories, told on every stage.

use kernel::Millis;
use serde_json::{Value, json};
use testkit::stage::{Stage, Story};

/// All of them. The number of a requirement is in the name of the story that shows it.
pub(crate) const ALL: &[Story] = &[
    ("t1_t2_t3_t13_t24_t26_t27_an_order_is_paid_and_reserved", an_order_is_paid_and_reserved),
    ("t4_the_manager_confirms_without_a_taxi", the_manager_confirms_without_a_taxi),
    ("t5_t6_t7_t8_t14_a_cancel_gives_everything_back", a_cancel_gives_everything_back),
    ("t5_delete_is_a_cancel", delete_is_a_cancel),
    ("t9_t17_t30_mypage_shows_every_order", mypage_shows_every_order),
    ("t10_t18_every_change_is_told_once", every_change_is_told_once),
    ("t11_drivers_register_taxis", drivers_register_taxis),
    ("t12_assigning_takes_a_taxi_and_cancel_gives_it_back", assigning_takes_a_taxi),
    ("t12_the_last_taxi_goes_to_one", the_last_taxi_goes_to_one),
    ("t12_a_taxi_of_another_grade_is_refused", a_taxi_of_another_grade_is_refused),
    ("t13_a_declined_card_leaves_nothing", a_declined_card_leaves_nothing),
    ("t15_t28_orders_go_on_without_reservation", orders_go_on_without_reservation),
    ("t16_a_slow_payment_turns_orders_away", a_slow_payment_turns_orders_away),
    ("t18_notification_catches_up", notification_catches_up),
    ("t25_without_payment_nothing_is_ordered", without_payment_nothing_is_ordered),
    ("t2_a_second_payment_is_recorded_and_not_charged", a_second_payment_is_not_charged),
    ("t4_wrong_transitions_change_nothing", wrong_transitions_change_nothing),
];

fn order(stage: &mut dyn Stage, name: &str) -> u64 {
    let body = json!({"orderType": "basic", "name": name, "cardNo": "4111111111115656"});
    stage.post("/orders", body).is(201).number()
}

/// An order whose money is taken and whose request has reached the manager.
fn reserved(stage: &mut dyn Stage, name: &str) -> u64 {
    let number = order(stage, name);
    stage.shows(&format!("/mypages/{number}"), "status", "Reservation Complete");
    number
}

fn taxi(stage: &mut dyn Stage, stock: u64, grade: Option<&str>) -> u64 {
    let body = json!({"taxiName": "sonata", "companyName": "tmap", "stockCnt": stock, "itemPrice": 4900,
        "orderType": grade});
    stage.post("/taxis", body).is(201).number()
}

fn an_order_is_paid_and_reserved(stage: &mut dyn Stage) {
    let seen = stage.post("/orders", json!({"orderType": "basic", "name": "Jung"})).is(201);
    let seen = seen.with("status", "requested").with("orderType", "basic").with("name", "Jung");
    let seen = seen.with("cardNo", Value::Null).with("amount", 3800);
    let n = seen.number();
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation Complete");
    stage
        .get(&format!("/mypages/{n}"))
        .is(200)
        .with("name", "Jung")
        .with("orderId", n)
        .with("reservationId", n);
    stage.get(&format!("/reservations/{n}")).is(200).with("orderId", n).with("orderType", "basic");
    let payments = stage.list("paymentHistories");
    assert_eq!(payments.len(), 1);
    assert_eq!((&payments[0]["orderId"], &payments[0]["status"]), (&json!(n), &json!("Reservation OK")));
    stage.comes_to_say(n, "Ordered → PaymentApproved → ReserveAccepted");
    stage.audit();
}

fn the_manager_confirms_without_a_taxi(stage: &mut dyn Stage) {
    let n = reserved(stage, "Jung");
    stage
        .post("/reservations", json!({"orderId": n.to_string(), "status": "confirmed"}))
        .is(201)
        .with("orderId", n);
    stage.shows(&format!("/mypages/{n}"), "status", "confirmed");
    stage.shows(&format!("/orders/{n}"), "status", "confirmed");
    stage.patch(&format!("/reservations/{n}"), json!({"status": "confirmed"})).is(200);
    stage.comes_to_say(n, "Ordered → PaymentApproved → ReserveAccepted → ReserveAccepted");
    stage.audit();
}

fn a_cancel_gives_everything_back(stage: &mut dyn Stage) {
    let n = reserved(stage, "Jung");
    stage.patch(&format!("/orders/{n}"), json!({"status": "cancelled"})).is(200).with("status", "cancelled");
    stage.shows(&format!("/mypages/{n}"), "status", "Your reservation is canceled!");
    stage.get(&format!("/orders/{n}")).is(200).with("status", "cancelled");
    stage.get(&format!("/reservations/{n}")).is(200).with("status", "Reservation Cancelled!");
    stage.get(&format!("/cancellations/{n}")).is(200).with("status", "Reservation Cancelled!");
    stage.shows("/paymentHistories/1", "status", "Your reservation is canceled!");
    stage.patch(&format!("/orders/{n}"), json!({"status": "cancelled"})).is(200);
    assert_eq!(stage.list("paymentHistories").len(), 1, "cancelled twice is one refund");
    stage.patch("/orders/99", json!({"status": "cancelled"})).is(404);
    stage.audit();
}

fn delete_is_a_cancel(stage: &mut dyn Stage) {
    let n = reserved(stage, "Jung");
    stage.delete(&format!("/orders/{n}")).is(204);
    stage.get(&format!("/orders/{n}")).is(200).with("status", "cancelled");
    stage.shows(&format!("/mypages/{n}"), "status", "Your reservation is canceled!");
    stage.delete(&format!("/orders/{n}")).is(204);
    stage.audit();
}

fn mypage_shows_every_order(stage: &mut dyn Stage) {
    for name in ["ysjung", "Toms", "Jane", "Emily"] {
        reserved(stage, name);
    }
    let names: Vec<Value> = stage.list("mypages").iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["ysjung", "Toms", "Jane", "Emily"]);
}

fn every_change_is_told_once(stage: &mut dyn Stage) {
    let taxi = taxi(stage, 1, None);
    let n = reserved(stage, "Jung");
    stage.post("/reservations", json!({"orderId": n, "status": "confirmed"})).is(201);
    stage.patch(&format!("/reservations/{n}"), json!({"status": "confirmed", "taxiId": taxi})).is(200);
    stage.delete(&format!("/orders/{n}")).is(204);
    let texts = [
        "Reservation OK",
        "Reservation Complete",
        "confirmed",
        &format!("confirmed, taxi {taxi}"),
        "Reservation Cancelled!",
        "Your reservation is canceled!",
    ]
    .map(|status| format!("Order {n}: {status}"));
    stage.comes_to_tell(n, &texts.each_ref().map(String::as_str));
}

fn drivers_register_taxis(stage: &mut dyn Stage) {
    let body = json!({"taxiName": "sonata", "companyName": "tmap", "stockCnt": "10", "itemPrice": "4900"});
    let seen = stage.post("/taxis", body).is(201).with("taxiName", "sonata").with("companyName", "tmap");
    seen.with("stockCnt", 10).with("itemPrice", 4900);
    stage.patch("/taxis/1", json!({"stockCnt": 7})).is(200).with("stockCnt", 7);
    let other = json!({"taxiName": "eclass", "storeName": "kakao", "stockCnt": 4, "itemPrice": 6000});
    stage.post("/taxis", other).is(201).with("companyName", "kakao");
    stage.audit();
}

fn assigning_takes_a_taxi(stage: &mut dyn Stage) {
    let taxi = taxi(stage, 10, Some("basic"));
    let n = reserved(stage, "Jung");
    stage.post("/reservations", json!({"orderId": n, "status": "confirmed", "taxiId": taxi})).is(201);
    stage.shows(&format!("/taxis/{taxi}"), "stockCnt", 9);
    stage.shows(&format!("/mypages/{n}"), "taxiId", taxi);
    stage.patch(&format!("/orders/{n}"), json!({"status": "cancel"})).is(200);
    stage.shows(&format!("/taxis/{taxi}"), "stockCnt", 10);
    stage.audit();
}

fn the_last_taxi_goes_to_one(stage: &mut dyn Stage) {
    let taxi = taxi(stage, 1, None);
    let (first, second) = (reserved(stage, "Jung"), reserved(stage, "Toms"));
    stage.post("/reservations", json!({"orderId": first, "status": "confirmed", "taxiId": taxi})).is(201);
    let no = stage.post("/reservations", json!({"orderId": second, "status": "confirmed", "taxiId": taxi}));
    no.is(409).says("out-of-taxis");
    stage.shows(&format!("/mypages/{second}"), "status", "Reservation Complete");
    stage.shows(&format!("/taxis/{taxi}"), "stockCnt", 0);
    stage.delete(&format!("/orders/{first}")).is(204);
    stage.shows(&format!("/taxis/{taxi}"), "stockCnt", 1);
    stage.post("/reservations", json!({"orderId": second, "status": "confirmed", "taxiId": taxi})).is(201);
    stage.audit();
}

fn a_taxi_of_another_grade_is_refused(stage: &mut dyn Stage) {
    let prime = taxi(stage, 5, Some("prime"));
    let n = reserved(stage, "Jung");
    let no = stage.post("/reservations", json!({"orderId": n, "status": "confirmed", "taxiId": prime}));
    no.is(409).says("wrong-grade");
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation Complete");
    stage.get(&format!("/taxis/{prime}")).is(200).with("stockCnt", 5);
    let no = stage.post("/reservations", json!({"orderId": n, "status": "confirmed", "taxiId": 77}));
    no.is(409).says("unknown-taxi");
    stage.audit();
}

fn a_declined_card_leaves_nothing(stage: &mut dyn Stage) {
    let body = json!({"orderType": "basic", "name": "Jung", "cardNo": "4111111111110002"});
    stage.post("/orders", body).is(402).says("card-declined");
    stage.get("/orders/1").is(404);
    for plural in ["orders", "mypages", "reservations", "paymentHistories"] {
        assert!(stage.list(plural).is_empty(), "{plural}");
    }
    stage.comes_to_say(1, "");
    stage.audit();
}

fn orders_go_on_without_reservation(stage: &mut dyn Stage) {
    stage.stop_service("reservation");
    let n = order(stage, "Jane");
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation OK");
    stage.get(&format!("/orders/{n}")).is(200).with("status", "requested");
    stage.start_service("reservation");
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation Complete");
    stage.comes_to_say(n, "Ordered → PaymentApproved → ReserveAccepted");
    stage.audit();
}

fn a_slow_payment_turns_orders_away(stage: &mut dyn Stage) {
    stage.slow_provider(Millis(2_000));
    let body = json!({"orderType": "prime", "name": "Toms", "cardNo": "4111111111115656"});
    stage.post("/orders", body.clone()).is(503).says("payment-unavailable");
    stage.get("/orders/1").is(404);
    stage.slow_provider(Millis(1));
    let n = stage.post("/orders", body).is(201).number();
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation Complete");
    assert_eq!(stage.list("orders").len(), 1);
    assert_eq!(stage.list("mypages").len(), 1);
    stage.comes_to_say(1, "");
    stage.audit();
}

fn notification_catches_up(stage: &mut dyn Stage) {
    stage.stop_service("notification");
    let n = order(stage, "Jung");
    stage.shows(&format!("/reservations/{n}"), "status", "Reservation Complete");
    stage.start_service("notification");
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation Complete");
    let texts = [format!("Order {n}: Reservation OK"), format!("Order {n}: Reservation Complete")];
    stage.comes_to_tell(n, &texts.each_ref().map(String::as_str));
}

fn without_payment_nothing_is_ordered(stage: &mut dyn Stage) {
    stage.stop_service("payment");
    let body = json!({"orderType": "prime", "name": "Toms"});
    stage.post("/orders", body.clone()).is(503);
    stage.get("/orders/1").is(404);
    assert!(stage.list("orders").is_empty());
    stage.start_service("payment");
    stage.post("/orders", body).is(201).with("name", "Toms").with("orderType", "prime");
    assert_eq!(stage.list("orders").len(), 1);
    stage.audit();
}

fn a_second_payment_is_not_charged(stage: &mut dyn Stage) {
    let n = reserved(stage, "Jung");
    let body = json!({"orderId": n.to_string(), "cardNo": "383824245656", "status": "valid"});
    let seen = stage.post("/paymentHistories", body).is(201).with("status", "Voided: already paid");
    let number = seen.with("cardNo", "********5656").with("orderId", n).number();
    assert_eq!(number, 2);
    stage.post("/paymentHistories", json!({"orderId": 99})).is(404);
    stage.shows(&format!("/mypages/{n}"), "status", "Reservation Complete");
    stage.audit();
}

fn wrong_transitions_change_nothing(stage: &mut dyn Stage) {
    stage.post("/reservations", json!({"orderId": 9, "status": "confirmed"})).is(409).says("not-requested");
    let n = reserved(stage, "Jung");
    stage.patch(&format!("/orders/{n}"), json!({"status": "Final Complete"})).is(409).says("unknown-status");
    stage.patch(&format!("/orders/{n}"), json!({})).is(200).with("status", "requested");
    stage.patch(&format!("/orders/{n}"), json!({"orderType": "prime"})).is(409);
    stage.patch(&format!("/reservations/{n}"), json!({"status": "done"})).is(409).says("unknown-status");
    stage.delete(&format!("/orders/{n}")).is(204);
    let late = stage.post("/reservations", json!({"orderId": n, "status": "confirmed"}));
    late.is(409).says("cancelled");
    stage.audit();
}

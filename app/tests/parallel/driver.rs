//! One driver who is free, a hundred customers: one is driven, the others wait and are told when it is in vain.

use crate::{CLIENTS, at_once, count, start};
use serde_json::{Value, json};
use testkit::http::request;
use testkit::server::eventually;
use testkit::stage::Stage;

#[test]
fn d2_d3_of_a_hundred_customers_one_gets_the_last_driver() {
    let mut process = start("driver");
    let to = process.server().gateway;
    for number in 2..=6 {
        let off = json!({"status": "휴무"});
        request(to, "PATCH", &format!("/drivers/{number}"), &[], &off).expect("it answers").is(200);
    }
    let call = json!({"tel": "01012345678", "location": "마포", "cost": 25000});
    let answers = at_once(move |_| request(to, "POST", "/drivercalls/", &[], &call).expect("it answers"));
    assert_eq!(count(&answers, 201), CLIENTS);
    let asked =
        |rows: &Vec<Value>| rows.len() as u64 == CLIENTS && rows.iter().all(|row| row["status"] != "호출");
    let calls = eventually(|| process.list("drivercalls"), asked);
    let confirmed = |rows: &Vec<Value>| rows.iter().filter(|row| row["status"] == "호출확정").count();
    eventually(|| process.list("drivercalls"), |rows| confirmed(rows) == 1);
    assert_eq!(calls.len() as u64, CLIENTS);
    // The driver is free again: the next in line is driven, and nobody else.
    let driven = process.list("drivercalls").into_iter().position(|row| row["status"] == "호출확정");
    let number = driven.expect("one is driven") + 1;
    let over = json!({"status": "운행종료"});
    request(to, "PATCH", &format!("/driverassigns/{number}"), &[], &over).expect("it answers").is(200);
    eventually(|| process.list("drivercalls"), |rows| confirmed(rows) == 1);
    process.audit();
}

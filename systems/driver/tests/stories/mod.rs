//! The requirements of designated drivers as stories, told on every stage.

mod drivers;
mod faults;

use driver::drivermanage::DESK_FROM;
use serde_json::{Value, json};
use testkit::stage::{Stage, Story};

/// All of them. The number of a requirement is in the name of the story that shows it.
pub(crate) const ALL: &[Story] = &[
    ("d1_d2_d3_d4_d17_d24_d26_a_call_gets_a_driver", a_call_gets_a_driver),
    ("d5_d6_d18_d25_a_cancel_frees_the_driver", a_cancel_frees_the_driver),
    ("d5_a_call_that_waits_is_cancelled", a_call_that_waits_is_cancelled),
    ("d7_d11_d19_d32_the_customer_sees_everything", the_customer_sees_everything),
    ("d28_a_call_needs_a_telephone", a_call_needs_a_telephone),
    ("d2_the_desk_orders_without_a_call", the_desk_orders_without_a_call),
    ("d4_wrong_transitions_change_nothing", wrong_transitions_change_nothing),
    ("d3_six_drivers_are_there_from_the_beginning", drivers::six_are_there_from_the_beginning),
    ("d3_the_nearest_driver_comes", drivers::the_nearest_driver_comes),
    ("d1_the_driving_type_counts", drivers::the_driving_type_counts),
    ("d3_the_last_driver_goes_to_one", drivers::the_last_driver_goes_to_one),
    ("d3_the_first_in_line_is_next", drivers::the_first_in_line_is_next),
    ("d2_who_is_off_duty_is_not_available", drivers::who_is_off_duty_is_not_available),
    ("d10_d30_without_drivermanage_calls_are_taken", faults::without_drivermanage_calls_are_taken),
    ("d30_a_call_cancelled_meanwhile_gets_nobody", faults::a_call_cancelled_meanwhile_gets_nobody),
    ("d9_d15_d31_calling_goes_on_without_driverassign", faults::calling_goes_on_without_driverassign),
    ("d6_a_cancel_before_the_assignment_leaves_nobody_busy", faults::a_cancel_before_the_assignment),
    ("d16_the_customer_service_catches_up", faults::the_customer_service_catches_up),
    ("d16_drivercall_catches_up", faults::drivercall_catches_up),
];

/// What the document's customer sends.
fn wish(tel: &str, location: &str) -> Value {
    json!({"tel": tel, "status": "호출", "location": location, "cost": "25000"})
}

fn call(stage: &mut dyn Stage) -> u64 {
    stage.post("/drivercalls", wish("01012345678", "마포")).is(201).number()
}

/// A call with a driver.
fn confirmed(stage: &mut dyn Stage) -> u64 {
    let n = call(stage);
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출확정");
    n
}

fn taken(n: u64) -> String {
    format!("[대리운전] 호출 {n}번이 접수되었습니다. 가까운 기사를 찾고 있습니다.")
}

fn assigned(n: u64, driver: &str) -> String {
    format!("[대리운전] 호출 {n}번에 {driver} 기사(34가4567, 010-2345-6789)가 배정되었습니다.")
}

fn over(n: u64) -> String {
    format!("[대리운전] 호출 {n}번이 취소되었습니다.")
}

fn tells(stage: &mut dyn Stage, n: u64, texts: &[String]) {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    stage.comes_to_tell(n, &texts);
    let shown = stage.get(&format!("/customers/{n}")).is(200).body["messages"].clone();
    let shown: Vec<&str> =
        shown.as_array().expect("a list").iter().filter_map(|told| told["text"].as_str()).collect();
    assert_eq!(shown, texts, "the customer's page shows what was told");
}

/// Drivers with this status.
fn with_status(stage: &mut dyn Stage, status: &str) -> usize {
    stage.list("drivers").iter().filter(|driver| driver["status"] == status).count()
}

const HAPPY: &str = "Drivercalled → DrivermanageAssigned → DriverassignCompleted → DrivermanageAssigned";

fn a_call_gets_a_driver(stage: &mut dyn Stage) {
    let seen = stage.post("/drivercalls", wish("01012345678", "마포")).is(201);
    let seen = seen.with("tel", "01012345678").with("location", "마포").with("cost", 25_000);
    let seen = seen.with("status", "호출").with("drivingType", "자동").with("driver", Value::Null);
    let n = seen.number();
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출확정");
    let call = stage.get(&format!("/drivercalls/{n}")).is(200);
    let call = call.with("driver", "백영곤").with("driverid", "34가4567");
    call.with("drivertel", "010-2345-6789").with("cost", 25_000);
    stage.shows(&format!("/drivermanages/{n}"), "status", "대리기사호출확정");
    let order = stage.get(&format!("/drivermanages/{n}")).is(200).with("orderId", n.to_string());
    order.with("driver", "백영곤").with("tel", "01012345678").with("location", "마포").with("cost", 25_000);
    let assign = stage.get(&format!("/driverassigns/{n}")).is(200).with("status", "대리기사할당됨");
    assign.with("orderId", n).with("driverid", "34가4567").with("driverNo", 1);
    stage.shows(&format!("/customers/{n}"), "status", "호출확정");
    stage.get(&format!("/customers/{n}")).is(200).with("driver", "백영곤").with("confirmed", true);
    let second = stage.post("/drivercalls", wish("01056789012", "서대문구")).is(201).number();
    stage.shows(&format!("/drivercalls/{second}"), "status", "호출확정");
    stage.get(&format!("/drivercalls/{second}")).is(200).with("driver", "안채우");
    assert_eq!(with_status(stage, "운행중"), 2, "one driver a call");
    stage.comes_to_say(n, HAPPY);
    tells(stage, n, &[taken(n), assigned(n, "백영곤")]);
    stage.audit();
}

fn a_cancel_frees_the_driver(stage: &mut dyn Stage) {
    let n = confirmed(stage);
    let other = stage.post("/drivercalls", wish("01056789012", "서대문구")).is(201).number();
    stage.shows(&format!("/drivercalls/{other}"), "status", "호출확정");
    stage.delete(&format!("/drivercalls/{n}")).is(204);
    stage.get(&format!("/drivercalls/{n}")).is(404);
    stage.shows(&format!("/drivermanages/{n}"), "status", "대리기사호출취소");
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리할당취소");
    stage.shows("/drivers/1", "status", "대기");
    stage.shows(&format!("/customers/{n}"), "status", "호출취소");
    stage.delete(&format!("/drivercalls/{n}")).is(404);
    stage.delete("/drivercalls/99").is(404);
    assert_eq!(stage.list("drivercalls").len(), 1, "only the other call");
    stage.get(&format!("/drivermanages/{other}")).is(200).with("status", "대리기사호출확정");
    let story = format!("{HAPPY} → DrivercallCancelled → DrivermanageCancelled → DriverassignCancelled");
    stage.comes_to_say(n, &story);
    tells(stage, n, &[taken(n), assigned(n, "백영곤"), over(n)]);
    stage.audit();
}

fn a_call_that_waits_is_cancelled(stage: &mut dyn Stage) {
    for _ in 0..6 {
        confirmed(stage);
    }
    let n = call(stage);
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리기사할당대기");
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출중");
    stage.delete(&format!("/drivercalls/{n}")).is(204);
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리할당취소");
    stage.patch("/driverassigns/1", json!({"status": "운행종료"})).is(200);
    stage.shows("/drivers/1", "status", "대기");
    tells(stage, n, &[taken(n), over(n)]);
    stage.audit();
}

fn the_customer_sees_everything(stage: &mut dyn Stage) {
    let first = confirmed(stage);
    let seen = stage.post("/drivercalls", wish("01056789012", "서대문구")).is(201).number();
    stage.shows(&format!("/drivercalls/{seen}"), "status", "호출확정");
    stage.delete(&format!("/drivercalls/{first}")).is(204);
    stage.shows(&format!("/customers/{first}"), "status", "호출취소");
    let rows = stage.list("customers");
    let shown: Vec<_> = rows.iter().map(|row| (&row["tel"], &row["status"], &row["location"])).collect();
    let (first_tel, second_tel) = (json!("01012345678"), json!("01056789012"));
    let expected = [
        (&first_tel, &json!("호출취소"), &json!("마포")),
        (&second_tel, &json!("호출확정"), &json!("서대문구")),
    ];
    assert_eq!(shown, expected);
    let history = rows[0]["messages"].as_array().expect("a list").clone();
    assert_eq!(history.len(), 3, "its whole history, although the call is gone: {history:?}");
    assert!(history.iter().all(|told| told["channel"] == "kakaotalk" && told["time"].is_string()));
    stage.audit();
}

fn a_call_needs_a_telephone(stage: &mut dyn Stage) {
    for body in [json!({"cost": 3000}), json!({"tel": " ", "cost": 3000})] {
        stage.post("/drivercalls", body).is(400);
    }
    assert!(stage.list("drivercalls").is_empty());
    // The document's load: neither place nor status.
    let n = stage.post("/drivercalls", json!({"tel": "1234567890", "cost": 3000})).is(201).number();
    stage.shows(&format!("/drivermanages/{n}"), "status", "대리기사호출확정");
    stage.audit();
}

fn the_desk_orders_without_a_call(stage: &mut dyn Stage) {
    let number = (DESK_FROM + 9).to_string();
    let path = format!("/drivermanages/{number}");
    let body = json!({"orderId": number, "tel": "0211112222", "location": "강남", "cost": 20_000});
    stage.post("/drivermanages", body.clone()).is(201).with("orderId", &*number).with("status", "호출중");
    stage.shows(&path, "status", "대리기사호출확정");
    stage.post("/drivermanages", body.clone()).is(201).with("driver", "백영곤");
    stage.post("/drivermanages", json!({"tel": "0211112222"})).is(400);
    stage.post("/drivermanages", json!({"orderId": "x", "tel": "0211112222"})).is(400);
    stage.post("/drivermanages", json!({"orderId": number, "tel": "0233334444"})).is(409).says("order-taken");
    // The number of a call is its caller's, be it one that is made or one to come.
    for call in 1..=2 {
        let other = json!({"orderId": call.to_string(), "tel": "0233334444"});
        stage.post("/drivermanages", other).is(409).says("number-of-a-call");
    }
    let n = confirmed(stage);
    stage.comes_to_tell(
        n,
        &[
            &taken(n),
            &format!("[대리운전] 호출 {n}번에 안채우 기사(44나4567, 010-3345-7789)가 배정되었습니다."),
        ],
    );
    stage.get(&format!("/customers/{n}")).is(200).with("tel", "01012345678");
    stage.post("/drivermanages", json!({"orderId": number, "status": "호출취소"})).is(201);
    stage.shows(&path, "status", "대리기사호출취소");
    stage.post("/drivermanages", body).is(409).says("already-over");
    stage.shows("/drivers/1", "status", "대기");
    stage.patch(&format!("/drivermanages/{n}"), json!({"status": "대리기사호출취소"})).is(200);
    stage.shows(&format!("/drivercalls/{n}"), "status", "호출취소");
    stage.get(&format!("/drivercalls/{n}")).is(200).with("reason", "DESK");
    stage.post("/drivermanages", json!({"orderId": "77", "status": "호출취소"})).is(404);
    assert_eq!(with_status(stage, "대기"), 6);
    stage.audit();
}

fn wrong_transitions_change_nothing(stage: &mut dyn Stage) {
    let n = confirmed(stage);
    let path = format!("/drivercalls/{n}");
    stage.patch(&path, json!({"status": "호출취소"})).is(409).says("unknown-status");
    stage.patch(&path, json!({"location": "강남"})).is(409).says("already-called");
    stage.patch(&path, json!({"location": "마포", "status": "호출확정"})).is(200);
    stage.patch("/drivercalls/99", json!({})).is(404);
    stage.patch(&format!("/driverassigns/{n}"), json!({"status": "끝"})).is(409).says("unknown-status");
    stage.patch(&format!("/driverassigns/{n}"), json!({})).is(200);
    stage.patch("/driverassigns/99", json!({"status": "운행종료"})).is(404);
    stage.patch(&format!("/drivermanages/{n}"), json!({"cost": 1})).is(409).says("already-ordered");
    let over = json!({"status": "운행종료"});
    stage.patch(&format!("/drivermanages/{n}"), over).is(409).says("unknown-status");
    stage.patch("/drivermanages/99", json!({"cost": 1})).is(404);
    stage
        .patch(&format!("/driverassigns/{n}"), json!({"status": "운행종료"}))
        .is(200)
        .with("status", "운행종료");
    stage.shows(&path, "status", "운행종료");
    stage.delete(&path).is(409).says("already-over");
    stage.patch(&format!("/drivermanages/{n}"), json!({"status": "호출취소"})).is(409).says("already-over");
    let mut body = wish("01012345678", "마포");
    body["drivingType"] = json!("반자동");
    stage.post("/drivercalls", body).is(400);
    stage.post("/drivercalls", json!({"tel": "010", "lat": 37.5})).is(400);
    // What a client says of a new call's status does not count.
    stage.post("/drivercalls", json!({"tel": "010", "status": "호출확정"})).is(201).with("status", "호출");
    stage.audit();
}

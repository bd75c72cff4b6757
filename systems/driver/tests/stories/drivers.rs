//! Which driver comes, and when.

use super::{call, confirmed, wish, with_status};
use serde_json::{Value, json};
use testkit::stage::Stage;

pub(super) fn six_are_there_from_the_beginning(stage: &mut dyn Stage) {
    let names: Vec<Value> = stage.list("drivers").iter().map(|driver| driver["driver"].clone()).collect();
    assert_eq!(names, ["백영곤", "안채우", "임광현", "장윤정", "옥준삼", "유승오"]);
    for number in 1..=6 {
        stage.get(&format!("/drivers/{number}")).is(200).with("status", "대기");
    }
    stage.get("/drivers/2").is(200).with("driverid", "44나4567").with("drivertel", "010-3345-7789");
    let seen = stage.post("/drivers", driver("새기사", "마포", "자동")).is(201).with("status", "대기");
    assert_eq!(seen.number(), 7);
    stage.audit();
}

fn driver(name: &str, location: &str, types: &str) -> Value {
    json!({"driverid": format!("{name}-1"), "driver": name, "drivertel": "010-1", "location": location,
        "drivingType": types})
}

/// The document's six go home, so that only those of the story are there.
fn nobody_on_duty(stage: &mut dyn Stage) {
    for number in 1..=6 {
        stage.patch(&format!("/drivers/{number}"), json!({"status": "휴무"})).is(200).with("status", "휴무");
    }
}

pub(super) fn the_nearest_driver_comes(stage: &mut dyn Stage) {
    let far = stage.post("/drivers", driver("잠실기사", "잠실역 1번 출구", "자동")).is(201).number();
    let near = stage.post("/drivers", driver("홍대기사", "홍대입구", "자동")).is(201).number();
    let here = json!({"driverid": "x", "driver": "마포기사", "drivertel": "010-2", "lat": "37.5665", "lng": 126.902});
    let here = stage.post("/drivers", here).is(201).with("lat", 37.5665).number();
    let mut expected = vec![here, near, far];
    for _ in 0..3 {
        let n = stage.post("/drivercalls", wish("010", "마포아파트 101동")).is(201).number();
        stage.shows(&format!("/driverassigns/{n}"), "driverNo", expected.remove(0));
        let seen = stage.get(&format!("/driverassigns/{n}")).is(200).body["candidates"].clone();
        let seen = seen.as_array().expect("a list");
        assert!(seen.len() <= 20);
        let chosen = seen.iter().filter(|one| one["passedOver"].is_null()).count();
        assert_eq!(chosen, 1, "{seen:?}");
    }
    let last = stage.get("/driverassigns/3").is(200).body["candidates"].clone();
    let reasons: Vec<Value> =
        last.as_array().expect("a list").iter().map(|one| one["passedOver"].clone()).collect();
    assert_eq!(reasons, [json!("BUSY"), json!("BUSY"), Value::Null]);
    // Those near are taken: whoever has waited longest, wherever that is.
    let n = confirmed(stage);
    stage.get(&format!("/driverassigns/{n}")).is(200).with("driverNo", 1);
    stage.audit();
}

pub(super) fn the_driving_type_counts(stage: &mut dyn Stage) {
    nobody_on_duty(stage);
    stage.post("/drivers", driver("자동기사", "마포", "자동")).is(201);
    let mut manual = wish("010", "마포");
    manual["drivingType"] = json!("수동");
    let n = stage.post("/drivercalls", manual).is(201).with("drivingType", "수동").number();
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리기사할당대기");
    let seen = stage.get(&format!("/driverassigns/{n}")).is(200).body["candidates"][0].clone();
    assert_eq!((&seen["driverNo"], &seen["passedOver"]), (&json!(7), &json!("DRIVING_TYPE")));
    let automatic = confirmed(stage);
    stage.get(&format!("/driverassigns/{automatic}")).is(200).with("driver", "자동기사");
    let both = stage.post("/drivers", driver("수동기사", "마포", "수동, 자동")).is(201);
    both.with("drivingType", "자동,수동");
    stage.shows(&format!("/drivercalls/{n}"), "driver", "수동기사");
    stage.post("/drivers", driver("기사", "마포", "자동,자동")).is(400);
    stage.audit();
}

pub(super) fn the_last_driver_goes_to_one(stage: &mut dyn Stage) {
    nobody_on_duty(stage);
    stage.patch("/drivers/3", json!({"status": "대기"})).is(200).with("status", "대기");
    let (first, second) = (call(stage), call(stage));
    stage.shows(&format!("/drivercalls/{first}"), "status", "호출확정");
    stage.shows(&format!("/drivercalls/{second}"), "status", "호출중");
    assert_eq!(with_status(stage, "운행중"), 1);
    stage.delete(&format!("/drivercalls/{first}")).is(204);
    stage.shows(&format!("/drivercalls/{second}"), "driver", "임광현");
    stage.shows("/drivers/3", "orderId", second);
    stage.audit();
}

pub(super) fn the_first_in_line_is_next(stage: &mut dyn Stage) {
    for _ in 0..6 {
        confirmed(stage);
    }
    let (first, second) = (call(stage), call(stage));
    stage.patch("/driverassigns/4", json!({"status": "운행종료"})).is(200).with("status", "운행종료");
    stage.shows("/drivercalls/4", "status", "운행종료");
    stage.shows("/drivermanages/4", "status", "운행종료");
    stage.shows("/customers/4", "status", "운행종료");
    stage.shows(&format!("/drivercalls/{first}"), "driver", "장윤정");
    stage.shows(&format!("/drivercalls/{second}"), "status", "호출중");
    stage.patch("/driverassigns/4", json!({"status": "운행종료"})).is(200);
    stage
        .patch(&format!("/driverassigns/{second}"), json!({"status": "운행종료"}))
        .is(409)
        .says("not-assigned");
    stage.post("/drivers", driver("새기사", "마포", "자동")).is(201);
    stage.shows(&format!("/drivercalls/{second}"), "driver", "새기사");
    stage.audit();
}

pub(super) fn who_is_off_duty_is_not_available(stage: &mut dyn Stage) {
    nobody_on_duty(stage);
    let n = call(stage);
    stage.shows(&format!("/driverassigns/{n}"), "status", "대리기사할당대기");
    stage.patch("/drivers/5", json!({"status": "대기"})).is(200);
    stage.shows(&format!("/drivercalls/{n}"), "driver", "옥준삼");
    stage.patch("/drivers/5", json!({"status": "휴무"})).is(409).says("driving");
    stage.patch("/drivers/6", json!({"status": "운행중"})).is(409).says("not-driving");
    stage.patch("/drivers/6", json!({"status": "졸음"})).is(400);
    stage.patch("/drivers/99", json!({"status": "휴무"})).is(404);
    stage.audit();
}

//! What time brings, and faults at one exact place each.

use driver::Settings;
use driver::pool::LINE_MAX;
use kernel::{Method, Millis};
use serde_json::{Value, json};
use testkit::stage::Stage;
use testkit::world::World;

fn world() -> World {
    World::new(|| driver::system(Settings::default()))
}

fn refusing() -> World {
    World::new(|| driver::system(Settings { refuse: true, ..Settings::default() }))
}

fn wish() -> Value {
    json!({"tel": "01012345678", "location": "마포", "cost": "25000"})
}

fn call(world: &mut World) -> u64 {
    world.post("/drivercalls", wish()).is(201).number()
}

fn last_message(world: &mut World, n: u64) -> String {
    world.settle();
    world.notices(n).pop().unwrap_or_default()
}

/// Now, and when every deadline has passed.
fn comes_to_rest(world: &mut World) {
    world.settle();
    world.audit(false);
    world.pass(Millis::days(1));
    world.audit(true);
    assert!(world.list("drivers").iter().all(|driver| driver["status"] != "운행중"));
}

#[test]
fn d2_a_call_without_a_driver_ends_after_ten_minutes() {
    let mut world = world();
    let calls: Vec<u64> = (0..7).map(|_| call(&mut world)).collect();
    let n = calls[6];
    world.settle();
    world.pass(Millis::minutes(8));
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출중");
    world.pass(Millis::minutes(3));
    let seen = world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출취소");
    seen.with("reason", "NO_DRIVER");
    world
        .get(&format!("/drivermanages/{n}"))
        .is(200)
        .with("status", "대리기사호출취소")
        .with("reason", "NO_DRIVER");
    world.get(&format!("/customers/{n}")).is(200).with("status", "호출취소").with("reason", "NO_DRIVER");
    assert!(last_message(&mut world, n).contains("갈 수 있는 기사가 없어"));
    assert_eq!(
        world.story(n),
        "Drivercalled → DrivermanageAssigned → DriverassignCancelled → DrivercallCancelled → DrivermanageCancelled"
    );
    comes_to_rest(&mut world);
}

#[test]
fn d2_a_trip_that_nobody_reports_ends_after_three_hours() {
    let mut world = world();
    let n = call(&mut world);
    world.settle();
    world.pass(Millis::minutes(178));
    world.get("/drivers/1").is(200).with("status", "운행중");
    world.pass(Millis::minutes(3));
    world.get("/drivers/1").is(200).with("status", "대기");
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "운행종료");
    world.get(&format!("/driverassigns/{n}")).is(200).with("reason", "UNREPORTED");
    assert!(last_message(&mut world, n).contains("운행이 종료되었습니다"));
    comes_to_rest(&mut world);
}

#[test]
fn d30_a_call_that_drivermanage_never_takes_ends_after_ten_minutes() {
    let mut world = world();
    world.stop_service("drivermanage");
    let n = call(&mut world);
    assert_eq!(world.notes, [format!("Circuit breaker has been opened. Fallback returned instead. {n}")]);
    world.pass(Millis::minutes(11));
    let seen = world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출취소");
    seen.with("reason", "NO_ANSWER");
    assert!(last_message(&mut world, n).contains("배정을 확인하지 못해"));
    world.start_service("drivermanage");
    world.settle();
    // Heard an hour or a day later, it assigns nobody.
    assert!(!world.counts().contains_key("DriverassignCompleted"));
    world.get(&format!("/drivermanages/{n}")).is(200).with("status", "대리기사호출취소");
    assert_eq!(world.notices(n).len(), 1, "told once");
    comes_to_rest(&mut world);
}

#[test]
fn d10_d30_many_calls_while_drivermanage_is_down_are_all_asked_for_when_it_is_back() {
    let mut world = world();
    world.stop_service("drivermanage");
    let calls: Vec<u64> = (0..40)
        .map(|_| {
            let begin = world.now;
            let n = call(&mut world);
            assert_eq!(world.now, begin, "nobody waits");
            n
        })
        .collect();
    world.start_service("drivermanage");
    world.settle();
    for n in &calls[..6] {
        world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출확정");
    }
    for n in &calls[6..] {
        world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출중");
    }
    comes_to_rest(&mut world);
}

#[test]
fn d31_driverassign_may_be_down_for_hours() {
    let mut world = world();
    world.stop_service("driverassign");
    let n = call(&mut world);
    world.pass(Millis::hours(5));
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출중");
    world.start_service("driverassign");
    world.settle();
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출확정").with("driver", "백영곤");
    comes_to_rest(&mut world);
}

#[test]
fn d8_d14_d29_without_drivermanage_a_call_is_refused() {
    let mut world = refusing();
    world.stop_service("drivermanage");
    world.post("/drivercalls", wish()).is(503).says("callee-unavailable");
    world.get("/drivercalls/1").is(404);
    for plural in ["drivercalls", "drivermanages", "driverassigns", "customers"] {
        assert!(world.list(plural).is_empty(), "{plural}");
    }
    world.start_service("drivermanage");
    let n = call(&mut world);
    world.settle();
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출확정");
    assert_eq!(world.list("drivercalls").len(), 1);
    assert_eq!(
        world.story(n),
        "Drivercalled → DrivermanageAssigned → DriverassignCompleted → DrivermanageAssigned"
    );
    assert!(world.notes.is_empty(), "{:?}", world.notes);
    comes_to_rest(&mut world);
}

#[test]
fn d8_d9_a_refusing_system_takes_calls_without_driverassign() {
    let mut world = refusing();
    world.stop_service("driverassign");
    let n = call(&mut world);
    world.settle();
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출중");
    world.delete(&format!("/drivercalls/{n}")).is(204);
    world.start_service("driverassign");
    world.settle();
    world.get("/drivers/1").is(200).with("status", "대기");
    comes_to_rest(&mut world);
}

#[test]
fn d5_one_key_is_one_call() {
    let mut world = world();
    let first = world.send(Method::Post, "/drivercalls", wish(), Some("k"));
    let second = world.send(Method::Post, "/drivercalls", wish(), Some("k"));
    world.crash();
    let third = world.send(Method::Post, "/drivercalls", wish(), Some("k"));
    world.settle();
    for ticket in [first, second, third] {
        assert_eq!(world.peek(ticket).map(|seen| (seen.status, seen.number())), Some((201, 1)));
    }
    assert_eq!(world.counts()["Drivercalled"], 1);
}

#[test]
fn d6_a_trip_that_ended_while_drivercall_was_away_cannot_be_cancelled() {
    let mut world = world();
    let n = call(&mut world);
    world.settle();
    world.stop_service("drivercall");
    world.patch(&format!("/driverassigns/{n}"), json!({"status": "운행종료"})).is(200);
    world.start_service("drivercall");
    world.delete(&format!("/drivercalls/{n}")).is(409).says("already-over");
    comes_to_rest(&mut world);
}

#[test]
fn d7_a_notice_is_sent_although_the_notifier_was_away() {
    let mut world = world();
    world.weather.lose_calls = 1;
    world.weather.lose_answers = 1;
    let n = call(&mut world);
    world.settle();
    world.pass(Millis::minutes(1));
    let told = world.notices(n);
    assert_eq!(told.len(), 2);
    let delivered: Vec<&String> = world.outside.notices.values().collect();
    assert_eq!(delivered, told.iter().collect::<Vec<_>>(), "each once for whoever reads them");
}

#[test]
fn d2_whoever_finds_the_line_full_is_told_at_once_as_after_ten_minutes() {
    let mut world = world();
    for _ in 0..LINE_MAX + 6 {
        world.send(Method::Post, "/drivercalls", wish(), None);
    }
    world.settle();
    let n = call(&mut world);
    world.settle();
    world.get(&format!("/drivercalls/{n}")).is(200).with("status", "호출취소").with("reason", "NO_DRIVER");
    world.get(&format!("/drivermanages/{n}")).is(200).with("status", "대리기사호출취소");
    assert!(last_message(&mut world, n).contains("갈 수 있는 기사가 없어"));
    assert_eq!(
        world.story(n),
        "Drivercalled → DrivermanageAssigned → DriverassignCancelled → DrivercallCancelled → DrivermanageCancelled"
    );
    world.get(&format!("/drivercalls/{}", n - 1)).is(200).with("status", "호출중");
}

//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::exhaustive;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    driver::system(driver::Settings::default())
}

/// Calls are refused, not taken, while drivermanage does not answer.
fn refusing() -> System {
    driver::system(driver::Settings { refuse: true, ..driver::Settings::default() })
}

#[test]
fn every_event_heard_twice_ends_the_same() {
    exhaustive::every_event_heard_twice(system, stories::ALL);
}

#[test]
fn a_crash_after_any_commit_ends_the_same() {
    exhaustive::a_crash_after_each_commit(system, stories::ALL);
}

#[test]
fn a_commit_that_the_store_refuses_ends_the_same() {
    exhaustive::each_commit_refused(system, stories::ALL);
}

/// Seven calls for six drivers: one is cancelled, one trip ends, one waits. Whatever is answered is taken.
fn script(world: &mut World) {
    for _ in 0..7 {
        world.post("/drivercalls", json!({"tel": "01012345678", "location": "마포"}));
    }
    world.settle();
    world.delete("/drivercalls/1");
    world.settle();
    world.patch("/driverassigns/2", json!({"status": "운행종료"}));
    world.settle();
}

#[test]
fn trouble_with_any_call_leaves_nothing_half_done() {
    exhaustive::trouble_with_each_call(system, script);
    exhaustive::trouble_with_each_call(refusing, script);
}

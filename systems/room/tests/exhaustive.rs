//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::exhaustive;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    room::system(room::Settings::default())
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

/// Three bookings: one used, one denied, one moved and left alone. Whatever is answered is taken.
fn script(world: &mut World) {
    for room in [1, 2, 3] {
        let times = json!({"roomId": room, "bookingUserId": "1111", "useStartDtm": "202601020930",
            "useEndDtm": "202601021030"});
        world.post("/bookings", times);
    }
    world.settle();
    world.patch("/confirms/1", json!({"status": "CONFIRMED"}));
    world.post("/realuses", json!({"bookingId": 1}));
    world.patch("/confirms/2", json!({"status": "DENIED"}));
    world.patch(
        "/bookings/3",
        json!({"roomId": 1, "useStartDtm": "202601021030", "useEndDtm": "202601021100"}),
    );
    world.settle();
    world.patch("/realuses/1", json!({"realUseEndDtm": "123456"}));
    world.settle();
}

#[test]
fn trouble_with_any_call_leaves_nothing_half_done() {
    exhaustive::trouble_with_each_call(system, script);
}

//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::exhaustive;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    taxi::system(taxi::Settings::default())
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

/// Two orders, one confirmed with a taxi and cancelled, one left alone. Whatever is answered is taken.
fn script(world: &mut World) {
    let card = json!({"orderType": "basic", "name": "Jung", "cardNo": "4111111111115656"});
    world.post("/taxis", json!({"taxiName": "sonata", "stockCnt": 1}));
    for _ in 0..2 {
        world.post("/orders", card.clone());
    }
    world.settle();
    world.post("/reservations", json!({"orderId": 1, "status": "confirmed", "taxiId": 1}));
    world.settle();
    world.patch("/orders/1", json!({"status": "cancelled"}));
    world.settle();
    world.post("/reservations", json!({"orderId": 2, "status": "confirmed", "taxiId": 1}));
    world.settle();
}

#[test]
fn trouble_with_any_call_leaves_nothing_half_done() {
    exhaustive::trouble_with_each_call(system, script);
}

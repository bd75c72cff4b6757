//! Faults at one exact place each: what a machine does at a bad moment.

use kernel::{Method, Millis, System};
use serde_json::json;
use testkit::world::World;

fn world() -> World {
    World::new(|| -> System { taxi::system(taxi::Settings::default()) })
}

fn order(world: &mut World, key: Option<&str>) -> testkit::world::Ticket {
    world.send(Method::Post, "/orders", json!({"orderType": "basic", "name": "Jung"}), key)
}

#[test]
fn a_lane_that_is_late_takes_the_answer_before_the_deadline() {
    let mut world = world();
    world.weather.delay_ms = 100;
    let ticket = order(&mut world, None);
    world.now = world.now + Millis(400);
    world.settle();
    assert_eq!(world.peek(ticket).map(|seen| seen.status), Some(201));
    world.audit(false);
}

#[test]
fn a_key_whose_503_was_not_stored_is_still_pending() {
    let mut world = world();
    world.weather.delay_ms = 5_000;
    let first = order(&mut world, Some("k"));
    world.refuse_next_commit();
    world.now = world.now + Millis(300);
    world.play(1, Millis(0));
    assert_eq!(world.refusals, 1);
    let second = order(&mut world, Some("k"));
    world.settle();
    for ticket in [first, second] {
        assert_eq!(world.peek(ticket).map(|seen| seen.status), Some(503));
    }
    assert_eq!(world.counts()["OrderRequested"], 1, "one key, one order");
    let third = order(&mut world, Some("k"));
    world.weather.delay_ms = 1;
    world.settle();
    assert!(world.peek(third).is_some(), "after a 503 the key may try again");
    world.audit(false);
}

#[test]
fn a_void_is_acknowledged_while_the_provider_is_silent() {
    let mut world = world();
    world.weather.delay_ms = 3_600_000;
    order(&mut world, None);
    world.play(20, Millis::seconds(1));
    assert_eq!(world.counts().get("OrderVoided"), Some(&1));
}

#[test]
fn a_lost_answer_is_asked_for_again_although_nobody_comes() {
    let mut world = world();
    let ticket = order(&mut world, None);
    world.weather.lose_answers = 1;
    world.settle();
    assert_eq!(world.peek(ticket).map(|seen| seen.status), Some(201));
    world.get("/mypages/1").is(200).with("status", "Reservation Complete");
}

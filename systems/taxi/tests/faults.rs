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

/// So many orders, one after the other; how each was answered, and how long it took in simulated time.
fn orders(world: &mut World, count: usize) -> Vec<(u16, u64)> {
    let body = json!({"orderType": "prime", "name": "Jung"});
    let mut one = || {
        let begin = world.now;
        let status = world.ask(Method::Post, "/orders", body.clone()).status;
        (status, world.now.since(begin).0)
    };
    (0..count).map(|_| one()).collect()
}

#[test]
fn t16_t32_a_breaker_turns_orders_away_at_once_and_lets_them_in_again() {
    let mut world = world();
    world.weather.delay_ms = 5_000;
    // 20 in 10 s, all of them in vain: it opens.
    assert_eq!(orders(&mut world, 20), vec![(503, 300); 20]);
    assert_eq!(orders(&mut world, 30), vec![(503, 0); 30], "nobody waits any more");
    assert_eq!(world.counts()["OrderRequested"], 20, "an order that is turned away leaves nothing");
    assert_eq!(
        world.notes,
        ["circuit breaker taxi.order -> payment opened: 20 of 20 calls failed; next try in 5 s"]
    );

    // One call finds that payment is still slow: it stays open, for longer.
    world.pass(Millis::seconds(5));
    assert_eq!(orders(&mut world, 3), [(503, 300), (503, 0), (503, 0)]);
    world.weather.delay_ms = 1;
    world.pass(Millis::seconds(9));
    assert_eq!(orders(&mut world, 1), [(503, 0)]);
    world.pass(Millis::seconds(1));
    assert_eq!(orders(&mut world, 30), vec![(201, 1); 30], "one call found it well: all go in");
    world.settle();
    world.audit(false);
    assert_eq!(world.list("orders").len(), 30);
    world.pass(Millis::days(9));
    world.audit(true);
}

#[test]
fn t32_a_provider_that_cannot_be_asked_turns_orders_away_at_once() {
    let mut world = world();
    world.without_port("provider");
    assert_eq!(orders(&mut world, 1), [(503, 0)]);
    assert!(world.list("orders").is_empty());
    world.settle();
    world.audit(false);
}

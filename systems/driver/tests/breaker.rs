//! The circuit breaker between drivercall and drivermanage, with drivermanage in a process of its own that is slow.

use kernel::{Method, Millis, System};
use serde_json::{Value, json};
use testkit::world::World;

/// What the source document waits for drivermanage.
const WITHIN: Millis = Millis(610);

fn world(fallback: &'static str) -> World {
    let make = move || -> System {
        let source = |name: &str| (name == "HOLDFAST_DRIVER_FALLBACK").then(|| fallback.to_owned());
        driver::system(driver::Settings::read(&kernel::Settings::new(&source)).expect("they are right"))
    };
    let mut world = World::new(make);
    world.elsewhere("drivermanage");
    world.weather.delay_ms = 5_000;
    world
}

/// The load of the document: neither status nor place.
fn call() -> Value {
    json!({"tel": "1234567890", "cost": 3000})
}

/// So many calls at once, answered after the time limit.
fn crowd(world: &mut World, status: u16) {
    let tickets: Vec<_> = (0..30).map(|_| world.send(Method::Post, "/drivercalls", call(), None)).collect();
    assert!(tickets.iter().all(|ticket| world.peek(*ticket).is_none()), "all wait");
    world.now = world.now + WITHIN;
    world.play(1, Millis(0));
    for ticket in tickets {
        assert_eq!(world.peek(ticket).map(|seen| seen.status), Some(status));
    }
}

fn at_once(world: &mut World, status: u16) {
    let begin = world.now;
    for _ in 0..30 {
        assert_eq!(world.ask(Method::Post, "/drivercalls", call()).status, status);
    }
    assert_eq!(world.now, begin, "nobody waits any more");
}

fn note(world: &World, text: &str) -> bool {
    world.notes.iter().any(|note| note.contains(text))
}

#[test]
fn d10_d30_d34_with_fallback_calls_are_taken_at_once_while_drivermanage_is_slow() {
    let mut world = world("accept");
    crowd(&mut world, 201);
    assert!(note(&world, "circuit breaker driver.drivercall -> drivermanage opened: 20 of 20 calls failed"));
    assert!(note(&world, "Circuit breaker has been opened. Fallback returned instead. 1"));
    at_once(&mut world, 201);
    world.weather.delay_ms = 1;
    world.pass(Millis::minutes(2));
    assert!(note(&world, "driver.drivercall -> drivermanage closed"));
    // Asked again, each call was taken after all.
    assert_eq!((world.list("drivercalls").len(), world.counts()["CallTaken"]), (60, 60));
}

#[test]
fn d8_d10_d29_d34_without_fallback_calls_are_turned_away_at_once() {
    let mut world = world("refuse");
    crowd(&mut world, 503);
    at_once(&mut world, 503);
    assert!(world.list("drivercalls").is_empty());
    world.weather.delay_ms = 1;
    world.pass(Millis::seconds(6));
    assert_eq!(world.ask(Method::Post, "/drivercalls", call()).status, 201);
    assert!(note(&world, "driver.drivercall -> drivermanage closed"));
    for _ in 0..30 {
        assert_eq!(world.ask(Method::Post, "/drivercalls", call()).status, 201);
    }
}

//! The circuit breaker between booking and payment, with payment in a process of its own that is slow.

use kernel::{Method, Millis, System};
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::World;

/// What the source document waits for payment.
const WITHIN: Millis = Millis(610);

/// So many bookings, one after the other; how each was answered, and how long it took in simulated time.
fn bookings(world: &mut World, count: usize) -> Vec<(u16, u64)> {
    let mut one = || {
        let begin = world.now;
        let status =
            world.ask(Method::Post, "/bookings", json!({"concertId": 1, "userId": 1, "qty": 5})).status;
        (status, world.now.since(begin).0)
    };
    (0..count).map(|_| one()).collect()
}

#[test]
fn c12_c24_c29_a_breaker_answers_bookings_at_once_while_payment_is_slow() {
    let mut world = World::new(|| -> System { concert::system(concert::Settings::default()) });
    world.post("/concerts", json!({"name": "IU 2020", "ticketQty": 1_000})).is(201);
    world.elsewhere("payment");
    world.weather.delay_ms = 5_000;
    let note = |world: &World, text: &str| world.notes.iter().any(|note| note.contains(text));
    // Many at once: each is taken, after payment was waited for in vain; then it opens.
    let wish = json!({"concertId": 1, "userId": 1, "qty": 5});
    let crowd: Vec<_> = (0..30).map(|_| world.send(Method::Post, "/bookings", wish.clone(), None)).collect();
    assert!(crowd.iter().all(|ticket| world.peek(*ticket).is_none()), "all wait");
    world.now = world.now + WITHIN;
    world.play(1, Millis(0));
    assert!(crowd.iter().all(|ticket| world.peek(*ticket).is_some_and(|seen| seen.status == 201)));
    assert!(note(&world, "Circuit breaker has been opened. Fallback returned instead."));
    assert!(note(&world, "concert.booking -> payment opened: 20 of 20 calls failed; next try in 5 s"));
    assert_eq!(bookings(&mut world, 30), vec![(201, 0); 30], "nobody waits any more");
    assert_eq!(world.list("bookings").len(), 60, "and nobody is turned away");

    // One call finds payment well: it closes, and whoever books can pay at once again.
    world.weather.delay_ms = 1;
    world.pass(Millis::minutes(2));
    assert!(note(&world, "concert.booking -> payment closed"));
    assert_eq!(bookings(&mut world, 30), vec![(201, 1); 30]);
}

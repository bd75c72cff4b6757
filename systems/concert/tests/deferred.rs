//! The deferred call of booking to payment, with payment in a process of its own: held, let go, answered late, lost,
//! given up, and a crash between. What payment itself does is told elsewhere.

use kernel::{Method, Millis, System, Time};
use serde_json::{Value, json};
use testkit::seen::Seen;
use testkit::stage::Stage;
use testkit::world::{Ticket, World};

/// What the source document waits for payment.
const WITHIN: Millis = Millis(610);

fn world(delay_ms: u64) -> World {
    let mut world = World::new(|| -> System { concert::system(concert::Settings::default()) });
    world.elsewhere("payment");
    world.weather.delay_ms = delay_ms;
    world
}

fn book(world: &mut World, key: Option<&str>) -> Ticket {
    world.send(Method::Post, "/bookings", json!({"concertId": 1, "userId": 1, "qty": 5}), key)
}

/// Plays until the request is answered; how, and when that was.
#[track_caller]
fn answered(world: &mut World, ticket: Ticket) -> (Seen, Time) {
    for _ in 0..1_000 {
        if let Some(seen) = world.peek(ticket) {
            return (seen.is(201), world.now);
        }
        world.play(1, Millis::minutes(1));
    }
    panic!("it is never answered")
}

fn payment_status(world: &mut World) -> Value {
    world.get("/bookings/1").is(200).body["paymentStatus"].clone()
}

#[test]
fn c12_c14_a_client_is_held_until_payment_has_answered() {
    let mut world = world(609);
    let begin = world.now;
    let ticket = book(&mut world, None);
    assert_eq!(payment_status(&mut world), "Deferred", "visible at once");
    assert_eq!(world.story(1), "BookingRequested", "and said");
    let (seen, at) = answered(&mut world, ticket);
    assert_eq!(at, begin + Millis(609));
    seen.with("paymentStatus", "PaymentRequested").with("status", "BookingRequested");
    assert!(world.notes.is_empty(), "{:?}", world.notes);
}

#[test]
fn c12_c24_a_client_is_let_go_in_time_and_the_answer_still_counts() {
    let mut world = world(900);
    let begin = world.now;
    let ticket = book(&mut world, None);
    let (seen, at) = answered(&mut world, ticket);
    assert_eq!(at, begin + WITHIN);
    seen.with("paymentStatus", "Deferred").with("status", "BookingRequested");
    let fallback = "Circuit breaker has been opened. Fallback returned instead. 1";
    assert_eq!(world.notes, [fallback]);
    world.settle();
    assert_eq!(payment_status(&mut world), "PaymentRequested");
    assert_eq!((world.notes.len(), world.outbound), (1, 1), "said once, asked once");
}

#[test]
fn c12_c23_what_gets_lost_is_asked_again() {
    for lose_call in [true, false] {
        let mut world = world(1);
        (world.weather.lose_calls, world.weather.lose_answers) =
            (u32::from(lose_call), u32::from(!lose_call));
        let ticket = book(&mut world, None);
        let (seen, _) = answered(&mut world, ticket);
        seen.with("paymentStatus", "PaymentRequested");
        assert_eq!(world.outbound, 2);
        assert_eq!(world.list("bookings").len(), 1);
    }
}

#[test]
fn c10_c12_nobody_waits_longer_than_a_booking_may_be_unpaid() {
    let mut world = world(1);
    world.weather.lose_calls = u32::MAX;
    let begin = world.now;
    let ticket = book(&mut world, None);
    let (seen, at) = answered(&mut world, ticket);
    assert_eq!(at, begin + WITHIN);
    seen.with("paymentStatus", "Deferred");
    world.pass(Millis::minutes(8));
    assert_eq!(payment_status(&mut world), "Deferred");
    world.pass(Millis::minutes(3));
    world.get("/bookings/1").is(200).with("status", "BookingCanceled").with("reason", "EXPIRED");
    let asked = world.outbound;
    world.pass(Millis::hours(1));
    assert_eq!(world.outbound, asked, "nobody is asked any more");
    assert_eq!(world.story(1), "BookingRequested → BookingCanceled");
}

#[test]
fn c10_a_crash_while_the_call_is_out_loses_neither_call_nor_key() {
    for delay_ms in [300, 900] {
        let mut world = world(delay_ms);
        let first = book(&mut world, Some("k"));
        world.crash();
        assert_eq!(world.peek(first), None, "the connection broke");
        let again = book(&mut world, Some("k"));
        let (seen, _) = answered(&mut world, again);
        assert_eq!(seen.number(), 1);
        world.settle();
        let late = book(&mut world, Some("k"));
        world.settle();
        let seen = world.peek(late).expect("answered");
        assert_eq!((seen.status, seen.replayed, seen.number()), (201, true, 1));
        assert_eq!(world.list("bookings").len(), 1, "one key, one booking");
        assert_eq!(payment_status(&mut world), "PaymentRequested");
        assert_eq!(world.counts()["PaymentOpened"], 1);
    }
}

#[test]
fn c7_c12_a_cancel_while_the_call_is_out_lets_its_client_go() {
    let mut world = world(500);
    let held = book(&mut world, None);
    world.delete("/bookings/1").is(204);
    answered(&mut world, held);
    world.settle();
    world.get("/bookings/1").is(404);
    assert_eq!(world.story(1), "BookingRequested → BookingCanceled");
}

//! What time brings, and faults at one exact place each.

use kernel::{Method, Millis, System};
use serde_json::{Value, json};
use testkit::world::World;

/// What they say is more than a service hears in its first step.
const WALK_INS: usize = 5_000;
/// A room at ten in Seoul: an hour after the world begins.
const SOON: (&str, &str) = ("202601011000", "202601011100");

fn system() -> System {
    room::system(room::Settings::default())
}

fn details() -> Value {
    json!({"roomId": 1, "bookingUserId": "1111", "useStartDtm": SOON.0, "useEndDtm": SOON.1})
}

fn booked(world: &mut World) -> u64 {
    let n = world.ask(Method::Post, "/bookings", details()).is(201).number();
    world.settle();
    n
}

#[test]
fn r5_r20_a_room_that_nobody_comes_for_is_free_again() {
    let mut world = World::new(system);
    let n = booked(&mut world);
    world.pass(Millis::minutes(70));
    world.get(&format!("/bookings/{n}")).is(200).with("reason", Value::Null);
    world.ask(Method::Post, "/bookings", details()).is(409).says("already-booked");
    world.pass(Millis::minutes(6));
    world.get(&format!("/bookings/{n}")).is(200).with("reason", "NO_SHOW");
    world.get(&format!("/confirms/{n}")).is(404);
    world.get(&format!("/bookingLists/{n}")).is(404);
    let story = "BookingCreated → ConfirmRequested → EmailSent → BookingCancelled → EmailSent";
    assert_eq!(world.story(n), story);
    assert_eq!(world.notices(n).last().map(String::as_str), Some("reservation has been canceled"));
    world.ask(Method::Post, "/realuses", json!({"bookingId": n})).is(409).says("booking-over");
    world.ask(Method::Post, "/bookings", details()).is(201);
    world.pass(Millis::days(1));
    // The second was made when its hour had begun: it is entered, not expected.
    world.get(&format!("/bookings/{}", n + 2)).is(200).with("reason", Value::Null);
    world.audit(true);
}

#[test]
fn r29_whoever_has_come_keeps_the_room() {
    let mut world = World::new(system);
    let n = booked(&mut world);
    let usage = world.ask(Method::Post, "/realuses", json!({"bookingId": n})).is(201).number();
    world.pass(Millis::days(2));
    world.get(&format!("/bookings/{n}")).is(200).with("reason", Value::Null);
    world.ask(Method::Patch, &format!("/realuses/{usage}"), json!({"realUseEndDtm": "1"})).is(200);
    world.get(&format!("/bookings/{n}")).is(404);
    world.settle();
    world.audit(true);
}

#[test]
fn r29_whoever_comes_while_booking_is_down_keeps_the_room() {
    let mut world = World::new(system);
    let n = booked(&mut world);
    world.stop_service("booking");
    world.ask(Method::Post, "/realuses", json!({"bookingId": n})).is(201);
    world.pass(Millis::hours(3));
    world.start_service("booking");
    world.settle();
    world.get(&format!("/bookings/{n}")).is(200).with("reason", Value::Null);
    world.audit(true);
}

#[test]
fn r29_whoever_comes_behind_a_long_backlog_keeps_the_room() {
    let mut world = World::new(system);
    let n = booked(&mut world);
    world.stop_service("booking");
    for _ in 0..WALK_INS {
        world.ask(Method::Post, "/realuses", json!({})).is(201);
    }
    world.ask(Method::Post, "/realuses", json!({"bookingId": n})).is(201);
    world.pass(Millis::hours(3));
    world.start_service("booking");
    world.play(1, Millis(0));
    let late = format!("booking has not heard yet what became of booking {n}");
    let pending = world.findings(true);
    assert!(pending.iter().any(|what| what.contains(&late)), "more than is heard at once: {pending:?}");
    world.settle();
    world.get(&format!("/bookings/{n}")).is(200).with("reason", Value::Null);
    assert_eq!(world.counts().get("BookingCancelled"), None, "somebody came");
    world.audit(true);
}

#[test]
fn r15_a_booking_that_was_changed_waits_on() {
    let mut world = World::new(system);
    let n = booked(&mut world);
    world.pass(Millis::minutes(65));
    world.ask(Method::Patch, &format!("/bookings/{n}"), json!({"useEndDtm": "202601011800"})).is(200);
    world.pass(Millis::minutes(11));
    world.get(&format!("/bookings/{n}")).is(200).with("reason", "NO_SHOW");
    world.ask(Method::Post, "/bookings", details()).is(201);
    world.settle();
    world.audit(false);
}

#[test]
fn r6_r8_r14_without_booking_the_answer_is_immediate() {
    let mut world = World::new(system);
    let n = booked(&mut world);
    world.ask(Method::Post, "/realuses", json!({"bookingId": n})).is(201);
    world.stop_service("booking");
    let (now, said) = (world.now, world.counts());
    for _ in 0..3 {
        world.ask(Method::Patch, "/realuses/1", json!({"realUseEndDtm": "1"})).is(503);
        world.ask(Method::Patch, &format!("/confirms/{n}"), json!({"status": "DENIED"})).is(503);
    }
    assert_eq!((world.now, world.counts()), (now, said), "at once, and nothing is written");
    world.start_service("booking");
    world.ask(Method::Patch, "/realuses/1", json!({"realUseEndDtm": "1"})).is(200);
    world.settle();
    world.audit(true);
}

#[test]
fn r15_of_two_at_the_same_time_one_has_the_room() {
    let mut world = World::new(system);
    let tickets: Vec<_> = (0..9).map(|_| world.send(Method::Post, "/bookings", details(), None)).collect();
    world.settle();
    let answers: Vec<u16> =
        tickets.iter().filter_map(|ticket| world.peek(*ticket)).map(|seen| seen.status).collect();
    assert_eq!((answers.len(), answers.iter().filter(|status| **status == 201).count()), (9, 1));
    assert!(answers.iter().all(|status| [201, 409].contains(status)), "{answers:?}");
    world.audit(false);
}

#[test]
fn r15_the_same_key_books_once() {
    let mut world = World::new(system);
    let first = world.send(Method::Post, "/bookings", details(), Some("k"));
    world.settle();
    let second = world.send(Method::Post, "/bookings", details(), Some("k"));
    world.settle();
    let [first, second] = [first, second].map(|ticket| world.peek(ticket).expect("it is answered"));
    assert_eq!((first.status, second.status, first.id), (201, 201, second.id));
    assert!(second.replayed);
    assert_eq!(world.counts()["BookingCreated"], 1);
}

#[test]
fn r13_a_lost_answer_of_the_post_sends_no_second_notice() {
    let mut world = World::new(system);
    world.weather.lose_answers = 1;
    let n = booked(&mut world);
    world.pass(Millis::minutes(2));
    assert_eq!(world.story(n), "BookingCreated → ConfirmRequested → EmailSent");
    assert_eq!((world.outside.notices.len(), world.outside.deliveries), (1, 2));
    assert_eq!(world.list("notifications").len(), 1);
}

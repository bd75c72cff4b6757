//! Faults at one exact place each: what happens when somebody is late, silent or gone at a bad moment.

use kernel::{Method, Millis, System, Time};
use serde_json::{Value, json};
use testkit::stage::Stage;
use testkit::world::{Ticket, Twists, World};

const ORDER: &str = "BookingRequested";

fn world() -> World {
    let mut world = World::new(|| -> System { concert::system(concert::Settings::default()) });
    world.post("/concerts", json!({"name": "IU 2020", "ticketQty": 10})).is(201);
    world.settle();
    world
}

fn wanted(qty: u64) -> Value {
    json!({"concertId": 1, "userId": 1, "qty": qty})
}

/// A booking that can be paid.
fn booked(world: &mut World) -> u64 {
    let n = world.post("/bookings", wanted(4)).is(201).number();
    world.settle();
    n
}

fn pay(world: &mut World, n: u64, card: Option<&str>, key: Option<&str>) -> Ticket {
    let body = json!({"status": "PaymentApproved", "cardNo": card.unwrap_or("4111111111115656")});
    world.send(Method::Patch, &format!("/payments/{n}"), body, key)
}

/// Plays until the request is answered; its status, and when that was.
#[track_caller]
fn answered(world: &mut World, ticket: Ticket) -> (u16, Time) {
    for _ in 0..1_000 {
        if let Some(seen) = world.peek(ticket) {
            return (seen.status, world.now);
        }
        world.play(1, Millis::minutes(1));
    }
    panic!("it is never answered");
}

fn status(world: &mut World, path: &str) -> Value {
    world.get(path).is(200).body["status"].clone()
}

fn left(world: &mut World, tickets: u64) {
    world.get("/concerts/1").is(200).with("ticketQty", tickets);
}

/// Captured and not given back: by account.
fn kept(world: &World) -> Vec<&str> {
    let accounts = world.outside.accounts.iter();
    accounts.filter(|(_, one)| one.captured && !one.returned).map(|(name, _)| name.as_str()).collect()
}

#[test]
fn c12_c24_who_books_while_payment_is_down_is_told_at_once_to_pay_later() {
    let mut world = world();
    world.stop_service("payment");
    let begin = world.now;
    let ticket = world.send(Method::Post, "/bookings", wanted(4), None);
    assert_eq!(answered(&mut world, ticket), (201, begin));
    let seen = world.peek(ticket).expect("answered");
    seen.with("paymentStatus", "Deferred").with("status", ORDER);
    assert_eq!(world.story(1), ORDER, "said at once, once");
    world.settle();
    world.start_service("payment");
    world.settle();
    world.get("/bookings/1").is(200).with("paymentStatus", "PaymentRequested");
    assert_eq!(world.counts()["PaymentRequested"], 1, "asked often, requested once");
    world.audit(false);
}

#[test]
fn c12_payment_is_asked_again_and_again_until_it_is_back() {
    let mut world = world();
    world.stop_service("payment");
    world.post("/bookings", wanted(4)).is(201);
    world.pass(Millis::minutes(5));
    assert_eq!(status(&mut world, "/bookings/1"), ORDER);
    world.start_service("payment");
    world.settle();
    assert_eq!(status(&mut world, "/payments/1"), "PaymentRequested");
    world.audit(false);
}

#[test]
fn c4_c12_who_was_told_to_pay_later_pays_before_booking_has_asked_again() {
    let mut world = world();
    world.stop_service("payment");
    let n = world.post("/bookings", wanted(4)).is(201).with("paymentStatus", "Deferred").number();
    // Booking is away before payment is back: payment has heard what it costs, and nobody asks for it.
    world.stop_service("booking");
    world.start_service("payment");
    world.settle();
    world.get("/payments/1").is(404);
    let ticket = pay(&mut world, n, None, None);
    assert_eq!(answered(&mut world, ticket).0, 200);
    world.start_service("booking");
    world.settle();
    assert_eq!(kept(&world), ["concert.payment/1"]);
    assert_eq!(status(&mut world, "/bookingHistories/1"), "BookingApproved");
    assert_eq!(world.counts()["PaymentRequested"], 1);
    left(&mut world, 6);
    world.audit(true);
}

#[test]
fn c5_c27_a_booking_that_was_paid_in_time_does_not_end_because_booking_was_away() {
    let mut world = world();
    let n = booked(&mut world);
    world.stop_service("booking");
    // More than the 8,192 rows that are heard in one step, before it comes to what counts.
    for user in 0..9_000 {
        world.post("/users", json!({"name": format!("user {user}")})).is(201);
    }
    let ticket = pay(&mut world, n, None, None);
    assert_eq!(answered(&mut world, ticket).0, 200);
    world.pass(Millis::minutes(11));
    world.start_service("booking");
    world.settle();
    world.get("/bookings/1").is(200).with("status", "BookingApproved").with("reason", Value::Null);
    assert_eq!(kept(&world), ["concert.payment/1"]);
    left(&mut world, 6);
    world.audit(true);
}

#[test]
fn c10_c12_a_booking_that_payment_never_took_ends() {
    let mut world = world();
    world.stop_service("payment");
    world.post("/bookings", wanted(4)).is(201);
    world.pass(Millis::minutes(11));
    world.get("/bookings/1").is(200).with("status", "BookingCanceled").with("reason", "EXPIRED");
    assert_eq!(status(&mut world, "/bookingHistories/1"), "BookingCanceled");
    world.start_service("payment");
    world.settle();
    assert_eq!(status(&mut world, "/bookingHistories/1"), "PaymentCanceled");
    left(&mut world, 10);
    assert!(world.outside.accounts.is_empty(), "the provider was never asked");
    world.audit(true);
}

#[test]
fn c10_a_crash_while_payment_is_asked_loses_neither_call_nor_key() {
    for running in [false, true] {
        let mut world = World::twisted(
            || concert::system(concert::Settings::default()),
            Twists { crash_after_commit: Some(1), ..Twists::default() },
        );
        if !running {
            world.stop_service("payment");
        }
        let first = world.send(Method::Post, "/bookings", wanted(4), Some("k"));
        assert_eq!(
            (world.crashes, world.peek(first)),
            (1 + u64::from(!running), None),
            "the connection broke"
        );
        let again = world.send(Method::Post, "/bookings", wanted(4), Some("k"));
        assert_eq!(answered(&mut world, again).0, 201);
        if !running {
            world.start_service("payment");
        }
        let late = world.send(Method::Post, "/bookings", wanted(4), Some("k"));
        world.settle();
        let seen = world.peek(late).expect("answered");
        assert_eq!((seen.status, seen.replayed, seen.number()), (201, true, 1));
        assert_eq!(world.list("bookings").len(), 1, "one key, one booking");
        world.get("/bookings/1").is(200).with("paymentStatus", "PaymentRequested");
        world.audit(false);
    }
}

#[test]
fn c7_c12_a_cancel_before_payment_was_reached_ends_the_asking() {
    let mut world = world();
    world.stop_service("payment");
    world.post("/bookings", wanted(4)).is(201);
    world.delete("/bookings/1").is(204);
    world.start_service("payment");
    world.settle();
    assert_eq!(world.counts().get("PaymentRequested"), None, "the request is not asked any more");
    assert_eq!(status(&mut world, "/bookingHistories/1"), "PaymentCanceled");
    world.audit(true);
}

#[test]
fn c10_a_booking_that_nobody_pays_ends() {
    let mut world = world();
    let n = booked(&mut world);
    world.pass(Millis::minutes(8));
    assert_eq!(status(&mut world, "/bookings/1"), ORDER);
    world.pass(Millis::minutes(3));
    world.get("/bookings/1").is(200).with("status", "BookingCanceled").with("reason", "EXPIRED");
    assert_eq!(status(&mut world, "/bookingHistories/1"), "PaymentCanceled");
    let late = pay(&mut world, n, None, None);
    assert_eq!(answered(&mut world, late).0, 409);
    left(&mut world, 10);
    world.audit(true);
}

#[test]
fn c4_a_silent_provider_is_waited_for_a_second() {
    let mut world = world();
    let n = booked(&mut world);
    world.weather.delay_ms = 5_000;
    let begin = world.now;
    let ticket = pay(&mut world, n, None, Some("k"));
    assert_eq!(answered(&mut world, ticket), (503, begin + Millis(1_000)));
    // While the first try is still open, the second is granted, and the same key may be used again.
    world.weather.delay_ms = 1;
    let again = pay(&mut world, n, None, Some("k"));
    assert_eq!(answered(&mut world, again).0, 200);
    world.settle();
    assert_eq!(kept(&world), ["concert.payment+2/1"], "one try is charged");
    assert!(world.outside.accounts["concert.payment/1"].returned, "what came late went back");
    assert_eq!(status(&mut world, "/bookingHistories/1"), "BookingApproved");
    world.audit(true);
}

#[test]
fn c4_an_answer_that_comes_just_in_time_counts() {
    let mut world = world();
    let n = booked(&mut world);
    world.weather.delay_ms = 999;
    let ticket = pay(&mut world, n, None, None);
    assert_eq!(answered(&mut world, ticket).0, 200);
    world.settle();
    assert_eq!(kept(&world), ["concert.payment/1"]);
    world.audit(true);
}

#[test]
fn c4_a_crash_while_the_provider_is_asked() {
    for lost in [true, false] {
        let mut world = world();
        let n = booked(&mut world);
        world.weather.delay_ms = 500;
        pay(&mut world, n, None, Some("k"));
        world.crash();
        if lost {
            // It took longer to start again than anybody waits.
            world.now = world.now + Millis(3_000);
        }
        let again = pay(&mut world, n, None, Some("k"));
        let (status, _) = answered(&mut world, again);
        assert_eq!(status, if lost { 503 } else { 200 });
        world.settle();
        assert_eq!(kept(&world).len(), usize::from(!lost));
        world.audit(false);
    }
}

#[test]
fn c4_two_who_pay_at_once_are_charged_once() {
    let mut world = world();
    let n = booked(&mut world);
    world.weather.delay_ms = 300;
    let (first, second) = (pay(&mut world, n, None, None), pay(&mut world, n, None, None));
    let other = pay(&mut world, n, Some("4111111111111234"), None);
    assert_eq!(answered(&mut world, other).0, 409, "another card is not charged beside");
    assert_eq!((answered(&mut world, first).0, answered(&mut world, second).0), (200, 200));
    world.settle();
    assert_eq!(kept(&world), ["concert.payment/1"]);
    world.audit(true);
}

#[test]
fn c7_a_cancel_that_crosses_the_payment() {
    let mut world = world();
    let n = booked(&mut world);
    world.weather.delay_ms = 500;
    let ticket = pay(&mut world, n, None, None);
    world.delete("/bookings/1").is(204);
    let (status, _) = answered(&mut world, ticket);
    assert_eq!(status, 409, "who pays is told at once");
    world.settle();
    assert!(kept(&world).is_empty());
    assert!(world.outside.accounts["concert.payment/1"].returned);
    world.get("/bookingHistories/1").is(200).with("status", "PaymentCanceled");
    left(&mut world, 10);
    world.audit(true);
}

#[test]
fn c7_c8_a_cancel_while_the_money_is_being_taken() {
    let mut world = world();
    let n = booked(&mut world);
    let ticket = pay(&mut world, n, None, None);
    world.weather.delay_ms = 2_000;
    assert_eq!(answered(&mut world, ticket).0, 200, "granted is approved; taking it goes forward");
    left(&mut world, 6);
    world.delete("/bookings/1").is(204);
    assert_eq!(status(&mut world, "/payments/1"), "PaymentApproved", "until it is given back");
    world.settle();
    assert!(kept(&world).is_empty());
    assert_eq!(status(&mut world, "/payments/1"), "PaymentCanceled");
    left(&mut world, 10);
    world.audit(true);
}

#[test]
fn c7_c8_what_the_provider_will_not_take_ends_the_booking() {
    let mut world = world();
    let n = booked(&mut world);
    world.weather.delay_ms = 500;
    let ticket = pay(&mut world, n, None, None);
    let account = |world: &mut World, authorized| {
        let account = world.outside.accounts.get_mut("concert.payment/1");
        account.expect("it was asked").authorized = authorized;
    };
    // The provider forgets what it has granted, and will not capture it.
    account(&mut world, false);
    assert_eq!(answered(&mut world, ticket).0, 200);
    world.settle();
    world.get("/bookings/1").is(200).with("status", "BookingCanceled").with("reason", "PAYMENT");
    assert_eq!(status(&mut world, "/bookingHistories/1"), "PaymentCanceled");
    left(&mut world, 10);
    account(&mut world, true);
    world.audit(true);
}

#[test]
fn c3_parallel_bookings_stay_within_the_limit_of_a_user() {
    let settings = concert::Settings { tickets_per_user: 4, ..concert::Settings::default() };
    let mut world = World::new(move || concert::system(settings.clone()));
    world.post("/concerts", json!({"name": "IU 2020", "ticketQty": 100})).is(201);
    world.stop_service("payment");
    let sent: Vec<Ticket> = (0..5).map(|_| world.send(Method::Post, "/bookings", wanted(2), None)).collect();
    let answers: Vec<u16> = sent.into_iter().map(|ticket| answered(&mut world, ticket).0).collect();
    assert_eq!(answers, [201, 201, 409, 409, 409]);
    let other = json!({"concertId": 1, "userId": 2, "qty": 4});
    world.post("/bookings", other).is(201);
    world.post("/bookings", json!({"concertId": 2, "userId": 1, "qty": 4})).is(201);
    world.delete("/bookings/1").is(204);
    world.post("/bookings", wanted(3)).is(409).says("ticket-limit");
    world.post("/bookings", wanted(2)).is(201);
    world.start_service("payment");
    world.pass(Millis::minutes(11));
    world.post("/bookings", wanted(4)).is(201);
    world.audit(false);
}

/// So many tries in vain that the breaker between payment and provider opens.
fn breaker_opens(world: &mut World) {
    world.weather.delay_ms = 120_000;
    for n in 1..=20 {
        world.post("/bookings", json!({"concertId": 9, "userId": 1, "qty": 1})).is(201).with("status", ORDER);
        pay(world, n, None, None);
    }
}

#[test]
fn c4_c12_while_the_provider_is_taken_for_dead_nobody_waits_for_it() {
    let mut world = world();
    breaker_opens(&mut world);
    let last = world.post("/bookings", wanted(4)).is(201).number();
    let held = pay(&mut world, last, None, None);
    let begin = world.now;
    assert_eq!(answered(&mut world, held), (503, begin + Millis(1_000)), "who was asked for is told in time");
    let begin = world.now;
    let charged = world.counts()["PaymentCharging"];
    let refused = pay(&mut world, last, None, None);
    assert_eq!(answered(&mut world, refused), (503, begin), "at once");
    assert_eq!(world.counts()["PaymentCharging"], charged, "and nothing is written");
    world.weather.delay_ms = 1;
    world.pass(Millis::seconds(200));
    let paid = pay(&mut world, last, None, None);
    assert_eq!(answered(&mut world, paid).0, 200, "when it answers again, people pay again");
    world.settle();
    assert_eq!(kept(&world).len(), 1, "all tries before came to nothing: {:?}", kept(&world));
    world.audit(false);
}

#[test]
fn c7_c12_a_cancel_is_heard_while_the_provider_is_taken_for_dead() {
    let mut world = world();
    breaker_opens(&mut world);
    let opened = world.now + Millis(1_000);
    world.now = world.now + Millis(500);
    let last = world.post("/bookings", wanted(4)).is(201).number();
    let held = pay(&mut world, last, None, None);
    while world.now < opened {
        world.play(1, Millis(600));
    }
    world.delete(&format!("/bookings/{last}")).is(204);
    assert_eq!(answered(&mut world, held), (409, opened), "who pays is told at once");
    world.pass(Millis::minutes(5));
    assert_eq!(status(&mut world, &format!("/bookingHistories/{last}")), "PaymentCanceled");
    world.weather.delay_ms = 1;
    world.pass(Millis::minutes(12));
    assert!(kept(&world).is_empty());
    world.audit(true);
}

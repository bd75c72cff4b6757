//! Faults and crowds at one exact place each: what time, machines and many members do at a bad moment.

use kernel::{Method, Millis, System};
use serde_json::{Value, json};
use testkit::stage::Stage;
use testkit::world::World;

fn world(seats: &[u64]) -> World {
    let mut world = World::new(|| -> System { seat::system(seat::Settings::default()) });
    for seat in seats {
        world.post("/managements", json!({"seatId": seat})).is(201);
        world.post("/seats", json!({"seatId": seat})).is(201);
    }
    world
}

fn wish(seat: u64) -> Value {
    json!({"name": "Han", "reserveDate": "1", "exitDate": "2", "payType": "card", "seatId": seat})
}

fn reserve(world: &mut World, seat: u64) -> u64 {
    world.post("/reservations", wish(seat)).is(201).number()
}

#[test]
fn s5_s8_a_seat_that_is_not_checked_in_a_day_is_refused_and_refunded() {
    let mut world = world(&[1]);
    world.stop_service("management");
    let (stays, leaves) = (reserve(&mut world, 1), reserve(&mut world, 1));
    world.settle();
    world.delete(&format!("/reservations/{leaves}")).is(204);
    world.pass(Millis::hours(23));
    world.get(&format!("/mypages/{stays}")).is(200).with("status", "Pending");
    world.pass(Millis::hours(2));
    let seen = world.get(&format!("/mypages/{stays}")).is(200).with("status", "Refused");
    seen.with("reason", "UNCHECKED").with("refunded", true);
    world.get(&format!("/mypages/{leaves}")).is(200).with("status", "Exited").with("refunded", true);
    world.start_service("management");
    world.settle();
    world.get("/managements/1").is(200).with("seatStatus", "Emptied");
    world.audit(true);
}

#[test]
fn s5_s14_a_seat_that_is_checked_while_it_is_refused_is_given_back() {
    let mut world = world(&[1]);
    world.stop_service("management");
    let n = reserve(&mut world, 1);
    world.pass(Millis::hours(25));
    world.get(&format!("/mypages/{n}")).is(200).with("status", "Refused");
    // Management hears of the money first, and then that the reservation is refused.
    world.start_service("management");
    world.settle();
    assert_eq!(world.story(n), "Reserved → Paid → ReservationRefused → Refunded → Checked → Reclaimed");
    // A seat that is given back does not count as left: the page says why there is none.
    for path in [format!("/mypages/{n}"), format!("/reservations/{n}")] {
        let seen = world.get(&path).is(200).with("status", "Refused");
        seen.with("reason", "UNCHECKED").with("refunded", true);
    }
    for path in ["/managements/1", "/seats/1"] {
        world.get(path).is(200).with("seatStatus", "Emptied").with("reserveId", 0);
    }
    let account = &world.outside.accounts[&format!("seat.payment/{n}")];
    assert!(account.captured && account.returned, "{account:?}");
    let next = reserve(&mut world, 1);
    world.settle();
    world.get("/managements/1").is(200).with("reserveId", next);
    world.audit(true);
}

#[test]
fn s5_s8_s31_a_reservation_that_was_away_over_its_day_hears_first_what_was_said() {
    let mut world = world(&[1]);
    world.stop_service("management");
    let n = reserve(&mut world, 1);
    world.settle();
    world.stop_service("reservation");
    // More than the 8,192 rows that are heard in one step stand before what it has to hear.
    for seat in 1_001..=10_000 {
        world.post("/seats", json!({"seatId": seat})).is(201);
    }
    world.start_service("management");
    world.settle();
    world.get("/managements/1").is(200).with("reserveId", n);
    world.pass(Millis::hours(25));
    world.start_service("reservation");
    world.settle();
    for path in [format!("/mypages/{n}"), format!("/reservations/{n}")] {
        let seen = world.get(&path).is(200).with("status", "Confirmed");
        seen.with("reason", Value::Null).with("refunded", false);
    }
    world.get("/managements/1").is(200).with("reserveId", n);
    assert_eq!(world.story(n), "Reserved → Paid → Checked");
    world.audit(true);
}

#[test]
fn s5_s14_of_a_hundred_members_one_gets_the_seat_and_the_others_their_money() {
    let mut world = world(&[1]);
    let tickets: Vec<_> =
        (0..100).map(|_| world.send(Method::Post, "/reservations", wish(1), None)).collect();
    world.settle();
    assert!(tickets.iter().all(|ticket| world.peek(*ticket).is_some_and(|seen| seen.status == 201)));
    let pages = world.list("mypages");
    let count = |status: &str| pages.iter().filter(|page| page["status"] == status).count();
    assert_eq!((count("Confirmed"), count("Refused")), (1, 99));
    assert!(pages.iter().all(|page| (page["status"] == "Refused") == (page["refunded"] == true)));
    world.audit(true);
}

/// What a booking costs is what the store has to write: nothing is recorded that nobody needs.
#[test]
fn a_reservation_with_its_seat_is_nine_events_and_leaving_three() {
    let mut world = world(&[1]);
    let all = |world: &mut World| world.counts().values().sum::<usize>();
    let before = all(&mut world);
    let n = reserve(&mut world, 1);
    world.settle();
    assert_eq!(all(&mut world), before + 9);
    world.delete(&format!("/reservations/{n}")).is(204);
    world.settle();
    assert_eq!(all(&mut world), before + 12);
    reserve(&mut world, 1);
    world.settle();
    let before = all(&mut world);
    reserve(&mut world, 1);
    world.settle();
    assert_eq!(all(&mut world), before + 11, "a refused one, with its money back");
}

#[test]
fn s2_s5_the_first_that_is_paid_gets_the_seat() {
    let mut world = world(&[1]);
    let first = world.send(Method::Post, "/reservations", wish(1), None);
    world.weather.delay_ms = 500;
    world.play(3, Millis(1));
    // Its capture takes long, the next one's does not.
    world.weather.delay_ms = 1;
    let second = reserve(&mut world, 1);
    world.settle();
    let first = world.peek(first).expect("it is answered").number();
    let status = |world: &mut World, n: u64| world.get(&format!("/mypages/{n}")).body["status"].clone();
    assert_eq!(
        (status(&mut world, first), status(&mut world, second)),
        (json!("Refused"), json!("Confirmed"))
    );
    world.audit(true);
}

#[test]
fn s2_a_number_named_by_hand_is_not_used_up() {
    let mut world = world(&[1, 4]);
    let far = json!({"reserveId": i64::MAX, "seatId": 4});
    world.post("/payments", far.clone()).is(201);
    world.settle();
    world.post("/payments", json!({"reserveId": i64::MAX - 1, "seatId": 4})).is(201);
    world.settle();
    assert_eq!(reserve(&mut world, 1), 1);
    world.crash();
    assert_eq!(reserve(&mut world, 1), 2);
    world.post("/payments", far).is(201).with("status", "Voided: already paid");
    world.settle();
    world.audit(true);
}

/// Declined or accepted: only the first is asked about, and the second is not told that something was paid.
#[test]
fn s2_two_who_pay_for_one_seat_at_once() {
    let pay = |card: &str| json!({"reserveId": 2, "seatId": 4, "cardNo": card});
    let (good, bad) = (pay("4111111111115656"), pay("4111111111110002"));
    let status = |world: &mut World, ticket| {
        let seen = world.peek(ticket).expect("it is answered");
        (seen.status, seen.body["status"].clone(), seen.code)
    };
    for (first, answer, then) in
        [(&bad, (402, Value::Null), "Paid"), (&good, (201, json!("Paid")), "Voided: already paid")]
    {
        let mut world = world(&[4]);
        world.weather.delay_ms = 300;
        let one = world.send(Method::Post, "/payments", first.clone(), None);
        let other = world.send(Method::Post, "/payments", good.clone(), None);
        assert_eq!(status(&mut world, other), (409, Value::Null, Some("under-way".into())));
        world.settle();
        let (code, shown, _) = status(&mut world, one);
        assert_eq!((code, shown), answer);
        world.post("/payments", good.clone()).is(201).with("status", then);
        world.settle();
        world.get("/managements/4").is(200).with("reserveId", 2);
        let charged = world.outside.accounts.values().filter(|account| account.captured).count();
        assert_eq!(charged, 1);
        world.audit(true);
    }
}

#[test]
fn s9_the_desk_hears_no_in_time_and_the_money_goes_back() {
    let mut world = world(&[4]);
    let pay = json!({"reserveId": 2, "seatId": 4});
    world.weather.delay_ms = 4_000;
    let (begin, slow) = (world.now, world.post("/payments", pay.clone()));
    slow.is(503).says("payment-unavailable");
    assert_eq!(world.now, begin + Millis::seconds(1));
    world.crash();
    world.weather.delay_ms = 1;
    let again = world.post("/payments", pay).is(201).number();
    world.settle();
    let accounts = &world.outside.accounts;
    assert!(accounts["seat.desk/1"].returned && !accounts["seat.desk/1"].captured, "{accounts:?}");
    assert!(accounts[&format!("seat.desk/{again}")].captured);
    world.audit(true);
}

#[test]
fn s9_s17_s36_a_breaker_turns_members_away_at_once_and_lets_them_in_again() {
    let mut world = world(&[1]);
    world.weather.delay_ms = 5_000;
    let ask = |world: &mut World| {
        let begin = world.now;
        let status = world.ask(Method::Post, "/reservations", wish(1)).status;
        (status, world.now.since(begin).0)
    };
    // A crowd that waits for a second in vain.
    let crowd: Vec<_> = (0..20).map(|_| world.send(Method::Post, "/reservations", wish(1), None)).collect();
    world.now = world.now + Millis::seconds(1);
    world.play(1, Millis(0));
    assert!(crowd.iter().all(|ticket| world.peek(*ticket).is_some_and(|seen| seen.status == 503)));
    for _ in 0..30 {
        assert_eq!(ask(&mut world), (503, 0), "nobody waits any more");
    }
    assert_eq!(world.counts()["ReservationRequested"], 20, "who is turned away leaves nothing");
    assert!(world.notes[0].starts_with("circuit breaker seat.reservation -> payment opened"));
    world.weather.delay_ms = 1;
    world.pass(Millis::seconds(65));
    assert_eq!((ask(&mut world).0, ask(&mut world).0), (201, 201));
    world.pass(Millis::days(9));
    world.audit(true);
}

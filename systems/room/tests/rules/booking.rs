//! Bookings: a room's time is held once, and given back once.

use crate::*;
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::Millis;
use room::booking::{Booking, Change, Command, Stage};
use room::calendar::Calendar;

fn booked() -> Given {
    let mut booking = service("booking");
    booking.when::<Booking>(N, Command::Book(details())).says(["BookingCreated", "SlotTaken"]);
    booking
}

fn in_use() -> Given {
    let mut booking = booked();
    booking.hears(use_started(Some(N))).says(["BookingInUse"]).with("useId", 3);
    booking
}

fn over(reason: Reason) -> Given {
    let mut booking = booked();
    let then = booking.when::<Booking>(N, Command::Cancel(reason));
    then.says(["BookingCancelled", "SlotFreed"]).with("reason", reason.as_str());
    booking
}

fn no_show() -> Given {
    let mut booking = booked();
    booking.fires::<Booking>(N).says(["BookingCancelled", "SlotFreed"]).with("reason", "NO_SHOW");
    booking
}

fn held(booking: &Given, room: u64) -> Vec<Id> {
    let calendar = booking.document::<Calendar>(Id(room));
    calendar.map(|own| own.0.each().map(|taken| taken.by).collect()).unwrap_or_default()
}

fn ask_as(booking: &mut Given, reason: Value) -> testkit::given::Then {
    booking.service_asks("room.realuse", Delete, "/bookings/7", json!({"reason": reason}))
}

#[test]
fn r4_r15_a_booking_takes_its_hour() {
    let mut booking = service("booking");
    let then = booking.asks(Post, "/bookings", written()).says(["BookingCreated", "SlotTaken"]);
    let then = then.with("id", 1).with("roomId", 1).with("useStartDtm", "202601020930");
    then.with("slot", json!({"from": START.0, "to": START.0 + 3_600_000}));
    assert_eq!(held(&booking, 1), [Id(1)]);
    assert_eq!(booking.record::<Booking>(Id(1)), written());
    booking.when::<Booking>(Id(1), Command::Book(details())).is_already_so();
}

#[test]
fn r15_who_comes_second_is_told_what_is_in_the_way() {
    let mut booking = booked();
    let then = booking.asks(Post, "/bookings", written());
    let no = then.no.as_ref().expect("it is refused").clone();
    then.is_refused(409, "already-booked");
    for text in [no.english, no.korean] {
        assert!(text.contains("202601020930") && text.contains("202601021030"), "{text}");
    }
    assert_eq!(held(&booking, 1), [N]);
    let mut other = written();
    other["roomId"] = json!(2);
    booking.asks(Post, "/bookings", other).says(["BookingCreated", "SlotTaken"]).with("roomId", 2);
}

#[test]
fn r5_a_change_of_room_or_time_moves_the_slot() {
    let mut booking = booked();
    let then = booking.asks(Patch, "/bookings/7", json!({"roomId": 2}));
    let then = then.says(["BookingChanged", "SlotFreed", "SlotTaken"]).with("roomId", 2).with("moved", true);
    then.with("revision", 1).with("noShow", START.0 + 900_000);
    assert_eq!((held(&booking, 1), held(&booking, 2)), (vec![], vec![N]));
    let half = json!({"useStartDtm": "202601021000", "useEndDtm": "202601021100"});
    let then = booking.asks(Patch, "/bookings/7", half);
    let then = then.says(["BookingChanged", "SlotFreed", "SlotTaken"]).with("revision", 2);
    then.with("slot", json!({"from": START.0 + 1_800_000, "to": START.0 + 5_400_000}));
    assert_eq!(held(&booking, 2), [N]);
}

#[test]
fn r5_a_change_of_words_moves_nothing() {
    let mut booking = booked();
    let then = booking.asks(Patch, "/bookings/7", json!({"bookingUserId": "2"}));
    then.says(["BookingChanged"]).with("moved", false).with("bookingUserId", "2");
    let then = booking.asks(Patch, "/bookings/7", json!({"useEndDtm": "2026-01-02T10:30:00+09:00"}));
    then.says(["BookingChanged"]).with("moved", false).with("revision", 2);
    for nothing in [json!({}), json!({"bookingUserId": "2"}), json!({"roomId": null, "useEndDtm": null})] {
        booking.asks(Patch, "/bookings/7", nothing).is_already_so();
    }
    booking.asks(Patch, "/bookings/7", json!({"bookingUserId": " "})).is_refused(400, "missing-field");
}

#[test]
fn r15_a_booking_that_cannot_move_stays() {
    let mut booking = booked();
    let mut other = written();
    other["roomId"] = json!(2);
    booking.asks(Post, "/bookings", other.clone()).says(["BookingCreated", "SlotTaken"]).with("id", 8);
    booking.asks(Patch, "/bookings/7", json!({"roomId": 2})).is_refused(409, "already-booked");
    booking.asks(Put, "/bookings/7", other).is_refused(409, "already-booked");
    booking.asks(Patch, "/bookings/7", json!({"useEndDtm": "1"})).is_refused(400, "bad-end");
    assert_eq!((held(&booking, 1), held(&booking, 2)), (vec![N], vec![Id(8)]));
    assert_eq!(booking.record::<Booking>(N), written());
}

#[test]
fn r16_r20_a_canceled_booking_is_gone_and_its_hour_free() {
    let mut booking = booked();
    let then = booking.asks(Delete, "/bookings/7", json!({}));
    then.says(["BookingCancelled", "SlotFreed"]).with("reason", "USER").with("bookingUserId", "1111");
    assert_eq!(held(&booking, 1), []);
    for reason in [Reason::User, Reason::Denied, Reason::UseEnded] {
        let mut booking = over(reason);
        assert_eq!(booking.record::<Booking>(N), Value::Null);
        booking.asks(Delete, "/bookings/7", json!({})).is_refused(404, "not-found");
        booking.asks(Patch, "/bookings/7", json!({})).is_refused(404, "not-found");
        ask_as(&mut booking, json!("USE_ENDED")).is_refused(404, "not-found");
        ask_as(&mut booking, json!("DENIED")).is_refused(404, "not-found");
        booking.hears(use_started(Some(N))).is_already_so();
        booking.when::<Booking>(N, Command::Cancel(Reason::NoShow)).is_already_so();
        assert!(booking.waits::<Booking>(N).is_empty(), "what is over is at rest");
        booking.asks(Post, "/bookings", written()).says(["BookingCreated", "SlotTaken"]).with("id", 8);
    }
}

#[test]
fn r6_r11_services_say_why_a_booking_ends() {
    let (use_ended, denied) = (json!("USE_ENDED"), json!("DENIED"));
    for (booking, reason) in
        [(&mut booked(), &use_ended), (&mut in_use(), &use_ended), (&mut in_use(), &denied)]
    {
        let then = ask_as(booking, reason.clone()).says(["BookingCancelled", "SlotFreed"]);
        then.with("reason", reason.clone());
    }
    for unknown in [json!("USER"), json!("NO_SHOW"), json!(""), Value::Null] {
        ask_as(&mut booked(), unknown).is_refused(400, "missing-field");
    }
    // A person's reason is a person's.
    let then = booked().asks(Delete, "/bookings/7", json!({"reason": "USE_ENDED"}));
    then.says(["BookingCancelled", "SlotFreed"]).with("reason", "USER");
}

#[test]
fn r16_a_room_in_use_is_not_canceled_by_its_user() {
    let mut booking = in_use();
    booking.asks(Delete, "/bookings/7", json!({})).is_refused(409, "in-use");
    booking.hears(use_started(Some(N))).is_already_so();
    assert_eq!(booking.record::<Booking>(N), written());
    let longer = json!({"useEndDtm": "202601021130"});
    let then = booking.asks(Patch, "/bookings/7", longer).says(["BookingChanged", "SlotFreed", "SlotTaken"]);
    then.with("noShow", Value::Null);
    assert!(booking.waits::<Booking>(N).is_empty(), "somebody came");
    let stage = booking.document::<Booking>(N).map(|own| own.stage);
    assert_eq!(stage, Some(Stage::InUse { use_id: Id(3) }));
}

#[test]
fn r16_nobody_cancels_what_is_not_there() {
    let mut booking = service("booking");
    booking.asks(Delete, "/bookings/7", json!({})).is_refused(404, "not-found");
    booking.asks(Patch, "/bookings/7", json!({"roomId": 2})).is_refused(404, "not-found");
    booking.when::<Booking>(N, Command::Change(Change::default())).is_refused(404, "not-found");
    booking.hears(use_started(Some(N))).is_already_so();
    booking.hears(use_started(None)).is_already_so();
}

#[test]
fn r15_a_booking_that_nobody_comes_for_ends() {
    let mut booking = booked();
    assert_eq!(booking.waits::<Booking>(N), ["timer"]);
    let then = booking.fires::<Booking>(N).says(["BookingCancelled", "SlotFreed"]);
    then.with("reason", "NO_SHOW");
    assert_eq!(booking.now, START + Millis::minutes(15));
    let mut expected = written();
    expected["reason"] = json!("NO_SHOW");
    assert_eq!(booking.record::<Booking>(N), expected, "what the system ended stays readable");
    assert_eq!(held(&booking, 1), []);
    booking.asks(Delete, "/bookings/7", json!({})).is_refused(409, "no-show");
    booking.asks(Patch, "/bookings/7", json!({"roomId": 2})).is_refused(409, "no-show");
    ask_as(&mut booking, json!("USE_ENDED")).is_refused(404, "not-found");
    no_show().when::<Booking>(N, Command::Cancel(Reason::NoShow)).is_already_so();
    in_use().when::<Booking>(N, Command::Cancel(Reason::NoShow)).is_already_so();
}

#[test]
fn r15_a_change_after_the_start_waits_on() {
    let grace = Millis::minutes(15);
    let late = |change: Value, due: kernel::Time| {
        let mut booking = booked();
        booking.now = START + Millis::minutes(5);
        let then = booking.asks(Patch, "/bookings/7", change);
        then.says(["BookingChanged", "SlotFreed", "SlotTaken"]).with("noShow", due.0);
        booking.fires::<Booking>(N).says(["BookingCancelled", "SlotFreed"]).with("reason", "NO_SHOW");
        assert_eq!(booking.now, due);
        assert_eq!((held(&booking, 1), held(&booking, 2)), (vec![], vec![]));
    };
    late(json!({"useEndDtm": "202601021800"}), START + grace);
    late(json!({"roomId": 2}), START + grace);
    late(json!({"useStartDtm": "202601021000"}), START + Millis::minutes(30) + grace);
    // Moved to a time that has begun: whoever moved it gets as long as anybody.
    late(json!({"useStartDtm": "202601020830"}), START + Millis::minutes(5) + grace);
    late(json!({"useStartDtm": "202601020934"}), START + Millis::minutes(5) + grace);
}

#[test]
fn r15_a_booking_in_the_past_never_becomes_a_no_show() {
    let mut booking = service("booking");
    booking.now = START;
    booking
        .asks(Post, "/bookings", written())
        .says(["BookingCreated", "SlotTaken"])
        .with("noShow", Value::Null);
    assert!(booking.waits::<Booking>(Id(1)).is_empty());
    // Moved to a time that has not begun, somebody must come.
    let later = json!({"useStartDtm": "202601021000", "useEndDtm": "202601021100"});
    booking.asks(Patch, "/bookings/1", later).says(["BookingChanged", "SlotFreed", "SlotTaken"]);
    assert_eq!(booking.waits::<Booking>(Id(1)), ["timer"]);
    let never = settings(&[("HOLDFAST_ROOM_NO_SHOW_MS", "0")]).expect("zero is a number");
    let mut booking = Given::service(system(never), "booking");
    booking.asks(Post, "/bookings", written()).says(["BookingCreated", "SlotTaken"]);
    assert!(booking.waits::<Booking>(Id(1)).is_empty(), "nobody need come");
}

#[test]
fn r15_a_room_has_so_many_bookings_at_once() {
    let two = settings(&[("HOLDFAST_ROOM_BOOKINGS_MAX", "2")]).expect("two is a number");
    let mut booking = Given::service(system(two), "booking");
    for room in [1, 1, 2] {
        let mut body = written();
        body["roomId"] = json!(room);
        let day = held(&booking, room).len() + 2;
        body["useStartDtm"] = json!(format!("2026010{day}0930"));
        body["useEndDtm"] = json!(format!("2026010{day}1030"));
        booking.asks(Post, "/bookings", body).says(["BookingCreated", "SlotTaken"]);
    }
    let third = json!({"roomId": 1, "useStartDtm": "202601050930", "useEndDtm": "202601051030", "bookingUserId": "1"});
    booking.asks(Post, "/bookings", third.clone()).is_refused(409, "calendar-full");
    booking
        .asks(
            Patch,
            "/bookings/3",
            json!({"roomId": 1, "useStartDtm": "202601050930", "useEndDtm": "202601051030"}),
        )
        .is_refused(409, "calendar-full");
    // What is there may still move within the room, and what is over makes place.
    booking.asks(Patch, "/bookings/1", json!({"useEndDtm": "202601021100"})).says([
        "BookingChanged",
        "SlotFreed",
        "SlotTaken",
    ]);
    booking.asks(Delete, "/bookings/2", json!({})).says(["BookingCancelled", "SlotFreed"]);
    booking.asks(Post, "/bookings", third).says(["BookingCreated", "SlotTaken"]);
}

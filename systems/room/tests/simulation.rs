//! Random lives with a seed: users, administrators and people in rooms do what they like. What clients were told is
//! compared with what they see at the end.

use kernel::{Method, System, Time};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::life::{Life, Play, lives};

const LIVES: u64 = 2_000;
/// When every life begins.
const BEGIN: Time = Time(1_767_225_600_000);
/// From, to, and in how many minutes from the life's beginning: nine o'clock in Seoul.
const SLOTS: [(&str, &str, i64); 6] = [
    ("202008240930", "202008241030", i64::MIN),
    ("202601010800", "202601011000", -60),
    ("202601010930", "202601011030", 30),
    ("202601011000", "202601011100", 60),
    ("202601020900", "202601021200", 24 * 60),
    ("202601021130", "202601021300", 26 * 60 + 30),
];

fn system() -> System {
    room::system(room::Settings::default())
}

fn deed(life: &mut Life) {
    match life.dice.below(20) {
        0..=5 => book(life),
        6 | 7 => change(life),
        8 => {
            let path = format!("/bookings/{}", number(life));
            life.send("cancel", Method::Delete, &path, &Value::Null);
        }
        9..=11 => review(life),
        12..=14 => start(life),
        15 => correct(life),
        _ => end(life),
    }
}

fn number(life: &mut Life) -> u64 {
    life.dice.below(7) + 1
}

fn times(life: &mut Life) -> (Value, i64) {
    let (from, to, minutes) = *life.dice.pick(&SLOTS);
    (json!({"roomId": life.dice.below(2) + 1, "useStartDtm": from, "useEndDtm": to}), minutes)
}

/// What is booked before its start is no-one's for ever if nobody comes: those go by another name.
fn book(life: &mut Life) {
    let (mut body, minutes) = times(life);
    body["bookingUserId"] = json!(life.dice.pick(&["1111", "2222"]));
    let early = life.world.now.0 < BEGIN.0.saturating_add(minutes.saturating_mul(60_000));
    life.send(if early { "book early" } else { "book" }, Method::Post, "/bookings", &body);
}

fn change(life: &mut Life) {
    let path = format!("/bookings/{}", number(life));
    let body = match life.dice.below(4) {
        0 => json!({"bookingUserId": life.dice.pick(&["1111", "3333"])}),
        1 => json!({"roomId": life.dice.below(2) + 1}),
        _ => times(life).0,
    };
    life.send("change", Method::Patch, &path, &body);
}

fn review(life: &mut Life) {
    let path = format!("/confirms/{}", number(life));
    if life.dice.percent(50) {
        life.send("deny", Method::Patch, &path, &json!({"status": "DENIED"}));
    } else {
        life.send("approve", Method::Patch, &path, &json!({"status": "CONFIRMED", "confirmDtm": "1"}));
    }
}

fn start(life: &mut Life) {
    let booking = if life.dice.percent(85) { json!(number(life)) } else { Value::Null };
    life.send("start", Method::Post, "/realuses", &json!({"bookingId": booking, "realUseStartDtm": "1"}));
}

fn correct(life: &mut Life) {
    let path = format!("/realuses/{}", number(life));
    life.send("correct", Method::Patch, &path, &json!({"realUseStartDtm": "2"}));
}

fn end(life: &mut Life) {
    let path = format!("/realuses/{}", number(life));
    life.send("end", Method::Patch, &path, &json!({"realUseEndDtm": "3"}));
}

/// Whether the booking still holds its room.
fn is_live(life: &mut Life, booking: u64) -> bool {
    let seen = life.world.get(&format!("/bookings/{booking}"));
    seen.status == 200 && seen.body["reason"].is_null()
}

fn check(life: &mut Life) {
    no_room_has_two_holders(life);
    for usage in life.made("start") {
        life.world.get(&format!("/realuses/{usage}")).is(200);
    }
    for booking in life.made("book").into_iter().chain(life.made("book early")) {
        every_page_agrees(life, booking);
        each_is_told_once(life, booking);
    }
    for seen in life.answers("end").into_iter().filter(|seen| seen.status == 200) {
        let usage = life.world.get(&format!("/realuses/{}", seen.number())).is(200);
        assert_eq!(usage.body["realUseEndDtm"], "3", "an end that was answered is an end");
        if let Some(booking) = usage.body["bookingId"].as_u64() {
            assert!(!is_live(life, booking), "the use of {booking} has ended");
            let row = life.world.get(&format!("/roomUseLists/{booking}")).is(200);
            row.with("realUseEndDtm", "3").with("realUseStartDtm", usage.body["realUseStartDtm"].clone());
        }
    }
    for seen in life.answers("deny").into_iter().filter(|seen| seen.status == 200) {
        assert_eq!(seen.body["status"], "DENIED");
        assert!(!is_live(life, seen.number()), "{} was denied", seen.number());
        life.world.get(&format!("/confirms/{}", seen.number())).is(404);
    }
    for seen in life.answers("cancel").into_iter().filter(|seen| seen.status == 204) {
        life.world.get(&format!("/bookings/{}", seen.number())).is(404);
    }
}

fn no_room_has_two_holders(life: &mut Life) {
    let mut live: Vec<Value> = life.world.list("bookings");
    live.retain(|row| row["reason"].is_null());
    let text = |row: &Value, name: &str| row[name].as_str().expect("a text").to_owned();
    for (place, one) in live.iter().enumerate() {
        for other in live[place + 1..].iter().filter(|other| other["roomId"] == one["roomId"]) {
            let apart = text(one, "useEndDtm") <= text(other, "useStartDtm")
                || text(other, "useEndDtm") <= text(one, "useStartDtm");
            assert!(apart, "{one} meets {other}");
        }
    }
}

fn every_page_agrees(life: &mut Life, booking: u64) {
    let seen = life.world.get(&format!("/bookings/{booking}"));
    let live = is_live(life, booking);
    let shown = if live { 200 } else { 404 };
    life.world.get(&format!("/confirms/{booking}")).is(shown);
    let row = life.world.get(&format!("/bookingLists/{booking}")).is(shown);
    let used = life.world.get(&format!("/roomUseLists/{booking}")).is(200);
    if !live {
        return;
    }
    for field in ["roomId", "useStartDtm", "useEndDtm", "bookingUserId"] {
        assert_eq!(row.body[field], seen.body[field]);
    }
    used.with("bookedUseStartDtm", seen.body["useStartDtm"].clone());
    let confirm = life.world.get(&format!("/confirms/{booking}"));
    let decided = row.body["confirmStatus"].as_str().unwrap_or("BOOKED").to_owned();
    confirm.with("status", decided);
    let uses = life.world.list("realuses");
    let open = |row: &Value| row["bookingId"] == booking && row["realUseEndDtm"].is_null();
    let early = life.made("book early").contains(&booking);
    let waits = early && !uses.iter().any(open);
    assert!(!waits, "nothing waits for ever: nobody came for {booking}, {seen:?}");
}

fn each_is_told_once(life: &mut Life, booking: u64) {
    let told = life.world.notices(booking);
    let count = |text: &str| told.iter().filter(|one| one.contains(text)).count();
    assert_eq!(count("reservation is complete"), 1, "{told:?}");
    assert!(count("reservation has been canceled") <= 1, "{told:?}");
    assert!(count("is use started") <= 2 && count("is use ended") <= 2, "{told:?}");
    let rows: BTreeSet<String> = life.world.outside.notices.keys().cloned().collect();
    assert_eq!(rows.len(), life.world.list("notifications").len(), "every message is sent");
}

#[test]
fn r4_r5_r6_r11_r20_random_lives_keep_every_promise() {
    lives(Play { system, deed, check }, LIVES);
}

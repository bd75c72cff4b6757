//! Random lives with a seed: members, the desk and the administrator do what they like.

use kernel::{Method, System};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::life::{Life, Play, lives};

const LIVES: u64 = 2_000;

fn system() -> System {
    seat::system(seat::Settings::default())
}

fn deed(life: &mut Life) {
    match life.dice.below(16) {
        0..=5 => reserve(life),
        6..=8 => leave(life),
        9..=11 => pay_by_hand(life),
        12 | 13 => register(life),
        14 => free(life),
        _ => correct(life),
    }
}

fn number(life: &mut Life) -> u64 {
    life.dice.below(6) + 1
}

fn seat(life: &mut Life) -> u64 {
    life.dice.below(3) + 1
}

fn card(life: &mut Life) -> &'static str {
    // One in three is declined.
    if life.dice.below(3) == 0 { "4111111111110002" } else { "4111111111115656" }
}

fn reserve(life: &mut Life) {
    let body = json!({"name": "Han", "seatId": seat(life), "cardNo": card(life)});
    life.send("reserve", Method::Post, "/reservations", &body);
}

fn leave(life: &mut Life) {
    let path = format!("/reservations/{}", number(life));
    life.send("leave", Method::Delete, &path, &Value::Null);
}

fn pay_by_hand(life: &mut Life) {
    let body = json!({"reserveId": number(life), "seatId": seat(life), "cardNo": card(life)});
    life.send("pay", Method::Post, "/payments", &body);
}

fn register(life: &mut Life) {
    let plural = *life.dice.pick(&["/managements", "/seats"]);
    let body = json!({"seatId": seat(life), "seatStatus": "Emptied"});
    life.send("register", Method::Post, plural, &body);
}

fn free(life: &mut Life) {
    let path = format!("/managements/{}", seat(life));
    life.send("free", Method::Patch, &path, &json!({"seatStatus": "Emptied"}));
}

fn correct(life: &mut Life) {
    let path = format!("/reservations/{}", number(life));
    let seat = seat(life);
    life.send("correct", Method::Patch, &path, &json!({"seatId": seat}));
}

/// Whoever was told 201 has the seat, or the money, or has had the seat; and nobody else has it.
fn check(life: &mut Life) {
    let mut holders: BTreeMap<u64, u64> = BTreeMap::new();
    let payments = life.world.list("payments");
    for number in life.made("reserve") {
        let page = life.world.get(&format!("/mypages/{number}")).is(200).body;
        let seat = page["seatId"].as_u64().expect("a reservation has a seat");
        let own = |row: &&Value| row["reserveId"] == number && row["desk"].is_null() && row["amount"] != 0;
        let paid: Vec<&Value> = payments.iter().filter(own).collect();
        assert_eq!(paid.len(), 1, "one payment a reservation: {paid:?}");
        let back = paid[0]["status"] == "Refunded";
        assert_eq!(page["refunded"] == true, back, "{page} {paid:?}");
        match page["status"].as_str() {
            Some("Confirmed") => {
                assert!(!back, "{page}");
                let other = holders.insert(seat, number);
                assert_eq!(other, None, "seat {seat} is {number}'s");
                let held = life.world.get(&format!("/managements/{seat}")).is(200).body;
                assert_eq!((&held["reserveId"], &held["desk"]), (&json!(number), &Value::Null), "{page}");
            }
            Some("Refused") => assert!(back, "{page}"),
            Some("Exited") => {}
            _ => panic!("nothing waits for ever: {page}"),
        }
    }
    for number in life.made("pay") {
        let row = life.world.get(&format!("/payments/{number}")).is(200).body;
        match row["status"].as_str() {
            Some("Paid") => has_its_seat(life, &row),
            Some("Refunded") => {}
            Some(status) if status.starts_with("Voided: ") => assert_eq!(row["amount"], 0, "{row}"),
            _ => panic!("nothing waits for ever: {row}"),
        }
    }
}

/// What was paid by hand has its seat, unless the administrator has freed it or its member has left.
fn has_its_seat(life: &mut Life, row: &Value) {
    let page = life.world.get(&format!("/mypages/{}", row["reserveId"])).body;
    let left = row["desk"] == "added" && page["status"] == "Exited";
    if left || !life.answers("free").is_empty() {
        return;
    }
    let held = life.world.get(&format!("/managements/{}", row["seatId"])).is(200).body;
    assert_eq!((&held["reserveId"], &held["desk"]), (&row["reserveId"], &row["desk"]), "{row}");
}

#[test]
fn s4_s5_s6_s7_random_lives_keep_every_promise() {
    lives(Play { system, deed, check }, LIVES);
}

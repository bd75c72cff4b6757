//! Random lives of the five services that know nothing of each other's pace.

use kernel::{Method, System};
use serde_json::json;
use testkit::fleet::{Fleet, Play, lives};

const LIVES: u64 = 1_000;
const RESERVATIONS_MAX: u64 = 4;

fn system() -> System {
    seat::system(seat::Settings::default())
}

fn ask(fleet: &mut Fleet) {
    // One number more than there are: by hand it is a walk-in's, and perhaps a reservation's later.
    let (number, seat) = (fleet.dice.below(fleet.bookings + 2) + 1, fleet.dice.below(3) + 1);
    let last4 = if fleet.dice.below(6) == 0 { "0002" } else { "5656" };
    let fields = json!({"name": "Han", "seatId": seat, "cardNo": {"token": "t", "last4": last4}});
    let mut by_hand = fields.clone();
    by_hand["reserveId"] = json!(number);
    match fleet.dice.below(14) {
        0..=3 if fleet.bookings < RESERVATIONS_MAX => {
            fleet.bookings += 1;
            fleet.asks("reservation", Method::Post, "/reservations", fields);
        }
        4..=6 => {
            fleet.asks("reservation", Method::Delete, &format!("/reservations/{number}"), json!({}));
        }
        7 | 8 => fleet.asks("payment", Method::Post, "/payments", by_hand),
        9 | 10 => fleet.asks("management", Method::Post, "/managements", json!({"seatId": seat})),
        11 => fleet.asks("seat", Method::Post, "/seats", json!({"seatId": seat})),
        12 => {
            let path = format!("/managements/{seat}");
            fleet.asks("management", Method::Patch, &path, json!({"seatStatus": "Emptied"}));
        }
        _ => {}
    }
}

#[test]
fn s7_s8_s30_s31_s32_money_seats_and_reservations_agree_whatever_happens() {
    // People are waited for by nobody: each reservation comes to its end by itself.
    lives(Play { system, ask, patient: &[] }, LIVES);
}

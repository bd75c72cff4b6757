//! Random lives of the six services that know nothing of each other's pace.

use kernel::{Method, System};
use serde_json::{Value, json};
use testkit::fleet::{Fleet, Play, lives};

const LIVES: u64 = 1_500;
const BOOKINGS_MAX: u64 = 5;
/// Hours on both sides of the life's beginning, which is nine o'clock in Seoul.
const HOURS: [&str; 4] = ["202601010800", "202601011000", "202601011100", "202601011200"];

fn system() -> System {
    room::system(room::Settings::default())
}

fn times(fleet: &mut Fleet) -> Value {
    let from = *fleet.dice.pick(&HOURS[..3]);
    let to = HOURS.iter().find(|hour| **hour > from).expect("there is a later hour");
    json!({"roomId": fleet.dice.below(2) + 1, "useStartDtm": from, "useEndDtm": to})
}

fn ask(fleet: &mut Fleet) {
    let (booking, usage) = (fleet.dice.below(fleet.bookings + 1) + 1, fleet.dice.below(4) + 1);
    let user = *fleet.dice.pick(&["1111", "2222"]);
    match fleet.dice.below(14) {
        0..=2 if fleet.bookings < BOOKINGS_MAX => {
            fleet.bookings += 1;
            let mut fields = times(fleet);
            fields["bookingUserId"] = json!(user);
            fleet.asks("booking", Method::Post, "/bookings", fields);
        }
        3 => {
            let fields = times(fleet);
            fleet.asks("booking", Method::Patch, &format!("/bookings/{booking}"), fields);
        }
        4 => {
            let fields = json!({"bookingUserId": user});
            fleet.asks("booking", Method::Patch, &format!("/bookings/{booking}"), fields);
        }
        5 => fleet.asks("booking", Method::Delete, &format!("/bookings/{booking}"), json!({})),
        6 | 7 => {
            let fields = json!({"status": fleet.dice.pick(&["CONFIRMED", "DENIED"])});
            fleet.asks("confirm", Method::Patch, &format!("/confirms/{booking}"), fields);
        }
        8 => fleet.asks("realuse", Method::Post, "/realuses", json!({})),
        9 | 10 => fleet.asks("realuse", Method::Post, "/realuses", json!({"bookingId": booking})),
        11 => {
            let fields = json!({"realUseStartDtm": "1"});
            fleet.asks("realuse", Method::Patch, &format!("/realuses/{usage}"), fields);
        }
        _ => {
            let fields = json!({"realUseEndDtm": "2"});
            fleet.asks("realuse", Method::Patch, &format!("/realuses/{usage}"), fields);
        }
    }
}

#[test]
fn r6_r11_r14_r22_rooms_bookings_and_uses_agree_whatever_happens() {
    // Before any last resort: somebody may come yet, and a denied confirm is still shown.
    let patient = &[
        "booking 1 waits until",
        "booking 2 waits until",
        "booking 3 waits until",
        "booking 4 waits until",
        "booking 5 waits until",
        "confirm 1 waits until",
        "confirm 2 waits until",
        "confirm 3 waits until",
        "confirm 4 waits until",
        "confirm 5 waits until",
    ];
    lives(Play { system, ask, patient }, LIVES);
}

//! Random lives of the five services that know nothing of each other's pace.

use kernel::{Method, System};
use serde_json::json;
use testkit::fleet::{Fleet, Play, lives};

const LIVES: u64 = 1_000;
const BOOKINGS_MAX: u64 = 4;

fn system() -> System {
    concert::system(concert::Settings::default())
}

fn ask(fleet: &mut Fleet) {
    let (booking, concert) = (fleet.dice.below(fleet.bookings + 1) + 1, fleet.dice.below(3) + 1);
    let last4 = if fleet.dice.below(4) == 0 { "0002" } else { "5656" };
    let (qty, tickets) = (fleet.dice.below(3) + 1, fleet.dice.below(6));
    let payment = format!("/payments/{booking}");
    match fleet.dice.below(14) {
        0..=2 if fleet.bookings < BOOKINGS_MAX => {
            fleet.bookings += 1;
            let fields = json!({"concertId": concert, "userId": fleet.dice.below(2) + 1, "qty": qty});
            fleet.asks("booking", Method::Post, "/bookings", fields);
        }
        3 => fleet.asks("booking", Method::Delete, &format!("/bookings/{booking}"), json!({})),
        4 => fleet.asks("payment", Method::Post, "/payments", json!({"bookingId": booking})),
        5..=9 => {
            let fields = json!({"status": "PaymentApproved", "cardNo": {"token": last4, "last4": last4}});
            fleet.asks("payment", Method::Patch, &payment, fields);
        }
        10 | 11 => {
            let price = if fleet.dice.below(4) == 0 { 5_000 } else { 10_000 };
            let fields = json!({"name": "IU 2020", "ticketQty": tickets, "price": price});
            fleet.asks("concert", Method::Post, "/concerts", fields);
        }
        12 => {
            let path = format!("/concerts/{concert}");
            fleet.asks("concert", Method::Patch, &path, json!({"ticketQty": tickets}));
        }
        _ => fleet.asks("concert", Method::Delete, &format!("/concerts/{concert}"), json!({})),
    }
}

#[test]
fn c5_c6_c7_c8_c10_money_tickets_and_bookings_agree_whatever_happens() {
    // Before any last resort only the user is waited for, who has not paid.
    lives(Play { system, ask, patient: &["booking"] }, LIVES);
}

//! Random lives of the five services that know nothing of each other's pace.

use kernel::{Method, System};
use serde_json::{Value, json};
use testkit::fleet::{Fleet, Play, lives};

const LIVES: u64 = 1_000;
const ORDERS_MAX: u64 = 4;

fn system() -> System {
    taxi::system(taxi::Settings::default())
}

fn ask(fleet: &mut Fleet) {
    let (order, taxi) = (fleet.dice.below(fleet.bookings + 1) + 1, fleet.dice.below(2) + 1);
    let last4 = if fleet.dice.below(6) == 0 { "0002" } else { "5656" };
    let grade = if fleet.dice.below(2) == 0 { json!("prime") } else { Value::Null };
    let stock = fleet.dice.below(3);
    let confirm = json!({"orderId": order, "status": "confirmed"});
    let assign = json!({"orderId": order, "status": "confirmed", "taxiId": taxi});
    match fleet.dice.below(12) {
        0 | 1 if fleet.bookings < ORDERS_MAX => {
            fleet.bookings += 1;
            let fields = json!({"orderType": "prime", "cardNo": {"token": "t", "last4": last4}});
            fleet.asks("order", Method::Post, "/orders", fields);
        }
        2 => fleet.asks("order", Method::Patch, &format!("/orders/{order}"), json!({"status": "cancel"})),
        3 => fleet.asks("payment", Method::Post, "/paymentHistories", json!({"orderId": order})),
        4 | 5 => fleet.asks("reservation", Method::Post, "/reservations", confirm),
        6..=9 => fleet.asks("reservation", Method::Post, "/reservations", assign),
        10 => {
            let fields = json!({"taxiName": "sonata", "stockCnt": stock, "orderType": grade});
            fleet.asks("taxi", Method::Post, "/taxis", fields);
        }
        _ => fleet.asks("taxi", Method::Patch, &format!("/taxis/{taxi}"), json!({"stockCnt": stock})),
    }
}

#[test]
fn t13_t14_t15_t18_money_stock_and_orders_agree_whatever_happens() {
    // Before any last resort only the manager is waited for.
    lives(Play { system, ask, patient: &["reservation"] }, LIVES);
}

//! Random lives of the four services that know nothing of each other's pace.

use driver::Settings;
use driver::drivermanage::DESK_FROM;
use kernel::{Method, System};
use serde_json::json;
use testkit::fleet::{Fleet, Play, lives};

const LIVES: u64 = 1_000;
const CALLS_MAX: u64 = 5;

fn accepting() -> System {
    driver::system(Settings::default())
}

fn refusing() -> System {
    driver::system(Settings { refuse: true, ..Settings::default() })
}

fn ask(fleet: &mut Fleet) {
    let call = fleet.dice.below(fleet.bookings + 1) + 1;
    let desk = DESK_FROM + fleet.dice.below(2);
    let driver = fleet.dice.below(7) + 1;
    let duty = if fleet.dice.below(4) == 0 { "대기" } else { "휴무" };
    let types = *fleet.dice.pick(&["자동", "수동"]);
    let place = *fleet.dice.pick(&["마포", "홍대", "강남", "어딘가"]);
    match fleet.dice.below(12) {
        0..=2 if fleet.bookings < CALLS_MAX => {
            fleet.bookings += 1;
            let fields =
                json!({"tel": format!("010-{}", fleet.bookings), "location": place, "drivingType": types});
            fleet.asks("drivercall", Method::Post, "/drivercalls", fields);
        }
        3 | 4 => fleet.asks("drivercall", Method::Delete, &format!("/drivercalls/{call}"), json!({})),
        5 => {
            // Under a number of the desk; or under one of a call, which is refused.
            let number = if fleet.dice.below(2) == 0 { call } else { desk };
            let fields = json!({"orderId": number.to_string(), "tel": "02-1", "location": place});
            fleet.asks("drivermanage", Method::Post, "/drivermanages", fields);
        }
        6 => {
            let fields = json!({"status": "호출취소"});
            let number = if fleet.dice.below(3) == 0 { desk } else { call };
            fleet.asks("drivermanage", Method::Patch, &format!("/drivermanages/{number}"), fields);
        }
        // Most of the six go home, so that calls wait.
        7 | 8 => {
            let fields = json!({"status": duty});
            fleet.asks("driverassign", Method::Patch, &format!("/drivers/{driver}"), fields);
        }
        9 => {
            let fields = json!({"driverid": "7", "driver": "새", "drivertel": "010", "drivingType": types,
                "location": place});
            fleet.asks("driverassign", Method::Post, "/drivers", fields);
        }
        10 => {
            let fields = json!({"location": place});
            fleet.asks("driverassign", Method::Patch, &format!("/drivers/{driver}"), fields);
        }
        _ => {
            let fields = json!({"status": "운행종료"});
            fleet.asks("driverassign", Method::Patch, &format!("/driverassigns/{call}"), fields);
        }
    }
}

/// Before any last resort only drivers are waited for: that one is free, or that a trip is over.
const PATIENT: &[&str] = &["driverassign"];

#[test]
fn d9_d15_d16_calls_and_drivers_agree_whatever_happens() {
    lives(Play { system: accepting, ask, patient: PATIENT }, LIVES);
}

#[test]
fn d8_d14_calls_that_may_be_refused_agree_too() {
    lives(Play { system: refusing, ask, patient: PATIENT }, LIVES);
}

//! All five systems in one process, all of them busy, killed again and again.

use crate::{audit, start};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use testkit::dice::Dice;
use testkit::http::request;
use testkit::server::{Server, TempDir, eventually};

const KILLS: u64 = 4;
/// Four a system.
const CLIENTS: u64 = 20;
/// Bookings that must be answered between two kills, at least.
const BETWEEN: u64 = 100;
const SEATS: u64 = 20;
const CONCERT: &str = "/concert/concerts/1";

/// What clients were told.
#[derive(Default)]
struct Told {
    /// Where the bookings are that were answered 201.
    made: Mutex<BTreeSet<String>>,
    answered: AtomicU64,
    stop: AtomicBool,
}

/// One booking of a system, by the hand of one client.
fn wish(system: u64, client: u64, count: u64) -> (&'static str, Value) {
    match system {
        0 => {
            let seat = (client + count) % SEATS + 1;
            ("/seat/reservations", json!({"name": "Han", "seatId": seat, "payType": "card"}))
        }
        1 => ("/driver/drivercalls", json!({"tel": "01012345678", "location": "마포", "cost": 25000})),
        2 => ("/taxi/orders", json!({"orderType": "basic", "name": "Jung"})),
        3 => ("/concert/bookings/", json!({"concertId": 1, "userId": client + 1, "qty": 1})),
        // Days that nobody else books.
        _ => {
            let day = format!("2031{:02}{:02}", count % 12 + 1, count / 12 % 28 + 1);
            let room = 1 + client * 1_000 + count / 336;
            let (from, to) = (format!("{day}0930"), format!("{day}1030"));
            let user = client.to_string();
            (
                "/room/bookings",
                json!({"roomId": room, "useStartDtm": from, "useEndDtm": to, "bookingUserId": user}),
            )
        }
    }
}

/// Books, and pays where paying is a step of its own, until the process is gone.
fn client(to: SocketAddr, client: u64, round: u64, told: &Told) {
    let mut count = round * 10_000;
    while !told.stop.load(Ordering::Relaxed) {
        count += 1;
        let (path, body) = wish(client % 5, client, count);
        let Ok(seen) = request(to, "POST", path, &[], &body) else { return };
        // Tickets run out.
        let sold_out = seen.status == 409 && client % 5 == 3;
        assert!(matches!(seen.status, 201 | 503) || sold_out, "{path}: {} {}", seen.status, seen.text);
        let Some(place) = seen.header("location").and_then(|place| place.split_once("//")?.1.split_once('/'))
        else {
            continue;
        };
        let path = format!("/{}", place.1);
        if client % 5 == 3 {
            let pay = path.replace("/bookings/", "/payments/");
            if request(to, "PATCH", &pay, &[], &json!({"status": "PaymentApproved"})).is_err() {
                return;
            }
        }
        told.made.lock().expect("no client panics").insert(path);
        told.answered.fetch_add(1, Ordering::Relaxed);
    }
}

/// Seats and tickets.
fn furnish(server: &Server) {
    for seat in 1..=SEATS {
        for path in ["/seat/managements", "/seat/seats"] {
            server.post(path, &json!({"seatId": seat, "seatStatus": "Emptied"})).is(201);
        }
    }
    server.post("/concert/concerts", &json!({"name": "IU 2020", "ticketQty": 50})).is(201);
}

#[test]
fn nothing_of_any_system_is_lost() {
    let data = TempDir::new("kill-all");
    let told = Arc::new(Told::default());
    let mut dice = Dice::new(2);
    let server = start(&data, None);
    furnish(&server);
    server.kill();
    for round in 0..KILLS {
        let server = start(&data, None);
        let to = server.gateway;
        told.stop.store(false, Ordering::Relaxed);
        let before = told.answered.load(Ordering::Relaxed);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let told = Arc::clone(&told);
                std::thread::spawn(move || client(to, number, round, &told))
            })
            .collect();
        let until = before + BETWEEN + dice.below(BETWEEN);
        eventually(|| told.answered.load(Ordering::Relaxed), |answered| *answered >= until);
        server.kill();
        told.stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().expect("a client was told something wrong");
        }
    }
    let server = start(&data, None);
    let made = told.made.lock().expect("no client panics").clone();
    for path in &made {
        server.get(path).is(200);
    }
    for system in ["seat", "driver", "taxi", "concert", "room"] {
        assert!(made.iter().any(|path| path.starts_with(&format!("/{system}/"))), "{system} was not busy");
    }
    let settled = |status: &str| !matches!(status, "Pending" | "BookingRequested");
    for path in made.iter().filter(|path| path.starts_with("/seat/") || path.starts_with("/concert/")) {
        let status = || server.get(path).json()["status"].as_str().unwrap_or_default().to_owned();
        // A payment whose answer was lost may not have been asked for: then the booking waits to be paid.
        let paid = |status: &String| {
            settled(status) || server.get(path).json()["paymentStatus"] == "PaymentRequested"
        };
        eventually(status, paid);
    }
    let left = server.get(CONCERT).json()["ticketQty"].as_u64().expect("a number");
    assert!(left <= 50);
    server.stop();
    audit(&data);
}

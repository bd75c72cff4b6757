//! The call taxi: every order that was answered is there, a key in flight ends in one order and its answer.

use crate::{audit, start};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use testkit::dice::Dice;
use testkit::http::request;
use testkit::server::{TempDir, eventually};

const KILLS: u64 = 6;
const CLIENTS: u64 = 16;
/// Orders that must be answered before the process is killed, at least.
const BETWEEN: u64 = 150;

/// What clients were told: number of the order → the status it must have.
#[derive(Default)]
struct Told {
    placed: Mutex<BTreeMap<u64, bool>>,
    /// Keys whose answer never came: asked again after the restart.
    open: Mutex<Vec<String>>,
    answered: AtomicU64,
    stop: AtomicBool,
}

fn order(to: SocketAddr, key: &str) -> Option<(u16, u64)> {
    let body = json!({"orderType": "basic", "name": "Jung", "cardNo": "4111111111115656"});
    let seen = request(to, "POST", "/orders", &[("idempotency-key", key)], &body).ok()?;
    let number =
        seen.header("location").and_then(|place| place.rsplit('/').next()?.parse().ok()).unwrap_or(0);
    Some((seen.status, number))
}

/// Orders, and cancels every fourth; writes down what it was told.
fn client(to: SocketAddr, name: String, told: &Told) {
    let mut count = 0;
    while !told.stop.load(Ordering::Relaxed) {
        count += 1;
        let key = format!("{name}-{count}");
        match order(to, &key) {
            Some((201, number)) => {
                told.placed.lock().expect("no client panics").insert(number, false);
                told.answered.fetch_add(1, Ordering::Relaxed);
                if number % 4 == 0 {
                    let seen = request(to, "DELETE", &format!("/orders/{number}"), &[], &Value::Null);
                    if seen.is_ok_and(|seen| seen.status == 204) {
                        told.placed.lock().expect("no client panics").insert(number, true);
                    }
                }
            }
            Some((503, _)) => {}
            Some((status, _)) => panic!("an order was answered {status}"),
            None => {
                told.open.lock().expect("no client panics").push(key);
                return;
            }
        }
    }
}

#[test]
fn nothing_that_was_answered_is_lost() {
    let data = TempDir::new("kill");
    let told = Arc::new(Told::default());
    let mut dice = Dice::new(1);
    for round in 0..KILLS {
        let server = start(&data, Some("taxi"));
        let to = server.gateway;
        told.stop.store(false, Ordering::Relaxed);
        let before = told.answered.load(Ordering::Relaxed);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (told, name) = (Arc::clone(&told), format!("client-{round}-{number}"));
                std::thread::spawn(move || client(to, name, &told))
            })
            .collect();
        let until = before + BETWEEN + dice.below(BETWEEN);
        eventually(|| told.answered.load(Ordering::Relaxed), |answered| *answered >= until);
        server.kill();
        told.stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().expect("a client was told something wrong");
        }
        let server = start(&data, Some("taxi"));
        repeat_open(server.gateway, &told);
        server.kill();
    }
    let server = start(&data, Some("taxi"));
    let placed = told.placed.lock().expect("no client panics").clone();
    assert!(placed.len() as u64 > KILLS * BETWEEN);
    for (number, cancelled) in &placed {
        let status = if *cancelled { "Your reservation is canceled!" } else { "Reservation Complete" };
        let path = format!("/mypages/{number}");
        eventually(
            || server.get(&path),
            |seen| {
                let shown = seen.json()["status"].as_str().unwrap_or_default().to_owned();
                // A cancel whose answer was lost may have been done.
                seen.status == 200 && (shown == status || shown == "Your reservation is canceled!")
            },
        );
    }
    let total = server.get("/orders").json()["page"]["totalElements"].as_u64().expect("a number");
    assert_eq!(total, placed.len() as u64, "every order that exists was answered to somebody");
    server.stop();
    audit(&data);
}

/// A key that was in flight at the crash ends in one booking and its answer, however often it is repeated.
fn repeat_open(to: SocketAddr, told: &Told) {
    for key in std::mem::take(&mut *told.open.lock().expect("no client panics")) {
        let first = eventually(|| order(to, &key), |seen| matches!(seen, Some((201, _))));
        let again = order(to, &key);
        assert_eq!(first, again, "{key}");
        let (_, number) = first.expect("it is answered");
        told.placed.lock().expect("no client panics").insert(number, false);
    }
}

//! Random lives with a seed: administrators and users do what they like.

use kernel::{Method, System};
use serde_json::{Value, json};
use testkit::life::{Life, Play, lives};

const LIVES: u64 = 2_000;
/// Why the system may end a booking.
const REASONS: [&str; 4] = ["EXPIRED", "SOLD_OUT", "UNKNOWN_CONCERT", "OTHER_PRICE"];
/// For one user, of one concert.
const TICKETS_PER_USER: u64 = 6;

fn system() -> System {
    concert::system(concert::Settings::default())
}

fn limited() -> System {
    let tickets_per_user = TICKETS_PER_USER;
    concert::system(concert::Settings { tickets_per_user, ..concert::Settings::default() })
}

fn number(life: &mut Life) -> u64 {
    life.dice.below(6) + 1
}

fn deed(life: &mut Life) {
    match life.dice.below(20) {
        0..=5 => book(life),
        6..=11 => pay(life),
        12..=14 => {
            let path = format!("/bookings/{}", number(life));
            life.send("cancel", Method::Delete, &path, &Value::Null);
        }
        15 => {
            let body = json!({"bookingId": number(life)});
            life.send("ask", Method::Post, "/payments", &body);
        }
        16 | 17 => register(life),
        18 => {
            let (concert, tickets) = (life.dice.below(3) + 1, life.dice.below(8));
            let body = json!({"ticketQty": tickets});
            life.send("correct", Method::Patch, &format!("/concerts/{concert}"), &body);
        }
        _ => {
            let path = format!("/concerts/{}", life.dice.below(3) + 1);
            life.send("remove", Method::Delete, &path, &Value::Null);
        }
    }
}

fn book(life: &mut Life) {
    let (concert, user, qty) = (life.dice.below(3) + 1, life.dice.below(2) + 1, life.dice.below(4) + 1);
    let body = json!({"concertId": concert, "userId": user, "qty": qty});
    life.send("book", Method::Post, "/bookings", &body);
}

fn pay(life: &mut Life) {
    let card = *life.dice.pick(&["4111111111115656", "4111111111115656", "4111111111110002"]);
    let body = json!({"status": "PaymentApproved", "cardNo": card});
    let path = format!("/payments/{}", number(life));
    life.send("pay", Method::Patch, &path, &body);
}

fn register(life: &mut Life) {
    let (tickets, price) = (life.dice.below(8), *life.dice.pick(&[10_000, 10_000, 5_000]));
    let body = json!({"name": "IU 2020", "ticketQty": tickets, "price": price});
    life.send("register", Method::Post, "/concerts", &body);
}

/// Every booking that was answered 201 has its tickets, or ended; whoever was told "paid" has tickets or the money back.
fn check(life: &mut Life) {
    for number in life.made("book") {
        let booking = life.world.get(&format!("/bookings/{number}"));
        let page = life.world.get(&format!("/bookingHistories/{number}")).is(200).body;
        let payment = life.world.get(&format!("/payments/{number}")).is(200).body;
        let served = booking.body["status"] == "BookingApproved"
            && page["status"] == "BookingApproved"
            && payment["status"] == "PaymentApproved";
        let ended = page["status"] == "PaymentCanceled" && payment["status"] == "PaymentCanceled";
        let why = booking.body["reason"].as_str();
        // Nothing the provider does here ends a booking, however often a card is declined.
        let told = booking.status == 404 || why.is_some_and(|why| REASONS.contains(&why));
        assert!(served || ended && told, "{booking:?} {page} {payment}");
        let account = |(name, _): &(&String, &testkit::provider::Account)| {
            name.rsplit('/').next().is_some_and(|held| held == number.to_string())
        };
        let accounts = life.world.outside.accounts.iter().filter(account);
        let kept = accounts.filter(|(_, account)| account.captured && !account.returned).count();
        assert_eq!(kept, usize::from(served), "a booking is charged once if it is served, else not at all");
    }
    for seen in life.answers("pay").into_iter().filter(|seen| seen.status == 200) {
        let status = &seen.body["status"];
        assert!(status == "PaymentApproved" || status == "PaymentCanceled", "{seen:?}");
    }
}

#[test]
fn random_lives_keep_every_promise() {
    lives(Play { system, deed, check }, LIVES);
}

/// One user, who wants all there is.
fn grab(life: &mut Life) {
    if life.made("register").is_empty() {
        life.send("register", Method::Post, "/concerts", &json!({"name": "IU 2020", "ticketQty": 100}));
    }
    let number = number(life);
    match life.dice.below(10) {
        0..=4 => {
            let body = json!({"concertId": 1, "userId": 1, "qty": life.dice.below(3) + 1});
            life.send("book", Method::Post, "/bookings", &body);
        }
        5..=8 => {
            let body = json!({"status": "PaymentApproved"});
            life.send("pay", Method::Patch, &format!("/payments/{number}"), &body);
        }
        _ => life.send("cancel", Method::Delete, &format!("/bookings/{number}"), &Value::Null),
    }
}

/// Within the limit, whatever comes at the same time.
fn check_limit(life: &mut Life) {
    check(life);
    let mut held = 0;
    for number in life.made("book") {
        let booking = life.world.get(&format!("/bookings/{number}")).body;
        if booking["status"] == "BookingApproved" {
            held += booking["qty"].as_u64().expect("a number");
        }
    }
    assert!(held <= TICKETS_PER_USER, "{held} tickets for one user");
}

#[test]
fn c3_no_user_holds_more_than_allowed() {
    lives(Play { system: limited, deed: grab, check: check_limit }, LIVES / 4);
}

//! Random lives with a seed: customers, managers and drivers do what they like, at any pace, while the weather is bad
//! and the process dies. What must hold is checked from outside.
//!
//! `HOLDFAST_SEED=17 cargo test -p taxi --test simulation` plays one life again; `HOLDFAST_LIVES=100000` plays more.

use kernel::{Method, Millis, System};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::dice::Dice;
use testkit::world::{Ticket, Twists, World};

const LIVES: u64 = 2_000;

fn system() -> System {
    taxi::system(taxi::Settings::default())
}

/// A request of somebody, and what it was.
struct Sent {
    ticket: Ticket,
    order: bool,
}

struct Life {
    world: World,
    dice: Dice,
    sent: Vec<Sent>,
    stopped: BTreeSet<&'static str>,
    keys: u64,
}

const SERVICES: [&str; 5] = ["order", "payment", "reservation", "notification", "taxi"];

impl Life {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let twists =
            Twists { hear_twice: dice.percent(30), lose_shelf: dice.percent(20), ..Twists::default() };
        let world = World::twisted(system, twists);
        Self { world, dice, sent: Vec::new(), stopped: BTreeSet::new(), keys: 0 }
    }

    fn play(&mut self) {
        for _ in 0..self.dice.below(40) + 5 {
            self.weather();
            self.deed();
            let (steps, within) = (self.dice.below(6), *self.dice.pick(&[0, 1, 50, 400, 3_000]));
            self.world.play(usize::try_from(steps).expect("few"), Millis(within));
        }
    }

    fn weather(&mut self) {
        if self.dice.percent(20) {
            self.world.weather.delay_ms = *self.dice.pick(&[0, 1, 5, 100, 250, 299, 301, 700, 5_000]);
        }
        if self.dice.percent(5) {
            self.world.refuse_next_commit();
        }
        if self.dice.percent(10) {
            self.world.weather.lose_calls = u32::from(self.dice.percent(50));
            self.world.weather.lose_answers = u32::from(self.dice.percent(50));
        }
    }

    fn deed(&mut self) {
        match self.dice.below(20) {
            0..=6 => self.order(),
            7..=10 => self.manage(),
            11..=13 => self.cancel(),
            14 => self.register(),
            15 => self.pay_by_hand(),
            16 => self.world.crash(),
            17 => self.service(),
            18 => {
                let span = *self.dice.pick(&[200, 1_000, 30_000, 3_600_000, 90_000_000]);
                self.world.pass(Millis(span));
            }
            _ => self.correct(),
        }
    }

    fn send(&mut self, method: Method, path: &str, body: Value, order: bool) {
        let key = self.dice.percent(30).then(|| {
            self.keys += 1;
            format!("key-{}", self.keys)
        });
        let times = if key.is_some() && self.dice.percent(50) { 2 } else { 1 };
        for _ in 0..times {
            let ticket = self.world.send(method, path, body.clone(), key.as_deref());
            self.sent.push(Sent { ticket, order });
        }
    }

    fn number(&mut self) -> u64 {
        self.dice.below(6) + 1
    }

    fn order(&mut self) {
        let card = *self.dice.pick(&["4111111111115656", "4111111111115656", "4111111111110002"]);
        let grade = *self.dice.pick(&["basic", "prime"]);
        let body = json!({"orderType": grade, "name": "Jung", "cardNo": card});
        self.send(Method::Post, "/orders", body, true);
    }

    fn manage(&mut self) {
        let (order, taxi) = (self.number(), self.dice.below(3) + 1);
        let taxi = if self.dice.percent(70) { json!(taxi) } else { Value::Null };
        if self.dice.percent(50) {
            let body = json!({"orderId": order, "status": "confirmed", "taxiId": taxi});
            self.send(Method::Post, "/reservations", body, false);
        } else {
            let body = json!({"status": "confirmed", "taxiId": taxi});
            self.send(Method::Patch, &format!("/reservations/{order}"), body, false);
        }
    }

    fn cancel(&mut self) {
        let path = format!("/orders/{}", self.number());
        if self.dice.percent(50) {
            self.send(Method::Delete, &path, Value::Null, false);
        } else {
            self.send(Method::Patch, &path, json!({"status": "cancelled"}), false);
        }
    }

    fn register(&mut self) {
        let (stock, grade) = (self.dice.below(3), *self.dice.pick(&[None, Some("basic"), Some("prime")]));
        let body = json!({"taxiName": "sonata", "stockCnt": stock, "orderType": grade});
        self.send(Method::Post, "/taxis", body, false);
    }

    fn pay_by_hand(&mut self) {
        let body = json!({"orderId": self.number(), "cardNo": "4111111111115656"});
        self.send(Method::Post, "/paymentHistories", body, false);
    }

    fn correct(&mut self) {
        let path = format!("/taxis/{}", self.dice.below(3) + 1);
        let body = json!({"stockCnt": self.dice.below(4)});
        self.send(Method::Patch, &path, body, false);
    }

    fn service(&mut self) {
        let service = *self.dice.pick(&SERVICES);
        if self.stopped.remove(service) {
            self.world.start_service(service);
        } else {
            self.stopped.insert(service);
            self.world.stop_service(service);
        }
    }

    /// Everything runs again, and all deadlines pass.
    fn rest(&mut self) {
        for service in std::mem::take(&mut self.stopped) {
            self.world.start_service(service);
        }
        self.world.weather = testkit::provider::Weather::default();
        self.world.settle();
        self.world.audit(false);
        self.world.pass(Millis::days(9));
        self.world.audit(true);
    }

    /// What clients were told is so.
    fn check_promises(&mut self) {
        let mut placed = 0;
        let mut numbers = BTreeSet::new();
        for sent in &self.sent {
            let Some(seen) = self.world.peek(sent.ticket) else { continue };
            let allowed = [200, 201, 202, 204, 402, 404, 409, 422, 503];
            assert!(allowed.contains(&seen.status), "{seen:?}");
            if sent.order && seen.status == 201 {
                numbers.insert(seen.number());
                placed += 1;
            }
        }
        assert!(placed >= numbers.len());
        for number in &numbers {
            let order = self.world.get(&format!("/orders/{number}")).is(200).body["status"].clone();
            let page = self.world.get(&format!("/mypages/{number}")).is(200).body;
            let ended = order == "cancelled" && page["status"] == "Your reservation is canceled!";
            let served = order == "confirmed" && page["status"] == "confirmed" && page["taxiId"].is_u64();
            assert!(ended || served, "nothing waits for ever: order is {order}, page is {page}");
        }
    }
}

fn live(seed: u64) {
    let mut life = Life::new(seed);
    life.play();
    life.rest();
    life.check_promises();
}

#[test]
fn random_lives_keep_every_promise() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    if let Some(seed) = number("HOLDFAST_SEED") {
        return live(seed);
    }
    let lives = number("HOLDFAST_LIVES").unwrap_or(LIVES);
    let failed = (0..lives).find_map(|seed| {
        let lived = std::panic::catch_unwind(|| live(seed));
        lived.err().map(|_| seed)
    });
    assert_eq!(failed, None, "repeat it with HOLDFAST_SEED");
}

//! Random lives on the real engine: people do what they like, at any pace, while the weather is bad, services stop and
//! the process dies. What must hold is checked from outside. A failure prints its seed; `HOLDFAST_SEED` plays it again.

use crate::dice::{Dice, seeds};
use crate::provider::Weather;
use crate::seen::Seen;
use crate::world::{Ticket, Twists, World};
use kernel::{Method, Millis, System};
use serde_json::Value;
use std::collections::BTreeSet;

/// Longer than any deadline of a system.
const AGE: Millis = Millis::days(9);
/// What a person may ever be told.
const ANSWERS: [u16; 9] = [200, 201, 202, 204, 402, 404, 409, 422, 503];

/// How one system is played.
#[derive(Clone, Copy, Debug)]
pub struct Play {
    pub system: fn() -> System,
    /// Somebody does something.
    pub deed: fn(&mut Life),
    /// At the end, when everything runs again and every deadline has passed: what clients were told is so.
    pub check: fn(&mut Life),
}

/// A request of somebody.
#[derive(Debug)]
struct Sent {
    ticket: Ticket,
    /// What it was, in the player's words: `order`.
    what: &'static str,
}

#[derive(Debug)]
pub struct Life {
    pub world: World,
    pub dice: Dice,
    sent: Vec<Sent>,
    stopped: BTreeSet<String>,
    keys: u64,
}

impl Life {
    fn new(make: fn() -> System, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let twists =
            Twists { hear_twice: dice.percent(30), lose_shelf: dice.percent(20), ..Twists::default() };
        let world = World::twisted(make, twists);
        Self { world, dice, sent: Vec::new(), stopped: BTreeSet::new(), keys: 0 }
    }

    /// Asks, sometimes with an idempotency key, and then sometimes twice. `what` names it for [`Life::answers`].
    pub fn send(&mut self, what: &'static str, method: Method, path: &str, body: &Value) {
        let key = self.dice.percent(30).then(|| {
            self.keys += 1;
            format!("key-{}", self.keys)
        });
        let times = if key.is_some() && self.dice.percent(50) { 2 } else { 1 };
        for _ in 0..times {
            let ticket = self.world.send(method, path, body.clone(), key.as_deref());
            self.sent.push(Sent { ticket, what });
        }
    }

    /// The answers so far to what was sent under this name.
    pub fn answers(&self, what: &str) -> Vec<Seen> {
        let of_it = self.sent.iter().filter(|sent| sent.what == what);
        of_it.filter_map(|sent| self.world.peek(sent.ticket)).collect()
    }

    /// The numbers of what was made under this name: answered with 201, each once.
    pub fn made(&self, what: &str) -> BTreeSet<u64> {
        let made = self.answers(what).into_iter().filter(|seen| seen.status == 201);
        made.map(|seen| seen.number()).collect()
    }

    fn play(&mut self, deed: fn(&mut Self)) {
        for _ in 0..self.dice.below(40) + 5 {
            self.weather();
            match self.dice.below(20) {
                0 => self.world.crash(),
                1 => self.service(),
                2 => {
                    let span = *self.dice.pick(&[200, 1_000, 30_000, 600_000, 3_600_000, 90_000_000]);
                    self.world.pass(Millis(span));
                }
                _ => deed(self),
            }
            let (steps, within) = (self.dice.below(6), *self.dice.pick(&[0, 1, 50, 400, 3_000]));
            self.world.play(usize::try_from(steps).expect("few"), Millis(within));
        }
    }

    fn weather(&mut self) {
        if self.dice.percent(20) {
            self.world.weather.delay_ms =
                *self.dice.pick(&[0, 1, 5, 100, 250, 299, 301, 609, 611, 999, 1_001, 5_000]);
        }
        if self.dice.percent(5) {
            self.world.refuse_next_commit();
        }
        if self.dice.percent(10) {
            self.world.weather.lose_calls = u32::from(self.dice.percent(50));
            self.world.weather.lose_answers = u32::from(self.dice.percent(50));
        }
    }

    fn service(&mut self) {
        let services = self.world.services();
        let service = self.dice.pick(&services).clone();
        if self.stopped.remove(&service) {
            self.world.start_service(&service);
        } else {
            self.world.stop_service(&service);
            self.stopped.insert(service);
        }
    }

    /// Everything runs again, and all deadlines pass.
    fn rest(&mut self) {
        for service in std::mem::take(&mut self.stopped) {
            self.world.start_service(&service);
        }
        self.world.weather = Weather::default();
        self.world.settle();
        self.world.audit(false);
        self.world.pass(AGE);
        self.world.audit(true);
        for sent in &self.sent {
            if let Some(seen) = self.world.peek(sent.ticket) {
                assert!(ANSWERS.contains(&seen.status), "{}: {seen:?}", sent.what);
            }
        }
    }
}

fn live(play: Play, seed: u64) {
    let mut life = Life::new(play.system, seed);
    life.play(play.deed);
    life.rest();
    (play.check)(&mut life);
}

/// Plays so many lives, or as many as `HOLDFAST_LIVES` says.
pub fn lives(play: Play, lives: u64) {
    let failed = seeds(lives).find(|seed| std::panic::catch_unwind(|| live(play, *seed)).is_err());
    assert_eq!(failed, None, "repeat it with HOLDFAST_SEED");
}

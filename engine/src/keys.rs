//! Idempotency keys: the same request with the same key acts once and is answered the same.

use crate::ports::{IdempotencyKey, KeyRow, Reply, ReplyTo};
use kernel::{Millis, Time};
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

/// How long an answer is kept.
pub const KEPT_FOR: Millis = Millis::hours(24);
/// How many keys are remembered, whichever limit comes first.
pub const KEPT_MAX: usize = 1_000_000;

/// A key by two hashes under secrets of this process: the texts stay on disk.
pub(crate) type KeyName = u128;

/// What became of a key.
pub(crate) enum KeyState {
    /// Nobody has used it.
    Free,
    /// The first request is under way; later ones wait with it.
    Pending,
    /// Answered in this very batch: the answer is not on disk yet.
    Fresh(Reply),
    /// Answered; the answer is in the store.
    Kept,
    /// Used for another request.
    Other,
}

struct Known {
    /// When it was begun: an older entry of the same key in the list by age does not remove it.
    time: Time,
    fingerprint: u128,
    state: State,
}

enum State {
    Pending { joined: Vec<ReplyTo> },
    Fresh(Box<Reply>),
    Kept,
}

/// The index of all keys, in memory.
pub(crate) struct Keys {
    secrets: [RandomState; 2],
    known: HashMap<KeyName, Known>,
    by_age: VecDeque<(Time, KeyName)>,
    /// Changed since the last commit.
    touched: Vec<KeyName>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        let secrets = [RandomState::new(), RandomState::new()];
        Self { secrets, known: HashMap::new(), by_age: VecDeque::new(), touched: Vec::new() }
    }

    fn hash(&self, parts: &[&str]) -> u128 {
        let [high, low] = self.secrets.each_ref().map(|secret| u128::from(secret.hash_one(parts)));
        high << 64 | low
    }

    pub(crate) fn name(&self, service: &str, key: &IdempotencyKey) -> KeyName {
        self.hash(&[service, &key.caller, &key.key])
    }

    /// The name of a key by its row.
    pub(crate) fn name_of(&self, row: &KeyRow) -> KeyName {
        self.hash(&[&row.service, &row.caller, &row.key])
    }

    pub(crate) fn look(&self, name: KeyName, fingerprint: &str) -> KeyState {
        match self.known.get(&name) {
            None => KeyState::Free,
            Some(known) if known.fingerprint != self.hash(&[fingerprint]) => KeyState::Other,
            Some(known) => match &known.state {
                State::Pending { .. } => KeyState::Pending,
                State::Fresh(reply) => KeyState::Fresh((**reply).clone()),
                State::Kept => KeyState::Kept,
            },
        }
    }

    /// The first request with this key has begun.
    pub(crate) fn begin(&mut self, name: KeyName, fingerprint: &str, now: Time) {
        let (fingerprint, state) = (self.hash(&[fingerprint]), State::Pending { joined: Vec::new() });
        let known = Known { time: now, fingerprint, state };
        self.known.insert(name, known);
        self.by_age.push_back((now, name));
        self.touched.push(name);
    }

    /// Waits with the first.
    pub(crate) fn join(&mut self, name: KeyName, reply: ReplyTo) {
        if let Some(Known { state: State::Pending { joined }, .. }) = self.known.get_mut(&name) {
            joined.push(reply);
        }
    }

    /// The answer is decided; gives those who waited with the first. A 503 frees the key, once it is durable.
    pub(crate) fn complete(&mut self, name: KeyName, reply: &Reply) -> Vec<ReplyTo> {
        let Some(known) = self.known.get_mut(&name) else { return Vec::new() };
        let before = std::mem::replace(&mut known.state, State::Fresh(Box::new(reply.clone())));
        self.touched.push(name);
        match before {
            State::Pending { joined } => joined,
            State::Fresh(_) | State::Kept => Vec::new(),
        }
    }

    /// The batch is durable: answers are on disk now.
    pub(crate) fn committed(&mut self, now: Time) {
        for name in self.touched.drain(..) {
            match self.known.get_mut(&name).map(|known| &mut known.state) {
                Some(State::Fresh(reply)) if reply.status == 503 => {
                    self.known.remove(&name);
                }
                Some(state @ State::Fresh(_)) => *state = State::Kept,
                Some(State::Pending { .. } | State::Kept) | None => {}
            }
        }
        while let Some((time, name)) = self.by_age.front()
            && (now.since(*time) > KEPT_FOR || self.by_age.len() > KEPT_MAX)
        {
            if self.known.get(name).is_some_and(|known| known.time == *time) {
                self.known.remove(name);
            }
            self.by_age.pop_front();
        }
    }

    /// The batch is lost: a key that was completed or begun in it is free again, unless it was begun before;
    /// then it stays pending.
    pub(crate) fn undone(&mut self, still_pending: impl Fn(KeyName) -> bool) -> Vec<ReplyTo> {
        let mut homeless = Vec::new();
        for name in std::mem::take(&mut self.touched) {
            if still_pending(name) {
                if let Some(known) = self.known.get_mut(&name) {
                    known.state = State::Pending { joined: Vec::new() };
                }
            } else if let Some(Known { state: State::Pending { joined }, .. }) = self.known.remove(&name) {
                homeless.extend(joined);
            }
        }
        homeless
    }

    /// At start: what the store holds, oldest first.
    pub(crate) fn restore(&mut self, row: &KeyRow) -> KeyName {
        let name = self.name_of(row);
        match &row.answer {
            Some(reply) if reply.status == 503 => {
                self.known.remove(&name);
            }
            answer => {
                let state =
                    if answer.is_some() { State::Kept } else { State::Pending { joined: Vec::new() } };
                self.known.insert(
                    name,
                    Known { time: row.time, fingerprint: self.hash(&[&row.fingerprint]), state },
                );
                self.by_age.push_back((row.time, name));
            }
        }
        name
    }
}

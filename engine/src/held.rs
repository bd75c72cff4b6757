//! Requests that are held: whoever asked is answered when a call of the document is over, when the hold is over, or
//! by a fallback.

use crate::cache::Key;
use crate::calls::OpenCall;
use crate::flow::CallRef;
use crate::lane::{Client, Lane, Origin};
use crate::ports::Reply;
use kernel::{Mode, Problem, Time};

/// Where a request is held: at a call of a document.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) key: Key,
    step: &'static str,
    attempt: u64,
    mode: Mode,
    /// Then the client gets the record as it is. `None`: the call's own end is its deadline.
    pub(crate) until: Option<Time>,
    /// The step in which it came.
    pub(crate) batch: u64,
}

/// A request that is held, or one that is to be held again if the commit of its answer fails.
pub(crate) struct Held {
    pub(crate) place: Place,
    pub(crate) origin: Origin,
}

/// A request whose answer is decided; the answer leaves after the commit.
pub(crate) struct Told {
    pub(crate) client: Client,
    /// Where it was held before; `None`: nowhere.
    pub(crate) held: Option<Place>,
    pub(crate) reply: Reply,
}

impl Place {
    pub(crate) fn at(key: Key, call: &OpenCall, now: Time, batch: u64) -> Self {
        let until = (call.mode != Mode::Refuse).then(|| now + call.hold);
        Self { key, step: call.step, attempt: call.attempt, mode: call.mode, until, batch }
    }

    fn call(&self) -> CallRef {
        CallRef { kind: self.key.0, id: self.key.1, step: self.step, attempt: self.attempt }
    }

    fn is_at(&self, call: &OpenCall) -> bool {
        call.step == self.step && call.attempt == self.attempt
    }
}

impl Lane {
    pub(crate) fn hold(&mut self, held: Held) {
        self.held.entry(held.place.key).or_default().push(held);
    }

    /// Takes out those of a document for which it is so.
    fn taken_out(&mut self, key: Key, is_so: impl Fn(&Self, &Held) -> bool) -> Vec<Held> {
        let Some(held) = self.held.remove(&key) else { return Vec::new() };
        let (out, still): (Vec<Held>, Vec<Held>) = held.into_iter().partition(|one| is_so(self, one));
        if !still.is_empty() {
            self.held.insert(key, still);
        }
        out
    }

    /// Answers the requests that waited for calls which are over.
    pub(crate) fn release(&mut self, key: Key, no: Option<&Problem>) {
        let is_over = |lane: &Self, one: &Held| {
            let open = lane.calls.get(&key);
            !open.is_some_and(|open| open.iter().any(|call| one.place.is_at(call)))
        };
        for one in self.taken_out(key, is_over) {
            self.settle(one, no.cloned());
        }
    }

    /// A held request gets its answer; if the commit fails, it is held again.
    fn settle(&mut self, held: Held, no: Option<Problem>) {
        self.finish(held.place.key, held.origin, Some(held.place), no);
    }

    /// Requests that were held long enough get the record as it is.
    pub(crate) fn let_go(&mut self, key: Key) {
        let now = self.step.now;
        let is_over = |_: &Self, one: &Held| one.place.until.is_some_and(|until| until <= now);
        for mut one in self.taken_out(key, is_over) {
            match (one.place.mode, &mut one.origin) {
                (Mode::Forward, Origin::Client(client)) => client.success = 202,
                (Mode::Defer, _) => self.waited_in_vain(one.place.call()),
                _ => {}
            }
            self.settle(one, None);
        }
    }

    /// A deferred call has not been answered while somebody waited for it.
    fn waited_in_vain(&mut self, call: CallRef) {
        let Some(to) = self.find(call).map(|open| open.to) else { return };
        if self.fall_back(call) {
            self.ended((call.kind, call.id), Mode::Defer, to, false);
        }
    }

    /// Whoever waits for a deferred call gets the record as it is, once, and the operator reads the line that the
    /// source documents print. Gives whether this was the first time.
    pub(crate) fn fall_back(&mut self, call: CallRef) -> bool {
        let Some(open) = self.find(call) else { return false };
        if open.mode != Mode::Defer || std::mem::replace(&mut open.fell_back, true) {
            return false;
        }
        let id = call.id;
        self.step.notes.push(format!("Circuit breaker has been opened. Fallback returned instead. {id}"));
        let waits_for_it = |_: &Self, one: &Held| one.place.call() == call;
        for one in self.taken_out((call.kind, call.id), waits_for_it) {
            self.settle(one, None);
        }
        true
    }
}

//! What documents wait for: calls out, timers, and the requests held meanwhile. Nothing here is stored: all of it
//! follows from the documents, so it survives every crash and ends when the state moves on.

use crate::cache::Key;
use crate::lane::{CallRef, Client, Lane, Origin, Output, Work, unavailable};
use crate::ports::{OutboundCall, Reply, StoreError};
use crate::registry::ServiceNo;
use kernel::{
    Answer, AnyCommand, AnyWait, Asked, Caller, ErasedCall, Id, Millis, Mode, Problem, Request, Time,
};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

/// Pause before a call is asked again the first time; doubles up to [`RETRY_MAX`].
const RETRY_MIN: Millis = Millis(200);
const RETRY_MAX: Millis = Millis::seconds(10);
/// A call out for longer is taken for lost and asked again, with the same key.
const LEASE: Millis = Millis::seconds(30);
/// How often open calls are looked over for lost ones.
const SWEEP: Millis = Millis::seconds(5);
/// How far ahead timers are kept in memory.
const HORIZON: Millis = Millis::minutes(10);
/// How many documents with timers are brought into memory at once.
const HORIZON_MAX: usize = 50_000;

/// A call that some document waits for.
pub(crate) struct OpenCall {
    pub(crate) step: &'static str,
    pub(crate) attempt: u64,
    pub(crate) mode: Mode,
    pub(crate) hold: Millis,
    to: &'static str,
    tries: u32,
    /// Whether it counts among the open calls of its target.
    counted: bool,
    /// When to ask again.
    next: Time,
    /// Makes the command of the answer; taken when the answer has come.
    answer: Option<Box<dyn FnOnce(Answer) -> AnyCommand + Send>>,
}

impl std::fmt::Debug for OpenCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenCall")
            .field("step", &self.step)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

/// A request that is answered when a call of its document is over.
pub(crate) struct Held {
    pub(crate) key: Key,
    pub(crate) step: &'static str,
    pub(crate) attempt: u64,
    pub(crate) mode: Mode,
    /// Then the client gets the record as it is. `None`: the call's own end is its deadline.
    pub(crate) until: Option<Time>,
    /// The step in which it came.
    pub(crate) batch: u64,
    pub(crate) origin: Origin,
}

/// Where a call goes.
enum Way {
    /// A service that runs in this lane.
    Here(ServiceNo),
    /// A port: the payment provider, the notifier.
    Out,
    Nowhere,
}

impl Lane {
    pub(crate) fn waits_of(&self, keys: &[Key]) -> Vec<(Key, Vec<AnyWait>)> {
        keys.iter().map(|key| (*key, self.waits(*key))).collect()
    }

    /// What the document in memory waits for.
    fn waits(&self, key: Key) -> Vec<AnyWait> {
        let Some(document) = self.cache.get(key).and_then(|entry| entry.document.as_deref()) else {
            return Vec::new();
        };
        let aggregate = self.registry.aggregate(key.0).expect("only documents wait");
        aggregate.waits(document, key.1)
    }

    fn way(&self, key: Key, to: &str) -> Way {
        match self.registry.sibling(self.registry.service_of(key.0), to) {
            Some(service) if self.registry.runs(service) => Way::Here(service),
            None if self.ports.contains(to) => Way::Out,
            Some(_) | None => Way::Nowhere,
        }
    }

    /// Whether a decision begins a refusing call that cannot be sent: then it must not happen.
    pub(crate) fn cannot_send(&self, waits: &[(Key, Vec<AnyWait>)]) -> bool {
        waits.iter().any(|(key, waits)| {
            waits.iter().any(|wait| match wait {
                AnyWait::Call(call) if call.mode == Mode::Refuse && self.open_call(*key, call).is_none() => {
                    match self.way(*key, call.to) {
                        Way::Here(_) => false,
                        Way::Out => self.is_full(call.to),
                        Way::Nowhere => true,
                    }
                }
                AnyWait::Call(_) | AnyWait::Timer { .. } => false,
            })
        })
    }

    fn is_full(&self, to: &str) -> bool {
        self.open.get(to).is_some_and(|open| *open >= crate::lane::OPEN_CALLS_MAX)
    }

    fn open_call(&self, key: Key, call: &ErasedCall) -> Option<&OpenCall> {
        let calls = self.calls.get(&key)?;
        calls.iter().find(|open| open.step == call.step && open.attempt == call.attempt)
    }

    /// Brings the open calls in line with what the documents wait for now; new ones go out, and requests whose
    /// wait is over are answered. `no` is what the deciding document said to its askers.
    pub(crate) fn register(&mut self, waits: Vec<(Key, Vec<AnyWait>)>, decider: Key, no: Option<&Problem>) {
        for (key, waits) in waits {
            let mut before = self.calls.remove(&key).unwrap_or_default();
            let (mut now_open, mut new, mut due) = (Vec::new(), Vec::new(), None::<Time>);
            for wait in waits {
                let at = match wait {
                    AnyWait::Timer { due, .. } => due,
                    AnyWait::Call(mut call) => {
                        let same = |open: &OpenCall| open.step == call.step && open.attempt == call.attempt;
                        if let Some(place) = before.iter().position(same) {
                            now_open.push(before.swap_remove(place));
                        } else {
                            if let Some(until) = call.until {
                                self.wake_at(until, key);
                            }
                            now_open.push(OpenCall::new(&mut call, self.step.now));
                            new.push(call);
                        }
                        self.step.now
                    }
                };
                due = Some(due.map_or(at, |held| held.min(at)));
            }
            for over in before.into_iter().filter(|call| call.counted) {
                self.uncount(over.to);
            }
            if let Some(at) = due.filter(|at| *at > self.step.now && *at <= self.horizon) {
                self.wake_at(at, key);
            }
            self.cache.set_due(key, due);
            if !now_open.is_empty() {
                self.calls.insert(key, now_open);
            }
            self.release(key, if key == decider { no } else { None });
            for call in new {
                self.dispatch(key, call);
            }
        }
    }

    /// Answers the requests that waited for calls which are over.
    fn release(&mut self, key: Key, no: Option<&Problem>) {
        let Some(held) = self.held.remove(&key) else { return };
        let open = self.calls.get(&key);
        let waits_on = |one: &Held| {
            open.is_some_and(|open| {
                open.iter().any(|call| call.step == one.step && call.attempt == one.attempt)
            })
        };
        let (still, over): (Vec<Held>, Vec<Held>) = held.into_iter().partition(waits_on);
        if !still.is_empty() {
            self.held.insert(key, still);
        }
        for one in over {
            self.settle_held(one, no.cloned());
        }
    }

    /// A held request gets its answer; if the commit fails, it is held again.
    fn settle_held(&mut self, held: Held, no: Option<Problem>) {
        let Held { key, step, attempt, mode, until, batch, origin } = held;
        let before = self.step.answered.len();
        self.finish(key, origin, no);
        // The last one is its own: those who joined it by the same key come before.
        if let Some((answered, _)) = self.step.answered[before..].last_mut() {
            (answered.key, answered.step, answered.attempt) = (key, step, attempt);
            (answered.mode, answered.until, answered.batch) = (mode, until, batch);
        }
    }

    /// Sends a call on its way, in this lane or out of it.
    fn dispatch(&mut self, key: Key, call: ErasedCall) {
        let reference = CallRef { kind: key.0, id: key.1, step: call.step, attempt: call.attempt };
        let way = self.way(key, call.to);
        let full = matches!(way, Way::Out) && self.is_full(call.to);
        let now = self.step.now;
        let Some(open) = self.find(reference) else { return };
        let tries = open.tries;
        match way {
            Way::Nowhere => self.ask_again_later(reference),
            Way::Out if full => self.ask_again_later(reference),
            Way::Here(service) => {
                open.next = now + LEASE;
                self.call_here(reference, service, &call.request);
            }
            Way::Out => {
                (open.counted, open.next) = (true, now + LEASE);
                *self.open.entry(call.to).or_default() += 1;
                let from = self.registry.service_name(self.registry.service_of(key.0)).to_owned();
                let name = self.registry.kind_name(key.0);
                let key = format!("{name}/{}/{}/{}", key.1, call.step, call.attempt);
                let out = OutboundCall { key, from, to: call.to.to_owned(), request: call.request, tries };
                self.step.outbound.push((reference, out));
            }
        }
    }

    /// A call to a service of this lane takes the same path as over HTTP: route, fields, command.
    fn call_here(&mut self, reference: CallRef, callee: ServiceNo, request: &Request) {
        let registry = Arc::clone(&self.registry);
        let key = (reference.kind, reference.id);
        let caller = registry.service_name(registry.service_of(key.0));
        let resources = &registry.service(callee).resources;
        let mut routes = resources.iter().flat_map(|resource| &resource.routes);
        let found = routes.find_map(|route| {
            let id = (route.method == request.method).then(|| route.matches(&request.path)).flatten()?;
            Some((route, id))
        });
        let Some((route, id)) = found else {
            panic!("{caller} calls {} {}, which nobody serves", request.method.name(), request.path);
        };
        let asked = Asked { caller: Caller::Service(caller), id, fields: &request.fields };
        let deed = match (route.handler)(&asked) {
            Ok(deed) => deed,
            Err(problem) => {
                let status = if matches!(problem.status, 402 | 404 | 409) { problem.status } else { 422 };
                return self
                    .came_back(reference, Some(Answer::Refused { status, code: problem.code.into() }));
            }
        };
        let kind =
            registry.own_kind(callee, deed.kind).expect("a route's deed goes to a document of its service");
        let id = match deed.target {
            kernel::Target::New => self.cache.fresh(kind),
            kernel::Target::Id(id) => id,
        };
        let (cause, correlation) = self.causes(key);
        let origin = Origin::Call(reference);
        self.step.work.push_back(Work { key: (kind, id), command: deed.command, origin, cause, correlation });
    }

    /// The event that made a document wait, and the booking it is about.
    fn causes(&self, key: Key) -> (Option<u64>, Option<Id>) {
        let cause = self.cache.get(key).map(|entry| entry.changed).filter(|seq| *seq > 0);
        let of_booking = self.registry.aggregate(key.0).is_some_and(kernel::DynAggregate::of_booking);
        (cause, of_booking.then_some(key.1))
    }

    fn find(&mut self, call: CallRef) -> Option<&mut OpenCall> {
        let calls = self.calls.get_mut(&(call.kind, call.id))?;
        calls.iter_mut().find(|open| open.step == call.step && open.attempt == call.attempt)
    }

    fn uncount(&mut self, to: &'static str) {
        if let Some(open) = self.open.get_mut(to) {
            *open = open.saturating_sub(1);
        }
    }

    fn ask_again_later(&mut self, reference: CallRef) {
        let now = self.step.now;
        let Some(open) = self.find(reference) else { return };
        let pause = Millis(RETRY_MIN.0 << open.tries.min(6)).min(RETRY_MAX);
        open.tries += 1;
        open.next = now + pause;
        let at = open.next;
        self.wake_at(at, (reference.kind, reference.id));
    }

    /// A call came back: the answer becomes a command to the document that waits, if it still does.
    pub(crate) fn came_back(&mut self, reference: CallRef, answer: Option<Answer>) {
        let key = (reference.kind, reference.id);
        let Some(open) = self.find(reference) else { return };
        if std::mem::take(&mut open.counted) {
            let to = open.to;
            self.uncount(to);
        }
        let Some(answer) = answer else { return self.ask_again_later(reference) };
        // Without a maker: answered already, and the document has not said yet what follows from it.
        let Some(make) = self.find(reference).and_then(|open| open.answer.take()) else { return };
        let (cause, correlation) = self.causes(key);
        let (command, origin) = (make(answer), Origin::Nobody);
        self.step.work.push_back(Work { key, command, origin, cause, correlation });
    }

    pub(crate) fn wake_at(&mut self, at: Time, key: Key) {
        self.wakes.push(Reverse((at, key)));
    }

    /// Looks at every document whose time has come.
    pub(crate) fn wake_due(&mut self) {
        if self.step.now >= self.horizon
            && let Err(error) = self.look_ahead()
        {
            self.step.broken = Some(error);
            return;
        }
        if self.step.now >= self.swept + SWEEP {
            self.sweep();
        }
        let mut seen = HashSet::new();
        while let Some(Reverse((at, key))) = self.wakes.peek().copied()
            && at <= self.step.now
        {
            self.wakes.pop();
            if !seen.insert(key) {
                continue;
            }
            if let Err(error) = self.look_at(key) {
                self.step.broken = Some(error);
                return;
            }
        }
    }

    /// Calls whose answer has got lost are asked again.
    fn sweep(&mut self) {
        self.swept = self.step.now;
        let late = |calls: &[OpenCall]| calls.iter().any(|call| call.next <= self.step.now);
        let keys: Vec<Key> =
            self.calls.iter().filter(|(_, calls)| late(calls)).map(|(key, _)| *key).collect();
        for key in keys {
            self.wake_at(self.step.now, key);
        }
    }

    /// Brings the timers of the next minutes into memory.
    fn look_ahead(&mut self) -> Result<(), StoreError> {
        let mut horizon = self.step.now + HORIZON;
        let due = self.shelf.due(horizon, HORIZON_MAX)?;
        if due.len() == HORIZON_MAX
            && let Some((_, _, last)) = due.last()
        {
            horizon = (*last).max(self.step.now + Millis(1));
        }
        for (kind, id, at) in due {
            if let Some(kind) = self.registry.kind(&kind) {
                self.wake_at(at, (kind, id));
            }
        }
        let in_memory: Vec<(Time, Key)> = self
            .cache
            .each()
            .filter_map(|(key, entry)| Some((entry.due.filter(|at| *at <= horizon)?, key)))
            .collect();
        for (at, key) in in_memory {
            self.wake_at(at, key);
        }
        self.horizon = horizon;
        Ok(())
    }

    /// Fires the timer that is due, asks calls again, gives up those whose deadline has passed, and lets go the
    /// requests that were held long enough.
    fn look_at(&mut self, key: Key) -> Result<(), StoreError> {
        if !self.registry.runs(self.registry.service_of(key.0)) {
            return Ok(());
        }
        self.cache.ensure(key, &self.registry, &mut *self.shelf)?;
        let now = self.step.now;
        let (cause, correlation) = self.causes(key);
        let mut fired = false;
        for wait in self.waits(key) {
            match wait {
                AnyWait::Timer { due, command } if due <= now && !fired => {
                    fired = true;
                    self.step.work.push_back(Work {
                        key,
                        command,
                        origin: Origin::Nobody,
                        cause,
                        correlation,
                    });
                }
                AnyWait::Timer { due, .. } if due > now && due <= self.horizon => self.wake_at(due, key),
                AnyWait::Timer { .. } => {}
                AnyWait::Call(call) if call.until.is_some_and(|until| until <= now) => {
                    let command = call.into_command(Answer::GivenUp);
                    self.step.work.push_back(Work {
                        key,
                        command,
                        origin: Origin::Nobody,
                        cause,
                        correlation,
                    });
                }
                AnyWait::Call(call) => self.look_at_call(key, call),
            }
        }
        self.let_go(key);
        Ok(())
    }

    fn look_at_call(&mut self, key: Key, mut call: ErasedCall) {
        let now = self.step.now;
        let reference = CallRef { kind: key.0, id: key.1, step: call.step, attempt: call.attempt };
        if self.find(reference).is_none() {
            self.calls.entry(key).or_default().push(OpenCall::new(&mut call, now));
            if let Some(until) = call.until {
                self.wake_at(until, key);
            }
        }
        let open = self.find(reference).expect("it was added above");
        open.answer = open.answer.take().or(call.answer.take());
        if open.next > now {
            let next = open.next;
            return self.wake_at(next, key);
        }
        if open.counted {
            self.uncount(call.to);
        }
        self.dispatch(key, call);
    }

    /// Requests that were held long enough get the record as it is.
    fn let_go(&mut self, key: Key) {
        let now = self.step.now;
        let Some(held) = self.held.remove(&key) else { return };
        let is_over = |one: &Held| one.until.is_some_and(|until| until <= now);
        let (over, still): (Vec<Held>, Vec<Held>) = held.into_iter().partition(is_over);
        if !still.is_empty() {
            self.held.insert(key, still);
        }
        for mut one in over {
            if let (Mode::Forward, Origin::Client(client)) = (one.mode, &mut one.origin) {
                client.success = 202;
            }
            self.settle_held(one, None);
        }
    }

    /// The commit failed: everything is as it was before the step. Requests of the step get 503, older ones are
    /// held again, and calls whose answers were lost are asked again.
    pub(crate) fn give_back(
        &mut self,
        now: Time,
        answered: Vec<(Held, Reply)>,
        error: &StoreError,
        output: &mut Output,
    ) {
        self.step.now = now;
        let touched = self.cache.changed_since(0);
        self.cache.undo_to(0);
        let lost = Reply::of_problem(&unavailable("store-unavailable"));
        let mut clients = Vec::new();
        for (held, _) in answered {
            if held.batch < self.number {
                self.held.entry(held.key).or_default().push(held);
            } else if let Origin::Client(client) = held.origin {
                clients.push(client);
            }
        }
        for held in self.held.values_mut() {
            let (older, new): (Vec<Held>, Vec<Held>) =
                std::mem::take(held).into_iter().partition(|one| one.batch < self.number);
            *held = older;
            clients.extend(new.into_iter().filter_map(|one| match one.origin {
                Origin::Client(client) => Some(client),
                Origin::Call(_) | Origin::Nobody => None,
            }));
        }
        self.held.retain(|_, held| !held.is_empty());
        let pending: HashSet<u128> =
            self.held.values().flatten().filter_map(|one| self.key_of(one)).collect();
        let homeless = self.keys.undone(|name| pending.contains(&name));
        let replies = clients.into_iter().filter_map(|Client { reply, .. }| reply).chain(homeless);
        output.replies.extend(replies.map(|reply| (reply, lost.clone())));
        for key in touched {
            for call in self.calls.remove(&key).unwrap_or_default() {
                if call.counted {
                    self.uncount(call.to);
                }
            }
            self.wake_at(now + RETRY_MIN, key);
        }
        if let StoreError::Broken(_) = error {
            output.broken = Some(error.clone());
        }
    }

    fn key_of(&self, held: &Held) -> Option<u128> {
        let Origin::Client(Client { key: Some(row), .. }) = &held.origin else { return None };
        let key = crate::ports::IdempotencyKey {
            caller: row.caller.clone(),
            key: row.key.clone(),
            fingerprint: row.fingerprint.clone(),
        };
        Some(self.keys.name(&row.service, &key))
    }
}

impl OpenCall {
    /// A call that nobody has asked yet; takes over how its answer is made into a command.
    fn new(call: &mut ErasedCall, now: Time) -> Self {
        let (step, attempt, mode, hold, to) = (call.step, call.attempt, call.mode, call.hold, call.to);
        Self {
            step,
            attempt,
            mode,
            hold,
            to,
            tries: 0,
            counted: false,
            next: now,
            answer: call.answer.take(),
        }
    }
}

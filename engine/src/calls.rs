//! What documents wait for: calls out, timers, and the requests held meanwhile. Nothing here is stored: all of it
//! follows from the documents, so it survives every crash and ends when the state moves on.

use crate::breaker::Turn;
use crate::cache::Key;
use crate::flow::CallRef;
use crate::lane::{Lane, Origin, Work};
use crate::ports::OutboundCall;
use crate::registry::ServiceNo;
use kernel::{
    Answer, AnyCommand, AnyWait, Asked, Caller, ErasedCall, Id, Millis, Mode, Problem, Request, Time,
};
use std::sync::Arc;

/// Pause before a call is asked again the first time; doubles up to [`RETRY_MAX`].
pub(crate) const RETRY_MIN: Millis = Millis(200);
const RETRY_MAX: Millis = Millis::seconds(10);
/// A call out for longer is taken for lost and asked again, with the same key.
const LEASE: Millis = Millis::seconds(30);

/// A call that some document waits for.
pub(crate) struct OpenCall {
    pub(crate) step: &'static str,
    pub(crate) attempt: u64,
    pub(crate) mode: Mode,
    pub(crate) hold: Millis,
    pub(crate) to: &'static str,
    tries: u32,
    /// A caller that gives up when nobody can be asked.
    gives_up: bool,
    /// Nobody is held for it any more: whoever waited has the record as it is.
    pub(crate) fell_back: bool,
    /// Whether it counts among the open calls of its target.
    pub(crate) counted: bool,
    /// When to ask again.
    pub(crate) next: Time,
    /// Makes the command of the answer; taken when the answer has come.
    pub(crate) answer: Option<Box<dyn FnOnce(Answer) -> AnyCommand + Send>>,
}

impl std::fmt::Debug for OpenCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenCall")
            .field("step", &self.step)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

/// Where a call goes.
enum Way {
    /// A service that runs in this lane.
    Here(ServiceNo),
    /// A port: the payment provider, the notifier, or a service that runs in another process.
    Out,
    Nowhere,
}

impl Lane {
    pub(crate) fn waits_of(&self, keys: &[Key]) -> Vec<(Key, Vec<AnyWait>)> {
        keys.iter().map(|key| (*key, self.waits(*key))).collect()
    }

    /// What the document in memory waits for.
    pub(crate) fn waits(&self, key: Key) -> Vec<AnyWait> {
        let Some(document) = self.cache.get(key).and_then(|entry| entry.document.as_deref()) else {
            return Vec::new();
        };
        let aggregate = self.registry.aggregate(key.0).expect("only documents wait");
        aggregate.waits(document, key.1)
    }

    /// Where a call can go now. Nowhere also while there are too many, or the breaker between the two is open.
    fn way(&self, key: Key, to: &'static str, mode: Mode) -> Way {
        let way = match self.registry.sibling(self.registry.service_of(key.0), to) {
            Some(service) if self.registry.runs(service) => Way::Here(service),
            Some(service) if self.ports.contains(self.registry.service_name(service)) => Way::Out,
            None if self.ports.contains(to) => Way::Out,
            Some(_) | None => Way::Nowhere,
        };
        match way {
            Way::Out if self.is_full(to) => Way::Nowhere,
            way if mode == Mode::Forward || self.allows(key, to) => way,
            Way::Here(_) | Way::Out | Way::Nowhere => Way::Nowhere,
        }
    }

    /// Whether a decision begins a refusing call that cannot be sent: then it must not happen.
    pub(crate) fn cannot_send(&self, waits: &[(Key, Vec<AnyWait>)]) -> bool {
        waits.iter().any(|(key, waits)| {
            waits.iter().any(|wait| match wait {
                AnyWait::Call(call) if call.mode == Mode::Refuse && self.open_call(*key, call).is_none() => {
                    matches!(self.way(*key, call.to, call.mode), Way::Nowhere)
                }
                AnyWait::Call(_) | AnyWait::Timer { .. } => false,
            })
        })
    }

    /// Whether the breaker between the document's service and the target lets a call through.
    fn allows(&self, key: Key, to: &'static str) -> bool {
        let edge = (self.registry.service_of(key.0), to);
        self.breakers.get(&edge).is_none_or(|breaker| breaker.allows(self.step.now))
    }

    /// A call has been answered, or has waited in vain: its breaker takes note.
    pub(crate) fn ended(&mut self, key: Key, mode: Mode, to: &'static str, answered: bool) {
        if mode == Mode::Forward {
            return;
        }
        let service = self.registry.service_of(key.0);
        let turn = self.breakers.entry((service, to)).or_default().ended(self.step.now, answered);
        let name = self.registry.service_name(service);
        match turn {
            Some(Turn::Opened { ended, failed, span }) => self.step.notes.push(format!(
                "circuit breaker {name} -> {to} opened: {failed} of {ended} calls failed; next try in {} s",
                span.0 / 1_000
            )),
            Some(Turn::Closed) => self.step.notes.push(format!("circuit breaker {name} -> {to} closed")),
            None => {}
        }
    }

    /// The callee cannot ask whom it needs, so it has done nothing: a caller that can give up need not wait.
    pub(crate) fn not_even_begun(&mut self, reference: CallRef) {
        let gives_up = self.find(reference).is_some_and(|open| open.gives_up);
        self.came_back(reference, gives_up.then_some(Answer::GivenUp));
    }

    /// The deadline of a call has passed.
    pub(crate) fn given_up(&mut self, reference: CallRef) {
        // One that nobody waited for any more was counted when they were let go.
        if let Some(open) = self.find(reference).filter(|open| !open.fell_back) {
            let (mode, to) = (open.mode, open.to);
            self.ended((reference.kind, reference.id), mode, to, false);
        }
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
    /// Gives whether that document began a call.
    pub(crate) fn register(
        &mut self,
        waits: Vec<(Key, Vec<AnyWait>)>,
        decider: Key,
        no: Option<&Problem>,
    ) -> bool {
        let mut began = false;
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
            began |= key == decider && !new.is_empty();
            for call in new {
                self.dispatch(key, call);
            }
        }
        began
    }

    /// Sends a call on its way, in this lane or out of it.
    pub(crate) fn dispatch(&mut self, key: Key, call: ErasedCall) {
        let reference = CallRef { kind: key.0, id: key.1, step: call.step, attempt: call.attempt };
        let (way, now) = (self.way(key, call.to, call.mode), self.step.now);
        if call.mode != Mode::Forward && !matches!(way, Way::Nowhere) {
            let edge = (self.registry.service_of(key.0), call.to);
            if let Some(breaker) = self.breakers.get_mut(&edge) {
                breaker.sent(now);
            }
        }
        let Some(open) = self.find(reference) else { return };
        let tries = open.tries;
        match way {
            Way::Nowhere => self.cannot_ask(reference),
            Way::Here(service) => {
                open.next = now + LEASE;
                self.call_here(reference, service, &call.request);
            }
            Way::Out => {
                (open.counted, open.next) = (true, now + LEASE);
                *self.open.entry(call.to).or_default() += 1;
                let from = self.registry.service_name(self.registry.service_of(key.0)).to_owned();
                let peer = self.registry.sibling(self.registry.service_of(key.0), call.to);
                let to = peer.map_or(call.to, |service| self.registry.service_name(service)).to_owned();
                let name = self.registry.kind_name(key.0);
                let key = format!("{name}/{}/{}/{}", key.1, call.step, call.attempt);
                let out = OutboundCall { key, from, to, request: call.request, tries };
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
        let id = self.cache.number(kind, deed.target);
        let (cause, correlation) = self.causes(key);
        let origin = Origin::Call(reference);
        self.step.work.push_back(Work { key: (kind, id), command: deed.command, origin, cause, correlation });
    }

    /// The event that made a document wait, and the booking it is about.
    pub(crate) fn causes(&self, key: Key) -> (Option<u64>, Option<Id>) {
        let cause = self.cache.get(key).map(|entry| entry.changed).filter(|seq| *seq > 0);
        let of_booking = self.registry.aggregate(key.0).is_some_and(kernel::DynAggregate::of_booking);
        (cause, of_booking.then_some(key.1))
    }

    pub(crate) fn find(&mut self, call: CallRef) -> Option<&mut OpenCall> {
        let calls = self.calls.get_mut(&(call.kind, call.id))?;
        calls.iter_mut().find(|open| open.step == call.step && open.attempt == call.attempt)
    }

    pub(crate) fn uncount(&mut self, to: &'static str) {
        if let Some(open) = self.open.get_mut(to) {
            *open = open.saturating_sub(1);
        }
    }

    fn cannot_ask(&mut self, reference: CallRef) {
        self.fall_back(reference);
        self.ask_again_later(reference);
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
        let (to, mode) = (open.to, open.mode);
        if std::mem::take(&mut open.counted) {
            self.uncount(to);
        }
        self.ended(key, mode, to, matches!(answer, Some(Answer::Done(_) | Answer::Refused { .. })));
        let Some(answer) = answer else { return self.ask_again_later(reference) };
        // Without a maker: answered already, and the document has not said yet what follows from it.
        let Some(make) = self.find(reference).and_then(|open| open.answer.take()) else { return };
        let (cause, correlation) = self.causes(key);
        let (command, origin) = (make(answer), Origin::Nobody);
        self.step.work.push_back(Work { key, command, origin, cause, correlation });
    }
}

impl OpenCall {
    /// A call that nobody has asked yet; takes over how its answer is made into a command.
    pub(crate) fn new(call: &mut ErasedCall, now: Time) -> Self {
        let (step, attempt, mode, hold, to) = (call.step, call.attempt, call.mode, call.hold, call.to);
        Self {
            step,
            attempt,
            mode,
            hold,
            to,
            tries: 0,
            gives_up: mode == Mode::Refuse && call.until.is_some(),
            fell_back: false,
            counted: false,
            next: now,
            answer: call.answer.take(),
        }
    }
}

//! Random lives of services that know nothing of each other's pace: each hears late, and again what it has heard
//! before; calls get lost, come twice and come late; answers get lost; any deadline may pass at any moment. Whatever
//! happens, at the end the system's own audit is clean. A failure prints its seed; `HOLDFAST_SEED` plays it again.

use crate::dice::Dice;
use crate::given::{Given, Then};
use crate::provider::Outside;
use engine::ports::OutboundCall;
use kernel::{
    AllDocuments, Answer, AnyEvent, AnyWait, Audit, ErasedCall, Everything, Id, Method, Numbered, Request,
    System,
};
use serde_json::Value;
use std::any::Any;

/// The most things that happen in a life before it comes to its end.
const STEPS_MAX: u64 = 500;
/// Rounds until a life that does not come to rest is given up.
const ROUNDS_MAX: usize = 10_000;

/// How one system is played.
#[derive(Clone, Copy, Debug)]
pub struct Play {
    pub system: fn() -> System,
    /// Somebody wants something.
    pub ask: fn(&mut Fleet),
    /// Beginnings of what may still be pending before any last resort: somebody's next deed is waited for.
    pub patient: &'static [&'static str],
}

/// Names one wait of one document, as the engine does.
#[derive(Clone, Debug, PartialEq)]
struct Name {
    service: usize,
    kind: &'static str,
    id: Id,
    step: &'static str,
    attempt: u64,
}

/// The services of a system, each for itself.
pub struct Fleet {
    pub dice: Dice,
    /// Bookings so far, as the player counts them.
    pub bookings: u64,
    system: System,
    services: Vec<Given>,
    /// What was said in public, and how far each service has heard.
    log: Vec<AnyEvent>,
    cursors: Vec<usize>,
    outside: Outside,
    /// Requests that are still on their way, although nobody may wait for them any more.
    late: Vec<(Name, &'static str, Request)>,
    answers: Vec<(Name, Answer)>,
    /// Callers that are answered when a call of the callee is over.
    held: Vec<(Name, Name)>,
}

impl std::fmt::Debug for Fleet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fleet").field("services", &self.services).finish_non_exhaustive()
    }
}

impl AllDocuments for Fleet {
    fn get(&self, kind: &'static str, id: Id) -> Option<&(dyn Any + Send + Sync)> {
        self.each(kind).find(|(held, _)| *held == id).map(|(_, own)| own)
    }
    fn each<'a>(&'a self, kind: &'static str) -> Box<dyn Iterator<Item = Numbered<'a>> + 'a> {
        Box::new(self.services.iter().flat_map(move |service| service.each(kind)))
    }
}

impl Fleet {
    fn new(make: fn() -> System, seed: u64) -> Self {
        let system = make();
        let services: Vec<Given> =
            system.services.iter().map(|service| Given::service(make(), service.name)).collect();
        Self {
            dice: Dice::new(seed),
            bookings: 0,
            cursors: vec![0; services.len()],
            services,
            system,
            log: Vec::new(),
            outside: Outside::default(),
            late: Vec::new(),
            answers: Vec::new(),
            held: Vec::new(),
        }
    }

    fn place(&self, service: &str) -> Option<usize> {
        self.system.services.iter().position(|one| one.name == service)
    }

    /// A person asks a service over the wire; fields are checked already.
    pub fn asks(&mut self, service: &str, method: Method, path: &str, fields: Value) {
        let service = self.place(service).expect("a service of the system");
        let then = self.services[service].asks(method, path, fields);
        self.after(service, &then);
    }

    /// What was said goes into the log; callers whose wait is over are answered.
    fn after(&mut self, service: usize, then: &Then) {
        let own = &self.system.services[service];
        for (name, fields) in &then.said {
            let event = own.decode_event(name, &fields.to_string()).expect("what was said can be read");
            self.log.extend(own.heard(&event));
        }
        let held = std::mem::take(&mut self.held);
        for (caller, wait) in held {
            if self.call(&wait).is_some() {
                self.held.push((caller, wait));
            } else if (then.kind, then.id) == (wait.kind, wait.id) {
                self.answer(caller, service, then);
            }
        }
    }

    fn answer(&mut self, caller: Name, service: usize, then: &Then) {
        match &then.no {
            None => {
                let record = self.services[service].body(then.kind, then.id).unwrap_or_default();
                self.answers.push((caller, Answer::Done(record)));
            }
            Some(no) if no.status < 500 => self.answers.push((caller, Answer::of_problem(no))),
            // No answer at all: it will be asked again.
            Some(_) => {}
        }
    }

    fn calls(&self) -> Vec<(Name, ErasedCall)> {
        let of_service = |(service, given): (usize, &Given)| {
            let waits = given.all_waits().into_iter();
            let calls = waits.filter_map(move |(kind, id, wait)| match wait {
                AnyWait::Call(call) => {
                    Some((Name { service, kind, id, step: call.step, attempt: call.attempt }, call))
                }
                AnyWait::Timer { .. } => None,
            });
            calls.collect::<Vec<_>>()
        };
        self.services.iter().enumerate().flat_map(of_service).collect()
    }

    fn call(&self, name: &Name) -> Option<ErasedCall> {
        self.calls().into_iter().find(|(held, _)| held == name).map(|(_, call)| call)
    }

    /// A request reaches its target, perhaps long after it was sent.
    fn arrive(&mut self, name: Name, to: &str, request: Request) {
        let Some(callee) = self.place(to) else {
            let (key, from) = (String::new(), String::new());
            let call = OutboundCall { key, from, to: to.into(), request, tries: 0 };
            let answer = self.outside.ask(&call);
            return self.answers.extend(answer.map(|answer| (name, answer)));
        };
        let caller = format!("{}.{}", self.system.name, self.system.services[name.service].name);
        let fields = serde_json::to_value(&request.fields).expect("fields are JSON");
        let before: Vec<Name> = self.calls().into_iter().map(|(name, _)| name).collect();
        let then = self.services[callee].service_asks(&caller, request.method, &request.path, fields);
        self.after(callee, &then);
        // A repeat waits with the first; a decision that changed something waits only for what it began.
        let holds = |held: &Name| then.no.is_none() && (then.said.is_empty() || !before.contains(held));
        let wait = self.calls().into_iter().find(|(held, call)| {
            let its = (held.service, held.kind, held.id) == (callee, then.kind, then.id);
            its && call.hold.0 > 0 && holds(held)
        });
        match wait {
            Some((wait, _)) => self.held.push((name, wait)),
            None => self.answer(name, callee, &then),
        }
    }

    fn give(&mut self, name: &Name, answer: Answer) {
        // Nobody waits for it any more: it reaches nobody.
        let Some(call) = self.call(name) else { return };
        let command = call.into_command(answer);
        let then = self.services[name.service].decide(name.kind, name.id, command);
        self.after(name.service, &then);
    }

    fn hear(&mut self, service: usize) -> bool {
        let Some(event) = self.log.get(self.cursors[service]).cloned() else { return false };
        self.cursors[service] += 1;
        let then = self.services[service].hears_any(&*event);
        self.after(service, &then);
        true
    }

    fn some<T>(&mut self, of: &[T]) -> usize {
        usize::try_from(self.dice.below(of.len() as u64)).expect("a place fits")
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.dice.below(sides) == 0
    }

    /// Something happens, or goes wrong.
    fn step(&mut self, ask: fn(&mut Self)) {
        let service = usize::try_from(self.dice.below(self.services.len() as u64)).expect("a place fits");
        match self.dice.below(20) {
            0..=2 => ask(self),
            3..=7 => while self.hear(service) && self.one_in(2) {},
            // Its cursor was not saved: it hears again what it has heard.
            8 => {
                let back = usize::try_from(self.dice.below(4)).expect("a place fits");
                self.cursors[service] = self.cursors[service].saturating_sub(back);
            }
            9..=12 => self.send(),
            13..=15 if !self.late.is_empty() => {
                let late = std::mem::take(&mut self.late);
                let place = self.some(&late);
                let (name, to, request) = late[place].clone();
                self.late = late;
                // Otherwise it comes once more.
                if !self.one_in(6) {
                    self.late.swap_remove(place);
                }
                self.arrive(name, to, request);
            }
            16..=18 if !self.answers.is_empty() => {
                let place = usize::try_from(self.dice.below(self.answers.len() as u64)).expect("a place");
                let (name, answer) = self.answers.swap_remove(place);
                // Otherwise it gets lost.
                if !self.one_in(6) {
                    self.give(&name, answer);
                }
            }
            19 if self.one_in(12) => {
                self.fire();
            }
            _ => {}
        }
    }

    /// Some call is sent, or given up.
    fn send(&mut self) {
        let mut calls = self.calls();
        if calls.is_empty() {
            return;
        }
        let place = self.some(&calls);
        let (name, call) = calls.swap_remove(place);
        if call.until.is_some() && self.one_in(6) {
            return self.give(&name, Answer::GivenUp);
        }
        self.late.push((name, call.to, call.request));
    }

    /// Some deadline passes.
    fn fire(&mut self) -> bool {
        let mut timers = Vec::new();
        for (service, given) in self.services.iter().enumerate() {
            timers.extend(given.all_waits().into_iter().filter_map(|(kind, id, wait)| match wait {
                AnyWait::Timer { due, command } => Some((service, kind, id, due, command)),
                AnyWait::Call(_) => None,
            }));
        }
        if timers.is_empty() {
            return false;
        }
        let place = self.some(&timers);
        let (service, kind, id, due, command) = timers.swap_remove(place);
        let given = &mut self.services[service];
        given.now = given.now.max(due);
        let then = given.decide(kind, id, command);
        self.after(service, &then);
        true
    }

    /// Everything that is under way comes to its end.
    fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let mut busy = false;
            for (name, to, request) in std::mem::take(&mut self.late) {
                self.arrive(name, to, request);
            }
            for (name, answer) in std::mem::take(&mut self.answers) {
                self.give(&name, answer);
            }
            for service in 0..self.services.len() {
                while self.hear(service) {
                    busy = true;
                }
            }
            for (name, call) in self.calls() {
                busy = true;
                self.late.push((name, call.to, call.request));
            }
            if !busy && self.late.is_empty() && self.answers.is_empty() {
                return;
            }
        }
        let waits: Vec<Name> = self.calls().into_iter().map(|(name, _)| name).collect();
        panic!("it never comes to rest: {waits:?}");
    }

    fn audit(&self) -> Audit {
        (self.system.audit)(Everything(self))
    }
}

/// What is wrong at the end of a life.
pub fn live(play: Play, seed: u64) -> Vec<String> {
    let mut fleet = Fleet::new(play.system, seed);
    for _ in 0..fleet.dice.below(STEPS_MAX) {
        fleet.step(play.ask);
    }
    fleet.settle();
    // Without any last resort: only people are waited for.
    let audit = fleet.audit();
    let mut wrong = audit.findings;
    let patient = |what: &String| play.patient.iter().any(|known| what.starts_with(known));
    wrong.extend(audit.pending.into_iter().filter(|what| !patient(what)));
    for _ in 0..ROUNDS_MAX {
        if !fleet.fire() {
            break;
        }
        fleet.settle();
    }
    let audit = fleet.audit();
    wrong.extend(audit.findings);
    wrong.extend(audit.pending);
    wrong.extend(fleet.outside.disagreements(&audit.charges));
    wrong
}

/// Plays so many lives (`HOLDFAST_LIVES` may say how many, `HOLDFAST_SEED` which one) and fails at the first that ends wrong.
pub fn lives(play: Play, lives: u64) {
    for seed in crate::dice::seeds(lives) {
        let wrong = live(play, seed);
        assert!(wrong.is_empty(), "HOLDFAST_SEED={seed}\n{}", wrong.join("\n"));
    }
}

//! A whole process in one thread with simulated time: the real engine over memory, a provider outside, clients
//! that ask. Nothing sleeps; `settle` plays until everything is at rest, or says what never comes to rest.

mod evidence;
mod fields;

use crate::memory::{Fault, MemoryShelf, MemoryStore};
use crate::provider::{Outside, Weather};
use crate::seen::Seen;
use engine::ports::{Ask, IdempotencyKey, Page, Query, Reader, Reply, Shelf, Store};
use engine::{CallRef, Committed, Follower, Input, Lane, LaneParts, Output, Registry};
use kernel::{Answer, Asked, Caller, Id, Method, Millis, System, Time};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

/// Steps until `settle` gives up.
const STEPS_MAX: usize = 100_000;
/// Timers further away than this do not keep a world from being at rest.
const REST: Millis = Millis::seconds(60);
/// How long `settle` plays at most, in simulated time.
const PATIENCE: Millis = Millis::minutes(3);
/// When every world begins: 2026-01-01T00:00:00Z.
const BEGIN: Time = Time(1_767_225_600_000);

/// A request that may still be waiting for its answer.
pub type Ticket = usize;

/// How a world is to behave; everything off by default.
#[derive(Clone, Debug, Default)]
pub struct Twists {
    /// Every policy's command is given twice.
    pub hear_twice: bool,
    /// The process dies right after this commit (counted from 1) and starts again: its replies and calls are lost.
    pub crash_after_commit: Option<u64>,
    /// The store refuses this commit (counted from 1) once, as a full disk does.
    pub refuse_commit: Option<u64>,
    /// This outbound call (counted from 1) meets trouble.
    pub trouble: Option<(u64, Trouble)>,
    /// The shelf is lost as a whole at each crash, as if its file were deleted.
    pub lose_shelf: bool,
}

/// What can happen to one call on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It never arrives.
    Lost,
    /// It is done, but the answer never arrives.
    AnswerLost,
    /// It is done, and the answer takes two seconds.
    Late,
}

struct InFlight {
    at: Time,
    call: CallRef,
    answer: Option<Answer>,
}

/// See the module's text.
pub struct World {
    make: Box<dyn Fn() -> Arc<System>>,
    without: BTreeSet<String>,
    pub twists: Twists,
    pub outside: Outside,
    pub weather: Weather,
    pub now: Time,
    store: MemoryStore,
    shelf: MemoryShelf,
    registry: Arc<Registry>,
    lane: Lane,
    follower: Follower,
    in_flight: Vec<InFlight>,
    tickets: Arc<Mutex<Vec<Option<Reply>>>>,
    wake: Option<Time>,
    more: bool,
    /// Commits since the beginning, over all crashes.
    pub commits: u64,
    pub crashes: u64,
    /// Commits that the store refused.
    pub refusals: u64,
    asked: u64,
    /// Calls that went out, over all crashes.
    pub outbound: u64,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("now", &self.now)
            .field("commits", &self.commits)
            .finish_non_exhaustive()
    }
}

impl World {
    pub fn new(make: impl Fn() -> System + 'static) -> Self {
        Self::twisted(make, Twists::default())
    }

    pub fn twisted(make: impl Fn() -> System + 'static, twists: Twists) -> Self {
        let make: Box<dyn Fn() -> Arc<System>> = Box::new(move || Arc::new(make()));
        let (store, shelf) = (MemoryStore::new(), MemoryShelf::new());
        let without = BTreeSet::new();
        let (registry, lane, follower) = start(&make(), &without, &store, &shelf, BEGIN, twists.hear_twice);
        Self {
            make,
            without,
            twists,
            outside: Outside::default(),
            weather: Weather::default(),
            now: BEGIN,
            store,
            shelf,
            registry,
            lane,
            follower,
            in_flight: Vec::new(),
            tickets: Arc::default(),
            wake: None,
            more: true,
            commits: 0,
            crashes: 0,
            refusals: 0,
            asked: 0,
            outbound: 0,
        }
    }

    /// The process dies here: what is not committed is gone, answers under way reach nobody.
    pub fn crash(&mut self) {
        self.crashes += 1;
        self.in_flight.clear();
        if self.twists.lose_shelf {
            self.shelf = MemoryShelf::new();
        }
        self.reopen();
    }

    fn reopen(&mut self) {
        let hear_twice = self.twists.hear_twice;
        let system = (self.make)();
        let started = start(&system, &self.without, &self.store, &self.shelf, self.now, hear_twice);
        (self.registry, self.lane, self.follower) = started;
        (self.wake, self.more) = (None, true);
    }

    /// The store refuses the next commit, as a full disk does.
    pub fn refuse_next_commit(&self) {
        self.store.next_commit(Fault::Refused);
    }

    /// The service (`payment`) does not run until [`start_service`](Self::start_service): Ctrl+C.
    pub fn stop_service(&mut self, service: &str) {
        let name = format!("{}.{service}", self.system().name);
        assert!(self.registry.service_named(&name).is_some(), "no service {name}");
        self.without.insert(name);
        self.crash();
    }

    pub fn start_service(&mut self, service: &str) {
        self.without.remove(&format!("{}.{service}", self.system().name));
        self.crash();
    }

    fn system(&self) -> &System {
        &self.registry.systems()[0]
    }

    /// Asks and plays until the answer is there; panics if it never comes. A client whose connection broke in a
    /// crash asks again with the same key, until it is answered.
    #[track_caller]
    pub fn ask(&mut self, method: Method, path: &str, body: Value) -> Seen {
        self.asked += 1;
        let key = format!("request-{}", self.asked);
        let patient = self.twists.crash_after_commit.or(self.twists.refuse_commit);
        let key = patient.map(|_| key.as_str());
        loop {
            let crashes = self.crashes;
            let ticket = self.send(method, path, body.clone(), key);
            match self.answer_unless_crashed(ticket, crashes) {
                Some(seen) if key.is_some() && seen.code.as_deref() == Some("store-unavailable") => {}
                Some(seen) => return seen,
                None => assert!(key.is_some(), "the process crashed under a request"),
            }
        }
    }

    #[track_caller]
    fn answer_unless_crashed(&mut self, ticket: Ticket, crashes: u64) -> Option<Seen> {
        for _ in 0..STEPS_MAX {
            if let Some(seen) = self.peek(ticket) {
                return Some(seen);
            }
            if self.crashes > crashes {
                return None;
            }
            assert!(self.tick(Millis::minutes(10)), "request {ticket} is never answered");
        }
        panic!("request {ticket} is never answered")
    }

    #[track_caller]
    pub fn post(&mut self, path: &str, body: Value) -> Seen {
        self.ask(Method::Post, path, body)
    }

    #[track_caller]
    pub fn patch(&mut self, path: &str, body: Value) -> Seen {
        self.ask(Method::Patch, path, body)
    }

    #[track_caller]
    pub fn delete(&mut self, path: &str) -> Seen {
        self.ask(Method::Delete, path, Value::Null)
    }

    /// The answer, if it is there already.
    pub fn peek(&self, ticket: Ticket) -> Option<Seen> {
        self.tickets.lock().expect("one thread")[ticket].as_ref().map(Seen::of)
    }

    /// Sends a request and takes one step with it.
    pub fn send(&mut self, method: Method, path: &str, body: Value, key: Option<&str>) -> Ticket {
        let ticket = {
            let mut tickets = self.tickets.lock().expect("one thread");
            tickets.push(None);
            tickets.len() - 1
        };
        match self.read(method, path, &body, key) {
            Ok(ask) => {
                let tickets = Arc::clone(&self.tickets);
                let reply = Box::new(move |reply| {
                    tickets.lock().expect("one thread")[ticket] = Some(reply);
                });
                self.step(vec![Input::Ask(ask, reply)]);
            }
            Err(reply) => self.tickets.lock().expect("one thread")[ticket] = Some(reply),
        }
        ticket
    }

    fn read(&self, method: Method, path: &str, body: &Value, key: Option<&str>) -> Result<Ask, Reply> {
        let system = self.system();
        for service in &system.services {
            for resource in &service.resources {
                for route in resource.routes.iter().filter(|route| route.method == method && !route.internal)
                {
                    let Some(id) = route.matches(path) else { continue };
                    let fields = fields::fields(&resource.fields, body);
                    let asked = Asked { caller: Caller::Person, id, fields: &fields };
                    let deed = (route.handler)(&asked).map_err(|problem| Reply::of_problem(&problem))?;
                    let success = match method {
                        Method::Post => 201,
                        Method::Delete => 204,
                        Method::Get | Method::Put | Method::Patch => 200,
                    };
                    let fingerprint = format!("{} {path} {body}", method.name());
                    let key = key.map(|key| IdempotencyKey {
                        caller: "person".into(),
                        key: key.into(),
                        fingerprint,
                    });
                    let (system, service) = (system.name.to_owned(), service.name.to_owned());
                    return Ok(Ask { system, service, deed, success, key });
                }
            }
        }
        panic!("nobody serves {} {path}", method.name())
    }

    /// `/orders/1` as people see it now; 404: nobody sees it.
    pub fn get(&mut self, path: &str) -> Seen {
        let (resource, id) = path.trim_start_matches('/').split_once('/').expect("/plural/number");
        let id = Id(id.parse().expect("a number"));
        let system = self.system().name;
        let mut resources = self.system().services.iter().flat_map(|service| &service.resources);
        let resource = resources.find(|one| one.plural == resource).expect("a known collection");
        let kind = self.registry.kind(&format!("{system}.{}", resource.kind)).expect("resources show kinds");
        let body = if self.registry.view(kind).is_some() {
            self.follower.look(kind, id).expect("memory does not fail")
        } else {
            let found = Arc::new(Mutex::new(None));
            let slot = Arc::clone(&found);
            let found_it = Box::new(move |body| *slot.lock().expect("one thread") = body);
            self.step(vec![Input::Item { kind, id, found: found_it }]);
            found.lock().expect("one thread").take()
        };
        let status = if body.is_some() { 200 } else { 404 };
        let body = body.map_or(Value::Null, |body| serde_json::to_value(&body).expect("a record is JSON"));
        Seen { status, id: Some(id.0), body, code: None, replayed: false }
    }

    /// All rows of a collection or view, by number.
    pub fn list(&mut self, plural: &str) -> Vec<Value> {
        let system = self.system().name;
        let mut resources = self.system().services.iter().flat_map(|service| &service.resources);
        let resource = resources.find(|one| one.plural == plural).expect("a known collection");
        let kind = format!("{system}.{}", resource.kind);
        let query = Query { kind, equals: None, sort: None, offset: 0, limit: u64::from(u32::MAX) };
        self.follower.write().expect("memory does not fail");
        let Page { rows, .. } = self.shelf.reader().page(&query).expect("memory does not fail");
        rows.iter().map(|(_, body)| serde_json::to_value(body).expect("a record is JSON")).collect()
    }

    /// Plays until nothing is under way. Timers further off than a minute wait. Calls to a service that is stopped
    /// are asked again without end: after [`PATIENCE`] that counts as rest.
    #[track_caller]
    pub fn settle(&mut self) {
        let limit = self.now + PATIENCE;
        for _ in 0..STEPS_MAX {
            if !self.tick(REST) || self.now > limit {
                return;
            }
        }
        panic!("the policies never come to rest")
    }

    /// Lets time pass, and settles.
    #[track_caller]
    pub fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        for _ in 0..STEPS_MAX {
            if self.next().is_none_or(|next| next > until) && !self.more {
                break;
            }
            self.tick(Millis(u64::MAX / 4));
        }
        self.now = until;
        self.more = true;
        self.settle();
    }

    /// Takes some steps, no further than `within` into the future.
    pub fn play(&mut self, steps: usize, within: Millis) {
        for _ in 0..steps {
            if !self.tick(within) {
                return;
            }
        }
    }

    fn next(&self) -> Option<Time> {
        self.in_flight.iter().map(|one| one.at).chain(self.wake).min()
    }

    /// One step, at the next time at which something happens within `within`. `false`: nothing does.
    fn tick(&mut self, within: Millis) -> bool {
        if !self.more {
            match self.next() {
                Some(next) if next <= self.now + within && self.busy(within) => self.now = self.now.max(next),
                _ => return false,
            }
        }
        let now = self.now;
        let (back, still) = std::mem::take(&mut self.in_flight).into_iter().partition(|one| one.at <= now);
        self.in_flight = still;
        let back: Vec<InFlight> = back;
        let inputs = back.into_iter().map(|one| Input::Answered { call: one.call, answer: one.answer });
        self.step(inputs.collect());
        true
    }

    /// Whether something besides the lane's look at its far timers happens soon.
    fn busy(&self, within: Millis) -> bool {
        !self.in_flight.is_empty() || self.wake.is_some_and(|wake| wake <= self.now + within)
    }

    fn step(&mut self, inputs: Vec<Input>) {
        if self.refusals == 0 && self.twists.refuse_commit == Some(self.commits + 1) {
            self.store.next_commit(Fault::Refused);
        }
        let output = self.lane.step(inputs, self.now);
        let Output { replies, found, calls, committed, more, wake, refused, broken } = output;
        assert!(broken.is_none(), "the store broke: {broken:?}");
        self.refusals += u64::from(refused.is_some());
        (self.more, self.wake) = (more, wake);
        if let Some(committed) = committed {
            self.commits += 1;
            if self.twists.crash_after_commit == Some(self.commits) {
                return self.crash();
            }
            self.follow(&committed);
        }
        for (to, reply) in replies {
            to(reply);
        }
        for (found, body) in found {
            found(body);
        }
        for (call, outbound) in calls {
            self.outbound += 1;
            let trouble =
                self.twists.trouble.filter(|(number, _)| *number == self.outbound).map(|(_, what)| what);
            let late = if trouble == Some(Trouble::Late) { 2_000 } else { 0 };
            let at = self.now + Millis(self.weather.delay_ms + late);
            let lost = take_one(&mut self.weather.lose_calls) || trouble == Some(Trouble::Lost);
            let answer = if lost { None } else { self.outside.ask(&outbound) };
            let lost = take_one(&mut self.weather.lose_answers) || trouble == Some(Trouble::AnswerLost);
            self.in_flight.push(InFlight { at, call, answer: answer.filter(|_| !lost) });
        }
    }

    fn follow(&mut self, committed: &Committed) {
        self.follower.take(committed).expect("memory does not fail");
        // Not after every commit: a crash finds the shelf behind the log.
        if !self.commits.is_multiple_of(3) {
            self.follower.write().expect("memory does not fail");
        }
    }
}

fn take_one(left: &mut u32) -> bool {
    let any = *left > 0;
    *left -= u32::from(any);
    any
}

fn start(
    system: &Arc<System>,
    without: &BTreeSet<String>,
    store: &MemoryStore,
    shelf: &MemoryShelf,
    now: Time,
    hear_twice: bool,
) -> (Arc<Registry>, Lane, Follower) {
    let registry = Arc::new(Registry::new(vec![Arc::clone(system)], without));
    let shelved = Arc::new(AtomicU64::new(0));
    let ports = ["provider", "notifier"].map(str::to_owned).into();
    let parts = LaneParts {
        registry: Arc::clone(&registry),
        store: Box::new(store.clone()) as Box<dyn Store>,
        shelf: Box::new(shelf.clone()) as Box<dyn Shelf>,
        shelved: Arc::clone(&shelved),
        ports,
        hear_twice,
    };
    let mut follower =
        Follower::new(Arc::clone(&registry), Box::new(shelf.clone()), shelved).expect("memory does not fail");
    let lane = Lane::start(parts, now, |committed| {
        follower.take(committed)?;
        follower.write()
    });
    (registry, lane.expect("memory does not fail"), follower)
}

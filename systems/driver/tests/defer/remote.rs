//! The real engine with drivercall alone: drivermanage is somewhere else, and answers when the test says so.

use engine::ports::{Ask, IdempotencyKey, OutboundCall, Reply, Store};
use engine::{CallRef, Follower, Input, Lane, LaneParts, Output, Registry};
use kernel::{Answer, Asked, Body, Caller, Id, Method, Millis, Time};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use testkit::memory::{Fault, MemoryShelf, MemoryStore};

const BEGIN: Time = Time(1_767_225_600_000);

/// A request that waits for its answer.
pub(crate) type Ticket = usize;

pub(crate) struct Remote {
    settings: driver::Settings,
    store: MemoryStore,
    shelf: MemoryShelf,
    registry: Arc<Registry>,
    lane: Lane,
    follower: Follower,
    now: Time,
    wake: Option<Time>,
    more: bool,
    tickets: Arc<Mutex<Vec<Option<Reply>>>>,
    /// What drivermanage was asked, and when.
    pub(crate) asked: Vec<(u64, CallRef, OutboundCall)>,
    /// What the operator reads.
    pub(crate) notes: Vec<String>,
    /// Whether drivermanage can be reached.
    reachable: bool,
}

fn start(
    settings: &driver::Settings,
    store: &MemoryStore,
    shelf: &MemoryShelf,
    now: Time,
    reachable: bool,
) -> (Arc<Registry>, Lane, Follower) {
    let mut system = driver::system(settings.clone());
    system.services.retain(|service| service.name == "drivercall");
    let registry = Arc::new(Registry::new(vec![Arc::new(system)], &BTreeSet::new()));
    let shelved = Arc::new(AtomicU64::new(0));
    let ports = if reachable { BTreeSet::from(["drivermanage".to_owned()]) } else { BTreeSet::new() };
    let parts = LaneParts {
        registry: Arc::clone(&registry),
        store: Box::new(store.clone()),
        shelf: Box::new(shelf.clone()),
        shelved: Arc::clone(&shelved),
        ports,
        hear_twice: false,
    };
    let mut follower =
        Follower::new(Arc::clone(&registry), Box::new(shelf.clone()), shelved).expect("memory does not fail");
    let lane = Lane::start(parts, now, |committed| {
        follower.take(committed)?;
        follower.write()
    });
    (registry, lane.expect("memory does not fail"), follower)
}

impl Remote {
    pub(crate) fn new(settings: driver::Settings) -> Self {
        let (store, shelf) = (MemoryStore::new(), MemoryShelf::new());
        let (registry, lane, follower) = start(&settings, &store, &shelf, BEGIN, true);
        Self {
            settings,
            store,
            shelf,
            registry,
            lane,
            follower,
            now: BEGIN,
            wake: None,
            more: true,
            tickets: Arc::default(),
            asked: Vec::new(),
            notes: Vec::new(),
            reachable: true,
        }
    }

    /// The process dies and starts again.
    pub(crate) fn crash(&mut self) {
        let started = start(&self.settings, &self.store, &self.shelf, self.now, self.reachable);
        (self.registry, self.lane, self.follower) = started;
        (self.wake, self.more) = (None, true);
        self.pass(Millis(0));
    }

    /// Drivermanage cannot be reached any more, or can again; for that the process starts anew.
    pub(crate) fn reach(&mut self, reachable: bool) {
        self.reachable = reachable;
        self.crash();
    }

    pub(crate) fn refuse_next_commit(&self) {
        self.store.next_commit(Fault::Refused);
    }

    /// Milliseconds since the beginning.
    fn since(&self) -> u64 {
        self.now.since(BEGIN).0
    }

    fn step(&mut self, inputs: Vec<Input>) {
        let output = self.lane.step(inputs, self.now);
        let Output { replies, found, calls, committed, notes, more, wake, refused: _, broken } = output;
        assert!(broken.is_none(), "the store broke: {broken:?}");
        (self.more, self.wake) = (more, wake);
        if let Some(committed) = committed {
            self.follower.take(&committed).expect("memory does not fail");
            self.follower.write().expect("memory does not fail");
        }
        self.notes.extend(notes);
        for (to, reply) in replies {
            to(reply);
        }
        for (found, body) in found {
            found(body);
        }
        let since = self.since();
        self.asked.extend(calls.into_iter().map(|(call, out)| (since, call, out)));
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, span: Millis) {
        let until = self.now + span;
        while self.more || self.wake.is_some_and(|wake| wake <= until) {
            if let Some(wake) = self.wake.filter(|_| !self.more) {
                self.now = self.now.max(wake);
            }
            self.step(Vec::new());
        }
        self.now = until;
    }

    pub(crate) fn post(&mut self, body: &Value, key: Option<&str>) -> Ticket {
        self.send(Method::Post, "/drivercalls", body, key)
    }

    pub(crate) fn delete(&mut self, call: u64) -> Ticket {
        self.send(Method::Delete, &format!("/drivercalls/{call}"), &serde_json::json!({}), None)
    }

    fn send(&mut self, method: Method, path: &str, body: &Value, key: Option<&str>) -> Ticket {
        let registry = Arc::clone(&self.registry);
        let service = &registry.systems()[0].services[0];
        let routes = &service.resources[0].routes;
        let found = routes.iter().find_map(|route| {
            let id = (route.method == method).then(|| route.matches(path)).flatten()?;
            Some((route, id))
        });
        let (route, id) = found.expect("somebody serves it");
        let fields: Body = serde_json::from_value(body.clone()).expect("fields are an object");
        let deed =
            (route.handler)(&Asked { caller: Caller::Person, id, fields: &fields }).expect("a good wish");
        let success = if method == Method::Post { 201 } else { 204 };
        let key = key.map(|key| IdempotencyKey {
            caller: "person".into(),
            key: key.into(),
            fingerprint: format!("{} {path} {body}", method.name()),
        });
        let ticket = {
            let mut tickets = self.tickets.lock().expect("one thread");
            tickets.push(None);
            tickets.len() - 1
        };
        let tickets = Arc::clone(&self.tickets);
        let reply = Box::new(move |reply| tickets.lock().expect("one thread")[ticket] = Some(reply));
        let ask = Ask { system: "driver", service: "drivercall", deed, success, key };
        self.step(vec![Input::Ask(ask, reply)]);
        ticket
    }

    /// The answer with the status that the record shows, if it is there already.
    pub(crate) fn told(&self, ticket: Ticket) -> Option<(u16, String)> {
        let tickets = self.tickets.lock().expect("one thread");
        let reply = tickets[ticket].as_ref()?;
        let record: Value =
            reply.body.as_ref().map_or(Value::Null, |text| serde_json::from_str(text).expect("JSON"));
        let code = reply.problem.as_ref().map(|problem| problem.code.clone());
        Some((reply.status, code.unwrap_or_else(|| record["status"].as_str().unwrap_or_default().to_owned())))
    }

    /// Drivermanage answers the last time that it was asked; `None`: the connection breaks.
    pub(crate) fn answers(&mut self, answer: Option<Answer>) {
        let call = self.asked.last().expect("it was asked").1;
        self.answers_to(call, answer);
    }

    pub(crate) fn answers_to(&mut self, call: CallRef, answer: Option<Answer>) {
        self.step(vec![Input::Answered { call, answer }]);
    }

    /// The record of a call: its status and reason; 404 is nothing.
    pub(crate) fn shown(&mut self, call: u64) -> (String, Option<String>) {
        let kind = self.registry.kind("driver.drivercall").expect("a kind");
        let slot = Arc::new(Mutex::new(None));
        let found = Arc::clone(&slot);
        let found = Box::new(move |body| *found.lock().expect("one thread") = body);
        self.step(vec![Input::Item { kind, id: Id(call), found }]);
        let body: Body = slot.lock().expect("one thread").take().unwrap_or_default();
        let text = |name| body.text(name).map(str::to_owned);
        (text("status").unwrap_or_default(), text("reason"))
    }

    /// How often each event was recorded.
    pub(crate) fn count(&mut self, name: &str) -> usize {
        let rows = self.store.read(0, usize::MAX).expect("memory does not fail");
        rows.iter().filter(|row| row.name == name).count()
    }
}

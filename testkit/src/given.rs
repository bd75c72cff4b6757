//! Given what has happened, when somebody wants something, then this is said: the rules of one service in memory,
//! without engine, store or clock. What is said is taken in at once, as the engine does; every event and document
//! must survive being written and read again, and no policy's command may be rejected.

use kernel::{
    Aggregate, Answer, AnyCommand, AnyDocument, AnyEvent, AnyWait, Asked, Body, Caller, Cx, Deed, Documents,
    DynAggregate, ErasedCall, ErasedStop, Id, Message, Method, Millis, Mode, Need, Numbers, Problem, Service,
    System, Target, Time,
};
use serde_json::Value;
use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// When every story begins, so that dates in failures look like dates.
const BEGIN: Time = Time(1_767_225_600_000);

type Key = (&'static str, Id);

/// One service and what it has recorded so far.
pub struct Given {
    system: System,
    service: usize,
    pub now: Time,
    documents: BTreeMap<Key, AnyDocument>,
    numbers: RefCell<BTreeMap<&'static str, u64>>,
}

/// What came of it.
#[derive(Debug)]
pub struct Then {
    /// Names and fields, in order.
    pub said: Vec<(&'static str, Value)>,
    /// A no; with `said` not empty, a no that keeps its events.
    pub no: Option<Problem>,
    /// The document that decided.
    pub kind: &'static str,
    pub id: Id,
}

struct Seen<'a>(&'a BTreeMap<Key, AnyDocument>);

impl Documents for Seen<'_> {
    fn get(&self, kind: &'static str, id: Id) -> Result<Option<&(dyn Any + Send + Sync)>, Need> {
        Ok(self.0.get(&(kind, id)).map(|document| &**document))
    }
}

struct Fresh<'a>(&'a RefCell<BTreeMap<&'static str, u64>>);

impl Numbers for Fresh<'_> {
    fn fresh(&self, kind: &'static str) -> Id {
        let mut highest = self.0.borrow_mut();
        let last = highest.entry(kind).or_default();
        *last += 1;
        Id(*last)
    }
}

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Given")
            .field("service", &self.own().name)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Given {
    /// A service of a system, with what it has from the beginning, to which nothing else has happened yet.
    #[track_caller]
    pub fn service(system: System, name: &str) -> Self {
        let service = system.services.iter().position(|service| service.name == name);
        let service = service.unwrap_or_else(|| panic!("the system has no service {name}"));
        let mut given =
            Self { system, service, now: BEGIN, documents: BTreeMap::new(), numbers: RefCell::default() };
        let beginnings = given.own().beginnings.iter();
        let commands: Vec<_> = beginnings.map(|one| (one.kind, one.id, (one.command)())).collect();
        for (kind, id, command) in commands {
            let then = given.decide(kind, id, command);
            assert!(then.no.is_none(), "a beginning is refused: {then:?}");
        }
        given
    }

    fn own(&self) -> &Service {
        &self.system.services[self.service]
    }

    #[track_caller]
    fn aggregate(&self, kind: &str) -> &dyn DynAggregate {
        let found = self.own().aggregates.iter().find(|aggregate| aggregate.kind() == kind);
        &**found.unwrap_or_else(|| panic!("{} has no documents of kind {kind}", self.own().name))
    }

    /// These events of its own have happened.
    pub fn that<E: Message>(mut self, events: impl IntoIterator<Item = impl Into<E>>) -> Self {
        for event in events {
            self.take(&(AnyEvent::from(std::sync::Arc::new(event.into()) as AnyEvent)));
        }
        self
    }

    pub fn later(&mut self, span: Millis) -> &mut Self {
        self.now = self.now + span;
        self
    }

    /// A command to one document.
    #[must_use]
    #[track_caller]
    pub fn when<A: Aggregate>(&mut self, id: Id, command: A::Command) -> Then {
        self.decide(A::KIND, id, Box::new(command))
    }

    /// A person asks over the wire; fields are checked already.
    #[must_use]
    #[track_caller]
    pub fn asks(&mut self, method: Method, path: &str, fields: Value) -> Then {
        self.asked(Caller::Person, method, path, fields)
    }

    /// A service of the same system asks.
    #[must_use]
    #[track_caller]
    pub fn service_asks(&mut self, caller: &str, method: Method, path: &str, fields: Value) -> Then {
        self.asked(Caller::Service(caller), method, path, fields)
    }

    #[track_caller]
    fn asked(&mut self, caller: Caller<'_>, method: Method, path: &str, fields: Value) -> Then {
        let fields: Body = serde_json::from_value(fields).expect("fields are an object");
        let person = caller == Caller::Person;
        let mut routes = self.own().resources.iter().flat_map(|resource| &resource.routes);
        let found = routes.find_map(|route| {
            let served = route.method == method && !(person && route.internal);
            Some((route, served.then(|| route.matches(path)).flatten()?))
        });
        let (route, id) = found.unwrap_or_else(|| panic!("nobody serves {} {path}", method.name()));
        match (route.handler)(&Asked { caller, id, fields: &fields }) {
            Err(no) => Then { said: Vec::new(), no: Some(no), kind: "", id: id.unwrap_or(Id(0)) },
            Ok(Deed { kind, target, command, .. }) => {
                let id = match target {
                    Target::Id(id) => id,
                    Target::New => Fresh(&self.numbers).fresh(self.aggregate(kind).kind()),
                };
                self.decide(kind, id, command)
            }
        }
    }

    /// Another service says something: what all policies of this one make of it.
    #[must_use]
    #[track_caller]
    pub fn hears(&mut self, event: impl Message) -> Then {
        self.hears_any(&event)
    }

    /// The same with an event whose type is gone.
    #[must_use]
    #[track_caller]
    pub fn hears_any(&mut self, event: &(dyn Any + Send + Sync)) -> Then {
        let mut wishes = Vec::new();
        for aggregate in &self.own().aggregates {
            let of_kind = aggregate.policy(event).into_iter();
            wishes.extend(of_kind.map(|(id, command)| (aggregate.kind(), id, command)));
        }
        let mut all = Then { said: Vec::new(), no: None, kind: "", id: Id(0) };
        for (kind, id, command) in wishes {
            let then = self.decide(kind, id, command);
            assert!(
                then.no.is_none() || !then.said.is_empty(),
                "a policy's command was rejected by {kind} {id}: {:?}",
                then.no
            );
            (all.kind, all.id, all.no) = (kind, id, all.no.or(then.no));
            all.said.extend(then.said);
        }
        all
    }

    /// The call that a document waits for in this step comes back.
    #[must_use]
    #[track_caller]
    pub fn answers<A: Aggregate>(&mut self, id: Id, step: &str, answer: Answer) -> Then {
        let call = self.call::<A>(id, step);
        let command = call.into_command(answer);
        self.decide(A::KIND, id, command)
    }

    /// The call that a document waits for in this step.
    #[track_caller]
    pub fn call<A: Aggregate>(&self, id: Id, step: &str) -> ErasedCall {
        let waits = self.waits_of(A::KIND, id);
        let calls = waits.into_iter().find_map(|wait| match wait {
            AnyWait::Call(call) if call.step == step => Some(call),
            AnyWait::Call(_) | AnyWait::Timer { .. } => None,
        });
        calls.unwrap_or_else(|| panic!("{} {id} waits for no {step}", A::KIND))
    }

    /// Time passes until a document's timer is due, and it fires.
    #[must_use]
    #[track_caller]
    pub fn fires<A: Aggregate>(&mut self, id: Id) -> Then {
        let timer = self.waits_of(A::KIND, id).into_iter().find_map(|wait| match wait {
            AnyWait::Timer { due, command } => Some((due, command)),
            AnyWait::Call(_) => None,
        });
        let (due, command) = timer.unwrap_or_else(|| panic!("{} {id} waits for no time", A::KIND));
        self.now = self.now.max(due);
        self.decide(A::KIND, id, command)
    }

    /// All that the documents of this service wait for.
    pub fn all_waits(&self) -> Vec<(&'static str, Id, AnyWait)> {
        let waits = |&(kind, id): &Key| self.waits_of(kind, id).into_iter().map(move |wait| (kind, id, wait));
        self.documents.keys().flat_map(waits).collect()
    }

    /// All documents of one kind, by number.
    pub fn each(&self, kind: &str) -> impl Iterator<Item = (Id, &(dyn Any + Send + Sync))> {
        let of_kind = self.documents.iter().filter(move |((held, _), _)| *held == kind);
        of_kind.map(|((_, id), document)| (*id, &**document))
    }

    /// What a document waits for, in words: `refuse payment authorize 1`, `timer`.
    #[track_caller]
    pub fn waits<A: Aggregate>(&self, id: Id) -> Vec<String> {
        let waits = self.waits_of(A::KIND, id).into_iter();
        let words = waits.map(|wait| match wait {
            AnyWait::Timer { .. } => "timer".to_owned(),
            AnyWait::Call(call) => {
                let mode = match call.mode {
                    Mode::Refuse => "refuse",
                    Mode::Defer => "defer",
                    Mode::Forward => "forward",
                };
                format!("{mode} {} {} {}", call.to, call.step, call.attempt)
            }
        });
        words.collect()
    }

    #[track_caller]
    fn waits_of(&self, kind: &'static str, id: Id) -> Vec<AnyWait> {
        let document = self.documents.get(&(kind, id));
        document.map(|document| self.aggregate(kind).waits(&**document, id)).unwrap_or_default()
    }

    /// A document, if there is one.
    #[track_caller]
    pub fn document<A: Aggregate>(&self, id: Id) -> Option<&A> {
        let document = self.documents.get(&(A::KIND, id))?;
        Some(document.downcast_ref().expect("documents of kind A are As"))
    }

    /// A document of some kind as people see it.
    #[track_caller]
    pub fn body(&self, kind: &'static str, id: Id) -> Option<Body> {
        self.aggregate(kind).body(&**self.documents.get(&(kind, id))?, id)
    }

    /// A document as people see it; null: nobody does.
    #[track_caller]
    pub fn record<A: Aggregate>(&self, id: Id) -> Value {
        let body = self.document::<A>(id).and_then(|document| document.body(id));
        body.map_or(Value::Null, |body| serde_json::to_value(body).expect("a record is plain JSON"))
    }

    /// A command whose type is gone: the answer to a call, a timer's.
    #[track_caller]
    pub fn decide(&mut self, kind: &'static str, id: Id, command: AnyCommand) -> Then {
        let aggregate = self.aggregate(kind);
        let (documents, numbers) = (Seen(&self.documents), Fresh(&self.numbers));
        let settings = &*self.system.settings;
        let cx = Cx { now: self.now, id, documents: &documents, numbers: &numbers, settings };
        let own = self.documents.get(&(kind, id)).map(|document| &**document);
        match aggregate.decide(own, &mut Some(command), &cx) {
            Err(ErasedStop::Need(need)) => panic!("{} {} is not of this service", need.kind, need.id),
            Err(ErasedStop::Rejected(no)) => Then { said: Vec::new(), no: Some(no), kind, id },
            Ok(decision) => {
                let said = decision.events.iter().map(|event| self.take(event)).collect();
                Then { said, no: decision.reply, kind, id }
            }
        }
    }

    /// Applies an event to every document that it changes.
    fn take(&mut self, event: &AnyEvent) -> (&'static str, Value) {
        let service = &self.system.services[self.service];
        let (name, json) = (service.event_name(event), service.encode_event(event));
        let read = service.decode_event(name, &json).expect("an event that was written can be read");
        assert_eq!(service.encode_event(&read), json, "{name} changes when it is read and written");
        let mut changed = 0;
        for aggregate in &service.aggregates {
            let Some(id) = aggregate.key(&**event) else { continue };
            changed += 1;
            let key = (aggregate.kind(), id);
            let mut numbers = self.numbers.borrow_mut();
            let highest = numbers.entry(aggregate.kind()).or_default();
            *highest = id.0.max(*highest);
            let Some(after) = aggregate.evolve(self.documents.remove(&key), &**event) else { continue };
            let json = aggregate.encode(&*after);
            let read = aggregate.decode(&json).expect("a document that was written can be read");
            assert_eq!(aggregate.encode(&*read), json, "{} changes when it is read", aggregate.kind());
            self.documents.insert(key, read);
        }
        assert!(changed > 0, "{name} changes no document");
        (name, serde_json::from_str(&json).expect("an event is a JSON object"))
    }
}

impl Then {
    /// These events, and no refusal.
    #[track_caller]
    pub fn says<const N: usize>(self, names: [&str; N]) -> Self {
        assert!(self.no.is_none(), "{self:?}");
        self.names(&names)
    }

    /// These events, and a no with this status and code to whoever waits.
    #[track_caller]
    pub fn says_but<const N: usize>(self, names: [&str; N], status: u16, code: &str) -> Self {
        let no = self.no.as_ref().map(|no| (no.status, no.code));
        assert_eq!(no, Some((status, code)), "{self:?}");
        self.names(&names)
    }

    /// It is so already.
    #[track_caller]
    pub fn is_already_so(self) -> Self {
        self.says([])
    }

    /// Nothing changes, and whoever asks is told so.
    #[track_caller]
    pub fn is_refused(self, status: u16, code: &str) -> Self {
        let no = self.no.as_ref().unwrap_or_else(|| panic!("not refused: {self:?}"));
        assert!(!no.english.is_empty() && !no.korean.is_empty(), "{no:?} has no text");
        self.says_but([], status, code)
    }

    #[track_caller]
    fn names(self, names: &[&str]) -> Self {
        let said: Vec<&str> = self.said.iter().map(|(name, _)| *name).collect();
        assert_eq!(said, names, "{self:?}");
        self
    }

    /// A field of the last event that has it.
    #[track_caller]
    pub fn with(self, field: &str, value: impl Into<Value>) -> Self {
        let held = self.said.iter().rev().find_map(|(_, fields)| fields.get(field));
        assert_eq!(held, Some(&value.into()), "{field} of {self:?}");
        self
    }

    /// No event has this field.
    #[track_caller]
    pub fn without(self, field: &str) -> Self {
        assert!(self.said.iter().all(|(_, fields)| fields.get(field).is_none()), "{field} of {self:?}");
        self
    }
}

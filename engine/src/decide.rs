//! One command, one decision: load, decide, record, apply, and answer whoever asked.

use crate::cache::{Key, Sight};
use crate::flow::Output;
use crate::follower::body_text;
use crate::held::{Held, Place, Told};
use crate::keys::KeyState;
use crate::lane::{Client, Lane, Origin, Recorded, Work, unavailable};
use crate::ports::{Ask, KeyRow, LogRow, Reply, ReplyTo, Seq, StoreError};
use crate::registry::{Kind, ServiceNo};
use kernel::{Answer, AnyCommand, AnyEvent, Cx, ErasedDecision, ErasedStop, Id, Numbers, Problem};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Documents that one decision may ask for besides its own, so that a mistake ends.
const NEEDS_MAX: usize = 64;
/// Whoever is needed for this cannot be asked now.
const CALLEE_UNAVAILABLE: &str = "callee-unavailable";

/// What an event has changed.
pub(crate) struct Applied {
    first: Option<(Key, u64)>,
    booking: Option<Id>,
}

/// How a decision ended.
enum Decided {
    Done(Option<Problem>),
    Rejected(Problem),
}

/// Numbers given while a decision runs; the highest are kept afterwards.
struct Fresh<'a> {
    service: ServiceNo,
    registry: &'a crate::registry::Registry,
    highest: RefCell<Vec<(Kind, u64)>>,
    cache: &'a crate::cache::Cache,
}

impl Numbers for Fresh<'_> {
    fn fresh(&self, kind: &'static str) -> Id {
        let no =
            self.registry.own_kind(self.service, kind).expect("a service numbers only its own documents");
        let mut highest = self.highest.borrow_mut();
        if !highest.iter().any(|(held, _)| *held == no) {
            highest.push((no, self.cache.highest(no)));
        }
        let (_, last) = highest.iter_mut().find(|(held, _)| *held == no).expect("it was pushed above");
        *last += 1;
        Id(*last)
    }
}

impl Lane {
    /// A client's wish: once per idempotency key.
    pub(crate) fn ask(&mut self, ask: Ask, reply: ReplyTo) {
        let service = self.registry.service_of_system(ask.system, ask.service);
        let service = service.filter(|no| self.registry.runs(*no));
        let kind = service.and_then(|no| self.registry.own_kind(no, ask.deed.kind));
        let mut client = Client { reply: Some(reply), success: ask.success, key: None };
        let (Some(kind), Some(service)) = (kind, service) else {
            return self.reply(client, Reply::of_problem(&unavailable("service-unavailable")));
        };
        if let Some(key) = ask.key {
            let name = self.registry.service_name(service).to_owned();
            let known = self.keys.name(&name, &key);
            match self.keys.look(known, &key.fingerprint) {
                KeyState::Free => self.keys.begin(known, &key.fingerprint, self.step.now),
                KeyState::Pending => {
                    let reply = client.reply.take().expect("nobody has answered yet");
                    return self.keys.join(known, reply);
                }
                KeyState::Fresh(reply) => return self.reply(client, Reply { replayed: true, ..reply }),
                KeyState::Kept => {
                    return match self.store.key(&name, &key.caller, &key.key) {
                        Ok(Some(KeyRow { answer: Some(answer), .. })) => {
                            self.reply(client, Reply { replayed: true, ..answer });
                        }
                        Ok(_) => self.reply(client, Reply::of_problem(&unavailable("key-lost"))),
                        Err(error) => self.step.broken = Some(error),
                    };
                }
                KeyState::Other => return self.reply(client, Reply::of_problem(&other_request())),
            }
            let id = Id(0);
            client.key = Some(Box::new(KeyRow {
                time: self.step.now,
                service: name,
                caller: key.caller,
                key: key.key,
                fingerprint: key.fingerprint,
                kind: self.registry.kind_name(kind).to_owned(),
                id,
                answer: None,
                success: ask.success,
            }));
        }
        let id = self.cache.number(kind, ask.deed.target);
        let (command, origin) = (ask.deed.command, Origin::Client(client));
        self.step.work.push_back(Work { key: (kind, id), command, origin, cause: None, correlation: None });
    }

    /// Decides one command and does what follows from it. A panic costs this input only.
    pub(crate) fn perform(&mut self, mut work: Work) {
        let (mark, rows) = (self.cache.mark(), self.step.rows.len());
        let mut command = Some(std::mem::replace(&mut work.command, Box::new(())));
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let decided = self.decide(&work, &mut command)?;
            let changed = self.cache.changed_since(mark);
            let waits = self.waits_of(&changed);
            Ok((decided, waits))
        }));
        match decided {
            Ok(Ok((Decided::Done(no), waits))) => {
                // What was heard, came due or was answered is never dropped: then the call waits.
                if !matches!(work.origin, Origin::Nobody) && self.cannot_send(&waits) {
                    self.undo(mark, rows);
                    return self.unanswered(work.origin, CALLEE_UNAVAILABLE);
                }
                let changed = waits.iter().any(|(key, _)| *key == work.key);
                let began = self.register(waits, work.key, no.as_ref());
                if !changed && !matches!(work.origin, Origin::Nobody) {
                    self.revive(work.key);
                }
                // A decision that changed its document without a new call is done: whoever asked for it, as a void
                // does, does not wait for what the document waited for before.
                self.conclude(work.key, work.origin, no, began || !changed);
            }
            Ok(Ok((Decided::Rejected(no), _))) => self.finish(work.key, work.origin, None, Some(no)),
            Ok(Err(error)) => {
                self.undo(mark, rows);
                self.step.broken = Some(error);
                self.unanswered(work.origin, "store-unavailable");
            }
            Err(panic) => {
                self.undo(mark, rows);
                let why = panic_text(&*panic);
                self.bury(self.registry.service_of(work.key.0), work.cause, why);
                self.finish(work.key, work.origin, None, Some(internal_error()));
            }
        }
    }

    fn undo(&mut self, mark: usize, rows: usize) {
        self.cache.undo_to(mark);
        self.step.rows.truncate(rows);
        self.step.recorded.truncate(rows);
    }

    fn decide(&mut self, work: &Work, command: &mut Option<AnyCommand>) -> Result<Decided, StoreError> {
        let registry = Arc::clone(&self.registry);
        let service = registry.service_of(work.key.0);
        let aggregate = registry.aggregate(work.key.0).expect("commands go to documents");
        self.cache.ensure(work.key, &registry, &mut *self.shelf)?;
        for _ in 0..NEEDS_MAX {
            let sight = Sight { cache: &self.cache, registry: &registry, service };
            let highest = RefCell::new(Vec::new());
            let numbers = Fresh { service, registry: &registry, highest, cache: &self.cache };
            let settings = &*registry.system(service).settings;
            let cx =
                Cx { now: self.step.now, id: work.key.1, documents: &sight, numbers: &numbers, settings };
            let own = self.cache.get(work.key).and_then(|entry| entry.document.as_deref());
            let outcome = aggregate.decide(own, command, &cx);
            let given = numbers.highest.into_inner();
            match outcome {
                Ok(ErasedDecision { events, reply }) => {
                    for (kind, last) in given {
                        self.cache.used(kind).given(last);
                    }
                    for event in events {
                        self.record(event, work)?;
                    }
                    return Ok(Decided::Done(reply));
                }
                Err(ErasedStop::Rejected(no)) => return Ok(Decided::Rejected(no)),
                Err(ErasedStop::Need(need)) => {
                    let kind = registry.own_kind(service, need.kind);
                    let kind = kind.expect("a service needs only its own documents");
                    self.cache.ensure((kind, need.id), &registry, &mut *self.shelf)?;
                }
            }
        }
        Err(StoreError::Broken(format!("a decision of {} needs too much", registry.service_name(service))))
    }

    /// One event changes every document it is about. Gives the first of them with its version, and the booking.
    pub(crate) fn apply(
        &mut self,
        source: ServiceNo,
        event: &AnyEvent,
        seq: Seq,
    ) -> Result<Applied, StoreError> {
        let registry = Arc::clone(&self.registry);
        let mut applied = Applied { first: None, booking: None };
        for kind in registry.kinds_of(source) {
            let aggregate = registry.aggregate(*kind).expect("kinds_of gives documents");
            let Some(id) = aggregate.key(&**event) else { continue };
            let key = (*kind, id);
            self.cache.ensure(key, &registry, &mut *self.shelf)?;
            let mut entry = self.cache.take(key);
            entry.document = aggregate.evolve(entry.document, &**event);
            entry.version += 1;
            entry.changed = seq;
            applied.first = applied.first.or(Some((key, entry.version)));
            if aggregate.of_booking() {
                applied.booking = applied.booking.or(Some(id));
            }
            self.cache.put(key, entry);
        }
        Ok(applied)
    }

    /// One event becomes a row, and changes what it is about.
    fn record(&mut self, event: AnyEvent, work: &Work) -> Result<(), StoreError> {
        let registry = Arc::clone(&self.registry);
        let service = registry.service_of(work.key.0);
        let seq = self.end + self.step.rows.len() as Seq + 1;
        let Applied { first, booking } = self.apply(service, &event, seq)?;
        let own = registry.service(service);
        let name = own.event_name(&event);
        let ((kind, id), version) = first.unwrap_or_else(|| panic!("event {name} changes no document"));
        let body = own.encode_event(&event);
        let heard = own.heard(&event);
        self.step.rows.push(LogRow {
            seq,
            time: self.step.now,
            source: registry.service_name(service).to_owned(),
            name: name.to_owned(),
            public: heard.is_some(),
            kind: registry.kind_name(kind).to_owned(),
            id,
            version,
            correlation: booking.or(work.correlation),
            cause: work.cause,
            body,
        });
        self.step.recorded.push(Recorded { service, heard });
        Ok(())
    }

    /// Answers at once, or holds the request until the wait that it began is over.
    fn conclude(&mut self, key: Key, origin: Origin, no: Option<Problem>, waits: bool) {
        let holding = self
            .calls
            .get(&key)
            .and_then(|calls| calls.iter().find(|call| call.hold.0 > 0 && !call.fell_back));
        let Some(call) = holding.filter(|_| waits && no.is_none()) else {
            return self.finish(key, origin, None, no);
        };
        let place = Place::at(key, call, self.step.now, self.number);
        let mut held = Held { place, origin };
        match &mut held.origin {
            Origin::Nobody => return,
            Origin::Client(Client { key: Some(row), .. }) => {
                row.id = key.1;
                self.step.keys.push((**row).clone());
            }
            Origin::Client(_) | Origin::Call(_) => {}
        }
        if let Some(until) = place.until {
            self.wake_at(until, key);
        }
        let all = self.held.entry(key).or_default();
        if let Origin::Call(caller) = &held.origin {
            // The same call asked again takes the place of its first try.
            all.retain(|one| !matches!(&one.origin, Origin::Call(same) if same == caller));
        }
        all.push(held);
    }

    /// Tells whoever asked how it went: `no`, or the record as it is now. `held`: where it was held.
    pub(crate) fn finish(&mut self, key: Key, origin: Origin, held: Option<Place>, no: Option<Problem>) {
        match origin {
            Origin::Nobody => {}
            Origin::Call(call) => {
                let answer = match no {
                    None => Some(Answer::Done(self.body(key).unwrap_or_default())),
                    Some(no) if matches!(no.status, 402 | 404 | 409 | 422) => Some(Answer::of_problem(&no)),
                    Some(_) => None,
                };
                self.came_back(call, answer);
            }
            Origin::Client(mut client) => {
                if let Some(row) = &mut client.key {
                    row.id = key.1;
                }
                let reply = match no {
                    Some(no) => Reply::of_problem(&no),
                    None => self.record_reply(key, client.success),
                };
                self.tell(Told { client, held, reply });
            }
        }
    }

    /// The record of a document as the answer to a request.
    pub(crate) fn record_reply(&self, key: Key, success: u16) -> Reply {
        let body = if success == 204 { None } else { self.body(key) };
        let body = body.as_ref().map(body_text);
        // Under way, or taken although nobody could be asked: looking again a little later shows more.
        let fell_back = || self.calls.get(&key).is_some_and(|calls| calls.iter().any(|call| call.fell_back));
        let retry_after_s = (success == 202 || (success == 201 && fell_back())).then_some(1);
        Reply { status: success, id: Some(key.1), body, problem: None, retry_after_s, replayed: false }
    }

    fn unanswered(&mut self, origin: Origin, code: &'static str) {
        match origin {
            Origin::Nobody => {}
            Origin::Call(call) if code == CALLEE_UNAVAILABLE => self.not_even_begun(call),
            Origin::Call(call) => self.came_back(call, None),
            Origin::Client(client) => self.reply(client, Reply::of_problem(&unavailable(code))),
        }
    }

    pub(crate) fn reply(&mut self, client: Client, reply: Reply) {
        self.tell(Told { client, held: None, reply });
    }

    /// The answer is decided; it leaves after the commit, which also completes the idempotency key.
    fn tell(&mut self, told: Told) {
        if let Some(row) = &told.client.key {
            let (name, reply) = (self.keys.name_of(row), &told.reply);
            let keep = matches!(reply.status, 200..=299 | 402 | 404 | 409 | 422 | 503);
            let kept = if keep { reply.clone() } else { Reply { status: 503, ..reply.clone() } };
            let joined = self.keys.complete(name, &kept);
            self.step.keys.push(KeyRow { answer: Some(kept), ..(**row).clone() });
            for waiting in joined {
                let client = Client { reply: Some(waiting), success: told.client.success, key: None };
                let reply = Reply { replayed: true, ..reply.clone() };
                self.step.answered.push(Told { client, held: None, reply });
            }
        }
        self.step.answered.push(told);
    }

    /// After the commit: replies go out.
    pub(crate) fn answer_all(&mut self, answered: Vec<Told>, output: &mut Output) {
        for Told { client, reply, .. } in answered {
            output.replies.extend(client.reply.map(|to| (to, reply)));
        }
    }
}

fn other_request() -> Problem {
    Problem::new(
        422,
        "key-reused",
        "This Idempotency-Key was used for another request. Use a new key for a new request.",
        "이 Idempotency-Key는 다른 요청에 이미 사용되었습니다. 새 요청에는 새 키를 사용하세요.",
    )
}

fn internal_error() -> Problem {
    Problem::new(
        500,
        "internal-error",
        "Something went wrong on our side. Nothing was changed; the operator can see why.",
        "내부 오류가 발생했습니다. 변경된 것은 없으며 운영자가 원인을 확인할 수 있습니다.",
    )
}

pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".to_owned())
}

//! A lane: one loop over one store. It takes whatever waits, decides it all in memory, commits it in one
//! transaction, and only then lets replies and calls out. No clock, no thread, no network: inputs in, outputs out.

use crate::breaker::Breaker;
use crate::cache::{Cache, Key};
use crate::calls::{OpenCall, RETRY_MIN};
use crate::decide::panic_text;
use crate::due::SWEEP;
use crate::flow::{CallRef, Changed, Committed, Found, Input, Output, Said};
use crate::held::{Held, Told};
use crate::keys::Keys;
use crate::ports::{Batch, DeadLetter, KeyRow, LogRow, OutboundCall, ReplyTo, Seq, Shelf, Store, StoreError};
use crate::registry::{Kind, Registry, ServiceNo};
use kernel::{AnyCommand, AnyEvent, Body, Id, Problem, Time};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Inputs that one step takes at most: above it only latency grows.
pub const BATCH_MAX: usize = 256;
/// Rows after which a batch hears nothing more; the services catch up in the next one.
const BATCH_ROWS_MAX: usize = 8_192;
/// Documents in memory, about 600 bytes each with their keys.
pub const DOCUMENTS_MAX: usize = 24_000;
/// Open calls a target; beyond, a refusing call is answered 503 and any other waits.
pub const OPEN_CALLS_MAX: usize = 1_024;

/// A command on its way to a document.
pub(crate) struct Work {
    pub(crate) key: Key,
    pub(crate) command: AnyCommand,
    pub(crate) origin: Origin,
    pub(crate) cause: Option<Seq>,
    pub(crate) correlation: Option<Id>,
}

/// Who wants to know how it went.
pub(crate) enum Origin {
    Client(Client),
    Call(CallRef),
    Nobody,
}

pub(crate) struct Client {
    pub(crate) reply: Option<ReplyTo>,
    pub(crate) success: u16,
    pub(crate) key: Option<Box<KeyRow>>,
}

/// Who recorded an event of the batch, and what others hear of it; `None`: inner.
pub(crate) struct Recorded {
    pub(crate) service: ServiceNo,
    pub(crate) heard: Option<AnyEvent>,
}

/// What the present step has built so far.
#[derive(Default)]
pub(crate) struct Step {
    pub(crate) now: Time,
    pub(crate) rows: Vec<LogRow>,
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) keys: Vec<KeyRow>,
    pub(crate) dead: Vec<DeadLetter>,
    pub(crate) work: VecDeque<Work>,
    pub(crate) outbound: Vec<(CallRef, OutboundCall)>,
    /// Requests whose answer is decided; sent after the commit.
    pub(crate) answered: Vec<Told>,
    pub(crate) notes: Vec<String>,
    /// Services that have not heard all yet that was said before this step.
    pub(crate) behind: Vec<ServiceNo>,
    pub(crate) broken: Option<StoreError>,
}

/// What the lane is made of at the start.
pub struct LaneParts {
    pub registry: Arc<Registry>,
    pub store: Box<dyn Store>,
    /// Only read here: written by the follower.
    pub shelf: Box<dyn Shelf>,
    /// The position up to which the follower has filled the shelf.
    pub shelved: Arc<AtomicU64>,
    /// Names of ports that calls may go to: `provider`, `notifier`; `taxi.payment` for a service that runs elsewhere.
    pub ports: BTreeSet<String>,
    /// Each policy's command is given twice, as after a redelivery. For tests.
    pub hear_twice: bool,
}

/// See the module's text.
pub struct Lane {
    pub(crate) registry: Arc<Registry>,
    pub(crate) store: Box<dyn Store>,
    pub(crate) shelf: Box<dyn Shelf>,
    pub(crate) shelved: Arc<AtomicU64>,
    pub(crate) ports: BTreeSet<String>,
    hear_twice: bool,
    pub(crate) cache: Cache,
    pub(crate) end: Seq,
    pub(crate) cursors: Vec<Seq>,
    /// Rows that a service which was away hears in one step.
    catch_up_rows: usize,
    pub(crate) calls: FxHashMap<Key, Vec<OpenCall>>,
    pub(crate) open: FxHashMap<&'static str, usize>,
    pub(crate) breakers: FxHashMap<(ServiceNo, &'static str), Breaker>,
    pub(crate) held: FxHashMap<Key, Vec<Held>>,
    pub(crate) wakes: BinaryHeap<Reverse<(Time, Key)>>,
    /// Timers due later are not in memory: they are looked up when this time comes.
    pub(crate) horizon: Time,
    /// When open calls were looked over last.
    pub(crate) swept: Time,
    pub(crate) keys: Keys,
    pub(crate) step: Step,
    /// Grows with each step; tells what was held before the present one.
    pub(crate) number: u64,
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lane").field("end", &self.end).field("held", &self.held.len()).finish_non_exhaustive()
    }
}

impl Lane {
    pub(crate) fn empty(parts: LaneParts, end: Seq, cursors: Vec<Seq>) -> Self {
        let kinds = parts.registry.all_kinds().count();
        Self {
            registry: parts.registry,
            store: parts.store,
            shelf: parts.shelf,
            shelved: parts.shelved,
            ports: parts.ports,
            hear_twice: parts.hear_twice,
            cache: Cache::new(kinds, DOCUMENTS_MAX),
            end,
            cursors,
            catch_up_rows: BATCH_ROWS_MAX,
            calls: FxHashMap::default(),
            open: FxHashMap::default(),
            breakers: FxHashMap::default(),
            held: FxHashMap::default(),
            wakes: BinaryHeap::new(),
            horizon: Time(i64::MIN),
            swept: Time(0),
            keys: Keys::new(),
            step: Step::default(),
            number: 0,
        }
    }

    /// Takes the inputs, and what is due, to its end: decided, durable, answered.
    pub fn step(&mut self, inputs: impl IntoIterator<Item = Input>, now: Time) -> Output {
        self.number += 1;
        self.step = Step { now, ..Step::default() };
        self.cache.begin();
        let (mut asks, mut reads) = (Vec::new(), Vec::new());
        let mut cursors = self.catch_up();
        // Answers before deadlines: a lane that is late does not give up what has been answered.
        for input in inputs {
            match input {
                Input::Answered { call, answer } => {
                    self.came_back(call, answer);
                    self.drain();
                }
                Input::Ask(ask, reply) => asks.push((ask, reply)),
                Input::Item { kind, id, found } => reads.push((kind, id, found)),
            }
        }
        self.wake_due();
        self.drain();
        for (ask, reply) in asks {
            self.ask(ask, reply);
            self.drain();
        }
        self.hear_own(&mut cursors);
        self.commit(cursors, reads)
    }

    /// Performs what is queued, and what that queues.
    pub(crate) fn drain(&mut self) {
        while let Some(work) = self.step.work.pop_front() {
            self.perform(work);
        }
    }

    /// Services that were away read on from where they were. Gives the cursors that moved.
    fn catch_up(&mut self) -> Vec<(ServiceNo, Seq)> {
        let mut moved = Vec::new();
        for service in self.registry.services() {
            let cursor = self.cursors[usize::from(service.0)];
            if cursor >= self.end || !self.registry.runs(service) {
                continue;
            }
            let rows = match self.store.read(cursor, self.catch_up_rows) {
                Ok(rows) => rows,
                Err(error) => {
                    self.step.broken = Some(error);
                    return moved;
                }
            };
            for row in &rows {
                self.hear_row(service, row);
                self.drain();
            }
            if let Some(last) = rows.last() {
                moved.push((service, last.seq));
                if last.seq < self.end {
                    self.step.behind.push(service);
                }
            }
        }
        moved
    }

    /// One service hears a stored row, if it is a public event of its system.
    fn hear_row(&mut self, service: ServiceNo, row: &LogRow) {
        let registry = Arc::clone(&self.registry);
        let Some(source) = registry.service_named(&row.source) else { return };
        if !row.public || registry.system_no(source) != registry.system_no(service) {
            return;
        }
        match registry.service(source).decode_event(&row.name, &row.body) {
            Ok(event) => {
                if let Some(heard) = registry.service(source).heard(&event) {
                    self.hear(service, &heard, row.seq, row.correlation);
                }
            }
            Err(error) => self.bury(service, Some(row.seq), error.to_string()),
        }
    }

    fn hear(&mut self, service: ServiceNo, heard: &AnyEvent, seq: Seq, correlation: Option<Id>) {
        let registry = Arc::clone(&self.registry);
        for kind in registry.kinds_of(service) {
            let aggregate = registry.aggregate(*kind).expect("kinds_of gives documents");
            for _ in 0..=usize::from(self.hear_twice) {
                let policy = catch_unwind(AssertUnwindSafe(|| aggregate.policy(&**heard)));
                let commands = policy.unwrap_or_else(|panic| {
                    self.bury(service, Some(seq), panic_text(&*panic));
                    Vec::new()
                });
                for (id, command) in commands {
                    let origin = Origin::Nobody;
                    let work = Work { key: (*kind, id), command, origin, cause: Some(seq), correlation };
                    self.step.work.push_back(work);
                }
            }
        }
    }

    /// Services at the end of the log hear in the same commit what the step says.
    fn hear_own(&mut self, cursors: &mut Vec<(ServiceNo, Seq)>) {
        let registry = Arc::clone(&self.registry);
        let at_end: Vec<ServiceNo> = registry
            .services()
            .filter(|no| registry.runs(*no) && self.cursors[usize::from(no.0)] >= self.end)
            .collect();
        let mut next = 0;
        while next < self.step.rows.len() && self.step.rows.len() < BATCH_ROWS_MAX {
            let Recorded { service: speaker, heard } = &self.step.recorded[next];
            if let (speaker, Some(heard)) = (*speaker, heard.clone()) {
                let row = &self.step.rows[next];
                let (seq, correlation) = (row.seq, row.correlation);
                for listener in &at_end {
                    if registry.system_no(*listener) == registry.system_no(speaker) {
                        self.hear(*listener, &heard, seq, correlation);
                    }
                }
                self.drain();
            }
            next += 1;
        }
        if next > 0 {
            let heard = self.end + next as Seq;
            cursors.extend(at_end.into_iter().map(|service| (service, heard)));
        }
    }

    /// An input that nobody can take is kept aside.
    pub(crate) fn bury(&mut self, service: ServiceNo, seq: Option<Seq>, why: String) {
        let service = self.registry.service_name(service).to_owned();
        self.step.dead.push(DeadLetter { time: self.step.now, service, seq, why });
    }

    pub(crate) fn commit(&mut self, cursors: Vec<(ServiceNo, Seq)>, reads: Vec<(Kind, Id, Found)>) -> Output {
        let step = std::mem::take(&mut self.step);
        let names = cursors.iter().map(|(no, seq)| (self.registry.service_name(*no).to_owned(), *seq));
        let batch = Batch { rows: step.rows, cursors: names.collect(), keys: step.keys, dead: step.dead };
        let nothing = batch.rows.is_empty()
            && batch.keys.is_empty()
            && batch.dead.is_empty()
            && batch.cursors.is_empty();
        let stored = match step.broken {
            Some(error) => Err(error),
            None if nothing => Ok(()),
            None => self.store.commit(&batch),
        };
        let mut output = Output::default();
        match stored {
            Ok(()) => {
                self.end += batch.rows.len() as Seq;
                // More than was said meanwhile, so that a service that was away does catch up.
                self.catch_up_rows = (2 * batch.rows.len()).clamp(BATCH_MAX, BATCH_ROWS_MAX);
                for (service, seq) in cursors {
                    self.cursors[usize::from(service.0)] = seq;
                }
                self.keys.committed(step.now);
                output.calls = step.outbound;
                output.notes = step.notes;
                output.committed = self.changes(&batch.rows, step.recorded);
                self.answer_all(step.answered, &mut output);
            }
            Err(error) => self.give_back(&step.outbound, step.now, step.answered, &error, &mut output),
        }
        for (kind, id, found) in reads {
            match self.read(kind, id) {
                Ok(body) => output.found.push((found, body)),
                // Nobody is told anything: whoever asked sees that no answer came.
                Err(error @ StoreError::Refused(_)) => output.refused = output.refused.or(Some(error)),
                Err(error) => output.broken = Some(error),
            }
        }
        self.cache.shrink(self.shelved.load(Ordering::Acquire));
        output.more = output.broken.is_none() && output.refused.is_none() && self.lagging();
        let next = self.wakes.peek().map(|Reverse((time, _))| *time);
        let sweep = (!self.calls.is_empty()).then(|| self.swept + SWEEP);
        let again = output.refused.as_ref().map(|_| step.now + RETRY_MIN);
        output.wake = [next, sweep, again, Some(self.horizon)].into_iter().flatten().min();
        output
    }

    fn lagging(&self) -> bool {
        self.registry
            .services()
            .any(|no| self.registry.runs(no) && self.cursors[usize::from(no.0)] < self.end)
    }

    /// The record as people see it.
    pub(crate) fn read(&mut self, kind: Kind, id: Id) -> Result<Option<Body>, StoreError> {
        self.cache.ensure((kind, id), &self.registry, &mut *self.shelf)?;
        Ok(self.body((kind, id)))
    }

    /// The record of a document that is in memory.
    pub(crate) fn body(&self, key: Key) -> Option<Body> {
        let document = self.cache.get(key)?.document.as_deref()?;
        self.registry.aggregate(key.0)?.body(document, key.1)
    }

    /// What the commit changed, for the followers.
    fn changes(&mut self, rows: &[LogRow], recorded: Vec<Recorded>) -> Option<Arc<Committed>> {
        let keys = self.cache.settle();
        if rows.is_empty() {
            return None;
        }
        let documents = keys.into_iter().filter_map(|(kind, id)| {
            let entry = self.cache.get((kind, id))?;
            let (version, due, document) = (entry.version, entry.due, entry.document.clone());
            Some(Changed { kind, id, version, due, document })
        });
        let documents = documents.collect();
        let said = rows.iter().zip(recorded).filter_map(|(row, one)| {
            one.heard.map(|heard| Said::of(&self.registry, one.service, row, heard))
        });
        Some(Arc::new(Committed { end: self.end, said: said.collect(), documents }))
    }
}

/// What a client is told when the commit failed or a limit is reached.
pub(crate) fn unavailable(code: &'static str) -> Problem {
    Problem::new(
        503,
        code,
        "This cannot be done right now. Nothing was changed. Please try again.",
        "지금은 처리할 수 없습니다. 변경된 것은 없습니다. 잠시 후 다시 시도해 주세요.",
    )
}

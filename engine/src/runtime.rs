//! The threads around a lane: one decides and commits, one follows, one keeps the shelf, one reads pages from it.
//! Everything else of the engine is single-threaded and has no clock.

use crate::flow::{Input, returning};
use crate::follower::Follower;
use crate::lane::{BATCH_MAX, Lane, LaneParts};
use crate::ports::{Ask, Front, Port, Query, Reader, Reply, ReplyTo, Shelf, StoreError};
use crate::reading::{FoundPage, FoundRow, Gate, ToFollower, follow, read_pages};
use crate::registry::Registry;
use crate::shelving::Writer;
use kernel::{Card, Id, Problem, Time};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Commands that wait for a lane; beyond, 503 at once.
pub const WAITING_MAX: usize = 4_096;
/// Rows that the shelf may lag behind the log before the lane waits for it.
const LAG_MAX: u64 = 200_000;

pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;
pub type Tokenizer = Arc<dyn Fn(String, Box<dyn FnOnce(Result<Card, Problem>) + Send>) + Send + Sync>;

/// What a runtime is made of.
pub struct RuntimeParts {
    pub lane: LaneParts,
    /// The same shelf, for its one writer.
    pub shelf: Box<dyn Shelf>,
    /// The same shelf, for the follower to read rows back.
    pub rows: Box<dyn Shelf>,
    pub reader: Box<dyn Reader>,
    /// `provider`, `notifier` → what is behind.
    pub ports: BTreeMap<String, Arc<dyn Port>>,
    pub tokenizer: Tokenizer,
    pub clock: Clock,
    /// Told when the store refuses a commit, and when it is broken: then the process must end, since what is durable
    /// is unknown.
    pub trouble: Box<dyn Fn(&StoreError) + Send + Sync>,
    /// Told what an operator may want to read.
    pub note: Arc<dyn Fn(&str) + Send + Sync>,
}

enum ToLane {
    Input(Input),
    Stop,
}

/// The running engine, as inbound adapters see it. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    registry: Arc<Registry>,
    lane: Sender<ToLane>,
    follower: Sender<ToFollower>,
    waiting: Arc<AtomicUsize>,
    tokenizer: Tokenizer,
    clock: Clock,
    note: Arc<dyn Fn(&str) + Send + Sync>,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

/// The threads; [`stop`](Self::stop) ends them in order.
#[derive(Debug)]
pub struct Runtime {
    handle: Handle,
    threads: Vec<JoinHandle<()>>,
}

impl Runtime {
    /// Recovers what is stored and starts.
    pub fn start(parts: RuntimeParts) -> Result<Self, StoreError> {
        let registry = Arc::clone(&parts.lane.registry);
        let shelved = Arc::clone(&parts.lane.shelved);
        let mut follower = Follower::new(Arc::clone(&registry), parts.shelf, Arc::clone(&shelved))?;
        let now = (parts.clock)();
        let lane = Lane::start(parts.lane, now, |committed| {
            follower.take(committed)?;
            follower.write()
        })?;
        let (to_lane, lane_inbox) = channel();
        let (to_follower, follower_inbox) = channel();
        let (to_writer, writer_inbox) = channel();
        let (to_reader, reader_inbox) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(Gate::default());
        let trouble: Arc<dyn Fn(&StoreError) + Send + Sync> = Arc::from(parts.trouble);
        let driver = LaneDriver {
            lane,
            inbox: lane_inbox,
            backlog: VecDeque::new(),
            stopping: false,
            back: to_lane.clone(),
            follower: to_follower.clone(),
            ports: parts.ports,
            waiting: Arc::clone(&waiting),
            clock: Arc::clone(&parts.clock),
            gate: Arc::clone(&gate),
            shelved: Arc::clone(&shelved),
            trouble: Arc::clone(&trouble),
            note: Arc::clone(&parts.note),
        };
        let writer = Writer {
            generation: follower.generation(),
            shelf: follower.leave_writing(parts.rows),
            shelved,
            inbox: writer_inbox,
            follower: to_follower.clone(),
            reader: to_reader,
            gate,
            trouble: Arc::clone(&trouble),
        };
        let clock = Arc::clone(&parts.clock);
        let threads = vec![
            spawn("lane", move || driver.run())?,
            spawn("follower", move || follow(follower, &follower_inbox, &to_writer, &clock, &*trouble))?,
            spawn("writer", move || writer.run())?,
            spawn("reader", move || read_pages(parts.reader, &reader_inbox))?,
        ];
        let (tokenizer, clock, note) = (parts.tokenizer, parts.clock, parts.note);
        let handle =
            Handle { registry, lane: to_lane, follower: to_follower, waiting, tokenizer, clock, note };
        Ok(Self { handle, threads })
    }

    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Finishes what is in the lane, commits it, fills the shelf, and ends the threads.
    pub fn stop(self) {
        // A channel that is closed already has no thread to stop.
        let _ = self.handle.lane.send(ToLane::Stop);
        for thread in self.threads {
            let _ = thread.join();
        }
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let thread = std::thread::Builder::new().name(format!("holdfast-{name}")).spawn(run);
    thread.map_err(|error| StoreError::Refused(format!("no thread for the {name}: {error}")))
}

struct LaneDriver {
    lane: Lane,
    inbox: Receiver<ToLane>,
    /// What waits for the lane, oldest first; answers never do.
    backlog: VecDeque<Input>,
    /// What waits is done, and nothing more.
    stopping: bool,
    back: Sender<ToLane>,
    follower: Sender<ToFollower>,
    ports: BTreeMap<String, Arc<dyn Port>>,
    waiting: Arc<AtomicUsize>,
    clock: Clock,
    gate: Arc<Gate>,
    shelved: Arc<AtomicU64>,
    trouble: Arc<dyn Fn(&StoreError) + Send + Sync>,
    note: Arc<dyn Fn(&str) + Send + Sync>,
}

impl LaneDriver {
    fn run(mut self) {
        let mut last = Time::default();
        let mut wait = Some(Duration::ZERO);
        let mut end = 0;
        loop {
            let Some(inputs) = self.gather(wait) else { break };
            last = last.max((self.clock)());
            let asks = inputs.iter().filter(|input| matches!(input, Input::Ask(..))).count();
            self.waiting.fetch_sub(asks, Ordering::Relaxed);
            let stepped = catch_unwind(AssertUnwindSafe(|| self.lane.step(inputs, last)));
            let Ok(output) = stepped else {
                (self.trouble)(&StoreError::Broken("the lane panicked".into()));
                break;
            };
            if let Some(error) = &output.refused {
                (self.trouble)(error);
            }
            if let Some(error) = &output.broken {
                (self.trouble)(error);
                break;
            }
            // First to the follower: who reads after an answer finds what it said.
            if let Some(committed) = output.committed {
                end = committed.end;
                let _ = self.follower.send(ToFollower::Committed(committed));
            }
            for (to, reply) in output.replies {
                to(reply);
            }
            output.notes.iter().for_each(|note| (self.note)(note));
            for (found, body) in output.found {
                found(body);
            }
            for (reference, call) in output.calls {
                let back = self.back.clone();
                let answered = returning(reference, move |input| {
                    let _ = back.send(ToLane::Input(input));
                });
                match self.ports.get(&call.to) {
                    Some(port) => port.ask(call, answered),
                    None => answered(None),
                }
            }
            // Last: whoever was answered does not wait for it.
            self.wait_for_shelf(end);
            wait = if output.more {
                Some(Duration::ZERO)
            } else {
                output.wake.map(|wake| Duration::from_millis(wake.since((self.clock)()).0))
            };
        }
        let _ = self.follower.send(ToFollower::Stop);
    }

    /// All answers that have come, and of whatever else waits at most a batch: an answer does not queue behind the
    /// asks of the moment, so a lane that is behind does not give up what has been answered. `None`: stop.
    fn gather(&mut self, wait: Option<Duration>) -> Option<Vec<Input>> {
        let mut inputs = Vec::new();
        let mut next = match wait {
            _ if !self.backlog.is_empty() || self.stopping => self.inbox.try_recv().ok(),
            Some(wait) => match self.inbox.recv_timeout(wait) {
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return None,
            },
            None => Some(self.inbox.recv().ok()?),
        };
        while let Some(message) = next {
            match message {
                ToLane::Input(answer @ Input::Answered { .. }) => inputs.push(answer),
                ToLane::Input(input) => self.backlog.push_back(input),
                ToLane::Stop => self.stopping = true,
            }
            next = self.inbox.try_recv().ok();
        }
        let asks = self.backlog.len().min(BATCH_MAX);
        inputs.extend(self.backlog.drain(..asks));
        (!self.stopping || !inputs.is_empty()).then_some(inputs)
    }

    fn wait_for_shelf(&self, end: u64) {
        let far = || end.saturating_sub(self.shelved.load(Ordering::Acquire)) > LAG_MAX;
        let mut lock = self.gate.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while far() {
            let timeout = Duration::from_millis(100);
            let waited = self.gate.moved.wait_timeout(lock, timeout).unwrap_or_else(PoisonError::into_inner);
            lock = waited.0;
        }
    }
}

fn stopping() -> Problem {
    Problem::new(503, "stopping", "The service is stopping. Please try again.", "서비스가 종료되는 중입니다.")
}

impl Front for Handle {
    fn runs(&self, system: &str, service: &str) -> bool {
        let no = self.registry.service_named(&format!("{system}.{service}"));
        no.is_some_and(|no| self.registry.runs(no))
    }

    fn ask(&self, ask: Ask, reply: ReplyTo) {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return reply(Reply::of_problem(&crate::lane::unavailable("too-busy")));
        }
        if let Err(refused) = self.lane.send(ToLane::Input(Input::Ask(ask, reply)))
            && let ToLane::Input(Input::Ask(_, reply)) = refused.0
        {
            reply(Reply::of_problem(&stopping()));
        }
    }

    fn item(&self, system: &str, kind: &str, id: Id, found: FoundRow) {
        let Some(kind) = self.registry.kind(&format!("{system}.{kind}")) else { return found(Ok(None)) };
        let found = Box::new(move |body| found(Ok(body)));
        // A lane that is gone drops the request; whoever waits for it notices and says that there is no answer.
        let _ = self.lane.send(ToLane::Input(Input::Item { kind, id, found }));
    }

    fn row(&self, system: &str, kind: &str, id: Id, found: FoundRow) {
        let Some(kind) = self.registry.kind(&format!("{system}.{kind}")) else { return found(Ok(None)) };
        if let Err(refused) = self.follower.send(ToFollower::Row(kind, id, found))
            && let ToFollower::Row(_, _, found) = refused.0
        {
            found(Err(stopping()));
        }
    }

    fn page(&self, _system: &str, query: Query, found: FoundPage) {
        if let Err(refused) = self.follower.send(ToFollower::Page(query, found))
            && let ToFollower::Page(_, found) = refused.0
        {
            found(Err(stopping()));
        }
    }

    fn card(&self, number: String, token: Box<dyn FnOnce(Result<Card, Problem>) + Send>) {
        (self.tokenizer)(number, token);
    }

    fn now(&self) -> Time {
        (self.clock)()
    }

    fn note(&self, text: &str) {
        (self.note)(text);
    }
}

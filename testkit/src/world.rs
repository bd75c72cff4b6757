//! A whole process in one thread with simulated time: the real engine over memory, a provider outside, clients
//! that ask. Nothing sleeps; `settle` plays until everything is at rest, or says what never comes to rest.

mod client;
mod evidence;
mod fields;

use crate::memory::{Fault, MemoryShelf, MemoryStore};
use crate::provider::{Outside, Weather};
use engine::ports::{Reply, Shelf, Store};
use engine::{CallRef, Committed, Follower, Input, Lane, LaneParts, Output, Registry};
use kernel::{Answer, Millis, System, Time};
use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

/// Steps until `settle` gives up.
const STEPS_MAX: usize = 100_000;
/// Timers further away than this do not keep a world from being at rest.
const REST: Millis = Millis::seconds(60);
/// How long `settle` plays at most, in simulated time.
const PATIENCE: Millis = Millis::seconds(40);
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
    /// What calls may go to besides services: `provider`, `notifier`.
    ports: BTreeSet<String>,
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
    /// What an operator was told, over all crashes.
    pub notes: Vec<String>,
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
        let ports = ["provider", "notifier"].map(str::to_owned).into();
        let (registry, lane, follower) =
            start(&make(), &without, &ports, &store, &shelf, BEGIN, twists.hear_twice);
        Self {
            make,
            without,
            ports,
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
            notes: Vec::new(),
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
        let started =
            start(&system, &self.without, &self.ports, &self.store, &self.shelf, self.now, hear_twice);
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

    /// The service runs in another process from now on, which takes whatever it is asked and says nothing of its own.
    pub fn elsewhere(&mut self, service: &str) {
        let name = format!("{}.{service}", self.system().name);
        assert!(self.registry.service_named(&name).is_some(), "no service {name}");
        self.without.insert(name.clone());
        self.ports.insert(name);
        self.crash();
    }

    /// A port (`provider`) is not there from now on.
    pub fn without_port(&mut self, port: &str) {
        self.ports.remove(port);
        self.crash();
    }

    pub fn start_service(&mut self, service: &str) {
        self.without.remove(&format!("{}.{service}", self.system().name));
        self.crash();
    }

    /// The names of the system's services.
    pub fn services(&self) -> Vec<String> {
        self.system().services.iter().map(|service| service.name.to_owned()).collect()
    }

    fn system(&self) -> &System {
        &self.registry.systems()[0]
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
        let Output { replies, found, calls, committed, notes, more, wake, refused, broken } = output;
        self.notes.extend(notes);
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
    ports: &BTreeSet<String>,
    store: &MemoryStore,
    shelf: &MemoryShelf,
    now: Time,
    hear_twice: bool,
) -> (Arc<Registry>, Lane, Follower) {
    let registry = Arc::new(Registry::new(vec![Arc::clone(system)], without));
    let shelved = Arc::new(AtomicU64::new(0));
    let parts = LaneParts {
        registry: Arc::clone(&registry),
        store: Box::new(store.clone()) as Box<dyn Store>,
        shelf: Box::new(shelf.clone()) as Box<dyn Shelf>,
        shelved: Arc::clone(&shelved),
        ports: ports.clone(),
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

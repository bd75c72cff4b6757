//! Customers: as many as there are connections, each with one booking at a time, all in one thread.

pub(super) mod seat;
pub(super) mod taxi;

use super::client::{Answer, Client, field};
use super::latency::Latencies;
use anyhow::{Context, Result};
use indicatif::ProgressBar;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};

/// A booking that takes longer has failed.
const BOOKING_MAX: Duration = Duration::from_secs(30);
/// No booking is begun later than this.
const PHASE_MAX: Duration = Duration::from_secs(900);
/// After so many failures nothing is learned from more.
const FAILURES_MAX: u64 = 1_000;
/// Between two looks at the page: doubled each time up to the longest.
const PAUSE: Duration = Duration::from_millis(1);
const PAUSE_MAX: Duration = Duration::from_millis(8);
/// After a broken connection.
const REST: Duration = Duration::from_millis(10);
const SHOWN: Duration = Duration::from_millis(200);

/// How far a booking goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Taxi: POST until the page shows `Reservation Complete`.
    Paid,
    /// Taxi: then confirmed by the manager with this taxi, until the page shows both.
    Assigned { taxi: u64 },
    /// Seat: POST until the page shows `Confirmed`, each booking a seat of its own, from this one on.
    OwnSeat { first: u64 },
    /// Seat: everybody wants this seat.
    HotSeat { seat: u64 },
}

/// What is asked of the server.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub address: SocketAddr,
    pub bookings: u64,
    pub connections: usize,
    pub phase: Phase,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub took: Duration,
    /// Complete bookings, from the POST to the page.
    pub bookings: Latencies,
    /// The customer's POST alone.
    pub orders: Latencies,
    /// Bookings that got a seat.
    pub won: u64,
    /// The manager's POST alone.
    pub confirms: Latencies,
    /// GETs of the page.
    pub looks: u64,
    /// By status and code of the answer, or by what went wrong.
    pub failures: BTreeMap<String, u64>,
}

struct Shared {
    load: Load,
    begun: Instant,
    next: u64,
    failed: u64,
    outcome: Outcome,
}

impl Shared {
    fn take(&mut self) -> Option<u64> {
        let goes_on =
            self.next < self.load.bookings && self.failed < FAILURES_MAX && self.begun.elapsed() < PHASE_MAX;
        goes_on.then(|| {
            self.next += 1;
            self.next
        })
    }
}

/// Why a booking is not complete.
enum Failure {
    /// An answer that should not be: of what, and its status and code.
    Answer(String),
    Broken(std::io::Error),
}

impl Failure {
    fn answer(client: &Client, what: &str, answer: Answer) -> Self {
        let code = field(client.body(), "code").unwrap_or_default();
        Self::Answer(format!("{what}: {} {code}", answer.status).trim_end().to_owned())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Plays the whole load; returns when every booking has an end.
pub fn drive(load: &Load, progress: &ProgressBar) -> Result<Outcome> {
    let begun = Instant::now();
    let shared = Shared { load: *load, begun, next: 0, failed: 0, outcome: Outcome::default() };
    let shared = Rc::new(RefCell::new(shared));
    let people = LocalSet::new();
    for _ in 0..load.connections {
        people.spawn_local(person(Rc::clone(&shared)));
    }
    let watched = Rc::clone(&shared);
    let show = async move {
        loop {
            progress.set_position(watched.borrow().next);
            sleep(SHOWN).await;
        }
    };
    runtime()?.block_on(async {
        tokio::select! {
            () = people => {}
            () = show => {}
        }
    });
    let mut outcome = std::mem::take(&mut shared.borrow_mut().outcome);
    outcome.took = begun.elapsed();
    Ok(outcome)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.context("cannot start the load generator")
}

async fn person(shared: Rc<RefCell<Shared>>) {
    let load = shared.borrow().load;
    let mut client = Client::new(load.address);
    loop {
        let Some(number) = shared.borrow_mut().take() else { return };
        let begun = Instant::now();
        let (failure, broken) =
            match timeout(BOOKING_MAX, book(&mut client, number, load.phase, &shared)).await {
                Ok(Ok(())) => {
                    shared.borrow_mut().outcome.bookings.add(begun.elapsed());
                    continue;
                }
                Ok(Err(Failure::Answer(what))) => (what, false),
                Ok(Err(Failure::Broken(error))) => (format!("connection: {}", error.kind()), true),
                Err(_) => (format!("not complete in {} s", BOOKING_MAX.as_secs()), true),
            };
        if broken {
            client.close();
            sleep(REST).await;
        }
        let mut shared = shared.borrow_mut();
        shared.failed += 1;
        *shared.outcome.failures.entry(failure).or_default() += 1;
    }
}

/// One booking, to its end.
async fn book(
    client: &mut Client,
    number: u64,
    phase: Phase,
    shared: &RefCell<Shared>,
) -> Result<(), Failure> {
    match phase {
        Phase::Paid => taxi::book(client, number, None, shared).await,
        Phase::Assigned { taxi } => taxi::book(client, number, Some(taxi), shared).await,
        Phase::OwnSeat { first } => seat::book(client, first + number - 1, false, shared).await,
        Phase::HotSeat { seat } => seat::book(client, seat, true, shared).await,
    }
}

fn created(client: &Client, what: &'static str, answer: Answer) -> Result<u64, Failure> {
    match answer {
        Answer { status: 201, number: Some(number) } => Ok(number),
        answer => Err(Failure::answer(client, what, answer)),
    }
}

/// Looks at the customer's page until it shows what is waited for; the caller bounds the time.
async fn see(
    client: &mut Client,
    order: u64,
    shared: &RefCell<Shared>,
    shows: impl Fn(&[u8]) -> bool,
) -> Result<(), Failure> {
    let mut pause = PAUSE;
    loop {
        let answer = client.get(format_args!("/mypages/{order}")).await?;
        shared.borrow_mut().outcome.looks += 1;
        if answer.status != 200 {
            return Err(Failure::answer(client, "GET /mypages", answer));
        }
        if shows(client.body()) {
            return Ok(());
        }
        sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

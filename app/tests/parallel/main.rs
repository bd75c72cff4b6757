//! Many clients at once: the last unit goes to one, everybody else is told, and no money stays behind.

mod concert;
mod driver;
mod room;
mod seat;
mod taxi;

use std::sync::{Arc, Barrier};
use testkit::http::Response;
use testkit::server::Process;

const CLIENTS: u64 = 100;

fn start(system: &str) -> Process {
    Process::start(env!("CARGO_BIN_EXE_holdfast"), system)
}

/// All clients ask in the same moment; each has a number from 1 on.
fn at_once(ask: impl Fn(u64) -> Response + Send + Sync + 'static) -> Vec<Response> {
    let (ask, barrier) = (Arc::new(ask), Arc::new(Barrier::new(usize::try_from(CLIENTS).expect("few"))));
    let clients: Vec<_> = (1..=CLIENTS)
        .map(|number| {
            let (ask, barrier) = (Arc::clone(&ask), Arc::clone(&barrier));
            std::thread::spawn(move || {
                barrier.wait();
                ask(number)
            })
        })
        .collect();
    clients.into_iter().map(|client| client.join().expect("it is answered")).collect()
}

fn count(answers: &[Response], status: u16) -> u64 {
    answers.iter().filter(|answer| answer.status == status).count() as u64
}

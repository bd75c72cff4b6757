//! How many operations a second the simulated provider makes durable, beside a bare SQLite loop that writes the same
//! rows: `cargo run --release -p payment-provider --example ledger [DIR [IN_FLIGHT …]]`. Read the ratios; the
//! figures are this machine's, as busy as it is.
#![expect(clippy::print_stdout, reason = "figures for whoever runs it")]

use engine::ports::{OutboundCall, Port};
use kernel::{Answer, Body, Card, Request};
use payment_provider::{Delay, Simulated};
use rusqlite::{Connection, params};
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// How long each figure is measured.
const SPAN: Duration = Duration::from_secs(3);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".into());
    let chosen: Vec<u64> = arguments.map(|argument| argument.parse()).collect::<Result<_, _>>()?;
    let place = Path::new(&folder);
    println!("flush of 4 KiB: p50 {:.3} ms", flush(place)?.as_secs_f64() * 1e3);
    println!("half authorizations, half captures; operations a second");
    println!(
        "{:>9} {:>12} {:>12} {:>7} {:>9} {:>9}",
        "in flight", "provider", "bare loop", "ratio", "p50 ms", "p99 ms"
    );
    for in_flight in if chosen.is_empty() { vec![1, 8, 64, 256, 1_024] } else { chosen } {
        let bare = bare(place, in_flight)?;
        let (ours, mut waits) = provider(place, in_flight)?;
        waits.sort_unstable();
        let wait = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64() * 1e3;
        let (p50, p99) = (wait(50), wait(99));
        println!("{in_flight:>9} {ours:>12.0} {bare:>12.0} {:>7.2} {p50:>9.3} {p99:>9.3}", ours / bare);
    }
    Ok(())
}

/// A closed loop: so many operations are under way, and each answer starts the next.
fn provider(place: &Path, in_flight: u64) -> Result<(f64, Vec<Duration>), Box<dyn Error>> {
    let folder = tempfile::tempdir_in(place)?;
    let provider = Simulated::open(folder.path(), Delay::default())?;
    let (told, hears) = channel();
    let ask = |account: u64, capture: bool| {
        let (told, asked) = (told.clone(), Instant::now());
        let answered = move |answer: Option<Answer>| {
            let done = matches!(answer, Some(Answer::Done(_)));
            told.send((account, capture, done, asked.elapsed())).ok();
        };
        provider.ask(call(account, capture), Box::new(answered));
    };
    let begun = Instant::now();
    (0..in_flight).for_each(|account| ask(account, false));
    let (mut next, mut waits) = (in_flight, Vec::new());
    while begun.elapsed() < SPAN {
        let (account, captured, done, wait) = hears.recv()?;
        assert!(done, "account {account} was refused");
        waits.push(wait);
        if captured {
            ask(next, false);
            next += 1;
        } else {
            ask(account, true);
        }
    }
    Ok((per_second(waits.len(), begun), waits))
}

fn call(account: u64, capture: bool) -> OutboundCall {
    let fields = Body::new().with("account", format!("taxi.payment/{account}"));
    let card = Card { token: "tok_6f1ed002ab5595859014ebf0".into(), last4: "5656".into() };
    let (step, request) = if capture {
        ("capture", Request::post("/captures", fields))
    } else {
        let fields = fields.with("amount", 3_800).with_card("card", Some(&card));
        ("authorize", Request::post("/authorizations", fields))
    };
    let key = format!("taxi.payment/{account}/{step}/1");
    OutboundCall { key, from: "taxi.payment".into(), to: "provider".into(), request, tries: 0 }
}

/// The same rows, by one thread that does nothing else, as many a transaction as the provider has in flight.
fn bare(place: &Path, batch: u64) -> Result<f64, Box<dyn Error>> {
    let folder = tempfile::tempdir_in(place)?;
    let mut connection = Connection::open(folder.path().join("bare.db"))?;
    connection.execute_batch(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = full;
        CREATE TABLE account (service INTEGER NOT NULL, number INTEGER NOT NULL, amount INTEGER, last4 TEXT,
            authorized_at INTEGER, declined_at INTEGER, captured_at INTEGER, returned_at INTEGER,
            PRIMARY KEY (service, number)) STRICT, WITHOUT ROWID;",
    )?;
    let (begun, batch, mut operations) = (Instant::now(), i64::try_from(batch)?, 0_i64);
    while begun.elapsed() < SPAN {
        let transaction = connection.transaction()?;
        for _ in 0..batch {
            // Of two windows, one is inserted and the one before is updated, as when captures follow authorizations.
            let (window, place) = (operations / batch, operations % batch);
            let number = window / 2 * batch + place;
            if window % 2 == 0 {
                transaction
                    .prepare_cached("INSERT INTO account VALUES (1, ?1, ?2, ?3, ?4, NULL, NULL, NULL)")?
                    .execute(params![number, 3_800, "5656", 1_795_000_000_000_i64])?;
            } else {
                transaction
                    .prepare_cached("UPDATE account SET captured_at = ?2 WHERE service = 1 AND number = ?1")?
                    .execute(params![number, 1_795_000_000_000_i64])?;
            }
            operations += 1;
        }
        transaction.commit()?;
    }
    Ok(per_second(usize::try_from(operations)?, begun))
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn per_second(operations: usize, begun: Instant) -> f64 {
    operations as f64 / begun.elapsed().as_secs_f64()
}

/// What one flush costs here: the median of a hundred.
fn flush(place: &Path) -> Result<Duration, Box<dyn Error>> {
    let folder = tempfile::tempdir_in(place)?;
    let mut file = File::create(folder.path().join("flush"))?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        file.write_all(&[0; 4_096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

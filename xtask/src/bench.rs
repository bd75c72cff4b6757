//! How many complete, durable bookings a second, on this machine, at this moment: driven over HTTP by clients that
//! share the processors with the server, beside a raw loop that writes the same rows, and the price of one flush.
//!
//! Shared machines are noisy: what counts is the ratio of one run, not the figure.

mod client;
mod latency;
mod load;
mod process;
mod raw;
mod report;
mod server;

pub use client::{Answer, Client};
pub use latency::Latencies;
pub use load::{Load, Outcome, Phase, drive};
pub use raw::{Raw, flushes, raw};
pub use report::{Measured, Report};
pub use server::Server;

use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use process::{Usage, size};
use serde_json::Value;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What to measure.
#[derive(Clone, Debug)]
pub struct Options {
    pub system: Measurable,
    pub bookings: u64,
    pub connections: usize,
    pub phases: Phases,
    pub binary: PathBuf,
    pub keep: bool,
}

/// Systems with a load of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurable {
    /// a: ordered and paid; b: also confirmed, with a taxi of one hot company.
    Taxi,
    /// a: each booking a seat of its own; b: everybody wants the same seat.
    Seat,
}

/// Which phases to run.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    pub a: bool,
    pub b: bool,
}

/// The seat that everybody wants; the others are above.
const HOT_SEAT: u64 = 1;

/// The longest that an audit may take.
const AUDIT_MAX: Duration = Duration::from_secs(600);
/// Flushes that are timed.
const FLUSHES: usize = 500;

/// Builds the program as users get it; says where it is.
pub fn release_binary() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments =
        ["build", "--release", "--package", "holdfast", "--message-format=json-render-diagnostics"];
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(crate::root()).stderr(Stdio::inherit());
    let built = command.output().context("cannot run cargo")?;
    if !built.status.success() {
        bail!("the release build failed");
    }
    let messages = String::from_utf8_lossy(&built.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = messages.filter(|message| message["target"]["name"] == "holdfast");
    let program = programs.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.context("cargo did not say where the program is")
}

/// Runs everything in a new data directory below the target directory, where the disk is that the build uses.
pub fn run(options: &Options) -> Result<Report> {
    let place =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    std::fs::create_dir_all(&place)?;
    let mut folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&place)?;
    folder.disable_cleanup(options.keep);
    let data = folder.path().join("data");
    let log = folder.path().join("server.log");
    let name = match options.system {
        Measurable::Taxi => "taxi",
        Measurable::Seat => "seat",
    };
    let server = Server::start(&options.binary, name, &data, &log)?;
    let ready = server.ready_after;
    let mut phases = Vec::new();
    for (phase, title) in prepare(options, server.address)? {
        phases.push(measure(&server, &data, options, phase, title)?);
    }
    let stopped = server.stop()?;
    let complaints = server::tail(&log);
    let spinner = ProgressBar::new_spinner().with_message("audit");
    spinner.enable_steady_tick(Duration::from_millis(100));
    let audit = audit(&options.binary, &data, &folder.path().join("audit.txt"))?;
    spinner.set_message("raw loop");
    let raw = raw(&data.join("holdfast.db"), &folder.path().join("raw.db"))?;
    spinner.set_message("flushes");
    let flush = flushes(&folder.path().join("flush"), FLUSHES)?;
    spinner.finish_and_clear();
    let connections = options.connections;
    let kept = options.keep.then(|| folder.path().to_owned());
    Ok(Report { connections, ready, phases, stopped, complaints, audit, raw, flush, kept })
}

/// Registers what can be booked; gives the phases.
fn prepare(options: &Options, address: SocketAddr) -> Result<Vec<(Phase, &'static str)>> {
    let mut phases = Vec::new();
    match options.system {
        Measurable::Taxi => {
            if options.phases.a {
                phases.push((Phase::Paid, "a: ordered and paid"));
            }
            if options.phases.b {
                let taxi = load::taxi::register(address)?;
                phases.push((Phase::Assigned { taxi }, "b: confirmed, hot taxi"));
            }
        }
        Measurable::Seat => {
            let first = HOT_SEAT + 1;
            let seats = if options.phases.a { HOT_SEAT..first + options.bookings } else { HOT_SEAT..first };
            load::seat::register(address, seats, options.connections)?;
            if options.phases.a {
                phases.push((Phase::OwnSeat { first }, "a: own seats, confirmed"));
            }
            if options.phases.b {
                phases.push((Phase::HotSeat { seat: HOT_SEAT }, "b: one hot seat"));
            }
        }
    }
    Ok(phases)
}

/// One phase, with what it cost.
fn measure(
    server: &Server,
    data: &Path,
    options: &Options,
    phase: Phase,
    title: &'static str,
) -> Result<Measured> {
    let style = "{msg} {wide_bar} {pos}/{len} {per_sec}";
    let progress = ProgressBar::new(options.bookings).with_style(ProgressStyle::with_template(style)?);
    progress.set_message(title);
    let (bookings, connections) = (options.bookings, options.connections);
    let load = Load { address: server.address, bookings, connections, phase };
    let log = data.join("holdfast.db");
    let before = (server.usage()?, Usage::own()?, size(data), raw::rows(&log)?);
    let outcome = drive(&load, &progress)?;
    let after = (server.usage()?, Usage::own()?, size(data), raw::rows(&log)?);
    progress.finish_and_clear();
    Ok(Measured {
        title,
        outcome,
        server_cpu: after.0.cpu.saturating_sub(before.0.cpu),
        own_cpu: after.1.cpu.saturating_sub(before.1.cpu),
        resident_bytes: after.0.resident_bytes,
        disk_bytes: after.2.saturating_sub(before.2),
        rows: after.3.saturating_sub(before.3),
    })
}

/// What `holdfast audit` says of the data.
#[derive(Clone, Debug)]
pub struct Audit {
    pub clean: bool,
    pub took: Duration,
    pub says: String,
}

fn audit(binary: &Path, data: &Path, output: &Path) -> Result<Audit> {
    let file = std::fs::File::create(output)?;
    let mut command = Command::new(binary);
    command.arg("audit").arg("--data").arg(data).stdin(Stdio::null());
    command.stdout(file.try_clone()?).stderr(file);
    let begun = Instant::now();
    let child = process::Child::spawn(&mut command).context("cannot start the audit")?;
    let status = child.wait(AUDIT_MAX).context("the audit does not end")?;
    let says = std::fs::read_to_string(output)?;
    Ok(Audit { clean: status.success(), took: begun.elapsed(), says: says.trim().to_owned() })
}

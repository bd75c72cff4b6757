//! `cargo xtask`: what is generated, what is new, how fast it is. What is checked runs with `cargo test`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its user")]

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use xtask::bench::{Measurable, Options, Phases};

/// Tasks of this workspace. What must hold is checked by `cargo test -p xtask`.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write docs/requirements.md and docs/flows from the tests and the wire samples
    Docs {
        /// Write nothing; fail when a page is stale
        #[arg(long)]
        check: bool,
    },
    /// Copy a small system that compiles to systems/NAME
    NewSystem {
        /// One lower-case word, like barber
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Measure complete, durable bookings over HTTP beside a raw loop of the same rows
    Bench(Bench),
}

#[derive(Debug, Args)]
struct Bench {
    /// taxi or seat
    #[arg(value_name = "SYSTEM", default_value = "taxi", value_parser = ["taxi", "seat"])]
    system: String,
    /// Bookings in each phase
    #[arg(long, value_name = "N", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    bookings: u64,
    /// Clients at the same time, each on a connection that is kept
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1_024))]
    connections: u64,
    /// taxi: a: ordered and paid, b: also confirmed, with a taxi of one hot company; seat: a: each a seat of its own,
    /// b: everybody the same seat
    #[arg(long, value_name = "PHASE", default_value = "all", value_parser = ["a", "b", "all"])]
    phase: String,
    /// This program instead of a release build of the tree
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Leave the data where it is
    #[arg(long)]
    keep: bool,
    /// Add the results to this file, as one JSON line
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Docs { check } => docs(check),
        Task::NewSystem { name } => new_system(&name),
        Task::Bench(options) => bench(options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn docs(check: bool) -> Result<bool> {
    let root = xtask::root();
    if check {
        let stale = xtask::docs::stale(&xtask::tree::Tree::read(&root)?);
        stale.iter().for_each(|finding| println!("{finding}"));
        return Ok(stale.is_empty());
    }
    for path in xtask::docs::write(&root)? {
        println!("{path}");
    }
    Ok(true)
}

fn new_system(name: &str) -> Result<bool> {
    for path in xtask::new_system::create(&xtask::root(), name)? {
        println!("{path}");
    }
    println!("{}", xtask::new_system::lines(name));
    Ok(true)
}

/// The load generator shares the processors with what it measures, so it must not be a debug build.
fn bench(options: Bench) -> Result<bool> {
    if cfg!(debug_assertions) {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let again = ["run", "--release", "--quiet", "--package", "xtask", "--"];
        let status = Command::new(cargo).args(again).args(std::env::args_os().skip(1)).status();
        return Ok(status.context("cannot run cargo")?.success());
    }
    let binary = match options.binary {
        Some(binary) => binary,
        None => xtask::bench::release_binary()?,
    };
    let phases = match options.phase.as_str() {
        "a" => Phases { a: true, b: false },
        "b" => Phases { a: false, b: true },
        _ => Phases { a: true, b: true },
    };
    let report = xtask::bench::run(&Options {
        system: if options.system == "seat" { Measurable::Seat } else { Measurable::Taxi },
        bookings: options.bookings,
        connections: usize::try_from(options.connections)?,
        phases,
        binary,
        keep: options.keep,
    })?;
    print!("{report}");
    if let Some(file) = options.json {
        report.append(&file)?;
    }
    Ok(report.clean())
}

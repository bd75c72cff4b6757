//! The binary: arguments, configuration, wiring. The only place that knows which systems and technologies there are.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its user")]

mod audit;
mod cli;
mod config;
mod events;
mod probe;
mod rebuild;
mod systems;
mod up;

use clap::{CommandFactory, FromArgMatches};
use cli::{Cli, Command};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let matches = Cli::command().after_help(cli::after_help()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let done = match cli.command.unwrap_or_default() {
        Command::Up(options) => up::up(&options).map(|()| true),
        Command::Events(options) => events::events(&options).map(|()| true),
        Command::Notices(options) => events::notices(&options).map(|()| true),
        Command::Audit(options) => audit::audit(&options),
        Command::Rebuild(options) => rebuild::rebuild(&options).map(|()| true),
        Command::Probe(options) => probe::probe(&options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("holdfast: {error:#}");
            ExitCode::from(2)
        }
    }
}

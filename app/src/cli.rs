//! What can be typed, and the page that `--help` shows.

use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Bookings that cost money and cannot be sold twice: complete booking systems in one program.
///
/// Without a command: `holdfast up`. Everything is stored in ./data; nothing else has to be installed.
#[derive(Debug, Parser)]
#[command(name = "holdfast", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  holdfast
      all systems on http://127.0.0.1:8088, data in ./data
  holdfast up taxi
      the call taxi alone, as its document shows it: ports 8081-8085, gateway 8088
  holdfast up taxi --without taxi.reservation
      the same while one service is down; it catches up when it is back
  holdfast events taxi --correlation 1
      the log of one booking, a JSON line an event
  holdfast audit
      proves stored documents, stock and money against the log

Configuration (environment, or the same names in a TOML file given with --config):
";

/// What the app itself reads: name, default, what it is.
pub(crate) const OWN: [(&str, &str, &str); 4] = [
    ("HOLDFAST_PAYMENT_PROVIDER", "simulated", "Who charges cards: simulated or http."),
    ("HOLDFAST_PAYMENT_DELAY_MS", "0", "N or MIN..MAX: so long the simulated provider takes to authorize."),
    (
        "HOLDFAST_TAXI_PAYMENT_FILE",
        "/mnt/efs/LOGS if that folder exists",
        "Where the taxi's payment service shows its two values.",
    ),
    ("HOLDFAST_NOTIFIER_URL", "none: the log keeps them", "Where notices are posted to."),
];

/// Examples, and every name that can be configured.
pub(crate) fn after_help() -> String {
    let systems = crate::systems::settings().into_iter().map(|one| (one.name, one.default, one.help));
    let mut text = EXAMPLES.to_owned();
    for (name, default, help) in OWN.into_iter().chain(systems) {
        text.push_str(&format!("  {name} [{default}]\n      {help}\n"));
    }
    text
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the systems, or one of them
    Up(Up),
    /// Print the log of a system, a JSON line an event
    Events(Events),
    /// Print what was told to whom, a JSON line a notice
    Notices(Events),
    /// Check money, stock and stored documents against the log; exit 0: clean, 1: findings
    Audit(Audit),
    /// Drop a view and replay it from the log
    Rebuild(Rebuild),
    /// Exit 0 if a file exists or a URL answers 2xx, else 1: liveness in an image without a shell
    Probe(Probe),
}

impl Default for Command {
    fn default() -> Self {
        Self::Up(Up {
            system: None,
            data: DataDir { data: PathBuf::from("data") },
            listen: SocketAddr::from(([127, 0, 0, 1], 8088)),
            without: Vec::new(),
            no_service_ports: false,
            config: None,
        })
    }
}

#[derive(Debug, Args)]
pub(crate) struct DataDir {
    /// Directory of everything that is stored
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// One system alone, at the root as well, each service on the port of its document
    #[arg(value_name = "SYSTEM")]
    pub(crate) system: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Where the gateway listens
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8088")]
    pub(crate) listen: SocketAddr,
    /// This service does not run (repeatable); started again without it, it catches up
    #[arg(long, value_name = "SYSTEM.SERVICE")]
    pub(crate) without: Vec<String>,
    /// Only the gateway listens
    #[arg(long)]
    pub(crate) no_service_ports: bool,
    /// TOML file with configuration; flags and environment come first
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Events {
    /// The system, like taxi
    #[arg(value_name = "SYSTEM")]
    pub(crate) system: String,
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Go on with what is said from now on
    #[arg(long)]
    pub(crate) follow: bool,
    /// Only this booking
    #[arg(long, value_name = "NUMBER")]
    pub(crate) correlation: Option<u64>,
    /// Inner events too, which never leave their service
    #[arg(long)]
    pub(crate) inner: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Configuration file that the systems run with
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    /// The view, like taxi.mypage
    #[arg(value_name = "SYSTEM.VIEW")]
    pub(crate) view: String,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Probe {
    /// Exit 0 if this file exists
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Exit 0 if this http:// address answers 2xx within two seconds
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
}

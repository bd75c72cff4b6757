//! The program under test, as a user starts it.

use super::process::{Child, Usage};
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The longest that it may take to be ready, and to end.
const READY_MAX: Duration = Duration::from_secs(30);
const STOP_MAX: Duration = Duration::from_secs(60);

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    pub ready_after: Duration,
    log: PathBuf,
}

impl Server {
    /// Starts `holdfast up SYSTEM` and waits until it is ready. What it says on stderr goes to a file.
    pub fn start(binary: &Path, system: &str, data: &Path, log: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.args(["up", system, "--listen", "127.0.0.1:0", "--no-service-ports", "--data"]).arg(data);
        // The defaults are measured, whatever the shell has set.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HOLDFAST_"))
        {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log)?);
        let begun = Instant::now();
        let mut child =
            Child::spawn(&mut command).with_context(|| format!("cannot start {}", binary.display()))?;
        let output = child.stdout().context("its output is piped")?;
        let (send, lines) = mpsc::channel();
        // Reads to the end, so that the server never waits for its reader.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                _ = send.send(line);
            }
        });
        let address = loop {
            let left = READY_MAX.saturating_sub(begun.elapsed());
            let Ok(line) = lines.recv_timeout(left) else {
                bail!("the server did not get ready: {}", tail(log));
            };
            if line.starts_with("ready") {
                break address(&line).with_context(|| format!("no address in: {line}"))?;
            }
        };
        Ok(Self { child, address, ready_after: begun.elapsed(), log: log.to_owned() })
    }

    /// What it has used so far; an error when it has ended.
    pub(super) fn usage(&self) -> Result<Usage> {
        Usage::of(self.child.id()).with_context(|| format!("the server: {}", tail(&self.log)))
    }

    /// Asks it to end, and says how long that took.
    pub fn stop(self) -> Result<Duration> {
        let begun = Instant::now();
        self.child.terminate()?;
        let status = self.child.wait(STOP_MAX).context("the server does not end")?;
        if !status.success() {
            bail!("the server ended with {status}: {}", tail(&self.log));
        }
        Ok(begun.elapsed())
    }
}

/// The first loopback address that the ready line names.
fn address(line: &str) -> Option<SocketAddr> {
    let named = line.split("http://").skip(1);
    let mut addresses = named.filter_map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':')).unwrap_or(rest.len());
        rest[..end].trim_end_matches([':', '.']).parse().ok()
    });
    addresses.find(|address: &SocketAddr| address.ip().is_loopback())
}

/// The last lines of its log.
pub(super) fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_names_the_address() {
        let line = "ready http://127.0.0.1:40123 taxi, in 12 ms";
        assert_eq!(address(line), "127.0.0.1:40123".parse().ok());
        assert_eq!(address("ready: http://127.0.0.1:8088, and more"), "127.0.0.1:8088".parse().ok());
        assert_eq!(address("ready"), None);
    }
}

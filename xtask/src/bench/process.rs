//! Processes that end with their owner, and what the system knows about them.

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// How often it is looked whether a process has ended.
const LOOK: Duration = Duration::from_millis(2);

/// A process that is killed when nobody owns it any more.
#[derive(Debug)]
pub(super) struct Child(std::process::Child);

impl Child {
    pub(super) fn spawn(command: &mut Command) -> std::io::Result<Self> {
        command.spawn().map(Self)
    }

    pub(super) fn id(&self) -> u32 {
        self.0.id()
    }

    pub(super) fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.0.stdout.take()
    }

    /// Asks it to end.
    pub(super) fn terminate(&self) -> Result<()> {
        kill_process(Pid::from_child(&self.0), Signal::TERM).context("cannot send SIGTERM")
    }

    /// Waits for its end, at most so long.
    pub(super) fn wait(mut self, limit: Duration) -> Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            if begun.elapsed() > limit {
                bail!("still running after {} s", limit.as_secs());
            }
            std::thread::sleep(LOOK);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    /// In user and in kernel.
    pub(super) cpu: Duration,
    pub(super) resident_bytes: u64,
}

impl Usage {
    pub(super) fn own() -> Result<Self> {
        Self::read("self")
    }

    pub(super) fn of(process: u32) -> Result<Self> {
        Self::read(&process.to_string())
    }

    fn read(process: &str) -> Result<Self> {
        let read = |file| std::fs::read_to_string(format!("/proc/{process}/{file}"));
        let stat = read("stat").with_context(|| format!("process {process} is gone"))?;
        // The name may hold anything; what follows its bracket is numbers.
        let numbers = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = numbers.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u64>().ok());
        let ticks: u64 = ticks.sum();
        let status = read("status")?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
        let second = rustix::param::clock_ticks_per_second().max(1);
        Ok(Self {
            cpu: Duration::from_millis(ticks * 1_000 / second),
            resident_bytes: kilobytes.unwrap_or(0) * 1_024,
        })
    }
}

/// Bytes of all files in a folder and below.
pub(super) fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(about) if about.is_dir() => size(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

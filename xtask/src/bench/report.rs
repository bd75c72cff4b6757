//! What is printed, and the same as JSON.

use super::Audit;
use super::latency::Latencies;
use super::load::Outcome;
use super::raw::Raw;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::fmt;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One phase.
#[derive(Clone, Debug)]
pub struct Measured {
    pub title: &'static str,
    pub outcome: Outcome,
    pub server_cpu: Duration,
    pub own_cpu: Duration,
    pub resident_bytes: u64,
    /// By which the data directory grew.
    pub disk_bytes: u64,
    /// By which the log grew.
    pub rows: u64,
}

/// Everything.
#[derive(Clone, Debug)]
pub struct Report {
    pub connections: usize,
    pub ready: Duration,
    pub phases: Vec<Measured>,
    pub stopped: Duration,
    /// What the server last wrote to stderr; usually nothing.
    pub complaints: String,
    pub audit: Audit,
    pub raw: Raw,
    pub flush: Latencies,
    pub kept: Option<PathBuf>,
}

/// One line of the table: what, and a cell for each phase.
type Line = (&'static str, fn(&Report, &Measured) -> String);

const LINES: [Line; 18] = [
    ("complete bookings", |_, one| one.outcome.bookings.count().to_string()),
    ("bookings/s", |_, one| format!("{:.0}", one.rate())),
    ("booking, ms p50 p90 p99 max", |_, one| spread(&one.outcome.bookings)),
    ("customer's POST, ms", |_, one| spread(&one.outcome.orders)),
    ("manager's POST, ms", |_, one| spread(&one.outcome.confirms)),
    ("of them with a seat", |_, one| one.outcome.won.to_string()),
    ("looks at the page a booking", |_, one| format!("{:.1}", one.each(one.outcome.looks))),
    ("failures", |_, one| one.outcome.failures.values().sum::<u64>().to_string()),
    ("server, CPU s per 1,000", |_, one| format!("{:.3}", one.per_thousand(one.server_cpu))),
    ("generator, CPU s per 1,000", |_, one| format!("{:.3}", one.per_thousand(one.own_cpu))),
    ("processors in use", |_, one| format!("{:.2}", one.processors())),
    ("server resident, MB", |_, one| format!("{:.1}", one.megabytes())),
    ("bytes on disk a booking", |_, one| format!("{:.0}", one.each(one.disk_bytes))),
    ("rows of the log a booking", |_, one| format!("{:.2}", one.each(one.rows))),
    ("rows/s, ours", |_, one| format!("{:.0}", one.rate() * one.each(one.rows))),
    ("rows/s, raw loop", |report, _| format!("{:.0}", report.raw_rate())),
    ("bookings/s, raw loop", |report, one| format!("{:.0}", report.raw_bookings(one))),
    ("ours / raw", |report, one| format!("{:.2}", ratio(one.rate(), report.raw_bookings(one)))),
];

impl Measured {
    /// Complete bookings a second.
    pub fn rate(&self) -> f64 {
        ratio(number(self.outcome.bookings.count()), self.outcome.took.as_secs_f64())
    }

    fn each(&self, total: u64) -> f64 {
        ratio(number(total), number(self.outcome.bookings.count()))
    }

    fn per_thousand(&self, cpu: Duration) -> f64 {
        ratio(cpu.as_secs_f64() * 1_000.0, number(self.outcome.bookings.count()))
    }

    fn processors(&self) -> f64 {
        ratio((self.server_cpu + self.own_cpu).as_secs_f64(), self.outcome.took.as_secs_f64())
    }

    fn megabytes(&self) -> f64 {
        number(self.resident_bytes) / 1e6
    }

    fn json(&self, report: &Report) -> Value {
        let outcome = &self.outcome;
        json!({
            "phase": self.title,
            "bookings": outcome.bookings.count(),
            "seconds": outcome.took.as_secs_f64(),
            "bookings_per_s": self.rate(),
            "booking_ms": figures(&outcome.bookings),
            "order_ms": figures(&outcome.orders),
            "confirm_ms": figures(&outcome.confirms),
            "won": outcome.won,
            "looks": outcome.looks,
            "failures": outcome.failures,
            "server_cpu_s_per_1000": self.per_thousand(self.server_cpu),
            "generator_cpu_s_per_1000": self.per_thousand(self.own_cpu),
            "resident_mb": self.megabytes(),
            "disk_bytes_per_booking": self.each(self.disk_bytes),
            "rows_per_booking": self.each(self.rows),
            "raw_bookings_per_s": report.raw_bookings(self),
            "ours_to_raw": ratio(self.rate(), report.raw_bookings(self)),
        })
    }
}

impl Report {
    /// Nothing failed, and the audit found nothing.
    pub fn clean(&self) -> bool {
        let complete = |one: &Measured| one.outcome.failures.is_empty() && one.outcome.bookings.count() > 0;
        self.audit.clean && self.phases.iter().all(complete)
    }

    fn raw_rate(&self) -> f64 {
        ratio(number(self.raw.rows), self.raw.took.as_secs_f64())
    }

    /// What the raw loop would make of the rows that a booking has.
    fn raw_bookings(&self, one: &Measured) -> f64 {
        ratio(self.raw_rate(), one.each(one.rows))
    }

    /// As one object.
    pub fn json(&self) -> Value {
        json!({
            "connections": self.connections,
            "ready_ms": self.ready.as_secs_f64() * 1_000.0,
            "stop_ms": self.stopped.as_secs_f64() * 1_000.0,
            "phases": self.phases.iter().map(|one| one.json(self)).collect::<Vec<_>>(),
            "audit_clean": self.audit.clean,
            "audit_s": self.audit.took.as_secs_f64(),
            "raw_rows": self.raw.rows,
            "raw_rows_per_s": self.raw_rate(),
            "flush_ms": figures(&self.flush),
        })
    }

    /// Adds a line to a file.
    pub fn append(&self, file: &Path) -> Result<()> {
        let opened = OpenOptions::new().create(true).append(true).open(file);
        let mut opened = opened.with_context(|| format!("cannot write {}", file.display()))?;
        Ok(writeln!(opened, "{}", self.json())?)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connections = self.connections;
        writeln!(
            f,
            "One server, one generator thread with {connections} connections, on the same processors.\n"
        )?;
        write!(f, "{:<30}", "")?;
        self.phases.iter().try_for_each(|one| write!(f, "{:>30}", one.title))?;
        for (what, cell) in LINES {
            write!(f, "\n{what:<30}")?;
            self.phases.iter().try_for_each(|one| write!(f, "{:>30}", cell(self, one)))?;
        }
        writeln!(f, "\n")?;
        for one in &self.phases {
            for (what, count) in &one.outcome.failures {
                writeln!(f, "failed in {}: {count} × {what}", one.title)?;
            }
        }
        if !self.complaints.is_empty() {
            writeln!(f, "the server wrote: {}", self.complaints)?;
        }
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let [p50, _, p99, _] = figures(&self.flush);
        let verdict = if self.audit.clean { "clean" } else { "FINDINGS" };
        writeln!(f, "ready after {:.0} ms, stopped in {:.0} ms", ms(self.ready), ms(self.stopped))?;
        writeln!(f, "append 4 KiB + fdatasync: p50 {p50:.2} ms, p99 {p99:.2} ms")?;
        writeln!(
            f,
            "raw loop: {} rows of the log alone in {:.2} s, 256 a transaction",
            self.raw.rows,
            self.raw.took.as_secs_f64()
        )?;
        writeln!(f, "audit: {verdict} in {:.2} s\n{}", self.audit.took.as_secs_f64(), self.audit.says)?;
        match &self.kept {
            Some(folder) => writeln!(f, "data kept in {}", folder.display()),
            None => Ok(()),
        }
    }
}

fn figures(latencies: &Latencies) -> [f64; 4] {
    latencies.clone().figures()
}

fn spread(latencies: &Latencies) -> String {
    if latencies.count() == 0 {
        return "-".to_owned();
    }
    figures(latencies).map(|ms| format!("{ms:.1}")).join("  ")
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Counts that are far below the 2^53 up to which this is exact.
#[expect(clippy::cast_precision_loss, reason = "what is counted is far below 2^53")]
fn number(count: impl TryInto<u64>) -> f64 {
    count.try_into().map_or(0.0, |count: u64| count as f64)
}

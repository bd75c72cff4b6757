//! The log and the notices as JSON lines, from a running or a stopped data directory.

use crate::cli::Events;
use crate::config::Config;
use anyhow::Result;
use engine::ports::LogRow;
use kernel::{Body, Millis};
use std::io::{ErrorKind, Write};
use std::time::Duration;
use store_sqlite::LogReader;

/// Rows read at once.
const PAGE: usize = 1_000;
/// How often `--follow` looks for more.
const PAUSE: Duration = Duration::from_millis(100);

/// Prints events, one JSON line each, flat as on the topic, with what is known besides.
pub(crate) fn events(options: &Events) -> Result<()> {
    print(options, |row| (row.public || options.inner).then(|| line(row)))
}

/// Prints what was told to whom.
pub(crate) fn notices(options: &Events) -> Result<()> {
    print(options, |row| {
        if row.name != "NoticeRecorded" {
            return None;
        }
        let mut line = Body::new().with("time", row.time.rfc3339_ms());
        for (name, value) in body(row).iter().filter(|(name, _)| *name != "rank") {
            line.set(name, value.clone());
        }
        Some(line)
    })
}

fn print(options: &Events, mut line: impl FnMut(&LogRow) -> Option<Body>) -> Result<()> {
    // Says which systems there are, if this is none of them.
    crate::systems::load(&Config::default(), Some(&options.system))?;
    let prefix = format!("{}.", options.system);
    let is_wanted = |row: &LogRow| {
        let of_booking = |id| row.correlation.is_some_and(|held| held.0 == id);
        row.source.starts_with(&prefix) && options.correlation.is_none_or(of_booking)
    };
    let log = LogReader::open(&options.data.data)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut after = 0;
    loop {
        let rows = log.read(after, PAGE)?;
        for row in &rows {
            after = row.seq;
            let Some(line) = is_wanted(row).then(|| line(row)).flatten() else { continue };
            if let Err(error) = writeln!(out, "{}", serde_json::to_string(&line)?) {
                return closed(error);
            }
        }
        if rows.len() < PAGE {
            if let Err(error) = out.flush() {
                return closed(error);
            }
            if !options.follow {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// The reader of a pipe has seen enough: no error.
fn closed(error: std::io::Error) -> Result<()> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error.into()) }
}

fn body(row: &LogRow) -> Body {
    serde_json::from_str(&row.body).unwrap_or_default()
}

/// The event as it is on the topic: the flat fields, and what CloudEvents carries in headers under `ce_` names.
fn line(row: &LogRow) -> Body {
    let mut line = Body::new().with("eventType", row.name.as_str()).with("timestamp", timestamp(row));
    for (name, value) in body(row).iter() {
        line.set(name, value.clone());
    }
    let line = line
        .with("correlation", row.correlation.map(|id| id.0))
        .with("causation", row.cause.map(|seq| seq.to_string()))
        .with("ce_id", row.seq.to_string())
        .with("ce_source", row.source.as_str())
        .with("ce_subject", format!("{}/{}", row.kind, row.id))
        .with("ce_sequence", row.version)
        .with("ce_time", row.time.rfc3339_ms());
    if row.public { line } else { line.with("inner", true) }
}

/// `yyyyMMddHHmmss` in Korea, as the source documents print it.
fn timestamp(row: &LogRow) -> String {
    let in_seoul = (row.time + Millis::hours(9)).rfc3339();
    in_seoul.chars().filter(char::is_ascii_digit).take(14).collect()
}

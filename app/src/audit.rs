//! `holdfast audit`: the log folded again and held against what is stored, the systems' own rules, and the provider's
//! ledger. Works beside a running server, on what was committed when it began.

use crate::cli::Audit;
use crate::config::Config;
use crate::up::is_simulated;
use anyhow::{Context, Result};
use engine::ports::Reader;
use engine::{Fold, Registry};
use kernel::Charge;
use payment_provider::{Entry, Ledger};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use store_sqlite::{LogReader, SqliteReader};

/// Rows read at once.
const PAGE: usize = 10_000;
/// Findings that are printed; the rest is counted.
const SHOWN: usize = 100;

/// Prints findings. `Ok(true)`: there are none.
pub(crate) fn audit(options: &Audit) -> Result<bool> {
    let config = Config::load(options.config.as_deref())?;
    let systems = crate::systems::load(&config, None)?;
    let registry = Arc::new(Registry::new(systems, &BTreeSet::new()));
    let data = &options.data.data;
    let log = LogReader::open(data)?;
    let simulated = is_simulated(&config);
    // Beside a running server: the provider's ledger before the log and after it, since each runs ahead of the other
    // in one direction only; the shelf before the log, which is never behind it.
    let before = if simulated { ledger(data)? } else { None };
    let mut fold = Fold::new(Arc::clone(&registry));
    let mut findings = Vec::new();
    let mut charges = Vec::new();
    match SqliteReader::open(data) {
        Ok(mut reader) => {
            let position = reader.snapshot()?;
            read_to(&log, &mut fold, position, &mut findings)?;
            if findings.is_empty() {
                findings.extend(fold.compare(&mut reader)?);
            }
        }
        Err(error) => findings.push(format!("P9: {error}; the next start fills views.db again from the log")),
    }
    if !findings.iter().any(|finding| finding.starts_with("P3")) {
        let cursors = log.cursors()?;
        let furthest = cursors.iter().map(|(_, seq)| *seq).max().unwrap_or(0);
        let end = furthest.max(log.end()?);
        read_to(&log, &mut fold, end, &mut findings)?;
    }
    for number in 0..registry.systems().len() {
        let audit = fold.audit(number);
        findings.extend(audit.findings);
        charges.extend(audit.charges);
    }
    if simulated {
        findings.extend(provider(&before.unwrap_or_default(), ledger(data)?, &charges));
    }
    for letter in log.dead_letters(0, SHOWN)? {
        let seq = letter.seq.map_or(String::new(), |seq| format!(" could not take event {seq}"));
        findings.push(format!("P4: {}{seq}: {}", letter.service, letter.why));
    }
    for finding in findings.iter().take(SHOWN) {
        println!("{finding}");
    }
    if findings.len() > SHOWN {
        println!("… and {} more", findings.len() - SHOWN);
    }
    if findings.is_empty() {
        println!(
            "clean: {} events, {} payments, every document and row as the log makes it",
            fold.end(),
            charges.len()
        );
    } else {
        println!("{} findings", findings.len());
    }
    Ok(findings.is_empty())
}

/// Folds rows up to `end`; a missing or unreadable one is a finding and ends the fold.
fn read_to(log: &LogReader, fold: &mut Fold, end: u64, findings: &mut Vec<String>) -> Result<()> {
    while fold.end() < end {
        let rows = log.read(fold.end(), PAGE)?;
        if rows.is_empty() {
            findings.push(format!("P3: row {} of the log is missing", fold.end() + 1));
            return Ok(());
        }
        for row in rows.iter().take_while(|row| row.seq <= end) {
            if let Err(error) = fold.take(row) {
                findings.push(format!("P3: {error}"));
                return Ok(());
            }
        }
        if rows.iter().all(|row| row.seq > end) {
            findings.push(format!("P3: row {} of the log is missing", fold.end() + 1));
            return Ok(());
        }
    }
    Ok(())
}

type Entries = BTreeMap<String, Entry>;
/// Its name, what we say, and where the ledger says it.
type Fact = (&'static str, Option<bool>, fn(&Entry) -> bool);

/// The provider's ledger as it is now; `None`: there is none.
fn ledger(data: &Path) -> Result<Option<Entries>> {
    let Some(ledger) = Ledger::open_read_only(data).context("cannot read the provider's ledger")? else {
        return Ok(None);
    };
    let mut entries = BTreeMap::new();
    ledger.each(|entry| {
        entries.insert(entry.account.clone(), entry);
    })?;
    Ok(Some(entries))
}

/// Where the ledger and the payments that the systems claim differ. What we say is done must be in the ledger read
/// after the log; what we say is not done must not be in the one read before.
fn provider(before: &Entries, after: Option<Entries>, charges: &[Charge]) -> Vec<String> {
    let Some(after) = after else {
        return charges
            .iter()
            .map(|one| format!("P2: {} has no ledger at the provider", one.account))
            .collect();
    };
    let mut wrong = Vec::new();
    let mut claimed = BTreeSet::new();
    for charge in charges {
        claimed.insert(charge.account.as_str());
        let (then, now) = (before.get(&charge.account), after.get(&charge.account));
        if now.is_none() && charge.authorized.is_some() {
            wrong.push(format!("P2: the provider has no row of {}", charge.account));
            continue;
        }
        let facts: [Fact; 3] = [
            ("authorized", charge.authorized, |entry| entry.authorized),
            ("captured", charge.captured, |entry| entry.captured),
            ("returned", charge.returned, |entry| entry.returned),
        ];
        for (what, ours, theirs) in facts {
            let (ledger, ours) = match ours {
                Some(true) => (now, true),
                Some(false) => (then, false),
                None => continue,
            };
            if let Some(theirs) = ledger.map(theirs).filter(|theirs| *theirs != ours) {
                wrong
                    .push(format!("P2: {}: {what} is {theirs} at the provider, {ours} here", charge.account));
            }
        }
        let amount = now.filter(|entry| entry.authorized).and_then(|entry| entry.amount);
        if let Some(amount) = amount.filter(|amount| *amount != charge.amount) {
            wrong.push(format!("P2: {}: {amount} at the provider, {} here", charge.account, charge.amount));
        }
    }
    let unknown = before.keys().filter(|account| !claimed.contains(account.as_str()));
    wrong.extend(unknown.map(|account| format!("P2: the provider holds {account}, which is not in the log")));
    wrong
}

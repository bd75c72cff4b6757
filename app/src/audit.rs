//! `holdfast audit`: the log folded again and held against what is stored, the systems' own rules, and the provider's
//! ledger. Works beside a running server, on what was committed when it began.

use crate::cli::Audit;
use crate::config::Config;
use anyhow::{Context, Result};
use engine::ports::Reader;
use engine::{Fold, Registry};
use kernel::Charge;
use payment_provider::Ledger;
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
    // The shelf first: the log is never behind it, so the fold can stop where the shelf stands.
    let mut reader = SqliteReader::open(data)?;
    let position = reader.snapshot()?;
    let mut fold = Fold::new(Arc::clone(&registry));
    let mut findings = Vec::new();
    let mut charges = Vec::new();
    read_to(&log, &mut fold, position, &mut findings)?;
    if findings.is_empty() {
        findings.extend(fold.compare(&mut reader)?);
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
    if config.get("HOLDFAST_PAYMENT_PROVIDER").is_none_or(|kind| kind == "simulated") {
        findings.extend(provider(data, &charges)?);
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

/// Where the provider's ledger and the payments that the systems claim differ.
fn provider(data: &Path, charges: &[Charge]) -> Result<Vec<String>> {
    let Some(ledger) = Ledger::open_read_only(data).context("cannot read the provider's ledger")? else {
        return Ok(charges
            .iter()
            .map(|one| format!("P2: {} has no ledger at the provider", one.account))
            .collect());
    };
    let mut entries = BTreeMap::new();
    ledger.each(|entry| {
        entries.insert(entry.account.clone(), entry);
    })?;
    let mut wrong = Vec::new();
    for charge in charges {
        let Some(entry) = entries.remove(&charge.account) else {
            if charge.authorized.is_some() {
                wrong.push(format!("P2: the provider has no row of {}", charge.account));
            }
            continue;
        };
        let pairs = [
            ("authorized", charge.authorized, entry.authorized),
            ("captured", charge.captured, entry.captured),
            ("returned", charge.returned, entry.returned),
        ];
        for (what, ours, theirs) in pairs {
            if let Some(ours) = ours.filter(|ours| *ours != theirs) {
                wrong
                    .push(format!("P2: {}: {what} is {theirs} at the provider, {ours} here", charge.account));
            }
        }
        if let Some(amount) = entry.amount.filter(|amount| entry.authorized && *amount != charge.amount) {
            wrong.push(format!("P2: {}: {amount} at the provider, {} here", charge.account, charge.amount));
        }
    }
    wrong.extend(
        entries
            .into_keys()
            .map(|account| format!("P2: the provider holds {account}, which is not in the log")),
    );
    Ok(wrong)
}

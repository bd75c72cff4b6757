//! The ledger as an audit reads it.

use crate::asking::{ask, authorization, capture, give_back, open};
use kernel::Money;
use payment_provider::{Entry, Ledger, LedgerError, Simulated};
use rusqlite::Connection;
use std::path::Path;

fn entry(account: &str, amount: Option<i64>) -> Entry {
    let (authorized, declined, captured, returned) = (false, false, false, false);
    Entry { account: account.into(), amount: amount.map(Money), authorized, declined, captured, returned }
}

/// One account of each fate, and what an audit must read of it.
fn fill(provider: &Simulated) -> Vec<Entry> {
    let pay = |account: &str| ask(provider, authorization(account, 3_800, "5656"));
    pay("taxi.payment/1");
    pay("taxi.payment/2");
    ask(provider, capture("taxi.payment/2"));
    pay("taxi.payment/10");
    ask(provider, capture("taxi.payment/10"));
    ask(provider, give_back("taxi.payment/10"));
    ask(provider, authorization("seat.payment/1", 1_000, "0002"));
    ask(provider, give_back("seat.payment/2"));
    let won = Some(3_800);
    vec![
        Entry { authorized: true, ..entry("taxi.payment/1", won) },
        Entry { authorized: true, captured: true, ..entry("taxi.payment/2", won) },
        Entry { authorized: true, captured: true, returned: true, ..entry("taxi.payment/10", won) },
        Entry { declined: true, ..entry("seat.payment/1", Some(1_000)) },
        Entry { returned: true, ..entry("seat.payment/2", None) },
    ]
}

#[track_caller]
fn all(ledger: &Ledger) -> Vec<Entry> {
    let mut all = Vec::new();
    ledger.each(|entry| all.push(entry)).unwrap();
    all
}

#[track_caller]
fn ledger(dir: &Path) -> Ledger {
    Ledger::open_read_only(dir).unwrap().expect("a provider has worked here")
}

#[test]
fn an_audit_reads_beside_the_provider_and_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    let expected = fill(&provider);
    let beside = ledger(dir.path());
    assert_eq!(all(&beside), expected);
    ask(&provider, capture("taxi.payment/1"));
    assert!(beside.get("taxi.payment/1").unwrap().unwrap().captured);
    drop((beside, provider));
    let after = ledger(dir.path());
    for entry in &expected[1..] {
        assert_eq!(after.get(&entry.account).unwrap().as_ref(), Some(entry));
    }
    for unknown in ["taxi.payment/3", "room.payment/1", "taxi.payment", "taxi.payment/01", ""] {
        assert_eq!(after.get(unknown).unwrap(), None, "{unknown}");
    }
}

#[test]
fn no_ledger_is_no_error_and_none_is_made() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Ledger::open_read_only(dir.path()).unwrap().is_none());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn people_read_it_with_the_sqlite_shell() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    fill(&provider);
    let shell = Connection::open(dir.path().join("provider.db")).unwrap();
    let sql =
        "SELECT account, amount, last4, authorized_at, declined_at, captured_at, returned_at FROM ledger
        WHERE account = 'taxi.payment/10'";
    let (amount, last4, times): (i64, String, [i64; 3]) = shell
        .query_one(sql, [], |row| Ok((row.get(1)?, row.get(2)?, [row.get(3)?, row.get(5)?, row.get(6)?])))
        .unwrap();
    assert_eq!((amount, last4.as_str()), (3_800, "5656"));
    assert!(times.is_sorted() && times[0] > 1_600_000_000_000, "{times:?}");
}

#[test]
fn a_file_that_is_not_ours_is_left_alone() {
    for sql in ["CREATE TABLE theirs (x)", "CREATE TABLE account (x); PRAGMA user_version = 1"] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("provider.db");
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let before = std::fs::read(&path).unwrap();
        let refused = Simulated::open(dir.path(), payment_provider::Delay::default()).unwrap_err();
        assert!(matches!(refused, LedgerError::Foreign { .. }), "{refused}");
        assert!(matches!(Ledger::open_read_only(dir.path()), Err(LedgerError::Foreign { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

#[test]
fn a_ledger_of_a_later_version_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let later = Connection::open(dir.path().join("provider.db")).unwrap();
    later.pragma_update(None, "user_version", 2).unwrap();
    let refused = Simulated::open(dir.path(), payment_provider::Delay::default()).unwrap_err();
    assert!(matches!(refused, LedgerError::Foreign { found: 2, known: 1, .. }), "{refused}");
}

//! The provider's process dies by SIGKILL under load: what it has answered is in the ledger.

use crate::asking::{ask, asked, authorization, capture, done, give_back, heard, open};
use kernel::Answer;
use payment_provider::{Delay, Ledger, LedgerError, Simulated};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

/// Where the child finds its data directory; unset, the child's test does nothing.
const DIRECTORY: &str = "HOLDFAST_TEST_CRASH_DIRECTORY";
const FIRST: &str = "HOLDFAST_TEST_CRASH_FIRST";
const THREADS: i64 = 16;

/// Pays, captures and returns without end, and prints a line for each answer it was given.
#[test]
fn child() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let first: i64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let provider = Arc::new(open(Path::new(&directory)));
    let threads = (0..THREADS).map(|thread| {
        let provider = Arc::clone(&provider);
        thread::spawn(move || {
            for number in (first + thread..).step_by(16) {
                let account = format!("taxi.payment/{number}");
                let steps = [authorization(&account, 3_800, "5656"), capture(&account), give_back(&account)];
                let enough = usize::try_from(number % 3).unwrap() + 1;
                for (letter, call) in "acr".chars().zip(steps).take(enough) {
                    assert!(matches!(ask(&*provider, call), Some(Answer::Done(_))));
                    // One write, so that no line is mixed with another's.
                    std::io::stdout().write_all(format!("{letter} {number}\n").as_bytes()).unwrap();
                }
            }
        })
    });
    threads.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
}

fn start_child(directory: &Path, first: i64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture", "--test-threads=1"])
        .env(DIRECTORY, directory)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn what_was_answered_before_kill_9_is_in_the_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let mut answered: BTreeMap<i64, String> = BTreeMap::new();
    for (round, lines_until_killed) in [(1, 300), (2, 1_000), (3, 2_001)] {
        let mut child = start_child(dir.path(), round * 1_000_000);
        let mut killed = false;
        let mut seen = 0;
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap() > 0 {
            // The last line may be cut; libtest prints some of its own.
            if let Some((letter @ ("a" | "c" | "r"), number)) = line.trim_end_matches('\n').split_once(' ')
                && line.ends_with('\n')
                && let Ok(number) = number.parse()
            {
                answered.entry(number).or_default().push_str(letter);
                seen += 1;
            }
            line.clear();
            if seen == lines_until_killed && !killed {
                let refused = Simulated::open(dir.path(), Delay::default());
                assert!(matches!(refused, Err(LedgerError::InUse(_))), "{refused:?}");
                child.kill().unwrap();
                killed = true;
            }
        }
        assert!(killed && !child.wait().unwrap().success());
        compare(dir.path(), &answered);
    }
}

/// Everything that was answered is there, and is told again.
#[track_caller]
fn compare(dir: &Path, answered: &BTreeMap<i64, String>) {
    let provider = open(dir);
    let ledger = Ledger::open_read_only(dir).unwrap().unwrap();
    for (number, letters) in answered {
        let account = format!("taxi.payment/{number}");
        let entry =
            ledger.get(&account).unwrap().unwrap_or_else(|| panic!("{account} was answered and is lost"));
        let holds = [(entry.authorized, 'a'), (entry.captured, 'c'), (entry.returned, 'r')];
        for (held, letter) in holds {
            assert!(
                held || !letters.contains(letter),
                "{account}: {letters} was answered, {entry:?} is held"
            );
        }
    }
    let again: Vec<_> = answered
        .keys()
        .map(|number| format!("taxi.payment/{number}"))
        .map(|account| (asked(&provider, authorization(&account, 3_800, "5656")), account))
        .collect();
    for (hears, account) in again {
        assert_eq!(heard(&hears), done(&account, Some(3_800), "authorized"));
    }
}

/// Committed, and the process dies before it can say so: whoever asks again is told what is so.
#[test]
fn an_answer_that_was_lost_is_given_again() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    drop(asked(&provider, authorization("taxi.payment/7", 3_800, "5656")));
    drop(asked(&provider, capture("taxi.payment/7")));
    drop(provider);
    let provider = open(dir.path());
    let again = ask(&provider, authorization("taxi.payment/7", 3_800, "5656"));
    assert_eq!(again, done("taxi.payment/7", Some(3_800), "authorized"));
    assert_eq!(ask(&provider, capture("taxi.payment/7")), done("taxi.payment/7", Some(3_800), "captured"));
    let entry = Ledger::open_read_only(dir.path()).unwrap().unwrap().get("taxi.payment/7").unwrap().unwrap();
    assert!(entry.authorized && entry.captured && !entry.returned);
}

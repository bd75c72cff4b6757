//! The rules as they are told, over restarts, from many threads, and with time.

use crate::asking::{ask, asked, authorization, call, capture, done, give_back, heard, open, refused};
use engine::ports::{OutboundCall, Port};
use kernel::{Answer, Body};
use payment_provider::{Delay, LedgerError, Simulated};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

const ACCOUNT: &str = "taxi.payment/7";

/// Each is asked twice, then again by another process's eyes, and told the same three times.
#[track_caller]
fn story(steps: &[(OutboundCall, Option<Answer>)]) {
    let dir = tempfile::tempdir().unwrap();
    for (call, expected) in steps {
        let provider = open(dir.path());
        assert_eq!(ask(&provider, call.clone()), *expected, "{call:?}");
        assert_eq!(ask(&provider, call.clone()), *expected, "again: {call:?}");
        drop(provider);
        assert_eq!(ask(&open(dir.path()), call.clone()), *expected, "after a restart: {call:?}");
    }
}

#[test]
fn money_is_authorized_captured_and_refunded() {
    story(&[
        (authorization(ACCOUNT, 3_800, "5656"), done(ACCOUNT, Some(3_800), "authorized")),
        (authorization(ACCOUNT, 9_000, "5656"), refused(422, "other-amount")),
        (capture(ACCOUNT), done(ACCOUNT, Some(3_800), "captured")),
        (give_back(ACCOUNT), done(ACCOUNT, Some(3_800), "refunded")),
        (capture(ACCOUNT), done(ACCOUNT, Some(3_800), "captured")),
        (authorization(ACCOUNT, 3_800, "5656"), done(ACCOUNT, Some(3_800), "authorized")),
    ]);
}

#[test]
fn an_authorization_is_released() {
    story(&[
        (authorization(ACCOUNT, 3_800, "5656"), done(ACCOUNT, Some(3_800), "authorized")),
        (give_back(ACCOUNT), done(ACCOUNT, Some(3_800), "released")),
        (capture(ACCOUNT), refused(409, "returned")),
    ]);
}

#[test]
fn a_return_before_the_authorization_is_remembered() {
    story(&[
        (give_back(ACCOUNT), done(ACCOUNT, None, "remembered")),
        (authorization(ACCOUNT, 3_800, "5656"), refused(409, "returned")),
        (capture(ACCOUNT), refused(409, "returned")),
        (give_back(ACCOUNT), done(ACCOUNT, None, "remembered")),
    ]);
}

#[test]
fn a_card_that_ends_in_0002_is_declined_for_good() {
    story(&[
        (authorization(ACCOUNT, 3_800, "0002"), refused(402, "card-declined")),
        (authorization(ACCOUNT, 3_800, "5656"), refused(402, "card-declined")),
        (capture(ACCOUNT), refused(404, "unknown-account")),
        (give_back(ACCOUNT), done(ACCOUNT, Some(3_800), "remembered")),
        (
            authorization("concert.payment+2/7", 3_800, "5656"),
            done("concert.payment+2/7", Some(3_800), "authorized"),
        ),
    ]);
}

#[test]
fn nothing_to_capture_is_no_account_and_leaves_none() {
    story(&[
        (capture(ACCOUNT), refused(404, "unknown-account")),
        (authorization(ACCOUNT, 3_800, "5656"), done(ACCOUNT, Some(3_800), "authorized")),
    ]);
}

#[test]
fn the_key_does_not_matter_where_account_and_operation_are_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    let first = ask(&provider, authorization(ACCOUNT, 3_800, "5656"));
    let mut other = authorization(ACCOUNT, 3_800, "5656");
    (other.key, other.tries) = ("taxi.payment/7/authorize/2".into(), 3);
    assert_eq!(ask(&provider, other), first);
}

#[test]
fn nonsense_is_refused_and_changes_nothing() {
    story(&[
        (authorization(ACCOUNT, 0, "5656"), refused(422, "bad-amount")),
        (authorization("nobody", 3_800, "5656"), refused(422, "bad-account")),
        (authorization(ACCOUNT, 3_800, "383824245656"), refused(422, "bad-card")),
        (call("/refunds", Body::new().with("account", ACCOUNT)), refused(404, "unknown-operation")),
        (give_back(ACCOUNT), done(ACCOUNT, None, "remembered")),
    ]);
}

#[test]
fn a_hundred_threads_on_one_account_hear_one_thing() {
    let dir = tempfile::tempdir().unwrap();
    let (provider, start) = (Arc::new(open(dir.path())), Arc::new(Barrier::new(100)));
    let threads: Vec<_> = (0..100)
        .map(|thread| {
            let (provider, start) = (Arc::clone(&provider), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                // Two amounts: whichever is first is the amount.
                ask(&*provider, authorization(ACCOUNT, 3_800 + thread % 2, "5656"))
            })
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let [even, odd] = [3_800, 3_801].map(|won| {
        let expected = done(ACCOUNT, Some(won), "authorized");
        answers.iter().filter(|answer| **answer == expected).count()
    });
    let others = answers.iter().filter(|answer| **answer == refused(422, "other-amount")).count();
    assert!((even, odd) == (50, 0) || (even, odd) == (0, 50), "{even} and {odd}");
    assert_eq!(others, 50);
}

#[test]
fn captures_and_returns_of_one_account_from_many_threads_agree() {
    let dir = tempfile::tempdir().unwrap();
    let provider = Arc::new(open(dir.path()));
    ask(&*provider, authorization(ACCOUNT, 3_800, "5656"));
    let threads: Vec<_> = (0..100)
        .map(|thread| {
            let provider = Arc::clone(&provider);
            let call = if thread % 2 == 0 { capture(ACCOUNT) } else { give_back(ACCOUNT) };
            thread::spawn(move || ask(&*provider, call))
        })
        .collect();
    let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let captured_first = answers.contains(&done(ACCOUNT, Some(3_800), "captured"));
    for pair in answers.chunks(2) {
        if captured_first {
            assert_eq!(pair[0], done(ACCOUNT, Some(3_800), "captured"));
            // A return before the capture would have prevented it.
            assert_eq!(pair[1], done(ACCOUNT, Some(3_800), "refunded"));
        } else {
            assert_eq!(pair[0], refused(409, "returned"));
            assert_eq!(pair[1], done(ACCOUNT, Some(3_800), "released"));
        }
    }
}

#[test]
fn more_than_a_batch_may_wait() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    let waiting: Vec<_> = (0..5_000)
        .map(|number| asked(&provider, authorization(&format!("taxi.payment/{number}"), 3_800, "5656")))
        .collect();
    assert!(waiting.iter().all(|hears| matches!(heard(hears), Some(Answer::Done(_)))));
}

#[test]
fn a_slow_authorization_blocks_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let provider = Simulated::open(dir.path(), Delay::parse("150..200").unwrap()).unwrap();
    let begun = Instant::now();
    let slow: Vec<_> = (0..50)
        .map(|number| asked(&provider, authorization(&format!("taxi.payment/{number}"), 3_800, "5656")))
        .collect();
    assert_eq!(ask(&provider, give_back("seat.payment/1")), done("seat.payment/1", None, "remembered"));
    // They end beside each other, not one after the other.
    assert!(slow.iter().all(|hears| matches!(heard(hears), Some(Answer::Done(_)))));
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(150) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn who_drops_the_provider_lets_it_finish_what_waits() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    let waiting: Vec<_> = (0..3_000)
        .map(|number| asked(&provider, authorization(&format!("taxi.payment/{number}"), 3_800, "5656")))
        .collect();
    drop(provider);
    assert!(waiting.iter().all(|hears| matches!(hears.try_recv(), Ok(Some(Answer::Done(_))))));
}

#[test]
fn who_drops_a_slow_provider_does_not_wait_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let provider = Simulated::open(dir.path(), Delay::parse("60000").unwrap()).unwrap();
    let waiting = asked(&provider, authorization(ACCOUNT, 3_800, "5656"));
    drop(provider);
    assert_eq!(waiting.try_recv(), Ok(None));
    assert_eq!(ask(&open(dir.path()), capture(ACCOUNT)), refused(404, "unknown-account"));
}

#[test]
fn an_answer_may_hold_the_last_handle_to_the_provider() {
    let dir = tempfile::tempdir().unwrap();
    let provider = Arc::new(open(dir.path()));
    let (told, hears) = mpsc::channel();
    let (holds, (go, may_go)) = (Arc::clone(&provider), mpsc::channel::<()>());
    let answered = move |answer| {
        may_go.recv().unwrap();
        drop(holds);
        told.send(answer).unwrap();
    };
    provider.ask(give_back(ACCOUNT), Box::new(answered));
    drop(provider);
    go.send(()).unwrap();
    assert_eq!(heard(&hears), done(ACCOUNT, None, "remembered"));
}

#[test]
fn who_panics_over_an_answer_panics_alone() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    provider.ask(give_back(ACCOUNT), Box::new(|_| panic!("as this test wants")));
    assert_eq!(ask(&provider, give_back(ACCOUNT)), done(ACCOUNT, None, "remembered"));
    assert_eq!(provider.trouble(), None);
}

#[test]
fn one_provider_a_data_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    let second = Simulated::open(dir.path(), Delay::default()).unwrap_err();
    assert!(matches!(second, LedgerError::InUse(_)), "{second}");
    assert!(second.to_string().ends_with("provider.db is in use by another process"), "{second}");
    assert_eq!(ask(&first, give_back(ACCOUNT)), done(ACCOUNT, None, "remembered"));
    drop(first);
    assert_eq!(ask(&open(dir.path()), give_back(ACCOUNT)), done(ACCOUNT, None, "remembered"));
}

#[test]
fn a_card_number_leaves_no_trace() {
    const NUMBER: &str = "383824245656";
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    let card = provider.tokenize(NUMBER).unwrap();
    let fields = Body::new().with("account", ACCOUNT).with("amount", 3_800).with_card("card", Some(&card));
    ask(&provider, call("/authorizations", fields));
    assert!(!format!("{provider:?} {card:?}").contains(NUMBER));
    let mut files = 0;
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes()));
        files += usize::from(!bytes.is_empty());
    }
    assert!(files >= 2, "the ledger and its log were read");
    #[cfg(unix)]
    for name in ["provider.db", "provider.db-wal"] {
        let rights = std::fs::metadata(dir.path().join(name)).unwrap().permissions();
        let others = std::os::unix::fs::PermissionsExt::mode(&rights) & 0o077;
        assert_eq!(others, 0, "the secret of the tokens is its owner's");
    }
    drop(provider);
    // The token is the same after a restart, and another elsewhere.
    assert_eq!(open(dir.path()).tokenize(NUMBER).unwrap(), card);
    let elsewhere = tempfile::tempdir().unwrap();
    assert_ne!(open(elsewhere.path()).tokenize(NUMBER).unwrap().token, card.token);
}

#[test]
fn answers_come_from_the_providers_own_thread() {
    let dir = tempfile::tempdir().unwrap();
    let provider = open(dir.path());
    let (asker, count) = (thread::current().id(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..100 {
        let count = Arc::clone(&count);
        provider.ask(
            give_back(ACCOUNT),
            Box::new(move |_| {
                assert_ne!(thread::current().id(), asker);
                count.fetch_add(1, Ordering::Relaxed);
            }),
        );
    }
    drop(provider);
    assert_eq!(count.load(Ordering::Relaxed), 100);
}

//! The file that each payment writes.

use crate::asking::{PATIENCE, ask, authorization, capture, done, give_back, open};
use engine::ports::{Answered, OutboundCall, Port};
use kernel::{Answer, Body};
use payment_provider::{PaymentFile, Values};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const TEXT: &str =
    "OS 환경변수 MIN_TAX_PRICE 값: 3800\nOS 환경변수 PAYMENT_GATEWAY_SERVER 값: http://pg.example.com\n";

/// Takes everything.
struct Yes;

impl Port for Yes {
    fn ask(&self, _: OutboundCall, answered: Answered) {
        answered(Some(Answer::Done(Body::new())));
    }
}

fn values() -> Values {
    Values { min_tax_price: "3800".into(), payment_gateway_server: "http://pg.example.com".into() }
}

/// The decorator, and its warnings.
fn payment_file(provider: Arc<dyn Port>, path: &Path) -> (PaymentFile, Arc<Mutex<Vec<String>>>) {
    let kept = Arc::<Mutex<Vec<String>>>::default();
    let keeps = Arc::clone(&kept);
    let warn = Box::new(move |warning: &str| keeps.lock().unwrap().push(warning.to_owned()));
    (PaymentFile::new(provider, path.into(), &values(), warn).unwrap(), kept)
}

#[track_caller]
fn until(what: impl Fn() -> bool) {
    let begun = Instant::now();
    while !what() {
        assert!(begun.elapsed() < PATIENCE, "it never comes");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn pay(port: &dyn Port) {
    assert!(matches!(ask(port, authorization("taxi.payment/1", 3_800, "5656")), Some(Answer::Done(_))));
}

fn files(dir: &Path) -> Vec<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn t38_each_payment_writes_the_two_lines() {
    let (dir, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = dir.path().join("LOGS");
    let (port, warnings) = payment_file(Arc::new(open(data.path())), &path);
    assert_eq!(
        ask(&port, capture("taxi.payment/2")),
        Some(Answer::Refused { status: 404, code: "unknown-account".into() })
    );
    assert_eq!(ask(&port, give_back("taxi.payment/2")), done("taxi.payment/2", None, "remembered"));
    assert!(!path.exists(), "only authorizations are payments");
    let of_another =
        OutboundCall { from: "seat.payment".into(), ..authorization("seat.payment/1", 1_000, "5656") };
    assert!(matches!(ask(&port, of_another), Some(Answer::Done(_))));
    assert!(!path.exists(), "another system's payments are not shown here");
    pay(&port);
    until(|| path.exists());
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    // Gone: the next payment makes it again.
    fs::remove_file(&path).unwrap();
    pay(&port);
    until(|| path.exists());
    assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    // Written over: the next payment sets it right.
    fs::write(&path, "something else").unwrap();
    pay(&port);
    until(|| fs::read_to_string(&path).unwrap() == TEXT);
    assert_eq!((port.failures(), warnings.lock().unwrap().len()), (0, 0));
    assert_eq!(files(dir.path()), ["LOGS"]);
}

#[test]
fn the_last_payment_before_the_end_is_written_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("LOGS");
    let (port, _) = payment_file(Arc::new(Yes), &path);
    pay(&port);
    until(|| path.exists());
    fs::remove_file(&path).unwrap();
    pay(&port);
    drop(port);
    until(|| path.exists());
}

#[test]
fn readers_see_the_whole_file_or_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("LOGS");
    // Two services that share the folder, as two machines would.
    let ports = [payment_file(Arc::new(Yes), &path), payment_file(Arc::new(Yes), &path)];
    pay(&ports[0].0);
    until(|| path.exists());
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(250) {
        for (port, _) in &ports {
            pay(port);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), TEXT);
    }
    assert!(ports.iter().all(|(port, _)| port.failures() == 0));
}

#[test]
fn a_file_that_cannot_be_written_disturbs_no_payment() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("efs");
    let path = folder.join("LOGS");
    let new = || PaymentFile::new(Arc::new(Yes), path.clone(), &values(), Box::new(|_| ()));
    assert!(new().is_err_and(|error| error.to_string() == "its folder does not exist"));
    fs::create_dir(&folder).unwrap();
    let (port, warnings) = payment_file(Arc::new(Yes), &path);
    // Unmounted under way.
    fs::remove_dir(&folder).unwrap();
    pay(&port);
    until(|| port.failures() == 1);
    pay(&port);
    until(|| port.failures() == 2);
    assert_eq!(warnings.lock().unwrap().len(), 1);
    assert!(warnings.lock().unwrap()[0].contains("LOGS cannot be written"), "{warnings:?}");
    // Mounted at last.
    fs::create_dir(&folder).unwrap();
    pay(&port);
    until(|| path.exists());
    // And gone again: one more warning.
    fs::remove_dir_all(&folder).unwrap();
    pay(&port);
    until(|| port.failures() == 3);
    until(|| warnings.lock().unwrap().len() == 2);
}

#[test]
fn a_folder_in_the_place_of_the_file_leaves_no_litter() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("LOGS");
    fs::create_dir(&path).unwrap();
    let (port, _) = payment_file(Arc::new(Yes), &path);
    pay(&port);
    until(|| port.failures() == 1);
    assert_eq!(files(dir.path()), ["LOGS"]);
    assert!(PaymentFile::new(Arc::new(Yes), PathBuf::from("/"), &values(), Box::new(|_| ())).is_err());
}

#[test]
fn payments_do_not_wait_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("LOGS");
    let (port, _) = payment_file(Arc::new(Yes), &path);
    let begun = Instant::now();
    for _ in 0..20_000 {
        pay(&port);
    }
    // A write takes some 50 µs, so a write for each would take a second or more.
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    until(|| path.exists());
}

#[test]
fn the_place_is_as_configured_or_the_mounted_folder() {
    assert_eq!(PaymentFile::place(Some("/tmp/LOGS")), Some("/tmp/LOGS".into()));
    assert_eq!(PaymentFile::place(Some("")), None);
    let mounted = Path::new("/mnt/efs").is_dir().then(|| PathBuf::from("/mnt/efs/LOGS"));
    assert_eq!(PaymentFile::place(None), mounted);
}

//! What was written once is read for ever: each stored event of `wire/` is still read, and says the same when it is
//! written again. A new shape adds a file (`Ordered.2.json`); no file is ever edited.

use kernel::Message;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The event's name, from the file's, and what is in it.
fn samples() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire");
    let files = fs::read_dir(&folder).expect("the samples are beside the test");
    let sample = |path: &Path| {
        let name = path.file_name()?.to_str()?.split('.').next()?.to_owned();
        let text = fs::read_to_string(path).expect("a sample is text");
        Some((name, serde_json::from_str(&text).expect("a sample is JSON")))
    };
    files.filter_map(|file| sample(&file.expect("the folder can be read").path())).collect()
}

#[test]
fn every_sample_is_read_and_says_the_same_when_written() {
    let system = taxi::system(taxi::Settings::default());
    for (name, sample) in samples() {
        let recorded = system
            .services
            .iter()
            .filter(|service| service.event_names().iter().any(|(known, _)| *known == name));
        let mut readers = 0;
        for service in recorded {
            let event = service.decode_event(&name, &sample.to_string()).expect("still read");
            let written: Value = serde_json::from_str(&service.encode_event(&event)).expect("JSON");
            assert_eq!(written, sample, "{name}");
            assert_eq!(service.event_name(&event), name);
            readers += 1;
        }
        assert_eq!(readers, 1, "{name} is recorded by one service");
    }
}

#[test]
fn every_event_has_a_sample() {
    let sampled: BTreeSet<String> = samples().into_iter().map(|(name, _)| name).collect();
    let system = taxi::system(taxi::Settings::default());
    for service in &system.services {
        for (name, _) in service.event_names() {
            assert!(sampled.contains(*name), "{name} of {} has no sample in tests/wire", service.name);
        }
    }
}

/// A line of the table at the head of `lib.rs`: a service, what it hears, what it says.
fn line(text: &str) -> Option<(String, BTreeSet<String>, BTreeSet<String>)> {
    let cells: Vec<&str> = text.strip_prefix("//! | ")?.split('|').map(str::trim).collect();
    let [service, hears, says, ""] = cells[..] else { return None };
    // What stands behind a name narrows it; names alone count.
    let names = |cell: &str| {
        let words = cell.split(',').filter_map(|part| part.split_whitespace().next().map(str::to_owned));
        words.filter(|word| word.starts_with(char::is_uppercase)).collect()
    };
    Some((service.into(), names(hears), names(says)))
}

#[test]
fn the_table_of_the_system_tells_who_hears_and_says_what() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("text");
    let table: Vec<_> = text.lines().filter_map(line).collect();
    let system = taxi::system(taxi::Settings::default());
    for service in &system.services {
        let mut hears = BTreeSet::new();
        for (name, sample) in samples() {
            let Ok(event) = taxi::events::Event::decode(&name, &sample.to_string()) else { continue };
            let acts = service.aggregates.iter().any(|aggregate| !aggregate.policy(&event).is_empty());
            if acts || service.views.iter().any(|view| view.row(&event).is_some()) {
                hears.insert(name);
            }
        }
        let public = service.event_names().iter().filter(|(_, public)| *public);
        let says: BTreeSet<String> = public.map(|(name, _)| (*name).to_owned()).collect();
        let told = table.iter().find(|(name, ..)| name == service.name);
        let (_, heard, said) = told.unwrap_or_else(|| panic!("the table has no {}", service.name));
        assert_eq!((heard, said), (&hears, &says), "what {} hears and says", service.name);
    }
}

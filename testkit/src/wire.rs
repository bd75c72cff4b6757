//! What was written once is read for ever: each stored event of a system's `tests/wire` is still read, and says the
//! same when it is written again. A new shape adds a file (`Ordered.2.json`); no file is ever edited.

use kernel::System;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The event's name, from the file's, and what is in it.
fn samples(crate_folder: &str) -> Vec<(String, Value)> {
    let folder = Path::new(crate_folder).join("tests/wire");
    let files = fs::read_dir(&folder).expect("the samples are beside the test");
    let sample = |path: &Path| {
        let name = path.file_name()?.to_str()?.split('.').next()?.to_owned();
        let text = fs::read_to_string(path).expect("a sample is text");
        Some((name, serde_json::from_str(&text).expect("a sample is JSON")))
    };
    files.filter_map(|file| sample(&file.expect("the folder can be read").path())).collect()
}

/// `crate_folder`: `env!("CARGO_MANIFEST_DIR")` of the test.
pub fn every_sample_is_read_and_says_the_same_when_written(system: &System, crate_folder: &str) {
    for (name, sample) in samples(crate_folder) {
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

pub fn every_event_has_a_sample(system: &System, crate_folder: &str) {
    let sampled: BTreeSet<String> = samples(crate_folder).into_iter().map(|(name, _)| name).collect();
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

/// The table at the head of the system's `lib.rs` against the samples: who acts on which, who says what.
pub fn the_table_tells_who_hears_and_says_what(system: &System, crate_folder: &str) {
    let text = fs::read_to_string(Path::new(crate_folder).join("src/lib.rs")).expect("text");
    let table: Vec<_> = text.lines().filter_map(line).collect();
    let public: Vec<_> = samples(crate_folder)
        .into_iter()
        .filter_map(|(name, sample)| {
            let by =
                system.services.iter().find(|service| service.event_names().contains(&(&*name, true)))?;
            let event = by.decode_event(&name, &sample.to_string()).expect("still read");
            Some((name, by.heard(&event)?))
        })
        .collect();
    for service in &system.services {
        let acts = |heard: &kernel::AnyEvent| {
            let by_policy = service.aggregates.iter().any(|one| !one.policy(&**heard).is_empty());
            by_policy || service.views.iter().any(|view| view.row(&**heard).is_some())
        };
        let hears: BTreeSet<String> =
            public.iter().filter(|(_, heard)| acts(heard)).map(|(name, _)| name.clone()).collect();
        let says = service.event_names().iter().filter(|(_, public)| *public);
        let says: BTreeSet<String> = says.map(|(name, _)| (*name).to_owned()).collect();
        let told = table.iter().find(|(name, ..)| name == service.name);
        let (_, heard, said) = told.unwrap_or_else(|| panic!("the table has no {}", service.name));
        assert_eq!((heard, said), (&hears, &says), "what {} hears and says", service.name);
    }
}

/// The three tests of a system's stored events: `wire! { system }`, where `system` makes one.
#[macro_export]
macro_rules! wire {
    ($make:expr) => {
        #[test]
        fn every_sample_is_read_and_says_the_same_when_written() {
            let folder = env!("CARGO_MANIFEST_DIR");
            $crate::wire::every_sample_is_read_and_says_the_same_when_written(&$make(), folder);
        }

        #[test]
        fn every_event_has_a_sample() {
            $crate::wire::every_event_has_a_sample(&$make(), env!("CARGO_MANIFEST_DIR"));
        }

        #[test]
        fn the_table_of_the_system_tells_who_hears_and_says_what() {
            let folder = env!("CARGO_MANIFEST_DIR");
            $crate::wire::the_table_tells_who_hears_and_says_what(&$make(), folder);
        }
    };
}

//! What was written once is read for ever: each stored event of `wire/` is still read, and says the same when it is
//! written again. A new shape adds a file (`Ordered.2.json`); no file is ever edited.

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

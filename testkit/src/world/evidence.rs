//! What can be said of a world from outside: its stories, its notices, what an audit finds.

use super::World;
use engine::Fold;
use engine::ports::Store;
use kernel::Id;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

impl World {
    /// The public events of a booking so far, as one line.
    pub fn story(&mut self, correlation: u64) -> String {
        let rows = self.store.read(0, usize::MAX).expect("memory does not fail");
        let of_it = rows.iter().filter(|row| row.public && row.correlation == Some(Id(correlation)));
        of_it.map(|row| row.name.as_str()).collect::<Vec<_>>().join(" → ")
    }

    /// What was told about a booking, in the order it was recorded.
    pub fn notices(&mut self, correlation: u64) -> Vec<String> {
        let rows = self.store.read(0, usize::MAX).expect("memory does not fail");
        let told = rows
            .iter()
            .filter(|row| row.name == "NoticeRecorded" && row.correlation == Some(Id(correlation)));
        let text = |body: &str| -> Value { serde_json::from_str(body).expect("an event is JSON") };
        told.map(|row| text(&row.body)["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// How often each event was recorded, inner ones included.
    pub fn counts(&mut self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for row in self.store.read(0, usize::MAX).expect("memory does not fail") {
            *counts.entry(row.name).or_default() += 1;
        }
        counts
    }

    /// What an audit says now: state is the fold of the log, the system's rules hold, the provider agrees.
    /// `at_rest`: also that nothing is pending.
    #[track_caller]
    pub fn audit(&mut self, at_rest: bool) {
        let findings = self.findings(at_rest);
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }

    pub fn findings(&mut self, at_rest: bool) -> Vec<String> {
        self.follower.write().expect("memory does not fail");
        let mut fold = Fold::new(Arc::clone(&self.registry));
        let mut findings = Vec::new();
        for row in self.store.read(0, usize::MAX).expect("memory does not fail") {
            if let Err(error) = fold.take(&row) {
                findings.push(error.to_string());
            }
        }
        findings.extend(fold.compare(&mut self.shelf.reader()).expect("memory does not fail"));
        let audit = fold.audit(0);
        findings.extend(audit.findings);
        if at_rest {
            findings.extend(audit.pending.iter().map(|what| format!("P7: {what}")));
        }
        findings.extend(self.outside.disagreements(&audit.charges));
        let dead = self.store.dead_letters();
        findings
            .extend(dead.iter().map(|letter| format!("dead letter of {}: {}", letter.service, letter.why)));
        findings
    }
}

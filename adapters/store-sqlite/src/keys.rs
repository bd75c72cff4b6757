//! Where the newest rows of the table `idempotency` stand, without an index in the file: hashes in memory, the texts
//! stay on disk. Eight bytes a row.

use std::hash::{BuildHasher, RandomState};

/// Rows in one sorted run: 2^14.
const RUN_BITS: u32 = 14;
const RUN_ROWS: usize = 1 << RUN_BITS;
/// Runs in memory, 16 MiB in all; what is older is looked for in the file.
const RUNS_MAX: usize = 128;

/// The last rows of the table, without gaps, in runs of [`RUN_ROWS`]. An entry is a hash above and the row's place in
/// its run below, so a sorted run has the rows of one hash together, in order.
#[derive(Debug)]
pub(crate) struct KeyIndex {
    secret: RandomState,
    /// The first row that is in here.
    first: i64,
    sorted: std::collections::VecDeque<Box<[u64]>>,
    /// The youngest run, not sorted yet.
    open: Vec<u64>,
}

impl KeyIndex {
    /// Knows nothing of the rows before `first`.
    pub(crate) fn from(first: i64) -> Self {
        Self {
            secret: RandomState::new(),
            first,
            sorted: std::collections::VecDeque::new(),
            open: Vec::new(),
        }
    }

    pub(crate) fn first(&self) -> i64 {
        self.first
    }

    fn hash(&self, service: &str, caller: &str, key: &str) -> u64 {
        self.secret.hash_one((service, caller, key)) >> RUN_BITS << RUN_BITS
    }

    /// The next row of the table has this key.
    pub(crate) fn push(&mut self, service: &str, caller: &str, key: &str) {
        let entry = self.hash(service, caller, key) | self.open.len() as u64;
        self.open.push(entry);
        if self.open.len() == RUN_ROWS {
            self.open.sort_unstable();
            self.sorted.push_back(std::mem::take(&mut self.open).into_boxed_slice());
        }
        if self.sorted.len() > RUNS_MAX {
            self.sorted.pop_front();
            self.first += RUN_ROWS as i64;
        }
    }

    /// Rows that may be of this key, newest first: its own, and with a chance of one in 2^50 each another one's.
    pub(crate) fn rows(&self, service: &str, caller: &str, key: &str) -> Vec<i64> {
        let hash = self.hash(service, caller, key);
        let place = |entry: u64| (entry % RUN_ROWS as u64) as i64;
        let mut start = self.first + (self.sorted.len() * RUN_ROWS) as i64;
        let of_hash = |entry: &&u64| **entry >> RUN_BITS << RUN_BITS == hash;
        let mut rows: Vec<i64> =
            self.open.iter().rev().filter(of_hash).map(|entry| start + place(*entry)).collect();
        for run in self.sorted.iter().rev() {
            start -= RUN_ROWS as i64;
            let from = run.partition_point(|entry| *entry < hash);
            let same = run[from..].iter().take_while(of_hash).count();
            rows.extend(run[from..from + same].iter().rev().map(|entry| start + place(*entry)));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_key_come_newest_first() {
        let mut index = KeyIndex::from(5);
        let count = 3 * RUN_ROWS as i64 + 100;
        for row in 0..count {
            index.push("taxi.order", "", &(row % 20_000).to_string());
        }
        assert_eq!(index.rows("taxi.order", "", "7"), [40_012, 20_012, 12]);
        assert_eq!(index.rows("taxi.order", "", "19999"), [40_004, 20_004]);
        assert!(index.rows("taxi.order", "x", "7").is_empty());
        assert_eq!(index.first(), 5);
    }

    #[test]
    fn the_oldest_rows_are_left_to_the_file() {
        let mut index = KeyIndex::from(1);
        for row in 1..=((RUNS_MAX + 1) * RUN_ROWS) {
            index.push("s", "c", &row.to_string());
        }
        assert_eq!(index.first(), 1 + RUN_ROWS as i64);
        assert!(index.rows("s", "c", "1").is_empty());
        let second = RUN_ROWS as i64 + 1;
        assert_eq!(index.rows("s", "c", &second.to_string()), [second]);
    }
}

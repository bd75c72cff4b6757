//! Durations as they were, not in buckets: a run has few enough of them.

use std::time::Duration;

/// Microseconds, in order once they are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies(Vec<u32>);

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        self.0.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// p50, p90, p99 and the longest, in milliseconds. All 0 when there are none.
    pub fn figures(&mut self) -> [f64; 4] {
        self.0.sort_unstable();
        [0.5, 0.9, 0.99, 1.0].map(|part| self.quantile(part))
    }

    /// Nearest rank.
    fn quantile(&self, part: f64) -> f64 {
        let count = self.0.len();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank is between 0 and the few millions that are counted"
        )]
        let rank = (part * count as f64).ceil() as usize;
        self.0.get(rank.clamp(1, count.max(1)) - 1).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let mut some = Latencies::default();
        (1..=200).rev().for_each(|ms| some.add(Duration::from_millis(ms)));
        assert_eq!(some.figures(), [100.0, 180.0, 198.0, 200.0]);
        assert_eq!(Latencies::default().figures(), [0.0; 4]);
    }
}

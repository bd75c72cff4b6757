//! A slow provider: how long each authorization takes, and the queue of those that are not over.

use crate::account::Name;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};
use std::time::{Duration, Instant};

/// No authorization may take longer: ten minutes are the longest that any booking waits for money.
const MAX_MS: u64 = 600_000;

/// How long the provider takes over each authorization. The default: no time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    min_ms: u64,
    max_ms: u64,
}

impl Delay {
    /// The environment variable that users know it by.
    pub const VARIABLE: &'static str = "HOLDFAST_PAYMENT_DELAY_MS";

    /// Reads `N` or `MIN..MAX`, in milliseconds, both ends included; nothing at all is no delay. What cannot be read
    /// gets a sentence for whoever set it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let (min, max) = text.split_once("..").unwrap_or((text, text));
        let (min_ms, max_ms) = (Self::millis(text, min)?, Self::millis(text, max)?);
        if min_ms > max_ms {
            return Err(format!("{} is {text:?}: {min_ms} is more than {max_ms}.", Self::VARIABLE));
        }
        Ok(Self { min_ms, max_ms })
    }

    fn millis(all: &str, part: &str) -> Result<u64, String> {
        let digits = part.trim();
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let ms = plain.then(|| digits.parse().unwrap_or(u64::MAX)).ok_or_else(|| {
            let variable = Self::VARIABLE;
            format!(
                "{variable} is {all:?}; it must be milliseconds, as 220, or a range of them, as 400..620."
            )
        })?;
        if ms > MAX_MS {
            return Err(format!("{} is {all:?}; more than {MAX_MS} ms is not allowed.", Self::VARIABLE));
        }
        Ok(ms)
    }

    /// Whether authorizations are answered at once.
    pub fn is_none(&self) -> bool {
        self.max_ms == 0
    }

    /// A time between the two ends, each as likely as the other; `chance` is any number.
    pub(crate) fn draw(&self, chance: u64) -> Duration {
        let choices = u128::from(self.max_ms - self.min_ms + 1);
        // The upper half of the product: the chance, scaled to the choices.
        let drawn = u64::try_from((u128::from(chance) * choices) >> 64).unwrap_or(0);
        Duration::from_millis(self.min_ms + drawn)
    }
}

/// Requests whose time is not over, the earliest first. Those for one payment end together, in the order they came:
/// a provider asked again while it is at work gives both the one answer.
#[derive(Debug)]
pub(crate) struct Delayed<T> {
    heap: BinaryHeap<Reverse<Late<T>>>,
    ends: HashMap<(String, i64), Instant>,
    arrivals: u64,
}

#[derive(Debug)]
struct Late<T> {
    until: Instant,
    arrival: u64,
    key: (String, i64),
    what: T,
}

impl<T> Delayed<T> {
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), ends: HashMap::new(), arrivals: 0 }
    }

    /// Keeps it until `until`, or until the first one of the same payment is over.
    pub(crate) fn push(&mut self, name: &Name, until: Instant, what: T) {
        let key = (name.service.clone(), name.number);
        let until = *self.ends.entry(key.clone()).or_insert(until);
        self.arrivals += 1;
        self.heap.push(Reverse(Late { until, arrival: self.arrivals, key, what }));
    }

    /// When the earliest is over.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse(late)| late.until)
    }

    /// The earliest, if its time is over.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<T> {
        if self.next()? > now {
            return None;
        }
        let Reverse(late) = self.heap.pop()?;
        self.ends.remove(&late.key);
        Some(late.what)
    }
}

impl<T> PartialEq for Late<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Late<T> {}

impl<T> PartialOrd for Late<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Late<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.until, self.arrival).cmp(&(other.until, other.arrival))
    }
}

/// A stream of numbers for drawing delays; nothing depends on their being hard to guess (xorshift64*).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn delay(text: &str) -> (u64, u64) {
        let delay = Delay::parse(text).unwrap();
        (delay.min_ms, delay.max_ms)
    }

    #[test]
    fn a_number_or_a_range() {
        assert_eq!(delay("220"), (220, 220));
        assert_eq!(delay("400..620"), (400, 620));
        assert_eq!(delay(" 0 .. 5 "), (0, 5));
        assert_eq!(delay("0"), (0, 0));
        assert_eq!(delay(""), (0, 0));
        assert_eq!(delay("600000"), (MAX_MS, MAX_MS));
        assert!(Delay::parse("0").unwrap().is_none());
        assert!(!Delay::parse("0..1").unwrap().is_none());
    }

    #[test]
    fn anything_else_gets_a_sentence_that_names_the_variable() {
        for text in
            ["x", "-1", "+1", "1.5", "1...2", "..", "1..", "..2", "2..1", "600001", "99999999999999999999"]
        {
            let sentence = Delay::parse(text).unwrap_err();
            assert!(sentence.contains(Delay::VARIABLE) && sentence.contains(text), "{sentence}");
            assert!(sentence.ends_with('.'), "{sentence}");
        }
    }

    #[test]
    fn draws_are_uniform_and_reach_both_ends() {
        let delay = Delay::parse("3..6").unwrap();
        assert_eq!(delay.draw(0), Duration::from_millis(3));
        assert_eq!(delay.draw(u64::MAX), Duration::from_millis(6));
        let (mut dice, mut drawn) = (Dice::new(7), [0_u32; 4]);
        for _ in 0..4_000 {
            let ms = delay.draw(dice.roll()).as_millis();
            drawn[usize::try_from(ms - 3).unwrap()] += 1;
        }
        assert!(drawn.iter().all(|times| (850..1_150).contains(times)), "{drawn:?}");
    }

    #[test]
    fn the_earliest_leaves_first_and_not_before_its_time() {
        let (mut delayed, start) = (Delayed::new(), Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        for (number, ms) in [(1, 30), (2, 10), (3, 20)] {
            delayed.push(&Name { service: "taxi.payment".into(), number }, after(ms), number);
        }
        assert_eq!((delayed.next(), delayed.pop(after(9))), (Some(after(10)), None));
        assert_eq!(
            (delayed.pop(after(25)), delayed.pop(after(25)), delayed.pop(after(25))),
            (Some(2), Some(3), None)
        );
        assert_eq!((delayed.pop(after(30)), delayed.next()), (Some(1), None));
    }

    #[test]
    fn who_asks_again_meanwhile_waits_no_longer_than_the_first() {
        let (mut delayed, start) = (Delayed::new(), Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        let name = Name { service: "taxi.payment".into(), number: 7 };
        delayed.push(&name, after(10), "first");
        delayed.push(&name, after(90), "second");
        assert_eq!((delayed.pop(after(10)), delayed.pop(after(10))), (Some("first"), Some("second")));
        delayed.push(&name, after(90), "later");
        assert_eq!((delayed.pop(after(10)), delayed.pop(after(90))), (None, Some("later")));
    }
}

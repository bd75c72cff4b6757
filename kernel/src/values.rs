//! Small values with a meaning: numbers of documents, instants, durations, money, cards.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The number of a document within its kind. Starts at 1 and is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub u64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A duration in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    pub const fn seconds(n: u64) -> Self {
        Self(n * 1_000)
    }
    pub const fn minutes(n: u64) -> Self {
        Self::seconds(n * 60)
    }
    pub const fn hours(n: u64) -> Self {
        Self::minutes(n * 60)
    }
    pub const fn days(n: u64) -> Self {
        Self::hours(n * 24)
    }
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z. Comes from outside; nothing here can read a clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl core::ops::Add<Millis> for Time {
    type Output = Self;
    fn add(self, span: Millis) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.0).unwrap_or(i64::MAX)))
    }
}

impl Time {
    /// From `earlier` to here; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Millis {
        Millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// As people read it, to the second: `2026-01-01T09:00:00Z`. 1970 for what no calendar has.
    pub fn rfc3339(self) -> String {
        Self(self.0.saturating_sub(self.0.rem_euclid(1_000))).rfc3339_ms()
    }

    /// To the millisecond: `2026-03-01T12:34:56.789Z`.
    pub fn rfc3339_ms(self) -> String {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default().to_string()
    }
}

/// An amount of Korean won, which has no smaller unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "₩{}", self.0)
    }
}

/// What is left of a card number once it is through the door: the provider's token and the last four digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub token: String,
    pub last4: String,
}

impl Card {
    /// As people see it: `********5656`.
    pub fn masked(&self) -> String {
        format!("********{}", self.last4)
    }
}

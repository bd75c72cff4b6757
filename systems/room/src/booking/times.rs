//! The times that people write: 12 digits (`202008240930`), 14 with seconds, or a date and time with its offset
//! (RFC 3339). Without an offset they are local to the room. What is shown is always what was written.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use kernel::slots::Slot;
use kernel::{Millis, Time};

/// A longer booking is a slip of the pen.
const LONGEST: Millis = Millis::days(31);

/// What is wrong with the times of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Start(Unclear),
    End(Unclear),
    /// It ends before it begins, or when it begins.
    Backwards,
    TooLong,
}

/// What is wrong with one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    Unreadable,
    /// Clocks are put forward over it.
    Skipped,
}

/// The time between two texts, in a room of this zone.
pub(super) fn slot(start: &str, end: &str, zone: &TimeZone) -> Result<Slot, Wrong> {
    let from = time(start, zone).map_err(Wrong::Start)?;
    let to = time(end, zone).map_err(Wrong::End)?;
    let slot = Slot::new(from, to).ok_or(Wrong::Backwards)?;
    if to.since(from) > LONGEST { Err(Wrong::TooLong) } else { Ok(slot) }
}

/// A local time that comes twice, when clocks are put back, is the first of the two; the second needs its offset.
pub(super) fn time(text: &str, zone: &TimeZone) -> Result<Time, Unclear> {
    let instant = match local(text) {
        Some(local) => {
            let possible = zone.to_ambiguous_timestamp(local);
            if matches!(possible.offset(), AmbiguousOffset::Gap { .. }) {
                return Err(Unclear::Skipped);
            }
            possible.earlier().map_err(|_| Unclear::Unreadable)?
        }
        None => with_offset(text)?,
    };
    Ok(Time(instant.as_millisecond()))
}

/// A date, a time and an offset; nothing less, although the parser would take more.
fn with_offset(text: &str) -> Result<Timestamp, Unclear> {
    let plain = text.is_ascii()
        && !text.contains(['[', ' '])
        && text.as_bytes().get(10).is_some_and(u8::is_ascii_alphabetic);
    plain.then(|| text.parse().ok()).flatten().ok_or(Unclear::Unreadable)
}

/// 12 or 14 digits.
fn local(text: &str) -> Option<DateTime> {
    if !matches!(text.len(), 12 | 14) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or("00").parse::<i8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let (month, day) = (part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    DateTime::new(year, month, day, hour, minute, second, 0).ok()
}

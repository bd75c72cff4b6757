//! Circuit breakers: who has waited in vain too often stops asking for a while, and then asks once to see. One for
//! each pair of a calling service and its target; in memory only, on the clock of the steps.
//!
//! Calls of kind forward pass: they must arrive some day, and their own pauses spare the target.

use kernel::{Millis, Time};

/// Of so many calls …
const CALLS_MIN: u32 = 20;
/// … in so many seconds …
const WINDOW_S: usize = 10;
/// … at least every second failed (Hystrix's defaults, which the source documents ran with): it opens.
const FAILED_PERCENT: u32 = 50;
/// So long it stays open first; each probe that fails doubles it, up to [`OPEN_MAX`].
const OPEN_MIN: Millis = Millis::seconds(5);
const OPEN_MAX: Millis = Millis::seconds(60);

#[derive(Debug, Default)]
pub(crate) struct Breaker {
    /// Calls that ended in one second each, by second modulo the window.
    seconds: [Second; WINDOW_S],
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
struct Second {
    at: i64,
    ended: u32,
    failed: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Time,
        span: Millis,
    },
    /// One call is out to see. Lost itself, it is followed by another one `until` then.
    Probing {
        until: Time,
        span: Millis,
    },
}

/// What an operator is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Opened { ended: u32, failed: u32, span: Millis },
    Closed,
}

impl Breaker {
    /// Whether a call may go out now.
    pub(crate) fn allows(&self, now: Time) -> bool {
        match self.state {
            State::Closed => true,
            State::Open { until, .. } | State::Probing { until, .. } => until <= now,
        }
    }

    /// A call that was allowed goes out.
    pub(crate) fn sent(&mut self, now: Time) {
        if let State::Open { span, .. } | State::Probing { span, .. } = self.state {
            self.state = State::Probing { until: now + span, span };
        }
    }

    /// A call has ended: with an answer, be it a no, or in vain.
    pub(crate) fn ended(&mut self, now: Time, answered: bool) -> Option<Turn> {
        match (self.state, answered) {
            (State::Closed, answered) => {
                let (ended, failed) = self.count(now, answered);
                let opens = !answered && ended >= CALLS_MIN && failed * 100 >= ended * FAILED_PERCENT;
                opens.then(|| self.open(now, OPEN_MIN, ended, failed))
            }
            // From before it opened: says nothing of now.
            (State::Open { .. }, _) => None,
            (State::Probing { .. }, true) => {
                *self = Self::default();
                Some(Turn::Closed)
            }
            (State::Probing { span, .. }, false) => {
                let span = Millis(span.0 * 2).min(OPEN_MAX);
                Some(self.open(now, span, 1, 1))
            }
        }
    }

    fn open(&mut self, now: Time, span: Millis, ended: u32, failed: u32) -> Turn {
        *self = Self { seconds: Default::default(), state: State::Open { until: now + span, span } };
        Turn::Opened { ended, failed, span }
    }

    /// Counts one more; gives how many ended, and how many of them in vain, within the window.
    fn count(&mut self, now: Time, answered: bool) -> (u32, u32) {
        let second = now.0.div_euclid(1_000);
        let window = i64::try_from(WINDOW_S).expect("a few seconds");
        let place = usize::try_from(second.rem_euclid(window)).expect("within the window");
        let one = &mut self.seconds[place];
        if one.at != second {
            *one = Second { at: second, ended: 0, failed: 0 };
        }
        one.ended += 1;
        one.failed += u32::from(!answered);
        let recent = self.seconds.iter().filter(|one| one.at > second - window);
        recent.fold((0, 0), |(ended, failed), one| (ended + one.ended, failed + one.failed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Time {
        Time(1_767_225_600_000 + ms)
    }

    /// A breaker after so many calls that failed, in one moment.
    fn failing(calls: u32) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..calls {
            breaker.ended(at(0), false);
        }
        breaker
    }

    #[test]
    fn it_opens_when_half_of_twenty_fail_and_not_before() {
        assert!(failing(19).allows(at(0)));
        assert!(!failing(20).allows(at(0)));
        let mut mixed = Breaker::default();
        for call in 0..40 {
            mixed.ended(at(0), call % 2 == 0);
        }
        assert!(!mixed.allows(at(0)));
        let mut mostly_well = Breaker::default();
        for call in 0..400 {
            mostly_well.ended(at(0), call % 5 != 0);
        }
        assert!(mostly_well.allows(at(0)));
    }

    #[test]
    fn what_failed_long_ago_does_not_count() {
        let mut breaker = failing(19);
        assert_eq!(breaker.ended(at(10_000), false), None);
        assert!(breaker.allows(at(10_000)));
    }

    #[test]
    fn one_call_goes_out_to_see_and_closes_it() {
        let mut breaker = failing(20);
        assert!(!breaker.allows(at(4_999)));
        assert!(breaker.allows(at(5_000)));
        breaker.sent(at(5_000));
        assert!(!breaker.allows(at(5_001)), "one is enough");
        assert_eq!(breaker.ended(at(5_100), true), Some(Turn::Closed));
        assert!(breaker.allows(at(5_100)));
        assert_eq!(breaker.ended(at(5_200), false), None, "it counts from the beginning");
    }

    #[test]
    fn a_probe_that_fails_doubles_the_pause_up_to_a_minute() {
        let mut breaker = failing(20);
        let mut now = 0;
        for pause in [5_000, 10_000, 20_000, 40_000, 60_000, 60_000] {
            assert!(!breaker.allows(at(now + pause - 1)));
            now += pause;
            assert!(breaker.allows(at(now)));
            breaker.sent(at(now));
            assert!(matches!(breaker.ended(at(now), false), Some(Turn::Opened { .. })));
        }
    }

    #[test]
    fn a_probe_that_gets_lost_is_followed_by_another() {
        let mut breaker = failing(20);
        breaker.sent(at(5_000));
        assert!(!breaker.allows(at(9_999)));
        assert!(breaker.allows(at(10_000)));
    }
}

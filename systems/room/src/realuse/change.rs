//! What may become of a use, and what it says at each turn.

use super::{Command, Realuse, Rejection, Stage};
use crate::Settings;
use crate::events::{Reason, Times, UseCorrected, UseEndGivenUp, UseEnded, UseEnding};
use kernel::prelude::*;

/// What somebody writes.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub booking_id: Option<Id>,
    pub start: Option<String>,
    pub end: Option<String>,
}

impl Realuse {
    pub(super) fn started(times: &Times) -> Self {
        let start = times.real_use_start_dtm.clone();
        Self { booking_id: times.booking_id, start, end: None, attempt: 0, stage: Stage::Started }
    }

    /// Whether nothing is asked that is not so.
    pub(super) fn is_so(&self, change: &Change) -> bool {
        self.is_of(change)
            && (change.start.is_none() || change.start == self.start)
            && (change.end.is_none() || change.end == self.end)
    }

    fn is_of(&self, change: &Change) -> bool {
        change.booking_id.is_none() || change.booking_id == self.booking_id
    }

    /// A use that goes on. An end ends it; anything else does not.
    pub(super) fn change(&self, change: Change, cx: &Cx<'_>) -> Outcome<Self> {
        if !self.is_of(&change) {
            return refused(Rejection::OtherBooking);
        }
        let id = cx.id;
        let other_start = change.start.filter(|start| Some(start) != self.start.as_ref());
        let Some(end) = change.end else {
            let corrected =
                other_start.map(|start| UseCorrected { times: self.times(id, Some(start), None) });
            return done(corrected);
        };
        let Some(booking_id) = self.booking_id else {
            return done([UseEnded { times: self.times(id, other_start, Some(end)) }]);
        };
        let hold = cx.settings::<Settings>().cancel_within;
        let (attempt, until) = (self.attempt + 1, cx.now + hold);
        done([UseEnding { id, booking_id, attempt, start: other_start, end, until, hold }])
    }

    pub(super) fn change_while_ending(&self, change: &Change) -> Outcome<Self> {
        let Stage::Ending { start, end, .. } = &self.stage else { return already() };
        let start = start.clone().or_else(|| self.start.clone());
        let wanted = Self { start, end: Some(end.clone()), ..self.clone() };
        match wanted.is_so(change) {
            // Whoever ends it again waits for the same answer.
            true => already(),
            false => refused(Rejection::UnderWay),
        }
    }

    fn times(&self, id: Id, start: Option<String>, end: Option<String>) -> Times {
        let real_use_start_dtm = start.or_else(|| self.start.clone());
        Times { id, booking_id: self.booking_id, real_use_start_dtm, real_use_end_dtm: end }
    }

    pub(super) fn ended(&self, answer: &Answer, id: Id) -> Outcome<Self> {
        let (Stage::Ending { start, end, .. }, Some(booking_id)) = (&self.stage, self.booking_id) else {
            return already();
        };
        match answer {
            // 404: it was over before.
            Answer::Done(_) | Answer::Refused { status: 404, .. } => {
                done([UseEnded { times: self.times(id, start.clone(), Some(end.clone())) }])
            }
            // An end that comes late does no harm: the next try takes it for done.
            Answer::Refused { .. } | Answer::GivenUp => {
                done_but([UseEndGivenUp { id, booking_id, attempt: self.attempt }], Rejection::BookingSilent)
            }
        }
    }

    /// The booking is asked to end with the use (R6, R28).
    pub(super) fn cancel(&self) -> Option<Call<Command>> {
        let (Stage::Ending { until, hold, .. }, Some(booking)) = (&self.stage, self.booking_id) else {
            return None;
        };
        let fields = Body::new().with("reason", Reason::UseEnded.as_str());
        Some(Call {
            to: "booking",
            step: "end",
            attempt: self.attempt,
            mode: Mode::Refuse,
            request: Request { method: Method::Delete, path: format!("/bookings/{booking}"), fields },
            hold: *hold,
            until: Some(*until),
            answer: Command::Ended,
        })
    }
}

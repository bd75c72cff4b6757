//! What the administrator may do, and what a confirm says at each turn.

use super::{Command, Confirm, Event, Rejection, Stage};
use crate::Settings;
use crate::events::{
    Approval, BOOKED, CONFIRMED, ConfirmCompleted, ConfirmDenied, ConfirmLeaving, ConfirmNoted,
    ConfirmRequested, DENIED, DenyGivenUp, Denying, Reason,
};
use kernel::prelude::*;

/// A denied confirm that hears no more of its booking is shown so long: whoever denied reads the answer meanwhile.
const SHOWN: Millis = Millis::seconds(1);

/// What the administrator writes.
#[derive(Clone, Debug, Default)]
pub struct Review {
    pub status: Option<String>,
    pub confirm_dtm: Option<String>,
}

pub(super) fn requested(booking_id: Id, user_id: String) -> Event {
    ConfirmRequested { approval: approval(booking_id, user_id, BOOKED, None) }.into()
}

fn approval(id: Id, user_id: String, status: &'static str, confirm_dtm: Option<String>) -> Approval {
    Approval { id, user_id, status: status.into(), confirm_dtm, booking_id: id }
}

impl Confirm {
    /// A booking of which nothing was asked.
    pub(super) fn unasked() -> Self {
        Self { user_id: String::new(), confirm_dtm: None, revision: 0, attempt: 0, stage: Stage::Removed }
    }

    /// Gone, or about to go by itself.
    pub(crate) fn leaves(&self) -> bool {
        matches!(self.stage, Stage::Removed | Stage::Denied { leaves: Some(_) })
    }

    pub(super) fn review(&self, review: Review, cx: &Cx<'_>) -> Outcome<Self> {
        let Review { status, confirm_dtm } = review;
        let status = status.as_deref();
        if status.is_some_and(|status| ![BOOKED, CONFIRMED, DENIED].contains(&status)) {
            return refused(Rejection::UnknownStatus);
        }
        let same = confirm_dtm.is_none() || confirm_dtm == self.confirm_dtm;
        match (&self.stage, status) {
            (Stage::Removed, _) => refused(Rejection::NotFound),
            (Stage::Booked, Some(CONFIRMED)) => {
                let confirm_dtm = confirm_dtm.or_else(|| self.confirm_dtm.clone());
                let approval = approval(cx.id, self.user_id.clone(), CONFIRMED, confirm_dtm);
                done([ConfirmCompleted { approval, revision: self.revision }])
            }
            (Stage::Booked, Some(DENIED)) => {
                let hold = cx.settings::<Settings>().cancel_within;
                let (booking_id, attempt, until) = (cx.id, self.attempt + 1, cx.now + hold);
                let confirm_dtm = confirm_dtm.or_else(|| self.confirm_dtm.clone());
                done([Denying { booking_id, attempt, confirm_dtm, until, hold }])
            }
            // Whoever denies again waits for the same answer.
            (Stage::Denying { .. }, Some(DENIED)) => already(),
            (Stage::Denying { .. }, None) if same => already(),
            (Stage::Denying { .. }, _) => refused(Rejection::UnderWay),
            (Stage::Booked, _)
            | (Stage::Confirmed, None | Some(CONFIRMED))
            | (Stage::Denied { .. }, None | Some(DENIED)) => match same {
                true => already(),
                false => done([ConfirmNoted { booking_id: cx.id, confirm_dtm }]),
            },
            (Stage::Confirmed | Stage::Denied { .. }, Some(_)) => refused(Rejection::Decided),
        }
    }

    /// The booking is asked to end, under the denial's number.
    pub(super) fn cancel(&self, id: Id, until: Time, hold: Millis) -> Call<Command> {
        let fields = Body::new().with("reason", Reason::Denied.as_str());
        Call {
            to: "booking",
            step: "deny",
            attempt: self.attempt,
            mode: Mode::Refuse,
            request: Request { method: Method::Delete, path: format!("/bookings/{id}"), fields },
            hold,
            until: Some(until),
            answer: Command::Ended,
        }
    }

    pub(super) fn ended(&self, answer: &Answer, booking_id: Id) -> Outcome<Self> {
        match answer {
            // 404: it was over before.
            Answer::Done(_) | Answer::Refused { status: 404, .. } => done([self.denied(booking_id)]),
            // It may come late, and then the booking says so.
            Answer::Refused { .. } | Answer::GivenUp => {
                done_but([DenyGivenUp { booking_id, attempt: self.attempt }], Rejection::BookingSilent)
            }
        }
    }

    fn denied(&self, booking_id: Id) -> Event {
        let confirm_dtm = match &self.stage {
            Stage::Denying { confirm_dtm, .. } => confirm_dtm.clone(),
            Stage::Booked | Stage::Confirmed | Stage::Denied { .. } | Stage::Removed => {
                self.confirm_dtm.clone()
            }
        };
        ConfirmDenied { approval: approval(booking_id, self.user_id.clone(), DENIED, confirm_dtm) }.into()
    }

    /// The booking was heard to be over before it answered, or after nobody waited any more.
    pub(super) fn denied_and_left(&self, cx: &Cx<'_>) -> [Event; 2] {
        [self.denied(cx.id), ConfirmLeaving { booking_id: cx.id, at: cx.now + SHOWN }.into()]
    }
}

//! What the administrator is asked about a booking (R17): approved (R18), or denied, which ends the booking (R11, R19).
//! Kept under the booking's number, and removed when the booking is over (R22).

mod no;
mod review;

use crate::events::{
    BOOKED, CONFIRMED, ChangeNoted, ConfirmCompleted, ConfirmDenied, ConfirmLeaving, ConfirmNoted,
    ConfirmRemoved, ConfirmRequested, DENIED, DenyGivenUp, Denying, Event as Language, Reason,
};
use kernel::prelude::*;
pub use no::Rejection;
pub use review::Review;

#[derive(Clone, Debug)]
pub enum Command {
    /// There is a booking.
    Open { user_id: String },
    /// The booking is another now.
    Reopen { user_id: String, revision: u64, moved: bool },
    /// The administrator writes these fields.
    Review(Review),
    /// The booking's answer to the denial.
    Ended(Answer),
    /// The booking is over.
    Close(Reason),
    /// It has been shown long enough.
    Remove,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Confirm {
    pub user_id: String,
    pub confirm_dtm: Option<String>,
    /// After how many changes of the booking this is.
    pub revision: u64,
    /// How often a denial was tried.
    pub attempt: u64,
    pub stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Booked,
    Confirmed,
    /// The booking is asked to end; until then nothing is denied.
    Denying {
        confirm_dtm: Option<String>,
        until: Time,
        hold: Millis,
    },
    Denied {
        /// When it is removed without hearing more of its booking.
        leaves: Option<Time>,
    },
    Removed,
}

messages! {
    pub enum Event of Language {
        inner { ChangeNoted, ConfirmNoted, Denying, DenyGivenUp, ConfirmLeaving, ConfirmRemoved }
        public { ConfirmRequested, ConfirmCompleted, ConfirmDenied }
    }
}

impl Aggregate for Confirm {
    const KIND: &'static str = "confirm";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Close, Ended, Open, Remove, Reopen, Review};
        use Stage::{Booked, Confirmed, Denied, Denying, Removed};
        let booking_id = cx.id;
        let Some(own) = own else {
            return match command {
                Open { user_id } => done([review::requested(booking_id, user_id)]),
                Review(_) => refused(Rejection::NotFound),
                // Over before anything was asked: nothing will be.
                Close(_) => done([ConfirmRemoved { booking_id }]),
                Reopen { .. } | Ended(_) | Remove => already(),
            };
        };
        match (&own.stage, command) {
            (_, Review(review)) => own.review(review, cx),
            (Booked | Confirmed | Denying { .. }, Reopen { user_id, revision, moved })
                if revision > own.revision =>
            {
                let noted = ChangeNoted { booking_id, user_id: user_id.clone(), revision };
                let again = moved && own.stage == Confirmed;
                let again = again.then(|| review::requested(booking_id, user_id));
                done([Event::from(noted)].into_iter().chain(again))
            }
            (Denying { .. }, Ended(answer)) => own.ended(&answer, booking_id),
            // Who denies has what it wants, whoever ended the booking.
            (Denying { .. }, Close(_)) => done(own.denied_and_left(cx)),
            // A denial was given up, and has arrived all the same.
            (Booked, Close(Reason::Denied)) if own.attempt > 0 => done(own.denied_and_left(cx)),
            (Booked | Confirmed | Denied { .. }, Close(_)) | (Denied { .. }, Remove) => {
                done([ConfirmRemoved { booking_id }])
            }
            // Said twice, or too late.
            (_, Open { .. } | Reopen { .. })
            | (Booked | Confirmed | Denied { .. } | Removed, Ended(_))
            | (Removed, Close(_))
            | (Booked | Confirmed | Denying { .. } | Removed, Remove) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::ConfirmRequested(event) => Some(event.approval.booking_id),
            Event::ConfirmCompleted(event) => Some(event.approval.booking_id),
            Event::ConfirmDenied(event) => Some(event.approval.booking_id),
            _ => number_in!(event, Event {
                booking_id: ChangeNoted, ConfirmNoted, Denying, DenyGivenUp, ConfirmLeaving, ConfirmRemoved; ..
            }),
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_else(Self::unasked);
        match event {
            Event::ConfirmRequested(event) => {
                own.user_id.clone_from(&event.approval.user_id);
                (own.stage, own.confirm_dtm) = (Stage::Booked, None);
            }
            Event::ConfirmCompleted(event) => {
                own.confirm_dtm.clone_from(&event.approval.confirm_dtm);
                own.stage = Stage::Confirmed;
            }
            Event::ConfirmDenied(event) => {
                own.confirm_dtm.clone_from(&event.approval.confirm_dtm);
                own.stage = Stage::Denied { leaves: None };
            }
            Event::ChangeNoted(event) => {
                own.user_id.clone_from(&event.user_id);
                own.revision = event.revision;
            }
            Event::ConfirmNoted(event) => own.confirm_dtm.clone_from(&event.confirm_dtm),
            Event::Denying(event) => {
                let (confirm_dtm, until, hold) = (event.confirm_dtm.clone(), event.until, event.hold);
                own.attempt = event.attempt;
                own.stage = Stage::Denying { confirm_dtm, until, hold };
            }
            Event::DenyGivenUp(_) => own.stage = Stage::Booked,
            Event::ConfirmLeaving(event) => own.stage = Stage::Denied { leaves: Some(event.at) },
            Event::ConfirmRemoved(_) => own.stage = Stage::Removed,
        }
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        match self.stage {
            Stage::Denying { until, hold, .. } => vec![Wait::Call(self.cancel(id, until, hold))],
            Stage::Denied { leaves: Some(due) } => vec![Wait::Timer { due, command: Command::Remove }],
            // Denied: the booking is over, and says so.
            Stage::Booked | Stage::Confirmed | Stage::Denied { leaves: None } | Stage::Removed => Vec::new(),
        }
    }

    fn body(&self, id: Id) -> Option<Body> {
        let status = match self.stage {
            Stage::Booked | Stage::Denying { .. } => BOOKED,
            Stage::Confirmed => CONFIRMED,
            Stage::Denied { .. } => DENIED,
            Stage::Removed => return None,
        };
        let body = Body::new().with("userId", self.user_id.as_str()).with("status", status);
        Some(body.with("confirmDtm", self.confirm_dtm.as_deref()).with_id("bookingId", id))
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::BookingCreated(said) => {
                vec![(said.id, Command::Open { user_id: said.details.booking_user_id.clone() })]
            }
            Language::BookingChanged(said) => {
                let (user_id, revision) = (said.details.booking_user_id.clone(), said.revision);
                vec![(said.id, Command::Reopen { user_id, revision, moved: said.moved })]
            }
            Language::BookingCancelled(said) => vec![(said.id, Command::Close(said.reason))],
            _ => Vec::new(),
        }
    }
}

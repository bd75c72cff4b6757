//! What notification knows of a booking: whom to tell, and what is so. Each change is told once, and nothing that is
//! no longer true.

use crate::events::{Event as Language, Fact, FactNoted, Reason};
use crate::notification::{Event, notice};
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Open { user_id: String, room_id: Id },
    Change { user_id: String, revision: u64, moved: bool },
    Close { user_id: String, reason: Reason },
    Approve { revision: u64 },
    Deny,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    /// None: the booking is not heard of yet.
    pub user_id: Option<String>,
    /// How often the booking has changed.
    pub revision: u64,
    /// After how many changes it became another time or room; an older approval is void.
    pub moved_at: u64,
    /// After how many changes it was approved.
    pub confirmed: Option<u64>,
    pub denied: bool,
    pub over: Option<Reason>,
}

impl Aggregate for Case {
    const KIND: &'static str = "case";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let unheard = Self::default();
        let own = own.unwrap_or(&unheard);
        let user = own.user_id.as_deref();
        match command {
            Command::Open { .. } if user.is_some() => already(),
            Command::Open { user_id, room_id } => {
                let mut texts = vec![format!("conference room[{room_id}] reservation is complete")];
                // Heard before it was known whom to tell.
                texts.extend(own.confirmed.map(|_| confirmed(cx.id)));
                texts.extend(own.denied.then(|| denied(cx.id)));
                texts.retain(|_| own.over.is_none());
                let fact = Fact::Booked { user_id: user_id.clone() };
                note(fact, Some(&user_id), texts, cx)
            }
            Command::Change { revision, .. } if own.over.is_some() || revision <= own.revision => already(),
            Command::Change { user_id, revision, moved } => {
                let fact = Fact::Changed { user_id: user_id.clone(), revision, moved };
                note(fact, Some(&user_id), ["reservation has been changed".to_owned()], cx)
            }
            Command::Close { .. } if own.over.is_some() => already(),
            Command::Close { user_id, reason } => {
                let text = "reservation has been canceled".to_owned();
                // Whoever has just left the room need not be told.
                let told = (reason != Reason::UseEnded).then_some(text);
                note(Fact::Cancelled { reason }, Some(&user_id), told, cx)
            }
            Command::Approve { revision } if own.is_void(revision) => already(),
            Command::Approve { revision } => note(Fact::Confirmed { revision }, user, [confirmed(cx.id)], cx),
            Command::Deny if own.denied || own.over.is_some_and(|why| why != Reason::Denied) => already(),
            Command::Deny => note(Fact::Denied, user, [denied(cx.id)], cx),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::FactNoted(event) => Some(event.booking_id),
            // Only so that the message counts as one about this booking.
            Event::NoticeRecorded(event) => event.booking_id,
            Event::EmailSent(event) => event.booking_id,
            Event::UseNoted(_) => None,
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let Event::FactNoted(event) = event else { return own };
        let mut own = own.unwrap_or_default();
        match &event.fact {
            Fact::Booked { user_id } => own.user_id = Some(user_id.clone()),
            Fact::Changed { user_id, revision, moved } => {
                (own.user_id, own.revision) = (Some(user_id.clone()), *revision);
                own.moved_at = if *moved { *revision } else { own.moved_at };
            }
            Fact::Cancelled { reason } => own.over = Some(*reason),
            Fact::Confirmed { revision } => own.confirmed = Some(*revision),
            Fact::Denied => own.denied = true,
        }
        Some(own)
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        let (booking, command) = match heard {
            Language::BookingCreated(said) => {
                let (user_id, room_id) = (said.details.booking_user_id.clone(), said.details.room_id);
                (said.id, Command::Open { user_id, room_id })
            }
            Language::BookingChanged(said) => {
                let (user_id, revision) = (said.details.booking_user_id.clone(), said.revision);
                (said.id, Command::Change { user_id, revision, moved: said.moved })
            }
            Language::BookingCancelled(said) => {
                let user_id = said.details.booking_user_id.clone();
                (said.id, Command::Close { user_id, reason: said.reason })
            }
            Language::ConfirmCompleted(said) => {
                (said.approval.booking_id, Command::Approve { revision: said.revision })
            }
            Language::ConfirmDenied(said) => (said.approval.booking_id, Command::Deny),
            Language::ConfirmRequested(_)
            | Language::UseStarted(_)
            | Language::UseCorrected(_)
            | Language::UseEnded(_)
            | Language::EmailSent(_) => return Vec::new(),
        };
        vec![(booking, command)]
    }
}

impl Case {
    /// An approval that is told already, or of what is not so any more.
    fn is_void(&self, revision: u64) -> bool {
        let told = self.confirmed.is_some_and(|told| told >= revision);
        told || revision < self.moved_at || self.over.is_some()
    }
}

fn confirmed(booking: Id) -> String {
    format!("Booking Number[ {booking} ] is confirmed")
}

fn denied(booking: Id) -> String {
    format!("Booking Number[ {booking} ] is denied")
}

/// Notes what has happened, and tells it to whoever is known.
fn note(fact: Fact, to: Option<&str>, texts: impl IntoIterator<Item = String>, cx: &Cx<'_>) -> Outcome<Case> {
    let told = texts.into_iter().filter_map(|text| Some(notice(Some(cx.id), to?, text, cx)));
    done([Event::from(FactNoted { booking_id: cx.id, fact })].into_iter().chain(told))
}

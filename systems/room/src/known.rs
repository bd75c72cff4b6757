//! What realuse knows of a booking, from its events: whether a use may start under it.

use crate::events::{BookingGone, BookingNoted, Event as Language};
use crate::realuse::Event;
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// It was made.
    Note,
    /// It is over.
    Close,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Known {
    /// The booking is over.
    pub gone: bool,
    /// Its use, if it was ever used.
    pub used_by: Option<Id>,
    /// Its use is over.
    pub ended: bool,
}

impl Known {
    pub fn is_over(&self) -> bool {
        self.gone || self.ended
    }
}

impl Aggregate for Known {
    const KIND: &'static str = "known";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let booking_id = cx.id;
        match (own, command) {
            (None, Command::Note) => done([BookingNoted { booking_id }]),
            (None, Command::Close) => done([BookingGone { booking_id }]),
            (Some(own), Command::Close) if !own.gone => done([BookingGone { booking_id }]),
            (Some(_), Command::Note | Command::Close) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::UseStarted(event) => event.times.booking_id,
            Event::UseCorrected(event) => event.times.booking_id,
            Event::UseEnded(event) => event.times.booking_id,
            _ => number_in!(event, Event {
                booking_id: BookingNoted, BookingGone, UseEnding, UseEndGivenUp; ..
            }),
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::BookingNoted(_)
            | Event::UseCorrected(_)
            | Event::UseEnding(_)
            | Event::UseEndGivenUp(_) => {}
            Event::BookingGone(_) => own.gone = true,
            Event::UseStarted(event) => own.used_by = Some(event.times.id),
            Event::UseEnded(_) => own.ended = true,
        }
        Some(own)
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::BookingCreated(said) => vec![(said.id, Command::Note)],
            Language::BookingCancelled(said) => vec![(said.id, Command::Close)],
            _ => Vec::new(),
        }
    }
}

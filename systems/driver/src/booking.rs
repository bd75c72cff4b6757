//! A booking: made in a name, canceled at most once.

use crate::events::{Booked, BookingCanceled, Event as Language};
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Book { name: String },
    Cancel,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booking {
    pub name: String,
    pub canceled: bool,
}

messages! {
    pub enum Event of Language { inner {} public { Booked, BookingCanceled } }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found": "There is no such booking.", "그런 예약이 없습니다.";
    }
}

impl Aggregate for Booking {
    const KIND: &'static str = "booking";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Book { name }) => done([Booked { id: cx.id, name }]),
            (None, Command::Cancel) => refused(Rejection::NotFound),
            (Some(own), Command::Cancel) if !own.canceled => done([BookingCanceled { id: cx.id }]),
            (Some(_), Command::Book { .. } | Command::Cancel) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        Some(match event {
            Event::Booked(event) => event.id,
            Event::BookingCanceled(event) => event.id,
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::Booked(event) => Some(Self { name: event.name.clone(), canceled: false }),
            Event::BookingCanceled(_) => own.map(|own| Self { canceled: true, ..own }),
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        let status = if self.canceled { "canceled" } else { "booked" };
        Some(Body::new().with("name", self.name.as_str()).with("status", status))
    }
}

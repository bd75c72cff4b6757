//! What booking knows of a concert, from what it has heard: the price, and how many tickets are left. Bookings go on
//! with it while the concert service is down (C11); who really gets tickets is decided there.

use crate::booking::Event;
use crate::events::{Event as Language, OfferNoted};
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// So it was at this version of the concert.
    Note { price: Money, left: i64, version: u64 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub price: Money,
    pub left: i64,
    pub version: u64,
}

impl Aggregate for Offer {
    const KIND: &'static str = "offer";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let Command::Note { price, left, version } = command;
        match own {
            // Events about one concert come from many bookings, in any order.
            Some(own) if own.version >= version => already(),
            Some(_) | None => done([OfferNoted { concert_id: cx.id, price, left, version }]),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { concert_id: OfferNoted; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::OfferNoted(event) => {
                Some(Self { price: event.price, left: event.left, version: event.version })
            }
            Event::BookingOpened(_)
            | Event::PaymentOpened(_)
            | Event::BookingRemoved(_)
            | Event::BookingRequested(_)
            | Event::BookingApproved(_)
            | Event::BookingCanceled(_) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::ConcertRegistered(said) => {
                vec![(said.id, Command::Note { price: said.price, left: said.ticket_qty, version: 0 })]
            }
            Language::TicketUpdated(said) => {
                let (price, left, version) = (said.price, said.ticket_qty, said.version);
                vec![(said.id, Command::Note { price, left, version })]
            }
            _ => Vec::new(),
        }
    }
}

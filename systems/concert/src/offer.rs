//! What booking knows of a concert, from what it has heard: the price, and how many tickets are left. Bookings go on
//! with it while the concert service is down (C11); who really gets tickets is decided there.

use crate::booking::Event;
use crate::events::{Event as Language, OfferNoted};
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// So it was at this version of the concert.
    Note(Offer),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub price: Money,
    pub left: i64,
    pub version: u64,
    /// Nobody can book it any more.
    #[serde(default)]
    pub removed: bool,
}

impl Aggregate for Offer {
    const KIND: &'static str = "offer";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let Command::Note(Self { price, left, version, removed }) = command;
        match own {
            // Events about one concert come from many bookings, in any order.
            Some(own) if own.version >= version => already(),
            Some(_) | None => done([OfferNoted { concert_id: cx.id, price, left, version, removed }]),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { concert_id: OfferNoted; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::OfferNoted(event) => {
                let OfferNoted { price, left, version, removed, .. } = *event;
                Some(Self { price, left, version, removed })
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
                let (price, left) = (said.price, said.ticket_qty);
                vec![(said.id, Command::Note(Self { price, left, version: 0, removed: false }))]
            }
            Language::TicketUpdated(said) => {
                let (price, left, version, removed) =
                    (said.price, said.ticket_qty, said.version, said.removed);
                vec![(said.id, Command::Note(Self { price, left, version, removed }))]
            }
            _ => Vec::new(),
        }
    }
}

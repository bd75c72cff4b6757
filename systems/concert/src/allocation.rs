//! The tickets of one booking: taken when it is approved (C6), given back when its payment is canceled (C8), each once.
//! Kept for good under the number of the booking, with what it was told, beside the count in `concert.rs`.

use crate::concert::{Concert, Event};
use crate::events::{
    Event as Language, OTHER_PRICE, SOLD_OUT, TicketRejected, TicketsReleased, TicketsTaken, UNKNOWN_CONCERT,
};
use core::convert::Infallible;
use kernel::prelude::*;
use kernel::stock::Share;

#[derive(Clone, Debug)]
pub enum Command {
    Take {
        concert: Id,
        qty: i64,
        amount: Money,
    },
    /// The payment is canceled.
    Release,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Allocation {
    Taken {
        share: Share,
    },
    /// The booking was told that it gets none.
    Rejected,
    /// Given back, or never to be taken.
    Released,
}

impl Aggregate for Allocation {
    const KIND: &'static str = "allocation";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let booking_id = cx.id;
        match (own, command) {
            (None, Command::Take { concert, qty, amount }) => {
                take(Share { unit: concert, quantity: qty }, amount, cx)
            }
            (Some(Self::Taken { share }), Command::Release) => {
                let concert = cx.read::<Concert>(share.unit)?;
                let back = concert.map(|own| {
                    let left = own.tickets.free + share.quantity;
                    Event::from(own.updated(share.unit, left, Some(booking_id)))
                });
                done(back.into_iter().chain([TicketsReleased { booking_id }.into()]))
            }
            // A mark: an approval that is heard later takes nothing any more.
            (None, Command::Release) => done([TicketsReleased { booking_id }]),
            (Some(Self::Taken { .. } | Self::Rejected | Self::Released), Command::Take { .. })
            | (Some(Self::Rejected | Self::Released), Command::Release) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { booking_id: TicketsTaken, TicketsReleased, TicketRejected; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::TicketsTaken(event) => {
                Some(Self::Taken { share: Share { unit: event.concert_id, quantity: event.qty } })
            }
            Event::TicketsReleased(_) => Some(Self::Released),
            Event::TicketRejected(_) => Some(Self::Rejected),
            Event::ConcertRegistered(_) | Event::TicketUpdated(_) | Event::ConcertRemoved(_) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::BookingApproved(said) => {
                let (concert, qty, amount) = (said.concert_id, said.qty, said.amount);
                vec![(said.id, Command::Take { concert, qty, amount })]
            }
            Language::PaymentCanceled(said) => vec![(said.booking_id, Command::Release)],
            _ => Vec::new(),
        }
    }
}

fn take(share: Share, amount: Money, cx: &Cx<'_>) -> Outcome<Allocation> {
    let (booking_id, concert_id, qty) = (cx.id, share.unit, share.quantity);
    let concert = cx.read::<Concert>(concert_id)?.filter(|own| !own.removed);
    let reason = match concert {
        None => UNKNOWN_CONCERT,
        // It was booked before booking had heard of the concert, at what a ticket costs elsewhere.
        Some(own) if own.price.0 * qty != amount.0 => OTHER_PRICE,
        Some(own) => match own.tickets.less(qty) {
            Some(left) => {
                let updated = own.updated(concert_id, left, Some(booking_id));
                return done([Event::from(updated), TicketsTaken { booking_id, concert_id, qty }.into()]);
            }
            None => SOLD_OUT,
        },
    };
    done([TicketRejected { booking_id, concert_id, qty, reason: reason.into() }])
}

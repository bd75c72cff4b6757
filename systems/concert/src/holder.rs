//! How many tickets a user holds in bookings that are not over, by concert. Changed in the commit of the booking, so
//! that a limit holds whatever comes at the same time.

use crate::booking::Event;
use alloc::collections::BTreeMap;
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Concert → tickets; what came down to none is left out.
    pub tickets: BTreeMap<Id, i64>,
}

impl Holder {
    pub fn of(&self, concert: Id) -> i64 {
        self.tickets.get(&concert).copied().unwrap_or(0)
    }

    fn change(&mut self, concert: Id, by: i64) {
        let held = self.of(concert) + by;
        if held == 0 {
            self.tickets.remove(&concert);
        } else {
            self.tickets.insert(concert, held);
        }
    }
}

impl Aggregate for Holder {
    const KIND: &'static str = "holder";
    const OF_BOOKING: bool = false;
    /// Nobody asks it anything.
    type Command = Infallible;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(_: Option<&Self>, command: Infallible, _: &Cx<'_>) -> Outcome<Self> {
        match command {}
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { user_id: BookingRequested, BookingCanceled; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::BookingRequested(event) => {
                let mut own = own.unwrap_or_default();
                own.change(event.concert_id, event.qty);
                Some(own)
            }
            Event::BookingCanceled(event) => {
                let mut own = own.unwrap_or_default();
                own.change(event.concert_id, -event.qty);
                Some(own)
            }
            Event::BookingOpened(_)
            | Event::PaymentOpened(_)
            | Event::BookingRemoved(_)
            | Event::BookingApproved(_)
            | Event::OfferNoted(_) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }
}

//! A canceled reservation as its own record, as the document shows it: kept under the number of the order, written
//! by what `reservation.rs` says and never changed.

use crate::events::{RESERVATION_CANCELLED, Text};
use crate::reservation::Event;
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cancellation {
    pub reason: Option<Text>,
}

impl Aggregate for Cancellation {
    const KIND: &'static str = "cancellation";
    /// Nobody asks it anything.
    type Command = Infallible;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(_: Option<&Self>, command: Infallible, _: &Cx<'_>) -> Outcome<Self> {
        match command {}
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { order_id: ReserveCanceled; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::ReserveCanceled(event) => Some(Self { reason: event.reason.clone() }),
            Event::OrderNoted(_)
            | Event::TaxiAsked(_)
            | Event::TaxiAskEnded(_)
            | Event::TaxiReleased(_)
            | Event::ReserveAccepted(_) => own,
        }
    }

    fn body(&self, id: Id) -> Option<Body> {
        let body = Body::new().with_id("orderId", id).with("status", RESERVATION_CANCELLED);
        Some(body.with("reason", self.reason.as_deref()))
    }
}

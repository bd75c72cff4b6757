//! The calendar of a room: which of its time is held by which booking. Changed in the same commit as the booking, so
//! of two bookings that meet one is told so.

use crate::booking::Event;
use core::convert::Infallible;
use kernel::prelude::*;
use kernel::slots;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calendar(pub slots::Calendar);

impl Aggregate for Calendar {
    const KIND: &'static str = "calendar";
    const OF_BOOKING: bool = false;
    /// Nobody asks it anything.
    type Command = Infallible;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(_: Option<&Self>, command: Infallible, _: &Cx<'_>) -> Outcome<Self> {
        match command {}
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { room_id: SlotTaken, SlotFreed; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::SlotTaken(event) => own.0.take(event.slot, event.booking_id),
            Event::SlotFreed(event) => own.0.give_back(event.slot, event.booking_id),
            Event::BookingInUse(_)
            | Event::BookingCreated(_)
            | Event::BookingChanged(_)
            | Event::BookingCancelled(_) => {}
        }
        Some(own)
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }
}

//! Booked times beside real ones (R3, R9): one row a booking, kept when the booking is over.

use crate::events::{Details, Event as Language, Times};
use kernel::prelude::*;

messages! {
    pub enum Event of Language { inner {} public {} }
}

/// What the booking says, and what its use does: two senders, whose order is not known. Of each the newest counts, by
/// the version of its document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RoomUseList {
    pub id: Option<Id>,
    pub booking: Option<Details>,
    pub booking_seen: u64,
    pub times: Option<Times>,
    pub times_seen: u64,
}

impl View for RoomUseList {
    const KIND: &'static str = "roomUseList";
    type Heard = Language;

    fn row(heard: &Language) -> Option<Id> {
        match heard {
            Language::BookingCreated(said) => Some(said.id),
            Language::BookingChanged(said) => Some(said.id),
            Language::UseStarted(said) => said.times.booking_id,
            Language::UseCorrected(said) => said.times.booking_id,
            Language::UseEnded(said) => said.times.booking_id,
            Language::BookingCancelled(_)
            | Language::ConfirmRequested(_)
            | Language::ConfirmCompleted(_)
            | Language::ConfirmDenied(_)
            | Language::EmailSent(_) => None,
        }
    }

    fn project(&mut self, heard: &Language, meta: &Meta) {
        self.id = Self::row(heard);
        match heard {
            Language::BookingCreated(said) => self.booked(&said.details, meta),
            Language::BookingChanged(said) => self.booked(&said.details, meta),
            Language::UseStarted(said) => self.used(&said.times, meta),
            Language::UseCorrected(said) => self.used(&said.times, meta),
            Language::UseEnded(said) => self.used(&said.times, meta),
            Language::BookingCancelled(_)
            | Language::ConfirmRequested(_)
            | Language::ConfirmCompleted(_)
            | Language::ConfirmDenied(_)
            | Language::EmailSent(_) => {}
        }
    }

    fn body(&self) -> Option<Body> {
        let (booking, times) = (self.booking.as_ref(), self.times.as_ref());
        let start = times.and_then(|times| times.real_use_start_dtm.as_deref());
        let end = times.and_then(|times| times.real_use_end_dtm.as_deref());
        Some(
            Body::new()
                .with_id("bookingId", self.id?)
                .with("roomId", booking.map(|booking| booking.room_id.0))
                .with("bookingUserId", booking.map(|booking| booking.booking_user_id.as_str()))
                .with("bookedUseStartDtm", booking.map(|booking| booking.use_start_dtm.as_str()))
                .with("bookedUseEndDtm", booking.map(|booking| booking.use_end_dtm.as_str()))
                .with("realUseStartDtm", start)
                .with("realUseEndDtm", end),
        )
    }
}

impl RoomUseList {
    fn booked(&mut self, details: &Details, meta: &Meta) {
        if meta.sequence > self.booking_seen {
            (self.booking, self.booking_seen) = (Some(details.clone()), meta.sequence);
        }
    }

    fn used(&mut self, times: &Times, meta: &Meta) {
        if meta.sequence > self.times_seen {
            (self.times, self.times_seen) = (Some(times.clone()), meta.sequence);
        }
    }
}

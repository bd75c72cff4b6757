//! The user's page: one row a booking, kept from public events alone (C9, C13), whatever their order.

use crate::events::{Event as Language, Text, rank};
use kernel::prelude::*;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BookingHistory {
    pub booking: Option<Id>,
    pub concert: Option<Id>,
    pub user: Option<Id>,
    pub status: Option<Text>,
}

messages! {
    /// A page says nothing.
    pub enum Event of Language { inner {} public {} }
}

impl View for BookingHistory {
    const KIND: &'static str = "bookingHistory";
    type Heard = Language;

    fn row(heard: &Language) -> Option<Id> {
        match heard {
            Language::BookingRequested(said) => Some(said.id),
            Language::BookingApproved(said) => Some(said.id),
            Language::BookingCanceled(said) => Some(said.id),
            Language::PaymentRequested(said) => Some(said.booking_id),
            Language::PaymentApproved(said) => Some(said.booking_id),
            Language::PaymentCanceled(said) => Some(said.booking_id),
            Language::ConcertRegistered(_)
            | Language::TicketUpdated(_)
            | Language::TicketRejected(_)
            | Language::UserRegistered(_) => None,
        }
    }

    fn project(&mut self, heard: &Language, _: &Meta) {
        self.booking = Self::row(heard);
        match heard {
            Language::BookingRequested(said) => {
                self.reach(&said.status, Some((said.concert_id, said.user_id)))
            }
            Language::BookingApproved(said) => {
                self.reach(&said.status, Some((said.concert_id, said.user_id)))
            }
            Language::BookingCanceled(said) => {
                self.reach(&said.status, Some((said.concert_id, said.user_id)))
            }
            Language::PaymentRequested(said) => self.reach(&said.status, None),
            Language::PaymentApproved(said) => self.reach(&said.status, None),
            Language::PaymentCanceled(said) => self.reach(&said.status, None),
            Language::ConcertRegistered(_)
            | Language::TicketUpdated(_)
            | Language::TicketRejected(_)
            | Language::UserRegistered(_) => {}
        }
    }

    /// Nothing before it is known whose it is.
    fn body(&self) -> Option<Body> {
        let booking = self.booking?;
        Some(
            Body::new()
                .with_id("id", booking)
                .with_id("bookingId", booking)
                .with_id("concertId", self.concert?)
                .with_id("userId", self.user?)
                .with("status", self.status.as_deref()?),
        )
    }
}

impl BookingHistory {
    fn reach(&mut self, status: &Text, of: Option<(Id, Id)>) {
        if let Some((concert, user)) = of {
            (self.concert, self.user) = (Some(concert), Some(user));
        }
        if rank(status) > self.status.as_deref().map_or(0, rank) {
            self.status = Some(status.clone());
        }
    }
}

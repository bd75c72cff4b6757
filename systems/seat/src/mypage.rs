//! The member's page: one row a reservation with its result (S10), kept from public events alone, whatever their order.

use crate::events::{Booking, CONFIRMED, EXITED, Event as Language, FREED, PENDING, REFUSED, Text};
use kernel::prelude::*;

messages! {
    /// This service records nothing of its own.
    pub enum Event of Language { inner {} public {} }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Mypage {
    pub reserve_id: Option<Id>,
    pub booking: Option<Booking>,
    pub rank: Rank,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub refunded: bool,
}

/// How far a reservation is. Events of two services come in any order, so the higher rank counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rank {
    #[default]
    Pending,
    Confirmed,
    Refused,
    Exited,
}

/// The booking that an event tells in full.
macro_rules! booking {
    ($said:expr) => {
        Booking {
            seat_id: $said.seat_id,
            name: $said.name.clone(),
            reserve_date: $said.reserve_date.clone(),
            exit_date: $said.exit_date.clone(),
            pay_type: $said.pay_type.clone(),
        }
    };
}

impl View for Mypage {
    const KIND: &'static str = "mypage";
    type Heard = Language;

    fn row(heard: &Language) -> Option<Id> {
        match heard {
            Language::Reserved(said) => Some(said.id),
            Language::Exited(said) => Some(said.id),
            // Seats that are paid by hand are not on the member's page.
            Language::Checked(said) => said.desk.is_none().then_some(said.reserve_id),
            Language::Reclaimed(said) => said.desk.is_none().then_some(said.exited_reserve_id),
            Language::ReservationRefused(said) => said.desk.is_none().then_some(said.id),
            Language::Refunded(said) => said.desk.is_none().then_some(said.reserve_id),
            Language::Paid(_) | Language::SeatRefused(_) => None,
        }
    }

    fn project(&mut self, heard: &Language, _: &Meta) {
        self.reserve_id = Self::row(heard);
        match heard {
            Language::Reserved(said) => self.knows(|| booking!(said)),
            Language::Checked(said) => {
                self.reach(Rank::Confirmed);
                self.knows(|| booking!(said));
            }
            Language::ReservationRefused(said) => {
                self.reach(Rank::Refused);
                self.reason = Some(said.reason.clone());
            }
            Language::Exited(said) => {
                self.reach(Rank::Exited);
                self.knows(|| booking!(said));
            }
            // With another reason the reservation is refused, and says so itself.
            Language::Reclaimed(said) => match said.reason.as_deref() {
                None => self.reach(Rank::Exited),
                Some(FREED) => {
                    self.reach(Rank::Exited);
                    self.reason = self.reason.take().or(Some(FREED.into()));
                }
                Some(_) => {}
            },
            Language::Refunded(_) => self.refunded = true,
            Language::Paid(_) | Language::SeatRefused(_) => {}
        }
    }

    fn body(&self) -> Option<Body> {
        let booking = self.booking.as_ref();
        let text = |of: fn(&Booking) -> &Option<String>| booking.and_then(|one| of(one).as_deref());
        Some(
            Body::new()
                .with_id("reserveId", self.reserve_id?)
                .with("seatId", booking.map(|booking| booking.seat_id.0))
                .with("name", text(|booking| &booking.name))
                .with("reserveDate", text(|booking| &booking.reserve_date))
                .with("exitDate", text(|booking| &booking.exit_date))
                .with("payType", text(|booking| &booking.pay_type))
                .with("status", self.rank.shown())
                .with("reason", self.reason.as_deref())
                .with("refunded", self.refunded),
        )
    }
}

impl Rank {
    const fn shown(self) -> &'static str {
        match self {
            Self::Pending => PENDING,
            Self::Confirmed => CONFIRMED,
            Self::Refused => REFUSED,
            Self::Exited => EXITED,
        }
    }
}

impl Mypage {
    fn reach(&mut self, rank: Rank) {
        self.rank = self.rank.max(rank);
    }

    /// What the member wants is said by several, and is always the same.
    fn knows(&mut self, booking: impl FnOnce() -> Booking) {
        self.booking.get_or_insert_with(booking);
    }
}

//! The list of bookings with their approval (R12, R23): one row a booking, as long as the booking is.

use crate::events::{Approval, Details, Event as Language, Text, written};
use kernel::prelude::*;

messages! {
    pub enum Event of Language { inner {} public {} }
}

/// What the booking says, and what the administrator does: two senders, whose order is not known. Of each the newest
/// counts, by the version of its document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BookingList {
    pub booking: Option<Details>,
    pub booking_seen: u64,
    pub booked_at: Option<String>,
    pub approval: Option<Decided>,
    pub approval_seen: u64,
    /// The booking is over: no row any more, whatever is heard yet.
    pub over: bool,
    pub id: Option<Id>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Decided {
    pub id: Id,
    pub status: Text,
    pub user_id: String,
    pub at: String,
}

impl View for BookingList {
    const KIND: &'static str = "bookingList";
    type Heard = Language;

    fn row(heard: &Language) -> Option<Id> {
        match heard {
            Language::BookingCreated(said) => Some(said.id),
            Language::BookingChanged(said) => Some(said.id),
            Language::BookingCancelled(said) => Some(said.id),
            Language::ConfirmRequested(said) => Some(said.approval.booking_id),
            Language::ConfirmCompleted(said) => Some(said.approval.booking_id),
            Language::ConfirmDenied(said) => Some(said.approval.booking_id),
            Language::UseStarted(_)
            | Language::UseCorrected(_)
            | Language::UseEnded(_)
            | Language::EmailSent(_) => None,
        }
    }

    fn project(&mut self, heard: &Language, meta: &Meta) {
        self.id = Self::row(heard);
        match heard {
            Language::BookingCreated(said) => {
                self.booked_at = Some(written(meta.time));
                self.booked(&said.details, meta);
            }
            Language::BookingChanged(said) => self.booked(&said.details, meta),
            Language::BookingCancelled(_) => self.over = true,
            // Not decided yet, or not any more.
            Language::ConfirmRequested(_) => self.decided(None, meta),
            Language::ConfirmCompleted(said) => self.decided(Some(&said.approval), meta),
            Language::ConfirmDenied(said) => self.decided(Some(&said.approval), meta),
            Language::UseStarted(_)
            | Language::UseCorrected(_)
            | Language::UseEnded(_)
            | Language::EmailSent(_) => {}
        }
    }

    fn body(&self) -> Option<Body> {
        let booking = self.booking.as_ref().filter(|_| !self.over)?;
        let approval = self.approval.as_ref();
        Some(
            Body::new()
                .with_id("bookingId", self.id?)
                .with("confirmId", approval.map(|one| one.id.0))
                .with("bookingUserId", booking.booking_user_id.as_str())
                .with("bookingDtm", self.booked_at.as_deref())
                .with_id("roomId", booking.room_id)
                .with("useStartDtm", booking.use_start_dtm.as_str())
                .with("useEndDtm", booking.use_end_dtm.as_str())
                .with("confirmStatus", approval.map(|one| one.status.as_ref()))
                .with("confirmUserId", approval.map(|one| one.user_id.as_str()))
                .with("confirmDtm", approval.map(|one| one.at.as_str())),
        )
    }
}

impl BookingList {
    fn booked(&mut self, details: &Details, meta: &Meta) {
        if meta.sequence > self.booking_seen {
            (self.booking, self.booking_seen) = (Some(details.clone()), meta.sequence);
        }
    }

    fn decided(&mut self, approval: Option<&Approval>, meta: &Meta) {
        if meta.sequence > self.approval_seen {
            self.approval_seen = meta.sequence;
            self.approval = approval.map(|one| Decided {
                id: one.id,
                status: one.status.clone(),
                user_id: one.user_id.clone(),
                at: written(meta.time),
            });
        }
    }
}

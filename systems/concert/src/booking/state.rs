//! What is kept of a booking, what it says at each turn, what it asks of payment, and what people see of it.

use super::{Command, Event, Rejection};
use crate::Settings;
use crate::events::{
    BOOKING_APPROVED, BOOKING_CANCELED, BOOKING_REQUESTED, BY_USER, BookingApproved, BookingCanceled,
    BookingOpened, BookingRequested, PAYMENT_APPROVED, PAYMENT_REQUESTED, Text,
};
use crate::holder::Holder;
use crate::offer::Offer;
use kernel::prelude::*;

/// Payment has not taken it yet: the user is asked to pay a little later.
const DEFERRED: &str = "Deferred";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booking {
    pub concert: Id,
    pub user: Id,
    pub qty: i64,
    pub amount: Money,
    /// Until then it must be paid.
    pub until: Time,
    pub stage: Stage,
    /// Why it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
    /// Its user does not want to see it any more.
    #[serde(default)]
    pub removed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Payment is asked to take it, and its client held so long.
    Asking {
        hold: Millis,
    },
    /// To be paid.
    Open,
    Approved,
    /// `approved`: it was.
    Canceled {
        approved: bool,
    },
}

pub(super) fn book(concert_id: Id, user_id: Id, qty: i64, cx: &Cx<'_>) -> Outcome<Booking> {
    let settings = cx.settings::<Settings>();
    let offer = cx.read::<Offer>(concert_id)?;
    if offer.is_some_and(|offer| offer.removed) {
        return refused(Rejection::NotOnSale);
    }
    if offer.is_some_and(|offer| offer.left < qty) {
        return refused(Rejection::SoldOut);
    }
    let held = cx.read::<Holder>(user_id)?.map_or(0, |holder| holder.of(concert_id));
    let limit = i64::try_from(settings.tickets_per_user).unwrap_or(i64::MAX);
    if limit > 0 && held + qty > limit {
        return refused(Rejection::TicketLimit);
    }
    // A concert that is not heard of: the concert service decides, and refuses another price than its own.
    let price = offer.map_or(settings.price, |offer| offer.price);
    let (id, amount, status) = (cx.id, Money(price.0 * qty), BOOKING_REQUESTED.into());
    let (hold, until) = (settings.request_within, cx.now + settings.unpaid);
    done([
        Event::from(BookingOpened { id, concert_id, user_id, qty, amount, hold, until }),
        BookingRequested { id, concert_id, user_id, status, qty, amount }.into(),
    ])
}

impl Booking {
    pub(super) fn opened(event: &BookingOpened) -> Self {
        Self {
            concert: event.concert_id,
            user: event.user_id,
            qty: event.qty,
            amount: event.amount,
            until: event.until,
            stage: Stage::Asking { hold: event.hold },
            reason: None,
            removed: false,
        }
    }

    pub(super) fn approved(&self, id: Id) -> BookingApproved {
        let Self { concert: concert_id, user: user_id, qty, amount, .. } = *self;
        BookingApproved { id, concert_id, user_id, status: BOOKING_APPROVED.into(), qty, amount }
    }

    pub(super) fn canceled(&self, id: Id, reason: impl Into<Text>) -> BookingCanceled {
        let Self { concert: concert_id, user: user_id, qty, amount, .. } = *self;
        let (status, reason) = (BOOKING_CANCELED.into(), reason.into());
        BookingCanceled { id, concert_id, user_id, status, qty, amount, reason }
    }

    pub(super) fn ended(self, reason: &Text) -> Self {
        let stage = Stage::Canceled { approved: self.stage == Stage::Approved };
        Self { stage, reason: Some(reason.clone()), ..self }
    }

    /// A booking that its user canceled is gone; one that the system ended says why.
    pub(super) fn is_seen(&self) -> bool {
        !self.removed && self.reason.as_deref() != Some(BY_USER)
    }

    pub(super) fn request(&self, id: Id, hold: Millis) -> Call<Command> {
        let fields = Body::new().with_id("bookingId", id).with("amount", self.amount.0);
        Call {
            to: "payment",
            step: "request",
            attempt: 1,
            mode: Mode::Defer,
            request: Request::post("/payments", fields),
            hold,
            until: Some(self.until),
            answer: Command::Asked,
        }
    }

    pub(super) fn shown(&self) -> Body {
        let (status, payment) = match self.stage {
            Stage::Asking { .. } => (BOOKING_REQUESTED, Some(DEFERRED)),
            Stage::Open => (BOOKING_REQUESTED, Some(PAYMENT_REQUESTED)),
            Stage::Approved => (BOOKING_APPROVED, Some(PAYMENT_APPROVED)),
            Stage::Canceled { .. } => (BOOKING_CANCELED, None),
        };
        let to_pay = matches!(self.stage, Stage::Asking { .. } | Stage::Open);
        Body::new()
            .with_id("concertId", self.concert)
            .with_id("userId", self.user)
            .with("qty", self.qty)
            .with("status", status)
            .with("amount", self.amount.0)
            .with("paymentStatus", payment)
            .with("payBefore", to_pay.then(|| self.until.rfc3339()))
            .with("reason", self.reason.as_deref())
    }
}

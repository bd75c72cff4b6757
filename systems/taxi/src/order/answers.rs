//! What an order says at each turn.

use super::{Order, Rejection, Stage};
use crate::Settings;
use crate::events::{
    CANCELLED, CANCELLING, CONFIRMED, OrderCanceled, OrderRefused, OrderRequested, Ordered, REQUESTED, Trip,
};
use kernel::prelude::*;

pub(super) fn place(trip: Trip, cx: &Cx<'_>) -> Outcome<Order> {
    let settings = cx.settings::<Settings>();
    let (amount, hold) = (settings.fare, settings.pay_within);
    done([OrderRequested { id: cx.id, trip, amount, until: cx.now + hold, hold }])
}

impl Stage {
    /// As people see it; nobody sees an order that is not placed.
    pub(super) fn shown(self) -> Option<&'static str> {
        match self {
            Self::Requested { .. } | Self::Refused { .. } => None,
            Self::Placed => Some(REQUESTED),
            Self::Confirmed => Some(CONFIRMED),
            Self::Cancelling => Some(CANCELLING),
            Self::Cancelled => Some(CANCELLED),
        }
    }
}

impl Order {
    pub(super) fn paid(&self, id: Id, answer: &Answer) -> Outcome<Self> {
        match answer {
            Answer::Done(_) => done([self.ordered(id)]),
            Answer::Refused { status: 402, .. } => {
                done_but([OrderRefused { id, void: false }], Rejection::CardDeclined)
            }
            // Whatever payment has done or will do, it is to be undone.
            Answer::Refused { .. } | Answer::GivenUp => {
                done_but([OrderRefused { id, void: true }], Rejection::PaymentSilent)
            }
        }
    }

    fn ordered(&self, id: Id) -> Ordered {
        let Trip { order_type, name, tel, card } = self.trip.clone();
        let card_no = card.as_ref().map(Card::masked);
        Ordered { id, card_no, name, order_type, tel, status: REQUESTED.into(), amount: self.amount }
    }

    pub(super) fn canceled(&self, id: Id) -> OrderCanceled {
        let Trip { order_type, name, .. } = self.trip.clone();
        OrderCanceled { id, name, order_type, status: CANCELLED.into(), reason: self.reason.clone() }
    }

    /// What is so already may be written again, as clients do that send the whole record.
    pub(super) fn correct(&self, id: Id, fields: &Body, card: Option<&Card>) -> Outcome<Self> {
        let other_card = card.is_some() && card != self.trip.card.as_ref();
        match self.body(id).unwrap_or_default().differs(fields) {
            Some("status") => refused(Rejection::UnknownStatus),
            Some(_) => refused(Rejection::Fixed),
            None if other_card => refused(Rejection::Fixed),
            None => already(),
        }
    }
}

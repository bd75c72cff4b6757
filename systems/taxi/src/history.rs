//! The payments as people see them: one row for what the provider took, one for each payment by hand. A row has a
//! number of its own, is hidden until its money is taken, and never changes by hand.

use crate::events::{ALREADY_PAID, PaymentRepeated, Text};
use crate::payment::{Event, Payment, Rejection};
use kernel::payment::Stage;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// Somebody pays by hand.
    Repeat { order_id: Id, card: Option<Card> },
    /// Somebody writes fields of a row: allowed if they are so already.
    Correct(Body),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaymentHistory {
    pub order_id: Id,
    pub card_no: Option<String>,
    pub amount: Money,
    /// None: hidden.
    pub status: Option<Text>,
}

impl Aggregate for PaymentHistory {
    const KIND: &'static str = "paymentHistory";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own.and_then(|own| own.body(cx.id)), command) {
            (None, Command::Repeat { order_id, card }) => repeat(order_id, card.as_ref(), cx),
            // Said twice: the row is there.
            (Some(_), Command::Repeat { .. }) => already(),
            (None, Command::Correct(_)) => refused(Rejection::NotFound),
            (Some(row), Command::Correct(fields)) if row.differs(&fields).is_some() => {
                refused(Rejection::Fixed)
            }
            (Some(_), Command::Correct(_)) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: PaymentAuthorizing, PaymentRepeated, PaymentApproved, PaymentCanceled; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let row = |order_id, card_no: &Option<String>, amount, status| {
            Some(Self { order_id, card_no: card_no.clone(), amount, status: Some(status) })
        };
        match event {
            Event::PaymentAuthorizing(event) => {
                let card_no = event.card.as_ref().map(Card::masked);
                Some(Self { order_id: event.order_id, card_no, amount: event.amount, status: None })
            }
            Event::PaymentRepeated(event) => {
                row(event.order_id, &event.card_no, Money(0), ALREADY_PAID.into())
            }
            Event::PaymentApproved(event) => {
                row(event.order_id, &event.card_no, event.amount, event.status.clone())
            }
            Event::PaymentCanceled(event) => {
                row(event.order_id, &event.card_no, event.amount, event.status.clone())
            }
            Event::PaymentAuthorized(_)
            | Event::PaymentDeclined(_)
            | Event::PaymentCapturing(_)
            | Event::PaymentVoided(_)
            | Event::PaymentOrdered(_)
            | Event::PaymentReturning(_)
            | Event::PaymentReturned(_) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        let status = self.status.as_deref()?;
        Some(
            Body::new()
                .with_id("orderId", self.order_id)
                .with("cardNo", self.card_no.as_deref())
                .with("amount", self.amount.0)
                .with("status", status),
        )
    }
}

fn repeat(order_id: Id, card: Option<&Card>, cx: &Cx<'_>) -> Outcome<PaymentHistory> {
    let Some(payment) = cx.read::<Payment>(order_id)? else { return refused(Rejection::UnknownOrder) };
    let money = &payment.money;
    match money.stage {
        Stage::Authorized { .. } | Stage::Capturing | Stage::Captured if !money.voided => {
            done([PaymentRepeated { id: cx.id, order_id, card_no: card.map(Card::masked) }])
        }
        _ if money.confirmed => refused(Rejection::OrderCanceled),
        // An order that nobody sees is an order that is not there.
        Stage::Unasked
        | Stage::Authorizing
        | Stage::Authorized { .. }
        | Stage::Declined
        | Stage::Capturing
        | Stage::Captured
        | Stage::Returning
        | Stage::Returned => refused(Rejection::UnknownOrder),
    }
}

//! What is owed under one number: the money of its reservation, as the kernel's block, and which seats were paid by hand.
//! One payment a number and seat. People see the rows of `payment.rs`.

mod words;

use crate::Settings;
use crate::events::{Booking, Desk, Event as Language, Paid, PaymentMoved, Refunded, ReservationRefused};
use crate::payment::{Event, Payment, Rejection};
use kernel::payment::{self, Step, Wish};
use kernel::prelude::*;
use words::said;

#[derive(Clone, Debug)]
pub enum Command {
    /// Reservation asks.
    Authorize {
        booking: Booking,
        card: Option<Card>,
    },
    Wish(Wish),
    /// What was paid by hand for this seat goes back.
    Return {
        seat: Id,
        desk: Desk,
    },
}

impl From<Wish> for Command {
    fn from(wish: Wish) -> Self {
        Self::Wish(wish)
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Bill {
    /// None: payment has heard of no reservation of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Own>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub desk: Vec<ByHand>,
}

/// The money of the reservation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Own {
    pub money: payment::Payment,
    /// None: voided before anything was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Id>,
    /// What is to be said when the money is taken; not needed afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<Booking>,
    /// The number of its row, once people see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Id>,
}

/// A payment by hand that was not declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    pub seat: Id,
    pub desk: Desk,
    pub payment: Id,
    /// The provider has not granted it yet.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub asked: bool,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub refunded: bool,
}

/// How a number stands with a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Unpaid,
    Refunded,
    /// It is asked for, so nobody knows yet.
    UnderWay,
    Paid,
}

impl Aggregate for Bill {
    const KIND: &'static str = "bill";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let (wish, asked) = match command {
            Command::Authorize { booking, card } => (Wish::Authorize, Some((booking, card))),
            Command::Wish(wish) => (wish, None),
            Command::Return { seat, desk } => {
                let paid = own.and_then(|own| own.desk.iter().find(|one| one.is(seat, desk)));
                let Some(ByHand { payment, .. }) = paid.copied() else { return already() };
                let Some(row) = cx.read::<Payment>(payment)? else { return already() };
                return row.settle(payment, Wish::Void, cx);
            }
        };
        let own = own.and_then(|own| own.own.as_ref());
        let until = cx.now + cx.settings::<Settings>().authorization_kept;
        let verdict = payment::decide(own.map(|own| &own.money), wish, until);
        verdict.told(|step| said(own, step, asked.as_ref(), cx))
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            reserve_id: PaymentRequested, PaymentMoved, DeskPaymentRequested, DeskPaymentMoved,
                PaymentRepeated, Paid, Refunded;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::PaymentRequested(event) => {
                let money = payment::Payment::authorizing(event.amount, event.card.clone());
                let booking = event.booking.clone();
                own.own = Some(Own { money, seat: Some(booking.seat_id), booking: Some(booking), row: None });
            }
            Event::PaymentMoved(PaymentMoved { step, .. }) => own.own_or_voided().money.take(*step),
            Event::Paid(Paid { desk: None, id, .. }) => {
                let own = own.own_or_voided();
                own.money.take(Step::Captured);
                (own.row, own.booking) = (Some(*id), None);
            }
            Event::Refunded(Refunded { desk: None, id, .. }) => {
                let own = own.own_or_voided();
                own.money.take(Step::Returned { said: true });
                (own.row, own.booking) = (Some(*id), None);
            }
            Event::DeskPaymentRequested(event) => {
                let (seat, desk, payment) = (event.booking.seat_id, event.desk, event.id);
                own.desk.push(ByHand { seat, desk, payment, asked: true, refunded: false });
            }
            // Nothing was taken: it may be tried again.
            Event::DeskPaymentMoved(event) if matches!(event.step, Step::Declined | Step::Voided) => {
                own.desk.retain(|one| one.payment != event.id);
            }
            Event::DeskPaymentMoved(event) if event.step == Step::Capturing => {
                own.desk.iter_mut().filter(|one| one.payment == event.id).for_each(|one| one.asked = false);
            }
            Event::Refunded(Refunded { desk: Some(_), id, .. }) => {
                own.desk.iter_mut().filter(|one| one.payment == *id).for_each(|one| one.refunded = true);
            }
            Event::Paid(Paid { desk: Some(_), .. })
            | Event::DeskPaymentMoved(_)
            | Event::PaymentRepeated(_) => {}
        }
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        self.own.as_ref().map(|own| own.money.waits(&account(id))).unwrap_or_default()
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Reserved(said) => vec![(said.id, Wish::Confirm.into())],
            Language::ReservationRefused(ReservationRefused { id, desk: None, .. }) => {
                vec![(*id, Wish::Void.into())]
            }
            Language::ReservationRefused(ReservationRefused { id, seat_id, desk: Some(desk), .. }) => {
                vec![(*id, Command::Return { seat: *seat_id, desk: *desk })]
            }
            _ => Vec::new(),
        }
    }
}

/// The name of a reservation's payment at the provider.
pub fn account(reservation: Id) -> String {
    format!("seat.payment/{reservation}")
}

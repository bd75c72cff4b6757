//! The customer's page: one row an order, kept from public events alone (T9, T17, T30), whatever their order.

use crate::events::{Event, REQUESTED, RESERVATION_CANCELLED, Text, rank};
use kernel::prelude::*;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Mypage {
    pub order_id: Option<Id>,
    pub payment_id: Option<Id>,
    pub reservation_id: Option<Id>,
    pub name: Option<String>,
    pub status: Option<Text>,
    pub rank: u8,
    pub taxi_id: Option<Id>,
}

impl View for Mypage {
    const KIND: &'static str = "mypage";
    type Heard = Event;

    fn row(heard: &Event) -> Option<Id> {
        match heard {
            Event::Ordered(said) => Some(said.id),
            Event::PaymentApproved(said) => Some(said.order_id),
            Event::PaymentCanceled(said) => Some(said.order_id),
            Event::ReserveAccepted(said) => Some(said.order_id),
            Event::ReserveCanceled(said) => Some(said.order_id),
            Event::OrderCanceled(_)
            | Event::TaxiRegistered(_)
            | Event::StockChanged(_)
            | Event::TaxiOutOfStock(_) => None,
        }
    }

    fn project(&mut self, heard: &Event, _: &Meta) {
        self.order_id = Self::row(heard);
        match heard {
            Event::Ordered(said) => {
                self.name.clone_from(&said.name);
                self.reach(&said.status, false);
            }
            Event::PaymentApproved(said) => {
                self.payment_id = Some(said.id);
                self.reach(&said.status, false);
            }
            Event::PaymentCanceled(said) => {
                self.payment_id = Some(said.id);
                self.reach(&said.status, false);
            }
            Event::ReserveAccepted(said) => {
                self.reservation_id = Some(said.id);
                self.taxi_id = self.taxi_id.or(said.taxi_id);
                self.reach(&said.status, said.taxi_id.is_some());
            }
            Event::ReserveCanceled(said) => self.reach(&said.status, false),
            Event::OrderCanceled(_)
            | Event::TaxiRegistered(_)
            | Event::StockChanged(_)
            | Event::TaxiOutOfStock(_) => {}
        }
    }

    fn body(&self) -> Option<Body> {
        let number = |id: Option<Id>| id.map(|id| id.0);
        // A canceled reservation has no taxi, whichever of the two was heard first.
        let taxi = self.taxi_id.filter(|_| self.rank < rank(RESERVATION_CANCELLED, false));
        Some(
            Body::new()
                .with_id("orderId", self.order_id?)
                .with("paymentId", number(self.payment_id))
                .with("reservationId", number(self.reservation_id))
                .with("name", self.name.as_deref())
                .with("status", self.status.as_deref().unwrap_or(REQUESTED))
                .with("taxiId", number(taxi)),
        )
    }
}

impl Mypage {
    fn reach(&mut self, status: &Text, taxi: bool) {
        let rank = rank(status, taxi);
        if self.status.is_none() || rank > self.rank {
            (self.status, self.rank) = (Some(status.clone()), rank);
        }
    }
}

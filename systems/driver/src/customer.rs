//! The customer's view: one row a call, kept from public events alone (D7, D11, D19, D32), whatever their order. It still
//! shows a call that its customer has deleted.

use crate::case::{KAKAOTALK, Turn, telling};
use crate::events::{
    CALL_CANCELLED, CALLED, CALLING, CONFIRMED, Event, FINISHED, Person, Text, Wish, with_driver, with_wish,
};
use kernel::prelude::*;
use serde_json::json;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Customer {
    pub order_id: Option<Id>,
    pub wish: Option<Wish>,
    pub status: Option<Text>,
    pub driver: Option<Person>,
    /// When the driver was confirmed.
    #[serde(default)]
    pub confirmed_at: Option<Time>,
    /// When the call was first canceled.
    #[serde(default)]
    pub cancelled_at: Option<Time>,
    pub reason: Option<Text>,
    /// The reason is the call's own, which counts more than its assignment's.
    #[serde(default)]
    pub settled: bool,
    /// How far it is with what was told, or kept back.
    pub rank: u8,
    pub messages: Vec<Message>,
}

/// What the customer was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub time: Time,
    pub text: Text,
}

/// How far a call is with a status. Events of two services come in any order, so the higher rank counts.
fn rank(status: Option<&str>) -> u8 {
    match status {
        Some(CALLED) => 1,
        Some(CALLING) => 2,
        Some(CONFIRMED) => 3,
        Some(FINISHED) => 4,
        Some(CALL_CANCELLED) => 5,
        _ => 0,
    }
}

impl View for Customer {
    const KIND: &'static str = "customer";
    type Heard = Event;

    fn row(heard: &Event) -> Option<Id> {
        match heard {
            Event::Drivercalled(said) => Some(said.id),
            Event::DrivermanageAssigned(said) if said.status == CALLING => Some(said.id),
            Event::DriverassignCompleted(said) => Some(said.id),
            Event::DriverassignFinished(said) => Some(said.id),
            Event::DrivercallCancelled(said) => Some(said.id),
            Event::DriverassignCancelled(said) => Some(said.id),
            Event::DrivermanageAssigned(_) | Event::DrivermanageCancelled(_) => None,
        }
    }

    fn project(&mut self, heard: &Event, meta: &Meta) {
        self.order_id = Self::row(heard);
        match heard {
            Event::Drivercalled(said) => self.called(&said.wish, CALLED),
            Event::DrivermanageAssigned(said) => self.called(&said.wish, CALLING),
            Event::DriverassignCompleted(said) => {
                (self.driver, self.confirmed_at) = (Some(said.driver.clone()), Some(meta.time));
                self.called(&said.wish, CONFIRMED);
            }
            Event::DriverassignFinished(_) => self.reach(FINISHED),
            Event::DrivercallCancelled(said) => {
                self.cancelled(meta.time, None);
                (self.reason, self.settled) = (said.reason.clone(), true);
            }
            Event::DriverassignCancelled(said) => self.cancelled(meta.time, said.reason.as_ref()),
            Event::DrivermanageCancelled(_) => {}
        }
        if let Some((_, told)) = telling(heard) {
            self.tell(told.turn, meta.time);
        }
    }

    fn body(&self) -> Option<Body> {
        let shown =
            |told: &Message| json!({"time": told.time.rfc3339(), "channel": KAKAOTALK, "text": told.text});
        let messages: Vec<Value> = self.messages.iter().map(shown).collect();
        let status = self.status.as_deref()?;
        let body = with_wish(Body::new().with_id("orderId", self.order_id?), self.wish.as_ref()?);
        Some(
            with_driver(body.with("status", status), self.in_time())
                .with("confirmed", matches!(status, CONFIRMED | FINISHED))
                .with("reason", self.reason.as_deref())
                .with("messages", messages),
        )
    }
}

impl Customer {
    fn called(&mut self, wish: &Wish, status: &'static str) {
        self.wish.get_or_insert_with(|| wish.clone());
        self.reach(status);
    }

    fn cancelled(&mut self, time: Time, reason: Option<&Text>) {
        self.reach(CALL_CANCELLED);
        self.cancelled_at = Some(self.cancelled_at.map_or(time, |first| first.min(time)));
        if !self.settled {
            self.reason = reason.cloned();
        }
    }

    fn reach(&mut self, status: &'static str) {
        if rank(Some(status)) > rank(self.status.as_deref()) {
            self.status = Some(status.into());
        }
    }

    /// The driver, unless the call was over before one was confirmed. By the times at which both were said, not by the
    /// order in which they are heard, so that the row is the same in any.
    fn in_time(&self) -> Option<&Person> {
        let late = self.cancelled_at.is_some_and(|over| self.confirmed_at.is_some_and(|at| at >= over));
        self.driver.as_ref().filter(|_| !late)
    }

    /// The same rule as in the case, so that what is shown is what was told.
    fn tell(&mut self, turn: Turn, time: Time) {
        match turn {
            Turn::Hush(rank) if rank > self.rank => self.rank = rank,
            Turn::Say(rank, text) if rank > self.rank => {
                self.rank = rank;
                self.messages.push(Message { time, text });
            }
            Turn::Open | Turn::Hush(_) | Turn::Say(..) => {}
        }
    }
}

//! What is kept of a reservation, how events change it, and what it waits for.

use super::{Command, Event};
use crate::events::{CONFIRMED, RESERVATION_CANCELLED, RESERVATION_COMPLETE};
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reservation {
    /// What was ordered; none: not heard yet.
    pub noted: Option<Noted>,
    pub stage: Stage,
    /// The last attempt to get a taxi.
    #[serde(default)]
    pub attempt: u64,
    /// The last attempt is to be undone, and the taxi service does not know so yet.
    #[serde(default)]
    pub releasing: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Noted {
    pub name: Option<String>,
    pub order_type: String,
    pub until: Time,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Noted,
    Waiting,
    Confirmed,
    /// A taxi is asked for. `confirmed`: it was confirmed without one before.
    Asking {
        taxi: Id,
        until: Time,
        hold: Millis,
        confirmed: bool,
    },
    Assigned {
        taxi: Id,
    },
    /// `accepted`: people have seen it.
    Cancelled {
        accepted: bool,
    },
}

impl Stage {
    /// As people see it; nobody sees what was never accepted.
    pub(super) fn shown(self) -> Option<&'static str> {
        match self {
            Self::Noted | Self::Cancelled { accepted: false } => None,
            Self::Waiting | Self::Asking { confirmed: false, .. } => Some(RESERVATION_COMPLETE),
            Self::Confirmed | Self::Asking { confirmed: true, .. } | Self::Assigned { .. } => Some(CONFIRMED),
            Self::Cancelled { accepted: true } => Some(RESERVATION_CANCELLED),
        }
    }
}

impl Reservation {
    /// Nothing is heard yet.
    pub(super) fn unheard() -> Self {
        Self { noted: None, stage: Stage::Noted, attempt: 0, releasing: false }
    }

    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::OrderNoted(event) => {
                let (name, order_type) = (event.name.clone(), event.order_type.clone());
                self.noted = Some(Noted { name, order_type, until: event.until });
            }
            Event::TaxiAsked(event) => {
                let (taxi, until, hold) = (event.taxi_id, event.until, event.hold);
                let confirmed = self.stage == Stage::Confirmed;
                self.stage = Stage::Asking { taxi, until, hold, confirmed };
                // A new attempt says that all before it are over.
                (self.attempt, self.releasing) = (event.attempt, false);
            }
            Event::TaxiAskEnded(event) => {
                if let Stage::Asking { confirmed, .. } = self.stage {
                    self.stage = if confirmed { Stage::Confirmed } else { Stage::Waiting };
                }
                self.releasing = event.release;
            }
            Event::TaxiReleased(_) => self.releasing = false,
            Event::ReserveAccepted(event) => {
                self.stage = match event.taxi_id {
                    Some(taxi) => Stage::Assigned { taxi },
                    None if event.status == CONFIRMED => Stage::Confirmed,
                    None => Stage::Waiting,
                };
            }
            Event::ReserveCanceled(_) => {
                self.stage = Stage::Cancelled { accepted: self.stage.shown().is_some() };
            }
        }
    }

    fn attempt_fields(&self, id: Id) -> Body {
        Body::new().with_id("orderId", id).with("attempt", self.attempt)
    }

    pub(super) fn hold_call(&self, id: Id) -> Option<Call<Command>> {
        let Stage::Asking { taxi, until, hold, .. } = self.stage else { return None };
        let grade = self.noted.as_ref().map(|noted| noted.order_type.as_str());
        let fields = self.attempt_fields(id).with("orderType", grade);
        Some(Call {
            to: "taxi",
            step: "hold",
            attempt: self.attempt,
            mode: Mode::Refuse,
            request: Request::post(format!("/taxis/{taxi}/holds"), fields),
            hold,
            until: Some(until),
            answer: Command::Held,
        })
    }

    pub(super) fn release_call(&self, id: Id) -> Option<Call<Command>> {
        self.releasing.then(|| Call {
            to: "taxi",
            step: "release",
            attempt: self.attempt,
            mode: Mode::Forward,
            request: Request::post("/taxis/holds/release", self.attempt_fields(id)),
            // The manager has the answer already.
            hold: Millis(0),
            until: None,
            answer: |_| Command::Released,
        })
    }

    /// Until when somebody must act. Not while a taxi is asked for: that ends soon, and then it counts again.
    pub(super) fn deadline(&self) -> Option<Time> {
        match self.stage {
            Stage::Noted | Stage::Waiting | Stage::Confirmed => self.noted.as_ref().map(|noted| noted.until),
            Stage::Asking { .. } | Stage::Assigned { .. } | Stage::Cancelled { .. } => None,
        }
    }
}

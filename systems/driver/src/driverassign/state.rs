//! What is kept of an assignment, and how events change it.

use super::Event;
use crate::events::{
    ASSIGN_CANCELLED, ASSIGNED, Candidate, FINISHED, Person, Text, WAITING, Wish, with_driver, with_wish,
};
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Driverassign {
    /// None: cancelled before it was asked for.
    pub wish: Option<Wish>,
    pub stage: Stage,
    /// Who comes, or came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Driving>,
    /// Who was looked at last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// A driver with the number of `/drivers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Driving {
    pub no: Id,
    pub person: Person,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Nobody is free.
    Waiting {
        until: Time,
    },
    /// On the way, or driving.
    Assigned {
        until: Time,
    },
    Finished,
    Cancelled,
}

impl Stage {
    /// As people see it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Waiting { .. } => WAITING,
            Self::Assigned { .. } => ASSIGNED,
            Self::Finished => FINISHED,
            Self::Cancelled => ASSIGN_CANCELLED,
        }
    }
}

impl Driverassign {
    pub(super) fn after(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::DriverAwaited(event) => Some(Self {
                wish: Some(event.wish.clone()),
                stage: Stage::Waiting { until: event.until },
                driver: None,
                candidates: event.candidates.clone(),
                reason: None,
            }),
            Event::DriverassignCompleted(event) => Some(Self {
                wish: Some(event.wish.clone()),
                stage: Stage::Assigned { until: event.until },
                driver: Some(Driving { no: event.driver_no, person: event.driver.clone() }),
                candidates: event.candidates.clone(),
                reason: None,
            }),
            Event::DriverassignFinished(event) => {
                own.map(|own| Self { stage: Stage::Finished, reason: event.reason.clone(), ..own })
            }
            Event::DriverassignCancelled(event) => {
                let (stage, reason) = (Stage::Cancelled, event.reason.clone());
                Some(match own {
                    Some(own) => Self { stage, reason, ..own },
                    None => Self { wish: None, stage, driver: None, candidates: Vec::new(), reason },
                })
            }
            Event::DriverRegistered(_) | Event::DriverChanged(_) => own,
        }
    }

    pub(super) fn tel(&self) -> Option<String> {
        self.wish.as_ref().map(|wish| wish.tel.clone())
    }

    pub(super) fn shown(&self, id: Id) -> Option<Body> {
        let (no, person) = (self.driver.as_ref().map(|own| own.no.0), self.driver.as_ref());
        let looked_at: Vec<Value> = self.candidates.iter().map(candidate).collect();
        let body = with_wish(Body::new().with_id("orderId", id), self.wish.as_ref()?);
        Some(
            with_driver(body.with("status", self.stage.word()), person.map(|own| &own.person))
                .with("driverNo", no)
                .with("candidates", looked_at)
                .with("reason", self.reason.as_deref()),
        )
    }
}

fn candidate(one: &Candidate) -> Value {
    serde_json::json!({
        "driverNo": one.driver_no.0,
        "distanceM": one.distance_m,
        "passedOver": one.passed_over.as_deref(),
    })
}

//! What is kept of an order, and how events change it.

use super::Event;
use crate::events::{
    CALLING, FINISHED, ORDER_CANCELLED, ORDER_CONFIRMED, Person, Text, Wish, with_driver, with_wish,
};
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Drivermanage {
    /// None: over before its call was heard of.
    pub wish: Option<Wish>,
    /// Taken by the telephone desk.
    #[serde(default)]
    pub desk: bool,
    pub stage: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Person>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Its call is not heard of yet; nobody sees it.
    Noted {
        until: Time,
    },
    /// Never to be passed on; nobody sees it.
    Voided,
    Calling,
    Assigned,
    Finished,
    Cancelled,
}

impl Drivermanage {
    /// Nothing is heard yet.
    pub(super) fn unheard() -> Self {
        Self { wish: None, desk: false, stage: Stage::Voided, driver: None, reason: None }
    }

    pub(super) fn take(&mut self, event: &Event) {
        self.stage = match event {
            Event::OrderNoted(event) => {
                self.wish = Some(event.wish.clone());
                Stage::Noted { until: event.until }
            }
            Event::OrderVoided(_) => Stage::Voided,
            Event::DrivermanageAssigned(event) => {
                (self.wish, self.desk) = (Some(event.wish.clone()), event.desk);
                self.driver.clone_from(&event.driver);
                if event.driver.is_some() { Stage::Assigned } else { Stage::Calling }
            }
            Event::OrderFinished(_) => Stage::Finished,
            Event::DrivermanageCancelled(event) => {
                self.wish.clone_from(&event.wish);
                self.reason.clone_from(&event.reason);
                Stage::Cancelled
            }
        };
    }

    pub(super) fn shown(&self, id: Id) -> Option<Body> {
        let status = match self.stage {
            Stage::Noted { .. } | Stage::Voided => return None,
            Stage::Calling => CALLING,
            Stage::Assigned => ORDER_CONFIRMED,
            Stage::Finished => FINISHED,
            Stage::Cancelled => ORDER_CANCELLED,
        };
        let body = Body::new().with("orderId", id.to_string());
        let body = with_wish(body, self.wish.as_ref()?).with("status", status);
        Some(with_driver(body, self.driver.as_ref()).with("reason", self.reason.as_deref()))
    }
}

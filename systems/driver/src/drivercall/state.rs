//! What is kept of a call, how events change it, and what it waits for.

use super::{Command, Event};
use crate::events::{
    CALL_CANCELLED, CALLED, CALLING, CONFIRMED, CallRequested, FINISHED, Person, Text, Wish, with_driver,
    with_wish,
};
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Drivercall {
    pub wish: Wish,
    /// Nobody sees it before drivermanage has taken it.
    pub refuse: bool,
    /// How long a client is held.
    pub hold: Millis,
    pub stage: Stage,
    /// Who comes; kept when the trip is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<Person>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Nobody sees it yet.
    Requested {
        until: Time,
    },
    /// As if it had never been. `voiding`: drivermanage does not know so yet.
    Refused {
        voiding: bool,
    },
    /// Seen, and asked for until drivermanage takes it.
    Called {
        until: Time,
    },
    /// Drivermanage has taken it, and an assignment is asked for in a moment.
    Taken,
    Calling,
    Confirmed,
    Finished,
    /// By the system with a reason, else by the customer, who does not see it any more.
    Cancelled {
        reason: Option<Text>,
    },
}

impl Stage {
    /// As people see it.
    fn shown(&self) -> Option<&'static str> {
        match self {
            Self::Requested { .. } | Self::Refused { .. } | Self::Cancelled { reason: None } => None,
            Self::Called { .. } | Self::Taken => Some(CALLED),
            Self::Calling => Some(CALLING),
            Self::Confirmed => Some(CONFIRMED),
            Self::Finished => Some(FINISHED),
            Self::Cancelled { reason: Some(_) } => Some(CALL_CANCELLED),
        }
    }
}

impl Drivercall {
    pub(super) fn requested(event: &CallRequested) -> Self {
        let (wish, refuse, hold, until) = (event.wish.clone(), event.refuse, event.hold, event.until);
        Self { wish, refuse, hold, stage: Stage::Requested { until }, driver: None }
    }

    pub(super) fn take(&mut self, event: &Event) {
        self.stage = match event {
            Event::CallRequested(_) => return,
            // One that could be refused is public because drivermanage has taken it.
            Event::Drivercalled(_) if self.refuse => Stage::Taken,
            Event::Drivercalled(event) => Stage::Called { until: event.until },
            Event::CallRefused(event) => Stage::Refused { voiding: event.void },
            Event::CallVoided(_) => Stage::Refused { voiding: false },
            Event::CallTaken(_) => Stage::Taken,
            Event::CallPassedOn(_) => Stage::Calling,
            Event::CallConfirmed(event) => {
                self.driver = Some(event.driver.clone());
                Stage::Confirmed
            }
            Event::CallFinished(_) => Stage::Finished,
            Event::DrivercallCancelled(event) => Stage::Cancelled { reason: event.reason.clone() },
        };
    }

    /// The request to drivermanage (D14): what nobody waits for any more, or people see already, is told by the mode.
    pub(super) fn request_call(&self, id: Id) -> Option<Call<Command>> {
        let (mode, until) = match self.stage {
            Stage::Requested { until } => (Mode::Refuse, until),
            Stage::Called { until } => (Mode::Defer, until),
            Stage::Refused { .. }
            | Stage::Taken
            | Stage::Calling
            | Stage::Confirmed
            | Stage::Finished
            | Stage::Cancelled { .. } => return None,
        };
        let fields = Body::new().with("orderId", id.to_string()).with("status", CALLED);
        let request = Request::post("/drivermanages", with_wish(fields, &self.wish));
        let (to, step, attempt, hold, until) = ("drivermanage", "request", 1, self.hold, Some(until));
        Some(Call { to, step, attempt, mode, request, hold, until, answer: Command::Taken })
    }

    pub(super) fn void_call(&self, id: Id) -> Option<Call<Command>> {
        (self.stage == Stage::Refused { voiding: true }).then(|| Call {
            to: "drivermanage",
            step: "void",
            attempt: 1,
            mode: Mode::Forward,
            request: Request::post("/drivermanages/void", Body::new().with("orderId", id.to_string())),
            // The client has its answer already.
            hold: Millis(0),
            until: None,
            answer: |_| Command::Voided,
        })
    }

    pub(super) fn shown(&self) -> Option<Body> {
        let status = self.stage.shown()?;
        let reason = match &self.stage {
            Stage::Cancelled { reason } => reason.as_deref(),
            Stage::Requested { .. }
            | Stage::Refused { .. }
            | Stage::Called { .. }
            | Stage::Taken
            | Stage::Calling
            | Stage::Confirmed
            | Stage::Finished => None,
        };
        let body = with_wish(Body::new(), &self.wish).with("status", status);
        Some(with_driver(body, self.driver.as_ref()).with("reason", reason))
    }
}

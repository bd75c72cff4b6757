//! The assignment of a driver to a call (D3), kept under the number of the call: somebody comes, or the call waits in
//! line until somebody is free, until it is cancelled (D6), or for too long.

mod state;
mod turns;

use crate::events::{
    CALLING, DriverAwaited, DriverChanged, DriverRegistered, DriverassignCancelled, DriverassignCompleted,
    DriverassignFinished, Event as Language, FINISHED, NO_DRIVER, Text, UNREPORTED, Wish,
};
use kernel::prelude::*;
pub use state::{Driverassign, Stage};
pub(crate) use turns::{Free, serve};

#[derive(Clone, Debug)]
pub enum Command {
    /// A driver is wanted.
    Choose(Wish),
    /// Nobody is wanted any more.
    Release(Option<Text>),
    /// Whoever drives writes the status, which says that the trip is over.
    Change(Option<String>),
    /// Nobody became free in time, or nobody said that the trip is over.
    Expire,
}

messages! {
    pub enum Event of Language {
        inner { DriverAwaited, DriverRegistered, DriverChanged }
        public { DriverassignCompleted, DriverassignFinished, DriverassignCancelled }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such assignment.", "그런 배정이 없습니다.";
        NotAssigned = 409 "not-assigned":
            "No driver is assigned to this call yet. Wait until its status is \"대리기사할당됨\", and write the end of the trip then.",
            "아직 배정된 기사가 없습니다. 상태가 \"대리기사할당됨\"이 된 뒤에 운행 종료를 보내세요.";
        Over = 409 "already-over":
            "This assignment is canceled and its driver free, so no trip can end. For another trip, call again at /drivercalls.",
            "취소된 배정이고 기사는 이미 대기 상태라 종료할 운행이 없습니다. 새로 운행하려면 /drivercalls로 다시 호출하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "An assignment can only be set to \"운행종료\". To cancel it, cancel the call.",
            "배정 상태는 \"운행종료\"로만 바꿀 수 있습니다. 취소하려면 호출을 취소하세요.";
    }
}

impl Aggregate for Driverassign {
    const KIND: &'static str = "driverassign";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Change, Choose, Expire, Release};
        use Stage::{Assigned, Cancelled, Finished, Waiting};
        let Some(own) = own else {
            return match command {
                Choose(wish) => turns::choose(wish, cx),
                // The mark stays: an assignment that is asked for late is not made.
                Release(reason) => done([turns::nobody(cx.id, None, reason)]),
                Change(_) => refused(Rejection::NotFound),
                Expire => already(),
            };
        };
        match (own.stage, command) {
            (_, Change(_)) if own.body(cx.id).is_none() => refused(Rejection::NotFound),
            (_, Change(None)) => already(),
            (stage, Change(Some(status))) if status == stage.word() => already(),
            (Assigned { .. }, Change(Some(status))) if status == FINISHED => own.finish(None, cx),
            (Waiting { .. }, Change(Some(status))) if status == FINISHED => refused(Rejection::NotAssigned),
            (Cancelled, Change(Some(status))) if status == FINISHED => refused(Rejection::Over),
            (_, Change(Some(_))) => refused(Rejection::UnknownStatus),
            (Waiting { .. }, Release(reason)) => done([turns::nobody(cx.id, own.tel(), reason)]),
            (Waiting { .. }, Expire) => done([turns::nobody(cx.id, own.tel(), Some(NO_DRIVER.into()))]),
            (Assigned { .. }, Release(reason)) => own.release(reason, cx),
            (Assigned { .. }, Expire) => own.finish(Some(UNREPORTED.into()), cx),
            // Said twice, or too late.
            (Waiting { .. } | Assigned { .. } | Finished | Cancelled, Choose(_))
            | (Finished | Cancelled, Release(_) | Expire) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: DriverAwaited, DriverassignCompleted, DriverassignFinished, DriverassignCancelled; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        Self::after(own, event)
    }

    fn waits(&self, _: Id) -> Vec<Wait<Command>> {
        match self.stage {
            Stage::Waiting { until } | Stage::Assigned { until } => {
                vec![Wait::Timer { due: until, command: Command::Expire }]
            }
            Stage::Finished | Stage::Cancelled => Vec::new(),
        }
    }

    fn body(&self, id: Id) -> Option<Body> {
        self.shown(id)
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::DrivermanageAssigned(said) if said.status == CALLING => {
                vec![(said.id, Command::Choose(said.wish.clone()))]
            }
            Language::DrivermanageCancelled(said) => vec![(said.id, Command::Release(said.reason.clone()))],
            Language::DrivermanageAssigned(_)
            | Language::Drivercalled(_)
            | Language::DrivercallCancelled(_)
            | Language::DriverassignCompleted(_)
            | Language::DriverassignFinished(_)
            | Language::DriverassignCancelled(_) => Vec::new(),
        }
    }
}

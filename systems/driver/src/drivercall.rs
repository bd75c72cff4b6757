//! A call for a driver (D1): passed on to drivermanage at once (D8, D28), and over when the customer says so (D5), when
//! nobody can come, or when the trip is done.

mod answers;
mod state;

use crate::events::{
    CALLING, CallConfirmed, CallFinished, CallPassedOn, CallRefused, CallRequested, CallTaken, CallVoided,
    DrivercallCancelled, Drivercalled, Event as Language, NO_ANSWER, NO_DRIVER, Person, Text, Wish,
};
use answers::call;
use kernel::prelude::*;
pub use state::{Drivercall, Stage};

#[derive(Clone, Debug)]
pub enum Command {
    Call(Wish),
    /// Drivermanage's answer to the request.
    Taken(Answer),
    /// A customer writes these fields, which must be so already.
    Correct(Body),
    Cancel,
    /// Drivermanage asks for an assignment.
    PassedOn,
    /// This driver comes.
    Confirm(Person),
    /// The trip is over.
    Finish,
    /// Drivermanage wants nobody any more.
    Drop(Text),
    /// Nobody comes.
    End(Text),
    /// Drivermanage will do nothing for a call that was refused.
    Voided,
}

messages! {
    pub enum Event of Language {
        inner { CallRequested, CallRefused, CallVoided, CallTaken, CallPassedOn, CallConfirmed, CallFinished }
        public { Drivercalled, DrivercallCancelled }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such call.", "그런 호출이 없습니다.";
        ManageSilent = 503 "drivermanage-unavailable":
            "The dispatch desk does not answer. Nobody was called; call again in a moment.",
            "기사 배정 창구가 응답하지 않습니다. 호출되지 않았으니 잠시 후 다시 호출하세요.";
        Over = 409 "already-over":
            "The call is over already and cannot be canceled. Its status and reason say how it ended.",
            "이미 끝난 호출이라 취소할 수 없습니다. 상태와 사유를 확인하세요.";
        Fixed = 409 "already-called":
            "A call keeps what was asked for. To change it, delete it and call again.",
            "접수된 호출의 내용은 바꿀 수 없습니다. 바꾸려면 삭제하고 다시 호출하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "The status of a call is not yours to set. To cancel the call, delete it.",
            "호출 상태는 바꿀 수 없습니다. 취소하려면 호출을 삭제하세요.";
    }
}

impl Aggregate for Drivercall {
    const KIND: &'static str = "drivercall";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Call, Cancel, Confirm, Correct, Drop, End, Finish, PassedOn, Taken, Voided};
        use Stage::{Called, Calling, Cancelled, Confirmed, Finished, Refused, Requested};
        let id = cx.id;
        let Some(own) = own else {
            return match command {
                Call(wish) => call(wish, cx),
                Correct(_) | Cancel => refused(Rejection::NotFound),
                Taken(_) | PassedOn | Confirm(_) | Finish | Drop(_) | End(_) | Voided => already(),
            };
        };
        match (&own.stage, command) {
            (Requested { .. } | Refused { .. } | Cancelled { reason: None }, Correct(_) | Cancel) => {
                refused(Rejection::NotFound)
            }
            (_, Correct(fields)) => own.correct(id, fields),
            (Requested { .. } | Called { .. }, Taken(answer)) => own.taken(&answer, cx),
            (Called { .. } | Stage::Taken | Calling | Confirmed, Cancel) => done([own.cancelled(id, None)]),
            (Finished | Cancelled { reason: Some(_) }, Cancel) => refused(Rejection::Over),
            (Refused { voiding: true }, Voided) => done([CallVoided { id }]),
            (Called { .. } | Stage::Taken, PassedOn) => done([CallPassedOn { id }]),
            (Stage::Taken | Calling, Confirm(driver)) => done([CallConfirmed { id, driver }]),
            (Confirmed, Finish) => done([CallFinished { id }]),
            (Stage::Taken | Calling | Confirmed, Drop(reason) | End(reason))
            | (Called { .. }, Drop(reason)) => done([own.cancelled(id, Some(reason))]),
            // Before drivermanage has taken the call, what is said under its number is about an order of the desk.
            (Requested { .. }, PassedOn | Drop(_)) => already(),
            (Requested { .. } | Called { .. }, Confirm(_) | Finish | End(_)) => already(),
            // Said twice, too late, or about a call that is over.
            (_, Call(_) | Voided) => already(),
            (Refused { .. } | Finished | Cancelled { .. }, Taken(_) | PassedOn | Confirm(_)) => already(),
            (Refused { .. } | Finished | Cancelled { .. }, Finish | Drop(_) | End(_)) => already(),
            (Stage::Taken | Calling | Confirmed, Taken(_)) => already(),
            (Calling | Confirmed, PassedOn) | (Confirmed, Confirm(_)) => already(),
            (Stage::Taken | Calling, Finish) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: CallRequested, CallRefused, CallVoided, CallTaken, CallPassedOn, CallConfirmed, CallFinished,
                Drivercalled, DrivercallCancelled;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::CallRequested(event) => Some(Self::requested(event)),
            other => {
                let mut own = own?;
                own.take(other);
                Some(own)
            }
        }
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        let call = self.request_call(id).or_else(|| self.void_call(id));
        call.map(Wait::Call).into_iter().collect()
    }

    fn body(&self, _: Id) -> Option<Body> {
        self.shown()
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::DrivermanageAssigned(said) if said.status == CALLING && !said.desk => {
                vec![(said.id, Command::PassedOn)]
            }
            Language::DriverassignCompleted(said) => vec![(said.id, Command::Confirm(said.driver.clone()))],
            Language::DriverassignFinished(said) => vec![(said.id, Command::Finish)],
            Language::DriverassignCancelled(said) => {
                let reason = said.reason.clone().unwrap_or(NO_DRIVER.into());
                vec![(said.id, Command::End(reason))]
            }
            Language::DrivermanageCancelled(said) if !said.desk => {
                let reason = said.reason.clone().unwrap_or(NO_ANSWER.into());
                vec![(said.id, Command::Drop(reason))]
            }
            Language::DrivermanageAssigned(_)
            | Language::DrivermanageCancelled(_)
            | Language::Drivercalled(_)
            | Language::DrivercallCancelled(_) => Vec::new(),
        }
    }
}

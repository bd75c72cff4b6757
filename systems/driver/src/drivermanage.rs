//! The management's order of a driver (D13), kept under the number of its call: noted when asked for, passed on when its
//! call is heard of (D2), confirmed when a driver comes. The telephone desk orders without a call.

mod answers;
mod state;

use crate::events::{
    DESK, DrivermanageAssigned, DrivermanageCancelled, Event as Language, NO_ANSWER, OrderFinished,
    OrderNoted, OrderVoided, Person, Text, Wish,
};
use answers::{calling, cancelled, note, pass};
use kernel::prelude::*;
pub use state::{Drivermanage, Stage};

#[derive(Clone, Debug)]
pub enum Command {
    /// Drivercall asks.
    Note(Wish),
    /// The call is public. After `until` nobody waits for it any more.
    Pass {
        wish: Wish,
        until: Time,
    },
    /// A person at the telephone desk asks.
    Order(Wish),
    /// A person at the desk cancels.
    Withdraw,
    /// A person writes these fields, which must be so already.
    Correct(Body),
    /// The call is over.
    Cancel(Option<Text>),
    /// This driver comes.
    Confirm(Person),
    Finish,
    /// Nobody comes.
    End(Option<Text>),
    /// Drivercall has refused the call, or never spoke of it again.
    Void,
}

messages! {
    pub enum Event of Language {
        inner { OrderNoted, OrderVoided, OrderFinished }
        public { DrivermanageAssigned, DrivermanageCancelled }
    }
}

/// The telephone desk's own numbers begin here; calls are counted from 1 and never get so far.
pub const DESK_FROM: u64 = 1_000_000_000;

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such order.", "그런 배정 요청이 없습니다.";
        NumberOfACall = 409 "number-of-a-call" at "orderId":
            "Numbers below 1000000000 belong to calls of customers. Order under a number of the desk: 1000000000 or higher.",
            "1000000000보다 작은 번호는 고객 호출의 번호입니다. 1000000000 이상의 번호로 요청하세요.";
        Taken = 409 "order-taken" at "orderId":
            "This number belongs to another order. Use a number that is not in use.",
            "이미 사용 중인 번호입니다. 사용하지 않는 번호로 요청하세요.";
        Voided = 409 "order-voided":
            "This call was given up. Call again.", "포기된 호출입니다. 다시 호출하세요.";
        Over = 409 "already-over":
            "This order is over already, as its status says. For another driver, order under another number.",
            "이미 끝난 배정 요청입니다. 상태를 확인하고, 기사가 또 필요하면 다른 번호로 요청하세요.";
        Fixed = 409 "already-ordered":
            "An order keeps what was asked for. To change it, cancel it and order again.",
            "접수된 배정 요청은 바꿀 수 없습니다. 바꾸려면 취소하고 다시 요청하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "The status of an order can only be set to \"호출취소\", which cancels it. The end of a trip is written at /driverassigns.",
            "배정 요청의 상태는 취소를 뜻하는 \"호출취소\"로만 바꿀 수 있습니다. 운행 종료는 /driverassigns에 보내세요.";
    }
}

impl Aggregate for Drivermanage {
    const KIND: &'static str = "drivermanage";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Cancel, Confirm, Correct, End, Finish, Note, Order, Pass, Void, Withdraw};
        use Stage::{Assigned, Calling, Cancelled, Finished, Noted, Voided};
        let id = cx.id;
        if matches!(command, Order(_)) && id.0 < DESK_FROM {
            return refused(Rejection::NumberOfACall);
        }
        let Some(own) = own else {
            return match command {
                Note(wish) => done([note(wish, cx)]),
                Pass { wish, until } => pass(wish, until, cx),
                Order(wish) => done([calling(id, wish, true)]),
                Correct(_) | Withdraw => refused(Rejection::NotFound),
                Cancel(reason) => done([cancelled(id, None, reason, false)]),
                Void => done([OrderVoided { id }]),
                Confirm(_) | Finish | End(_) => already(),
            };
        };
        match (own.stage, command) {
            // What a person cannot see is not there.
            (_, Correct(_) | Withdraw) if own.body(id).is_none() => refused(Rejection::NotFound),
            (_, Correct(fields)) => own.correct(id, fields),
            // From before the desk had numbers of its own: whoever calls under such a one is told to call again.
            (_, Note(_)) if own.desk => refused(Rejection::Taken),
            (_, Pass { .. } | Cancel(_)) if own.desk => already(),
            (Calling | Assigned, Order(wish)) if own.ordered(&wish) => already(),
            (Finished | Cancelled, Order(wish)) if own.ordered(&wish) => refused(Rejection::Over),
            (_, Order(_)) => refused(Rejection::Taken),
            (Noted { .. }, Pass { wish, until }) => pass(wish, until, cx),
            (Noted { .. }, Void) => done([OrderVoided { id }]),
            // Nobody will come: a late request is answered, and its call ends if it has not ended yet.
            (Voided | Cancelled, Note(_)) => refused(Rejection::Voided),
            (Voided, Pass { wish, .. }) => done([cancelled(id, Some(wish), Some(NO_ANSWER.into()), false)]),
            (Noted { .. } | Voided | Calling | Assigned, Cancel(reason)) => done([own.cancelled(id, reason)]),
            (Calling | Assigned, Withdraw) => done([own.cancelled(id, Some(DESK.into()))]),
            (Calling | Assigned, End(reason)) => done([own.cancelled(id, reason)]),
            (Finished, Withdraw) => refused(Rejection::Over),
            (Calling, Confirm(driver)) => own.confirmed(id, driver),
            (Calling | Assigned, Finish) => done([OrderFinished { id }]),
            // Said twice, too late, or never meant for it.
            (Noted { .. } | Calling | Assigned | Finished, Note(_))
            | (Calling | Assigned | Finished | Cancelled, Pass { .. } | Void)
            | (Voided, Void)
            | (Finished | Cancelled, Cancel(_) | End(_) | Finish)
            | (Noted { .. } | Voided | Cancelled, Withdraw)
            | (Noted { .. } | Voided, End(_) | Finish)
            | (Noted { .. } | Voided | Assigned | Finished | Cancelled, Confirm(_)) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: OrderNoted, OrderVoided, OrderFinished, DrivermanageAssigned, DrivermanageCancelled;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_else(Self::unheard);
        own.take(event);
        Some(own)
    }

    fn waits(&self, _: Id) -> Vec<Wait<Command>> {
        match self.stage {
            Stage::Noted { until } => vec![Wait::Timer { due: until, command: Command::Void }],
            Stage::Voided | Stage::Calling | Stage::Assigned | Stage::Finished | Stage::Cancelled => {
                Vec::new()
            }
        }
    }

    fn body(&self, id: Id) -> Option<Body> {
        self.shown(id)
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Drivercalled(said) => {
                vec![(said.id, Command::Pass { wish: said.wish.clone(), until: said.until })]
            }
            Language::DrivercallCancelled(said) => vec![(said.id, Command::Cancel(said.reason.clone()))],
            Language::DriverassignCompleted(said) => vec![(said.id, Command::Confirm(said.driver.clone()))],
            Language::DriverassignFinished(said) => vec![(said.id, Command::Finish)],
            Language::DriverassignCancelled(said) => vec![(said.id, Command::End(said.reason.clone()))],
            Language::DrivermanageAssigned(_) | Language::DrivermanageCancelled(_) => Vec::new(),
        }
    }
}

//! A reservation: the manager confirms it (T4) and assigns a taxi (T12), now or later. Kept under the number of its
//! order; a mark stays when the order was canceled first, so that a late approval makes nothing.

mod manager;
mod state;

use crate::events::{
    Event as Language, OrderNoted, RESERVATION_COMPLETE, ReserveAccepted, ReserveCanceled, TaxiAskEnded,
    TaxiAsked, TaxiReleased,
};
use kernel::prelude::*;
use manager::{accepted, canceled, note};
pub use state::{Noted, Reservation, Stage};

#[derive(Clone, Debug)]
pub enum Command {
    /// An order is placed: whom it is for, until when somebody must act.
    Note {
        name: Option<String>,
        order_type: String,
    },
    /// Its money is taken: the request goes to the manager (T3).
    Request,
    /// The manager confirms, perhaps with a taxi.
    Confirm {
        taxi: Option<Id>,
    },
    /// The manager writes fields of a reservation that must be there.
    Change {
        status: Option<String>,
        taxi: Option<Id>,
    },
    /// The taxi service's answer to this attempt.
    Held(Answer),
    /// The taxi service knows that the last attempt is over.
    Released,
    Cancel,
    /// The taxi that was promised is somebody else's.
    Lose {
        taxi: Id,
    },
    /// Nobody acted in time.
    Expire,
}

messages! {
    pub enum Event of Language {
        inner { OrderNoted, TaxiAsked, TaxiAskEnded, TaxiReleased }
        public { ReserveAccepted, ReserveCanceled }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such reservation.", "그런 예약이 없습니다.";
        NotRequested = 409 "not-requested" after 1:
            "No paid order asks for this yet. If the order was just placed, try again in a moment.",
            "아직 결제된 예약 요청이 없습니다. 방금 주문했다면 잠시 후 다시 시도하세요.";
        UnderWay = 409 "under-way" after 1:
            "A taxi is being asked for. Wait for the answer, then try again.",
            "택시를 배정하는 중입니다. 응답을 기다린 뒤 다시 시도하세요.";
        Cancelled = 409 "cancelled":
            "The reservation is canceled. Nothing can be confirmed any more.",
            "취소된 예약이므로 확정할 수 없습니다.";
        AlreadyAssigned = 409 "already-assigned" at "taxiId":
            "The reservation has another taxi already. To change it, the order is canceled and made again.",
            "이미 다른 택시가 배정된 예약입니다. 바꾸려면 주문을 취소하고 다시 주문하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "A reservation can only be set to \"confirmed\". To cancel it, cancel the order.",
            "예약 상태는 \"confirmed\"로만 바꿀 수 있습니다. 취소하려면 주문을 취소하세요.";
        OutOfTaxis = 409 "out-of-taxis" at "taxiId":
            "This taxi has none left. Nothing was confirmed; name another taxi.",
            "남은 택시가 없습니다. 확정되지 않았으니 다른 택시를 지정하세요.";
        WrongGrade = 409 "wrong-grade" at "taxiId":
            "This taxi is of another grade than was ordered. Name a taxi of the ordered grade.",
            "주문한 등급과 다른 택시입니다. 주문한 등급의 택시를 지정하세요.";
        UnknownTaxi = 409 "unknown-taxi" at "taxiId":
            "There is no such taxi. Name one of the registered taxis.",
            "그런 택시가 없습니다. 등록된 택시를 지정하세요.";
        TaxiSilent = 503 "taxi-unavailable":
            "The taxi service does not answer. Nothing was confirmed; try again in a moment.",
            "택시 서비스가 응답하지 않습니다. 확정되지 않았으니 잠시 후 다시 시도하세요.";
    }
}

impl Aggregate for Reservation {
    const KIND: &'static str = "reservation";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Cancel, Change, Confirm, Expire, Held, Lose, Note, Released, Request};
        use Stage::{Asking, Assigned, Cancelled, Confirmed, Noted, Waiting};
        let id = cx.id;
        let Some(own) = own else {
            return match command {
                Note { name, order_type } => done([note(name, order_type, cx)]),
                Request => done([accepted(id, RESERVATION_COMPLETE, None)]),
                Confirm { .. } => refused(Rejection::NotRequested),
                Change { .. } => refused(Rejection::NotFound),
                Cancel => done([canceled(id, None, None)]),
                Held(_) | Released | Lose { .. } | Expire => already(),
            };
        };
        match (own.stage, command) {
            (_, Change { status, taxi }) => own.change(status.as_deref(), taxi, cx),
            (Cancelled { .. }, Note { .. }) => already(),
            (_, Note { .. }) if own.noted.is_some() => already(),
            (_, Note { name, order_type }) => done([note(name, order_type, cx)]),
            (Noted, Request) => done([accepted(id, RESERVATION_COMPLETE, None)]),
            (_, Confirm { taxi }) => own.confirm(taxi, cx),
            (Asking { taxi, .. }, Held(answer)) => own.held(id, taxi, &answer),
            (_, Released) if own.releasing => done([TaxiReleased { order_id: id, attempt: own.attempt }]),
            (Noted | Waiting | Confirmed, Cancel) => done([canceled(id, None, None)]),
            (Assigned { taxi }, Cancel) => done([canceled(id, Some(taxi), None)]),
            // The manager who waits is told; the taxi hears it and gives back, or never takes.
            (Asking { taxi, .. }, Cancel) => done_but([canceled(id, Some(taxi), None)], Rejection::Cancelled),
            (Assigned { taxi: own }, Lose { taxi }) if taxi == own => {
                done([canceled(id, Some(taxi), Some("TAXI_LOST"))])
            }
            (Noted | Waiting, Expire) => done([canceled(id, None, Some("UNCONFIRMED"))]),
            (Confirmed, Expire) => done([canceled(id, None, Some("NO_TAXI"))]),
            // Said twice, too late, or about an attempt that is over.
            (Waiting | Confirmed | Asking { .. } | Assigned { .. } | Cancelled { .. }, Request)
            | (Cancelled { .. }, Cancel)
            | (Asking { .. } | Assigned { .. } | Cancelled { .. }, Expire)
            | (_, Held(_) | Released | Lose { .. }) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            order_id: OrderNoted, TaxiAsked, TaxiAskEnded, TaxiReleased, ReserveAccepted, ReserveCanceled;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_else(Self::unheard);
        own.take(event);
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        let hold = self.hold_call(id).map(Wait::Call);
        let release = self.release_call(id).map(Wait::Call);
        let timer = self.deadline().map(|due| Wait::Timer { due, command: Command::Expire });
        hold.into_iter().chain(release).chain(timer).collect()
    }

    fn body(&self, id: Id) -> Option<Body> {
        let noted = self.noted.as_ref();
        let taxi = if let Stage::Assigned { taxi } = self.stage { Some(taxi.0) } else { None };
        Some(
            Body::new()
                .with_id("orderId", id)
                .with("status", self.stage.shown()?)
                .with("taxiId", taxi)
                .with("name", noted.and_then(|noted| noted.name.as_deref()))
                .with("orderType", noted.map(|noted| noted.order_type.as_str())),
        )
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Ordered(said) => {
                let (name, order_type) = (said.name.clone(), said.order_type.clone());
                vec![(said.id, Command::Note { name, order_type })]
            }
            Language::PaymentApproved(said) => vec![(said.order_id, Command::Request)],
            Language::OrderCanceled(said) => vec![(said.id, Command::Cancel)],
            Language::TaxiOutOfStock(said) if said.reason.is_some() => {
                vec![(said.order_id, Command::Lose { taxi: said.id })]
            }
            _ => Vec::new(),
        }
    }
}

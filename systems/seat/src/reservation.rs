//! A reservation: placed when its money is authorized (S7), confirmed when its seat is taken (S4), refused with its money
//! back when it is not (S5), over when its member leaves (S6).

mod answers;

use crate::events::{
    Booking, Event as Language, Exited, FREED, LEFT_EARLY, PAYMENT_GONE, ReservationConfirmed,
    ReservationDropped, ReservationFreed, ReservationRefunded, ReservationRefused, ReservationRequested,
    ReservationVoided, Reserved, Text, UNCHECKED,
};
use answers::place;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Place {
        booking: Booking,
        card: Option<Card>,
    },
    /// Payment's answer to the authorization.
    Paid(Answer),
    /// Payment remembers that the money must go back.
    Voided,
    /// A member writes these fields, which must be so already; a card as it is kept.
    Correct {
        fields: Body,
        card: Option<Card>,
    },
    /// The member leaves.
    Exit,
    /// The seat is taken.
    Confirm,
    /// The seat is somebody else's.
    Refuse(Text),
    /// The money is back.
    Refund,
    /// The administrator has freed the seat.
    Free,
    /// Nobody checked the seat in time.
    Expire,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reservation {
    pub booking: Booking,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    pub stage: Stage,
    /// The member has left, so nobody sees it any more. What becomes of seat and money goes on.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub exited: bool,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub refunded: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Requested {
        until: Time,
        hold: Millis,
        check_until: Time,
    },
    /// As if it had never been. `voiding`: payment does not know so yet.
    Dropped {
        voiding: bool,
    },
    /// The seat is not checked yet. `until`: then it is refused.
    Pending {
        until: Time,
    },
    Confirmed,
    Refused,
    /// The administrator has freed the seat.
    Freed,
}

messages! {
    pub enum Event of Language {
        inner {
            ReservationRequested, ReservationDropped, ReservationVoided, ReservationConfirmed,
            ReservationRefunded, ReservationFreed,
        }
        public { Reserved, ReservationRefused, Exited }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such reservation. Look for it in /mypages.", "그런 예약이 없습니다. /mypages에서 찾아보세요.";
        CardDeclined = 402 "card-declined":
            "The card was declined. Nothing was reserved or charged; reserve again with another card.",
            "카드가 거절되었습니다. 예약도 결제도 되지 않았으니 다른 카드로 다시 예약하세요.";
        PaymentSilent = 503 "payment-unavailable":
            "Payment does not answer. Nothing was reserved or charged; try again in a moment.",
            "결제가 응답하지 않습니다. 예약도 결제도 되지 않았으니 잠시 후 다시 시도하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "The status of a reservation is not yours to set. To leave the seat, delete the reservation.",
            "예약 상태는 바꿀 수 없습니다. 퇴실하려면 예약을 삭제하세요.";
        Fixed = 409 "already-reserved":
            "A reservation keeps what was reserved. To change it, delete it and reserve again.",
            "예약한 내용은 바꿀 수 없습니다. 바꾸려면 예약을 삭제하고 다시 예약하세요.";
    }
}

impl Aggregate for Reservation {
    const KIND: &'static str = "reservation";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Confirm, Correct, Exit, Expire, Free, Paid, Place, Refund, Refuse, Voided};
        use Stage::{Confirmed, Dropped, Freed, Pending, Refused, Requested};
        let id = cx.id;
        let Some(own) = own else {
            return match command {
                Place { booking, card } => place(booking, card, cx),
                Correct { .. } | Exit => refused(Rejection::NotFound),
                Paid(_) | Voided | Confirm | Refuse(_) | Refund | Free | Expire => already(),
            };
        };
        match (own.stage, command) {
            (Requested { .. }, Paid(answer)) => own.paid(id, &answer),
            (Dropped { voiding: true }, Voided) => done([ReservationVoided { id }]),
            (Requested { .. } | Dropped { .. }, Correct { .. } | Exit) => refused(Rejection::NotFound),
            (Pending { .. } | Confirmed | Refused | Freed, Correct { .. } | Exit) if own.exited => {
                refused(Rejection::NotFound)
            }
            (Pending { .. } | Confirmed | Refused | Freed, Correct { fields, card }) => {
                own.correct(id, &fields, card.as_ref())
            }
            (Pending { .. } | Confirmed | Refused | Freed, Exit) => done([own.left(id)]),
            // Whoever leaves before it is confirmed pays nothing, whichever of the two was heard first.
            (Pending { .. }, Confirm) if own.exited => done([own.refuse(id, LEFT_EARLY.into())]),
            (Pending { .. }, Confirm) => done([ReservationConfirmed { id }]),
            (Pending { .. }, Refuse(reason)) => done([own.refuse(id, reason)]),
            (Pending { .. }, Expire) => done([own.refuse(id, UNCHECKED.into())]),
            (Pending { .. }, Refund) => {
                done([own.refuse(id, PAYMENT_GONE.into()), ReservationRefunded { id }.into()])
            }
            (Refused, Refund) if !own.refunded => done([ReservationRefunded { id }]),
            (Pending { .. } | Confirmed, Free) => done([ReservationFreed { id }]),
            // Said twice, or too late: it is placed once, answered once, its seat decided once.
            (_, Place { .. } | Paid(_) | Voided)
            | (Requested { .. } | Dropped { .. }, Confirm | Refuse(_) | Expire | Refund | Free)
            | (Confirmed | Refused | Freed, Confirm | Refuse(_) | Expire | Refund)
            | (Refused | Freed, Free) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            // The seat of a payment by hand is none of the reservation's (`desk.rs`).
            Event::ReservationRefused(event) => event.desk.is_none().then_some(event.id),
            _ => number_in!(event, Event {
                id: ReservationRequested, ReservationDropped, ReservationVoided, ReservationConfirmed,
                    ReservationRefunded, ReservationFreed, Reserved, Exited; ..
            }),
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        if let Event::ReservationRequested(event) = event {
            return Some(Self::requested(event));
        }
        let mut own = own?;
        own.take(event);
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        match self.stage {
            Stage::Requested { until, hold, .. } => vec![self.authorize(id, until, hold)],
            Stage::Dropped { voiding: true } => vec![Self::void(id)],
            Stage::Pending { until } => vec![Wait::Timer { due: until, command: Command::Expire }],
            Stage::Dropped { voiding: false } | Stage::Confirmed | Stage::Refused | Stage::Freed => vec![],
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        self.record()
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Checked(said) if said.desk.is_none() => vec![(said.reserve_id, Command::Confirm)],
            Language::SeatRefused(said) if said.desk.is_none() => {
                vec![(said.reserve_id, Command::Refuse(said.reason.clone()))]
            }
            Language::Refunded(said) if said.desk.is_none() => vec![(said.reserve_id, Command::Refund)],
            Language::Reclaimed(said) if said.desk.is_none() && said.reason.as_deref() == Some(FREED) => {
                vec![(said.exited_reserve_id, Command::Free)]
            }
            _ => vec![],
        }
    }
}

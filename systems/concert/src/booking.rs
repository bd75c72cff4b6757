//! A booking: its payment is requested at once or a little later (C10, C12), it is approved when it is paid (C5), and
//! over when its user wants so, nobody pays in time, or there are no tickets for it.

mod state;

use crate::events::{
    BY_PAYMENT, BY_USER, BookingApproved, BookingCanceled, BookingOpened, BookingRemoved, BookingRequested,
    EXPIRED, Event as Language, OfferNoted, PaymentOpened, Text,
};
use kernel::prelude::*;
pub use state::{Booking, Stage};

#[derive(Clone, Debug)]
pub enum Command {
    Book {
        concert: Id,
        user: Id,
        qty: i64,
    },
    /// Payment's answer to the request.
    Asked(Answer),
    /// It is paid.
    Approve,
    /// Its user writes these fields, which must be so already.
    Correct(Body),
    /// Its user does not want it any more.
    Cancel,
    /// There are no tickets for it, or its money went back.
    End(Text),
    /// Nobody paid.
    Expire,
}

messages! {
    pub enum Event of Language {
        inner { BookingOpened, PaymentOpened, BookingRemoved, OfferNoted }
        public { BookingRequested, BookingApproved, BookingCanceled }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such booking, or it was canceled. See /bookingHistories for your bookings.",
            "그런 예약이 없거나 이미 취소되었습니다. 예약은 /bookingHistories에서 확인하세요.";
        NotOnSale = 409 "not-on-sale" at "concertId":
            "This concert is not on sale any more. Choose another.",
            "더 이상 판매하지 않는 콘서트입니다. 다른 콘서트를 선택하세요.";
        SoldOut = 409 "sold-out" at "qty":
            "There are not so many tickets left. Book fewer, or try again when somebody has canceled.",
            "남은 티켓이 부족합니다. 수량을 줄이거나 취소 표가 나오면 다시 예약하세요.";
        TicketLimit = 409 "ticket-limit" at "qty":
            "That is more tickets of this concert than one user may hold. Book fewer, or cancel another booking.",
            "한 사람이 예약할 수 있는 수량을 넘었습니다. 수량을 줄이거나 다른 예약을 취소하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "The status of a booking is not yours to set. To cancel, delete the booking.",
            "예약 상태는 바꿀 수 없습니다. 취소하려면 예약을 삭제하세요.";
        Fixed = 409 "not-changeable":
            "A booking stays as it was made. Cancel it and book again.",
            "예약 내용은 바꿀 수 없습니다. 취소하고 다시 예약하세요.";
    }
}

impl Aggregate for Booking {
    const KIND: &'static str = "booking";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Approve, Asked, Book, Cancel, Correct, End, Expire};
        use Stage::{Approved, Asking, Canceled, Open};
        let id = cx.id;
        let Some(own) = own else {
            return match command {
                Book { concert, user, qty } => state::book(concert, user, qty, cx),
                Correct(_) | Cancel => refused(Rejection::NotFound),
                Asked(_) | Approve | End(_) | Expire => already(),
            };
        };
        match (own.stage, command) {
            // Whatever it answers, payment has it; should it be canceled there, that is said.
            (Asking { .. }, Asked(Answer::Done(_) | Answer::Refused { .. })) => done([PaymentOpened { id }]),
            // Asked until the booking had to be paid.
            (Asking { .. }, Asked(Answer::GivenUp)) => done([own.canceled(id, EXPIRED)]),
            (Asking { .. } | Open, Approve) => done([own.approved(id)]),
            (Asking { .. } | Open | Approved, Cancel) => done([own.canceled(id, BY_USER)]),
            (Asking { .. } | Open | Approved, End(reason)) => done([own.canceled(id, reason)]),
            (Open, Expire) => done([own.canceled(id, EXPIRED)]),
            (Canceled { .. }, Cancel) if own.is_seen() => done([BookingRemoved { id }]),
            (Canceled { .. }, Cancel | Correct(_)) if !own.is_seen() => refused(Rejection::NotFound),
            (Asking { .. } | Open | Approved | Canceled { .. }, Correct(fields)) => {
                match own.body(id).unwrap_or_default().differs(&fields) {
                    None => already(),
                    Some("status") => refused(Rejection::UnknownStatus),
                    Some(_) => refused(Rejection::Fixed),
                }
            }
            // Said twice, or too late.
            (_, Book { .. })
            | (Open | Approved | Canceled { .. }, Asked(_))
            | (Approved | Canceled { .. }, Approve | Expire)
            | (Asking { .. }, Expire)
            | (Canceled { .. }, Cancel | End(_)) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: BookingOpened, PaymentOpened, BookingRemoved, BookingRequested, BookingApproved,
                BookingCanceled; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match (own, event) {
            (_, Event::BookingOpened(event)) => Some(Self::opened(event)),
            (Some(own), Event::PaymentOpened(_)) => Some(Self { stage: Stage::Open, ..own }),
            (Some(own), Event::BookingApproved(_)) => Some(Self { stage: Stage::Approved, ..own }),
            (Some(own), Event::BookingCanceled(event)) => Some(own.ended(&event.reason)),
            (Some(own), Event::BookingRemoved(_)) => Some(Self { removed: true, ..own }),
            (own, Event::BookingRequested(_) | Event::OfferNoted(_))
            | (
                own @ None,
                Event::PaymentOpened(_)
                | Event::BookingApproved(_)
                | Event::BookingCanceled(_)
                | Event::BookingRemoved(_),
            ) => own,
        }
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        match self.stage {
            Stage::Asking { hold } => vec![Wait::Call(self.request(id, hold))],
            Stage::Open => vec![Wait::Timer { due: self.until, command: Command::Expire }],
            Stage::Approved | Stage::Canceled { .. } => Vec::new(),
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        self.is_seen().then(|| self.shown())
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::PaymentApproved(said) => vec![(said.booking_id, Command::Approve)],
            Language::TicketRejected(said) => vec![(said.booking_id, Command::End(said.reason.clone()))],
            Language::PaymentCanceled(said) => vec![(said.booking_id, Command::End(BY_PAYMENT.into()))],
            _ => Vec::new(),
        }
    }
}

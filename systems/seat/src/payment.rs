//! The payments as people see them, each with a number of its own: one row for the money of a reservation (kept in
//! `bill.rs`), and one for each payment by hand, which keeps its money here. A row is hidden until its money is sure, and
//! never changes by hand.

mod by_hand;

use crate::events::{
    Booking, Desk, DeskPaymentMoved, DeskPaymentRequested, Event as Language, Paid, PaymentMoved,
    PaymentRepeated, PaymentRequested, REFUNDED, Refunded, Text,
};
pub use by_hand::account;
use by_hand::pay;
use kernel::payment::{self, No, Step, Wish};
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// Somebody pays by hand.
    Pay { reservation: Id, booking: Booking, card: Option<Card> },
    /// About the money of a payment by hand.
    Wish(Wish),
    /// Somebody writes fields of a row: allowed if they are so already.
    Correct(Body),
}

impl From<Wish> for Command {
    fn from(wish: Wish) -> Self {
        Self::Wish(wish)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payment {
    pub reservation: Id,
    /// None: it was voided before payment heard what it was for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<Booking>,
    pub amount: Money,
    /// None: hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Text>,
    /// The money of a payment by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub till: Option<Till>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Till {
    pub money: payment::Payment,
    pub desk: Desk,
    /// Until then the person who pays is held, and told no afterwards.
    pub until: Time,
    pub hold: Millis,
}

messages! {
    pub enum Event of Language {
        inner {
            PaymentRequested, PaymentMoved, DeskPaymentRequested, DeskPaymentMoved, PaymentRepeated,
        }
        public { Paid, Refunded }
    }
}

rejections! {
    pub enum Rejection {
        CardDeclined = 402 "card-declined":
            "The card was declined. Nothing was charged; pay with another card.",
            "카드가 거절되었습니다. 결제된 금액은 없으니 다른 카드로 결제하세요.";
        Voided = 409 "voided":
            "The payment was voided. Nothing is charged any more; reserve again.",
            "무효가 된 결제입니다. 청구되는 금액은 없으니 다시 예약하세요.";
        ProviderSilent = 503 "payment-unavailable":
            "The payment provider does not answer. Nothing was charged; try again in a moment.",
            "결제 대행사가 응답하지 않습니다. 결제되지 않았으니 잠시 후 다시 시도하세요.";
        UnderWay = 409 "under-way" after 1:
            "This seat is being paid under this number right now. Wait for that answer; if it is a no, pay again.",
            "이 예약 번호로 이 좌석을 결제하는 중입니다. 그 결과를 기다렸다가 결제되지 않았으면 다시 결제하세요.";
        TooManySeats = 409 "too-many-seats" at "reserveId":
            "Too many seats are paid by hand under this number. Use the number of another reservation.",
            "한 예약 번호로 직접 결제할 수 있는 좌석 수를 넘었습니다. 다른 예약 번호를 쓰세요.";
        Fixed = 409 "not-changeable":
            "A payment is what the provider did and stays so. It goes back when the reservation is refused.",
            "결제 내역은 바꿀 수 없습니다. 예약이 거절되면 환불됩니다.";
        NotFound = 404 "not-found":
            "There is no such payment. See /payments for what was paid, and /mypages for each reservation's result.",
            "그런 결제가 없습니다. 결제 내역은 /payments, 예약 결과는 /mypages에서 확인하세요.";
    }
}

impl From<No> for Rejection {
    fn from(no: No) -> Self {
        match no {
            No::Declined => Self::CardDeclined,
            No::Voided => Self::Voided,
        }
    }
}

impl Aggregate for Payment {
    const KIND: &'static str = "payment";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Pay { reservation, booking, card }) => pay(reservation, booking, card, cx),
            // Said twice: the row is there.
            (Some(_), Command::Pay { .. }) | (None, Command::Wish(_)) => already(),
            (None, Command::Correct(_)) => refused(Rejection::NotFound),
            (Some(own), Command::Wish(wish)) => own.settle(cx.id, wish, cx),
            (Some(own), Command::Correct(fields)) => match own.body(cx.id) {
                None => refused(Rejection::NotFound),
                Some(row) if row.differs(&fields).is_some() => refused(Rejection::Fixed),
                Some(_) => already(),
            },
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: DeskPaymentRequested, DeskPaymentMoved, PaymentRepeated, Paid, Refunded; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match (own, event) {
            (_, Event::DeskPaymentRequested(event)) => Some(Self::at_the_desk(event)),
            (_, Event::PaymentRepeated(event)) => {
                let (booking, status) = (Some(event.booking.clone()), Some(event.status.clone()));
                Some(Self { reservation: event.reserve_id, booking, amount: Money(0), status, till: None })
            }
            (Some(mut own), Event::DeskPaymentMoved(event)) => {
                own.take(event.step);
                Some(own)
            }
            (Some(mut own), Event::Paid(_)) => {
                own.take(Step::Captured);
                Some(own)
            }
            (None, Event::Paid(event)) => Some(Self::of_reservation(event)),
            (Some(mut own), Event::Refunded(_)) => {
                own.take(Step::Returned { said: true });
                own.status = Some(REFUNDED.into());
                Some(own)
            }
            (None, Event::Refunded(event)) => Some(Self::untaken(event)),
            (None, Event::DeskPaymentMoved(_)) => None,
            (own, Event::PaymentRequested(_) | Event::PaymentMoved(_)) => own,
        }
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        self.till.as_ref().map(|till| till.waits(id)).unwrap_or_default()
    }

    fn body(&self, _: Id) -> Option<Body> {
        let status = self.status.as_deref()?;
        let booking = self.booking.as_ref();
        let text = |of: fn(&Booking) -> &Option<String>| booking.and_then(|one| of(one).as_deref());
        Some(
            Body::new()
                .with_id("reserveId", self.reservation)
                .with("seatId", booking.map(|booking| booking.seat_id.0))
                .with("name", text(|booking| &booking.name))
                .with("reserveDate", text(|booking| &booking.reserve_date))
                .with("exitDate", text(|booking| &booking.exit_date))
                .with("payType", text(|booking| &booking.pay_type))
                .with("amount", self.amount.0)
                .with("status", status)
                .with("desk", self.till.as_ref().map(|till| till.desk.shown())),
        )
    }
}

//! The payment of a booking, under its number: requested by booking, paid by its user (C4), given back when the booking
//! is over (C7). Each try to pay has an account of its own at the provider, since a declined or silent one is final;
//! a try that came to nothing goes on in `leftover.rs`.

mod state;

use crate::events::{
    Event as Language, LeftoverMoved, PaymentApproved, PaymentCanceled, PaymentCharging, PaymentMoved,
    PaymentNoted, PaymentRequested, TryLeft,
};
use kernel::payment::{No, Operation, Wish};
use kernel::prelude::*;
pub use state::{Payment, Stage, account};
use state::{approved, canceled, requested};

#[derive(Clone, Debug)]
pub enum Command {
    /// What a booking costs.
    Note(Money),
    /// Booking asks for the payment.
    Request(Money),
    /// Its user asks, since booking could not.
    Ask,
    Pay {
        card: Option<Card>,
    },
    /// Somebody writes these fields, which must be so already.
    Correct(Body),
    /// The booking, which cost so much, is over.
    Cancel(Money),
    Wish(Wish),
}

impl From<Wish> for Command {
    fn from(wish: Wish) -> Self {
        Self::Wish(wish)
    }
}

messages! {
    pub enum Event of Language {
        inner { PaymentNoted, PaymentCharging, PaymentMoved, TryLeft, LeftoverMoved }
        public { PaymentRequested, PaymentApproved, PaymentCanceled }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such payment. Book first; if you have just booked, try again in a moment. See /bookingHistories for your bookings.",
            "그런 결제가 없습니다. 먼저 예약하거나, 방금 예약했다면 잠시 후 다시 시도하세요. 예약은 /bookingHistories에서 확인하세요.";
        UnknownBooking = 404 "unknown-booking" at "bookingId":
            "Payment knows no such booking. Book first; if you have just booked, try again in a moment. See /bookingHistories for your bookings.",
            "결제할 예약이 없습니다. 먼저 예약하거나, 방금 예약했다면 잠시 후 다시 시도하세요. 예약은 /bookingHistories에서 확인하세요.";
        CardDeclined = 402 "card-declined":
            "The card was declined. Nothing was charged; pay with another card.",
            "카드가 거절되었습니다. 결제된 금액은 없으니 다른 카드로 결제하세요.";
        ProviderSilent = 503 "payment-unavailable":
            "The payment provider does not answer. Nothing is charged for this try; pay again in a moment.",
            "결제 대행사가 응답하지 않습니다. 이번 시도는 청구되지 않으니 잠시 후 다시 결제하세요.";
        UnderWay = 409 "under-way" after 1:
            "Another card is being charged. Wait for the answer, then try again.",
            "다른 카드로 결제하는 중입니다. 응답을 기다린 뒤 다시 시도하세요.";
        BookingCanceled = 409 "booking-canceled":
            "The booking is canceled, and nothing is charged for it. Book again.",
            "취소된 예약이며 청구되지 않습니다. 다시 예약하세요.";
        Fixed = 409 "not-changeable":
            "To pay, set the status to \"PaymentApproved\". To get the money back, cancel the booking.",
            "결제하려면 상태를 \"PaymentApproved\"로 바꾸세요. 환불을 원하면 예약을 취소하세요.";
    }
}

impl Aggregate for Payment {
    const KIND: &'static str = "payment";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Ask, Cancel, Correct, Note, Pay, Request};
        use Stage::{Approved, Canceled, Noted, Paying, Requested};
        let id = cx.id;
        let Some(own) = own else {
            return match command {
                Note(amount) => done([PaymentNoted { booking_id: id, amount }]),
                Request(amount) => done([requested(id, amount)]),
                Ask => refused(Rejection::UnknownBooking),
                Pay { .. } | Correct(_) => refused(Rejection::NotFound),
                // A mark: a request that comes later is refused.
                Cancel(amount) => done([canceled(id, amount)]),
                Command::Wish(_) => already(),
            };
        };
        match (&own.stage, command) {
            (Noted, Request(_) | Ask) => done([requested(id, own.amount)]),
            // Its user was told to pay a little later, and comes before booking has asked again.
            (Noted, Pay { card }) => {
                done([Event::from(requested(id, own.amount)), own.charging(card, cx).into()])
            }
            (Noted, Correct(_)) => refused(Rejection::NotFound),
            (Noted | Requested, Cancel(_)) => done([canceled(id, own.amount)]),
            (Canceled { .. }, Request(_) | Ask | Pay { .. }) => refused(Rejection::BookingCanceled),
            (Requested, Pay { card }) => done([own.charging(card, cx)]),
            // Whoever pays again with the same card waits for the same answer.
            (Paying { money, .. }, Pay { card }) if card.is_none() || card == money.card => already(),
            (Paying { .. }, Pay { .. }) => refused(Rejection::UnderWay),
            (Paying { .. }, Command::Wish(Wish::Answered(Operation::Authorize, answer))) => match answer {
                Answer::Done(_) => done([approved(id, own.amount)]),
                Answer::Refused { .. } => done_but([own.left(true, cx)], Rejection::CardDeclined),
                Answer::GivenUp => done_but([own.left(false, cx)], Rejection::ProviderSilent),
            },
            // Whoever waits for this try is told; what it grants goes back.
            (Paying { .. }, Cancel(_)) => {
                let events = [own.left(false, cx).into(), Event::from(canceled(id, own.amount))];
                done_but(events, Rejection::BookingCanceled)
            }
            (Approved { money }, Pay { .. }) if money.voided => refused(Rejection::BookingCanceled),
            (Approved { money }, Cancel(_)) => own.moved(money, Wish::Void, cx),
            (Approved { money }, Command::Wish(wish)) => own.moved(money, wish, cx),
            (Requested | Paying { .. } | Approved { .. } | Canceled { .. }, Correct(fields)) => {
                let other = own.body(id).unwrap_or_default().differs(&fields).is_some();
                if other { refused(Rejection::Fixed) } else { already() }
            }
            // Said twice, or too late.
            (_, Note(_))
            | (Requested | Paying { .. } | Approved { .. }, Request(_) | Ask)
            | (Approved { .. }, Pay { .. })
            | (Canceled { .. }, Cancel(_))
            | (Noted | Requested | Paying { .. } | Canceled { .. }, Command::Wish(_)) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            booking_id: PaymentNoted, PaymentRequested, PaymentCharging, PaymentApproved, PaymentMoved,
                TryLeft, PaymentCanceled; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let own = match (own, event) {
            (None, Event::PaymentNoted(event)) => Self::noted(event.amount),
            (None, Event::PaymentRequested(event)) => Self::noted(event.amount),
            (None, Event::PaymentCanceled(event)) => Self::noted(event.amount),
            (own, _) => own?,
        };
        Some(own.after(event))
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        self.calls(id)
    }

    fn body(&self, id: Id) -> Option<Body> {
        let body = Body::new().with_id("bookingId", id).with("status", self.stage.shown()?);
        let card = self.stage.money().and_then(|money| money.card.as_ref());
        Some(body.with("amount", self.amount.0).with("cardNo", card.map(Card::masked)))
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::BookingRequested(said) => vec![(said.id, Command::Note(said.amount))],
            Language::BookingCanceled(said) => vec![(said.id, Command::Cancel(said.amount))],
            _ => Vec::new(),
        }
    }
}

impl From<No> for Rejection {
    fn from(no: No) -> Self {
        match no {
            No::Declined => Self::CardDeclined,
            No::Voided => Self::BookingCanceled,
        }
    }
}

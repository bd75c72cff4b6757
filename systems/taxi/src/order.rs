//! An order: placed when its money is authorized (T13), over when payment knows that the money must go back (T14).

mod answers;

use crate::events::{
    CONFIRMED, Event as Language, OrderCanceled, OrderCancelling, OrderConfirmed, OrderRefused,
    OrderRequested, OrderVoided, Ordered, RESERVATION_OK, Text, Trip,
};
use answers::place;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Place(Trip),
    /// Payment's answer to the authorization.
    Paid(Answer),
    /// A customer writes these fields, which must be so already; a card as it is kept.
    Correct {
        fields: Body,
        card: Option<Card>,
    },
    Cancel,
    /// Reservation or payment has ended it.
    End(Option<Text>),
    Confirm,
    /// Payment remembers that the money must go back.
    Voided,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub trip: Trip,
    pub amount: Money,
    /// How long a client is held.
    pub hold: Millis,
    pub stage: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Requested {
        until: Time,
    },
    /// As if it had never been. `voiding`: payment does not know so yet.
    Refused {
        voiding: bool,
    },
    Placed,
    Confirmed,
    Cancelling,
    Cancelled,
}

messages! {
    pub enum Event of Language {
        inner { OrderRequested, OrderRefused, OrderVoided, OrderConfirmed, OrderCancelling }
        public { Ordered, OrderCanceled }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such order.", "그런 주문이 없습니다.";
        CardDeclined = 402 "card-declined":
            "The card was declined. Nothing was charged; order again with another card.",
            "카드가 거절되었습니다. 결제된 금액은 없으니 다른 카드로 다시 주문하세요.";
        PaymentSilent = 503 "payment-unavailable":
            "Payment does not answer. Nothing was ordered or charged; try again in a moment.",
            "결제가 응답하지 않습니다. 주문도 결제도 되지 않았으니 잠시 후 다시 시도하세요.";
        UnknownStatus = 409 "unknown-status" at "status":
            "The status of an order is not yours to set. To cancel, set it to \"cancelled\".",
            "주문 상태는 바꿀 수 없습니다. 취소하려면 \"cancelled\"로 보내세요.";
        Fixed = 409 "already-placed":
            "A placed order keeps what was ordered. To change it, cancel it and order again.",
            "접수된 주문의 내용은 바꿀 수 없습니다. 바꾸려면 취소하고 다시 주문하세요.";
    }
}

impl Aggregate for Order {
    const KIND: &'static str = "order";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Cancel, Confirm, Correct, End, Paid, Place, Voided};
        use Stage::{Cancelled, Cancelling, Confirmed, Placed, Refused, Requested};
        let id = cx.id;
        let Some(order) = own else {
            return match command {
                Place(trip) => place(trip, cx),
                Correct { .. } | Cancel => refused(Rejection::NotFound),
                Paid(_) | End(_) | Confirm | Voided => already(),
            };
        };
        match (order.stage, command) {
            (Requested { .. }, Paid(answer)) => order.paid(id, &answer),
            (Requested { .. } | Refused { .. }, Correct { .. } | Cancel) => refused(Rejection::NotFound),
            (Placed | Confirmed | Cancelling | Cancelled, Correct { fields, card }) => {
                order.correct(id, &fields, card.as_ref())
            }
            (Placed | Confirmed, Cancel) => done([OrderCancelling { id, reason: None }]),
            (Placed | Confirmed, End(reason)) => done([OrderCancelling { id, reason }]),
            (Placed, Confirm) => done([OrderConfirmed { id }]),
            (Refused { voiding: true }, Voided) => done([OrderVoided { id }]),
            (Cancelling, Voided) => done([order.canceled(id)]),
            // Said twice, or too late: an order is placed once, answered once, ended once.
            (_, Place(_))
            | (Refused { .. } | Placed | Confirmed | Cancelling | Cancelled, Paid(_))
            | (Cancelling | Cancelled, Cancel)
            | (Requested { .. } | Refused { .. } | Cancelling | Cancelled, End(_))
            | (Requested { .. } | Refused { .. } | Confirmed | Cancelling | Cancelled, Confirm)
            | (Requested { .. } | Refused { voiding: false } | Placed | Confirmed | Cancelled, Voided) => {
                already()
            }
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: OrderRequested, OrderRefused, OrderVoided, OrderConfirmed, OrderCancelling, Ordered,
                OrderCanceled;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        if let Event::OrderRequested(event) = event {
            let stage = Stage::Requested { until: event.until };
            let (trip, amount, hold) = (event.trip.clone(), event.amount, event.hold);
            return Some(Self { trip, amount, hold, stage, reason: None });
        }
        let mut order = own?;
        order.stage = match event {
            Event::OrderRequested(_) => order.stage,
            Event::OrderRefused(event) => Stage::Refused { voiding: event.void },
            Event::OrderVoided(_) => Stage::Refused { voiding: false },
            Event::Ordered(_) => Stage::Placed,
            Event::OrderConfirmed(_) => Stage::Confirmed,
            Event::OrderCancelling(event) => {
                order.reason.clone_from(&event.reason);
                Stage::Cancelling
            }
            Event::OrderCanceled(_) => Stage::Cancelled,
        };
        Some(order)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        let call = |step, mode, request, hold, until, answer| {
            vec![Wait::Call(Call { to: "payment", step, attempt: 1, mode, request, hold, until, answer })]
        };
        let fields = Body::new().with_id("orderId", id);
        match self.stage {
            Stage::Requested { until } => {
                let fields = fields.with("amount", self.amount.0).with("status", RESERVATION_OK);
                let fields = fields.with_card("cardNo", self.trip.card.as_ref());
                let request = Request::post("/paymentHistories", fields);
                call("authorize", Mode::Refuse, request, self.hold, Some(until), Command::Paid)
            }
            Stage::Refused { voiding: true } | Stage::Cancelling => {
                let request = Request::post("/paymentHistories/void", fields.with("attempt", 1));
                // The client of a refused order has its answer already.
                let hold = if self.stage == Stage::Cancelling { self.hold } else { Millis(0) };
                call("void", Mode::Forward, request, hold, None, |_| Command::Voided)
            }
            Stage::Refused { voiding: false } | Stage::Placed | Stage::Confirmed | Stage::Cancelled => vec![],
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        let body = Body::new()
            .with("orderType", self.trip.order_type.as_str())
            .with("cardNo", self.trip.card.as_ref().map(Card::masked))
            .with("name", self.trip.name.as_deref())
            .with("tel", self.trip.tel.as_deref())
            .with("amount", self.amount.0)
            .with("status", self.stage.shown()?);
        Some(body.with("reason", self.reason.as_deref()))
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::ReserveAccepted(said) if said.status == CONFIRMED => {
                vec![(said.order_id, Command::Confirm)]
            }
            Language::ReserveCanceled(said) => vec![(said.order_id, Command::End(said.reason.clone()))],
            Language::PaymentCanceled(said) => vec![(said.order_id, Command::End(Some("PAYMENT".into())))],
            _ => vec![],
        }
    }
}

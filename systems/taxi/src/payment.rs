//! The payment of an order: the kernel's block with this system's words. Kept under the number of its order; every
//! payment that people see, by hand ones included, also has a row with a number of its own (`history.rs`).

use crate::Settings;
use crate::events::{
    Event as Language, PaymentApproved, PaymentAuthorized, PaymentAuthorizing, PaymentCanceled,
    PaymentCapturing, PaymentDeclined, PaymentOrdered, PaymentRepeated, PaymentReturned, PaymentReturning,
    PaymentVoided, RESERVATION_CANCELED, RESERVATION_OK,
};
use crate::history::PaymentHistory;
use kernel::payment::{self, No, Step, Wish};
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// Order asks.
    Authorize {
        amount: Money,
        card: Option<Card>,
    },
    Wish(Wish),
}

impl From<Wish> for Command {
    fn from(wish: Wish) -> Self {
        Self::Wish(wish)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payment {
    pub money: payment::Payment,
    /// The number of its row; none: voided before anything was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<Id>,
}

messages! {
    pub enum Event of Language {
        inner {
            PaymentAuthorizing, PaymentAuthorized, PaymentDeclined, PaymentCapturing, PaymentVoided,
            PaymentOrdered, PaymentReturning, PaymentReturned, PaymentRepeated,
        }
        public { PaymentApproved, PaymentCanceled }
    }
}

rejections! {
    pub enum Rejection {
        CardDeclined = 402 "card-declined":
            "The card was declined. Nothing was charged; pay with another card.",
            "카드가 거절되었습니다. 결제된 금액은 없으니 다른 카드로 결제하세요.";
        Voided = 409 "voided":
            "The payment was voided. Nothing is charged any more; order again.",
            "무효가 된 결제입니다. 청구되는 금액은 없으니 다시 주문하세요.";
        UnknownOrder = 404 "unknown-order" at "orderId":
            "Payment knows no such order. Order first: the order is paid with it.",
            "결제할 주문이 없습니다. 먼저 주문하면 결제가 함께 됩니다.";
        OrderCanceled = 409 "order-canceled" at "orderId":
            "The order is canceled and its money given back. Order again.",
            "취소되어 환불된 주문입니다. 다시 주문하세요.";
        Fixed = 409 "not-changeable":
            "A payment is what the provider did and stays so. To get it back, cancel the order.",
            "결제 내역은 바꿀 수 없습니다. 환불을 원하면 주문을 취소하세요.";
        NotFound = 404 "not-found":
            "There is no such payment.", "그런 결제가 없습니다.";
    }
}

impl Aggregate for Payment {
    const KIND: &'static str = "payment";
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let (wish, asked) = match command {
            Command::Authorize { amount, card } => (Wish::Authorize, Some((amount, card))),
            Command::Wish(wish) => (wish, None),
        };
        let until = cx.now + cx.settings::<Settings>().authorization_kept;
        let verdict = payment::decide(own.map(|own| &own.money), wish, until);
        verdict.told(|step| said(own, step, asked.as_ref(), cx))
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            order_id: PaymentAuthorizing, PaymentAuthorized, PaymentDeclined, PaymentCapturing,
                PaymentVoided, PaymentOrdered, PaymentReturning, PaymentReturned, PaymentRepeated,
                PaymentApproved, PaymentCanceled;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        if let Event::PaymentAuthorizing(event) = event {
            let money = payment::Payment::authorizing(event.amount, event.card.clone());
            return Some(Self { money, history: Some(event.id) });
        }
        let mut own = match (own, event) {
            (None, Event::PaymentVoided(_)) => Self { money: payment::Payment::unasked(), history: None },
            (own, _) => own?,
        };
        if let Event::PaymentCanceled(event) = event {
            own.history = Some(event.id);
        }
        if let Some(step) = step(event) {
            own.money.take(step);
        }
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        self.money.waits(&account(id))
    }

    /// People see the rows of `history.rs`.
    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Ordered(said) => vec![(said.id, Wish::Confirm.into())],
            _ => Vec::new(),
        }
    }
}

/// The name of an order's payment at the provider.
pub fn account(order: Id) -> String {
    format!("taxi.payment/{order}")
}

impl From<No> for Rejection {
    fn from(no: No) -> Self {
        match no {
            No::Declined => Self::CardDeclined,
            No::Voided => Self::Voided,
        }
    }
}

/// This system's word for a step.
fn said(own: Option<&Payment>, step: Step, asked: Option<&(Money, Option<Card>)>, cx: &Cx<'_>) -> Event {
    let order_id = cx.id;
    let amount = own.map_or(Money(0), |own| own.money.amount);
    let card_no = || own.and_then(|own| own.money.card.as_ref()).map(Card::masked);
    let history = || own.and_then(|own| own.history).unwrap_or_else(|| cx.fresh::<PaymentHistory>());
    match step {
        Step::Authorizing => {
            let (asked, card) = asked.cloned().unwrap_or_default();
            // The minimum fare is payment's to guard (T37).
            let amount = asked.max(cx.settings::<Settings>().fare);
            PaymentAuthorizing { id: cx.fresh::<PaymentHistory>(), order_id, amount, card }.into()
        }
        Step::Authorized { until } => PaymentAuthorized { order_id, until }.into(),
        Step::Declined => PaymentDeclined { order_id }.into(),
        Step::Capturing => PaymentCapturing { order_id }.into(),
        Step::Captured => {
            let (id, status) = (history(), RESERVATION_OK.into());
            PaymentApproved { id, order_id, status, card_no: card_no(), amount }.into()
        }
        Step::Voided => PaymentVoided { order_id }.into(),
        Step::Confirmed => PaymentOrdered { order_id }.into(),
        Step::Returning { captured } => PaymentReturning { order_id, captured }.into(),
        Step::Returned { said: false } => PaymentReturned { order_id }.into(),
        Step::Returned { said: true } => {
            let (id, status) = (history(), RESERVATION_CANCELED.into());
            PaymentCanceled { id, order_id, status, card_no: card_no(), amount }.into()
        }
    }
}

/// The step behind a word.
fn step(event: &Event) -> Option<Step> {
    Some(match event {
        Event::PaymentAuthorizing(_) => Step::Authorizing,
        Event::PaymentAuthorized(event) => Step::Authorized { until: event.until },
        Event::PaymentDeclined(_) => Step::Declined,
        Event::PaymentCapturing(_) => Step::Capturing,
        Event::PaymentVoided(_) => Step::Voided,
        Event::PaymentOrdered(_) => Step::Confirmed,
        Event::PaymentReturning(event) => Step::Returning { captured: event.captured },
        Event::PaymentReturned(_) => Step::Returned { said: false },
        Event::PaymentApproved(_) => Step::Captured,
        Event::PaymentCanceled(_) => Step::Returned { said: true },
        Event::PaymentRepeated(_) => return None,
    })
}

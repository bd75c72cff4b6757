//! What is kept of a payment, what it says at each turn, and what it asks of the provider.

use super::{Command, Event};
use crate::Settings;
use crate::events::{
    PAYMENT_APPROVED, PAYMENT_CANCELED, PAYMENT_REQUESTED, PaymentApproved, PaymentCanceled, PaymentCharging,
    PaymentMoved, PaymentRequested, TryLeft,
};
use crate::leftover::Leftover;
use kernel::payment::{self, Step, Wish};
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payment {
    pub amount: Money,
    pub stage: Stage,
    /// Tries to pay so far; the last one is the one that counts.
    #[serde(default)]
    pub attempt: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The booking is heard of; nobody has asked for its payment, and nobody sees it.
    Noted,
    /// To be paid.
    Requested,
    /// The provider is asked.
    Paying { money: payment::Payment, hold: Millis, until: Time },
    /// Granted: captured, or about to be; or, voided, on its way back.
    Approved { money: payment::Payment },
    /// The booking is over; none: nothing was ever granted.
    Canceled { money: Option<payment::Payment> },
}

impl Stage {
    /// As people see it.
    pub(super) fn shown(&self) -> Option<&'static str> {
        match self {
            Self::Noted => None,
            Self::Requested | Self::Paying { .. } => Some(PAYMENT_REQUESTED),
            Self::Approved { .. } => Some(PAYMENT_APPROVED),
            Self::Canceled { .. } => Some(PAYMENT_CANCELED),
        }
    }

    /// The money of the try that counts.
    pub fn money(&self) -> Option<&payment::Payment> {
        match self {
            Self::Noted | Self::Requested | Self::Canceled { money: None } => None,
            Self::Paying { money, .. } | Self::Approved { money } | Self::Canceled { money: Some(money) } => {
                Some(money)
            }
        }
    }
}

/// The name of a try at the provider: `concert.payment/7`, then `concert.payment+2/7`.
pub fn account(booking: Id, attempt: u64) -> String {
    match attempt {
        0 | 1 => format!("concert.payment/{booking}"),
        _ => format!("concert.payment+{attempt}/{booking}"),
    }
}

pub(super) fn requested(id: Id, amount: Money) -> PaymentRequested {
    PaymentRequested { id, booking_id: id, status: PAYMENT_REQUESTED.into(), amount }
}

pub(super) fn approved(id: Id, amount: Money) -> PaymentApproved {
    PaymentApproved { id, booking_id: id, status: PAYMENT_APPROVED.into(), amount }
}

pub(super) fn canceled(id: Id, amount: Money) -> PaymentCanceled {
    PaymentCanceled { id, booking_id: id, status: PAYMENT_CANCELED.into(), amount }
}

impl Payment {
    pub(super) fn noted(amount: Money) -> Self {
        Self { amount, stage: Stage::Noted, attempt: 0 }
    }

    /// The next try to pay.
    pub(super) fn charging(&self, card: Option<Card>, cx: &Cx<'_>) -> PaymentCharging {
        let hold = cx.settings::<Settings>().pay_within;
        let (booking_id, attempt, until) = (cx.id, self.attempt + 1, cx.now + hold);
        PaymentCharging { booking_id, attempt, card, hold, until }
    }

    /// The try that is under way comes to nothing.
    pub(super) fn left(&self, declined: bool, cx: &Cx<'_>) -> TryLeft {
        let (id, booking_id, attempt) = (cx.fresh::<Leftover>(), cx.id, self.attempt);
        let card = self.stage.money().and_then(|money| money.card.clone());
        TryLeft { id, booking_id, attempt, amount: self.amount, card, declined }
    }

    /// What becomes of granted money, in this system's words.
    pub(super) fn moved(&self, money: &payment::Payment, wish: Wish, cx: &Cx<'_>) -> Outcome<Self> {
        let booking_id = cx.id;
        payment::decide(Some(money), wish, cx.now).told(|step| match step {
            Step::Returned { .. } => Event::from(canceled(booking_id, self.amount)),
            step => PaymentMoved { booking_id, step }.into(),
        })
    }

    pub(super) fn after(self, event: &Event) -> Self {
        let Self { amount, stage, attempt } = self;
        let stage = match (stage, event) {
            (Stage::Noted, Event::PaymentRequested(_)) => Stage::Requested,
            (_, Event::PaymentCharging(event)) => {
                let money = payment::Payment::authorizing(amount, event.card.clone());
                let stage = Stage::Paying { money, hold: event.hold, until: event.until };
                return Self { amount, stage, attempt: event.attempt };
            }
            (Stage::Paying { .. }, Event::TryLeft(_)) => Stage::Requested,
            (Stage::Paying { money, .. }, Event::PaymentApproved(_)) => {
                Stage::Approved { money: taken(money, Step::Capturing) }
            }
            (Stage::Approved { money }, Event::PaymentMoved(event)) => {
                Stage::Approved { money: taken(money, event.step) }
            }
            (Stage::Approved { money }, Event::PaymentCanceled(_)) => {
                Stage::Canceled { money: Some(taken(money, Step::Returned { said: true })) }
            }
            (Stage::Noted | Stage::Requested, Event::PaymentCanceled(_)) => Stage::Canceled { money: None },
            (stage, _) => stage,
        };
        Self { amount, stage, attempt }
    }

    pub(super) fn calls(&self, id: Id) -> Vec<Wait<Command>> {
        let (money, limit) = match &self.stage {
            Stage::Paying { money, hold, until } => (money, Some((*hold, *until))),
            Stage::Approved { money } => (money, None),
            Stage::Noted | Stage::Requested | Stage::Canceled { .. } => return Vec::new(),
        };
        let own = |wait: Wait<Command>| {
            wait.calling(|call| {
                // A try is a call of its own, told from others by its number.
                call.attempt = self.attempt;
                if let Some((hold, until)) = limit {
                    (call.hold, call.until) = (hold, Some(until));
                }
            })
        };
        money.waits(&account(id, self.attempt)).into_iter().map(own).collect()
    }
}

fn taken(mut money: payment::Payment, step: Step) -> payment::Payment {
    money.take(step);
    money
}

//! The money of one booking, as a block: authorized first, captured when the booking is public, returned at most
//! once. It names no event: a system puts its own words on the [`Step`]s and keeps them.
//!
//! A payment has one account at the provider and never two operations on it in flight: a void that comes while an
//! answer is awaited is remembered, and acted upon when the answer is there.

use crate::{
    Answer, Body, Call, Card, Charge, Decision, Millis, Mode, Money, Request, Stop, Time, Wait, refused,
};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// How long a caller of the same system may be kept waiting for an authorization: longer than any of them waits,
/// so that it is the caller who gives up.
const AUTHORIZE_HOLD: Millis = Millis::minutes(1);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    pub stage: Stage,
    /// The booking is public, so what becomes of its money is said.
    #[serde(default)]
    pub confirmed: bool,
    /// The money must go back, or must never be taken.
    #[serde(default)]
    pub voided: bool,
    /// The money was really taken, not only authorized.
    #[serde(default)]
    pub captured: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Voided before anything was asked.
    Unasked,
    Authorizing,
    /// Kept until then if the booking is not heard of.
    Authorized {
        until: Time,
    },
    Declined,
    Capturing,
    Captured,
    Returning,
    Returned,
}

/// What the provider is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Authorize,
    Capture,
    Return,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// By the service that takes the booking.
    Authorize,
    /// The booking is public.
    Confirm,
    /// The booking is not to be, whatever has happened so far.
    Void,
    Answered(Operation, Answer),
    /// The booking was never heard of.
    Expire,
}

/// What happens to a payment: the system records each as an event of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step")]
pub enum Step {
    Authorizing,
    Authorized {
        until: Time,
    },
    Declined,
    Capturing,
    Captured,
    /// A void is remembered.
    Voided,
    /// A booking that was voided became public after all.
    Confirmed,
    Returning {
        captured: bool,
    },
    /// Nothing of the money is held any more. `said`: the booking is public, so this is too.
    Returned {
        said: bool,
    },
}

/// Why an authorization is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    Declined,
    Voided,
}

/// Steps, perhaps with a no for whoever waits; without both: already so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    pub steps: Vec<Step>,
    pub no: Option<No>,
}

fn step(step: Step) -> Verdict {
    Verdict { steps: vec![step], no: None }
}

fn no(no: No) -> Verdict {
    Verdict { steps: Vec::new(), no: Some(no) }
}

fn already() -> Verdict {
    Verdict::default()
}

impl Verdict {
    /// The decision, in a system's own words.
    pub fn told<E, R: From<No>>(self, word: impl FnMut(Step) -> E) -> Result<Decision<E, R>, Stop<R>> {
        match self.no {
            Some(no) if self.steps.is_empty() => refused(no.into()),
            no => {
                let events = self.steps.into_iter().map(word).collect();
                Ok(Decision { events, reply: no.map(Into::into) })
            }
        }
    }
}

/// Answers a wish. Total: only an authorization can be refused. `until`: how long one would be kept from now.
pub fn decide(own: Option<&Payment>, wish: Wish, until: Time) -> Verdict {
    match (own, wish) {
        (None, Wish::Authorize) => step(Step::Authorizing),
        (None, Wish::Void) => step(Step::Voided),
        (None, Wish::Confirm | Wish::Answered(..) | Wish::Expire) => already(),
        (Some(own), Wish::Authorize) => own.authorize_again(),
        (Some(own), Wish::Confirm) => own.confirm(),
        (Some(own), Wish::Void) => own.void(),
        (Some(own), Wish::Answered(operation, answer)) => own.answered(operation, &answer, until),
        (Some(own), Wish::Expire) => match own.stage {
            Stage::Authorized { .. } => step(Step::Returning { captured: false }),
            Stage::Unasked
            | Stage::Authorizing
            | Stage::Declined
            | Stage::Capturing
            | Stage::Captured
            | Stage::Returning
            | Stage::Returned => already(),
        },
    }
}

impl Payment {
    /// A payment whose authorization is under way.
    pub fn authorizing(amount: Money, card: Option<Card>) -> Self {
        let stage = Stage::Authorizing;
        Self { amount, card, stage, confirmed: false, voided: false, captured: false }
    }

    /// A payment that was voided before anything was asked.
    pub fn unasked() -> Self {
        Self { stage: Stage::Unasked, voided: true, ..Self::authorizing(Money(0), None) }
    }

    fn authorize_again(&self) -> Verdict {
        match self.stage {
            // Authorizing: whoever asks again waits for the same answer.
            Stage::Authorizing | Stage::Authorized { .. } | Stage::Capturing | Stage::Captured
                if !self.voided =>
            {
                already()
            }
            Stage::Declined => no(No::Declined),
            Stage::Unasked
            | Stage::Authorizing
            | Stage::Authorized { .. }
            | Stage::Capturing
            | Stage::Captured
            | Stage::Returning
            | Stage::Returned => no(No::Voided),
        }
    }

    fn confirm(&self) -> Verdict {
        match self.stage {
            Stage::Authorized { .. } => step(Step::Capturing),
            _ if self.confirmed => already(),
            Stage::Unasked | Stage::Declined | Stage::Returned => step(Step::Returned { said: true }),
            Stage::Authorizing | Stage::Capturing | Stage::Captured | Stage::Returning => {
                step(Step::Confirmed)
            }
        }
    }

    fn void(&self) -> Verdict {
        match self.stage {
            Stage::Authorized { .. } => step(Step::Returning { captured: false }),
            Stage::Captured => step(Step::Returning { captured: true }),
            Stage::Authorizing | Stage::Capturing if !self.voided => step(Step::Voided),
            Stage::Unasked
            | Stage::Authorizing
            | Stage::Declined
            | Stage::Capturing
            | Stage::Returning
            | Stage::Returned => already(),
        }
    }

    fn answered(&self, operation: Operation, answer: &Answer, until: Time) -> Verdict {
        // The operations are asked without end, so nobody ever gives up.
        let accepted = match answer {
            Answer::Done(_) => true,
            Answer::Refused { .. } => false,
            Answer::GivenUp => return already(),
        };
        match (self.stage, operation) {
            (Stage::Authorizing, Operation::Authorize) => self.authorized(accepted, until),
            (Stage::Capturing, Operation::Capture) if accepted && !self.voided => step(Step::Captured),
            // What the provider will not capture any more is given back, and the booking is told.
            (Stage::Capturing, Operation::Capture) => step(Step::Returning { captured: accepted }),
            // A refusal says that there is nothing to return.
            (Stage::Returning, Operation::Return) => step(Step::Returned { said: self.confirmed }),
            // An answer that came twice.
            (_, Operation::Authorize | Operation::Capture | Operation::Return) => already(),
        }
    }

    fn authorized(&self, accepted: bool, until: Time) -> Verdict {
        match (accepted, self.voided, self.confirmed) {
            (false, _, false) => Verdict { steps: vec![Step::Declined], no: Some(No::Declined) },
            (false, _, true) => {
                Verdict { steps: vec![Step::Declined, Step::Returned { said: true }], no: Some(No::Declined) }
            }
            (true, true, _) => {
                Verdict { steps: vec![Step::Returning { captured: false }], no: Some(No::Voided) }
            }
            (true, false, true) => step(Step::Capturing),
            (true, false, false) => step(Step::Authorized { until }),
        }
    }

    /// Takes in what has happened.
    pub fn take(&mut self, step: Step) {
        match step {
            Step::Authorizing => self.stage = Stage::Authorizing,
            Step::Authorized { until } => self.stage = Stage::Authorized { until },
            Step::Declined => self.stage = Stage::Declined,
            Step::Capturing => (self.stage, self.confirmed) = (Stage::Capturing, true),
            Step::Captured => (self.stage, self.captured) = (Stage::Captured, true),
            Step::Voided => self.voided = true,
            Step::Confirmed => self.confirmed = true,
            Step::Returning { captured } => {
                (self.stage, self.voided, self.captured) = (Stage::Returning, true, captured);
            }
            Step::Returned { said } => {
                self.confirmed |= said;
                // Nothing was ever taken of the others.
                if self.stage == Stage::Returning {
                    self.stage = Stage::Returned;
                }
            }
        }
    }

    /// What it waits for, under this name at the provider.
    pub fn waits<C: From<Wish>>(&self, account: &str) -> Vec<Wait<C>> {
        let fields = Body::new().with("account", account);
        let call = |step, path: &str, fields, mode, hold, answer| {
            let (attempt, until, request) = (1, None, Request::post(path, fields));
            vec![Wait::Call(Call { to: "provider", step, attempt, mode, request, hold, until, answer })]
        };
        match self.stage {
            Stage::Authorizing => call(
                "authorize",
                "/authorizations",
                fields.with("amount", self.amount.0).with_card("card", self.card.as_ref()),
                Mode::Refuse,
                AUTHORIZE_HOLD,
                |answer| C::from(Wish::Answered(Operation::Authorize, answer)),
            ),
            Stage::Authorized { until } => vec![Wait::Timer { due: until, command: C::from(Wish::Expire) }],
            Stage::Capturing => call("capture", "/captures", fields, Mode::Forward, Millis(0), |answer| {
                C::from(Wish::Answered(Operation::Capture, answer))
            }),
            // Whoever voids is not kept waiting: remembered is enough.
            Stage::Returning => call("return", "/returns", fields, Mode::Forward, Millis(0), |answer| {
                C::from(Wish::Answered(Operation::Return, answer))
            }),
            Stage::Unasked | Stage::Declined | Stage::Captured | Stage::Returned => Vec::new(),
        }
    }

    /// What the provider's ledger must show; `None`: it was never asked.
    pub fn charge(&self, account: String) -> Option<Charge> {
        let (authorized, captured, returned) = match self.stage {
            Stage::Unasked => return None,
            Stage::Authorizing => (None, Some(false), Some(false)),
            Stage::Authorized { .. } => (Some(true), Some(false), Some(false)),
            Stage::Declined => (Some(false), Some(false), Some(false)),
            Stage::Capturing => (Some(true), None, Some(false)),
            Stage::Captured => (Some(true), Some(true), Some(false)),
            Stage::Returning => (Some(true), Some(self.captured), None),
            Stage::Returned => (Some(true), Some(self.captured), Some(true)),
        };
        Some(Charge { account, amount: self.amount, authorized, captured, returned })
    }
}

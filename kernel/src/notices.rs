//! What the owner of a booking is told, as a block: recorded once under a number of its own, sent by the notifier at
//! least once, several in one go where several wait. It names no event: a system records each notice in its own words.

use crate::{Answer, Body, Call, Millis, Mode, Request, Wait};
use alloc::borrow::Cow;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The notices of one booking, all to the same person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// Recorded so far; a notice's number is its place.
    pub recorded: u64,
    /// Recorded and not yet taken by the notifier, oldest first.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub unsent: VecDeque<(u64, Cow<'static, str>)>,
}

impl Outbox {
    pub fn record(&mut self, number: u64, text: Cow<'static, str>) {
        self.recorded = number;
        self.unsent.push_back((number, text));
    }

    /// The number of the newest notice that the notifier has not taken.
    pub fn last_unsent(&self) -> Option<u64> {
        self.unsent.back().map(|(number, _)| *number)
    }

    /// The notifier has taken all up to this number.
    pub fn sent(&mut self, up_to: u64) {
        self.unsent.retain(|(number, _)| *number > up_to);
    }

    /// What it waits for. `case`: names the booking at the notifier, like `taxi.case/7`, nobody else's name.
    pub fn waits<C>(&self, case: &str, to: &str, channel: &str, answer: fn(Answer) -> C) -> Vec<Wait<C>> {
        let Some(attempt) = self.last_unsent() else { return Vec::new() };
        let notice = |(number, text): &(u64, Cow<'static, str>)| json!({"number": alloc::format!("{case}/{number}"), "to": to, "channel": channel, "text": text});
        let notices: Vec<Value> = self.unsent.iter().map(notice).collect();
        let request = Request::post("/notices", Body::new().with("notices", notices));
        // Nobody is held: whoever caused a notice does not wait for it.
        let (step, mode, hold, until) = ("notice", Mode::Forward, Millis(0), None);
        Vec::from([Wait::Call(Call { to: "notifier", step, attempt, mode, request, hold, until, answer })])
    }
}

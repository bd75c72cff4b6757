//! What a call says at each turn.

use super::{Drivercall, Event, Rejection, Stage};
use crate::Settings;
use crate::events::{
    CALLED, CallRefused, CallRequested, CallTaken, DrivercallCancelled, Drivercalled, NO_ANSWER, REFUSED,
    Text, Wish, as_kept,
};
use kernel::prelude::*;

pub(super) fn call(wish: Wish, cx: &Cx<'_>) -> Outcome<Drivercall> {
    let settings = cx.settings::<Settings>();
    let (id, hold, refuse) = (cx.id, settings.call_within, settings.refuse);
    let until = cx.now + if refuse { hold } else { settings.unanswered };
    let said = (!refuse).then(|| called(id, wish.clone(), until));
    done([Event::from(CallRequested { id, wish, refuse, until, hold })].into_iter().chain(said))
}

fn called(id: Id, wish: Wish, until: Time) -> Event {
    Drivercalled { id, wish, status: CALLED.into(), until }.into()
}

impl Drivercall {
    /// Drivermanage's answer. A call that people see already ends in front of them, another leaves no trace.
    pub(super) fn taken(&self, answer: &Answer, cx: &Cx<'_>) -> Outcome<Self> {
        let id = cx.id;
        let refused = matches!(self.stage, Stage::Requested { .. });
        match answer {
            Answer::Done(_) if refused => {
                let until = cx.now + cx.settings::<Settings>().unanswered;
                done([called(id, self.wish.clone(), until)])
            }
            Answer::Done(_) => done([CallTaken { id }]),
            Answer::Refused { .. } | Answer::GivenUp if refused => {
                done_but([CallRefused { id, void: true }], Rejection::ManageSilent)
            }
            Answer::Refused { .. } => done([self.cancelled(id, Some(REFUSED.into()))]),
            Answer::GivenUp => done([self.cancelled(id, Some(NO_ANSWER.into()))]),
        }
    }

    pub(super) fn cancelled(&self, id: Id, reason: Option<Text>) -> DrivercallCancelled {
        DrivercallCancelled { id, assignstatus: None, tel: self.wish.tel.clone(), reason }
    }

    /// What is so already may be written again, as clients do that send the whole record.
    pub(super) fn correct(&self, id: Id, fields: Body) -> Outcome<Self> {
        match self.body(id).unwrap_or_default().differs(&as_kept(fields)) {
            Some("status") => refused(Rejection::UnknownStatus),
            Some(_) => refused(Rejection::Fixed),
            None => already(),
        }
    }
}

//! What an order says at each turn.

use super::{Drivermanage, Event, Rejection};
use crate::Settings;
use crate::events::{
    CALLING, DrivermanageAssigned, DrivermanageCancelled, NO_ANSWER, ORDER_CANCELLED, ORDER_CONFIRMED,
    OrderNoted, Person, Text, Wish, as_kept,
};
use kernel::prelude::*;

/// Its call is heard of soon, or it is forgotten.
pub(super) fn note(wish: Wish, cx: &Cx<'_>) -> Event {
    let until = cx.now + cx.settings::<Settings>().unanswered;
    OrderNoted { id: cx.id, wish, until }.into()
}

/// A call that is heard of in time is passed on.
pub(super) fn pass(wish: Wish, until: Time, cx: &Cx<'_>) -> Outcome<Drivermanage> {
    if cx.now > until {
        return done([cancelled(cx.id, Some(wish), Some(NO_ANSWER.into()), false)]);
    }
    done([calling(cx.id, wish, false)])
}

pub(super) fn calling(id: Id, wish: Wish, desk: bool) -> Event {
    DrivermanageAssigned { id, wish, status: CALLING.into(), desk, driver: None }.into()
}

pub(super) fn cancelled(id: Id, wish: Option<Wish>, reason: Option<Text>, desk: bool) -> Event {
    DrivermanageCancelled { id, wish, status: ORDER_CANCELLED.into(), desk, reason }.into()
}

impl Drivermanage {
    pub(super) fn cancelled(&self, id: Id, reason: Option<Text>) -> Event {
        cancelled(id, self.wish.clone(), reason, self.desk)
    }

    pub(super) fn confirmed(&self, id: Id, driver: Person) -> Outcome<Self> {
        let (desk, status) = (self.desk, ORDER_CONFIRMED.into());
        let told = |wish| DrivermanageAssigned { id, wish, status, desk, driver: Some(driver) };
        done(self.wish.clone().map(told))
    }

    /// The desk has ordered just this.
    pub(super) fn ordered(&self, wish: &Wish) -> bool {
        self.desk && self.wish.as_ref() == Some(wish)
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

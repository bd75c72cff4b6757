//! What the manager may do (T4, T12), and what a reservation says at each turn.

use super::{Event, Rejection, Reservation, Stage};
use crate::Settings;
use crate::events::{
    CONFIRMED, OrderNoted, RESERVATION_CANCELLED, ReserveAccepted, ReserveCanceled, TaxiAskEnded, TaxiAsked,
    Text,
};
use kernel::prelude::*;

impl Reservation {
    pub(super) fn confirm(&self, taxi: Option<Id>, cx: &Cx<'_>) -> Outcome<Self> {
        match (self.stage, taxi) {
            (Stage::Noted, _) => refused(Rejection::NotRequested),
            (Stage::Asking { .. }, _) => refused(Rejection::UnderWay),
            (Stage::Cancelled { .. }, _) => refused(Rejection::Cancelled),
            (Stage::Waiting, None) => done([accepted(cx.id, CONFIRMED, None)]),
            (Stage::Confirmed | Stage::Assigned { .. }, None) => already(),
            (Stage::Assigned { taxi: own }, Some(taxi)) if taxi == own => already(),
            (Stage::Assigned { .. }, Some(_)) => refused(Rejection::AlreadyAssigned),
            // Without the order's grade no taxi can be chosen.
            (Stage::Waiting | Stage::Confirmed, Some(_)) if self.noted.is_none() => {
                refused(Rejection::NotRequested)
            }
            (Stage::Waiting | Stage::Confirmed, Some(taxi_id)) => {
                let hold = cx.settings::<Settings>().assign_within;
                let (order_id, attempt, until) = (cx.id, self.attempt + 1, cx.now + hold);
                done([TaxiAsked { order_id, taxi_id, attempt, until, hold }])
            }
        }
    }

    /// Fields of a reservation that must be there.
    pub(super) fn change(&self, status: Option<&str>, taxi: Option<Id>, cx: &Cx<'_>) -> Outcome<Self> {
        match (self.stage.shown(), status, taxi) {
            (_, Some(CONFIRMED), _) | (_, None, Some(_)) => self.confirm(taxi, cx),
            (None, ..) => refused(Rejection::NotFound),
            (Some(_), None, None) => already(),
            (Some(own), Some(status), None) if status == own => already(),
            (Some(_), Some(_), _) => refused(Rejection::UnknownStatus),
        }
    }

    pub(super) fn held(&self, order: Id, taxi: Id, answer: &Answer) -> Outcome<Self> {
        let end = |release, no| {
            let ended = TaxiAskEnded { order_id: order, attempt: self.attempt, release };
            done_but([ended], no)
        };
        match answer {
            Answer::Done(_) => done([accepted(order, CONFIRMED, Some(taxi))]),
            Answer::Refused { code, .. } => {
                end(false, Rejection::of_code(code).unwrap_or(Rejection::OutOfTaxis))
            }
            Answer::GivenUp => end(true, Rejection::TaxiSilent),
        }
    }
}

pub(super) fn note(name: Option<String>, order_type: String, cx: &Cx<'_>) -> Event {
    let until = cx.now + cx.settings::<Settings>().unassigned;
    OrderNoted { order_id: cx.id, name, order_type, until }.into()
}

pub(super) fn accepted(order: Id, status: &'static str, taxi_id: Option<Id>) -> Event {
    ReserveAccepted { id: order, order_id: order, status: status.into(), taxi_id }.into()
}

pub(super) fn canceled(order: Id, taxi_id: Option<Id>, reason: Option<&'static str>) -> Event {
    let (status, reason) = (RESERVATION_CANCELLED.into(), reason.map(Text::from));
    ReserveCanceled { id: order, order_id: order, status, taxi_id, reason }.into()
}

//! This system's words for the steps of a reservation's money, and how a number stands with a seat.

use super::{Bill, ByHand, Own, Standing};
use crate::Settings;
use crate::events::{Booking, Desk, Paid, PaymentMoved, PaymentRequested, Refunded};
use crate::payment::{Event, Payment};
use kernel::payment::{self, Stage, Step};
use kernel::prelude::*;

/// The word for a step.
pub(super) fn said(
    own: Option<&Own>,
    step: Step,
    asked: Option<&(Booking, Option<Card>)>,
    cx: &Cx<'_>,
) -> Event {
    let reserve_id = cx.id;
    let row = || own.and_then(|own| own.row).unwrap_or_else(|| cx.fresh::<Payment>());
    let amount = own.map_or(Money(0), |own| own.money.amount);
    match (step, asked, own.and_then(|own| own.booking.clone())) {
        (Step::Authorizing, Some((booking, card)), _) => {
            let (booking, card, amount) = (booking.clone(), card.clone(), cx.settings::<Settings>().price);
            PaymentRequested { reserve_id, booking, amount, card }.into()
        }
        (Step::Captured, _, Some(Booking { seat_id, name, reserve_date, exit_date, pay_type })) => {
            let id = row();
            Paid { id, pay_type, reserve_id, reserve_date, exit_date, name, seat_id, amount, desk: None }
                .into()
        }
        (Step::Returned { said: true }, _, untold) => {
            let seat_id = own.and_then(|own| own.seat);
            Refunded::new(row(), reserve_id, seat_id, amount, untold, None).into()
        }
        (
            Step::Authorizing
            | Step::Authorized { .. }
            | Step::Declined
            | Step::Capturing
            | Step::Captured
            | Step::Voided
            | Step::Confirmed
            | Step::Returning { .. }
            | Step::Returned { said: false },
            ..,
        ) => PaymentMoved { reserve_id, step }.into(),
    }
}

impl ByHand {
    pub(super) fn is(&self, seat: Id, desk: Desk) -> bool {
        (self.seat, self.desk) == (seat, desk)
    }

    const fn standing(&self) -> Standing {
        match (self.refunded, self.asked) {
            (true, _) => Standing::Refunded,
            (false, true) => Standing::UnderWay,
            (false, false) => Standing::Paid,
        }
    }
}

impl Bill {
    /// The reservation's money; none was asked for yet: it was voided first.
    pub(super) fn own_or_voided(&mut self) -> &mut Own {
        let unasked = || Own { money: payment::Payment::unasked(), seat: None, booking: None, row: None };
        self.own.get_or_insert_with(unasked)
    }

    /// Whether something was paid under this number for this seat.
    pub(crate) fn standing(&self, seat: Id) -> Standing {
        let by_hand = self.desk.iter().filter(|one| one.seat == seat).map(ByHand::standing).max();
        let own = self.own.as_ref().filter(|own| own.seat == Some(seat)).map(|own| standing(&own.money));
        own.max(by_hand).unwrap_or(Standing::Unpaid)
    }

    /// Whether the number is a reservation's that was placed, whatever became of it.
    pub(crate) fn is_placed(&self) -> bool {
        self.own.as_ref().is_some_and(|own| own.money.confirmed)
    }
}

fn standing(money: &payment::Payment) -> Standing {
    match money.stage {
        // A reservation that may still not come about has paid nothing yet.
        Stage::Authorizing | Stage::Authorized { .. } if !money.voided => Standing::UnderWay,
        Stage::Capturing | Stage::Captured if !money.voided => Standing::Paid,
        // A reservation that nobody sees has paid nothing.
        Stage::Unasked
        | Stage::Authorizing
        | Stage::Authorized { .. }
        | Stage::Declined
        | Stage::Capturing
        | Stage::Captured
        | Stage::Returning
        | Stage::Returned => {
            if money.confirmed {
                Standing::Refunded
            } else {
                Standing::Unpaid
            }
        }
    }
}

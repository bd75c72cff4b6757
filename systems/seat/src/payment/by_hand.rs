//! A payment by hand: charged in one go under the number and for the seat that are named, once each; a repeat is recorded
//! and charges nothing.

use super::{Event, Payment, Rejection, Till};
use crate::Settings;
use crate::bill::{Bill, Standing};
use crate::events::{
    ALREADY_PAID, ALREADY_REFUNDED, Booking, Desk, DeskPaymentMoved, DeskPaymentRequested, PAID, Paid,
    PaymentRepeated, REFUNDED, Refunded,
};
use kernel::payment::{self, Operation, Stage, Step, Wish};
use kernel::prelude::*;

/// Seats that are paid by hand under one number: more than a group has, and what one document can list.
const SEATS_MAX: usize = 50;

pub(super) fn pay(reservation: Id, booking: Booking, card: Option<Card>, cx: &Cx<'_>) -> Outcome<Payment> {
    let bill = cx.read::<Bill>(reservation)?;
    let (id, reserve_id) = (cx.id, reservation);
    let repeated = match bill.map_or(Standing::Unpaid, |bill| bill.standing(booking.seat_id)) {
        Standing::UnderWay => return refused(Rejection::UnderWay),
        Standing::Unpaid => None,
        Standing::Paid => Some(ALREADY_PAID),
        Standing::Refunded => Some(ALREADY_REFUNDED),
    };
    if let Some(status) = repeated {
        return done([PaymentRepeated { id, reserve_id, booking, status: status.into() }]);
    }
    if bill.is_some_and(|bill| bill.desk.len() >= SEATS_MAX) {
        return refused(Rejection::TooManySeats);
    }
    let desk = if bill.is_some_and(Bill::is_placed) { Desk::Added } else { Desk::WalkIn };
    let settings = cx.settings::<Settings>();
    let (amount, hold) = (settings.price, settings.pay_within);
    let until = cx.now + hold;
    done([DeskPaymentRequested { id, reserve_id, booking, amount, card, desk, until, hold }])
}

impl Payment {
    pub(super) fn of_reservation(paid: &Paid) -> Self {
        let Paid { pay_type, reserve_date, exit_date, name, seat_id, .. } = paid.clone();
        let booking = Some(Booking { seat_id, name, reserve_date, exit_date, pay_type });
        let (reservation, amount, status) = (paid.reserve_id, paid.amount, Some(PAID.into()));
        Self { reservation, booking, amount, status, till: None }
    }

    /// The money of a reservation came back, and nobody was told that it was taken.
    pub(super) fn untaken(refunded: &Refunded) -> Self {
        let Refunded { seat_id, name, reserve_date, exit_date, pay_type, .. } = refunded.clone();
        let booking = seat_id.map(|seat_id| Booking { seat_id, name, reserve_date, exit_date, pay_type });
        let (reservation, amount) = (refunded.reserve_id, refunded.amount);
        Self { reservation, booking, amount, status: Some(REFUNDED.into()), till: None }
    }

    pub(super) fn at_the_desk(event: &DeskPaymentRequested) -> Self {
        let money = payment::Payment::authorizing(event.amount, event.card.clone());
        let till = Some(Till { money, desk: event.desk, until: event.until, hold: event.hold });
        let (reservation, booking) = (event.reserve_id, Some(event.booking.clone()));
        Self { reservation, booking, amount: event.amount, status: None, till }
    }

    /// Takes in what has happened to the money of a payment by hand.
    pub(super) fn take(&mut self, step: Step) {
        let Some(till) = &mut self.till else { return };
        till.money.take(step);
        // The money is sure: taking it is asked for without end.
        if step == Step::Capturing {
            self.status = Some(PAID.into());
        }
    }

    /// Answers a wish about the money of a payment by hand.
    pub(crate) fn settle(&self, id: Id, wish: Wish, cx: &Cx<'_>) -> Outcome<Self> {
        let (reserve_id, Some(till)) = (self.reservation, &self.till) else { return already() };
        let moved = |step| DeskPaymentMoved { id, reserve_id, step };
        let waiting = till.money.stage == Stage::Authorizing && !till.money.voided;
        if waiting && wish == Wish::Answered(Operation::Authorize, Answer::GivenUp) {
            return done_but([moved(Step::Voided)], Rejection::ProviderSilent);
        }
        let until = cx.now + cx.settings::<Settings>().authorization_kept;
        let (amount, desk) = (self.amount, Some(till.desk));
        payment::decide(Some(&till.money), wish, until).told(|step| match (step, self.booking.clone()) {
            // Nobody has to be heard of first: it is taken in one go.
            (Step::Authorized { .. }, _) => moved(Step::Capturing).into(),
            (Step::Captured, Some(Booking { seat_id, name, reserve_date, exit_date, pay_type })) => {
                Paid { id, pay_type, reserve_id, reserve_date, exit_date, name, seat_id, amount, desk }.into()
            }
            (Step::Returned { said: true }, booking) => {
                let seat_id = booking.as_ref().map(|booking| booking.seat_id);
                let untold = booking.filter(|_| !till.money.captured);
                Refunded::new(id, reserve_id, seat_id, amount, untold, desk).into()
            }
            (
                Step::Authorizing
                | Step::Declined
                | Step::Capturing
                | Step::Captured
                | Step::Voided
                | Step::Confirmed
                | Step::Returning { .. }
                | Step::Returned { said: false },
                _,
            ) => Event::from(moved(step)),
        })
    }
}

impl Till {
    pub(super) fn waits(&self, id: Id) -> Vec<Wait<super::Command>> {
        let mut waits = self.money.waits(&account(id));
        if let (Stage::Authorizing, [Wait::Call(call)]) = (self.money.stage, &mut waits[..]) {
            if self.money.voided {
                // The person has a no, and the money is to go back: but first what became of it must be known. The
                // provider knows the account, so this is the same authorization.
                (call.attempt, call.mode, call.hold) = (2, Mode::Forward, Millis(0));
            } else {
                (call.hold, call.until) = (self.hold, Some(self.until));
            }
        }
        waits
    }
}

/// The name of a payment by hand at the provider.
pub fn account(payment: Id) -> String {
    format!("seat.desk/{payment}")
}

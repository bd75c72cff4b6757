//! What a reservation says at each turn, asks of payment, and shows.

use super::{Command, Event, Rejection, Reservation, Stage};
use crate::Settings;
use crate::events::{
    Booking, CONFIRMED, EXITED, Exited, FREED, PENDING, REFUSED, ReservationDropped, ReservationRefused,
    ReservationRequested, Reserved, Text,
};
use kernel::prelude::*;

pub(super) fn place(booking: Booking, card: Option<Card>, cx: &Cx<'_>) -> Outcome<Reservation> {
    let settings = cx.settings::<Settings>();
    let (hold, check_until) = (settings.pay_within, cx.now + settings.unchecked);
    done([ReservationRequested { id: cx.id, booking, card, until: cx.now + hold, hold, check_until }])
}

impl Stage {
    /// As people see it; nobody sees what is not placed.
    const fn shown(self) -> Option<&'static str> {
        match self {
            Self::Requested { .. } | Self::Dropped { .. } => None,
            Self::Pending { .. } => Some(PENDING),
            Self::Confirmed => Some(CONFIRMED),
            Self::Refused => Some(REFUSED),
            Self::Freed => Some(EXITED),
        }
    }
}

impl Reservation {
    pub(super) fn paid(&self, id: Id, answer: &Answer) -> Outcome<Self> {
        match answer {
            Answer::Done(_) => done([self.reserved(id)]),
            Answer::Refused { status: 402, .. } => {
                done_but([ReservationDropped { id, void: false }], Rejection::CardDeclined)
            }
            // Whatever payment has done or will do, it is to be undone.
            Answer::Refused { .. } | Answer::GivenUp => {
                done_but([ReservationDropped { id, void: true }], Rejection::PaymentSilent)
            }
        }
    }

    fn reserved(&self, id: Id) -> Reserved {
        let Booking { seat_id, name, reserve_date, exit_date, pay_type } = self.booking.clone();
        Reserved { id, name, reserve_date, exit_date, pay_type, seat_id }
    }

    pub(super) fn left(&self, id: Id) -> Exited {
        let Booking { seat_id, name, reserve_date, exit_date, pay_type } = self.booking.clone();
        Exited { id, name, reserve_date, exit_date, pay_type, seat_id }
    }

    pub(super) fn refuse(&self, id: Id, reason: Text) -> Event {
        ReservationRefused { id, seat_id: self.booking.seat_id, reason, desk: None }.into()
    }

    /// What is so already may be written again, as clients do that send the whole record.
    pub(super) fn correct(&self, id: Id, fields: &Body, card: Option<&Card>) -> Outcome<Self> {
        let other_card = card.is_some() && card != self.card.as_ref();
        match self.body(id).unwrap_or_default().differs(fields) {
            Some("status") => refused(Rejection::UnknownStatus),
            Some(_) => refused(Rejection::Fixed),
            None if other_card => refused(Rejection::Fixed),
            None => already(),
        }
    }

    pub(super) fn authorize(&self, id: Id, until: Time, hold: Millis) -> Wait<Command> {
        let Booking { seat_id, name, reserve_date, exit_date, pay_type } = &self.booking;
        let fields = Body::new()
            .with_id("reserveId", id)
            .with_id("seatId", *seat_id)
            .with("name", name.as_deref())
            .with("payType", pay_type.as_deref())
            .with("reserveDate", reserve_date.as_deref())
            .with("exitDate", exit_date.as_deref())
            .with_card("cardNo", self.card.as_ref());
        Wait::Call(Call {
            to: "payment",
            step: "authorize",
            attempt: 1,
            mode: Mode::Refuse,
            request: Request::post("/payments", fields),
            hold,
            until: Some(until),
            answer: Command::Paid,
        })
    }

    pub(super) fn void(id: Id) -> Wait<Command> {
        Wait::Call(Call {
            to: "payment",
            step: "void",
            attempt: 1,
            mode: Mode::Forward,
            request: Request::post("/payments/void", Body::new().with_id("reserveId", id)),
            // The client has its answer already.
            hold: Millis(0),
            until: None,
            answer: |_| Command::Voided,
        })
    }

    /// As people see it: nobody does before it is placed, and after its member has left.
    pub(super) fn record(&self) -> Option<Body> {
        let status = self.stage.shown().filter(|_| !self.exited)?;
        Some(
            Body::new()
                .with("name", self.booking.name.as_deref())
                .with("reserveDate", self.booking.reserve_date.as_deref())
                .with("exitDate", self.booking.exit_date.as_deref())
                .with("payType", self.booking.pay_type.as_deref())
                .with_id("seatId", self.booking.seat_id)
                .with("cardNo", self.card.as_ref().map(Card::masked))
                .with("status", status)
                .with("reason", self.reason.as_deref())
                .with("refunded", self.refunded),
        )
    }

    pub(super) fn requested(event: &ReservationRequested) -> Self {
        let ReservationRequested { booking, card, until, hold, check_until, .. } = event.clone();
        let stage = Stage::Requested { until, hold, check_until };
        Self { booking, card, stage, exited: false, refunded: false, reason: None }
    }

    /// Takes in what has happened.
    pub(super) fn take(&mut self, event: &Event) {
        match event {
            Event::ReservationRequested(_) => {}
            Event::ReservationDropped(event) => self.stage = Stage::Dropped { voiding: event.void },
            Event::ReservationVoided(_) => self.stage = Stage::Dropped { voiding: false },
            Event::Reserved(_) => {
                if let Stage::Requested { check_until, .. } = self.stage {
                    self.stage = Stage::Pending { until: check_until };
                }
            }
            Event::ReservationConfirmed(_) => self.stage = Stage::Confirmed,
            Event::ReservationRefused(event) => {
                (self.stage, self.reason) = (Stage::Refused, Some(event.reason.clone()));
            }
            Event::ReservationRefunded(_) => self.refunded = true,
            Event::ReservationFreed(_) => (self.stage, self.reason) = (Stage::Freed, Some(FREED.into())),
            Event::Exited(_) => self.exited = true,
        }
    }
}

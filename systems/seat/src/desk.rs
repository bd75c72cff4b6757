//! Payments by hand that got no seat: reservation says for them, too, that their money must go back. Kept apart from
//! reservations, under the number that was named at the desk, which may be no reservation's.

use crate::events::{Desk, Event as Language, ReservationRefused, Text};
use crate::reservation::Event;
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Refuse { seat: Id, desk: Desk, reason: Text },
}

/// The seats that were refused under one number.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct DeskRefusals {
    pub refused: Vec<(Id, Desk)>,
}

impl Aggregate for DeskRefusals {
    const KIND: &'static str = "deskRefusals";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let Command::Refuse { seat, desk, reason } = command;
        match own {
            Some(own) if own.refused.contains(&(seat, desk)) => already(),
            Some(_) | None => {
                done([ReservationRefused { id: cx.id, seat_id: seat, reason, desk: Some(desk) }])
            }
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::ReservationRefused(event) => event.desk.map(|_| event.id),
            Event::ReservationRequested(_)
            | Event::ReservationDropped(_)
            | Event::ReservationVoided(_)
            | Event::ReservationConfirmed(_)
            | Event::ReservationRefunded(_)
            | Event::ReservationFreed(_)
            | Event::Reserved(_)
            | Event::Exited(_) => None,
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        if let Event::ReservationRefused(ReservationRefused { seat_id, desk: Some(desk), .. }) = event {
            own.refused.push((*seat_id, *desk));
        }
        Some(own)
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::SeatRefused(said) => match said.desk {
                Some(desk) => {
                    let (seat, reason) = (said.seat_id, said.reason.clone());
                    vec![(said.reserve_id, Command::Refuse { seat, desk, reason })]
                }
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

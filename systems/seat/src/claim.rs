//! What was told about one reservation number: each of its seats is taken, refused or given up once and for good, whatever
//! is heard again or late.

use crate::events::{
    Checked, ClaimClosed, Desk, Event as Language, ExitNoted, LEFT_EARLY, OCCUPIED, Paid, SeatRefused, Text,
    UNKNOWN_SEAT,
};
use crate::management::{Event, Management};
use core::convert::Infallible;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// It is paid: the seat is taken if it is empty (S14).
    Check(Paid),
    /// The member leaves.
    Exit,
    /// The reservation is refused, whatever has happened so far.
    Close { seat: Id, reason: Text },
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Claim {
    /// The member has left: nothing is taken any more.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub exited: bool,
    /// One seat, and one more for each payment by hand.
    pub seats: Vec<Share>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub seat: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<Desk>,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Held,
    Refused,
    /// It was held and is free again.
    Over,
}

impl Aggregate for Claim {
    const KIND: &'static str = "claim";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let unheard = Self::default();
        let own = own.unwrap_or(&unheard);
        match command {
            Command::Check(paid) => match own.share(paid.seat_id, paid.desk) {
                Some(Stage::Held | Stage::Refused | Stage::Over) => already(),
                None => own.check(paid, cx),
            },
            Command::Exit => own.exit(cx),
            Command::Close { seat, reason } => match own.share(seat, None) {
                Some(Stage::Held) => done(reclaimed(seat, Some(reason), cx)?),
                Some(Stage::Refused | Stage::Over) => already(),
                None => done([ClaimClosed { reserve_id: cx.id, seat_id: seat }]),
            },
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            reserve_id: Checked, SeatRefused, ExitNoted, ClaimClosed; exited_reserve_id: Reclaimed; ..
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::Checked(event) => own.put(event.seat_id, event.desk, Stage::Held),
            Event::SeatRefused(event) => own.put(event.seat_id, event.desk, Stage::Refused),
            Event::ClaimClosed(event) => own.put(event.seat_id, None, Stage::Refused),
            Event::Reclaimed(event) => {
                own.put(event.seat_id, event.desk, Stage::Over);
                own.exited |= event.reason.is_none();
            }
            Event::ExitNoted(_) => own.exited = true,
            Event::ManagementRegistered(_) => {}
        }
        Some(own)
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Paid(said) => vec![(said.reserve_id, Command::Check(said.clone()))],
            Language::Exited(said) => vec![(said.id, Command::Exit)],
            Language::ReservationRefused(said) if said.desk.is_none() => {
                vec![(said.id, Command::Close { seat: said.seat_id, reason: said.reason.clone() })]
            }
            _ => Vec::new(),
        }
    }
}

impl Claim {
    pub fn share(&self, seat: Id, desk: Option<Desk>) -> Option<Stage> {
        let found = self.seats.iter().find(|one| (one.seat, one.desk) == (seat, desk));
        found.map(|share| share.stage)
    }

    fn put(&mut self, seat: Id, desk: Option<Desk>, stage: Stage) {
        match self.seats.iter_mut().find(|one| (one.seat, one.desk) == (seat, desk)) {
            Some(share) => share.stage = stage,
            None => self.seats.push(Share { seat, desk, stage }),
        }
    }

    fn check(&self, paid: Paid, cx: &Cx<'_>) -> Outcome<Self> {
        let Paid { pay_type, reserve_id, reserve_date, exit_date, name, seat_id, desk, .. } = paid;
        let no =
            |reason: &'static str| done([SeatRefused { reserve_id, seat_id, reason: reason.into(), desk }]);
        if self.exited && desk != Some(Desk::WalkIn) {
            return no(LEFT_EARLY);
        }
        match cx.read::<Management>(seat_id)? {
            None => no(UNKNOWN_SEAT),
            Some(Management { holder: Some(_), .. }) => no(OCCUPIED),
            Some(Management { holder: None, version }) => {
                let (id, version) = (seat_id, version + 1);
                let told = Checked {
                    id,
                    reserve_id,
                    name,
                    reserve_date,
                    exit_date,
                    pay_type,
                    seat_id,
                    version,
                    desk,
                };
                done([told])
            }
        }
    }

    /// Every seat of the reservation is free. A walk-in's is not the reservation's.
    fn exit(&self, cx: &Cx<'_>) -> Outcome<Self> {
        let held = |one: &&Share| one.stage == Stage::Held && one.desk != Some(Desk::WalkIn);
        let mut events = Vec::new();
        for share in self.seats.iter().filter(held) {
            events.extend(reclaimed(share.seat, None, cx)?);
        }
        if events.is_empty() && !self.exited {
            events.push(ExitNoted { reserve_id: cx.id }.into());
        }
        done(events)
    }
}

fn reclaimed(seat: Id, reason: Option<Text>, cx: &Cx<'_>) -> Result<Option<Event>, Need> {
    let unit = cx.read::<Management>(seat)?;
    Ok(unit.and_then(|unit| Some(unit.reclaimed(seat, unit.holder.as_ref()?, reason))))
}

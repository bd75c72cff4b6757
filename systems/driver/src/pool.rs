//! The pool: every driver on duty, by place, and the calls that wait, by turn. One document, so that a choice and what
//! follows from it are one commit, and so that no driver is given twice.
//!
//! It is read, copied and kept as a whole, about 80 bytes a driver and 40 a call; hence [`DRIVERS_MAX`] and [`LINE_MAX`].
//! A city with more is cut into pools by district.

mod choice;
pub mod places;
mod stored;

use crate::driverassign::Event;
use crate::events::{DrivingType, Point, Skill};
use alloc::collections::BTreeMap;
use choice::cell_of;
pub use choice::{CANDIDATES_MAX, Choice, REACH_M, choose, distance_m, place, place_of, suits};
use core::convert::Infallible;
use kernel::prelude::*;
use stored::Stored;

/// There is one.
pub const POOL: Id = Id(1);
/// Drivers on duty at once: 400 kB, copied in 0.2 ms at each change and written in 3 ms at most every 50 ms.
pub const DRIVERS_MAX: usize = 5_000;
/// Calls that wait at once: 80 kB. Whoever would stand behind so many is told at once that nobody can come.
pub const LINE_MAX: usize = 2_000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Pool {
    members: BTreeMap<Id, Member>,
    line: Vec<InLine>,
    turn: u64,
    /// Who is in which cell: follows from the members.
    cells: BTreeMap<u64, Vec<Id>>,
}

/// A driver on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub skill: Skill,
    /// None: not known where.
    pub at: Option<Point>,
    /// Whoever is free with the lowest has waited longest.
    pub turn: u64,
    /// The call that is driven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub busy: Option<Id>,
}

/// A call that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InLine {
    pub call: Id,
    pub wanted: DrivingType,
    pub at: Option<Point>,
}

impl Aggregate for Pool {
    const KIND: &'static str = "pool";
    const OF_BOOKING: bool = false;
    /// Nobody asks it anything: calls and drivers decide, and read it.
    type Command = Infallible;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(_: Option<&Self>, command: Infallible, _: &Cx<'_>) -> Outcome<Self> {
        match command {}
    }

    fn key(_: &Event) -> Option<Id> {
        Some(POOL)
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::DriverRegistered(event) if event.off_duty => {}
            Event::DriverRegistered(event) => own.put(event.id, event.skill, event.at),
            Event::DriverChanged(event) if event.off_duty => own.leave(event.id),
            Event::DriverChanged(event) => own.put(event.id, event.skill, event.at),
            Event::DriverAwaited(event) => {
                let (wanted, at) = (event.wish.driving_type, place_of(&event.wish));
                own.line.push(InLine { call: event.id, wanted, at });
            }
            Event::DriverassignCompleted(event) => {
                own.leave_line(event.id);
                if let Some(member) = own.members.get_mut(&event.driver_no) {
                    member.busy = Some(event.id);
                }
            }
            Event::DriverassignFinished(event) => own.free(event.driver_no),
            Event::DriverassignCancelled(event) => match event.driver_no {
                Some(driver) => own.free(driver),
                None => own.leave_line(event.id),
            },
        }
        Some(own)
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }
}

impl Pool {
    pub fn is_full(&self) -> bool {
        self.members.len() >= DRIVERS_MAX
    }

    pub fn line_is_full(&self) -> bool {
        self.line.len() >= LINE_MAX
    }

    pub fn members(&self) -> impl Iterator<Item = (Id, &Member)> {
        self.members.iter().map(|(id, member)| (*id, member))
    }

    pub fn member(&self, driver: Id) -> Option<&Member> {
        self.members.get(&driver)
    }

    pub fn line(&self) -> &[InLine] {
        &self.line
    }

    /// Who is in a cell; cell 0: not known where.
    pub fn in_cell(&self, cell: u64) -> impl Iterator<Item = (Id, &Member)> {
        let ids = self.cells.get(&cell).into_iter().flatten();
        ids.filter_map(|id| Some((*id, self.members.get(id)?)))
    }

    /// A driver as one who is free, last of all.
    pub fn freed(&self, driver: Id) -> Option<Member> {
        self.members.get(&driver).map(|member| Member { busy: None, turn: self.turn + 1, ..*member })
    }

    /// A driver who comes on duty, or is somewhere else now.
    pub fn joining(&self, driver: Id, skill: Skill, at: Option<Point>) -> Member {
        let known = self.members.get(&driver);
        let (turn, busy) = known.map_or((self.turn + 1, None), |member| (member.turn, member.busy));
        Member { skill, at, turn, busy }
    }

    /// The call that has waited longest among those that this driver can take.
    pub fn first_in_line(&self, member: &Member) -> Option<Id> {
        let first = self.line.iter().find(|one| suits(member, one.wanted, one.at));
        first.map(|one| one.call)
    }

    fn put(&mut self, driver: Id, skill: Skill, at: Option<Point>) {
        let member = self.joining(driver, skill, at);
        self.leave(driver);
        self.turn = self.turn.max(member.turn);
        self.members.insert(driver, member);
        self.cells.entry(cell_of(at)).or_default().push(driver);
    }

    fn leave(&mut self, driver: Id) {
        let Some(member) = self.members.remove(&driver) else { return };
        let cell = cell_of(member.at);
        if let Some(ids) = self.cells.get_mut(&cell) {
            ids.retain(|id| *id != driver);
            if ids.is_empty() {
                self.cells.remove(&cell);
            }
        }
    }

    /// Mostly the first.
    fn leave_line(&mut self, call: Id) {
        if let Some(place) = self.line.iter().position(|one| one.call == call) {
            self.line.remove(place);
        }
    }

    fn free(&mut self, driver: Id) {
        if let Some(member) = self.freed(driver) {
            self.turn = member.turn;
            self.members.insert(driver, member);
        }
    }
}

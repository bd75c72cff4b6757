//! What a driver says at each turn.

use super::{Change, Driver, Duty, Profile, Rejection, State};
use crate::driverassign::{Event, Free, serve};
use crate::events::{DriverChanged, DriverRegistered, Person, Point, Skill};
use crate::pool::{POOL, Pool, place};
use kernel::prelude::*;

pub(super) fn register(profile: Profile, cx: &Cx<'_>) -> Outcome<Driver> {
    let Profile { person, skill, location, at, duty } = profile;
    let off_duty = match duty {
        Duty::On => false,
        Duty::Off => true,
        Duty::Driving => return refused(Rejection::NotDriving),
    };
    let at = place(location.as_deref(), at);
    let told = DriverRegistered { id: cx.id, driver: person.clone(), skill, location, at, off_duty };
    if off_duty { done([told]) } else { on_duty(told, &person, skill, at, cx) }
}

/// Whoever comes on duty, or is somewhere else now, may be the one that a call waits for.
fn on_duty(
    told: impl Into<Event>,
    person: &Person,
    skill: Skill,
    at: Option<Point>,
    cx: &Cx<'_>,
) -> Outcome<Driver> {
    let nobody = Pool::default();
    let pool = cx.read::<Pool>(POOL)?.unwrap_or(&nobody);
    if pool.is_full() && pool.member(cx.id).is_none() {
        return refused(Rejection::PoolFull);
    }
    let member = pool.joining(cx.id, skill, at);
    let free = member.busy.is_none();
    let next = if free { serve(&Free { no: cx.id, person, member }, cx)? } else { None };
    done([told.into()].into_iter().chain(next.map(|(_, said)| said)))
}

impl Driver {
    pub(super) fn change(&self, change: Change, cx: &Cx<'_>) -> Outcome<Self> {
        let off_duty = match (self.state, change.duty) {
            (State::Driving { .. }, Some(Duty::On | Duty::Off)) => return refused(Rejection::Driving),
            (State::Free | State::OffDuty, Some(Duty::Driving)) => return refused(Rejection::NotDriving),
            (State::Driving { .. }, Some(Duty::Driving) | None) => false,
            (State::Free | State::OffDuty, Some(duty)) => duty == Duty::Off,
            (state @ (State::Free | State::OffDuty), None) => state == State::OffDuty,
        };
        let Person { driverid, driver, drivertel } = self.person.clone();
        let person = Person {
            driverid: change.driverid.unwrap_or(driverid),
            driver: change.driver.unwrap_or(driver),
            drivertel: change.drivertel.unwrap_or(drivertel),
        };
        let skill = change.skill.unwrap_or(self.skill);
        // A new text is another place, unless the place is sent too.
        let moved = change.location.is_some() && change.location != self.location;
        let location = change.location.or_else(|| self.location.clone());
        let at = match change.at {
            None if moved => place(location.as_deref(), None),
            at => at.or(self.at),
        };
        let was_off = self.state == State::OffDuty;
        if (&person, skill, &location, at, off_duty)
            == (&self.person, self.skill, &self.location, self.at, was_off)
        {
            return already();
        }
        let told = DriverChanged { id: cx.id, driver: person.clone(), skill, location, at, off_duty };
        if off_duty { done([told]) } else { on_duty(told, &person, skill, at, cx) }
    }
}

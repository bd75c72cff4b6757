//! Whose turn it is: a call gets the best of those who are free, and whoever becomes free gets the first call in line
//! that suits, in the same commit. So nobody is free while a call waits that this driver could take.

use super::{Driverassign, Event, Stage};
use crate::Settings;
use crate::driver::Driver;
use crate::events::{
    ASSIGN_CANCELLED, ASSIGN_CONFIRMED, Candidate, DriverAwaited, DriverassignCancelled,
    DriverassignCompleted, DriverassignFinished, FINISHED, NO_DRIVER, Person, Text, Wish,
};
use crate::pool::{Choice, Member, POOL, Pool, choose as choose_from, place_of};
use kernel::prelude::*;

/// A driver who comes to be free, and is not so in the pool yet.
pub(crate) struct Free<'a> {
    pub(crate) no: Id,
    pub(crate) person: &'a Person,
    pub(crate) member: Member,
}

pub(super) fn choose(wish: Wish, cx: &Cx<'_>) -> Outcome<Driverassign> {
    let nobody = Pool::default();
    let pool = cx.read::<Pool>(POOL)?.unwrap_or(&nobody);
    let Choice { chosen, candidates } = choose_from(pool, None, wish.driving_type, place_of(&wish));
    let driver = match chosen {
        Some(no) => cx.read::<Driver>(no)?.map(|driver| (no, driver.person.clone())),
        None => None,
    };
    let Some((no, person)) = driver else {
        return done(wait(wish, candidates, pool.line_is_full(), cx));
    };
    done([assigned(cx.id, wish, no, person, candidates, cx)])
}

/// A place in the line; where that is full, the wait is over as soon as it begins.
fn wait(wish: Wish, candidates: Vec<Candidate>, full: bool, cx: &Cx<'_>) -> Vec<Event> {
    let (id, span) = (cx.id, cx.settings::<Settings>().no_driver);
    let until = if full { cx.now } else { cx.now + span };
    let over = full.then(|| nobody(id, Some(wish.tel.clone()), Some(NO_DRIVER.into())));
    let awaited = DriverAwaited { id, wish, until, candidates };
    [Event::from(awaited)].into_iter().chain(over).collect()
}

fn assigned(
    id: Id,
    wish: Wish,
    driver_no: Id,
    driver: Person,
    candidates: Vec<Candidate>,
    cx: &Cx<'_>,
) -> Event {
    let until = cx.now + cx.settings::<Settings>().trip;
    let assignstatus = ASSIGN_CONFIRMED.into();
    DriverassignCompleted { id, assignstatus, driver, wish, driver_no, until, candidates }.into()
}

/// The first call in line that a driver who is free now can take.
pub(crate) fn serve(free: &Free<'_>, cx: &Cx<'_>) -> Result<Option<(Id, Event)>, Need> {
    let Some(pool) = cx.read::<Pool>(POOL)? else { return Ok(None) };
    let Some(next) = pool.first_in_line(&free.member) else { return Ok(None) };
    let Some(wish) = cx.read::<Driverassign>(next)?.and_then(|call| call.wish.clone()) else {
        return Ok(None);
    };
    let free_now = Some((free.no, &free.member));
    let Choice { candidates, .. } = choose_from(pool, free_now, wish.driving_type, place_of(&wish));
    Ok(Some((next, assigned(next, wish, free.no, free.person.clone(), candidates, cx))))
}

/// Nobody comes, and nobody was on the way.
pub(super) fn nobody(id: Id, tel: Option<String>, reason: Option<Text>) -> Event {
    let assignstatus = ASSIGN_CANCELLED.into();
    DriverassignCancelled { id, assignstatus, driver: None, tel, driver_no: None, reason, next: None }.into()
}

impl Driverassign {
    /// The call does not want its driver any more.
    pub(super) fn release(&self, reason: Option<Text>, cx: &Cx<'_>) -> Outcome<Self> {
        let (Some(own), tel) = (&self.driver, self.tel()) else { return already() };
        let next = self.serve_next(cx)?;
        let (driver_no, driver, assignstatus) =
            (Some(own.no), Some(own.person.clone()), ASSIGN_CANCELLED.into());
        let next_id = next.as_ref().map(|(id, _)| *id);
        let told =
            DriverassignCancelled { id: cx.id, assignstatus, driver, tel, driver_no, reason, next: next_id };
        done([Event::from(told)].into_iter().chain(next.map(|(_, said)| said)))
    }

    /// The trip is over.
    pub(super) fn finish(&self, reason: Option<Text>, cx: &Cx<'_>) -> Outcome<Self> {
        let (Some(own), Some(tel)) = (&self.driver, self.tel()) else { return already() };
        let next = self.serve_next(cx)?;
        let (driver_no, driver, assignstatus) = (own.no, own.person.clone(), FINISHED.into());
        let next_id = next.as_ref().map(|(id, _)| *id);
        let told =
            DriverassignFinished { id: cx.id, assignstatus, driver, tel, driver_no, reason, next: next_id };
        done([Event::from(told)].into_iter().chain(next.map(|(_, said)| said)))
    }

    fn serve_next(&self, cx: &Cx<'_>) -> Result<Option<(Id, Event)>, Need> {
        let Some(own) = self.driver.as_ref().filter(|_| matches!(self.stage, Stage::Assigned { .. })) else {
            return Ok(None);
        };
        let Some(member) = cx.read::<Pool>(POOL)?.and_then(|pool| pool.freed(own.no)) else {
            return Ok(None);
        };
        serve(&Free { no: own.no, person: &own.person, member }, cx)
    }
}

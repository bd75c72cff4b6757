//! What must hold between the documents of this system after any commit.
//!
//! A service may lag behind what another has said. So a finding is only what no lag can explain; what is merely on
//! its way is pending.

use crate::case::Case;
use crate::driver::{Driver, State};
use crate::driverassign::{self, Driverassign};
use crate::drivercall::{self, Drivercall};
use crate::drivermanage::{self, Drivermanage};
use crate::pool::{POOL, Pool, suits};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use kernel::{Audit, Everything, Id};

pub fn audit(all: Everything<'_>) -> Audit {
    let mut audit = Audit::default();
    drivers(all, &mut audit.findings);
    pool(all, &mut audit.findings);
    for (id, assign) in all.each::<Driverassign>() {
        audit.findings.extend(asked_for(id, assign, all));
        audit.pending.extend(unreleased(id, assign, all));
    }
    for (id, order) in all.each::<Drivermanage>() {
        audit.findings.extend(called(id, order, all));
        audit.findings.extend(promised("order", id, order.driver.as_ref().map(|own| &own.driverid), all));
        audit.pending.extend(unheard(id, order, all));
    }
    for (id, call) in all.each::<Drivercall>() {
        audit.findings.extend(promised("call", id, call.driver.as_ref().map(|own| &own.driverid), all));
        audit.pending.extend(unsettled(id, call, all));
    }
    for (id, case) in all.each::<Case>() {
        audit.findings.extend(told(id, case, all));
    }
    audit.pending_of::<Drivercall>(all);
    audit.pending_of::<Drivermanage>(all);
    audit.pending_of::<Driverassign>(all);
    audit.pending_of::<Case>(all);
    audit
}

/// P1: no driver has two calls, and none is kept for a call that does not want one.
fn drivers(all: Everything<'_>, findings: &mut Vec<String>) {
    let mut driving: BTreeMap<Id, Id> = BTreeMap::new();
    for (call, assign) in all.each::<Driverassign>() {
        let driverassign::Stage::Assigned { .. } = assign.stage else { continue };
        let Some(driver) = assign.driver.as_ref().map(|own| own.no) else {
            findings.push(format!("P1: call {call} is assigned to nobody"));
            continue;
        };
        if let Some(other) = driving.insert(driver, call) {
            findings.push(format!("P1: driver {driver} has calls {other} and {call}"));
        }
        if all.get::<Driver>(driver).map(|own| own.state) != Some(State::Driving { call }) {
            findings.push(format!("P1: call {call} has driver {driver}, who does not drive it"));
        }
    }
    for (driver, own) in all.each::<Driver>() {
        if let State::Driving { call } = own.state
            && driving.get(&driver) != Some(&call)
        {
            findings.push(format!("P1: driver {driver} drives call {call}, which has another or none"));
        }
    }
}

/// P1: the pool knows the same as the drivers and the calls, and nobody is free whom a waiting call could have.
fn pool(all: Everything<'_>, findings: &mut Vec<String>) {
    let nobody = Pool::default();
    let pool = all.get::<Pool>(POOL).unwrap_or(&nobody);
    for (driver, own) in all.each::<Driver>() {
        let busy = match own.state {
            State::Free => Some(None),
            State::Driving { call } => Some(Some(call)),
            State::OffDuty => None,
        };
        let known = pool.member(driver);
        let same = known.is_none_or(|member| (member.skill, member.at) == (own.skill, own.at));
        if known.map(|member| member.busy) != busy || !same {
            findings.push(format!("P1: the pool does not know driver {driver} as it is"));
        }
    }
    for (driver, _) in pool.members() {
        if all.get::<Driver>(driver).is_none() {
            findings.push(format!("P1: driver {driver} of the pool does not exist"));
        }
    }
    let in_line: BTreeSet<Id> = pool.line().iter().map(|one| one.call).collect();
    let waiting = all
        .each::<Driverassign>()
        .filter(|(_, own)| matches!(own.stage, driverassign::Stage::Waiting { .. }));
    let waiting: BTreeSet<Id> = waiting.map(|(id, _)| id).collect();
    for call in in_line.symmetric_difference(&waiting) {
        findings.push(format!("P1: call {call} waits without being in line, or the other way round"));
    }
    for one in pool.line() {
        let free =
            pool.members().find(|(_, member)| member.busy.is_none() && suits(member, one.wanted, one.at));
        if let Some((driver, _)) = free {
            findings.push(format!("P1: call {} waits although driver {driver} is free", one.call));
        }
    }
}

/// P1: nobody is assigned, or looked for, unless the management has asked.
fn asked_for(id: Id, assign: &Driverassign, all: Everything<'_>) -> Option<String> {
    use drivermanage::Stage::{Assigned, Calling, Cancelled, Finished, Noted, Voided};
    let order = all.get::<Drivermanage>(id).map(|order| order.stage);
    let asked = match order {
        Some(Calling | Assigned | Finished | Cancelled) => true,
        Some(Noted { .. } | Voided) | None => false,
    };
    (!asked).then(|| format!("P1: assignment {id} ({:?}) was never asked for", assign.stage))
}

/// P1: an order of the management belongs to a public call, or to the telephone desk.
fn called(id: Id, order: &Drivermanage, all: Everything<'_>) -> Option<String> {
    use drivercall::Stage::{Called, Calling, Cancelled, Confirmed, Finished, Refused, Requested, Taken};
    use drivermanage::Stage as Order;
    let public = matches!(order.stage, Order::Calling | Order::Assigned | Order::Finished | Order::Cancelled);
    let called = match all.get::<Drivercall>(id).map(|call| &call.stage) {
        Some(Called { .. } | Taken | Calling | Confirmed | Finished | Cancelled { .. }) => true,
        Some(Requested { .. } | Refused { .. }) | None => false,
    };
    (public && !called && !order.desk).then(|| format!("P1: order {id} belongs to no call"))
}

/// P1: whoever was promised to a customer is, or was, assigned.
fn promised(what: &str, id: Id, driver: Option<&String>, all: Everything<'_>) -> Option<String> {
    let driver = driver?;
    let assigned = all.get::<Driverassign>(id).and_then(|own| own.driver.as_ref());
    (assigned.map(|own| &own.person.driverid) != Some(driver))
        .then(|| format!("P1: {what} {id} names driver {driver}, who was never assigned to it"))
}

/// P1: messages go to whoever called, or telephoned the desk.
fn told(id: Id, case: &Case, all: Everything<'_>) -> Option<String> {
    let to = case.to.as_ref()?;
    let called = all.get::<Drivercall>(id).map(|call| &call.wish);
    let wish = called.or_else(|| all.get::<Drivermanage>(id)?.wish.as_ref());
    (wish.map(|wish| &wish.tel) != Some(to))
        .then(|| format!("P1: messages of call {id} go to somebody else than whoever called"))
}

fn is_cancelled(id: Id, all: Everything<'_>) -> bool {
    all.get::<Drivermanage>(id).is_some_and(|order| order.stage == drivermanage::Stage::Cancelled)
}

/// An assignment that nobody wants any more: it has to hear so.
fn unreleased(id: Id, assign: &Driverassign, all: Everything<'_>) -> Option<String> {
    use driverassign::Stage::{Assigned, Cancelled, Finished, Waiting};
    let live = match assign.stage {
        Waiting { .. } | Assigned { .. } => true,
        Finished | Cancelled => false,
    };
    (live && is_cancelled(id, all))
        .then(|| format!("the driver of call {id} is to be released, and driverassign has not heard so yet"))
}

/// An order whose call is over, whose driver is chosen or whose trip is over: it has to hear so.
fn unheard(id: Id, order: &Drivermanage, all: Everything<'_>) -> Option<String> {
    use drivermanage::Stage::{Assigned, Calling, Cancelled, Finished, Noted, Voided};
    let assign = all.get::<Driverassign>(id).map(|own| own.stage);
    let call = all.get::<Drivercall>(id).map(|call| &call.stage);
    let over = !order.desk && matches!(call, Some(drivercall::Stage::Cancelled { .. }));
    let behind = match (order.stage, assign) {
        (Calling, assign) => over || !matches!(assign, Some(driverassign::Stage::Waiting { .. })),
        (Assigned, assign) => over || !matches!(assign, Some(driverassign::Stage::Assigned { .. })),
        (Noted { .. } | Voided, _) => over,
        (Finished | Cancelled, _) => false,
    };
    behind.then(|| format!("order {id} has not heard yet how far its call is"))
}

/// A call whose order is further: it has to hear so.
fn unsettled(id: Id, call: &Drivercall, all: Everything<'_>) -> Option<String> {
    use drivercall::Stage::{Called, Calling, Cancelled, Confirmed, Finished, Refused, Requested, Taken};
    let assign = all.get::<Driverassign>(id).map(|own| own.stage);
    let behind = match call.stage {
        Taken => true,
        Calling => is_cancelled(id, all) || !matches!(assign, Some(driverassign::Stage::Waiting { .. })),
        Confirmed => is_cancelled(id, all) || !matches!(assign, Some(driverassign::Stage::Assigned { .. })),
        // Told by what they wait for, or over.
        Requested { .. } | Refused { .. } | Called { .. } | Finished | Cancelled { .. } => false,
    };
    behind.then(|| format!("call {id} has not heard yet how far its order is"))
}

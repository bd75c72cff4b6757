//! What must hold between the documents of this system after any commit.
//!
//! A service may lag behind what another has said. So a finding is only what no lag can explain; what is merely on
//! its way is pending.

use crate::booking::{Booking, Stage as Booked};
use crate::calendar::Calendar;
use crate::case::Case;
use crate::confirm::{Confirm, Stage as Asked};
use crate::known::Known;
use crate::notification::Notification;
use crate::realuse::{Realuse, Stage as Use};
use crate::used::Used;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use kernel::slots::Taken;
use kernel::{Audit, Everything, Id};

pub fn audit(all: Everything<'_>) -> Audit {
    let mut audit = Audit::default();
    calendars(all, &mut audit.findings);
    for (id, confirm) in all.each::<Confirm>() {
        audit.findings.extend(denied(id, confirm, all.get::<Booking>(id)));
    }
    uses(all, &mut audit.findings);
    for (id, known) in all.each::<Known>() {
        audit.findings.extend(heard(id, known, all.get::<Booking>(id)));
    }
    audit.pending_of::<Booking>(all);
    audit.pending_of::<Calendar>(all);
    audit.pending_of::<Confirm>(all);
    audit.pending_of::<Notification>(all);
    audit.pending_of::<Case>(all);
    audit.pending_of::<Used>(all);
    audit.pending_of::<Realuse>(all);
    audit.pending_of::<Known>(all);
    for (id, booking) in all.each::<Booking>() {
        audit.pending.extend(unheard(id, booking, all));
    }
    audit
}

fn is_over(booking: Option<&Booking>) -> bool {
    booking.is_some_and(|own| matches!(own.stage, Booked::Over { .. }))
}

/// P1: what the calendars hold is what the bookings have, and no two of a room meet.
fn calendars(all: Everything<'_>, findings: &mut Vec<String>) {
    let mut live: BTreeMap<Id, Vec<Taken>> = BTreeMap::new();
    for (id, booking) in all.each::<Booking>() {
        match booking.slot {
            Some(_) if is_over(Some(booking)) => {
                findings.push(format!("P1: booking {id} is over and still holds its room"));
            }
            None if !is_over(Some(booking)) => {
                findings.push(format!("P1: booking {id} holds no time of its room"));
            }
            Some(slot) => {
                live.entry(booking.details.room_id).or_default().push(Taken { slot, by: id });
            }
            None => {}
        }
    }
    for (room, taken) in &mut live {
        taken.sort_by_key(|one| (one.slot.from, one.by));
        for pair in taken.windows(2).filter(|pair| pair[0].slot.meets(pair[1].slot)) {
            let (first, second) = (pair[0].by, pair[1].by);
            findings.push(format!("P1: bookings {first} and {second} have room {room} at the same time"));
        }
        let held: Vec<Taken> =
            all.get::<Calendar>(*room).map(|own| own.0.each().collect()).unwrap_or_default();
        if held != *taken {
            findings.push(format!("P1: the calendar of room {room} is not what its bookings hold"));
        }
    }
    for (room, calendar) in all.each::<Calendar>() {
        if !calendar.0.is_empty() && !live.contains_key(&room) {
            findings.push(format!("P1: room {room} is taken by bookings that are none"));
        }
    }
}

/// A denial says that its booking is over.
fn denied(id: Id, confirm: &Confirm, booking: Option<&Booking>) -> Option<String> {
    match (&confirm.stage, booking) {
        (_, None) => Some(format!("P4: confirm {id} is of no booking")),
        (Asked::Denied { .. } | Asked::Removed, Some(own)) if !is_over(Some(own)) => {
            Some(format!("P4: confirm {id} is denied or removed, its booking is not over"))
        }
        (
            Asked::Booked | Asked::Confirmed | Asked::Denying { .. } | Asked::Denied { .. } | Asked::Removed,
            Some(_),
        ) => None,
    }
}

/// P1: a booking is used once. An end says that its booking is over.
fn uses(all: Everything<'_>, findings: &mut Vec<String>) {
    let mut used: BTreeMap<Id, Id> = BTreeMap::new();
    for (id, own) in all.each::<Realuse>() {
        let Some(booking) = own.booking_id else { continue };
        if let Some(other) = used.insert(booking, id) {
            findings.push(format!("P1: uses {other} and {id} are of one booking, {booking}"));
        }
        if all.get::<Known>(booking).and_then(|known| known.used_by) != Some(id) {
            findings.push(format!("P1: use {id} is not known to be of booking {booking}"));
        }
        let held = all.get::<Booking>(booking);
        if held.is_none() {
            findings.push(format!("P4: use {id} is of no booking"));
        }
        if own.stage == Use::Ended && held.is_some() && !is_over(held) {
            findings.push(format!("P4: use {id} has ended, booking {booking} is not over"));
        }
    }
}

/// Nobody knows of a booking what it never said.
fn heard(id: Id, known: &Known, booking: Option<&Booking>) -> Option<String> {
    match booking {
        None => Some(format!("P4: realuse knows booking {id}, which is none")),
        Some(own) if known.gone && !is_over(Some(own)) => {
            Some(format!("P4: realuse takes booking {id} for over, which it is not"))
        }
        Some(_) => None,
    }
}

/// What somebody has not heard of a booking yet.
fn unheard(id: Id, booking: &Booking, all: Everything<'_>) -> Vec<String> {
    let over = is_over(Some(booking));
    let asked = all.get::<Confirm>(id);
    let case = all.get::<Case>(id);
    let known = all.get::<Known>(id);
    let running = known.is_some_and(|known| known.used_by.is_some());
    let late = [
        ("confirm", asked.is_none()),
        ("confirm", over && asked.is_some_and(|own| !own.leaves())),
        ("confirm", !over && asked.is_some_and(|own| own.revision < booking.revision)),
        ("notification", case.is_none_or(|own| own.user_id.is_none())),
        ("notification", over && case.is_some_and(|own| own.over.is_none())),
        ("notification", !over && case.is_some_and(|own| own.revision < booking.revision)),
        ("realuse", known.is_none()),
        ("realuse", over && known.is_some_and(|own| !own.gone)),
        ("booking", running && matches!(booking.stage, Booked::Booked { .. })),
    ];
    let late = late.into_iter().filter(|(_, late)| *late);
    late.map(|(service, _)| format!("{service} has not heard yet what became of booking {id}")).collect()
}

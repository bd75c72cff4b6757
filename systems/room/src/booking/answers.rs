//! What a booking says at each turn.

use super::no::{No, Rejection};
use super::times::{self, Unclear, Wrong};
use super::{Booking, Change, Event, Stage};
use crate::Settings;
use crate::calendar::Calendar;
use crate::events::{
    BookingCancelled, BookingChanged, BookingCreated, Details, Reason, SlotFreed, SlotTaken,
};
use kernel::prelude::*;
use kernel::slots::Slot;

pub(super) fn book(details: Details, cx: &Cx<'_>) -> Outcome<Booking> {
    let slot = free(&details, None, cx)?;
    if !has_place(details.room_id, cx)? {
        return refused(Rejection::Full.into());
    }
    let (booking_id, room_id, no_show) = (cx.id, details.room_id, no_show(None, slot, cx));
    let taken = SlotTaken { booking_id, room_id, slot, no_show };
    done([Event::from(BookingCreated { id: cx.id, details }), taken.into()])
}

/// The time that is asked for, if nobody but `own` has it.
fn free(details: &Details, own: Option<Id>, cx: &Cx<'_>) -> Result<Slot, Stop<No>> {
    let settings = cx.settings::<Settings>();
    let zone = settings.zones.of(details.room_id);
    let slot = times::slot(&details.use_start_dtm, &details.use_end_dtm, zone);
    let slot = slot.map_err(|wrong| Stop::Rejected(rejection(wrong).into()))?;
    let Some(calendar) = cx.read::<Calendar>(details.room_id)? else { return Ok(slot) };
    let in_the_way = match own {
        Some(own) => calendar.0.overlap_of_others(slot, own),
        None => calendar.0.overlap(slot),
    };
    if let Some(other) = in_the_way {
        let other = cx.read::<Booking>(other.by)?.expect("who holds a slot is a booking");
        let Details { use_start_dtm: from, use_end_dtm: to, .. } = other.details.clone();
        return Err(Stop::Rejected(No::Taken { from, to }));
    }
    Ok(slot)
}

/// Whether the room takes one booking more.
fn has_place(room_id: Id, cx: &Cx<'_>) -> Result<bool, Need> {
    let held = cx.read::<Calendar>(room_id)?.map_or(0, |own| own.0.len());
    Ok((held as u64) < cx.settings::<Settings>().bookings_max)
}

/// Until when somebody must come; `None`: nobody need. `expected`: the time for which somebody is expected already,
/// who stays so when that time is changed after its start.
fn no_show(expected: Option<Slot>, slot: Slot, cx: &Cx<'_>) -> Option<Time> {
    let grace = cx.settings::<Settings>().no_show;
    let from = match expected {
        _ if cx.now < slot.from => slot.from,
        Some(before) if before.from == slot.from => slot.from,
        // Moved into the past: whoever comes has as long as anybody.
        Some(_) => cx.now,
        None => return None,
    };
    (grace.0 > 0).then(|| from + grace)
}

fn rejection(wrong: Wrong) -> Rejection {
    match wrong {
        Wrong::Start(Unclear::Unreadable) => Rejection::UnreadableStart,
        Wrong::Start(Unclear::Skipped) => Rejection::SkippedStart,
        Wrong::End(Unclear::Unreadable) => Rejection::UnreadableEnd,
        Wrong::End(Unclear::Skipped) => Rejection::SkippedEnd,
        Wrong::Backwards => Rejection::Backwards,
        Wrong::TooLong => Rejection::TooLong,
    }
}

impl Booking {
    pub(super) fn change(&self, change: Change, cx: &Cx<'_>) -> Outcome<Self> {
        let (before, id, revision) = (&self.details, cx.id, self.revision + 1);
        let details = change.of(before);
        if details == *before {
            return already();
        }
        let slot = match self.slot {
            Some(slot) if asks_for_the_same_time(&details, before) => slot,
            _ => free(&details, Some(id), cx)?,
        };
        if details.room_id != before.room_id && !has_place(details.room_id, cx)? {
            return refused(Rejection::Full.into());
        }
        // The same time in other words is not another time.
        let moved = details.room_id != before.room_id || self.slot != Some(slot);
        let room_id = details.room_id;
        let mut events = vec![Event::from(BookingChanged { id, details, revision, moved })];
        if moved {
            events.extend(self.freed(id));
            let no_show = match self.stage {
                Stage::Booked { no_show: Some(_) } => no_show(self.slot, slot, cx),
                Stage::Booked { no_show: None } => no_show(None, slot, cx),
                Stage::InUse { .. } | Stage::Over { .. } => None,
            };
            events.push(SlotTaken { booking_id: id, room_id, slot, no_show }.into());
        }
        done(events)
    }

    pub(super) fn cancel(&self, reason: Reason, id: Id) -> Outcome<Self> {
        let told = BookingCancelled { id, details: self.details.clone(), reason };
        done([Event::from(told)].into_iter().chain(self.freed(id)))
    }

    fn freed(&self, booking_id: Id) -> Option<Event> {
        let room_id = self.details.room_id;
        self.slot.map(|slot| SlotFreed { booking_id, room_id, slot }.into())
    }
}

/// Whether room and times are written the same.
fn asks_for_the_same_time(one: &Details, other: &Details) -> bool {
    let times = one.use_start_dtm == other.use_start_dtm && one.use_end_dtm == other.use_end_dtm;
    times && one.room_id == other.room_id
}

impl Change {
    fn of(self, before: &Details) -> Details {
        let or = |text: Option<String>, held: &String| text.unwrap_or_else(|| held.clone());
        Details {
            room_id: self.room_id.unwrap_or(before.room_id),
            use_start_dtm: or(self.use_start_dtm, &before.use_start_dtm),
            use_end_dtm: or(self.use_end_dtm, &before.use_end_dtm),
            booking_user_id: or(self.booking_user_id, &before.booking_user_id),
        }
    }
}

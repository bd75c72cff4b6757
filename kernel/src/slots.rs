//! Time slots, as a block: the calendar of one unit (a room, a court, a car) says which of its time is taken, and by
//! which booking. It names no event: a system puts its own words on what is taken and given back.
//!
//! A slot is half open: what ends at ten does not meet what begins at ten. Only what is held now is kept: a slot leaves
//! when its booking is over. Never by its age, since a booking may be entered for a time that is past, and even then
//! two of them must not have the same hour.

use crate::{Id, Time};
use alloc::collections::BTreeMap;
use serde::{Deserialize, Serialize};

/// From `from` until just before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slot {
    pub from: Time,
    pub to: Time,
}

impl Slot {
    /// `None`: it would end before it has begun, or be empty.
    pub fn new(from: Time, to: Time) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    pub fn meets(self, other: Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// A slot that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    pub slot: Slot,
    /// The booking that holds it.
    pub by: Id,
}

/// The end of a taken slot, kept under its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    to: Time,
    by: Id,
}

/// The unit's document. What it holds never meets, so one look beside a start finds what is in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Calendar {
    held: BTreeMap<Time, Held>,
}

fn taken((from, held): (&Time, &Held)) -> Taken {
    Taken { slot: Slot { from: *from, to: held.to }, by: held.by }
}

impl Calendar {
    /// The earliest slot that is in the way; `None`: it is free.
    pub fn overlap(&self, slot: Slot) -> Option<Taken> {
        self.in_the_way(slot).next()
    }

    /// The same for a booking that gives its own slot back for this one.
    pub fn overlap_of_others(&self, slot: Slot, own: Id) -> Option<Taken> {
        // A booking holds at most one slot of a unit, so this looks at two.
        self.in_the_way(slot).find(|taken| taken.by != own)
    }

    fn in_the_way(&self, slot: Slot) -> impl Iterator<Item = Taken> {
        let before = self.held.range(..slot.from).next_back().filter(|(_, held)| held.to > slot.from);
        before.into_iter().chain(self.held.range(slot.from..slot.to)).map(taken)
    }

    /// A free slot was taken.
    pub fn take(&mut self, slot: Slot, by: Id) {
        self.held.insert(slot.from, Held { to: slot.to, by });
    }

    /// A booking gave its slot back. What somebody else holds stays.
    pub fn give_back(&mut self, slot: Slot, by: Id) {
        if self.held.get(&slot.from) == Some(&Held { to: slot.to, by }) {
            self.held.remove(&slot.from);
        }
    }

    /// What is held, by time.
    pub fn each(&self) -> impl Iterator<Item = Taken> {
        self.held.iter().map(taken)
    }

    /// How many slots are held.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}

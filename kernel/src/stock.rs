//! Counted stock, as a block of two documents: the unit keeps how many are free, the booking keeps its hold and what
//! it was told, for good. It names no event: a system puts its own words on what is decided here.
//!
//! A booking takes at most one share at a time. Its attempts are numbered, and only the newest one counts: a newer
//! attempt, or the release of one, says that all before it are over. So each is resolved exactly once, whatever comes
//! late or twice.

use crate::{Id, Time};
use serde::{Deserialize, Serialize};

/// The unit's document: how many there are and how many of them are free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub total: i64,
    pub free: i64,
}

impl Count {
    pub fn of(total: i64) -> Self {
        Self { total, free: total }
    }

    /// How many are left after taking so many; `None`: too few.
    pub fn less(self, quantity: i64) -> Option<i64> {
        (quantity <= self.free).then(|| self.free - quantity)
    }

    /// A share was taken or given back: so many are free now.
    pub fn moved(&mut self, free: i64) {
        self.free = free;
    }

    /// Units came or went: so many are free now.
    pub fn adjusted(&mut self, free: i64) {
        self.total += free - self.free;
        self.free = free;
    }
}

/// So many of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub unit: Id,
    pub quantity: i64,
}

/// The booking's document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The newest attempt heard of.
    pub attempt: u64,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Taken, and given back then if nobody posts it.
    Held { share: Share, until: Time },
    /// Taken for good, until the booking is over.
    Posted { share: Share },
    /// Given back, or released before it was ever taken.
    Released,
    /// Given back because nobody posted it in time.
    Expired { share: Share },
    /// Nothing was taken, and the caller was told.
    Refused,
    /// The booking is over: no attempt will take anything again.
    Closed,
}

/// What an attempt to take a share comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taking {
    /// A new attempt. What an earlier one still holds goes back first.
    New { back: Option<Share> },
    /// This attempt has taken it.
    Already,
    /// This attempt was refused before.
    Refused,
    /// This attempt, or the booking, is over.
    Over,
}

/// What posting comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    Post,
    Already,
    /// Too late: it went back, and may be somebody else's.
    Lost(Share),
}

/// A release that changes something: what goes back with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    pub back: Option<Share>,
}

impl Hold {
    /// What is taken now.
    pub fn live(&self) -> Option<Share> {
        match self.stage {
            Stage::Held { share, .. } | Stage::Posted { share } => Some(share),
            Stage::Released | Stage::Expired { .. } | Stage::Refused | Stage::Closed => None,
        }
    }

    pub fn taking(own: Option<&Self>, attempt: u64) -> Taking {
        let Some(own) = own else { return Taking::New { back: None } };
        match own.stage {
            Stage::Closed => Taking::Over,
            _ if attempt > own.attempt => Taking::New { back: own.live() },
            _ if attempt < own.attempt => Taking::Over,
            Stage::Held { .. } | Stage::Posted { .. } => Taking::Already,
            Stage::Refused => Taking::Refused,
            Stage::Released | Stage::Expired { .. } => Taking::Over,
        }
    }

    pub fn posting(own: Option<&Self>) -> Posting {
        match own.map(|own| own.stage) {
            Some(Stage::Held { .. }) => Posting::Post,
            Some(Stage::Expired { share }) => Posting::Lost(share),
            None | Some(Stage::Posted { .. } | Stage::Released | Stage::Refused | Stage::Closed) => {
                Posting::Already
            }
        }
    }

    /// Ends an attempt and all before it. `None`: it is over already.
    pub fn releasing(own: Option<&Self>, attempt: u64) -> Option<Release> {
        let Some(own) = own else { return Some(Release { back: None }) };
        match own.stage {
            Stage::Closed => None,
            _ if attempt > own.attempt => Some(Release { back: own.live() }),
            Stage::Held { .. } if attempt == own.attempt => Some(Release { back: own.live() }),
            // Posted: the caller has what it asked for, so the release is a late repeat of nothing.
            Stage::Held { .. }
            | Stage::Posted { .. }
            | Stage::Released
            | Stage::Expired { .. }
            | Stage::Refused => None,
        }
    }

    /// Ends the booking. `None`: it is over already.
    pub fn closing(own: Option<&Self>) -> Option<Release> {
        match own.map(|own| own.stage) {
            Some(Stage::Closed) => None,
            None
            | Some(
                Stage::Held { .. }
                | Stage::Posted { .. }
                | Stage::Released
                | Stage::Expired { .. }
                | Stage::Refused,
            ) => Some(Release { back: own.and_then(Self::live) }),
        }
    }

    /// Ends what nobody posted. `None`: somebody did, or it is over already.
    pub fn expiring(own: Option<&Self>) -> Option<Share> {
        match own.map(|own| own.stage) {
            Some(Stage::Held { share, .. }) => Some(share),
            None
            | Some(
                Stage::Posted { .. }
                | Stage::Released
                | Stage::Expired { .. }
                | Stage::Refused
                | Stage::Closed,
            ) => None,
        }
    }
}

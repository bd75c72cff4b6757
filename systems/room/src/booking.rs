//! A booking of a room (R15, R16): it holds its time in the room's calendar until it is over. Nobody else gets that
//! time, and a booking that nobody comes for gives it back.

mod answers;
mod no;
mod times;

use crate::events::{
    BookingCancelled, BookingChanged, BookingCreated, BookingInUse, Details, Event as Language, Reason,
    SlotFreed, SlotTaken,
};
use answers::book;
use kernel::prelude::*;
use kernel::slots::Slot;
pub use no::{No, Rejection};

#[derive(Clone, Debug)]
pub enum Command {
    Book(Details),
    /// Its user writes these fields.
    Change(Change),
    Cancel(Reason),
    /// Somebody came.
    Use(Id),
}

/// What is to be other than it was.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub room_id: Option<Id>,
    pub use_start_dtm: Option<String>,
    pub use_end_dtm: Option<String>,
    pub booking_user_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booking {
    pub details: Details,
    /// What it holds in the calendar of its room.
    pub slot: Option<Slot>,
    /// How often it has changed.
    pub revision: u64,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Booked {
        /// Then it is over if nobody came. None: it was made for a time that had begun already.
        no_show: Option<Time>,
    },
    InUse {
        use_id: Id,
    },
    Over {
        reason: Reason,
    },
}

messages! {
    pub enum Event of Language {
        inner { SlotTaken, SlotFreed, BookingInUse }
        public { BookingCreated, BookingChanged, BookingCancelled }
    }
}

impl Aggregate for Booking {
    const KIND: &'static str = "booking";
    type Command = Command;
    type Event = Event;
    type Rejection = No;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Book, Cancel, Change, Use};
        use Stage::{Booked, InUse, Over};
        let booking_id = cx.id;
        let Some(own) = own else {
            return match command {
                Book(details) => book(details, cx),
                Change(_) | Cancel(_) => refused(Rejection::NotFound.into()),
                Use(_) => already(),
            };
        };
        match (own.stage, command) {
            (Booked { .. } | InUse { .. }, Change(change)) => own.change(change, cx),
            (Booked { .. }, Cancel(reason)) => own.cancel(reason, booking_id),
            // The administrator may, and whoever ends the use does.
            (InUse { .. }, Cancel(reason @ (Reason::Denied | Reason::UseEnded))) => {
                own.cancel(reason, booking_id)
            }
            (InUse { .. }, Cancel(Reason::User)) => refused(Rejection::InUse.into()),
            (Booked { .. }, Use(use_id)) => done([BookingInUse { booking_id, use_id }]),
            // What the system ended stays readable, but nobody can do anything with it.
            (Over { reason: Reason::NoShow }, Change(_) | Cancel(Reason::User)) => {
                refused(Rejection::NoShow.into())
            }
            // For another service it is gone: so it has what it wants.
            (Over { reason: Reason::NoShow }, Cancel(Reason::Denied | Reason::UseEnded))
            | (
                Over { reason: Reason::User | Reason::Denied | Reason::UseEnded },
                Change(_) | Cancel(Reason::User | Reason::Denied | Reason::UseEnded),
            ) => refused(Rejection::NotFound.into()),
            // Said twice, or too late.
            (_, Book(_))
            | (InUse { .. } | Over { .. }, Use(_))
            | (InUse { .. } | Over { .. }, Cancel(Reason::NoShow)) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event {
            id: BookingCreated, BookingChanged, BookingCancelled;
            booking_id: SlotTaken, SlotFreed, BookingInUse;
        })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        if let Event::BookingCreated(event) = event {
            let (details, stage) = (event.details.clone(), Stage::Booked { no_show: None });
            return Some(Self { details, slot: None, revision: 0, stage });
        }
        let mut own = own?;
        match event {
            Event::BookingCreated(_) => {}
            Event::BookingChanged(event) => {
                own.details = event.details.clone();
                own.revision = event.revision;
            }
            Event::BookingCancelled(event) => own.stage = Stage::Over { reason: event.reason },
            Event::SlotTaken(event) => {
                own.slot = Some(event.slot);
                if let Stage::Booked { no_show } = &mut own.stage {
                    *no_show = event.no_show;
                }
            }
            Event::SlotFreed(_) => own.slot = None,
            Event::BookingInUse(event) => own.stage = Stage::InUse { use_id: event.use_id },
        }
        Some(own)
    }

    fn waits(&self, _: Id) -> Vec<Wait<Command>> {
        match self.stage {
            Stage::Booked { no_show: Some(due) } => {
                vec![Wait::Timer { due, command: Command::Cancel(Reason::NoShow) }]
            }
            Stage::Booked { no_show: None } | Stage::InUse { .. } | Stage::Over { .. } => Vec::new(),
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        let body = Body::new()
            .with_id("roomId", self.details.room_id)
            .with("useStartDtm", self.details.use_start_dtm.as_str())
            .with("useEndDtm", self.details.use_end_dtm.as_str())
            .with("bookingUserId", self.details.booking_user_id.as_str());
        match self.stage {
            Stage::Booked { .. } | Stage::InUse { .. } => Some(body),
            Stage::Over { reason: reason @ Reason::NoShow } => Some(body.with("reason", reason.as_str())),
            Stage::Over { reason: Reason::User | Reason::Denied | Reason::UseEnded } => None,
        }
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::UseStarted(said) => {
                let used = |booking| (booking, Command::Use(said.times.id));
                said.times.booking_id.map(used).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

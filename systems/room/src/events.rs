//! The published language of the meeting rooms, named and spelled as on the wire, and beside it the inner events that
//! never leave the service that records them. Old bytes stay readable: what is added later has a default.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use kernel::slots::Slot;
use kernel::{Id, Millis, Time, messages};
use serde::{Deserialize, Serialize};

/// A text that is data: the document's own words, kept as they are.
pub type Text = Cow<'static, str>;

/// What a confirm's `status` may say.
pub const BOOKED: &str = "BOOKED";
pub const CONFIRMED: &str = "CONFIRMED";
pub const DENIED: &str = "DENIED";

/// Why a booking is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    /// Its user canceled it.
    User,
    /// The administrator denied it.
    Denied,
    /// Its use is over.
    UseEnded,
    /// Nobody came.
    NoShow,
}

impl Reason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::Denied => "DENIED",
            Self::UseEnded => "USE_ENDED",
            Self::NoShow => "NO_SHOW",
        }
    }

    /// What another service may give as reason.
    pub fn of_service(text: &str) -> Option<Self> {
        [Self::Denied, Self::UseEnded].into_iter().find(|reason| reason.as_str() == text)
    }
}

/// A time as the document writes its own: `2020-09-02 02:03:56`, in UTC.
pub fn written(time: Time) -> String {
    let instant = Timestamp::from_millisecond(time.0).unwrap_or_default();
    let at: DateTime = Offset::UTC.to_datetime(instant);
    let (date, clock) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second()
    )
}

/// What is booked, in the user's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Details {
    pub room_id: Id,
    pub use_start_dtm: String,
    pub use_end_dtm: String,
    pub booking_user_id: String,
}

/// What a confirm shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Approval {
    pub id: Id,
    pub user_id: String,
    pub status: Text,
    pub confirm_dtm: Option<String>,
    pub booking_id: Id,
}

kernel::events! {
    /// By `booking`: a room is booked.
    BookingCreated {
        id: Id,
        #[serde(flatten)]
        details: Details,
    }

    /// By `booking`: what is booked has changed.
    BookingChanged {
        id: Id,
        #[serde(flatten)]
        details: Details,
        /// How often it has changed so far: tells a change from one that is heard again.
        revision: u64,
        /// Room or time are others, so that it must be approved anew.
        moved: bool,
    }

    /// By `booking`: it is over, and the room is free again.
    BookingCancelled {
        id: Id,
        #[serde(flatten)]
        details: Details,
        reason: Reason,
    }
}

/// By `confirm`: the administrator is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmRequested {
    #[serde(flatten)]
    pub approval: Approval,
}

/// By `confirm`: approved. `revision`: the booking as it was after so many changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmCompleted {
    #[serde(flatten)]
    pub approval: Approval,
    #[serde(default)]
    pub revision: u64,
}

/// By `confirm`: denied, and the booking is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmDenied {
    #[serde(flatten)]
    pub approval: Approval,
}

/// What a use shows. Without a booking: somebody walked in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Times {
    pub id: Id,
    pub booking_id: Option<Id>,
    pub real_use_start_dtm: Option<String>,
    pub real_use_end_dtm: Option<String>,
}

/// By `realuse`: somebody uses a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseStarted {
    #[serde(flatten)]
    pub times: Times,
}

/// By `realuse`: the start was written down wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseCorrected {
    #[serde(flatten)]
    pub times: Times,
}

/// By `realuse`: the use is over, and so is its booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UseEnded {
    #[serde(flatten)]
    pub times: Times,
}

kernel::events! {
    /// By `notification`: a message has been sent.
    EmailSent {
        id: Id,
        user_id: String,
        contents: String,
        send_dtm: String,
        /// What it was about, if that was a booking.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking_id: Option<Id>,
    }
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event {
        BookingCreated, BookingChanged, BookingCancelled, ConfirmRequested, ConfirmCompleted, ConfirmDenied,
        UseStarted, UseCorrected, UseEnded, EmailSent,
    }
}

/// What notification knows to have happened to a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all_fields = "camelCase")]
pub enum Fact {
    Booked { user_id: String },
    Changed { user_id: String, revision: u64, moved: bool },
    Cancelled { reason: Reason },
    Confirmed { revision: u64 },
    Denied,
}

kernel::events! {
    /// In `booking`: time of a room is held. `noShow`: until when somebody must come.
    SlotTaken { booking_id: Id, room_id: Id, slot: Slot, no_show: Option<Time> }
    SlotFreed { booking_id: Id, room_id: Id, slot: Slot }
    /// In `booking`: somebody came.
    BookingInUse { booking_id: Id, use_id: Id }

    /// In `confirm`: what the administrator is asked about has changed.
    ChangeNoted { booking_id: Id, user_id: String, revision: u64 }
    /// In `confirm`: the administrator wrote when, and nothing else.
    ConfirmNoted { booking_id: Id, confirm_dtm: Option<String> }
    /// In `confirm`: the booking is asked to end.
    Denying { booking_id: Id, attempt: u64, confirm_dtm: Option<String>, until: Time, hold: Millis }
    DenyGivenUp { booking_id: Id, attempt: u64 }
    /// In `confirm`: denied when the booking was known to be over, so nothing more will be heard of it.
    ConfirmLeaving { booking_id: Id, at: Time }
    ConfirmRemoved { booking_id: Id }

    /// In `realuse`: there is such a booking.
    BookingNoted { booking_id: Id }
    /// In `realuse`: there is no such booking any more.
    BookingGone { booking_id: Id }
    /// In `realuse`: the booking is asked to end. `start`: another start that is told with the end.
    UseEnding {
        id: Id, booking_id: Id, attempt: u64, start: Option<String>, end: String, until: Time, hold: Millis,
    }
    UseEndGivenUp { id: Id, booking_id: Id, attempt: u64 }

    /// In `notification`.
    FactNoted { booking_id: Id, #[serde(flatten)] fact: Fact }
    /// In `notification`: what was told of a use.
    UseNoted { use_id: Id, ended: bool }
    /// In `notification`. `number`: of the notification.
    NoticeRecorded {
        booking_id: Option<Id>, number: Id, to: String, channel: Text, text: Text, at: Time,
    }
}

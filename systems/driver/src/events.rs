//! The published language of the driver system, named and spelled as on the wire, and beside it the inner events that
//! never leave the service that records them. Old bytes stay readable: what is added later has a default.

mod words;

use alloc::string::String;
use alloc::vec::Vec;
use kernel::{Id, Millis, Time, messages};
use serde::{Deserialize, Serialize};
pub use words::{Candidate, Degrees, DrivingType, Person, Point, Skill, Text, Wish};
pub(crate) use words::{as_kept, with_driver, with_point, with_wish};

pub const CALLED: &str = "호출";
pub const CALLING: &str = "호출중";
pub const CONFIRMED: &str = "호출확정";
pub const CALL_CANCELLED: &str = "호출취소";
pub const ORDER_CONFIRMED: &str = "대리기사호출확정";
pub const ORDER_CANCELLED: &str = "대리기사호출취소";
pub const ASSIGN_CONFIRMED: &str = "대리기사할당확정";
pub const WAITING: &str = "대리기사할당대기";
pub const ASSIGNED: &str = "대리기사할당됨";
pub const ASSIGN_CANCELLED: &str = "대리할당취소";
pub const FINISHED: &str = "운행종료";

/// Why the system, not the customer, ended a call.
pub const NO_ANSWER: &str = "NO_ANSWER";
pub const NO_DRIVER: &str = "NO_DRIVER";
pub const REFUSED: &str = "REFUSED";
pub const DESK: &str = "DESK";
/// Why a trip is taken for over although its driver did not say so.
pub const UNREPORTED: &str = "UNREPORTED";

/// By `drivercall`: a customer calls. After `until` it is too late to assign anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drivercalled {
    pub id: Id,
    #[serde(flatten)]
    pub wish: Wish,
    pub status: Text,
    pub until: Time,
}

/// By `drivermanage`: an assignment is asked for (`호출중`), then confirmed (`대리기사호출확정`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrivermanageAssigned {
    pub id: Id,
    #[serde(flatten)]
    pub wish: Wish,
    pub status: Text,
    /// Taken by the telephone desk: no call of a customer stands behind it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub desk: bool,
    #[serde(flatten)]
    pub driver: Option<Person>,
}

kernel::events! {
    /// By `driverassign`: this driver comes.
    DriverassignCompleted {
        id: Id,
        assignstatus: Text,
        #[serde(flatten)]
        driver: Person,
        #[serde(flatten)]
        wish: Wish,
        /// Of `/drivers`.
        driver_no: Id,
        /// Then the trip is taken for over, whoever reports.
        until: Time,
        /// Who was looked at, nearest first.
        #[serde(default)]
        candidates: Vec<Candidate>,
    }

    /// By `driverassign`: the trip is over, its driver free.
    DriverassignFinished {
        id: Id,
        assignstatus: Text,
        #[serde(flatten)]
        driver: Person,
        tel: String,
        driver_no: Id,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        /// The waiting call that gets the driver now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Id>,
    }
}

/// By `drivercall`: the call is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrivercallCancelled {
    pub id: Id,
    /// As printed: always null, since the call does not know of assignments.
    pub assignstatus: Option<Text>,
    pub tel: String,
    /// Why the system ended it; none: the customer did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// By `drivermanage`: no driver is wanted any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrivermanageCancelled {
    pub id: Id,
    /// None: it was over before its call was heard of.
    #[serde(flatten)]
    pub wish: Option<Wish>,
    pub status: Text,
    /// It was the telephone desk's: no call of a customer stands behind it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub desk: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

kernel::events! {
    /// By `driverassign`: nobody comes.
    DriverassignCancelled {
        id: Id,
        assignstatus: Text,
        /// Who is free again.
        #[serde(flatten)]
        driver: Option<Person>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tel: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        driver_no: Option<Id>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        /// The waiting call that gets the driver now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Id>,
    }
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event {
        Drivercalled, DrivermanageAssigned, DriverassignCompleted, DriverassignFinished,
        DrivercallCancelled, DrivermanageCancelled, DriverassignCancelled,
    }
}

kernel::events! {
    /// In `drivercall`: somebody wants a driver. `refuse`: nobody sees the call before drivermanage has taken it.
    CallRequested { id: Id, wish: Wish, refuse: bool, until: Time, hold: Millis }
    /// In `drivercall`: it never becomes public. `void`: drivermanage may have been reached.
    CallRefused { id: Id, void: bool }
    /// In `drivercall`: drivermanage will do nothing for it.
    CallVoided { id: Id }
    /// In `drivercall`: drivermanage has taken the request.
    CallTaken { id: Id }
    /// In `drivercall`: an assignment is asked for.
    CallPassedOn { id: Id }
    CallConfirmed { id: Id, driver: Person }
    CallFinished { id: Id }

    /// In `drivermanage`: a request whose call is not heard of yet; forgotten at `until`.
    OrderNoted { id: Id, wish: Wish, until: Time }
    /// In `drivermanage`: whatever is still heard of this request, nobody is assigned.
    OrderVoided { id: Id }
    OrderFinished { id: Id }

    /// In `driverassign`: nobody is free; at `until` the call is over.
    DriverAwaited { id: Id, wish: Wish, until: Time, candidates: Vec<Candidate> }
    DriverRegistered {
        id: Id,
        driver: Person,
        skill: Skill,
        location: Option<String>,
        at: Option<Point>,
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        off_duty: bool,
    }
    DriverChanged { id: Id, driver: Person, skill: Skill, location: Option<String>, at: Option<Point>, off_duty: bool }

    /// In `customer`: whom to tell about a call.
    CaseOpened { id: Id, to: String }
    /// In `customer`: the call is over, which will be told when its assignment is.
    CaseHushed { id: Id, rank: u8 }
    NoticeRecorded { order_id: Id, number: u64, rank: u8, to: String, channel: Text, text: Text }
    NoticesSent { order_id: Id, up_to: u64 }
}

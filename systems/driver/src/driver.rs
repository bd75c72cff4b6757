//! A driver: registered, on duty or not, somewhere, with one call at a time. Beside it the pool knows the same of all
//! drivers on duty, for choosing.

mod answers;
mod six;

use crate::driverassign::Event;
use crate::events::{Person, Point, Skill, with_driver, with_point};
use answers::register;
use kernel::prelude::*;
pub(crate) use six::six;

#[derive(Clone, Debug)]
pub enum Command {
    Register(Profile),
    Change(Change),
}

/// What a driver is registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub person: Person,
    pub skill: Skill,
    pub location: Option<String>,
    pub at: Option<Point>,
    pub duty: Duty,
}

/// Fields that were sent.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub driverid: Option<String>,
    pub driver: Option<String>,
    pub drivertel: Option<String>,
    pub skill: Option<Skill>,
    pub location: Option<String>,
    pub at: Option<Point>,
    pub duty: Option<Duty>,
}

/// What a driver can say about being there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    On,
    Off,
    /// Written by whoever sends the whole record back.
    Driving,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Driver {
    pub person: Person,
    pub skill: Skill,
    pub location: Option<String>,
    /// As said, or where the location is.
    pub at: Option<Point>,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Free,
    Driving { call: Id },
    OffDuty,
}

pub const FREE: &str = "대기";
pub const DRIVING: &str = "운행중";
pub const OFF_DUTY: &str = "휴무";

impl Duty {
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            FREE => Some(Self::On),
            OFF_DUTY => Some(Self::Off),
            DRIVING => Some(Self::Driving),
            _ => None,
        }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such driver.", "그런 기사가 없습니다.";
        Driving = 409 "driving" at "status":
            "The driver has a call. End the trip at /driverassigns first, then change this.",
            "운행 중인 기사입니다. /driverassigns에서 운행을 종료한 뒤 바꾸세요.";
        NotDriving = 409 "not-driving" at "status":
            "Whether a driver has a call is decided by calls. Set the status to \"대기\" or \"휴무\".",
            "운행 여부는 호출에 따라 정해집니다. 상태는 \"대기\" 또는 \"휴무\"로 보내세요.";
        PoolFull = 409 "pool-full":
            "As many drivers are on duty as this system takes. Wait until one goes off duty.",
            "근무 중인 기사가 한도에 이르렀습니다. 다른 기사가 휴무로 바뀐 뒤 다시 시도하세요.";
    }
}

impl Aggregate for Driver {
    const KIND: &'static str = "driver";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Register(profile)) => register(profile, cx),
            // Also at each start, for those who are there from the beginning.
            (Some(_), Command::Register(_)) => already(),
            (None, Command::Change(_)) => refused(Rejection::NotFound),
            (Some(own), Command::Change(change)) => own.change(change, cx),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::DriverRegistered(event) => Some(event.id),
            Event::DriverChanged(event) => Some(event.id),
            Event::DriverassignCompleted(event) => Some(event.driver_no),
            Event::DriverassignFinished(event) => Some(event.driver_no),
            Event::DriverassignCancelled(event) => event.driver_no,
            Event::DriverAwaited(_) => None,
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::DriverRegistered(event) => Some(Self {
                person: event.driver.clone(),
                skill: event.skill,
                location: event.location.clone(),
                at: event.at,
                state: if event.off_duty { State::OffDuty } else { State::Free },
            }),
            Event::DriverChanged(event) => own.map(|own| Self {
                person: event.driver.clone(),
                skill: event.skill,
                location: event.location.clone(),
                at: event.at,
                state: match own.state {
                    State::Driving { call } => State::Driving { call },
                    State::Free | State::OffDuty if event.off_duty => State::OffDuty,
                    State::Free | State::OffDuty => State::Free,
                },
            }),
            Event::DriverassignCompleted(event) => {
                own.map(|own| Self { state: State::Driving { call: event.id }, ..own })
            }
            Event::DriverassignFinished(_) | Event::DriverassignCancelled(_) => {
                own.map(|own| Self { state: State::Free, ..own })
            }
            Event::DriverAwaited(_) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        let (status, call) = match self.state {
            State::Free => (FREE, None),
            State::Driving { call } => (DRIVING, Some(call.0)),
            State::OffDuty => (OFF_DUTY, None),
        };
        let body = with_driver(Body::new(), Some(&self.person)).with("drivingType", self.skill.word());
        let body = with_point(body.with("location", self.location.as_deref()), self.at);
        Some(body.with("status", status).with("orderId", call))
    }
}

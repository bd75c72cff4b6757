//! The six drivers of the source document, who are there from the beginning. Where they are is not said.

use super::{Command, Duty, Profile};
use crate::events::{Person, Skill};
use kernel::Id;

const SIX: [(&str, &str, &str); 6] = [
    ("백영곤", "010-2345-6789", "34가4567"),
    ("안채우", "010-3345-7789", "44나4567"),
    ("임광현", "010-4345-8789", "54다4567"),
    ("장윤정", "010-5345-9789", "64라4567"),
    ("옥준삼", "010-6345-0789", "74마4567"),
    ("유승오", "010-7345-1789", "84사4567"),
];

pub(crate) fn six() -> impl Iterator<Item = (Id, Command)> {
    (1..).map(Id).zip(SIX).map(|(id, (driver, drivertel, driverid))| {
        let person = Person { driverid: driverid.into(), driver: driver.into(), drivertel: drivertel.into() };
        let (skill, location, at, duty) = (Skill::Both, None, None, Duty::On);
        (id, Command::Register(Profile { person, skill, location, at, duty }))
    })
}

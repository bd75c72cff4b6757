//! How drivers are registered and changed.

use super::{bad, point};
use crate::driver::{self, Change, Driver, Duty, Profile};
use crate::events::{Person, Skill};
use kernel::prelude::*;

pub(super) fn drivers() -> Resource {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields;
        let command = driver::Command::Change(Change {
            driverid: asked.said("driverid")?,
            driver: asked.said("driver")?,
            drivertel: asked.said("drivertel")?,
            skill: skill(fields)?,
            location: fields.owned("location"),
            at: point(fields)?,
            duty: duty(fields)?,
        });
        Deed::new::<Driver>(Target::Id(asked.path_id()), command)
    };
    Resource::of::<Driver>("driver", "drivers", "Drivers, and whether they are free.")
        .fields([
            Field::text("driverid", "The driver's number.").required(),
            Field::text("driver", "The driver's name.").required(),
            Field::text("drivertel", "The driver's telephone.").required(),
            Field::text(
                "drivingType",
                "The gearboxes the driver can handle: 자동 (the default), 수동, or 자동,수동.",
            ),
            Field::text("location", "Where the driver is, in words."),
            Field::decimal("lat", -90, 90, "Where the driver is, in degrees; with lng."),
            Field::decimal("lng", -180, 180, "Where the driver is, in degrees; with lat."),
            Field::text(
                "status",
                "대기 (free, the default), 운행중 (has a call, which calls decide), 휴무 (off duty).",
            ),
            Field::id("orderId", "The call that is driven.").read_only(),
        ])
        .finder("findByDriverid", "driverid", "driverid")
        .finder("findByStatus", "status", "status")
        .on(Method::Post, |asked| {
            let person = Person {
                driverid: asked.need_text("driverid")?,
                driver: asked.need_text("driver")?,
                drivertel: asked.need_text("drivertel")?,
            };
            let skill = skill(asked.fields)?.unwrap_or(Skill::Automatic);
            let (location, at) = (asked.fields.owned("location"), point(asked.fields)?);
            let duty = duty(asked.fields)?.unwrap_or(Duty::On);
            let profile = Profile { person, skill, location, at, duty };
            Deed::new::<Driver>(Target::New, driver::Command::Register(profile))
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
}

fn skill(fields: &Body) -> Result<Option<Skill>, Problem> {
    let Some(word) = fields.text("drivingType") else { return Ok(None) };
    Skill::of_word(word).map(Some).ok_or_else(|| {
        bad(
            "drivingType",
            "Field drivingType must be 자동, 수동, or both with a comma between them.",
            "drivingType 값은 자동, 수동 또는 쉼표로 이은 둘 다여야 합니다.",
        )
    })
}

fn duty(fields: &Body) -> Result<Option<Duty>, Problem> {
    let Some(word) = fields.text("status") else { return Ok(None) };
    Duty::of_word(word).map(Some).ok_or_else(|| {
        bad("status", "Field status must be 대기 or 휴무.", "status 값은 대기 또는 휴무여야 합니다.")
    })
}

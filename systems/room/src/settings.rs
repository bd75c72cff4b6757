//! What an operator can configure.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use jiff::tz::TimeZone;
use kernel::{Id, Millis, Setting, SettingError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub zones: Zones,
    pub cancel_within: Millis,
    /// Zero: a booking waits for ever for somebody to come.
    pub no_show: Millis,
    /// Bookings that a room may have at once.
    pub bookings_max: u64,
}

/// In which zone a room's local times are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zones {
    pub usual: TimeZone,
    pub rooms: BTreeMap<Id, TimeZone>,
}

const ZONE: Setting = Setting {
    name: "HOLDFAST_ROOM_ZONE",
    default: "Asia/Seoul",
    help: "The time zone of the rooms, for times that name none.",
};
const ZONES: Setting = Setting {
    name: "HOLDFAST_ROOM_ZONES",
    default: "",
    help: "Rooms in other time zones, like 7=Europe/Berlin,9=America/New_York.",
};
const CANCEL_WITHIN: Setting = Setting {
    name: "HOLDFAST_ROOM_CANCEL_WITHIN_MS",
    default: "1000",
    help: "How long the end of a use, and a denial, wait for the booking to be canceled.",
};
const NO_SHOW: Setting = Setting {
    name: "HOLDFAST_ROOM_NO_SHOW_MS",
    default: "900000",
    help: "So long after its start a booking is canceled if nobody came; 0: never.",
};
const BOOKINGS_MAX: Setting = Setting {
    name: "HOLDFAST_ROOM_BOOKINGS_MAX",
    default: "50000",
    help: "How many bookings a room may have at once: by default more than a year of quarter hours.",
};

pub const SETTINGS: &[Setting] = &[ZONE, ZONES, CANCEL_WITHIN, NO_SHOW, BOOKINGS_MAX];

impl Settings {
    pub fn read(from: &kernel::Settings<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            zones: Zones { usual: usual(&from.text(ZONE))?, rooms: rooms(&from.text(ZONES))? },
            cancel_within: from.millis(CANCEL_WITHIN)?,
            no_show: from.millis(NO_SHOW)?,
            bookings_max: from.count(BOOKINGS_MAX)?,
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::read(&kernel::Settings::new(&|_| None)).expect("the defaults can be read")
    }
}

impl Zones {
    pub fn of(&self, room: Id) -> &TimeZone {
        self.rooms.get(&room).unwrap_or(&self.usual)
    }
}

fn usual(value: &str) -> Result<TimeZone, SettingError> {
    TimeZone::get(value.trim()).map_err(|_| wrong(ZONE, value, "a time zone like Asia/Seoul"))
}

fn rooms(value: &str) -> Result<BTreeMap<Id, TimeZone>, SettingError> {
    let pairs = value.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let mut rooms = BTreeMap::new();
    for pair in pairs {
        let read = pair.split_once('=').and_then(|(room, zone)| {
            let room = room.trim().parse().ok().filter(|room| *room > 0)?;
            Some((Id(room), TimeZone::get(zone.trim()).ok()?))
        });
        let must = "rooms with their time zones, like 7=Europe/Berlin,9=America/New_York";
        let (room, zone) = read.ok_or_else(|| wrong(ZONES, pair, must))?;
        if rooms.insert(room, zone).is_some() {
            return Err(wrong(ZONES, pair, "each room once"));
        }
    }
    Ok(rooms)
}

fn wrong(setting: Setting, value: &str, must: &str) -> SettingError {
    SettingError { name: String::from(setting.name), value: value.to_string(), must: must.to_string() }
}

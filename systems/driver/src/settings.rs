//! What an operator can configure.

use kernel::{Millis, Setting, SettingError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether a call is refused when drivermanage does not answer, instead of being taken and asked for later.
    pub refuse: bool,
    /// How much later each call is made.
    pub sleep: Millis,
    pub call_within: Millis,
    pub unanswered: Millis,
    pub no_driver: Millis,
    pub trip: Millis,
}

const FALLBACK: Setting = Setting {
    name: "HOLDFAST_DRIVER_FALLBACK",
    default: "accept",
    help: "What becomes of a call while drivermanage does not answer: accept takes it and asks again, refuse answers 503.",
};
const SLEEP: Setting = Setting {
    name: "SLEEP_ME",
    default: "0",
    help: "How many milliseconds later each call of a driver is made: for demonstrations.",
};
const CALL_WITHIN: Setting = Setting {
    name: "HOLDFAST_DRIVER_CALL_WITHIN_MS",
    default: "610",
    help: "How long a customer who calls is held until drivermanage has taken the request.",
};
const UNANSWERED: Setting = Setting {
    name: "HOLDFAST_DRIVER_UNANSWERED_MS",
    default: "600000",
    help: "After this time a call that drivermanage has not taken is canceled.",
};
const NO_DRIVER_FOR: Setting = Setting {
    name: "HOLDFAST_DRIVER_NO_DRIVER_MS",
    default: "600000",
    help: "After this time a call for which no driver becomes free is canceled.",
};
const TRIP: Setting = Setting {
    name: "HOLDFAST_DRIVER_TRIP_MS",
    default: "10800000",
    help: "After this time a trip whose end nobody reports is taken for over, and its driver is free.",
};

pub const SETTINGS: &[Setting] = &[FALLBACK, SLEEP, CALL_WITHIN, UNANSWERED, NO_DRIVER_FOR, TRIP];

impl Settings {
    pub fn read(from: &kernel::Settings<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            refuse: from.choice(FALLBACK, &["accept", "refuse"])? == "refuse",
            sleep: from.millis(SLEEP)?,
            call_within: from.millis(CALL_WITHIN)?,
            unanswered: from.millis(UNANSWERED)?,
            no_driver: from.millis(NO_DRIVER_FOR)?,
            trip: from.millis(TRIP)?,
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::read(&kernel::Settings::new(&|_| None)).expect("the defaults can be read")
    }
}

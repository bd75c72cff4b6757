//! What an operator can configure.

use alloc::format;
use alloc::string::String;
use kernel::{Millis, Money, Setting, SettingError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What a seat costs.
    pub price: Money,
    pub pay_within: Millis,
    pub unchecked: Millis,
    pub authorization_kept: Millis,
    pub db_ip: String,
    pub db_service_name: String,
}

const PRICE: Setting =
    Setting { name: "HOLDFAST_SEAT_PRICE", default: "1000", help: "What a seat costs, in won." };
const PAY_WITHIN: Setting = Setting {
    name: "HOLDFAST_SEAT_PAY_WITHIN_MS",
    default: "1000",
    help: "How long a reservation, or a payment at the desk, waits for the money.",
};
const UNCHECKED: Setting = Setting {
    name: "HOLDFAST_SEAT_UNCHECKED_MS",
    default: "86400000",
    help: "After this time a paid reservation whose seat was not checked is refused and its money returned.",
};
const AUTHORIZATION_KEPT: Setting = Setting {
    name: "HOLDFAST_AUTHORIZATION_KEPT_MS",
    default: "604800000",
    help: "After this time an authorization whose booking was never heard of is voided.",
};
const DB_IP: Setting =
    Setting { name: "DB_IP", default: "null", help: "Shown at /env of the seat system's reservation." };
const DB_SERVICE_NAME: Setting = Setting {
    name: "DB_SERVICE_NAME",
    default: "null",
    help: "Shown at /env of the seat system's reservation.",
};

pub const SETTINGS: &[Setting] = &[PRICE, PAY_WITHIN, UNCHECKED, AUTHORIZATION_KEPT, DB_IP, DB_SERVICE_NAME];

impl Settings {
    pub fn read(from: &kernel::Settings<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            price: from.money(PRICE)?,
            pay_within: from.millis(PAY_WITHIN)?,
            unchecked: from.millis(UNCHECKED)?,
            authorization_kept: from.millis(AUTHORIZATION_KEPT)?,
            db_ip: from.text(DB_IP),
            db_service_name: from.text(DB_SERVICE_NAME),
        })
    }

    /// The two lines of `/env`, as the document's service writes them.
    pub(crate) fn env(&self) -> String {
        format!("DB IP : {}\r\nDB SERVICE_NAME : {}", self.db_ip, self.db_service_name)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::read(&kernel::Settings::new(&|_| None)).expect("the defaults can be read")
    }
}

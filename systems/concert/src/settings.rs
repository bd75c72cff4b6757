//! What an operator can configure.

use kernel::{Millis, Money, Setting, SettingError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What a ticket costs where nobody has said otherwise.
    pub price: Money,
    pub request_within: Millis,
    pub unpaid: Millis,
    pub pay_within: Millis,
    /// The most tickets of one concert for one user; 0: any number.
    pub tickets_per_user: u64,
}

const PRICE: Setting = Setting {
    name: "HOLDFAST_CONCERT_PRICE",
    default: "10000",
    help: "What a ticket costs, in won, if the concert is registered without a price.",
};
const REQUEST_WITHIN: Setting = Setting {
    name: "HOLDFAST_CONCERT_REQUEST_WITHIN_MS",
    default: "610",
    help: "How long a booking waits for payment to take it; then the user is asked to pay a little later.",
};
const UNPAID: Setting = Setting {
    name: "HOLDFAST_CONCERT_UNPAID_MS",
    default: "600000",
    help: "After this time a booking that is not paid is canceled.",
};
const PAY_WITHIN: Setting = Setting {
    name: "HOLDFAST_CONCERT_PAY_WITHIN_MS",
    default: "1000",
    help: "How long a user who pays waits for the payment provider.",
};
const TICKETS_PER_USER: Setting = Setting {
    name: "HOLDFAST_CONCERT_TICKETS_PER_USER",
    default: "0",
    help: "The most tickets of one concert that one user may hold; 0: any number.",
};

pub const SETTINGS: &[Setting] = &[PRICE, REQUEST_WITHIN, UNPAID, PAY_WITHIN, TICKETS_PER_USER];

impl Settings {
    pub fn read(from: &kernel::Settings<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            price: from.money(PRICE)?,
            request_within: from.millis(REQUEST_WITHIN)?,
            unpaid: from.millis(UNPAID)?,
            pay_within: from.millis(PAY_WITHIN)?,
            tickets_per_user: from.count(TICKETS_PER_USER)?,
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::read(&kernel::Settings::new(&|_| None)).expect("the defaults can be read")
    }
}

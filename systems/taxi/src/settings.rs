//! What an operator can configure.

use alloc::string::String;
use kernel::{Millis, Money, Setting, SettingError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What an order costs, and the least that is ever charged.
    pub fare: Money,
    pub pay_within: Millis,
    pub assign_within: Millis,
    pub unassigned: Millis,
    pub authorization_kept: Millis,
    pub hold_kept: Millis,
    pub payment_gateway: String,
}

const FARE: Setting = Setting {
    name: "MIN_TAX_PRICE",
    default: "3800",
    help: "What an order costs, in won: the minimum fare.",
};
const PAY_WITHIN: Setting = Setting {
    name: "HOLDFAST_TAXI_PAY_WITHIN_MS",
    default: "300",
    help: "How long an order waits for its payment, and a cancel for its void.",
};
const ASSIGN_WITHIN: Setting = Setting {
    name: "HOLDFAST_TAXI_ASSIGN_WITHIN_MS",
    default: "1000",
    help: "How long a manager waits for a taxi to be held.",
};
const UNASSIGNED: Setting = Setting {
    name: "HOLDFAST_TAXI_UNASSIGNED_MS",
    default: "86400000",
    help: "After this time an order that is not confirmed, or has no taxi, is canceled and its money returned.",
};
const AUTHORIZATION_KEPT: Setting = Setting {
    name: "HOLDFAST_AUTHORIZATION_KEPT_MS",
    default: "604800000",
    help: "After this time an authorization whose booking was never heard of is voided.",
};
const HOLD_KEPT: Setting = Setting {
    name: "HOLDFAST_TAXI_HOLD_KEPT_MS",
    default: "86400000",
    help: "After this time a held taxi whose reservation was never heard of is given back.",
};
const PAYMENT_GATEWAY: Setting = Setting {
    name: "PAYMENT_GATEWAY_SERVER",
    default: "http://pg.example.com",
    help: "The address of the payment provider; used only with HOLDFAST_PAYMENT_PROVIDER=http.",
};

pub const SETTINGS: &[Setting] =
    &[FARE, PAY_WITHIN, ASSIGN_WITHIN, UNASSIGNED, AUTHORIZATION_KEPT, HOLD_KEPT, PAYMENT_GATEWAY];

impl Settings {
    pub fn read(from: &kernel::Settings<'_>) -> Result<Self, SettingError> {
        Ok(Self {
            fare: from.money(FARE)?,
            pay_within: from.millis(PAY_WITHIN)?,
            assign_within: from.millis(ASSIGN_WITHIN)?,
            unassigned: from.millis(UNASSIGNED)?,
            authorization_kept: from.millis(AUTHORIZATION_KEPT)?,
            hold_kept: from.millis(HOLD_KEPT)?,
            payment_gateway: from.text(PAYMENT_GATEWAY),
        })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::read(&kernel::Settings::new(&|_| None)).expect("the defaults can be read")
    }
}

//! The published language of this system, named and spelled as on the wire.

use alloc::string::String;
use kernel::{Id, messages};
use serde::{Deserialize, Serialize};

/// By `booking`: somebody has booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booked {
    pub id: Id,
    pub name: String,
}

/// By `booking`: the booking is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookingCanceled {
    pub id: Id,
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event { Booked, BookingCanceled }
}

//! The published language of this system, named and spelled as on the wire.

use alloc::string::String;
use kernel::{Id, messages};

kernel::events! {
    /// By `booking`: somebody has booked.
    Booked { id: Id, name: String }

    /// By `booking`: the booking is over.
    BookingCanceled { id: Id }
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event { Booked, BookingCanceled }
}

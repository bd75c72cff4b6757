//! Seat: somebody books something.
//!
//! | service | hears | says |
//! |---|---|---|
//! | booking | nothing yet | Booked, BookingCanceled |
#![no_std]

extern crate alloc;

pub mod booking;
pub mod events;
mod routes;

use kernel::{Service, System};

/// The whole system.
pub fn system() -> System {
    System::new("seat", "Seat", ()).service(
        Service::of::<booking::Event>("booking", 8081).holds::<booking::Booking>().serves(routes::booking()),
    )
}

//! Seats of a reading room: a member reserves a seat and pays at once; the seat is taken when it is heard that the money
//! is taken, never held before; whoever comes second gets the money back. On leaving, the seat is free again.
//!
//! | service | hears | says |
//! |---|---|---|
//! | mypage | Reserved, Checked, ReservationRefused, Refunded, Exited, Reclaimed | (nothing: a view) |
//! | reservation | Checked, SeatRefused, Refunded, Reclaimed by the administrator | Reserved, ReservationRefused, Exited |
//! | payment | Reserved, ReservationRefused | Paid, Refunded |
//! | management | Paid, Exited, ReservationRefused | Checked, Reclaimed, SeatRefused |
//! | seat | Checked, Reclaimed | (nothing: a board) |
//!
//! | who asks | whom | what for | kind |
//! |---|---|---|---|
//! | reservation | payment | authorize | refuse: no answer, no reservation |
//! | reservation | payment | void | forward: asked without end |
//! | payment | provider | authorize; capture, return | refuse; forward |
//!
//! Core: reservation, payment, management. Supporting: seat (the public board) and mypage; without them members still
//! reserve and leave.
#![no_std]

extern crate alloc;

pub mod audit;
pub mod bill;
pub mod claim;
pub mod desk;
pub mod events;
pub mod management;
pub mod mypage;
pub mod payment;
pub mod reservation;
mod routes;
pub mod seat;
mod settings;

use kernel::{Service, System};
pub use settings::{SETTINGS, Settings};

/// The whole system.
pub fn system(settings: Settings) -> System {
    let env = settings.env();
    System::new("seat", "Seat reservation", settings)
        .service(
            Service::of::<mypage::Event>("mypage", 8081).shows::<mypage::Mypage>().serves(routes::mypage()),
        )
        .service(
            Service::of::<reservation::Event>("reservation", 8082)
                .holds::<reservation::Reservation>()
                .holds::<desk::DeskRefusals>()
                .serves(routes::reservation())
                .text("/env", "What this service was given by its configuration.", env),
        )
        .service(
            Service::of::<payment::Event>("payment", 8083)
                .holds::<bill::Bill>()
                .holds::<payment::Payment>()
                .serves(routes::payment()),
        )
        .service(
            Service::of::<management::Event>("management", 8084)
                // First, so that an event about a seat carries the version of the seat.
                .holds::<management::Management>()
                .holds::<claim::Claim>()
                .serves(routes::management()),
        )
        .service(Service::of::<seat::Event>("seat", 8085).holds::<seat::Seat>().serves(routes::seat()))
        .audit(audit::audit)
}

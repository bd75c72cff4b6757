//! Concert tickets: a user books, pays a little later, and has the tickets when the booking is approved.
//!
//! | service | hears | says |
//! |---|---|---|
//! | concert | BookingApproved, PaymentCanceled | ConcertRegistered, TicketUpdated, TicketRejected |
//! | booking | ConcertRegistered, TicketUpdated, TicketRejected, PaymentApproved, PaymentCanceled | BookingRequested, BookingApproved, BookingCanceled |
//! | payment | BookingRequested, BookingCanceled | PaymentRequested, PaymentApproved, PaymentCanceled |
//! | user | nothing | UserRegistered |
//! | mypage | BookingRequested, BookingApproved, BookingCanceled, PaymentRequested, PaymentApproved, PaymentCanceled | (rows) |
//!
//! | who asks | whom | what for | kind |
//! |---|---|---|---|
//! | booking | payment | request the payment | defer: no answer, asked again until it must be paid |
//! | payment | provider | authorize | refuse: no answer, the try comes to nothing |
//! | payment | provider | capture, return; what a try that came to nothing has been granted | forward |
#![no_std]

extern crate alloc;

pub mod allocation;
pub mod audit;
pub mod booking;
pub mod concert;
pub mod events;
pub mod history;
pub mod holder;
pub mod leftover;
pub mod offer;
pub mod payment;
mod routes;
mod settings;
pub mod user;

use kernel::{Service, System};
pub use settings::{SETTINGS, Settings};

/// The whole system.
pub fn system(settings: Settings) -> System {
    System::new("concert", "Concert tickets", settings)
        .service(
            Service::of::<concert::Event>("concert", 8081)
                .holds::<concert::Concert>()
                .holds::<allocation::Allocation>()
                .serves(routes::concert()),
        )
        .service(
            Service::of::<booking::Event>("booking", 8082)
                .holds::<booking::Booking>()
                .holds::<offer::Offer>()
                .holds::<holder::Holder>()
                .serves(routes::booking()),
        )
        .service(
            Service::of::<payment::Event>("payment", 8083)
                .holds::<payment::Payment>()
                .holds::<leftover::Leftover>()
                .serves(routes::payment()),
        )
        .service(Service::of::<user::Event>("user", 8084).holds::<user::User>().serves(routes::user()))
        .service(
            Service::of::<history::Event>("mypage", 8085)
                .shows::<history::BookingHistory>()
                .serves(routes::mypage()),
        )
        .audit(audit::audit)
}

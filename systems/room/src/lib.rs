//! Meeting rooms: a user books a room, the administrator approves or denies, people use it, and the end of the use is
//! the end of the booking.
//!
//! | service | hears | says |
//! |---|---|---|
//! | booking | UseStarted | BookingCreated, BookingChanged, BookingCancelled |
//! | confirm | BookingCreated, BookingChanged, BookingCancelled | ConfirmRequested, ConfirmCompleted, ConfirmDenied |
//! | notification | BookingCreated, BookingChanged, BookingCancelled, ConfirmCompleted, ConfirmDenied, UseStarted, UseEnded | EmailSent |
//! | realuse | BookingCreated, BookingCancelled | UseStarted, UseCorrected, UseEnded |
//! | bookinglist | BookingCreated, BookingChanged, BookingCancelled, ConfirmRequested, ConfirmCompleted, ConfirmDenied | (a view) |
//! | roomuselist | BookingCreated, BookingChanged, UseStarted, UseCorrected, UseEnded | (a view) |
//!
//! | who asks | whom | what for | kind |
//! |---|---|---|---|
//! | realuse | booking | cancel, since the use is over | refuse: no answer, the use goes on |
//! | confirm | booking | cancel, since it is denied | refuse: no answer, nothing denied |
//! | notification | notifier | send | forward |
#![no_std]

extern crate alloc;

pub mod audit;
pub mod booking;
pub mod booking_list;
pub mod calendar;
pub mod case;
pub mod confirm;
pub mod events;
pub mod known;
pub mod notification;
pub mod realuse;
pub mod room_use_list;
mod routes;
mod settings;
pub mod used;

use kernel::{Service, System};
pub use settings::{SETTINGS, Settings, Zones};

/// The whole system.
pub fn system(settings: Settings) -> System {
    System::new("room", "Meeting rooms", settings)
        .service(
            Service::of::<booking::Event>("booking", 8081)
                .holds::<booking::Booking>()
                .holds::<calendar::Calendar>()
                .serves(routes::booking()),
        )
        .service(
            Service::of::<confirm::Event>("confirm", 8082)
                .holds::<confirm::Confirm>()
                .serves(routes::confirm()),
        )
        .service(
            Service::of::<notification::Event>("notification", 8083)
                .holds::<notification::Notification>()
                .holds::<case::Case>()
                .holds::<used::Used>()
                .serves(routes::notification()),
        )
        .service(
            Service::of::<realuse::Event>("realuse", 8084)
                .holds::<realuse::Realuse>()
                .holds::<known::Known>()
                .serves(routes::realuse()),
        )
        .service(
            Service::of::<booking_list::Event>("bookinglist", 8085)
                .shows::<booking_list::BookingList>()
                .serves(routes::booking_list()),
        )
        .service(
            Service::of::<room_use_list::Event>("roomuselist", 8086)
                .shows::<room_use_list::RoomUseList>()
                .serves(routes::room_use_list()),
        )
        .audit(audit::audit)
}

//! Call taxi: a customer orders a taxi of a grade and pays at once; the manager of the company confirms and assigns.
//!
//! | service | hears | says |
//! |---|---|---|
//! | order | ReserveAccepted `confirmed`, ReserveCanceled, PaymentCanceled | Ordered, OrderCanceled |
//! | payment | Ordered | PaymentApproved, PaymentCanceled |
//! | reservation | Ordered, PaymentApproved, OrderCanceled, TaxiOutOfStock | ReserveAccepted, ReserveCanceled |
//! | notification | Ordered, PaymentApproved, PaymentCanceled, ReserveAccepted, ReserveCanceled | (notices) |
//! | taxi | ReserveAccepted with a taxi, ReserveCanceled with one | TaxiRegistered, StockChanged, TaxiOutOfStock |
//!
//! | who asks | whom | what for | kind |
//! |---|---|---|---|
//! | order | payment | authorize | refuse: no answer, no order |
//! | order | payment | void | forward: asked without end |
//! | reservation | taxi | hold one | refuse: no answer, nothing confirmed |
//! | reservation | taxi | release a try | forward |
//! | payment | provider | authorize; capture, return | refuse; forward |
//! | notification | notifier | send | forward |
#![no_std]

extern crate alloc;

pub mod audit;
pub mod cancellation;
pub mod events;
pub mod history;
pub mod hold;
pub mod mypage;
pub mod notification;
pub mod order;
pub mod payment;
pub mod reservation;
mod routes;
mod settings;
pub mod taxi;

use kernel::{Service, System};
pub use settings::{SETTINGS, Settings};

/// The whole system.
pub fn system(settings: Settings) -> System {
    System::new("taxi", "Call taxi", settings)
        .service(Service::of::<order::Event>("order", 8081).holds::<order::Order>().serves(routes::order()))
        .service(
            Service::of::<reservation::Event>("reservation", 8082)
                .holds::<reservation::Reservation>()
                .holds::<cancellation::Cancellation>()
                .serves(routes::reservation()),
        )
        .service(
            Service::of::<payment::Event>("payment", 8083)
                .holds::<payment::Payment>()
                .holds::<history::PaymentHistory>()
                .serves(routes::payment()),
        )
        .service(
            Service::of::<notification::Event>("notification", 8084)
                .holds::<notification::Case>()
                .shows::<mypage::Mypage>()
                .serves(routes::notification()),
        )
        .service(
            Service::of::<taxi::Event>("taxi", 8085)
                .holds::<taxi::Taxi>()
                .holds::<hold::Hold>()
                .serves(routes::taxi()),
        )
        .audit(audit::audit)
}

//! Designated drivers: a customer calls somebody who drives the customer's own car home; the nearest free driver comes.
//!
//! | service | hears | says |
//! |---|---|---|
//! | drivercall | DrivermanageAssigned `호출중`, DrivermanageCancelled, DriverassignCompleted, DriverassignFinished, DriverassignCancelled | Drivercalled, DrivercallCancelled |
//! | drivermanage | Drivercalled, DrivercallCancelled, DriverassignCompleted, DriverassignFinished, DriverassignCancelled | DrivermanageAssigned, DrivermanageCancelled |
//! | driverassign | DrivermanageAssigned `호출중`, DrivermanageCancelled | DriverassignCompleted, DriverassignFinished, DriverassignCancelled |
//! | customer | Drivercalled, DrivermanageAssigned `호출중`, DriverassignCompleted, DriverassignFinished, DrivercallCancelled, DriverassignCancelled | (notices) |
//!
//! | who asks | whom | what for | kind |
//! |---|---|---|---|
//! | drivercall | drivermanage | take the request | defer: no answer, asked again; or refuse, if so configured |
//! | drivercall | drivermanage | void | forward: asked without end |
//! | customer | notifier | send | forward |
#![no_std]

extern crate alloc;

pub mod audit;
pub mod case;
pub mod customer;
pub mod driver;
pub mod driverassign;
pub mod drivercall;
pub mod drivermanage;
pub mod events;
pub mod pool;
mod routes;
mod settings;

use kernel::{Service, System};
pub use settings::{SETTINGS, Settings};

/// The whole system.
pub fn system(settings: Settings) -> System {
    let calls = Service::of::<drivercall::Event>("drivercall", 8081)
        .holds::<drivercall::Drivercall>()
        .serves(routes::drivercall(&settings));
    System::new("driver", "Designated drivers", settings)
        .service(calls)
        .service(
            Service::of::<drivermanage::Event>("drivermanage", 8082)
                .holds::<drivermanage::Drivermanage>()
                .serves(routes::drivermanage()),
        )
        .service(
            Service::of::<driverassign::Event>("driverassign", 8083)
                .holds::<driverassign::Driverassign>()
                .holds::<driver::Driver>()
                .holds::<pool::Pool>()
                .serves(routes::driverassign())
                .begins_with::<driver::Driver>(driver::six()),
        )
        .service(
            Service::of::<case::Event>("customer", 8084)
                .holds::<case::Case>()
                .shows::<customer::Customer>()
                .serves(routes::customer()),
        )
        .audit(audit::audit)
}

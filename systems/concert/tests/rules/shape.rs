//! What the document says of the shape of the system, against the system's own description.

use kernel::{Finder, Message, Method, Resource, Service, System};
use std::collections::BTreeSet;

fn system() -> System {
    concert::system(concert::Settings::default())
}

fn resource<'a>(system: &'a System, plural: &str) -> (&'a Service, &'a Resource) {
    let mut all = system.services.iter().flat_map(|one| one.resources.iter().map(move |table| (one, table)));
    all.find(|(_, table)| table.plural == plural).unwrap_or_else(|| panic!("nobody serves /{plural}"))
}

#[test]
fn c20_five_services_with_ports_of_their_own() {
    let expected =
        [("concert", 8081), ("booking", 8082), ("payment", 8083), ("user", 8084), ("mypage", 8085)];
    let system = system();
    let services: Vec<_> = system.services.iter().map(|one| (one.name, one.port)).collect();
    assert_eq!(services, expected);
}

#[test]
fn c20_c21_each_path_of_the_document_leads_to_its_service() {
    let expected = [
        ("concerts", "concert", "POST PUT PATCH DELETE"),
        ("bookings", "booking", "POST PUT PATCH DELETE"),
        ("payments", "payment", "POST PUT PATCH"),
        ("users", "user", "POST PUT PATCH DELETE"),
        ("bookingHistories", "mypage", ""),
    ];
    let system = system();
    for (plural, service, methods) in expected {
        let (found, table) = resource(&system, plural);
        let served: Vec<&str> = table.routes.iter().map(|route| route.method.name()).collect();
        assert_eq!((found.name, served.join(" ").as_str()), (service, methods), "/{plural}");
        assert!(table.routes.iter().all(|route| !route.internal), "/{plural} is open to people");
        assert!(table.paged, "/{plural} has a page block");
    }
    let plurals = system.services.iter().flat_map(|one| one.resources.iter().map(|table| table.plural));
    let all: Vec<&str> = plurals.collect();
    assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len(), "no path is two services'");
}

#[test]
fn c9_c17_histories_and_payments_are_found_by_their_booking_and_user() {
    let system = system();
    let finders = |plural: &str| -> Vec<(&'static str, &'static str, bool)> {
        let of = |one: &Finder| (one.name, one.field, one.one);
        resource(&system, plural).1.finders.iter().map(of).collect()
    };
    let expected = [("findByUserId", "userId", false), ("findByBookingId", "bookingId", true)];
    assert_eq!(finders("bookingHistories"), expected);
    assert_eq!(finders("payments"), [("findByBookingId", "bookingId", false)]);
    let fields: Vec<&str> =
        resource(&system, "bookingHistories").1.fields.iter().map(|one| one.name).collect();
    assert_eq!(fields, ["id", "bookingId", "concertId", "userId", "status"]);
}

#[test]
fn c13_the_page_is_a_read_model_that_nobody_writes() {
    let system = system();
    let (mypage, table) = resource(&system, "bookingHistories");
    assert!(table.view && table.routes.is_empty());
    assert!(mypage.aggregates.is_empty() && mypage.event_names().is_empty());
    assert!(!resource(&system, "bookings").1.view);
}

/// Booking, the core, hears of the supporting services and asks none of them; it asks payment alone, and can wait.
#[test]
fn c18_c23_the_core_asks_payment_and_nobody_else() {
    let system = system();
    let mut booking = testkit::given::Given::service(self::system(), "booking");
    let fields = serde_json::json!({"concertId": 1, "userId": 2, "qty": 5});
    let _ = booking.asks(Method::Post, "/bookings", fields);
    let asked: Vec<String> = booking.all_waits().iter().map(|wait| format!("{wait:?}")).collect();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].contains("payment"), "{asked:?}");
    assert!(resource(&system, "payments").1.routes.iter().any(|route| route.matches("/payments").is_some()));
    let words: BTreeSet<&str> = concert::events::Event::names().iter().map(|(name, _)| *name).collect();
    assert_eq!(words.len(), 10, "and what they say to each other");
}

//! What the system says of itself: contexts, ports, kinds, paths, and who talks to whom how.

use crate::*;
use kernel::{Method, Mode, Resource, System};

fn whole() -> System {
    system(Settings::default())
}

fn resource<'a>(system: &'a System, plural: &str) -> &'a Resource {
    let mut all = system.services.iter().flat_map(|service| &service.resources);
    all.find(|one| one.plural == plural).expect("there is such a resource")
}

#[test]
fn r24_r25_each_context_is_a_service_on_a_port_of_its_own() {
    let system = whole();
    let services: Vec<(&str, u16)> = system.services.iter().map(|one| (one.name, one.port)).collect();
    let expected = [
        ("booking", 8081),
        ("confirm", 8082),
        ("notification", 8083),
        ("realuse", 8084),
        ("bookinglist", 8085),
        ("roomuselist", 8086),
    ];
    assert_eq!(services, expected);
    let paths: Vec<&str> =
        system.services.iter().flat_map(|one| &one.resources).map(|one| one.plural).collect();
    let expected = ["bookings", "confirms", "notifications", "realuses", "bookingLists", "roomUseLists"];
    assert_eq!(paths, expected, "one path of the gateway for each");
}

#[test]
fn r24_calls_are_to_booking_and_everything_else_is_heard() {
    let mut realuse = service("realuse");
    realuse.hears(created()).says(["BookingNoted"]);
    realuse.asks(Method::Post, "/realuses", json!({"bookingId": 7})).says(["UseStarted"]);
    realuse.asks(Method::Patch, "/realuses/1", json!({"realUseEndDtm": "1"})).says(["UseEnding"]);
    let mut confirm = service("confirm");
    confirm.hears(created()).says(["ConfirmRequested"]);
    confirm.asks(Method::Patch, "/confirms/7", json!({"status": "DENIED"})).says(["Denying"]);
    let calls = [
        realuse.call::<room::realuse::Realuse>(Id(1), "end"),
        confirm.call::<room::confirm::Confirm>(N, "deny"),
    ];
    for call in calls {
        assert_eq!((call.to, call.mode, call.request.method), ("booking", Mode::Refuse, Method::Delete));
    }
}

#[test]
fn r26_entities_are_reached_by_rest_and_stored_as_plain_data() {
    let system = whole();
    let methods = |plural: &str| -> Vec<Method> {
        resource(&system, plural).routes.iter().map(|route| route.method).collect()
    };
    use Method::{Delete, Patch, Post, Put};
    assert_eq!(methods("bookings"), [Post, Put, Patch, Delete]);
    assert_eq!(methods("realuses"), [Post, Patch]);
    assert_eq!(methods("confirms"), [Patch], "only a booking opens one");
    for shown in ["notifications", "bookingLists", "roomUseLists"] {
        assert_eq!(methods(shown), [], "nobody writes into {shown}");
    }
    for view in ["bookingLists", "roomUseLists"] {
        let one = resource(&system, view);
        assert!(one.view && !one.paged);
        assert_eq!(one.finders.iter().map(|finder| finder.name).collect::<Vec<_>>(), ["findByBookingId"]);
    }
    // Any store keeps a document as text: written and read, it is the same.
    let mut booking = service("booking");
    booking.asks(Method::Post, "/bookings", written()).says(["BookingCreated", "SlotTaken"]);
    let own = booking.document::<room::booking::Booking>(Id(1)).expect("it is booked");
    let text = serde_json::to_string(own).expect("plain data");
    let read: room::booking::Booking = serde_json::from_str(&text).expect("it was written");
    assert_eq!(serde_json::to_string(&read).expect("plain data"), text);
}

#[test]
fn r27_a_use_has_the_fields_of_the_document() {
    let system = whole();
    let fields = |plural: &str| -> Vec<&str> {
        resource(&system, plural).fields.iter().map(|field| field.name).collect()
    };
    assert_eq!(fields("realuses"), ["bookingId", "realUseStartDtm", "realUseEndDtm"]);
    assert_eq!(fields("confirms"), ["userId", "status", "confirmDtm", "bookingId"]);
    assert_eq!(fields("notifications"), ["userId", "contents", "sendDtm"]);
    assert_eq!(fields("bookings")[..4], ["roomId", "useStartDtm", "useEndDtm", "bookingUserId"]);
    let reason = resource(&system, "bookings").fields[4];
    assert!(reason.name == "reason" && reason.internal, "no person says why");
}

#[test]
fn r25_each_service_runs_without_the_others() {
    for name in ["booking", "confirm", "notification", "realuse"] {
        let mut alone = service(name);
        for event in [created(), completed(0), use_started(Some(N)), cancelled(Reason::User)] {
            assert!(alone.hears(event).no.is_none(), "{name} is never at a loss");
        }
    }
}

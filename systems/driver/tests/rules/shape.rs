//! What the system is made of, by its own description.

use crate::*;
use kernel::{Method, System};
use std::collections::BTreeSet;

fn system() -> System {
    driver::system(Settings::default())
}

/// The public events that a service acts on by a policy, from the samples.
fn events_of(service: &str) -> BTreeSet<&'static str> {
    let system = system();
    let own = system.services.iter().find(|one| one.name == service).expect("a service");
    own.event_names().iter().filter(|(_, public)| *public).map(|(name, _)| *name).collect()
}

#[test]
fn d13_d21_three_domains_each_with_its_documents_and_the_customer_beside_them() {
    let system = system();
    let shape: Vec<(&str, u16, Vec<&str>)> = system
        .services
        .iter()
        .map(|service| {
            (service.name, service.port, service.aggregates.iter().map(|one| one.kind()).collect())
        })
        .collect();
    let expected = [
        ("drivercall", 8081, vec!["drivercall"]),
        ("drivermanage", 8082, vec!["drivermanage"]),
        ("driverassign", 8083, vec!["driverassign", "driver", "pool"]),
        ("customer", 8084, vec!["case"]),
    ];
    assert_eq!(shape, expected);
    let views = system.services.iter().flat_map(|service| &service.views);
    assert_eq!(views.map(|view| view.kind()).collect::<Vec<_>>(), ["customer"]);
    // A call, its order and its assignment are documents of the booking; drivers and the pool are not.
    let of_bookings = system.services.iter().flat_map(|service| &service.aggregates);
    let of_bookings: Vec<&str> = of_bookings.filter(|one| one.of_booking()).map(|one| one.kind()).collect();
    assert_eq!(of_bookings, ["drivercall", "drivermanage", "driverassign", "case"]);
}

#[test]
fn d12_what_is_no_event_has_no_name() {
    let all: BTreeSet<&str> =
        ["drivercall", "drivermanage", "driverassign", "customer"].into_iter().flat_map(events_of).collect();
    let expected = [
        "Drivercalled",
        "DrivercallCancelled",
        "DrivermanageAssigned",
        "DrivermanageCancelled",
        "DriverassignCompleted",
        "DriverassignFinished",
        "DriverassignCancelled",
    ];
    // Neither the choice of a grade in a form nor the look at who is free.
    assert_eq!(all, BTreeSet::from(expected));
    // Each has one sender.
    assert_eq!(events_of("drivermanage"), BTreeSet::from(["DrivermanageAssigned", "DrivermanageCancelled"]));
}

#[test]
fn d14_d15_d16_only_the_request_is_a_call_the_rest_is_heard() {
    let mut calls = service("drivercall");
    let wanted = driver::drivercall::Command::Call(wish());
    calls.when::<driver::drivercall::Drivercall>(N, wanted).says(["CallRequested", "Drivercalled"]);
    assert_eq!(calls.waits::<driver::drivercall::Drivercall>(N), ["defer drivermanage request 1"]);
    let mut orders = service("drivermanage");
    orders.hears(called(orders.now)).says(["DrivermanageAssigned"]);
    assert!(orders.waits::<driver::drivermanage::Drivermanage>(N).is_empty(), "driverassign hears it");
    let mut assigns = service("driverassign");
    assigns.hears(passed_on()).says(["DriverassignCompleted"]);
    assert_eq!(assigns.waits::<driver::driverassign::Driverassign>(N), ["timer"], "it asks nobody");
}

#[test]
fn d32_every_record_has_its_paths() {
    let system = system();
    let mut served = Vec::new();
    for resource in system.services.iter().flat_map(|service| &service.resources) {
        let methods: Vec<Method> =
            resource.routes.iter().filter(|route| !route.internal).map(|route| route.method).collect();
        served.push((resource.plural, methods));
    }
    use Method::{Delete, Patch, Post, Put};
    let expected = [
        ("drivercalls", vec![Post, Put, Patch, Delete]),
        ("drivermanages", vec![Post, Put, Patch]),
        ("driverassigns", vec![Put, Patch]),
        ("drivers", vec![Post, Put, Patch]),
        ("customers", vec![]),
    ];
    assert_eq!(served, expected);
    let finders = system.services.iter().flat_map(|service| &service.resources).flat_map(|one| &one.finders);
    let finders: Vec<(&str, &str)> = finders.map(|finder| (finder.name, finder.parameter)).collect();
    assert!(finders.contains(&("findByTel", "tel")), "{finders:?}");
}

#[test]
fn d32_the_paths_say_what_a_status_of_a_client_does() {
    let system = system();
    let mut resources = system.services.iter().flat_map(|service| &service.resources);
    let mut about = |plural: &str| {
        let resource = resources.find(|one| one.plural == plural).expect("in the order of the services");
        resource.fields.iter().find(|field| field.name == "status").expect("a status").about
    };
    assert!(about("drivercalls").contains("afterwards it cannot be changed"));
    assert!(about("drivermanages").contains("호출취소 to cancel"));
    assert!(about("drivers").contains("대기 (free, the default)"));
}

#[test]
fn d30_what_happens_without_drivermanage_is_configured() {
    let read = |value: &'static str| {
        let source = move |name: &str| (name == "HOLDFAST_DRIVER_FALLBACK").then(|| value.to_owned());
        Settings::read(&kernel::Settings::new(&source))
    };
    assert!(!Settings::default().refuse);
    assert_eq!((read("accept").unwrap().refuse, read("refuse").unwrap().refuse), (false, true));
    let error = read("maybe").expect_err("neither");
    assert!(error.to_string().contains("HOLDFAST_DRIVER_FALLBACK"), "{error}");
    assert_eq!(Settings::default().call_within, Millis(610));
    assert_eq!(Settings::default().trip, Millis::hours(3));
}

//! The shape of the system, as its own description tells it.

use kernel::prelude::*;
use kernel::{Service, System, messages};
use seat::events::Event as Language;
use serde_json::json;
use std::collections::BTreeMap;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    seat::system(seat::Settings::default())
}

#[test]
fn s27_five_services_each_with_its_own_port_documents_and_events() {
    let system = system();
    let ports: Vec<(&str, u16)> = system.services.iter().map(|one| (one.name, one.port)).collect();
    let expected =
        [("mypage", 8081), ("reservation", 8082), ("payment", 8083), ("management", 8084), ("seat", 8085)];
    assert_eq!(ports, expected);
    let mut owners = BTreeMap::new();
    for service in &system.services {
        let kinds = service.aggregates.iter().map(|one| one.kind());
        let views = service.views.iter().map(|one| one.kind());
        let events = service.event_names().iter().map(|(name, _)| *name);
        for thing in kinds.chain(views).chain(events) {
            assert_eq!(owners.insert(thing, service.name), None, "{thing} has one owner");
        }
    }
    // What must change together is not split: a seat and what its reservation was told are of one service.
    assert_eq!((owners["management"], owners["claim"]), ("management", "management"));
    assert_eq!((owners["bill"], owners["payment"]), ("payment", "payment"));
}

#[test]
fn s12_s13_each_resource_is_an_aggregate_under_a_word_of_the_business() {
    let system = system();
    let mut resources = Vec::new();
    for service in &system.services {
        for resource in &service.resources {
            let root = service.aggregates.iter().any(|one| one.kind() == resource.kind);
            let view = service.views.iter().any(|one| one.kind() == resource.kind);
            assert!(root != view && view == resource.view, "{} is an entity or a view", resource.plural);
            assert_eq!((resource.kind, service.name), (resource.singular, service.name));
            resources.push((service.name, resource.plural));
        }
    }
    let expected = [
        ("mypage", "mypages"),
        ("reservation", "reservations"),
        ("payment", "payments"),
        ("management", "managements"),
        ("seat", "seats"),
    ];
    assert_eq!(resources, expected);
    assert!(resources.iter().all(|(service, plural)| service.is_ascii() && plural.is_ascii()));
}

#[test]
fn s33_mypage_is_kept_from_public_events_alone() {
    let system = system();
    let mypage = &system.services[0];
    assert!(mypage.aggregates.is_empty() && mypage.event_names().is_empty());
    assert!(mypage.resources.iter().all(|one| one.view && one.routes.is_empty()));
}

#[test]
fn s28_core_services_run_without_the_supporting_ones() {
    for without in [vec!["seat"], vec!["mypage"], vec!["seat", "mypage"]] {
        let mut world = World::new(system);
        world.post("/managements", json!({"seatId": 1})).is(201);
        for service in without {
            world.stop_service(service);
        }
        let n = world.post("/reservations", json!({"name": "Han", "seatId": 1})).is(201).number();
        world.settle();
        world.get(&format!("/reservations/{n}")).is(200).with("status", "Confirmed");
        world.delete(&format!("/reservations/{n}")).is(204);
        world.settle();
        world.get("/managements/1").is(200).with("seatStatus", "Emptied");
    }
}

messages! {
    /// A service that is added later says nothing.
    pub enum Nothing of Language { inner {} public {} }
}

/// How often a seat was taken.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Visits {
    taken: u64,
}

impl View for Visits {
    const KIND: &'static str = "visits";
    type Heard = Language;

    fn row(heard: &Language) -> Option<Id> {
        if let Language::Checked(said) = heard { Some(said.seat_id) } else { None }
    }

    fn project(&mut self, _: &Language, _: &Meta) {
        self.taken += 1;
    }

    fn body(&self) -> Option<Body> {
        Some(Body::new().with("taken", self.taken))
    }
}

#[test]
fn s29_a_service_is_added_without_touching_the_others() {
    let report = || {
        let visits = Resource::view::<Visits>("visit", "visits", "How often a seat was taken.");
        let report = Service::of::<Nothing>("report", 8086).shows::<Visits>();
        system().service(report.serves([visits]))
    };
    let told = |make: fn() -> System| {
        let mut world = World::new(make);
        world.post("/managements", json!({"seatId": 4})).is(201);
        for _ in 0..2 {
            let n = world.post("/reservations", json!({"name": "Han", "seatId": 4})).is(201).number();
            world.settle();
            world.delete(&format!("/reservations/{n}")).is(204);
            world.settle();
        }
        let story = (world.story(1), world.story(2), world.counts(), world.list("reservations"));
        (story, world)
    };
    let (before, _) = told(system);
    let (after, mut world) = told(report);
    assert_eq!(before, after);
    world.get("/visits/4").is(200).with("taken", 2);
    Stage::audit(&mut world);
}

//! The rules of designated drivers, service by service: every command in every state that matters, each event twice,
//! and the races of its flows. Numbers in names are the requirements of the source document.

mod assign;
mod audit;
mod call;
mod choice;
mod customer;
mod drivers;
mod order;
mod shape;

use driver::Settings;
use driver::events::{self, DrivingType, Person, Wish};
use kernel::{Answer, Body, Id, Millis, Time};
use testkit::given::Given;

/// The call that most stories are about.
const N: Id = Id(7);

fn service(name: &str) -> Given {
    Given::service(driver::system(Settings::default()), name)
}

/// A service of a system that refuses calls which drivermanage does not take.
fn refusing(name: &str) -> Given {
    Given::service(driver::system(Settings { refuse: true, ..Settings::default() }), name)
}

fn yes() -> Answer {
    Answer::Done(Body::new())
}

fn no(status: u16, code: &str) -> Answer {
    Answer::Refused { status, code: code.into() }
}

fn wish() -> Wish {
    let (tel, location, cost) = ("01012345678".into(), Some("마포".into()), Some(25_000));
    Wish { tel, location, cost, driving_type: DrivingType::Automatic, at: None }
}

fn person() -> Person {
    Person { driverid: "44나4567".into(), driver: "안채우".into(), drivertel: "010-3345-7789".into() }
}

fn called(until: Time) -> events::Event {
    let status = events::CALLED.into();
    events::Event::Drivercalled(events::Drivercalled { id: N, wish: wish(), status, until })
}

fn passed_on() -> events::Event {
    asked_for(N, wish())
}

fn asked_for(id: Id, wish: Wish) -> events::Event {
    let status = events::CALLING.into();
    events::Event::DrivermanageAssigned(events::DrivermanageAssigned {
        id,
        wish,
        status,
        desk: false,
        driver: None,
    })
}

fn confirmed() -> events::Event {
    let (status, driver) = (events::ORDER_CONFIRMED.into(), Some(person()));
    events::Event::DrivermanageAssigned(events::DrivermanageAssigned {
        id: N,
        wish: wish(),
        status,
        desk: false,
        driver,
    })
}

fn desk_asks() -> events::Event {
    let status = events::CALLING.into();
    events::Event::DrivermanageAssigned(events::DrivermanageAssigned {
        id: N,
        wish: wish(),
        status,
        desk: true,
        driver: None,
    })
}

fn assigned() -> events::Event {
    assigned_to(N)
}

fn assigned_to(id: Id) -> events::Event {
    events::Event::DriverassignCompleted(events::DriverassignCompleted {
        id,
        assignstatus: events::ASSIGN_CONFIRMED.into(),
        driver: person(),
        wish: wish(),
        driver_no: Id(2),
        until: Time(0),
        candidates: Vec::new(),
    })
}

fn finished() -> events::Event {
    events::Event::DriverassignFinished(events::DriverassignFinished {
        id: N,
        assignstatus: events::FINISHED.into(),
        driver: person(),
        tel: wish().tel,
        driver_no: Id(2),
        reason: None,
        next: None,
    })
}

fn call_cancelled(reason: Option<&'static str>) -> events::Event {
    let (tel, reason) = (wish().tel, reason.map(Into::into));
    events::Event::DrivercallCancelled(events::DrivercallCancelled { id: N, assignstatus: None, tel, reason })
}

fn order_cancelled(reason: Option<&'static str>, desk: bool) -> events::Event {
    let (status, reason) = (events::ORDER_CANCELLED.into(), reason.map(Into::into));
    let wish = Some(wish());
    events::Event::DrivermanageCancelled(events::DrivermanageCancelled { id: N, wish, status, desk, reason })
}

fn nobody_comes(reason: Option<&'static str>) -> events::Event {
    events::Event::DriverassignCancelled(events::DriverassignCancelled {
        id: N,
        assignstatus: events::ASSIGN_CANCELLED.into(),
        driver: None,
        tel: Some(wish().tel),
        driver_no: None,
        reason: reason.map(Into::into),
        next: None,
    })
}

const TEN_MINUTES: Millis = Millis::minutes(10);

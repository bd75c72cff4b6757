//! Drivers: registered, on duty or not, somewhere; and the pool, which knows the same of all on duty.

use crate::assign::{drop_order, end_trip, with_calls};
use crate::*;
use driver::driver::{Change, Command, Driver, Duty, Profile, State};
use driver::driverassign::Command::Choose;
use driver::driverassign::{Driverassign, Event};
use driver::events::{DriverAwaited, DriverRegistered, DriverassignCancelled, Point, Skill};
use driver::pool::{DRIVERS_MAX, LINE_MAX, POOL, Pool, choose};
use kernel::Method::{Patch, Post, Put};
use kernel::{Aggregate, Cx, Documents, Need, Numbers, Rejection, Stop};
use serde_json::{Value, json};
use std::any::Any;
use testkit::given::Then;

fn fields(location: &str) -> Value {
    json!({"driverid": "94아4567", "driver": "새기사", "drivertel": "010-8345-1789", "location": location})
}

fn write(assigns: &mut Given, driver: u64, fields: Value) -> Then {
    assigns.asks(Patch, &format!("/drivers/{driver}"), fields)
}

fn on_duty(assigns: &Given) -> Vec<u64> {
    assigns.document::<Pool>(POOL).expect("the pool").members().map(|(id, _)| id.0).collect()
}

#[test]
fn d3_the_six_are_there_and_stay_what_they_became() {
    let mut assigns = service("driverassign");
    assert_eq!(on_duty(&assigns), [1, 2, 3, 4, 5, 6]);
    let expected = json!({"driverid": "34가4567", "driver": "백영곤", "drivertel": "010-2345-6789",
        "drivingType": "자동,수동", "location": null, "lat": null, "lng": null, "status": "대기", "orderId": null});
    assert_eq!(assigns.record::<Driver>(Id(1)), expected);
    write(&mut assigns, 1, json!({"status": "휴무"})).says(["DriverChanged"]).with("offDuty", true);
    // At the next start they are given again.
    let system = driver::system(Settings::default());
    for beginning in system.services.iter().flat_map(|service| &service.beginnings) {
        assigns.decide(beginning.kind, beginning.id, (beginning.command)()).is_already_so();
    }
    assert_eq!(assigns.record::<Driver>(Id(1))["status"], "휴무");
}

#[test]
fn d3_a_driver_is_registered_with_a_place() {
    let mut assigns = service("driverassign");
    let then = assigns.asks(Post, "/drivers", fields("홍대입구역 2번 출구")).says(["DriverRegistered"]);
    then.with("id", 7).with("at", json!({"lat": 37.5563, "lng": 126.9236})).with("skill", "자동");
    let record = assigns.record::<Driver>(Id(7));
    assert_eq!((&record["lat"], &record["status"]), (&json!(37.5563), &json!("대기")));
    let mut exact = fields("홍대입구역");
    (exact["lat"], exact["lng"], exact["drivingType"]) = (json!(37.5), json!(127.25), json!("수동,자동"));
    let then = assigns.asks(Post, "/drivers", exact).says(["DriverRegistered"]);
    then.with("at", json!({"lat": 37.5, "lng": 127.25})).with("skill", "자동,수동");
    let then = assigns.asks(Post, "/drivers", fields("어딘가")).says(["DriverRegistered"]);
    then.with("at", Value::Null);
    for (field, value) in [("driver", Value::Null), ("drivingType", json!("반자동")), ("lat", json!(37.5))]
    {
        let mut bad = fields("마포");
        bad[field] = value;
        assert_eq!(assigns.asks(Post, "/drivers", bad).no.expect("refused").status, 400, "{field}");
    }
}

#[test]
fn d2_whoever_comes_on_duty_takes_the_first_in_line() {
    let mut assigns = with_calls(7);
    let then = assigns.asks(Post, "/drivers", fields("마포"));
    then.says(["DriverRegistered", "DriverassignCompleted"]).with("id", 7).with("driver", "새기사");
    assert_eq!(assigns.document::<Driver>(Id(7)).unwrap().state, State::Driving { call: N });
    let mut assigns = service("driverassign");
    for driver in 1..=6 {
        write(&mut assigns, driver, json!({"status": "휴무"})).says(["DriverChanged"]);
    }
    assert!(on_duty(&assigns).is_empty());
    assigns.hears(passed_on()).says(["DriverAwaited"]);
    write(&mut assigns, 2, json!({"location": "강남"})).says(["DriverChanged"]).with("offDuty", true);
    let then = write(&mut assigns, 3, json!({"status": "대기"}));
    then.says(["DriverChanged", "DriverassignCompleted"]).with("driverNo", 3);
}

#[test]
fn d1_a_waiting_call_is_served_when_a_driver_learns_or_moves() {
    let mut assigns = service("driverassign");
    for driver in 1..=6 {
        write(&mut assigns, driver, json!({"drivingType": "자동"})).says(["DriverChanged"]);
    }
    let manual = Wish { driving_type: DrivingType::Manual, ..wish() };
    assigns.hears(asked_for(N, manual)).says(["DriverAwaited"]).with("id", 7);
    // A free driver who cannot take it stays free for others.
    assigns.hears(asked_for(Id(8), wish())).says(["DriverassignCompleted"]).with("driverNo", 1);
    end_trip(&mut assigns, 8).says(["DriverassignFinished"]).without("next");
    let then = write(&mut assigns, 4, json!({"drivingType": "자동,수동"}));
    then.says(["DriverChanged", "DriverassignCompleted"]).with("id", 7).with("driverNo", 4);

    let mut assigns = service("driverassign");
    let busan = json!({"lat": 35.1587, "lng": 129.1604});
    for driver in 1..=6 {
        write(&mut assigns, driver, busan.clone()).says(["DriverChanged"]);
    }
    assigns.hears(passed_on()).says(["DriverAwaited"]);
    let then = write(&mut assigns, 5, json!({"location": "신촌"}));
    then.says(["DriverChanged", "DriverassignCompleted"]).with("driverNo", 5);
}

#[test]
fn d3_a_driver_with_a_call_stays_on_duty() {
    let mut assigns = with_calls(1);
    for status in ["휴무", "대기"] {
        write(&mut assigns, 1, json!({"status": status})).is_refused(409, "driving");
    }
    write(&mut assigns, 1, json!({"status": "운행중"})).is_already_so();
    write(&mut assigns, 2, json!({"status": "운행중"})).is_refused(409, "not-driving");
    let then = write(&mut assigns, 1, json!({"location": "강남역", "drivertel": "010-9"}));
    then.says(["DriverChanged"]).with("offDuty", false);
    assert_eq!(assigns.document::<Driver>(Id(1)).unwrap().state, State::Driving { call: Id(1) });
    assert_eq!(assigns.record::<Driver>(Id(1))["status"], "운행중");
    drop_order(&mut assigns, 1, None).says(["DriverassignCancelled"]);
    assert_eq!(assigns.record::<Driver>(Id(1))["status"], "대기");
    write(&mut assigns, 9, json!({})).is_refused(404, "not-found");
    let no = write(&mut assigns, 1, json!({"status": "졸음"})).no.expect("refused");
    assert_eq!((no.status, no.field.as_deref()), (400, Some("status")));
}

#[test]
fn d3_what_is_so_already_can_be_written_again() {
    let mut assigns = service("driverassign");
    write(&mut assigns, 1, json!({})).is_already_so();
    write(&mut assigns, 1, json!({"status": "대기", "driver": "백영곤", "drivingType": "수동,자동"}))
        .is_already_so();
    write(&mut assigns, 1, json!({"location": "마포"})).says(["DriverChanged"]);
    write(&mut assigns, 1, json!({"location": "마포"})).is_already_so();
    // Where the driver is stays, unless another place is said.
    write(&mut assigns, 1, json!({"lat": 37.5, "lng": 127.0})).says(["DriverChanged"]);
    write(&mut assigns, 1, json!({"location": "마포", "driver": "백영곤2"})).says(["DriverChanged"]);
    assert_eq!(assigns.record::<Driver>(Id(1))["lat"], 37.5);
    write(&mut assigns, 1, json!({"location": "어딘가"})).says(["DriverChanged"]).with("at", Value::Null);
}

#[test]
fn d3_a_driver_is_registered_off_duty() {
    let mut assigns = with_calls(7);
    let mut off = fields("마포");
    off["status"] = json!("휴무");
    let then = assigns.asks(Post, "/drivers", off.clone()).says(["DriverRegistered"]);
    then.with("offDuty", true);
    assert_eq!(assigns.record::<Driver>(Id(7))["status"], "휴무");
    assert_eq!(on_duty(&assigns), [1, 2, 3, 4, 5, 6], "who is at home gets no call");
    let then = write(&mut assigns, 7, json!({"status": "대기"}));
    then.says(["DriverChanged", "DriverassignCompleted"]).with("driverNo", 7);
    let mut on = fields("마포");
    on["status"] = json!("대기");
    assigns.asks(Post, "/drivers", on).says(["DriverRegistered"]).without("offDuty");
    off["status"] = json!("졸음");
    let no = assigns.asks(Post, "/drivers", off.clone()).no.expect("refused");
    assert_eq!((no.status, no.field.as_deref()), (400, Some("status")));
    off["status"] = json!("운행중");
    assigns.asks(Post, "/drivers", off).is_refused(409, "not-driving");
}

#[test]
fn d3_nobody_loses_a_name_or_a_telephone() {
    let mut assigns = service("driverassign");
    for field in ["driverid", "driver", "drivertel"] {
        for blank in ["", "  "] {
            for method in [Patch, Put] {
                let no = assigns.asks(method, "/drivers/1", json!({field: blank})).no.expect("refused");
                assert_eq!((no.status, no.field.as_deref()), (400, Some(field)));
            }
        }
        write(&mut assigns, 1, json!({field: null})).is_already_so();
    }
    assert_eq!(assigns.record::<Driver>(Id(1))["driver"], "백영곤");
}

fn registered(id: u64, at: Option<Point>) -> DriverRegistered {
    let (id, driver, skill, location) = (Id(id), person(), Skill::Both, None);
    DriverRegistered { id, driver, skill, location, at, off_duty: false }
}

/// A pool as full as it may be, and nothing else.
struct Full(Pool);

impl Full {
    fn new() -> Self {
        let pool = (1..=DRIVERS_MAX as u64).fold(Pool::default(), |pool, id| {
            assert!(!pool.is_full());
            let at = Some(Point::of(37.4 + (id % 97) as f64 / 400.0, 126.8 + (id % 89) as f64 / 300.0));
            let event = registered(id, at);
            Pool::evolve(Some(pool), &Event::DriverRegistered(event)).expect("it stays")
        });
        Self(pool)
    }
}

impl Documents for Full {
    fn get(&self, kind: &'static str, _: Id) -> Result<Option<&(dyn Any + Send + Sync)>, Need> {
        Ok((kind == Pool::KIND).then_some(&self.0))
    }
}

impl Numbers for Full {
    fn fresh(&self, _: &'static str) -> Id {
        Id(DRIVERS_MAX as u64 + 1)
    }
}

#[test]
fn d2_the_pool_takes_thousands_and_says_when_it_is_full() {
    let full = Full::new();
    assert!(full.0.is_full());
    let text = serde_json::to_string(&full.0).expect("plain data");
    assert!(text.len() < 600 * 1_024, "{} kB", text.len() / 1_024);
    let read: Pool = serde_json::from_str(&text).expect("it is read again");
    assert_eq!(read.members().count(), DRIVERS_MAX);
    // Its cells are there again.
    let mapo = Some(Point::of(37.5663, 126.9019));
    let choice = choose(&read, None, DrivingType::Manual, mapo);
    assert_eq!(choice, choose(&full.0, None, DrivingType::Manual, mapo));
    assert!(choice.chosen.is_some());

    let decide = |id, own: Option<&Driver>, command| {
        let settings = Settings::default();
        let cx = Cx { now: Time(0), id: Id(id), documents: &full, numbers: &full, settings: &settings };
        match Driver::decide(own, command, &cx) {
            Err(Stop::Rejected(no)) => Some(no.problem().code),
            _ => None,
        }
    };
    let profile =
        || Profile { person: person(), skill: Skill::Both, location: None, at: None, duty: Duty::On };
    let one_more = DRIVERS_MAX as u64 + 1;
    assert_eq!(decide(one_more, None, Command::Register(profile())), Some("pool-full"));
    let off = Profile { duty: Duty::Off, ..profile() };
    assert_eq!(decide(one_more, None, Command::Register(off)), None, "nor does one at home take a place");
    let driver = |state| Driver { person: person(), skill: Skill::Both, location: None, at: None, state };
    let on = || Command::Change(Change { duty: Some(Duty::On), ..Change::default() });
    let moved = || Command::Change(Change { at: mapo, ..Change::default() });
    assert_eq!(decide(one_more, Some(&driver(State::OffDuty)), on()), Some("pool-full"));
    assert_eq!(decide(one_more, Some(&driver(State::OffDuty)), moved()), None, "at home one may move");
    assert_eq!(decide(7, Some(&driver(State::Free)), moved()), None);
}

/// Calls 1 to `calls` in line, and nobody on duty.
fn in_line(calls: usize) -> Pool {
    (1..=calls as u64).fold(Pool::default(), |pool, call| awaits(pool, Id(call)))
}

fn awaits(pool: Pool, id: Id) -> Pool {
    let event = DriverAwaited { id, wish: wish(), until: Time(1), candidates: Vec::new() };
    Pool::evolve(Some(pool), &event.into()).expect("it stays")
}

fn asks_beside(pool: Pool, id: Id) -> (Full, Vec<Event>) {
    let full = Full(pool);
    let settings = Settings::default();
    let cx = Cx { now: Time(0), id, documents: &full, numbers: &full, settings: &settings };
    let Ok(decision) = Driverassign::decide(None, Choose(wish()), &cx) else { panic!("a policy's command") };
    let events = decision.events;
    (full, events)
}

#[test]
fn d2_the_line_takes_thousands_and_whoever_comes_then_is_told_at_once() {
    let one_more = Id(LINE_MAX as u64 + 1);
    let (_, said) = asks_beside(in_line(LINE_MAX - 1), one_more);
    assert!(matches!(&said[..], [Event::DriverAwaited(_)]), "{said:?}");
    let (full, said) = asks_beside(in_line(LINE_MAX), one_more);
    // The same as when its time had run out.
    let [Event::DriverAwaited(_), Event::DriverassignCancelled(over)] = &said[..] else { panic!("{said:?}") };
    assert_eq!((over.id, over.reason.as_deref(), over.driver_no), (one_more, Some("NO_DRIVER"), None));
    assert_eq!(over.tel, Some(wish().tel));
    let own = said.iter().fold(None, Driverassign::evolve).expect("it is kept");
    let body = own.body(one_more).expect("it is shown");
    assert_eq!((body.text("status"), body.text("reason")), (Some("대리할당취소"), Some("NO_DRIVER")));
    assert!(own.waits(one_more).is_empty());
    let after = said.iter().fold(Some(full.0), Pool::evolve).expect("it stays");
    assert_eq!(after.line().len(), LINE_MAX);
    let text = serde_json::to_string(&after).expect("plain data");
    assert!(text.len() < 200 * 1_024, "{} kB", text.len() / 1_024);
}

#[test]
fn d5_whoever_leaves_the_line_leaves_the_others_in_their_turn() {
    let leaves = |pool: Pool, id| {
        let (assignstatus, reason) = (events::ASSIGN_CANCELLED.into(), None);
        let (driver, tel, driver_no, next) = (None, None, None, None);
        let event = DriverassignCancelled { id, assignstatus, driver, tel, driver_no, reason, next };
        Pool::evolve(Some(pool), &event.into()).expect("it stays")
    };
    let pool = [2, 4, 9].into_iter().map(Id).fold(in_line(4), leaves);
    let left: Vec<u64> = pool.line().iter().map(|one| one.call.0).collect();
    assert_eq!(left, [1, 3]);
}

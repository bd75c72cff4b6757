//! The audit finds what must not be, and nothing else.

use crate::*;
use driver::case::Case;
use driver::driver::{Driver, State};
use driver::driverassign::{self, Driverassign, Event};
use driver::drivercall::{self, Drivercall};
use driver::drivermanage::{self, Drivermanage};
use driver::events::{DriverAwaited, DriverRegistered, DriverassignCompleted, Skill};
use driver::pool::{POOL, Pool};
use kernel::Aggregate;

testkit::audited! { All, driver::audit::audit }

const DRIVER: Id = Id(2);

impl All {
    fn without<A: Aggregate>(self, id: Id) -> Self {
        Self(self.0.without::<A>(id))
    }

    fn call(self, stage: drivercall::Stage) -> Self {
        let driver = (stage == drivercall::Stage::Confirmed).then(person);
        self.with(N, Drivercall { wish: wish(), refuse: false, hold: Millis(610), stage, driver })
    }

    fn order(self, stage: drivermanage::Stage) -> Self {
        self.order_of(stage, false)
    }

    fn order_of(self, stage: drivermanage::Stage, desk: bool) -> Self {
        let driver = (stage == drivermanage::Stage::Assigned).then(person);
        self.with(N, Drivermanage { wish: Some(wish()), desk, stage, driver, reason: None })
    }

    fn assign(self, id: Id, stage: driverassign::Stage) -> Self {
        let own = Driverassign::evolve(None, &Event::DriverassignCompleted(completed(id, DRIVER)));
        self.with(id, Driverassign { stage, ..own.expect("it is assigned") })
    }

    fn driver(self, state: State) -> Self {
        self.with(DRIVER, Driver { person: person(), skill: Skill::Both, location: None, at: None, state })
    }

    fn pool(self, events: &[Event]) -> Self {
        let pool = events.iter().fold(None, Pool::evolve);
        self.with(POOL, pool.unwrap_or_default())
    }

    fn clean(&self) -> bool {
        self.audit().findings.is_empty()
    }

    #[track_caller]
    fn finds(&self, what: &str) {
        let findings = self.audit().findings;
        assert!(findings.iter().any(|found| found.starts_with("P1") && found.contains(what)), "{findings:?}");
    }

    #[track_caller]
    fn awaits(&self, what: &str) {
        let audit = self.audit();
        assert!(audit.findings.is_empty(), "{:?}", audit.findings);
        assert!(audit.pending.iter().any(|pending| pending.contains(what)), "{:?}", audit.pending);
    }
}

fn completed(id: Id, driver_no: Id) -> DriverassignCompleted {
    let assignstatus = events::ASSIGN_CONFIRMED.into();
    let (until, candidates) = (Time(1), Vec::new());
    DriverassignCompleted { id, assignstatus, driver: person(), wish: wish(), driver_no, until, candidates }
}

fn registered(id: Id) -> Event {
    DriverRegistered { id, driver: person(), skill: Skill::Both, location: None, at: None, off_duty: false }
        .into()
}

fn awaited() -> Event {
    DriverAwaited { id: N, wish: wish(), until: Time(1), candidates: Vec::new() }.into()
}

const ON_THE_WAY: driverassign::Stage = driverassign::Stage::Assigned { until: Time(1) };
const IN_LINE: driverassign::Stage = driverassign::Stage::Waiting { until: Time(1) };

/// A call with its driver, as it should be.
fn driven() -> All {
    let drive = State::Driving { call: N };
    let pool = [registered(DRIVER), completed(N, DRIVER).into()];
    let all = All::default().call(drivercall::Stage::Confirmed).order(drivermanage::Stage::Assigned);
    all.assign(N, ON_THE_WAY).driver(drive).pool(&pool)
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert!(All::default().clean());
    let all = driven();
    assert!(all.clean());
    assert_eq!(all.audit().pending, ["driverassign 7 waits until 1"]);
    assert!(all.audit().charges.is_empty(), "nothing is charged in this system");
}

#[test]
fn d3_a_driver_with_two_calls_is_found() {
    driven().assign(Id(8), ON_THE_WAY).finds("driver 2 has calls 7 and 8");
    driven().driver(State::Free).finds("call 7 has driver 2, who does not drive it");
    driven().driver(State::Driving { call: Id(9) }).finds("driver 2 drives call 9");
    driven().without::<Driver>(DRIVER).finds("call 7 has driver 2");
    let finished = driven().assign(N, driverassign::Stage::Finished);
    finished.finds("driver 2 drives call 7, which has another or none");
    let mut nobody = driven();
    let own = Driverassign {
        wish: Some(wish()),
        stage: ON_THE_WAY,
        driver: None,
        candidates: vec![],
        reason: None,
    };
    nobody = nobody.with(N, own);
    nobody.finds("call 7 is assigned to nobody");
}

#[test]
fn d2_a_pool_that_knows_something_else_is_found() {
    driven().pool(&[registered(DRIVER)]).finds("does not know driver 2");
    driven().pool(&[]).finds("does not know driver 2");
    driven()
        .pool(&[registered(DRIVER), completed(N, DRIVER).into(), registered(Id(3))])
        .finds("driver 3 of the pool");
    let off = driven().assign(N, driverassign::Stage::Finished).driver(State::OffDuty);
    off.finds("does not know driver 2");
    let learned =
        Driver { person: person(), skill: Skill::Manual, location: None, at: None, state: State::Free };
    driven().with(DRIVER, learned).finds("does not know driver 2");
}

#[test]
fn d2_a_call_that_waits_beside_a_free_driver_is_found() {
    let waiting = |pool: &[Event]| {
        let all = All::default().call(drivercall::Stage::Calling).order(drivermanage::Stage::Calling);
        all.assign(N, IN_LINE).pool(pool)
    };
    assert!(waiting(&[awaited()]).clean());
    waiting(&[]).finds("call 7 waits without being in line");
    driven()
        .pool(&[registered(DRIVER), completed(N, DRIVER).into(), awaited()])
        .finds("call 7 waits without");
    let beside = waiting(&[registered(DRIVER), awaited()]).driver(State::Free);
    beside.finds("call 7 waits although driver 2 is free");
}

#[test]
fn d14_what_nobody_asked_for_is_found() {
    for stage in [drivermanage::Stage::Noted { until: Time(1) }, drivermanage::Stage::Voided] {
        driven().order(stage).finds("assignment 7");
    }
    driven().without::<Drivermanage>(N).finds("assignment 7");
    driven().without::<Drivercall>(N).finds("order 7 belongs to no call");
    driven().call(drivercall::Stage::Refused { voiding: true }).finds("order 7 belongs to no call");
    driven().call(drivercall::Stage::Requested { until: Time(1) }).finds("order 7 belongs to no call");
    let desk = driven().order_of(drivermanage::Stage::Assigned, true).without::<Drivercall>(N);
    assert!(desk.clean());
}

#[test]
fn d4_a_driver_who_was_promised_and_never_assigned_is_found() {
    let other = person();
    let other = driver::events::Person { driverid: "94아4567".into(), ..other };
    let call = Drivercall {
        wish: wish(),
        refuse: false,
        hold: Millis(610),
        stage: drivercall::Stage::Confirmed,
        driver: Some(other.clone()),
    };
    driven().with(N, call).finds("call 7 names driver 94아4567");
    let stage = drivermanage::Stage::Assigned;
    let order = Drivermanage { wish: Some(wish()), desk: false, stage, driver: Some(other), reason: None };
    driven().with(N, order).finds("order 7 names driver 94아4567");
}

#[test]
fn d16_what_is_on_its_way_is_pending_and_no_finding() {
    let cancelled = || drivercall::Stage::Cancelled { reason: None };
    driven().call(cancelled()).awaits("order 7 has not heard yet");
    driven().order(drivermanage::Stage::Cancelled).awaits("the driver of call 7 is to be released");
    driven().order(drivermanage::Stage::Cancelled).awaits("call 7 has not heard yet");
    driven().call(drivercall::Stage::Taken).awaits("call 7 has not heard yet");
    driven().call(drivercall::Stage::Calling).awaits("call 7 has not heard yet");
    driven().order(drivermanage::Stage::Calling).awaits("order 7 has not heard yet");
    driven()
        .call(drivercall::Stage::Called { until: Time(1) })
        .awaits("drivercall 7 waits for drivermanage: request");
    let noted = drivermanage::Stage::Noted { until: Time(1) };
    All::default().call(cancelled()).order(noted).awaits("order 7 has not heard yet");
    let mut case = Case { to: Some(wish().tel), ..Case::default() };
    case.outbox.record(1, "접수".into());
    driven().with(N, case).awaits("case 7 waits for notifier");
    let done = driven().call(drivercall::Stage::Finished).order(drivermanage::Stage::Finished);
    let done = done.assign(N, driverassign::Stage::Finished).driver(State::Free).pool(&[registered(DRIVER)]);
    assert!(done.clean());
    assert!(done.audit().pending.is_empty(), "{:?}", done.audit().pending);
}

#[test]
fn d7_whoever_is_told_and_has_not_called_is_found() {
    let told = |tel: &str| Case { to: Some(tel.into()), ..Case::default() };
    assert!(driven().with(N, told("01012345678")).clean());
    driven().with(N, told("0211112222")).finds("messages of call 7 go to somebody else");
    // Under a number that a call and the desk share, the caller is to be told.
    let shared = driven().order_of(drivermanage::Stage::Assigned, true);
    shared.with(N, told("0211112222")).finds("messages of call 7 go to somebody else");
    let desk = || driven().order_of(drivermanage::Stage::Assigned, true).without::<Drivercall>(N);
    assert!(desk().with(N, told("01012345678")).clean());
    desk().with(N, told("0211112222")).finds("messages of call 7 go to somebody else");
    All::default().with(N, told("010")).finds("messages of call 7 go to somebody else");
}

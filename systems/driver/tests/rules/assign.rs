//! Assignments: the first free driver, or a place in the line; every driver freed once and given on.

use crate::*;
use driver::driver::{Driver, State};
use driver::driverassign::{Command, Driverassign};
use driver::pool::{POOL, Pool};
use kernel::Method::{Patch, Put};
use serde_json::{Value, json};
use testkit::given::Then;

/// The six of the beginning, and calls 1 to `calls` asked for.
pub(crate) fn with_calls(calls: u64) -> Given {
    let mut assigns = service("driverassign");
    for call in 1..=calls {
        let then = assigns.hears(asked_for(Id(call), wish()));
        if call <= 6 {
            then.says(["DriverassignCompleted"]).with("driverNo", call);
        } else {
            then.says(["DriverAwaited"]);
        }
    }
    assigns
}

pub(crate) fn drop_order(assigns: &mut Given, call: u64, reason: Option<&'static str>) -> Then {
    let (status, reason) = (events::ORDER_CANCELLED.into(), reason.map(Into::into));
    let (id, wish) = (Id(call), Some(wish()));
    assigns.hears(events::Event::DrivermanageCancelled(events::DrivermanageCancelled {
        id,
        wish,
        status,
        desk: false,
        reason,
    }))
}

pub(crate) fn end_trip(assigns: &mut Given, call: u64) -> Then {
    assigns.asks(Patch, &format!("/driverassigns/{call}"), json!({"status": "운행종료"}))
}

fn status(assigns: &Given, call: u64) -> Value {
    assigns.record::<Driverassign>(Id(call))["status"].clone()
}

fn state(assigns: &Given, driver: u64) -> State {
    assigns.document::<Driver>(Id(driver)).expect("a driver").state
}

fn line(assigns: &Given) -> Vec<u64> {
    assigns.document::<Pool>(POOL).expect("the pool").line().iter().map(|one| one.call.0).collect()
}

#[test]
fn d3_a_driver_is_assigned_at_once_and_once() {
    let mut assigns = service("driverassign");
    let then = assigns.hears(passed_on()).says(["DriverassignCompleted"]);
    let then = then.with("id", 7).with("assignstatus", "대리기사할당확정").with("driver", "백영곤");
    let then = then.with("driverid", "34가4567").with("drivertel", "010-2345-6789").with("driverNo", 1);
    let then = then.with("tel", "01012345678").with("location", "마포");
    then.with("until", (assigns.now + Millis::hours(3)).0);
    for event in [passed_on(), confirmed(), desk_asks(), assigned(), call_cancelled(None), nobody_comes(None)]
    {
        assigns.hears(event).is_already_so();
    }
    assert_eq!(status(&assigns, 7), "대리기사할당됨");
    assert_eq!(state(&assigns, 1), State::Driving { call: N });
    assert_eq!(assigns.waits::<Driverassign>(N), ["timer"]);
    let record = assigns.record::<Driverassign>(N);
    assert_eq!(
        (&record["orderId"], &record["driverNo"], &record["driver"]),
        (&json!(7), &json!(1), &json!("백영곤"))
    );
    let first = json!({"driverNo": 1, "distanceM": null, "passedOver": null});
    assert_eq!(record["candidates"][0], first);
    assert_eq!(record["candidates"][1]["passedOver"], "LATER");
}

#[test]
fn d2_who_has_waited_longest_is_next() {
    let mut assigns = with_calls(3);
    drop_order(&mut assigns, 1, None).says(["DriverassignCancelled"]);
    for driver in [4, 5, 6, 1] {
        assigns
            .hears(asked_for(Id(10 + driver), wish()))
            .says(["DriverassignCompleted"])
            .with("driverNo", driver);
    }
}

#[test]
fn d6_a_release_frees_the_driver_once() {
    let mut assigns = with_calls(1);
    let then = drop_order(&mut assigns, 1, None).says(["DriverassignCancelled"]);
    let then = then.with("assignstatus", "대리할당취소").with("driver", "백영곤").with("driverNo", 1);
    then.with("tel", "01012345678").without("next").without("reason");
    assert_eq!(state(&assigns, 1), State::Free);
    drop_order(&mut assigns, 1, None).is_already_so();
    assert_eq!(status(&assigns, 1), "대리할당취소");
    assert!(assigns.waits::<Driverassign>(Id(1)).is_empty());
    end_trip(&mut assigns, 1).is_refused(409, "already-over");
    assigns.hears(asked_for(Id(1), wish())).is_already_so();
}

#[test]
fn d6_a_release_that_comes_first_leaves_a_mark() {
    let mut assigns = service("driverassign");
    let then = drop_order(&mut assigns, 7, Some("NO_ANSWER")).says(["DriverassignCancelled"]);
    then.with("reason", "NO_ANSWER").without("driver").without("driverNo");
    assigns.hears(passed_on()).is_already_so();
    assert_eq!(assigns.record::<Driverassign>(N), Value::Null);
    end_trip(&mut assigns, 7).is_refused(404, "not-found");
    assigns.when::<Driverassign>(N, Command::Expire).is_already_so();
}

#[test]
fn d2_calls_wait_in_line_first_come_first_served() {
    let mut assigns = with_calls(8);
    assert_eq!(line(&assigns), [7, 8]);
    assert_eq!(status(&assigns, 7), "대리기사할당대기");
    assert_eq!(assigns.waits::<Driverassign>(N), ["timer"]);
    assigns.hears(passed_on()).is_already_so();
    end_trip(&mut assigns, 7).is_refused(409, "not-assigned");
    // Whoever becomes free drives on for the first in line, in one commit.
    let then = drop_order(&mut assigns, 3, None).says(["DriverassignCancelled", "DriverassignCompleted"]);
    let then = then.with("next", 7).with("id", 7).with("driverNo", 3).with("driver", "임광현");
    then.with("until", (assigns.now + Millis::hours(3)).0);
    assert_eq!((state(&assigns, 3), line(&assigns)), (State::Driving { call: N }, vec![8]));
    let then = end_trip(&mut assigns, 5).says(["DriverassignFinished", "DriverassignCompleted"]);
    then.with("next", 8).with("id", 8).with("driverNo", 5);
    assert!(line(&assigns).is_empty());
    end_trip(&mut assigns, 5).is_already_so();
    assert_eq!(state(&assigns, 5), State::Driving { call: Id(8) }, "the driver has another call by now");
    drop_order(&mut assigns, 5, None).is_already_so();
    drop_order(&mut assigns, 3, None).is_already_so();
}

#[test]
fn d5_whoever_waits_can_leave_the_line() {
    let mut assigns = with_calls(8);
    let then = drop_order(&mut assigns, 7, None).says(["DriverassignCancelled"]);
    then.with("tel", "01012345678").without("driverNo").without("next");
    assert_eq!(line(&assigns), [8]);
    end_trip(&mut assigns, 2).says(["DriverassignFinished", "DriverassignCompleted"]).with("id", 8);
}

#[test]
fn d2_nobody_waits_in_line_for_ever() {
    let mut assigns = with_calls(7);
    let begin = assigns.now;
    let then = assigns.fires::<Driverassign>(N).says(["DriverassignCancelled"]);
    then.with("reason", "NO_DRIVER").with("tel", "01012345678").without("driver");
    assert_eq!(assigns.now, begin + TEN_MINUTES);
    assert!(line(&assigns).is_empty());
    assert_eq!(assigns.record::<Driverassign>(N)["reason"], "NO_DRIVER");
    drop_order(&mut assigns, 7, Some("NO_DRIVER")).is_already_so();
    assigns.when::<Driverassign>(N, Command::Expire).is_already_so();
}

#[test]
fn d2_a_trip_ends_when_its_driver_says_so_or_after_three_hours() {
    let mut assigns = with_calls(2);
    let then = end_trip(&mut assigns, 1).says(["DriverassignFinished"]);
    let then = then.with("assignstatus", "운행종료").with("driver", "백영곤").with("tel", "01012345678");
    then.with("driverNo", 1).without("reason").without("next");
    assert_eq!((status(&assigns, 1), state(&assigns, 1)), (json!("운행종료"), State::Free));
    let begin = assigns.now;
    let then = assigns.fires::<Driverassign>(Id(2)).says(["DriverassignFinished"]);
    then.with("reason", "UNREPORTED");
    assert_eq!(assigns.now, begin + Millis::hours(3));
    assert_eq!(assigns.record::<Driverassign>(Id(2))["reason"], "UNREPORTED");
    assert_eq!(state(&assigns, 2), State::Free);
    end_trip(&mut assigns, 2).is_already_so();
    for call in [1, 2] {
        assert!(assigns.waits::<Driverassign>(Id(call)).is_empty());
    }
}

#[test]
fn d4_only_the_end_of_a_trip_can_be_written() {
    let mut assigns = with_calls(1);
    for method in [Patch, Put] {
        assigns.asks(method, "/driverassigns/1", json!({})).is_already_so();
        assigns.asks(method, "/driverassigns/1", json!({"status": "대리기사할당됨"})).is_already_so();
        let no = assigns.asks(method, "/driverassigns/1", json!({"status": "대리할당취소"}));
        no.is_refused(409, "unknown-status");
    }
    end_trip(&mut service("driverassign"), 1).is_refused(404, "not-found");
    // The rest is only shown: it never gets as far as here.
    assigns.asks(Patch, "/driverassigns/1", json!({"driver": "다른기사"})).is_already_so();
}

#[test]
fn d4_whoever_cannot_end_a_trip_is_told_what_to_do() {
    let mut assigns = with_calls(7);
    drop_order(&mut assigns, 1, None).says(["DriverassignCancelled", "DriverassignCompleted"]);
    drop_order(&mut assigns, 7, None).says(["DriverassignCancelled"]);
    for call in 8..=9 {
        assert!(assigns.hears(asked_for(Id(call), wish())).no.is_none());
    }
    assert_eq!(status(&assigns, 9), "대리기사할당대기");
    for (call, code, what) in [(9, "not-assigned", "대리기사할당됨"), (1, "already-over", "/drivercalls")]
    {
        let no = end_trip(&mut assigns, call).no.expect("refused");
        assert_eq!(no.code, code);
        assert!(no.english.contains(what) && no.korean.contains(what), "{no:?}");
    }
}

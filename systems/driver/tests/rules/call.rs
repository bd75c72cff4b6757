//! Calls: passed on at once, seen at once or refused, over once.

use crate::*;
use driver::drivercall::{Command, Drivercall};
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::{Caller, Mode, Target};
use serde_json::{Value, json};
use testkit::given::Then;

fn fields() -> Value {
    json!({"tel": "01012345678", "status": "호출확정", "location": "마포", "cost": 25_000})
}

/// Each state that people see, by the way to it.
fn open() -> Given {
    let mut calls = service("drivercall");
    calls.when::<Drivercall>(N, Command::Call(wish())).says(["CallRequested", "Drivercalled"]);
    calls
}

fn taken() -> Given {
    let mut calls = open();
    calls.answers::<Drivercall>(N, "request", yes()).says(["CallTaken"]);
    calls
}

fn calling() -> Given {
    let mut calls = taken();
    calls.hears(passed_on()).says(["CallPassedOn"]);
    calls
}

fn with_driver() -> Given {
    let mut calls = calling();
    calls.hears(assigned()).says(["CallConfirmed"]);
    calls
}

fn over() -> Given {
    let mut calls = with_driver();
    calls.hears(finished()).says(["CallFinished"]);
    calls
}

fn cancelled(reason: Option<&'static str>) -> Given {
    let mut calls = calling();
    match reason {
        Some(reason) => calls.hears(nobody_comes(Some(reason))).says(["DrivercallCancelled"]),
        None => delete(&mut calls).says(["DrivercallCancelled"]),
    };
    calls
}

fn delete(calls: &mut Given) -> Then {
    calls.asks(Delete, "/drivercalls/7", json!({}))
}

fn status(calls: &Given) -> Value {
    calls.record::<Drivercall>(N)["status"].clone()
}

type Make = fn() -> Given;

/// In a system that refuses.
fn hidden() -> Given {
    let mut calls = refusing("drivercall");
    calls.when::<Drivercall>(N, Command::Call(wish())).says(["CallRequested"]);
    calls
}

#[test]
fn d1_a_call_says_what_the_customer_wants() {
    let mut calls = service("drivercall");
    let then = calls.asks(Post, "/drivercalls", fields()).says(["CallRequested", "Drivercalled"]);
    let until = (calls.now + TEN_MINUTES).0;
    let then = then.with("tel", "01012345678").with("drivingType", "자동").with("until", until);
    // Whatever a client says of its status.
    then.with("status", "호출");
    let expected = json!({"tel": "01012345678", "location": "마포", "cost": 25_000, "drivingType": "자동",
        "lat": null, "lng": null, "status": "호출", "driverid": null, "driver": null, "drivertel": null,
        "reason": null});
    assert_eq!(calls.record::<Drivercall>(Id(1)), expected);
    let manual = json!({"tel": "1", "drivingType": "수동", "lat": 37.5, "lng": 127.000_001_4});
    let then = calls.asks(Post, "/drivercalls", manual).says(["CallRequested", "Drivercalled"]);
    then.with("drivingType", "수동").with("lat", 37.5).with("lng", 127.000_001);
}

#[test]
fn d28_a_call_without_a_telephone_is_no_call() {
    for fields in [json!({}), json!({"tel": " "}), json!({"tel": null, "cost": 3000})] {
        let no = service("drivercall").asks(Post, "/drivercalls", fields).no.expect("refused");
        assert_eq!((no.status, no.field.as_deref()), (400, Some("tel")));
    }
    for (fields, field) in [
        (json!({"tel": "1", "drivingType": "반자동"}), "drivingType"),
        (json!({"tel": "1", "lat": 37.5}), "lng"),
        (json!({"tel": "1", "lng": 127.0}), "lat"),
    ] {
        let no = service("drivercall").asks(Post, "/drivercalls", fields).no.expect("refused");
        assert_eq!((no.status, no.field.as_deref()), (400, Some(field)));
    }
}

#[test]
fn d14_d28_a_call_is_passed_on_in_the_same_step() {
    let calls = open();
    assert_eq!(calls.waits::<Drivercall>(N), ["defer drivermanage request 1"]);
    let call = calls.call::<Drivercall>(N, "request");
    assert_eq!((call.mode, call.hold, call.until), (Mode::Defer, Millis(610), Some(calls.now + TEN_MINUTES)));
    assert_eq!(call.request.path, "/drivermanages");
    let expected = json!({"orderId": "7", "status": "호출", "tel": "01012345678", "location": "마포",
        "cost": 25_000, "drivingType": "자동", "lat": null, "lng": null});
    assert_eq!(serde_json::to_value(&call.request.fields).unwrap(), expected);
}

#[test]
fn d31_a_call_goes_its_way_step_by_step() {
    let steps: [(Make, &str); 5] =
        [(open, "호출"), (taken, "호출"), (calling, "호출중"), (with_driver, "호출확정"), (over, "운행종료")];
    for (make, shown) in steps {
        assert_eq!(status(&make()), shown);
    }
    assert_eq!(with_driver().record::<Drivercall>(N)["driver"], "안채우");
    assert_eq!(over().record::<Drivercall>(N)["drivertel"], "010-3345-7789");
    for calls in [taken(), calling(), with_driver(), over()] {
        assert!(calls.waits::<Drivercall>(N).is_empty());
    }
}

#[test]
fn d31_each_word_counts_once_and_in_its_time() {
    let mut calls = open();
    // The answer was lost, but the order is heard of: it was taken.
    calls.hears(passed_on()).says(["CallPassedOn"]);
    assert!(calls.waits::<Drivercall>(N).is_empty());
    calls.when::<Drivercall>(N, Command::Taken(yes())).is_already_so();
    calls.when::<Drivercall>(N, Command::Taken(Answer::GivenUp)).is_already_so();
    for calls in [&mut calling(), &mut with_driver(), &mut over(), &mut cancelled(None)] {
        calls.hears(passed_on()).is_already_so();
        calls.hears(confirmed()).is_already_so();
        calls.when::<Drivercall>(N, Command::Call(wish())).is_already_so();
        calls.when::<Drivercall>(N, Command::Voided).is_already_so();
    }
    for calls in
        [&mut open(), &mut with_driver(), &mut over(), &mut cancelled(None), &mut cancelled(Some("DESK"))]
    {
        calls.hears(assigned()).is_already_so();
    }
    for calls in [&mut open(), &mut taken(), &mut calling(), &mut over(), &mut cancelled(None)] {
        calls.hears(finished()).is_already_so();
    }
    for event in [passed_on(), assigned(), finished(), nobody_comes(None), order_cancelled(None, false)] {
        service("drivercall").hears(event).is_already_so();
    }
}

#[test]
fn d5_d25_a_cancel_is_for_good_and_out_of_sight() {
    for calls in [&mut open(), &mut taken(), &mut calling(), &mut with_driver()] {
        let then = delete(calls).says(["DrivercallCancelled"]);
        then.with("assignstatus", Value::Null).with("tel", "01012345678").without("reason");
        assert_eq!(calls.record::<Drivercall>(N), Value::Null);
        assert!(calls.waits::<Drivercall>(N).is_empty());
        delete(calls).is_refused(404, "not-found");
        calls.asks(Patch, "/drivercalls/7", json!({})).is_refused(404, "not-found");
        calls.hears(assigned()).is_already_so();
        calls.hears(order_cancelled(None, false)).is_already_so();
        calls.hears(nobody_comes(None)).is_already_so();
    }
    delete(&mut over()).is_refused(409, "already-over");
    delete(&mut cancelled(Some("NO_DRIVER"))).is_refused(409, "already-over");
    delete(&mut service("drivercall")).is_refused(404, "not-found");
}

#[test]
fn d6_what_ends_elsewhere_ends_the_call_and_says_why() {
    for calls in [&mut taken(), &mut calling(), &mut with_driver()] {
        let then = calls.hears(nobody_comes(Some("NO_DRIVER"))).says(["DrivercallCancelled"]);
        then.with("reason", "NO_DRIVER");
        let record = calls.record::<Drivercall>(N);
        assert_eq!((&record["status"], &record["reason"]), (&json!("호출취소"), &json!("NO_DRIVER")));
        calls.hears(nobody_comes(Some("NO_DRIVER"))).is_already_so();
        calls.hears(order_cancelled(Some("NO_DRIVER"), false)).is_already_so();
    }
    for calls in [&mut open(), &mut taken(), &mut calling(), &mut with_driver()] {
        let then = calls.hears(order_cancelled(Some("NO_ANSWER"), false)).says(["DrivercallCancelled"]);
        then.with("reason", "NO_ANSWER");
    }
    let then = calling().hears(order_cancelled(None, false)).says(["DrivercallCancelled"]);
    then.with("reason", "NO_ANSWER");
    calling().hears(nobody_comes(None)).says(["DrivercallCancelled"]).with("reason", "NO_DRIVER");
}

#[test]
fn d2_an_order_of_the_desk_is_not_the_call_of_that_number() {
    let mut calls = open();
    for event in
        [desk_asks(), assigned(), finished(), nobody_comes(None), order_cancelled(Some("DESK"), true)]
    {
        calls.hears(event).is_already_so();
    }
    let then = calls.answers::<Drivercall>(N, "request", no(409, "order-taken"));
    then.says(["DrivercallCancelled"]).with("reason", "REFUSED");
}

#[test]
fn d30_nobody_answers_for_ten_minutes() {
    let mut calls = open();
    let then = calls.answers::<Drivercall>(N, "request", Answer::GivenUp).says(["DrivercallCancelled"]);
    then.with("reason", "NO_ANSWER");
    assert_eq!(calls.record::<Drivercall>(N)["reason"], "NO_ANSWER");
    assert!(calls.waits::<Drivercall>(N).is_empty(), "drivermanage hears it");
}

#[test]
fn d8_d29_a_call_that_may_be_refused_is_not_there_before_it_is_taken() {
    let mut calls = hidden();
    assert_eq!(calls.waits::<Drivercall>(N), ["refuse drivermanage request 1"]);
    let call = calls.call::<Drivercall>(N, "request");
    assert_eq!((call.hold, call.until), (Millis(610), Some(calls.now + Millis(610))));
    assert_eq!(calls.record::<Drivercall>(N), Value::Null);
    delete(&mut calls).is_refused(404, "not-found");
    calls.asks(Put, "/drivercalls/7", fields()).is_refused(404, "not-found");
    for event in [passed_on(), assigned(), finished(), nobody_comes(None), order_cancelled(None, false)] {
        calls.hears(event).is_already_so();
    }
    let then = calls.answers::<Drivercall>(N, "request", yes()).says(["Drivercalled"]);
    then.with("status", "호출").with("until", (calls.now + TEN_MINUTES).0);
    assert_eq!(status(&calls), "호출");
    assert!(calls.waits::<Drivercall>(N).is_empty());
    calls.hears(passed_on()).says(["CallPassedOn"]);
}

#[test]
fn d8_d29_a_refused_call_leaves_nothing_and_is_voided() {
    for answer in [Answer::GivenUp, no(409, "order-voided")] {
        let mut calls = hidden();
        let then = calls.answers::<Drivercall>(N, "request", answer);
        then.says_but(["CallRefused"], 503, "drivermanage-unavailable").with("void", true);
        assert_eq!(calls.record::<Drivercall>(N), Value::Null);
        assert_eq!(calls.waits::<Drivercall>(N), ["forward drivermanage void 1"]);
        assert_eq!(calls.call::<Drivercall>(N, "void").hold, Millis(0));
        calls.when::<Drivercall>(N, Command::Taken(yes())).is_already_so();
        for event in [passed_on(), assigned(), finished(), nobody_comes(None), order_cancelled(None, false)] {
            calls.hears(event).is_already_so();
        }
        calls.answers::<Drivercall>(N, "void", yes()).says(["CallVoided"]);
        calls.when::<Drivercall>(N, Command::Voided).is_already_so();
        assert!(calls.waits::<Drivercall>(N).is_empty());
        delete(&mut calls).is_refused(404, "not-found");
    }
}

#[test]
fn d5_what_was_asked_for_stays() {
    let mut calls = calling();
    calls.asks(Patch, "/drivercalls/7", json!({})).is_already_so();
    calls.asks(Patch, "/drivercalls/7", json!({"status": "호출중", "tel": "01012345678"})).is_already_so();
    calls.asks(Put, "/drivercalls/7", json!({"tel": "01012345678", "location": "마포"})).is_already_so();
    calls.asks(Patch, "/drivercalls/7", json!({"status": "호출확정"})).is_refused(409, "unknown-status");
    calls.asks(Patch, "/drivercalls/7", json!({"cost": 1})).is_refused(409, "already-called");
    cancelled(Some("DESK")).asks(Patch, "/drivercalls/7", json!({"status": "호출취소"})).is_already_so();
    service("drivercall").asks(Patch, "/drivercalls/7", json!({})).is_refused(404, "not-found");
}

/// The deed of a POST, so much later.
fn delay(sleep: u64) -> Option<Millis> {
    let system = driver::system(Settings { sleep: Millis(sleep), ..Settings::default() });
    let calls = system.services.iter().find(|service| service.name == "drivercall").expect("it is there");
    let route = calls.resources[0].routes.iter().find(|route| route.method == Post).expect("calls are made");
    let fields = Body::new().with("tel", "01012345678");
    let asked = kernel::Asked { caller: Caller::Person, id: None, fields: &fields };
    let deed = (route.handler)(&asked).expect("a good call");
    assert_eq!((deed.kind, deed.target), ("drivercall", Target::New));
    deed.delay
}

#[test]
fn d37_a_configured_delay_comes_before_each_call() {
    assert_eq!(delay(20), Some(Millis(20)));
    assert_eq!(delay(0), None);
    let setting = driver::SETTINGS.iter().find(|one| one.name == "SLEEP_ME").expect("it is configurable");
    assert_eq!(setting.default, "0");
}

#[test]
fn d13_a_place_can_be_written_back_as_exactly_as_it_was_said() {
    let mut calls = service("drivercall");
    let fields = json!({"tel": "1", "lat": 37.123_456_789, "lng": 127});
    calls.asks(Post, "/drivercalls", fields.clone()).says(["CallRequested", "Drivercalled"]);
    calls.asks(Put, "/drivercalls/1", fields).is_already_so();
    calls.asks(Patch, "/drivercalls/1", json!({"lat": 37.123_457, "lng": 127.0})).is_already_so();
    calls.asks(Patch, "/drivercalls/1", json!({"lat": 37.123_46})).is_refused(409, "already-called");
}

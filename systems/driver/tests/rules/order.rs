//! Orders of the management: noted, passed on when their call is public, ended once.

use crate::*;
use driver::drivermanage::{Command, DESK_FROM, Drivermanage, Event};
use kernel::Method::{Patch, Post, Put};
use serde_json::{Value, json};
use testkit::given::Then;

fn request(orders: &mut Given) -> Then {
    let fields =
        json!({"orderId": "7", "tel": "01012345678", "location": "마포", "cost": 25_000, "status": "호출"});
    orders.service_asks("driver.drivercall", Post, "/drivermanages", fields)
}

fn void(orders: &mut Given) -> Then {
    orders.service_asks("driver.drivercall", Post, "/drivermanages/void", json!({"orderId": "7"}))
}

fn noted() -> Given {
    let mut orders = service("drivermanage");
    request(&mut orders).says(["OrderNoted"]);
    orders
}

fn calling() -> Given {
    let mut orders = noted();
    let until = orders.now + TEN_MINUTES;
    orders.hears(called(until)).says(["DrivermanageAssigned"]);
    orders
}

fn with_driver() -> Given {
    let mut orders = calling();
    orders.hears(assigned()).says(["DrivermanageAssigned"]);
    orders
}

fn over() -> Given {
    let mut orders = with_driver();
    orders.hears(finished()).says(["OrderFinished"]);
    orders
}

fn cancelled() -> Given {
    let mut orders = with_driver();
    orders.hears(call_cancelled(None)).says(["DrivermanageCancelled"]);
    orders
}

fn voided() -> Given {
    let mut orders = noted();
    void(&mut orders).says(["OrderVoided"]);
    orders
}

/// An order of the desk under the number of a call, as there were before the desk had numbers of its own.
fn desk() -> Given {
    let events::Event::DrivermanageAssigned(said) = desk_asks() else { unreachable!("the desk asks") };
    service("drivermanage").that::<Event>([said])
}

/// A number of the desk.
const D: Id = Id(DESK_FROM + 7);

fn order(orders: &mut Given, id: Id, tel: &str) -> Then {
    let fields = json!({"orderId": id.0.to_string(), "tel": tel, "location": "마포", "cost": 25_000});
    orders.asks(Post, "/drivermanages", fields)
}

fn by_telephone() -> Given {
    let mut orders = service("drivermanage");
    order(&mut orders, D, "01012345678").says(["DrivermanageAssigned"]).with("desk", true);
    orders
}

fn status(orders: &Given) -> Value {
    orders.record::<Drivermanage>(N)["status"].clone()
}

#[test]
fn d2_d13_an_order_is_passed_on_when_its_call_is_public() {
    let mut orders = noted();
    assert_eq!(orders.record::<Drivermanage>(N), Value::Null, "nobody sees what may yet be refused");
    assert_eq!(orders.waits::<Drivermanage>(N), ["timer"]);
    request(&mut orders).is_already_so();
    let until = orders.now + TEN_MINUTES;
    let then = orders.hears(called(until)).says(["DrivermanageAssigned"]);
    then.with("id", 7).with("status", "호출중").with("tel", "01012345678").without("desk").without("driver");
    let expected = json!({"orderId": "7", "tel": "01012345678", "location": "마포", "cost": 25_000,
        "drivingType": "자동", "lat": null, "lng": null, "status": "호출중", "driverid": null, "driver": null,
        "drivertel": null, "reason": null});
    assert_eq!(orders.record::<Drivermanage>(N), expected);
    orders.hears(called(until)).is_already_so();
    request(&mut orders).is_already_so();
    assert!(orders.waits::<Drivermanage>(N).is_empty());
}

#[test]
fn d2_a_call_that_is_heard_before_its_request_is_passed_on_too() {
    let mut orders = service("drivermanage");
    let until = orders.now + TEN_MINUTES;
    orders.hears(called(until)).says(["DrivermanageAssigned"]);
    request(&mut orders).is_already_so();
    assert_eq!(status(&orders), "호출중");
}

#[test]
fn d30_a_call_that_is_heard_too_late_gets_nobody() {
    for mut orders in [service("drivermanage"), noted(), voided()] {
        let until = orders.now + TEN_MINUTES;
        orders.later(TEN_MINUTES).later(Millis(1));
        let then = orders.hears(called(until)).says(["DrivermanageCancelled"]);
        then.with("reason", "NO_ANSWER").with("status", "대리기사호출취소");
        orders.hears(called(until)).is_already_so();
        orders.hears(call_cancelled(Some("NO_ANSWER"))).is_already_so();
        // So that its call ends as well, if it has not yet.
        request(&mut orders).is_refused(409, "order-voided");
    }
    let mut orders = noted();
    let until = orders.now + TEN_MINUTES;
    orders.later(TEN_MINUTES);
    orders.hears(called(until)).says(["DrivermanageAssigned"]);
}

#[test]
fn d4_d26_the_driver_comes_into_the_order_once() {
    let mut orders = calling();
    let then = orders.hears(assigned()).says(["DrivermanageAssigned"]);
    then.with("status", "대리기사호출확정").with("driver", "안채우").with("driverid", "44나4567");
    orders.hears(assigned()).is_already_so();
    assert_eq!(status(&orders), "대리기사호출확정");
    assert_eq!(orders.record::<Drivermanage>(N)["drivertel"], "010-3345-7789");
    for orders in [&mut service("drivermanage"), &mut noted(), &mut voided(), &mut over(), &mut cancelled()] {
        orders.hears(assigned()).is_already_so();
    }
    assert_eq!(status(&over()), "운행종료");
    for orders in [&mut service("drivermanage"), &mut noted(), &mut over(), &mut cancelled(), &mut voided()] {
        orders.hears(finished()).is_already_so();
    }
}

#[test]
fn d6_d18_a_cancelled_call_cancels_its_order_for_good() {
    for orders in [&mut noted(), &mut calling(), &mut with_driver(), &mut voided()] {
        let then = orders.hears(call_cancelled(None)).says(["DrivermanageCancelled"]);
        then.with("id", 7).with("tel", "01012345678").without("reason");
        orders.hears(call_cancelled(None)).is_already_so();
        orders.hears(nobody_comes(None)).is_already_so();
        let until = orders.now + TEN_MINUTES;
        orders.hears(called(until)).is_already_so();
        assert_eq!(status(orders), "대리기사호출취소");
        assert!(orders.waits::<Drivermanage>(N).is_empty());
    }
    over().hears(call_cancelled(None)).is_already_so();
}

#[test]
fn d6_a_cancel_that_comes_first_leaves_a_mark() {
    let mut orders = service("drivermanage");
    orders.hears(call_cancelled(None)).says(["DrivermanageCancelled"]).without("tel");
    let until = orders.now + TEN_MINUTES;
    orders.hears(called(until)).is_already_so();
    request(&mut orders).is_refused(409, "order-voided");
    assert_eq!(orders.record::<Drivermanage>(N), Value::Null);
    orders.asks(Patch, "/drivermanages/7", json!({})).is_refused(404, "not-found");
}

#[test]
fn d15_nobody_comes_ends_the_order() {
    for orders in [&mut calling(), &mut with_driver(), &mut desk()] {
        let then = orders.hears(nobody_comes(Some("NO_DRIVER"))).says(["DrivermanageCancelled"]);
        then.with("reason", "NO_DRIVER");
        orders.hears(nobody_comes(Some("NO_DRIVER"))).is_already_so();
        orders.hears(assigned()).is_already_so();
        assert_eq!(orders.record::<Drivermanage>(N)["reason"], "NO_DRIVER");
    }
    for orders in [&mut service("drivermanage"), &mut noted(), &mut voided(), &mut over()] {
        orders.hears(nobody_comes(Some("NO_DRIVER"))).is_already_so();
    }
}

#[test]
fn d8_d14_a_void_is_remembered_whatever_comes_first() {
    let mut orders = voided();
    void(&mut orders).is_already_so();
    request(&mut orders).is_refused(409, "order-voided");
    assert_eq!(orders.record::<Drivermanage>(N), Value::Null);
    assert!(orders.waits::<Drivermanage>(N).is_empty());
    let mut orders = service("drivermanage");
    void(&mut orders).says(["OrderVoided"]);
    request(&mut orders).is_refused(409, "order-voided");
    for orders in [&mut calling(), &mut with_driver(), &mut over(), &mut cancelled()] {
        void(orders).is_already_so();
    }
    // Never heard of again, it is forgotten; heard of after all, its call is told.
    let mut orders = noted();
    let begin = orders.now;
    orders.fires::<Drivermanage>(N).says(["OrderVoided"]);
    assert_eq!(orders.now, begin + TEN_MINUTES);
    let then = orders.hears(called(begin + Millis::hours(1))).says(["DrivermanageCancelled"]);
    then.with("reason", "NO_ANSWER").with("tel", "01012345678");
}

#[test]
fn d2_the_telephone_desk_orders_at_once() {
    let mut orders = by_telephone();
    assert_eq!(orders.record::<Drivermanage>(D)["status"], "호출중");
    assert!(orders.waits::<Drivermanage>(D).is_empty());
    order(&mut orders, D, "01012345678").is_already_so();
    order(&mut orders, D, "02").is_refused(409, "order-taken");
    orders.hears(assigned_to(D)).says(["DrivermanageAssigned"]).with("desk", true);
    order(&mut orders, D, "01012345678").is_already_so();
    for fields in
        [json!({"tel": "1"}), json!({"orderId": "0", "tel": "1"}), json!({"orderId": "칠", "tel": "1"})]
    {
        let no = service("drivermanage").asks(Post, "/drivermanages", fields).no.expect("refused");
        assert_eq!((no.status, no.field.as_deref()), (400, Some("orderId")));
    }
    let without = json!({"orderId": D.0.to_string()});
    let no = service("drivermanage").asks(Post, "/drivermanages", without).no.expect("refused");
    assert_eq!((no.status, no.field.as_deref()), (400, Some("tel")));
}

#[test]
fn d2_a_person_cannot_order_under_the_number_of_a_call() {
    let last = Id(DESK_FROM - 1);
    for orders in [
        &mut service("drivermanage"),
        &mut noted(),
        &mut calling(),
        &mut over(),
        &mut cancelled(),
        &mut voided(),
        &mut desk(),
    ] {
        for number in [N, last] {
            order(orders, number, "01012345678").is_refused(409, "number-of-a-call");
        }
    }
    let no = order(&mut service("drivermanage"), last, "1").no.expect("refused");
    assert_eq!(no.field.as_deref(), Some("orderId"));
    let first = DESK_FROM.to_string();
    assert!(no.english.contains(&first) && no.korean.contains(&first), "which numbers to use: {no:?}");
    order(&mut service("drivermanage"), Id(DESK_FROM), "1").says(["DrivermanageAssigned"]);
    // The desk's refused order leaves nothing behind, so the next caller's is noted.
    let mut orders = service("drivermanage");
    order(&mut orders, N, "02").is_refused(409, "number-of-a-call");
    request(&mut orders).says(["OrderNoted"]);
}

#[test]
fn d2_what_is_over_is_not_ordered_again_under_its_number() {
    let cancel = json!({"orderId": D.0.to_string(), "status": "호출취소"});
    let mut withdrawn = by_telephone();
    withdrawn.asks(Post, "/drivermanages", cancel.clone()).says(["DrivermanageCancelled"]);
    let mut driven = by_telephone();
    driven.hears(assigned_to(D)).says(["DrivermanageAssigned"]);
    driven.when::<Drivermanage>(D, Command::Finish).says(["OrderFinished"]);
    for orders in [&mut withdrawn, &mut driven] {
        let no = order(orders, D, "01012345678").no.expect("nobody would come");
        assert_eq!((no.status, no.code), (409, "already-over"));
        assert!(no.english.contains("another number") && no.korean.contains("다른 번호"), "{no:?}");
        order(orders, D, "02").is_refused(409, "order-taken");
    }
    withdrawn.asks(Post, "/drivermanages", cancel).is_already_so();
}

#[test]
fn d2_a_call_under_a_number_of_the_desk_is_told_to_call_again() {
    let mut orders = desk();
    request(&mut orders).is_refused(409, "order-taken");
    let until = orders.now + TEN_MINUTES;
    orders.hears(called(until)).is_already_so();
    orders.hears(call_cancelled(Some("REFUSED"))).is_already_so();
    assert_eq!(status(&orders), "호출중", "the desk's order goes on");
}

#[test]
fn d5_the_desk_can_cancel() {
    for (orders, by_desk) in [(&mut calling(), false), (&mut with_driver(), false), (&mut desk(), true)] {
        let fields = json!({"orderId": "7", "status": "호출취소"});
        let then = orders.asks(Post, "/drivermanages", fields.clone()).says(["DrivermanageCancelled"]);
        let then = then.with("reason", "DESK");
        if by_desk {
            then.with("desk", true);
        } else {
            then.without("desk");
        }
        orders.asks(Post, "/drivermanages", fields).is_already_so();
    }
    let cancel = json!({"status": "대리기사호출취소"});
    calling().asks(Patch, "/drivermanages/7", cancel.clone()).says(["DrivermanageCancelled"]);
    calling().asks(Put, "/drivermanages/7", cancel.clone()).says(["DrivermanageCancelled"]);
    over().asks(Patch, "/drivermanages/7", cancel.clone()).is_refused(409, "already-over");
    for orders in [&mut service("drivermanage"), &mut noted(), &mut voided()] {
        orders.asks(Patch, "/drivermanages/7", cancel.clone()).is_refused(404, "not-found");
    }
}

#[test]
fn d13_what_was_ordered_stays() {
    let mut orders = calling();
    orders.asks(Patch, "/drivermanages/7", json!({"status": "호출중", "orderId": "7"})).is_already_so();
    orders.asks(Patch, "/drivermanages/7", json!({"tel": "02"})).is_refused(409, "already-ordered");
    service("drivermanage").asks(Patch, "/drivermanages/7", json!({})).is_refused(404, "not-found");
    service("drivermanage").when::<Drivermanage>(N, Command::Finish).is_already_so();
}

#[test]
fn d13_what_the_status_of_an_order_can_be_set_to_is_said() {
    for word in ["운행종료", "대리기사호출확정", "끝"] {
        let no = calling().asks(Patch, "/drivermanages/7", json!({"status": word})).no.expect("refused");
        assert_eq!((no.status, no.code, no.field.as_deref()), (409, "unknown-status", Some("status")));
        for text in [&no.english, &no.korean] {
            assert!(text.contains("호출취소") && text.contains("/driverassigns"), "{text}");
        }
    }
    over().asks(Patch, "/drivermanages/7", json!({"status": "운행종료"})).is_already_so();
}

#[test]
fn d13_a_place_can_be_written_as_exactly_as_it_was_ordered() {
    let mut orders = service("drivermanage");
    let fields = json!({"orderId": D.0.to_string(), "tel": "1", "lat": 37, "lng": 126.123_456_789});
    orders.asks(Post, "/drivermanages", fields.clone()).says(["DrivermanageAssigned"]);
    let path = format!("/drivermanages/{D}");
    orders.asks(Put, &path, fields).is_already_so();
    orders.asks(Patch, &path, json!({"lat": 37.0, "lng": 126.123_457})).is_already_so();
    orders.asks(Patch, &path, json!({"lat": 37, "lng": 126.123_46})).is_refused(409, "already-ordered");
}

//! Taxis and their holds: never more than there are, each attempt resolved exactly once.

use crate::*;
use kernel::Method::{Delete, Patch, Post, Put};
use kernel::{Aggregate, Millis};
use serde_json::{Value, json};
use taxi::hold::{Command, Hold};
use taxi::taxi::Taxi;
use testkit::given::Then;

fn registered() -> Given {
    let mut taxis = service("taxi");
    let fields = json!({"taxiName": "sonata", "companyName": "tmap", "stockCnt": 2, "itemPrice": 4900});
    taxis.asks(Post, "/taxis", fields).says(["TaxiRegistered"]).with("id", 1);
    taxis
}

fn take(taxis: &mut Given, taxi: u64, order: u64, attempt: u64) -> Then {
    let fields = json!({"orderId": order, "attempt": attempt, "orderType": "prime"});
    taxis.service_asks("taxi.reservation", Post, &format!("/taxis/{taxi}/holds"), fields)
}

fn release(taxis: &mut Given, order: u64, attempt: u64) -> Then {
    let fields = json!({"orderId": order, "attempt": attempt});
    taxis.service_asks("taxi.reservation", Post, "/taxis/holds/release", fields)
}

fn free(taxis: &Given, taxi: u64) -> i64 {
    taxis.record::<Taxi>(Id(taxi))["stockCnt"].as_i64().expect("a number")
}

fn held() -> Given {
    let mut taxis = registered();
    take(&mut taxis, 1, 7, 1).says(["StockChanged", "TaxiHeld"]).with("stockCnt", 1).with("orderId", 7);
    taxis
}

fn posted() -> Given {
    let mut taxis = held();
    taxis.hears(accepted(events::CONFIRMED, Some(Id(1)))).says(["TaxiPosted"]);
    taxis
}

#[test]
fn t11_a_driver_registers_taxis() {
    let taxis = registered();
    let expected = json!({"taxiName": "sonata", "companyName": "tmap", "orderType": null, "stockCnt": 2,
        "itemPrice": 4900});
    assert_eq!(taxis.record::<Taxi>(Id(1)), expected);
    let mut taxis = service("taxi");
    taxis.asks(Post, "/taxis", json!({"stockCnt": 1})).is_refused(400, "missing-field");
    taxis.asks(Post, "/taxis", json!({"taxiName": "sonata"})).is_refused(400, "missing-field");
}

#[test]
fn t11_the_company_says_how_many_are_free() {
    let mut taxis = held();
    let then = taxis.asks(Patch, "/taxis/1", json!({"stockCnt": 5})).says(["StockChanged"]);
    then.with("stockCnt", 5).without("orderId");
    assert_eq!(taxis.document::<Taxi>(Id(1)).unwrap().stock, kernel::stock::Count { total: 6, free: 5 });
    taxis.asks(Patch, "/taxis/1", json!({"stockCnt": 5})).is_already_so();
    release(&mut taxis, 7, 1).says(["StockChanged", "HoldReleased"]).with("stockCnt", 6);
}

#[test]
fn t11_words_change_without_the_stock() {
    let mut taxis = registered();
    taxis.asks(Put, "/taxis/1", json!({"taxiName": "eclass"})).says(["TaxiChanged"]);
    taxis
        .asks(Patch, "/taxis/1", json!({"companyName": "kakao", "itemPrice": 6000, "stockCnt": 4}))
        .says(["TaxiChanged", "StockChanged"]);
    let expected = json!({"taxiName": "eclass", "companyName": "kakao", "orderType": null, "stockCnt": 4,
        "itemPrice": 6000});
    assert_eq!(taxis.record::<Taxi>(Id(1)), expected);
    taxis.asks(Patch, "/taxis/1", json!({})).is_already_so();
    taxis.asks(Patch, "/taxis/1", json!({"orderType": "prime"})).is_refused(409, "grade-fixed");
    taxis.asks(Patch, "/taxis/2", json!({})).is_refused(404, "not-found");
}

#[test]
#[should_panic(expected = "nobody serves DELETE")]
fn t11_a_taxi_is_not_deleted() {
    let _ = registered().asks(Delete, "/taxis/1", json!({}));
}

#[test]
fn t12_a_hold_takes_one_and_is_posted_once() {
    let mut taxis = held();
    take(&mut taxis, 1, 7, 1).is_already_so();
    assert_eq!(taxis.waits::<Hold>(N), ["timer"]);
    let reserved = accepted(events::CONFIRMED, Some(Id(1)));
    taxis.hears(accepted(events::CONFIRMED, None)).is_already_so();
    taxis.hears(reserved.clone()).says(["TaxiPosted"]);
    taxis.hears(reserved).is_already_so();
    take(&mut taxis, 1, 7, 1).is_already_so();
    release(&mut taxis, 7, 1).is_already_so();
    assert_eq!(free(&taxis, 1), 1);
    assert!(taxis.waits::<Hold>(N).is_empty());
    assert!(taxis.document::<Hold>(N).unwrap().body(N).is_none(), "people see the reservation");
}

#[test]
fn t12_the_last_taxi_is_given_once() {
    let mut taxis = registered();
    take(&mut taxis, 1, 7, 1).says(["StockChanged", "TaxiHeld"]).with("stockCnt", 1);
    take(&mut taxis, 1, 8, 1).says(["StockChanged", "TaxiHeld"]).with("stockCnt", 0);
    let then = take(&mut taxis, 1, 9, 1);
    then.says_but(["TaxiOutOfStock", "HoldRefused"], 409, "out-of-taxis").without("reason");
    assert_eq!(free(&taxis, 1), 0);
    release(&mut taxis, 8, 1).says(["StockChanged", "HoldReleased"]);
    take(&mut taxis, 1, 9, 1).is_refused(409, "out-of-taxis");
    take(&mut taxis, 1, 9, 2).says(["StockChanged", "TaxiHeld"]);
}

#[test]
fn t12_the_grade_must_be_the_ordered_one() {
    let mut taxis = service("taxi");
    for (name, grade) in [("a", json!("basic")), ("b", json!("prime")), ("c", Value::Null)] {
        let fields = json!({"taxiName": name, "stockCnt": 1, "orderType": grade});
        taxis.asks(Post, "/taxis", fields).says(["TaxiRegistered"]);
    }
    take(&mut taxis, 1, 7, 1).says_but(["HoldRefused"], 409, "wrong-grade");
    take(&mut taxis, 1, 7, 1).is_refused(409, "wrong-grade");
    take(&mut taxis, 2, 7, 2).says(["StockChanged", "TaxiHeld"]);
    take(&mut taxis, 3, 8, 1).says(["StockChanged", "TaxiHeld"]);
    take(&mut taxis, 4, 9, 1).says_but(["HoldRefused"], 409, "unknown-taxi");
    take(&mut taxis, 4, 9, 1).is_refused(409, "unknown-taxi");
}

#[test]
fn t12_a_release_that_comes_first_prevents_the_hold() {
    let mut taxis = registered();
    release(&mut taxis, 7, 1).says(["HoldReleased"]);
    release(&mut taxis, 7, 1).is_already_so();
    take(&mut taxis, 1, 7, 1).is_refused(409, "attempt-over");
    assert_eq!(free(&taxis, 1), 2);
    take(&mut taxis, 1, 7, 2).says(["StockChanged", "TaxiHeld"]);
    release(&mut taxis, 7, 1).is_already_so();
    assert_eq!(free(&taxis, 1), 1, "a late release of the old attempt leaves the new one alone");
}

#[test]
fn t12_a_release_gives_back_once() {
    let mut taxis = held();
    release(&mut taxis, 7, 1).says(["StockChanged", "HoldReleased"]).with("stockCnt", 2);
    release(&mut taxis, 7, 1).is_already_so();
    take(&mut taxis, 1, 7, 1).is_refused(409, "attempt-over");
    taxis.hears(accepted(events::CONFIRMED, Some(Id(1)))).is_already_so();
    assert_eq!(free(&taxis, 1), 2);
}

#[test]
fn t12_a_newer_attempt_gives_back_what_the_older_one_held() {
    let mut taxis = held();
    let fields = json!({"taxiName": "eclass", "stockCnt": 1});
    taxis.asks(Post, "/taxis", fields).says(["TaxiRegistered"]);
    take(&mut taxis, 2, 7, 2).says(["StockChanged", "StockChanged", "TaxiHeld"]);
    assert_eq!((free(&taxis, 1), free(&taxis, 2)), (2, 0));
    take(&mut taxis, 1, 7, 1).is_refused(409, "attempt-over");
    take(&mut taxis, 2, 7, 3).says(["StockChanged", "StockChanged", "TaxiHeld"]);
    assert_eq!(free(&taxis, 2), 0, "its own taxi went back first");
    take(&mut taxis, 9, 7, 4).says_but(["StockChanged", "HoldRefused"], 409, "unknown-taxi");
    assert_eq!(free(&taxis, 2), 1);
    release(&mut taxis, 7, 4).is_already_so();
}

#[test]
fn t6_a_canceled_reservation_gives_back_once() {
    for taxis in [&mut held(), &mut posted()] {
        let canceled = reserve_canceled(Some(Id(1)), None);
        let then = taxis.hears(canceled.clone()).says(["StockChanged", "HoldReleased"]);
        then.with("stockCnt", 2);
        taxis.hears(canceled).is_already_so();
        taxis.hears(accepted(events::CONFIRMED, Some(Id(1)))).is_already_so();
        take(taxis, 1, 7, 1).is_refused(409, "attempt-over");
        take(taxis, 1, 7, 2).is_refused(409, "attempt-over");
        release(taxis, 7, 1).is_already_so();
        assert_eq!(free(taxis, 1), 2);
    }
}

#[test]
fn t6_a_cancel_heard_before_the_hold_prevents_it() {
    let mut taxis = registered();
    taxis.hears(reserve_canceled(None, None)).is_already_so();
    taxis.hears(reserve_canceled(Some(Id(1)), None)).says(["HoldReleased"]).without("attempt-over");
    take(&mut taxis, 1, 7, 1).is_refused(409, "attempt-over");
    assert_eq!(free(&taxis, 1), 2);
}

#[test]
fn t12_a_hold_that_nobody_posts_expires_and_a_late_post_is_told() {
    let mut taxis = held();
    let begin = taxis.now;
    taxis.fires::<Hold>(N).says(["StockChanged", "HoldExpired"]).with("stockCnt", 2);
    assert_eq!(taxis.now, begin + Millis::hours(24));
    let reserved = accepted(events::CONFIRMED, Some(Id(1)));
    let then = taxis.hears(reserved.clone()).says(["TaxiOutOfStock"]);
    then.with("reason", "HOLD_EXPIRED").with("id", 1).with("orderId", 7);
    taxis.hears(reserved).is_already_so();
    taxis.hears(reserve_canceled(Some(Id(1)), Some("TAXI_LOST"))).is_already_so();
    assert_eq!(free(&taxis, 1), 2);
    for taxis in [&mut posted(), &mut registered()] {
        taxis.when::<Hold>(N, Command::Expire).is_already_so();
    }
}

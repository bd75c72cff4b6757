//! A service is down or slow, and comes back.

use super::{book, details, end, start};
use kernel::Millis;
use serde_json::{Value, json};
use testkit::stage::Stage;

pub(super) fn without_booking_nothing_ends(stage: &mut dyn Stage) {
    let n = book(stage);
    let usage = start(stage, n);
    stage.shows(&format!("/roomUseLists/{n}"), "realUseStartDtm", "20200902111111");
    stage.stop_service("booking");
    end(stage, usage).is(503);
    stage.get(&format!("/realuses/{usage}")).is(200).with("realUseEndDtm", Value::Null);
    stage.get(&format!("/roomUseLists/{n}")).is(200).with("realUseEndDtm", Value::Null);
    stage.start_service("booking");
    stage.get(&format!("/bookings/{n}")).is(200);
    end(stage, usage).is(200).with("realUseEndDtm", "123456");
    stage.get(&format!("/bookings/{n}")).is(404);
    stage.audit();
}

pub(super) fn without_booking_nothing_is_denied(stage: &mut dyn Stage) {
    let n = book(stage);
    let path = format!("/confirms/{n}");
    stage.stop_service("booking");
    stage.patch(&path, json!({"status": "DENIED", "confirmDtm": "1"})).is(503);
    stage.get(&path).is(200).with("status", "BOOKED").with("confirmDtm", Value::Null);
    stage.get(&format!("/bookingLists/{n}")).is(200).with("confirmStatus", Value::Null);
    // Approving needs nobody.
    stage.patch(&path, json!({"status": "CONFIRMED"})).is(200);
    stage.start_service("booking");
    stage.get(&format!("/bookings/{n}")).is(200);
    let other = stage.post("/bookings", details(2, "2", "202008240930", "202008241030")).is(201).number();
    stage.patch(&format!("/confirms/{other}"), json!({"status": "DENIED"})).is(200).with("status", "DENIED");
    stage.get(&format!("/bookings/{other}")).is(404);
    stage.audit();
}

pub(super) fn without_notification(stage: &mut dyn Stage) {
    stage.stop_service("notification");
    let body = details(1, "1111", "202008240930", "202008241030");
    let n = stage.post("/bookings", body).is(201).number();
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(200);
    let usage = start(stage, n);
    end(stage, usage).is(200);
    stage.start_service("notification");
    let [started, ended] = ["started", "ended"].map(|deed| format!("Booking Number[ {n} ] is use {deed}"));
    let complete = "conference room[1] reservation is complete";
    let confirmed = format!("Booking Number[ {n} ] is confirmed");
    stage.comes_to_tell(n, &[complete, &confirmed, &started, &started, &ended, &ended]);
    stage.audit();
}

pub(super) fn a_slow_post_holds_nobody(stage: &mut dyn Stage) {
    let n = book(stage);
    stage.slow_provider(Millis(2_000));
    stage.patch(&format!("/bookings/{n}"), json!({"bookingUserId": "2"})).is(200);
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(200);
    let usage = start(stage, n);
    end(stage, usage).is(200);
    stage.slow_provider(Millis(1));
    stage.audit();
}

pub(super) fn confirm_catches_up(stage: &mut dyn Stage) {
    stage.stop_service("confirm");
    let body = |room| details(room, "1111", "202008240930", "202008241030");
    let kept = stage.post("/bookings", body(1)).is(201).number();
    let canceled = stage.post("/bookings", body(2)).is(201).number();
    stage.delete(&format!("/bookings/{canceled}")).is(204);
    stage.patch(&format!("/bookings/{kept}"), json!({"bookingUserId": "2222"})).is(200);
    stage.start_service("confirm");
    stage.shows(&format!("/confirms/{kept}"), "userId", "2222");
    stage.shows(&format!("/confirms/{kept}"), "status", "BOOKED");
    stage.get(&format!("/confirms/{canceled}")).is(404);
    assert_eq!(stage.list("confirms").len(), 1);
    stage.audit();
}

pub(super) fn the_lists_catch_up(stage: &mut dyn Stage) {
    for view in ["bookinglist", "roomuselist"] {
        stage.stop_service(view);
    }
    let n = book(stage);
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(200);
    let usage = start(stage, n);
    for view in ["bookinglist", "roomuselist"] {
        stage.start_service(view);
    }
    stage.shows(&format!("/bookingLists/{n}"), "confirmStatus", "CONFIRMED");
    stage.shows(&format!("/roomUseLists/{n}"), "realUseStartDtm", "20200902111111");
    end(stage, usage).is(200);
    stage.shows(&format!("/roomUseLists/{n}"), "realUseEndDtm", "123456");
    assert_eq!((stage.list("bookingLists").len(), stage.list("roomUseLists").len()), (0, 1));
    stage.audit();
}

pub(super) fn without_use(stage: &mut dyn Stage) {
    stage.stop_service("realuse");
    let n = book(stage);
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(200);
    let other = stage.post("/bookings", details(2, "2", "202008240930", "202008241030")).is(201).number();
    stage.delete(&format!("/bookings/{other}")).is(204);
    stage.start_service("realuse");
    let usage = start(stage, n);
    stage.post("/realuses", json!({"bookingId": other})).is(409).says("booking-over");
    end(stage, usage).is(200);
    stage.audit();
}

//! Starting and ending the use of a room.

use super::{book, details, end, start};
use serde_json::{Value, json};
use testkit::stage::Stage;

pub(super) fn a_room_is_used(stage: &mut dyn Stage) {
    let n = book(stage);
    let body = json!({"bookingId": n.to_string(), "realUseStartDtm": "20200902111111"});
    let started = stage.post("/realuses", body).is(201).with("realUseStartDtm", "20200902111111");
    let usage = started.with("bookingId", n).with("realUseEndDtm", Value::Null).number();
    stage.shows(&format!("/roomUseLists/{n}"), "realUseStartDtm", "20200902111111");
    let row = stage.get(&format!("/roomUseLists/{n}")).is(200).with("realUseEndDtm", Value::Null);
    row.with("bookedUseStartDtm", "202008240930").with("bookingUserId", "1111").with("roomId", 1);
    let started = "BookingCreated → ConfirmRequested → EmailSent → UseStarted → EmailSent → EmailSent";
    stage.comes_to_say(n, started);
    end(stage, usage).is(200).with("realUseEndDtm", "123456").with("bookingId", n);
    stage.get(&format!("/bookings/{n}")).is(404);
    stage.comes_to_say(n, &format!("{started} → BookingCancelled → UseEnded → EmailSent → EmailSent"));
    let row = stage.get(&format!("/roomUseLists/{n}")).is(200).with("realUseEndDtm", "123456");
    row.with("realUseStartDtm", "20200902111111").with("bookingId", n);
    stage.get(&format!("/confirms/{n}")).is(404);
    stage.get(&format!("/bookingLists/{n}")).is(404);
    stage.get(&format!("/realuses/{usage}")).is(200).with("realUseEndDtm", "123456");
    let again = book(stage);
    stage.delete(&format!("/bookings/{again}")).is(204);
    stage.audit();
}

pub(super) fn use_is_told(stage: &mut dyn Stage) {
    let n = book(stage);
    let usage = start(stage, n);
    let complete = "conference room[1] reservation is complete";
    let [started, ended] = ["started", "ended"].map(|deed| format!("Booking Number[ {n} ] is use {deed}"));
    stage.comes_to_tell(n, &[complete, &started, &started]);
    end(stage, usage).is(200);
    stage.comes_to_tell(n, &[complete, &started, &started, &ended, &ended]);
    let told = stage.list("notifications");
    let to: Vec<&Value> = told.iter().map(|row| &row["userId"]).collect();
    assert_eq!(to, ["1111", "99999", "1111", "99999", "1111"]);
    stage.audit();
}

pub(super) fn anybody_may_walk_in(stage: &mut dyn Stage) {
    let seen = stage.post("/realuses", json!({"status": "READY"})).is(201).with("bookingId", Value::Null);
    let usage = seen.with("realUseStartDtm", Value::Null).number();
    stage.shows("/notifications/1", "contents", "Booking Number[ null ] is use started");
    stage.get("/notifications/1").is(200).with("userId", "99999");
    // Nobody is asked: there is no booking to end.
    stage.stop_service("booking");
    end(stage, usage).is(200).with("realUseEndDtm", "123456");
    stage.shows("/notifications/2", "contents", "Booking Number[ null ] is use ended");
    stage.start_service("booking");
    assert!(stage.list("roomUseLists").is_empty());
    stage.audit();
}

pub(super) fn a_use_needs_a_booking_that_is_free(stage: &mut dyn Stage) {
    let again = |stage: &mut dyn Stage, n: u64| stage.post("/realuses", json!({"bookingId": n}));
    again(stage, 9).is(404).says("unknown-booking");
    let n = book(stage);
    let usage = start(stage, n);
    again(stage, n).is(409).says("already-started");
    end(stage, usage).is(200);
    again(stage, n).is(409).says("booking-over");
    let canceled = book(stage);
    stage.delete(&format!("/bookings/{canceled}")).is(204);
    again(stage, canceled).is(409).says("booking-over");
    let denied = book(stage);
    stage.patch(&format!("/confirms/{denied}"), json!({"status": "DENIED"})).is(200);
    again(stage, denied).is(409).says("booking-over");
    assert_eq!(stage.list("realuses").len(), 1);
    stage.audit();
}

pub(super) fn a_room_in_use_is_not_canceled(stage: &mut dyn Stage) {
    let n = book(stage);
    let usage = start(stage, n);
    stage.delete(&format!("/bookings/{n}")).is(409).says("in-use");
    // Whoever is in the room may stay longer, if nobody comes after.
    let longer = json!({"useEndDtm": "202008241130"});
    let next = stage.post("/bookings", details(1, "2", "202008241100", "202008241200")).is(201).number();
    stage.patch(&format!("/bookings/{n}"), longer.clone()).is(409).says("already-booked");
    stage.delete(&format!("/bookings/{next}")).is(204);
    stage.patch(&format!("/bookings/{n}"), longer).is(200).with("useEndDtm", "202008241130");
    end(stage, usage).is(200);
    stage.get(&format!("/bookings/{n}")).is(404);
    stage.audit();
}

pub(super) fn only_an_end_ends_a_use(stage: &mut dyn Stage) {
    let n = book(stage);
    let usage = start(stage, n);
    let path = format!("/realuses/{usage}");
    stage
        .patch(&path, json!({"realUseStartDtm": "20200902111112"}))
        .is(200)
        .with("realUseEndDtm", Value::Null);
    stage.shows(&format!("/roomUseLists/{n}"), "realUseStartDtm", "20200902111112");
    stage.patch(&path, json!({"bookingId": 77, "realUseEndDtm": "1"})).is(409).says("other-booking");
    stage.patch(&path, json!({"status": "READY"})).is(200);
    // The printed command goes to another resource, where it says nothing.
    stage.patch(&format!("/bookings/{n}"), json!({"realUseEndDtm": "123456"})).is(200);
    stage.get(&format!("/bookings/{n}")).is(200);
    end(stage, usage).is(200);
    end(stage, usage).is(200).with("realUseStartDtm", "20200902111112");
    stage.patch(&path, json!({"realUseEndDtm": "654321"})).is(409).says("already-ended");
    stage.patch(&path, json!({"realUseStartDtm": "1"})).is(409).says("already-ended");
    stage.patch("/realuses/99", json!({"realUseEndDtm": "1"})).is(404);
    stage.audit();
}

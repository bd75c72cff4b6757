//! Booking, changing and canceling.

use super::{book, details};
use kernel::Method;
use serde_json::{Value, json};
use testkit::stage::Stage;

pub(super) fn a_room_is_booked(stage: &mut dyn Stage) {
    let body = details(556_677, "45678", "202009021330", "202009021430");
    let seen = stage.post("/bookings", body).is(201).with("roomId", 556_677).with("bookingUserId", "45678");
    let seen = seen.with("useStartDtm", "202009021330").with("useEndDtm", "202009021430");
    let n = seen.number();
    stage.shows(&format!("/confirms/{n}"), "status", "BOOKED");
    let confirm = stage.get(&format!("/confirms/{n}")).is(200).with("bookingId", n).with("userId", "45678");
    confirm.with("confirmDtm", Value::Null);
    stage.shows(&format!("/bookingLists/{n}"), "bookingId", n);
    let row = stage.get(&format!("/bookingLists/{n}")).is(200).with("roomId", 556_677);
    let row = row.with("bookingUserId", "45678").with("useStartDtm", "202009021330");
    for undecided in ["confirmId", "confirmStatus", "confirmUserId", "confirmDtm"] {
        assert_eq!(row.body[undecided], Value::Null, "{undecided}");
    }
    assert!(row.body["bookingDtm"].as_str().is_some_and(|text| text.len() == 19), "{row:?}");
    stage.shows(&format!("/roomUseLists/{n}"), "bookedUseEndDtm", "202009021430");
    stage.comes_to_tell(n, &["conference room[556677] reservation is complete"]);
    let told = stage.list("notifications");
    assert_eq!((told.len(), &told[0]["userId"]), (1, &json!("45678")));
    assert!(told[0]["sendDtm"].as_str().is_some_and(|text| text.len() == 19), "{told:?}");
    stage.comes_to_say(n, "BookingCreated → ConfirmRequested → EmailSent");
    stage.audit();
}

pub(super) fn a_canceled_booking_is_gone(stage: &mut dyn Stage) {
    let n = book(stage);
    stage.delete(&format!("/bookings/{n}")).is(204);
    stage.comes_to_say(n, "BookingCreated → ConfirmRequested → EmailSent → BookingCancelled → EmailSent");
    stage.get(&format!("/bookings/{n}")).is(404);
    stage.get(&format!("/confirms/{n}")).is(404);
    stage.get(&format!("/bookingLists/{n}")).is(404);
    stage.get(&format!("/roomUseLists/{n}")).is(200).with("bookingUserId", "1111");
    for plural in ["bookings", "confirms", "bookingLists"] {
        assert!(stage.list(plural).is_empty(), "{plural}");
    }
    stage.delete(&format!("/bookings/{n}")).is(404);
    stage.patch(&format!("/bookings/{n}"), json!({"bookingUserId": "2"})).is(404);
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(404);
    stage.delete("/bookings/99").is(404);
    let again = book(stage);
    assert_eq!(again, n + 1, "the hour is free again, under a number of its own");
    stage.audit();
}

pub(super) fn a_room_is_booked_once(stage: &mut dyn Stage) {
    book(stage);
    let meeting = [
        ("202008240930", "202008241030"),
        ("20200824100000", "20200824104500"),
        ("202008240900", "20200824093001"),
        ("202008240000", "202008250000"),
        ("2020-08-24T00:45:00Z", "2020-08-24T01:00:00Z"),
    ];
    for (from, to) in meeting {
        stage.post("/bookings", details(1, "2", from, to)).is(409).says("already-booked");
    }
    // What ends when the other begins, and another room, are free.
    for (room, from, to) in [(1, "202008240900", "202008240930"), (1, "202008241030", "202008241100")] {
        stage.post("/bookings", details(room, "2", from, to)).is(201);
    }
    let other = stage.post("/bookings", details(2, "2", "202008240930", "202008241030")).is(201).number();
    let path = format!("/bookings/{other}");
    stage.patch(&path, json!({"roomId": 1})).is(409).says("already-booked");
    stage.ask(Method::Put, &path, details(1, "2", "202008241000", "202008241200")).is(409);
    stage.get(&path).is(200).with("roomId", 2).with("useStartDtm", "202008240930");
    assert_eq!(stage.list("bookings").len(), 4);
    stage.audit();
}

pub(super) fn the_last_free_hour_goes_to_one(stage: &mut dyn Stage) {
    let n = book(stage);
    let wanted = details(1, "2", "202008240930", "202008241030");
    stage.post("/bookings", wanted.clone()).is(409).says("already-booked");
    stage.delete(&format!("/bookings/{n}")).is(204);
    let second = stage.post("/bookings", wanted.clone()).is(201).number();
    stage.post("/bookings", wanted).is(409).says("already-booked");
    // Moved away, it is free again too.
    stage.patch(&format!("/bookings/{second}"), json!({"roomId": 3})).is(200).with("roomId", 3);
    book_same(stage, 1).is(201);
    book_same(stage, 3).is(409);
    stage.audit();
}

fn book_same(stage: &mut dyn Stage, room: u64) -> testkit::seen::Seen {
    stage.post("/bookings", details(room, "3", "202008241000", "202008241030"))
}

pub(super) fn a_changed_booking_moves(stage: &mut dyn Stage) {
    let n = book(stage);
    let path = format!("/bookings/{n}");
    stage.patch(&path, json!({"bookingUserId": "99999"})).is(200).with("bookingUserId", "99999");
    stage.shows(&format!("/bookingLists/{n}"), "bookingUserId", "99999");
    // Half an hour later it still meets only itself.
    let later = json!({"useStartDtm": "202008241000", "useEndDtm": "202008241100"});
    stage.patch(&path, later.clone()).is(200).with("useStartDtm", "202008241000");
    stage.shows(&format!("/roomUseLists/{n}"), "bookedUseStartDtm", "202008241000");
    let whole = details(2, "06719", "20200831093000", "20200831130000");
    stage.ask(Method::Put, &path, whole.clone()).is(200).with("roomId", 2).with("bookingUserId", "06719");
    stage.shows(&format!("/bookingLists/{n}"), "useEndDtm", "20200831130000");
    stage.shows(&format!("/roomUseLists/{n}"), "roomId", 2);
    stage.shows(&format!("/confirms/{n}"), "userId", "06719");
    // So already, or no field of a booking.
    stage.ask(Method::Put, &path, whole).is(200);
    stage.patch(&path, json!({})).is(200);
    stage.patch(&path, json!({"realUseEndDtm": "123456"})).is(200).with("useEndDtm", "20200831130000");
    stage.comes_to_tell(
        n,
        &[
            "conference room[1] reservation is complete",
            "reservation has been changed",
            "reservation has been changed",
            "reservation has been changed",
        ],
    );
    let told = stage.list("notifications");
    let to: Vec<&Value> = told.iter().map(|row| &row["userId"]).collect();
    assert_eq!(to, ["1111", "99999", "99999", "06719"]);
    stage.patch(&path, json!({"useEndDtm": "202008310930"})).is(400).says("ends-too-early");
    stage.patch(&path, json!({"useStartDtm": "soon"})).is(400).says("bad-start");
    stage.ask(Method::Put, "/bookings/99", details(2, "1", "202008310930", "202008311300")).is(404);
    stage.audit();
}

pub(super) fn times_are_read_as_people_write_them(stage: &mut dyn Stage) {
    let wrong = [
        ("202008240930", "202008240930", "ends-too-early"),
        ("202008241030", "202008240930", "ends-too-early"),
        ("202008240930", "202108240930", "too-long"),
        ("202002300930", "202003010930", "bad-start"),
        ("202008240930", "20200824", "bad-end"),
        ("202008240930", "2020-08-24T10:30:00", "bad-end"),
    ];
    for (from, to, code) in wrong {
        stage.post("/bookings", details(1, "1", from, to)).is(400).says(code);
    }
    for missing in ["roomId", "useStartDtm", "useEndDtm", "bookingUserId"] {
        let mut body = details(1, "1", "202008240930", "202008241030");
        body[missing] = Value::Null;
        stage.post("/bookings", body).is(400).says("missing-field");
    }
    assert!(stage.list("bookings").is_empty());
    // The same instant in three ways: Seoul is nine hours ahead.
    let offset = details(1, "1", "2020-08-24T09:30:00+09:00", "2020-08-24T01:30:00Z");
    stage.post("/bookings", offset).is(201).with("useEndDtm", "2020-08-24T01:30:00Z");
    stage.post("/bookings", details(1, "1", "202008240930", "202008241030")).is(409);
    stage.post("/bookings", details(1, "1", "20200824103000", "202008241031")).is(201);
    stage.audit();
}

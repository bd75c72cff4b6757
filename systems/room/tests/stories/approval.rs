//! Approving and denying, and who is told.

use super::{book, details, end, start};
use serde_json::{Value, json};
use testkit::stage::Stage;

pub(super) fn the_administrator_approves(stage: &mut dyn Stage) {
    let n = book(stage);
    let path = format!("/confirms/{n}");
    let yes = json!({"status": "CONFIRMED", "confirmDtm": "2020901153000"});
    stage.patch(&path, yes.clone()).is(200).with("status", "CONFIRMED").with("confirmDtm", "2020901153000");
    stage.shows(&format!("/bookingLists/{n}"), "confirmStatus", "CONFIRMED");
    let row =
        stage.get(&format!("/bookingLists/{n}")).is(200).with("confirmId", n).with("confirmUserId", "1111");
    assert!(row.body["confirmDtm"].as_str().is_some_and(|text| text.len() == 19), "{row:?}");
    stage.patch(&path, yes).is(200);
    stage.patch(&path, json!({"confirmDtm": "2020901160000"})).is(200).with("confirmDtm", "2020901160000");
    stage.comes_to_tell(
        n,
        &["conference room[1] reservation is complete", &format!("Booking Number[ {n} ] is confirmed")],
    );
    stage.comes_to_say(n, "BookingCreated → ConfirmRequested → EmailSent → ConfirmCompleted → EmailSent");
    stage.audit();
}

pub(super) fn a_denial_cancels_the_booking(stage: &mut dyn Stage) {
    let n = book(stage);
    let denied = stage.patch(&format!("/confirms/{n}"), json!({"status": "DENIED"})).is(200);
    denied
        .with("status", "DENIED")
        .with("bookingId", n)
        .with("userId", "1111")
        .with("confirmDtm", Value::Null);
    stage.get(&format!("/bookings/{n}")).is(404);
    stage.get(&format!("/confirms/{n}")).is(404);
    stage.comes_to_tell(
        n,
        &[
            "conference room[1] reservation is complete",
            "reservation has been canceled",
            &format!("Booking Number[ {n} ] is denied"),
        ],
    );
    stage.get(&format!("/bookingLists/{n}")).is(404);
    let said = "BookingCreated → ConfirmRequested → EmailSent → BookingCancelled → ConfirmDenied";
    stage.comes_to_say(n, &format!("{said} → EmailSent → EmailSent"));
    stage.patch(&format!("/confirms/{n}"), json!({"status": "DENIED"})).is(404);
    book(stage);
    stage.audit();
}

pub(super) fn a_moved_booking_is_approved_anew(stage: &mut dyn Stage) {
    let n = book(stage);
    let path = format!("/confirms/{n}");
    stage.patch(&path, json!({"status": "CONFIRMED", "confirmDtm": "1"})).is(200);
    // Another user, and the same time in other words, are not another booking.
    stage.patch(&format!("/bookings/{n}"), json!({"bookingUserId": "2"})).is(200);
    stage.patch(&format!("/bookings/{n}"), json!({"useEndDtm": "20200824103000"})).is(200);
    stage.shows(&path, "userId", "2");
    stage.get(&path).is(200).with("status", "CONFIRMED");
    stage.patch(&format!("/bookings/{n}"), json!({"roomId": 7})).is(200);
    stage.shows(&path, "status", "BOOKED");
    stage.get(&path).is(200).with("confirmDtm", Value::Null);
    stage.shows(&format!("/bookingLists/{n}"), "confirmStatus", Value::Null);
    stage.patch(&path, json!({"status": "CONFIRMED"})).is(200);
    stage.shows(&format!("/bookingLists/{n}"), "confirmStatus", "CONFIRMED");
    stage.audit();
}

pub(super) fn wrong_transitions_change_nothing(stage: &mut dyn Stage) {
    stage.patch("/confirms/9", json!({"status": "CONFIRMED"})).is(404);
    let n = book(stage);
    let path = format!("/confirms/{n}");
    stage.patch(&path, json!({"status": "OK"})).is(400).says("unknown-status");
    stage.patch(&path, json!({"status": null})).is(200).with("status", "BOOKED");
    stage.patch(&path, json!({"status": "BOOKED"})).is(200);
    stage.patch(&path, json!({})).is(200);
    stage.patch(&path, json!({"status": "CONFIRMED"})).is(200);
    stage.patch(&path, json!({"status": "DENIED"})).is(409).says("already-decided");
    stage.patch(&path, json!({"status": "BOOKED"})).is(409).says("already-decided");
    stage.get(&path).is(200).with("status", "CONFIRMED");
    stage.get(&format!("/bookings/{n}")).is(200);
    stage.comes_to_say(n, "BookingCreated → ConfirmRequested → EmailSent → ConfirmCompleted → EmailSent");
    stage.audit();
}

pub(super) fn every_change_is_told_once(stage: &mut dyn Stage) {
    let body = details(12, "45678", "202009021330", "202009021430");
    let n = stage.post("/bookings", body).is(201).number();
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(200);
    stage.patch(&format!("/bookings/{n}"), json!({"useEndDtm": "202009021500"})).is(200);
    stage.patch(&format!("/confirms/{n}"), json!({"status": "CONFIRMED"})).is(200);
    let usage = start(stage, n);
    end(stage, usage).is(200);
    let of_use = |deed: &str| format!("Booking Number[ {n} ] is use {deed}");
    let confirmed = format!("Booking Number[ {n} ] is confirmed");
    let texts = [
        "conference room[12] reservation is complete",
        &confirmed,
        "reservation has been changed",
        &confirmed,
        &of_use("started"),
        &of_use("started"),
        // Of a booking that ends with its use nobody is told that it is canceled.
        &of_use("ended"),
        &of_use("ended"),
    ];
    stage.comes_to_tell(n, &texts);
    let told = stage.list("notifications");
    let to: Vec<&Value> = told.iter().map(|row| &row["userId"]).collect();
    assert_eq!(to, ["45678", "45678", "45678", "45678", "99999", "45678", "99999", "45678"]);
    stage.audit();
}

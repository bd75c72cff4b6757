//! Payments by hand: at the desk, or as the document does it while management is away.

use super::{confirmed, reserve, seat_is, seats, statuses};
use kernel::Millis;
use serde_json::{Value, json};
use testkit::seen::Seen;
use testkit::stage::Stage;

fn pay(stage: &mut dyn Stage, reserve_id: u64, seat: u64) -> Seen {
    let body = json!({"name": "Han", "reserveDate": "1", "reserveId": reserve_id.to_string(), "exitDate": "2",
        "payType": "card", "seatId": seat.to_string()});
    stage.post("/payments", body)
}

pub(super) fn takes_a_seat(stage: &mut dyn Stage) {
    seats(stage, &[1, 4]);
    let n = confirmed(stage, "Han", 1);
    stage.stop_service("management");
    let seen = pay(stage, 90, 4).is(201).with("status", "Paid").with("reserveId", 90).with("seatId", 4);
    assert_eq!(seen.with("name", "Han").with("amount", 1_000).with("desk", "walk-in").number(), 2);
    stage.start_service("management");
    stage.shows("/managements/4", "seatStatus", "Reserved");
    seat_is(stage, 4, 90);
    seat_is(stage, 1, n);
    stage.get("/reservations/90").is(404);
    stage.comes_to_say(90, "Paid → Checked");
    stage.patch("/managements/4", json!({"seatStatus": "Emptied"})).is(200);
    seat_is(stage, 4, 0);
    stage.audit();
}

pub(super) fn a_second_is_not_charged(stage: &mut dyn Stage) {
    seats(stage, &[1, 4]);
    let n = confirmed(stage, "Han", 1);
    let repeat = pay(stage, n, 1).is(201).with("status", "Voided: already paid").with("amount", 0);
    assert_eq!(repeat.number(), 2);
    pay(stage, n, 4).is(201).with("status", "Paid").with("desk", "added");
    pay(stage, n, 4).is(201).with("status", "Voided: already paid");
    seat_is(stage, 4, n);
    stage.get(&format!("/reservations/{n}")).is(200).with("status", "Confirmed").with("seatId", 1);
    stage.comes_to_say(n, "Reserved → Paid → Checked → Paid → Checked");
    let voided = json!("Voided: already paid");
    assert_eq!(statuses(stage, "payments"), [json!("Paid"), voided.clone(), json!("Paid"), voided]);
    stage.audit();
}

pub(super) fn declined(stage: &mut dyn Stage) {
    seats(stage, &[4]);
    let body = json!({"name": "Han", "reserveId": 2, "seatId": 4, "cardNo": "4111111111110002"});
    stage.post("/payments", body).is(402).says("card-declined");
    assert!(stage.list("payments").is_empty());
    pay(stage, 2, 4).is(201).with("status", "Paid");
    seat_is(stage, 4, 2);
    stage.comes_to_say(2, "Paid → Checked");
    stage.audit();
}

pub(super) fn slow(stage: &mut dyn Stage) {
    seats(stage, &[4]);
    stage.slow_provider(Millis(3_000));
    pay(stage, 2, 4).is(503).says("payment-unavailable");
    stage.slow_provider(Millis(1));
    pay(stage, 2, 4).is(201).with("status", "Paid");
    seat_is(stage, 4, 2);
    stage.comes_to_say(2, "Paid → Checked");
    assert_eq!(statuses(stage, "payments"), ["Paid"]);
    stage.audit();
}

pub(super) fn refused(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let n = confirmed(stage, "Kim", 1);
    let p = pay(stage, 90, 1).is(201).number();
    stage.shows(&format!("/payments/{p}"), "status", "Refunded");
    seat_is(stage, 1, n);
    stage.comes_to_say(90, "Paid → SeatRefused → ReservationRefused → Refunded");
    stage.get("/reservations/90").is(404);
    pay(stage, 90, 1).is(201).with("status", "Voided: already refunded");
    // Numbers go on where they were.
    let next = reserve(stage, "Lee", 1).is(201).number();
    assert_eq!(next, n + 1);
    stage.audit();
}

pub(super) fn leaving_frees_what_was_added(stage: &mut dyn Stage) {
    seats(stage, &[1, 4, 5]);
    let n = confirmed(stage, "Han", 1);
    pay(stage, n, 4).is(201);
    seat_is(stage, 4, n);
    stage.delete(&format!("/reservations/{n}")).is(204);
    seat_is(stage, 1, 0);
    seat_is(stage, 4, 0);
    let late = pay(stage, n, 5).is(201).with("status", "Paid").number();
    stage.shows(&format!("/payments/{late}"), "status", "Refunded");
    seat_is(stage, 5, 0);
    stage.audit();
}

pub(super) fn a_walk_in_is_nobody_elses(stage: &mut dyn Stage) {
    seats(stage, &[1, 4]);
    // Paid under a number that a reservation gets only later.
    pay(stage, 1, 4).is(201).with("desk", "walk-in");
    let n = confirmed(stage, "Kim", 1);
    assert_eq!(n, 1);
    stage.delete(&format!("/reservations/{n}")).is(204);
    seat_is(stage, 1, 0);
    seat_is(stage, 4, 1);
    stage.shows("/mypages/1", "status", "Exited");
    stage.get("/mypages/1").is(200).with("seatId", 1).with("reason", Value::Null);
    stage.audit();
}

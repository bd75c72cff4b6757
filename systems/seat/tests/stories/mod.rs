//! The requirements of the seat reservation as stories, told on every stage.

mod desk;

use kernel::Millis;
use serde_json::{Value, json};
use testkit::seen::Seen;
use testkit::stage::{Stage, Story};

/// All of them. The number of a requirement is in the name of the story that shows it.
pub(crate) const ALL: &[Story] = &[
    ("s1_s2_s3_s4_s14_s20_s30_a_reservation_is_paid_and_gets_its_seat", a_reservation_gets_its_seat),
    ("s5_a_seat_that_is_taken_is_refused_and_the_money_comes_back", a_taken_seat_is_refused),
    ("s5_an_unknown_seat_is_refused_and_the_money_comes_back", an_unknown_seat_is_refused),
    ("s5_s14_of_many_who_want_one_seat_one_gets_it", of_many_one_gets_it),
    ("s6_s20_leaving_frees_the_seat", leaving_frees_the_seat),
    ("s6_leaving_before_the_seat_is_checked_gives_the_money_back", leaving_early),
    ("s6_leaving_after_a_refusal_frees_nothing", leaving_after_a_refusal),
    ("s7_a_declined_card_leaves_nothing", a_declined_card_leaves_nothing),
    ("s7_s17_s36_without_payment_nothing_is_reserved", without_payment_nothing_is_reserved),
    ("s8_s18_s19_s31_reserving_goes_on_without_management", reserving_goes_on_without_management),
    ("s8_the_first_to_pay_gets_the_seat_when_management_is_back", the_first_to_pay_gets_it),
    ("s9_a_slow_payment_turns_members_away", a_slow_payment_turns_members_away),
    ("s10_s33_mypage_shows_every_result", mypage_shows_every_result),
    ("s28_without_board_and_page_members_reserve_and_leave", without_board_and_page),
    ("s31_reservation_catches_up", reservation_catches_up),
    ("s6_the_administrator_frees_a_seat", the_administrator_frees_a_seat),
    ("s13_seats_are_registered_once_and_changed_by_what_happens", seats_are_registered),
    ("s3_wrong_transitions_change_nothing", wrong_transitions_change_nothing),
    ("s18_s19_a_payment_by_hand_takes_a_seat_without_management", desk::takes_a_seat),
    ("s2_a_second_payment_by_hand_is_recorded_and_not_charged", desk::a_second_is_not_charged),
    ("s2_a_declined_payment_by_hand_leaves_nothing", desk::declined),
    ("s9_a_slow_provider_turns_the_desk_away", desk::slow),
    ("s5_a_payment_by_hand_for_a_taken_seat_comes_back", desk::refused),
    ("s6_leaving_frees_the_seats_that_were_added_by_hand", desk::leaving_frees_what_was_added),
    ("s6_a_walk_in_is_nobody_elses", desk::a_walk_in_is_nobody_elses),
];

fn seats(stage: &mut dyn Stage, numbers: &[u64]) {
    for number in numbers {
        let body = json!({"seatId": number, "seatStatus": "Emptied"});
        stage.post("/managements", body.clone()).is(201);
        stage.post("/seats", body).is(201);
    }
}

fn reserve(stage: &mut dyn Stage, name: &str, seat: u64) -> Seen {
    let body = json!({"name": name, "reserveDate": "1", "exitDate": "2", "payType": "card",
        "seatId": seat.to_string()});
    stage.post("/reservations", body)
}

/// A reservation that has its seat.
fn confirmed(stage: &mut dyn Stage, name: &str, seat: u64) -> u64 {
    let number = reserve(stage, name, seat).is(201).number();
    stage.shows(&format!("/mypages/{number}"), "status", "Confirmed");
    number
}

#[track_caller]
fn seat_is(stage: &mut dyn Stage, seat: u64, reserve_id: u64) {
    let status = if reserve_id == 0 { "Emptied" } else { "Reserved" };
    for path in [format!("/managements/{seat}"), format!("/seats/{seat}")] {
        stage.shows(&path, "reserveId", reserve_id);
        stage.get(&path).is(200).with("seatStatus", status).with("seatId", seat);
    }
}

/// It was refused, and its money is back.
fn refused(stage: &mut dyn Stage, number: u64, reason: &str) {
    for path in [format!("/mypages/{number}"), format!("/reservations/{number}")] {
        stage.shows(&path, "refunded", true);
        stage.get(&path).is(200).with("status", "Refused").with("reason", reason);
    }
}

fn statuses(stage: &mut dyn Stage, plural: &str) -> Vec<Value> {
    stage.list(plural).iter().map(|row| row["status"].clone()).collect()
}

fn a_reservation_gets_its_seat(stage: &mut dyn Stage) {
    seats(stage, &[1, 4]);
    let seen = reserve(stage, "Han", 1).is(201).with("status", "Pending");
    let seen = seen.with("name", "Han").with("reserveDate", "1").with("exitDate", "2");
    let n = seen.with("payType", "card").with("seatId", 1).with("refunded", false).number();
    stage.shows(&format!("/mypages/{n}"), "status", "Confirmed");
    stage.get(&format!("/mypages/{n}")).is(200).with("reserveId", n).with("seatId", 1).with("name", "Han");
    stage.get(&format!("/reservations/{n}")).is(200).with("status", "Confirmed");
    let payments = stage.list("payments");
    assert_eq!(payments.len(), 1);
    assert_eq!((&payments[0]["reserveId"], &payments[0]["status"]), (&json!(n), &json!("Paid")));
    assert_eq!(payments[0]["amount"], 1_000);
    seat_is(stage, 1, n);
    stage.get("/managements/1").is(200).with("name", "Han").with("payType", "card").with("exitDate", "2");
    stage.get("/seats/1").is(200).with("name", "Han").with("reserveDate", "1");
    seat_is(stage, 4, 0);
    stage.comes_to_say(n, "Reserved → Paid → Checked");
    stage.audit();
}

fn a_taken_seat_is_refused(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let first = confirmed(stage, "Han", 1);
    let second = reserve(stage, "Kim", 1).is(201).with("status", "Pending").number();
    refused(stage, second, "OCCUPIED");
    seat_is(stage, 1, first);
    stage.get(&format!("/reservations/{first}")).is(200).with("status", "Confirmed");
    assert_eq!(statuses(stage, "payments"), ["Paid", "Refunded"]);
    stage.comes_to_say(second, "Reserved → Paid → SeatRefused → ReservationRefused → Refunded");
    stage.audit();
}

fn an_unknown_seat_is_refused(stage: &mut dyn Stage) {
    let n = reserve(stage, "Han", 77).is(201).number();
    refused(stage, n, "UNKNOWN_SEAT");
    stage.get("/managements/77").is(404);
    stage.get("/seats/77").is(404);
    stage.audit();
}

fn of_many_one_gets_it(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let numbers: Vec<u64> = (0..5).map(|_| reserve(stage, "Han", 1).is(201).number()).collect();
    for number in &numbers[1..] {
        refused(stage, *number, "OCCUPIED");
    }
    seat_is(stage, 1, numbers[0]);
    assert_eq!(statuses(stage, "mypages"), ["Confirmed", "Refused", "Refused", "Refused", "Refused"]);
    stage.audit();
}

fn leaving_frees_the_seat(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let n = confirmed(stage, "Han", 1);
    stage.delete(&format!("/reservations/{n}")).is(204);
    stage.get(&format!("/reservations/{n}")).is(404);
    stage.delete(&format!("/reservations/{n}")).is(404);
    seat_is(stage, 1, 0);
    stage.get("/managements/1").is(200).with("name", "").with("reserveDate", "").with("payType", "");
    stage.shows(&format!("/mypages/{n}"), "status", "Exited");
    stage.get(&format!("/mypages/{n}")).is(200).with("refunded", false);
    stage.comes_to_say(n, "Reserved → Paid → Checked → Exited → Reclaimed");
    let next = confirmed(stage, "Kim", 1);
    seat_is(stage, 1, next);
    stage.audit();
}

fn leaving_early(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    stage.stop_service("management");
    let n = reserve(stage, "Han", 1).is(201).number();
    stage.delete(&format!("/reservations/{n}")).is(204);
    stage.start_service("management");
    stage.shows(&format!("/mypages/{n}"), "refunded", true);
    stage.get(&format!("/mypages/{n}")).is(200).with("status", "Exited");
    stage.get(&format!("/reservations/{n}")).is(404);
    seat_is(stage, 1, 0);
    stage.audit();
}

fn leaving_after_a_refusal(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let first = confirmed(stage, "Han", 1);
    let second = reserve(stage, "Kim", 1).is(201).number();
    refused(stage, second, "OCCUPIED");
    stage.delete(&format!("/reservations/{second}")).is(204);
    stage.shows(&format!("/mypages/{second}"), "status", "Exited");
    stage.get(&format!("/reservations/{second}")).is(404);
    seat_is(stage, 1, first);
    stage.comes_to_say(second, "Reserved → Paid → SeatRefused → ReservationRefused → Refunded → Exited");
    stage.audit();
}

fn a_declined_card_leaves_nothing(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let body = json!({"name": "Han", "seatId": 1, "cardNo": "4111111111110002"});
    stage.post("/reservations", body).is(402).says("card-declined");
    stage.get("/reservations/1").is(404);
    for plural in ["reservations", "mypages", "payments"] {
        assert!(stage.list(plural).is_empty(), "{plural}");
    }
    seat_is(stage, 1, 0);
    stage.comes_to_say(1, "");
    stage.audit();
}

fn without_payment_nothing_is_reserved(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    stage.stop_service("payment");
    reserve(stage, "Han", 1).is(503);
    stage.get("/reservations/1").is(404);
    for plural in ["reservations", "mypages"] {
        assert!(stage.list(plural).is_empty(), "{plural}");
    }
    stage.start_service("payment");
    let n = confirmed(stage, "Han", 1);
    seat_is(stage, 1, n);
    assert_eq!(stage.list("mypages").len(), 1);
    stage.audit();
}

fn reserving_goes_on_without_management(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    stage.stop_service("management");
    let n = reserve(stage, "Han", 1).is(201).number();
    stage.shows("/payments/1", "status", "Paid");
    stage.get(&format!("/mypages/{n}")).is(200).with("status", "Pending");
    stage.start_service("management");
    stage.shows(&format!("/mypages/{n}"), "status", "Confirmed");
    seat_is(stage, 1, n);
    stage.comes_to_say(n, "Reserved → Paid → Checked");
    stage.audit();
}

fn the_first_to_pay_gets_it(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    stage.stop_service("management");
    let first = reserve(stage, "Han", 1).is(201).number();
    stage.shows("/payments/1", "status", "Paid");
    let second = reserve(stage, "Kim", 1).is(201).number();
    stage.shows("/payments/2", "status", "Paid");
    stage.start_service("management");
    refused(stage, second, "OCCUPIED");
    seat_is(stage, 1, first);
    stage.audit();
}

fn a_slow_payment_turns_members_away(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    stage.slow_provider(Millis(3_000));
    reserve(stage, "Han", 1).is(503).says("payment-unavailable");
    stage.get("/reservations/1").is(404);
    stage.slow_provider(Millis(1));
    let n = confirmed(stage, "Han", 1);
    assert_eq!(stage.list("reservations").len(), 1);
    assert_eq!(stage.list("mypages").len(), 1);
    seat_is(stage, 1, n);
    stage.comes_to_say(1, "");
    stage.audit();
}

fn mypage_shows_every_result(stage: &mut dyn Stage) {
    seats(stage, &[1, 4]);
    confirmed(stage, "Han", 1);
    let left = confirmed(stage, "Kim", 4);
    stage.delete(&format!("/reservations/{left}")).is(204);
    let second = reserve(stage, "Lee", 1).is(201).number();
    refused(stage, second, "OCCUPIED");
    stage.shows(&format!("/mypages/{left}"), "status", "Exited");
    let rows = stage.list("mypages");
    let names: Vec<&Value> = rows.iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["Han", "Kim", "Lee"]);
    assert_eq!(statuses(stage, "mypages"), ["Confirmed", "Exited", "Refused"]);
    // The page needs nobody else to be read.
    for service in ["reservation", "payment", "management", "seat"] {
        stage.stop_service(service);
    }
    stage.get(&format!("/mypages/{second}")).is(200).with("status", "Refused").with("refunded", true);
}

fn without_board_and_page(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    for service in ["seat", "mypage"] {
        stage.stop_service(service);
    }
    let n = reserve(stage, "Han", 1).is(201).number();
    stage.shows(&format!("/reservations/{n}"), "status", "Confirmed");
    stage.delete(&format!("/reservations/{n}")).is(204);
    stage.shows("/managements/1", "seatStatus", "Emptied");
    let next = reserve(stage, "Kim", 1).is(201).number();
    stage.shows("/managements/1", "reserveId", next);
    for service in ["seat", "mypage"] {
        stage.start_service(service);
    }
    stage.shows(&format!("/mypages/{n}"), "status", "Exited");
    stage.shows(&format!("/mypages/{next}"), "status", "Confirmed");
    seat_is(stage, 1, next);
    stage.audit();
}

fn reservation_catches_up(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let n = confirmed(stage, "Han", 1);
    stage.stop_service("reservation");
    let pay = json!({"name": "Kim", "reserveId": 90, "seatId": 1});
    let p = stage.post("/payments", pay).is(201).number();
    stage.shows(&format!("/payments/{p}"), "status", "Paid");
    stage.start_service("reservation");
    stage.shows(&format!("/payments/{p}"), "status", "Refunded");
    stage.get(&format!("/reservations/{n}")).is(200).with("status", "Confirmed");
    stage.audit();
}

fn the_administrator_frees_a_seat(stage: &mut dyn Stage) {
    seats(stage, &[1]);
    let n = confirmed(stage, "Han", 1);
    stage.patch("/managements/1", json!({"seatStatus": "Emptied"})).is(200).with("seatStatus", "Emptied");
    stage.patch("/managements/1", json!({"seatStatus": "Emptied"})).is(200).with("reserveId", 0);
    stage.shows(&format!("/reservations/{n}"), "status", "Exited");
    stage.shows(&format!("/mypages/{n}"), "status", "Exited");
    stage.get(&format!("/mypages/{n}")).is(200).with("reason", "FREED").with("refunded", false);
    seat_is(stage, 1, 0);
    stage.comes_to_say(n, "Reserved → Paid → Checked → Reclaimed");
    let next = confirmed(stage, "Kim", 1);
    stage.delete(&format!("/reservations/{n}")).is(204);
    stage.get(&format!("/reservations/{n}")).is(404);
    seat_is(stage, 1, next);
    stage.audit();
}

fn seats_are_registered(stage: &mut dyn Stage) {
    let seen = stage.post("/managements", json!({"seatId": "1", "seatStatus": "Emptied"})).is(201);
    assert_eq!(seen.with("seatStatus", "Emptied").with("seatId", 1).with("reserveId", 0).number(), 1);
    stage.post("/managements", json!({"seatId": 1})).is(409).says("already-registered");
    let taken = json!({"seatId": 9, "seatStatus": "Reserved"});
    stage.post("/managements", taken.clone()).is(409).says("unknown-status");
    stage.post("/seats", taken).is(409).says("unknown-status");
    // A seat that was taken before it came to the board is right from its first day.
    let n = confirmed(stage, "Han", 1);
    stage.get("/seats/1").is(404);
    stage.post("/seats", json!({"seatId": 1})).is(201).with("seatStatus", "Reserved").with("reserveId", n);
    stage.post("/seats", json!({"seatId": 1})).is(409).says("already-registered");
    stage.patch("/seats/1", json!({"seatStatus": "Emptied"})).is(409).says("not-changeable");
    stage.patch("/seats/1", json!({"seatStatus": "Reserved"})).is(200);
    stage.patch("/seats/2", json!({})).is(404);
    seat_is(stage, 1, n);
    stage.audit();
}

fn wrong_transitions_change_nothing(stage: &mut dyn Stage) {
    seats(stage, &[1, 4]);
    stage.delete("/reservations/9").is(404);
    stage.patch("/reservations/9", json!({})).is(404);
    let n = confirmed(stage, "Han", 1);
    let path = format!("/reservations/{n}");
    stage.patch(&path, json!({"status": "Exited"})).is(409).says("unknown-status");
    stage.patch(&path, json!({"seatId": 4})).is(409).says("already-reserved");
    stage.patch(&path, json!({"name": "Han", "seatId": 1})).is(200).with("status", "Confirmed");
    stage.patch("/managements/4", json!({"seatStatus": "Reserved"})).is(409).says("unknown-status");
    stage.patch("/managements/1", json!({"name": "Kim"})).is(409).says("not-changeable");
    stage.patch("/managements/9", json!({"seatStatus": "Emptied"})).is(404);
    stage.patch("/payments/1", json!({"status": "Refunded"})).is(409).says("not-changeable");
    seat_is(stage, 1, n);
    seat_is(stage, 4, 0);
    stage.audit();
}

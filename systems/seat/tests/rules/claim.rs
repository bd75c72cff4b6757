//! Which reservation gets a seat: the first that is paid, once, and never one that is over.

use crate::management::{empty, taken};
use crate::*;
use kernel::Method::Post;
use seat::bill::Bill;
use seat::claim::{Claim, Share, Stage};
use seat::management::Management;
use seat::reservation::Reservation;
use serde_json::json;

fn holder(own: &Given) -> u64 {
    own.record::<Management>(SEAT)["reserveId"].as_u64().expect("a number")
}

fn told(own: &Given, id: Id) -> Vec<(u64, Stage)> {
    let seats = own.document::<Claim>(id).map(|claim| claim.seats.clone()).unwrap_or_default();
    seats.iter().map(|Share { seat, stage, .. }| (seat.0, *stage)).collect()
}

#[test]
fn s3_s4_s14_an_empty_seat_is_taken_once() {
    let mut own = empty();
    let then = own.hears(paid(N, SEAT, None)).says(["Checked"]);
    let then = then.with("id", 4).with("seatId", 4).with("reserveId", 7).with("name", "Han");
    then.with("version", 1).with("payType", "card").without("desk");
    own.hears(paid(N, SEAT, None)).is_already_so();
    assert_eq!((holder(&own), told(&own, N)), (7, vec![(4, Stage::Held)]));
}

#[test]
fn s5_s14_a_taken_seat_stays_whose_it_is() {
    let mut own = taken();
    let then = own.hears(paid(Id(8), SEAT, None)).says(["SeatRefused"]);
    then.with("reserveId", 8).with("seatId", 4).with("reason", "OCCUPIED");
    own.hears(paid(Id(8), SEAT, None)).is_already_so();
    let then = own.hears(paid(Id(9), Id(5), None)).says(["SeatRefused"]);
    then.with("reason", "UNKNOWN_SEAT");
    own.asks(Post, "/managements", json!({"seatId": 5})).says(["ManagementRegistered"]);
    own.hears(paid(Id(9), Id(5), None)).is_already_so();
    assert_eq!((holder(&own), told(&own, Id(8))), (7, vec![(4, Stage::Refused)]));
    assert_eq!(own.record::<Management>(Id(5))["seatStatus"], "Emptied");
}

#[test]
fn s5_a_seat_that_everybody_wants_stays_small() {
    let mut own = taken();
    let size = |own: &Given| serde_json::to_string(own.document::<Management>(SEAT).unwrap()).unwrap().len();
    let before = size(&own);
    for id in 100..200 {
        own.hears(paid(Id(id), SEAT, None)).says(["SeatRefused"]);
    }
    assert_eq!(size(&own), before);
    assert!(before < 120, "{before} bytes");
    assert_eq!(own.document::<Management>(SEAT).map(|unit| unit.version), Some(1));
}

#[test]
fn s6_leaving_frees_the_seat_once() {
    let mut own = taken();
    let then = own.hears(exited(N)).says(["Reclaimed"]);
    let then =
        then.with("exitedReserveId", 7).with("reserveId", 0).with("reserveDate", "").with("version", 2);
    then.without("reason").without("desk");
    own.hears(exited(N)).is_already_so();
    assert_eq!((holder(&own), told(&own, N)), (0, vec![(4, Stage::Over)]));
    own.hears(paid(N, SEAT, None)).is_already_so();
    own.hears(paid(Id(8), SEAT, None)).says(["Checked"]).with("version", 3);
    own.hears(exited(N)).is_already_so();
    assert_eq!(holder(&own), 8);
}

#[test]
fn s6_leaving_before_the_money_is_heard_of_takes_nothing() {
    let mut own = empty();
    own.hears(exited(N)).says(["ExitNoted"]);
    own.hears(exited(N)).is_already_so();
    own.hears(paid(N, SEAT, None)).says(["SeatRefused"]).with("reason", "EXITED");
    own.hears(paid(N, SEAT, None)).is_already_so();
    own.hears(reservation_refused(N, events::LEFT_EARLY, None)).is_already_so();
    assert_eq!(holder(&own), 0);
}

#[test]
fn s6_leaving_after_a_refusal_frees_nothing() {
    let mut own = taken();
    own.hears(paid(Id(8), SEAT, None)).says(["SeatRefused"]);
    own.hears(reservation_refused(Id(8), events::OCCUPIED, None)).is_already_so();
    own.hears(exited(Id(8))).says(["ExitNoted"]);
    own.hears(exited(Id(8))).is_already_so();
    assert_eq!(holder(&own), 7);
}

#[test]
fn s5_a_reservation_that_was_refused_meanwhile_gives_back_or_takes_nothing() {
    let refused = || reservation_refused(N, events::UNCHECKED, None);
    let mut own = taken();
    own.hears(refused()).says(["Reclaimed"]).with("reason", "UNCHECKED").with("exitedReserveId", 7);
    own.hears(refused()).is_already_so();
    own.hears(exited(N)).says(["ExitNoted"]);
    assert_eq!(holder(&own), 0);
    let mut own = empty();
    own.hears(refused()).says(["ClaimClosed"]);
    own.hears(refused()).is_already_so();
    own.hears(paid(N, SEAT, None)).is_already_so();
    assert_eq!((holder(&own), told(&own, N)), (0, vec![(4, Stage::Refused)]));
}

#[test]
fn s5_s14_a_check_and_a_refusal_that_cross_give_back_seat_and_money() {
    let mut reservation = crate::reservation::pending();
    let then = reservation.fires::<Reservation>(N).says(["ReservationRefused"]);
    then.with("reason", "UNCHECKED");
    let refused = || reservation_refused(N, events::UNCHECKED, None);
    // Meanwhile the seat was checked: each hears of the other only now.
    let (mut management, mut board) = (taken(), service("seat"));
    reservation.hears(checked(N, 1, None)).is_already_so();
    board.hears(checked(N, 1, None)).says(["SeatShown"]);
    assert_eq!(told(&management, N), vec![(4, Stage::Held)]);
    let then = management.hears(refused()).says(["Reclaimed"]);
    then.with("reason", "UNCHECKED").with("exitedReserveId", 7).with("version", 2);
    board.hears(reclaimed(N, 2, Some(events::UNCHECKED), None)).says(["SeatShown"]).without("occupant");
    let mut payment = crate::payment::captured();
    payment.hears(refused()).says(["PaymentMoved"]).with("step", "Returning");
    payment.answers::<Bill>(N, "return", yes()).says(["Refunded"]);
    // Given back is not freed: the reservation stays refused.
    reservation.hears(reclaimed(N, 2, Some(events::UNCHECKED), None)).is_already_so();
    reservation.hears(refunded(N, None)).says(["ReservationRefunded"]);
    let shown = reservation.record::<Reservation>(N);
    assert_eq!((&shown["status"], &shown["reason"]), (&json!("Refused"), &json!("UNCHECKED")));
    assert_eq!((&shown["refunded"], holder(&management)), (&json!(true), 0));
}

#[test]
fn s6_leaving_frees_what_was_added_by_hand_and_no_walk_in() {
    let mut own = taken();
    for seat in [5, 6] {
        own.asks(Post, "/managements", json!({"seatId": seat})).says(["ManagementRegistered"]);
    }
    own.hears(paid(N, Id(5), Some(Desk::Added))).says(["Checked"]).with("desk", "added");
    own.hears(paid(N, Id(6), Some(Desk::WalkIn))).says(["Checked"]).with("desk", "walk-in");
    own.hears(reservation_refused(N, events::OCCUPIED, Some(Desk::Added))).is_already_so();
    own.hears(exited(N)).says(["Reclaimed", "Reclaimed"]);
    let holders = [4, 5, 6].map(|seat| own.record::<Management>(Id(seat))["reserveId"].clone());
    assert_eq!(holders, [json!(0), json!(0), json!(7)]);
    // After that nothing is added any more; a walk-in is another case.
    own.hears(paid(N, Id(4), Some(Desk::Added))).says(["SeatRefused"]).with("reason", "EXITED");
    own.hears(paid(N, Id(5), Some(Desk::WalkIn))).says(["Checked"]);
    own.hears(exited(N)).is_already_so();
}

#[test]
fn s30_a_walk_in_and_the_reservation_of_its_number_are_two_cases() {
    let mut own = empty();
    own.hears(paid(N, SEAT, Some(Desk::WalkIn))).says(["Checked"]);
    own.hears(paid(N, SEAT, None)).says(["SeatRefused"]).with("reason", "OCCUPIED").without("desk");
    own.hears(reservation_refused(N, events::OCCUPIED, None)).is_already_so();
    own.hears(exited(N)).says(["ExitNoted"]);
    assert_eq!(own.record::<Management>(SEAT)["desk"], "walk-in");
}

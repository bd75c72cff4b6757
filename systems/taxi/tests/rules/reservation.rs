//! Reservations: requested when paid, confirmed by the manager, with a taxi now or later, and canceled for good.

use crate::*;
use kernel::Method::{Patch, Post, Put};
use kernel::{Millis, Mode};
use serde_json::{Value, json};
use taxi::cancellation::Cancellation;
use taxi::reservation::{Command, Reservation};
use testkit::given::Then;

fn noted() -> Given {
    let mut reservation = service("reservation");
    reservation.hears(ordered()).says(["OrderNoted"]);
    reservation
}

fn waiting() -> Given {
    let mut reservation = noted();
    reservation.hears(approved()).says(["ReserveAccepted"]);
    reservation
}

fn confirmed() -> Given {
    let mut reservation = waiting();
    confirm(&mut reservation).says(["ReserveAccepted"]);
    reservation
}

fn asking() -> Given {
    let mut reservation = waiting();
    assign(&mut reservation, 3).says(["TaxiAsked"]);
    reservation
}

fn assigned() -> Given {
    let mut reservation = asking();
    reservation.answers::<Reservation>(N, "hold", yes()).says(["ReserveAccepted"]);
    reservation
}

fn cancelled() -> Given {
    let mut reservation = confirmed();
    reservation.hears(order_canceled()).says(["ReserveCanceled"]);
    reservation
}

fn confirm(reservation: &mut Given) -> Then {
    reservation.asks(Post, "/reservations", json!({"orderId": 7, "status": "confirmed"}))
}

fn assign(reservation: &mut Given, taxi: u64) -> Then {
    reservation.asks(Post, "/reservations", json!({"orderId": 7, "status": "confirmed", "taxiId": taxi}))
}

fn status(reservation: &Given) -> Value {
    reservation.record::<Reservation>(N)["status"].clone()
}

#[test]
fn t3_t26_t27_a_paid_order_becomes_a_request_once() {
    let mut reservation = noted();
    assert_eq!(reservation.record::<Reservation>(N), Value::Null);
    reservation.hears(ordered()).is_already_so();
    let then = reservation.hears(approved()).says(["ReserveAccepted"]);
    then.with("status", "Reservation Complete").with("id", 7).with("orderId", 7).without("taxiId");
    reservation.hears(approved()).is_already_so();
    let expected = json!({"orderId": 7, "status": "Reservation Complete", "taxiId": null, "name": "Jane",
        "orderType": "prime"});
    assert_eq!(reservation.record::<Reservation>(N), expected);
}

#[test]
fn t27_an_approval_heard_before_its_order_is_a_request_too() {
    let mut reservation = service("reservation");
    reservation.hears(approved()).says(["ReserveAccepted"]);
    assert!(reservation.waits::<Reservation>(N).is_empty());
    assign(&mut reservation, 3).is_refused(409, "not-requested");
    reservation.hears(ordered()).says(["OrderNoted"]);
    assert_eq!(reservation.waits::<Reservation>(N), ["timer"]);
    assign(&mut reservation, 3).says(["TaxiAsked"]);
}

#[test]
fn t4_the_manager_confirms_without_a_taxi() {
    let mut reservation = waiting();
    confirm(&mut reservation).says(["ReserveAccepted"]).with("status", "confirmed").without("taxiId");
    confirm(&mut reservation).is_already_so();
    assert_eq!(status(&reservation), "confirmed");
    let patch = json!({"status": "confirmed"});
    waiting().asks(Patch, "/reservations/7", patch.clone()).says(["ReserveAccepted"]);
    waiting().asks(Put, "/reservations/7", patch).says(["ReserveAccepted"]);
    waiting().asks(Post, "/reservations", json!({"orderId": 7})).says(["ReserveAccepted"]);
}

#[test]
fn t4_nothing_is_confirmed_before_it_is_paid() {
    for reservation in [&mut service("reservation"), &mut noted()] {
        let then = confirm(reservation);
        assert_eq!(then.no.as_ref().and_then(|no| no.retry_after_s), Some(1));
        then.is_refused(409, "not-requested");
    }
    noted().asks(Patch, "/reservations/7", json!({"status": "confirmed"})).is_refused(409, "not-requested");
    noted().asks(Patch, "/reservations/7", json!({})).is_refused(404, "not-found");
    service("reservation").asks(Patch, "/reservations/7", json!({})).is_refused(404, "not-found");
}

#[test]
fn t4_only_confirmed_can_be_written() {
    let mut reservation = waiting();
    for wish in [json!({"status": "done"}), json!({"status": "done", "taxiId": 3})] {
        reservation.asks(Patch, "/reservations/7", wish).is_refused(409, "unknown-status");
    }
    let wish = json!({"orderId": 7, "status": "done"});
    reservation.asks(Post, "/reservations", wish).is_refused(409, "unknown-status");
    reservation.asks(Patch, "/reservations/7", json!({})).is_already_so();
    reservation.asks(Patch, "/reservations/7", json!({"status": "Reservation Complete"})).is_already_so();
}

#[test]
fn t12_assigning_takes_a_taxi() {
    for (mut reservation, before) in [(waiting(), "Reservation Complete"), (confirmed(), "confirmed")] {
        let then = assign(&mut reservation, 3).says(["TaxiAsked"]);
        then.with("taxiId", 3).with("attempt", 1);
        assert_eq!(status(&reservation), before, "as before until the taxi is held");
        assert_eq!(reservation.record::<Reservation>(N)["taxiId"], Value::Null);
        let call = reservation.call::<Reservation>(N, "hold");
        assert_eq!((call.to, call.mode, call.hold), ("taxi", Mode::Refuse, Millis(1_000)));
        assert_eq!(call.request.path, "/taxis/3/holds");
        let expected = json!({"orderId": 7, "attempt": 1, "orderType": "prime"});
        assert_eq!(serde_json::to_value(&call.request.fields).unwrap(), expected);
        let then = reservation.answers::<Reservation>(N, "hold", yes()).says(["ReserveAccepted"]);
        then.with("status", "confirmed").with("taxiId", 3);
        assert_eq!(reservation.record::<Reservation>(N)["taxiId"], 3);
        assert!(reservation.waits::<Reservation>(N).is_empty(), "at rest");
    }
}

#[test]
fn t12_patch_with_a_taxi_alone_assigns() {
    confirmed().asks(Patch, "/reservations/7", json!({"taxiId": 3})).says(["TaxiAsked"]);
}

#[test]
fn t12_one_thing_at_a_time() {
    let mut reservation = asking();
    confirm(&mut reservation).is_refused(409, "under-way");
    assign(&mut reservation, 3).is_refused(409, "under-way");
    assign(&mut reservation, 4).is_refused(409, "under-way");
    let mut reservation = assigned();
    confirm(&mut reservation).is_already_so();
    assign(&mut reservation, 3).is_already_so();
    assign(&mut reservation, 4).is_refused(409, "already-assigned");
}

#[test]
fn t12_a_no_of_the_taxi_service_confirms_nothing() {
    for (code, told) in [
        ("out-of-taxis", "out-of-taxis"),
        ("wrong-grade", "wrong-grade"),
        ("unknown-taxi", "unknown-taxi"),
        ("attempt-over", "out-of-taxis"),
    ] {
        let mut reservation = asking();
        let then = reservation.answers::<Reservation>(N, "hold", no(409, code));
        then.says_but(["TaxiAskEnded"], 409, told).with("release", false);
        assert_eq!(status(&reservation), "Reservation Complete");
        assert_eq!(reservation.waits::<Reservation>(N), ["timer"]);
        assign(&mut reservation, 4).says(["TaxiAsked"]).with("attempt", 2);
    }
}

#[test]
fn t12_silence_of_the_taxi_service_releases_the_attempt() {
    let mut reservation = asking();
    let then = reservation.answers::<Reservation>(N, "hold", Answer::GivenUp);
    then.says_but(["TaxiAskEnded"], 503, "taxi-unavailable").with("release", true);
    assert_eq!(reservation.waits::<Reservation>(N), ["forward taxi release 1", "timer"]);
    assert_eq!(reservation.call::<Reservation>(N, "release").hold, Millis(0));
    reservation.answers::<Reservation>(N, "release", yes()).says(["TaxiReleased"]);
    reservation.when::<Reservation>(N, Command::Released).is_already_so();
    assert_eq!(reservation.waits::<Reservation>(N), ["timer"]);
}

#[test]
fn t12_a_new_attempt_says_that_the_old_one_is_over() {
    let mut reservation = asking();
    let then = reservation.answers::<Reservation>(N, "hold", Answer::GivenUp);
    then.says_but(["TaxiAskEnded"], 503, "taxi-unavailable");
    assign(&mut reservation, 4).says(["TaxiAsked"]);
    assert_eq!(reservation.waits::<Reservation>(N), ["refuse taxi hold 2"]);
}

#[test]
fn t6_a_canceled_order_cancels_its_reservation_for_good() {
    let mut reservation = assigned();
    let then = reservation.hears(order_canceled()).says(["ReserveCanceled"]);
    then.with("status", "Reservation Cancelled!").with("taxiId", 3).without("reason");
    reservation.hears(order_canceled()).is_already_so();
    assert_eq!(status(&reservation), "Reservation Cancelled!");
    let expected = json!({"orderId": 7, "status": "Reservation Cancelled!", "reason": null});
    assert_eq!(reservation.record::<Cancellation>(N), expected);
    assert!(reservation.waits::<Reservation>(N).is_empty());
    for reservation in [&mut noted(), &mut waiting(), &mut confirmed()] {
        reservation.hears(order_canceled()).says(["ReserveCanceled"]).without("taxiId");
    }
}

#[test]
fn t6_a_late_approval_does_not_revive_a_canceled_order() {
    let mut reservation = service("reservation");
    reservation.hears(order_canceled()).says(["ReserveCanceled"]);
    reservation.hears(ordered()).is_already_so();
    reservation.hears(approved()).is_already_so();
    assert_eq!(reservation.record::<Reservation>(N), Value::Null, "it never was");
    assert_eq!(reservation.record::<Cancellation>(N)["status"], "Reservation Cancelled!");
    confirm(&mut reservation).is_refused(409, "cancelled");
    let mut reservation = cancelled();
    reservation.hears(approved()).is_already_so();
    assign(&mut reservation, 3).is_refused(409, "cancelled");
}

#[test]
fn t6_a_cancel_while_a_taxi_is_asked_for_ends_both() {
    let mut reservation = asking();
    let then = reservation.hears(order_canceled());
    then.says_but(["ReserveCanceled"], 409, "cancelled").with("taxiId", 3);
    assert!(reservation.waits::<Reservation>(N).is_empty());
    reservation.when::<Reservation>(N, Command::Held(yes())).is_already_so();
    reservation.when::<Reservation>(N, Command::Held(Answer::GivenUp)).is_already_so();
}

#[test]
fn t6_a_release_goes_on_after_the_cancel() {
    let mut reservation = asking();
    let then = reservation.answers::<Reservation>(N, "hold", Answer::GivenUp);
    then.says_but(["TaxiAskEnded"], 503, "taxi-unavailable");
    reservation.hears(order_canceled()).says(["ReserveCanceled"]);
    assert_eq!(reservation.waits::<Reservation>(N), ["forward taxi release 1"]);
    reservation.answers::<Reservation>(N, "release", yes()).says(["TaxiReleased"]);
}

#[test]
fn t7_nobody_waits_for_a_taxi_for_ever() {
    for (mut reservation, reason) in
        [(noted(), "UNCONFIRMED"), (waiting(), "UNCONFIRMED"), (confirmed(), "NO_TAXI")]
    {
        let begin = reservation.now;
        let then = reservation.fires::<Reservation>(N).says(["ReserveCanceled"]);
        then.with("reason", reason).without("taxiId");
        assert_eq!(reservation.now, begin + Millis::hours(24));
        assert_eq!(reservation.record::<Cancellation>(N)["reason"], reason);
        reservation.hears(order_canceled()).is_already_so();
    }
    for reservation in [&mut asking(), &mut assigned(), &mut cancelled(), &mut service("reservation")] {
        reservation.when::<Reservation>(N, Command::Expire).is_already_so();
    }
}

#[test]
fn t12_a_taxi_that_was_lost_ends_its_reservation_and_no_other() {
    let lost = |taxi, reason: Option<&'static str>| {
        let reason = reason.map(Into::into);
        events::Event::TaxiOutOfStock(events::TaxiOutOfStock { id: Id(taxi), order_id: N, reason })
    };
    let mut reservation = assigned();
    reservation.hears(lost(3, None)).is_already_so();
    reservation.hears(lost(4, Some("HOLD_EXPIRED"))).is_already_so();
    let then = reservation.hears(lost(3, Some("HOLD_EXPIRED"))).says(["ReserveCanceled"]);
    then.with("reason", "TAXI_LOST").with("taxiId", 3);
    reservation.hears(lost(3, Some("HOLD_EXPIRED"))).is_already_so();
    for reservation in [&mut service("reservation"), &mut waiting(), &mut asking()] {
        reservation.hears(lost(3, Some("HOLD_EXPIRED"))).is_already_so();
    }
}

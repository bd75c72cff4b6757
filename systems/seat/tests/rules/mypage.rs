//! The member's page: the result of each reservation, in whatever order it is heard.

use crate::*;
use kernel::{Meta, Time, View};
use seat::mypage::Mypage;
use serde_json::{Value, json};

const META: Meta = Meta { time: Time(0), correlation: Some(N), sequence: 1 };

fn page(events: &[Event]) -> Value {
    let mut row = Mypage::default();
    for event in events {
        if let Some(id) = Mypage::row(event) {
            assert_eq!(id, N);
            row.project(event, &META);
        }
    }
    row.body().map_or(Value::Null, |body| serde_json::to_value(body).expect("a row is JSON"))
}

fn status(events: &[Event]) -> Value {
    page(events)["status"].clone()
}

#[test]
fn s10_s20_the_page_shows_the_result() {
    let expected = json!({"reserveId": 7, "seatId": 4, "name": "Han", "reserveDate": "1", "exitDate": "2",
        "payType": "card", "status": "Pending", "reason": null, "refunded": false});
    assert_eq!(page(&[reserved(N)]), expected);
    assert_eq!(status(&[reserved(N), checked(N, 1, None)]), "Confirmed");
    let refused = [reserved(N), reservation_refused(N, events::OCCUPIED, None), refunded(N, None)];
    let seen = page(&refused);
    assert_eq!((&seen["status"], &seen["reason"]), (&json!("Refused"), &json!("OCCUPIED")));
    assert_eq!(seen["refunded"], true);
    assert_eq!(status(&[reserved(N), checked(N, 1, None), exited(N)]), "Exited");
}

#[test]
fn s33_any_order_shows_the_same() {
    let refused =
        [reserved(N), reservation_refused(N, events::LEFT_EARLY, None), refunded(N, None), exited(N)];
    let kept = [reserved(N), checked(N, 1, None), exited(N), reclaimed(N, 2, None, None)];
    for story in [refused, kept] {
        let end = page(&story);
        assert_eq!(end["status"], "Exited");
        for first in 0..4 {
            for second in 0..4 {
                let mut other = story.to_vec();
                other.swap(first, second);
                other.reverse();
                assert_eq!(page(&other), end);
            }
        }
    }
}

#[test]
fn s6_s10_a_seat_that_is_freed_closes_the_row() {
    let freed = page(&[reserved(N), checked(N, 1, None), reclaimed(N, 2, Some(events::FREED), None)]);
    assert_eq!((&freed["status"], &freed["reason"]), (&json!("Exited"), &json!("FREED")));
    let crossed = [
        reserved(N),
        checked(N, 1, None),
        reservation_refused(N, events::UNCHECKED, None),
        reclaimed(N, 2, Some(events::UNCHECKED), None),
    ];
    assert_eq!(status(&crossed), "Refused", "nobody has left");
}

#[test]
fn s10_seats_that_are_paid_by_hand_are_not_on_the_page() {
    for desk in [Some(Desk::Added), Some(Desk::WalkIn)] {
        let other = [
            checked(N, 1, desk),
            reclaimed(N, 2, Some(events::FREED), desk),
            reservation_refused(N, events::OCCUPIED, desk),
            refunded(N, desk),
            paid(N, SEAT, desk),
            seat_refused(N, events::OCCUPIED, desk),
        ];
        assert_eq!(page(&other), Value::Null);
    }
}

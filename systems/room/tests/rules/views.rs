//! The two lists, in whatever order their events are heard.

use crate::*;
use kernel::{Meta, View};
use room::booking_list::BookingList;
use room::room_use_list::RoomUseList;

/// A row of these events, each with the version of its sender's document.
fn row<V: View<Heard = Event>>(heard: &[(u64, Event)]) -> Value {
    let mut row = V::default();
    for (sequence, event) in heard {
        if V::row(event) == Some(N) {
            row.project(
                event,
                &Meta { time: Time(1_767_225_600_000), correlation: Some(N), sequence: *sequence },
            );
        }
    }
    row.body().map_or(Value::Null, |body| serde_json::to_value(&body).expect("JSON"))
}

#[track_caller]
fn is_the_same_in_any_order<V: View<Heard = Event>>(heard: &[(u64, Event)]) {
    let expected = row::<V>(heard);
    let mut heard = heard.to_vec();
    for _ in 0..heard.len() {
        heard.rotate_left(1);
        assert_eq!(row::<V>(&heard), expected);
        let backwards: Vec<_> = heard.iter().rev().cloned().collect();
        assert_eq!(row::<V>(&backwards), expected);
        let twice: Vec<_> = heard.iter().chain(&heard).cloned().collect();
        assert_eq!(row::<V>(&twice), expected);
    }
}

fn booked() -> Value {
    json!({"bookingId": 7, "confirmId": null, "bookingUserId": "1111", "bookingDtm": "2026-01-01 00:00:00",
        "roomId": 1, "useStartDtm": "202601020930", "useEndDtm": "202601021030", "confirmStatus": null,
        "confirmUserId": null, "confirmDtm": null})
}

#[test]
fn r12_r23_the_list_shows_bookings_with_their_approval() {
    let mut heard = vec![(1, created()), (1, requested())];
    assert_eq!(row::<BookingList>(&heard), booked(), "not decided yet");
    heard.push((2, completed(0)));
    let mut expected = booked();
    expected["confirmId"] = json!(7);
    expected["confirmStatus"] = json!("CONFIRMED");
    expected["confirmUserId"] = json!("1111");
    expected["confirmDtm"] = json!("2026-01-01 00:00:00");
    assert_eq!(row::<BookingList>(&heard), expected);
    heard.push((3, changed(1, true)));
    heard.push((4, requested()));
    let mut expected = booked();
    expected["bookingUserId"] = json!("user 1");
    assert_eq!(row::<BookingList>(&heard), expected, "another time is approved anew");
    is_the_same_in_any_order::<BookingList>(&heard);
}

#[test]
fn r12_r20_a_booking_that_is_over_is_not_in_the_list() {
    let heard = [(1, created()), (1, requested()), (2, denied()), (3, cancelled(Reason::Denied))];
    assert_eq!(row::<BookingList>(&heard), Value::Null);
    is_the_same_in_any_order::<BookingList>(&heard);
    assert_eq!(row::<BookingList>(&heard[1..2]), Value::Null, "too little to show");
    assert_eq!(row::<BookingList>(&heard[..3])["confirmStatus"], "DENIED");
}

#[test]
fn r3_r9_the_list_of_uses_keeps_real_times_beside_booked_ones() {
    let mut heard = vec![(1, created())];
    let mut expected = json!({"bookingId": 7, "roomId": 1, "bookingUserId": "1111",
        "bookedUseStartDtm": "202601020930", "bookedUseEndDtm": "202601021030",
        "realUseStartDtm": null, "realUseEndDtm": null});
    assert_eq!(row::<RoomUseList>(&heard), expected);
    heard.push((1, use_started(Some(N))));
    expected["realUseStartDtm"] = json!("1");
    assert_eq!(row::<RoomUseList>(&heard), expected);
    heard.push((2, use_corrected()));
    heard.push((4, cancelled(Reason::UseEnded)));
    heard.push((3, use_ended(Some(N))));
    expected["realUseStartDtm"] = json!("0");
    expected["realUseEndDtm"] = json!("2");
    assert_eq!(row::<RoomUseList>(&heard), expected, "it stays when the booking is over");
    heard.push((3, changed(1, true)));
    expected["bookingUserId"] = json!("user 1");
    assert_eq!(row::<RoomUseList>(&heard), expected);
    is_the_same_in_any_order::<RoomUseList>(&heard);
}

#[test]
fn r9_a_use_that_is_heard_before_its_booking_is_shown() {
    let expected = json!({"bookingId": 7, "roomId": null, "bookingUserId": null, "bookedUseStartDtm": null,
        "bookedUseEndDtm": null, "realUseStartDtm": "1", "realUseEndDtm": null});
    assert_eq!(row::<RoomUseList>(&[(1, use_started(Some(N)))]), expected);
    assert_eq!(RoomUseList::row(&use_started(None)), None, "a walk-in has no booking to stand beside");
}

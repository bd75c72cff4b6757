//! The user's page: the same row, whatever the order in which two services are heard.

use crate::*;
use concert::history::BookingHistory;
use kernel::{Meta, Time, View};
use serde_json::{Value, json};

/// The row after these events.
fn row(events: &[&Event]) -> Value {
    let mut row = BookingHistory::default();
    for event in events {
        assert_eq!(BookingHistory::row(event), Some(N));
        row.project(event, &Meta { time: Time(0), correlation: Some(N), sequence: 1 });
    }
    row.body().map_or(Value::Null, |body| serde_json::to_value(body).expect("plain JSON"))
}

fn with(status: &str) -> Value {
    json!({"id": 7, "bookingId": 7, "concertId": 1, "userId": 2, "status": status})
}

/// Every order of these events in which each service's own events keep theirs.
fn orders<'a>(ours: &[&'a Event], theirs: &[&'a Event]) -> Vec<Vec<&'a Event>> {
    let (Some((first, rest)), Some((other, others))) = (ours.split_first(), theirs.split_first()) else {
        return vec![[ours, theirs].concat()];
    };
    let begin = |event: &'a Event, all: Vec<Vec<&'a Event>>| -> Vec<Vec<&'a Event>> {
        all.into_iter().map(|rest| [vec![event], rest].concat()).collect()
    };
    [begin(first, orders(rest, theirs)), begin(other, orders(ours, others))].concat()
}

#[test]
fn c9_c17_the_row_says_how_far_the_booking_is() {
    let mut events = Vec::new();
    let steps = [
        (booking_requested(), "BookingRequested"),
        (payment_requested(), "PaymentRequested"),
        (payment_approved(), "PaymentApproved"),
        (booking_approved(), "BookingApproved"),
        (booking_canceled("USER"), "BookingCanceled"),
        (payment_canceled(), "PaymentCanceled"),
    ];
    for (event, status) in &steps {
        events.push(event);
        assert_eq!(row(&events), with(status));
        events.push(event);
        assert_eq!(row(&events), with(status), "heard twice");
    }
}

#[test]
fn c13_the_row_ends_the_same_in_every_order() {
    let (requested, approved, canceled) = (booking_requested(), booking_approved(), booking_canceled("USER"));
    let (to_pay, paid, back) = (payment_requested(), payment_approved(), payment_canceled());
    for order in orders(&[&requested, &approved], &[&to_pay, &paid]) {
        assert_eq!(row(&order), with("BookingApproved"), "{order:?}");
    }
    let all = orders(&[&requested, &approved, &canceled], &[&to_pay, &paid, &back]);
    assert_eq!(all.len(), 20);
    for order in all {
        assert_eq!(row(&order), with("PaymentCanceled"), "{order:?}");
    }
}

#[test]
fn c13_a_row_shows_nothing_before_it_is_known_whose_it_is() {
    let (to_pay, paid) = (payment_requested(), payment_approved());
    assert_eq!(row(&[&to_pay, &paid]), Value::Null);
    assert_eq!(row(&[&to_pay, &paid, &booking_requested()]), with("PaymentApproved"));
}

#[test]
fn c13_only_bookings_have_rows() {
    let user = Event::UserRegistered(events::UserRegistered { id: Id(1), name: "Kim".into() });
    for event in [concert_registered(100, 10_000), ticket_updated(95, 1), ticket_rejected("SOLD_OUT"), user] {
        assert_eq!(BookingHistory::row(&event), None);
    }
}

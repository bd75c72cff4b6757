//! The requirements of the meeting rooms as stories, told on every stage.

mod approval;
mod booking;
mod faults;
mod usage;

use serde_json::{Value, json};
use testkit::stage::{Stage, Story};

/// All of them. The number of a requirement is in the name of the story that shows it.
pub(crate) const ALL: &[Story] = &[
    ("r4_r15_r17_r23_a_room_is_booked", booking::a_room_is_booked),
    ("r16_r20_r22_a_canceled_booking_is_gone", booking::a_canceled_booking_is_gone),
    ("r15_a_room_is_booked_once", booking::a_room_is_booked_once),
    ("r15_the_last_free_hour_goes_to_one", booking::the_last_free_hour_goes_to_one),
    ("r5_r21_a_changed_booking_moves_and_is_told", booking::a_changed_booking_moves),
    ("r15_times_are_read_as_people_write_them", booking::times_are_read_as_people_write_them),
    ("r4_r12_r18_the_administrator_approves", approval::the_administrator_approves),
    ("r11_r19_r22_a_denial_cancels_the_booking", approval::a_denial_cancels_the_booking),
    ("r18_an_approval_is_for_what_was_approved", approval::a_moved_booking_is_approved_anew),
    ("r18_r19_wrong_transitions_change_nothing", approval::wrong_transitions_change_nothing),
    ("r5_r13_r21_every_change_is_told_once", approval::every_change_is_told_once),
    ("r1_r2_r3_r6_r9_r14_r27_r28_r29_a_room_is_used", usage::a_room_is_used),
    ("r1_r10_r29_use_is_told", usage::use_is_told),
    ("r29_anybody_may_walk_in", usage::anybody_may_walk_in),
    ("r27_a_use_needs_a_booking_that_is_free", usage::a_use_needs_a_booking_that_is_free),
    ("r16_a_room_in_use_is_not_canceled", usage::a_room_in_use_is_not_canceled),
    ("r2_only_an_end_ends_a_use", usage::only_an_end_ends_a_use),
    ("r6_r8_r14_without_booking_nothing_ends", faults::without_booking_nothing_ends),
    ("r8_r11_without_booking_nothing_is_denied", faults::without_booking_nothing_is_denied),
    ("r7_booking_and_approval_go_on_without_notification", faults::without_notification),
    ("r7_a_slow_post_holds_nobody", faults::a_slow_post_holds_nobody),
    ("r17_r22_confirm_catches_up", faults::confirm_catches_up),
    ("r9_r12_the_lists_catch_up", faults::the_lists_catch_up),
    ("r8_booking_and_approval_go_on_without_use", faults::without_use),
];

fn details(room: u64, user: &str, from: &str, to: &str) -> Value {
    json!({"roomId": room.to_string(), "bookingUserId": user, "useStartDtm": from, "useEndDtm": to})
}

/// A booking of room 1 in the document's own hour, for user 1111.
#[track_caller]
fn book(stage: &mut dyn Stage) -> u64 {
    let body = details(1, "1111", "202008240930", "202008241030");
    let n = stage.post("/bookings", body).is(201).number();
    stage.comes_to_say(n, "BookingCreated → ConfirmRequested → EmailSent");
    n
}

/// The use of a booking.
#[track_caller]
fn start(stage: &mut dyn Stage, booking: u64) -> u64 {
    let body = json!({"bookingId": booking.to_string(), "realUseStartDtm": "20200902111111"});
    stage.post("/realuses", body).is(201).with("bookingId", booking).number()
}

#[track_caller]
fn end(stage: &mut dyn Stage, usage: u64) -> testkit::seen::Seen {
    stage.patch(&format!("/realuses/{usage}"), json!({"realUseEndDtm": "123456"}))
}

//! The requirements by number, on the real engine in memory with simulated time.

mod stories;

fn system() -> kernel::System {
    room::system(room::Settings::default())
}

testkit::scenarios! {
    system, stories::ALL;
    #[test]
    fn r4_r15_r17_r23_a_room_is_booked;
    #[test]
    fn r16_r20_r22_a_canceled_booking_is_gone;
    #[test]
    fn r15_a_room_is_booked_once;
    #[test]
    fn r15_the_last_free_hour_goes_to_one;
    #[test]
    fn r5_r21_a_changed_booking_moves_and_is_told;
    #[test]
    fn r15_times_are_read_as_people_write_them;
    #[test]
    fn r4_r12_r18_the_administrator_approves;
    #[test]
    fn r11_r19_r22_a_denial_cancels_the_booking;
    #[test]
    fn r18_an_approval_is_for_what_was_approved;
    #[test]
    fn r18_r19_wrong_transitions_change_nothing;
    #[test]
    fn r5_r13_r21_every_change_is_told_once;
    #[test]
    fn r1_r2_r3_r6_r9_r14_r27_r28_r29_a_room_is_used;
    #[test]
    fn r1_r10_r29_use_is_told;
    #[test]
    fn r29_anybody_may_walk_in;
    #[test]
    fn r27_a_use_needs_a_booking_that_is_free;
    #[test]
    fn r16_a_room_in_use_is_not_canceled;
    #[test]
    fn r2_only_an_end_ends_a_use;
    #[test]
    fn r6_r8_r14_without_booking_nothing_ends;
    #[test]
    fn r8_r11_without_booking_nothing_is_denied;
    #[test]
    fn r7_booking_and_approval_go_on_without_notification;
    #[test]
    fn r7_a_slow_post_holds_nobody;
    #[test]
    fn r17_r22_confirm_catches_up;
    #[test]
    fn r9_r12_the_lists_catch_up;
    #[test]
    fn r8_booking_and_approval_go_on_without_use;
}

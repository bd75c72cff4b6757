//! The requirements by number, on the real engine in memory with simulated time.

mod stories;

fn system() -> kernel::System {
    seat::system(seat::Settings::default())
}

testkit::scenarios! {
    system, stories::ALL;
    #[test]
    fn s1_s2_s3_s4_s14_s20_s30_a_reservation_is_paid_and_gets_its_seat;
    #[test]
    fn s5_a_seat_that_is_taken_is_refused_and_the_money_comes_back;
    #[test]
    fn s5_an_unknown_seat_is_refused_and_the_money_comes_back;
    #[test]
    fn s5_s14_of_many_who_want_one_seat_one_gets_it;
    #[test]
    fn s6_s20_leaving_frees_the_seat;
    #[test]
    fn s6_leaving_before_the_seat_is_checked_gives_the_money_back;
    #[test]
    fn s6_leaving_after_a_refusal_frees_nothing;
    #[test]
    fn s7_a_declined_card_leaves_nothing;
    #[test]
    fn s7_s17_s36_without_payment_nothing_is_reserved;
    #[test]
    fn s8_s18_s19_s31_reserving_goes_on_without_management;
    #[test]
    fn s8_the_first_to_pay_gets_the_seat_when_management_is_back;
    #[test]
    fn s9_a_slow_payment_turns_members_away;
    #[test]
    fn s10_s33_mypage_shows_every_result;
    #[test]
    fn s28_without_board_and_page_members_reserve_and_leave;
    #[test]
    fn s31_reservation_catches_up;
    #[test]
    fn s6_the_administrator_frees_a_seat;
    #[test]
    fn s13_seats_are_registered_once_and_changed_by_what_happens;
    #[test]
    fn s3_wrong_transitions_change_nothing;
    #[test]
    fn s18_s19_a_payment_by_hand_takes_a_seat_without_management;
    #[test]
    fn s2_a_second_payment_by_hand_is_recorded_and_not_charged;
    #[test]
    fn s2_a_declined_payment_by_hand_leaves_nothing;
    #[test]
    fn s9_a_slow_provider_turns_the_desk_away;
    #[test]
    fn s5_a_payment_by_hand_for_a_taken_seat_comes_back;
    #[test]
    fn s6_leaving_frees_the_seats_that_were_added_by_hand;
    #[test]
    fn s6_a_walk_in_is_nobody_elses;
}

//! The requirements by number, on the real engine in memory with simulated time.

mod stories;

fn system() -> kernel::System {
    concert::system(concert::Settings::default())
}

testkit::scenarios! {
    system, stories::ALL;
    #[test]
    fn c1_c2_c3_c4_c5_c6_c14_c15_c25_a_booking_is_paid_and_approved;
    #[test]
    fn c7_c8_c16_a_cancel_gives_tickets_and_money_back;
    #[test]
    fn c9_c13_c17_the_history_shows_every_booking;
    #[test]
    fn c1_the_administrator_says_how_many_are_left;
    #[test]
    fn c1_c3_a_concert_that_is_removed_is_not_on_sale;
    #[test]
    fn c2_users_sign_up_and_leave;
    #[test]
    fn c3_a_booking_of_an_unknown_concert_is_refunded;
    #[test]
    fn c3_c7_a_cancel_before_paying_changes_no_ticket;
    #[test]
    fn c4_wrong_transitions_change_nothing;
    #[test]
    fn c4_a_price_of_its_own_is_charged;
    #[test]
    fn c6_the_last_tickets_go_to_one;
    #[test]
    fn c6_what_is_sold_out_is_refused_early;
    #[test]
    fn c10_c12_c23_c24_while_payment_is_down_users_pay_later;
    #[test]
    fn c7_c12_a_cancel_while_payment_is_down;
    #[test]
    fn c4_c12_a_silent_provider_may_be_tried_again;
    #[test]
    fn c4_a_declined_card_may_be_tried_again;
    #[test]
    fn c11_bookings_go_on_without_concert;
    #[test]
    fn c5_c27_booking_catches_up;
    #[test]
    fn c13_mypage_catches_up;
    #[test]
    fn c18_the_core_goes_on_without_all_others;
}

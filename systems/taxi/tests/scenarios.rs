//! The requirements by number, on the real engine in memory with simulated time.

mod stories;

fn system() -> kernel::System {
    taxi::system(taxi::Settings::default())
}

testkit::scenarios! {
    system, stories::ALL;
    #[test]
    fn t1_t2_t3_t13_t24_t26_t27_an_order_is_paid_and_reserved;
    #[test]
    fn t4_the_manager_confirms_without_a_taxi;
    #[test]
    fn t5_t6_t7_t8_t14_a_cancel_gives_everything_back;
    #[test]
    fn t5_delete_is_a_cancel;
    #[test]
    fn t9_t17_t30_mypage_shows_every_order;
    #[test]
    fn t10_t18_every_change_is_told_once;
    #[test]
    fn t11_drivers_register_taxis;
    #[test]
    fn t12_assigning_takes_a_taxi_and_cancel_gives_it_back;
    #[test]
    fn t12_the_last_taxi_goes_to_one;
    #[test]
    fn t12_a_taxi_of_another_grade_is_refused;
    #[test]
    fn t13_a_declined_card_leaves_nothing;
    #[test]
    fn t15_t28_orders_go_on_without_reservation;
    #[test]
    fn t16_a_slow_payment_turns_orders_away;
    #[test]
    fn t18_notification_catches_up;
    #[test]
    fn t25_without_payment_nothing_is_ordered;
    #[test]
    fn t2_a_second_payment_is_recorded_and_not_charged;
    #[test]
    fn t4_wrong_transitions_change_nothing;
}

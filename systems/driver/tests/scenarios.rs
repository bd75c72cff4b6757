//! The requirements by number, on the real engine in memory with simulated time.

mod stories;

fn system() -> kernel::System {
    driver::system(driver::Settings::default())
}

testkit::scenarios! {
    system, stories::ALL;
    #[test]
    fn d1_d2_d3_d4_d17_d24_d26_a_call_gets_a_driver;
    #[test]
    fn d5_d6_d18_d25_a_cancel_frees_the_driver;
    #[test]
    fn d5_a_call_that_waits_is_cancelled;
    #[test]
    fn d7_d11_d19_d32_the_customer_sees_everything;
    #[test]
    fn d28_a_call_needs_a_telephone;
    #[test]
    fn d2_the_desk_orders_without_a_call;
    #[test]
    fn d4_wrong_transitions_change_nothing;
    #[test]
    fn d3_six_drivers_are_there_from_the_beginning;
    #[test]
    fn d3_the_nearest_driver_comes;
    #[test]
    fn d1_the_driving_type_counts;
    #[test]
    fn d3_the_last_driver_goes_to_one;
    #[test]
    fn d3_the_first_in_line_is_next;
    #[test]
    fn d2_who_is_off_duty_is_not_available;
    #[test]
    fn d10_d30_without_drivermanage_calls_are_taken;
    #[test]
    fn d30_a_call_cancelled_meanwhile_gets_nobody;
    #[test]
    fn d9_d15_d31_calling_goes_on_without_driverassign;
    #[test]
    fn d6_a_cancel_before_the_assignment_leaves_nobody_busy;
    #[test]
    fn d16_the_customer_service_catches_up;
    #[test]
    fn d16_drivercall_catches_up;
}

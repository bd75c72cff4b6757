//! The requirements by number, on the real engine in memory with simulated time.

mod stories;

use testkit::world::World;

fn play(name: &str) {
    let (_, story) = stories::ALL.iter().find(|(known, _)| *known == name).expect("a story of that name");
    story(&mut World::new(|| taxi::system(taxi::Settings::default())));
}

/// One test a story, so that its name is in the report.
macro_rules! scenarios {
    ($($name:ident)*) => {
        $(#[test] fn $name() { play(stringify!($name)); })*
        #[test]
        fn every_story_is_played() {
            let played = [$(stringify!($name)),*];
            let told: Vec<&str> = stories::ALL.iter().map(|(name, _)| *name).collect();
            assert_eq!(told, played);
        }
    };
}

scenarios! {
    t1_t2_t3_t13_t24_t26_t27_an_order_is_paid_and_reserved
    t4_the_manager_confirms_without_a_taxi
    t5_t6_t7_t8_t14_a_cancel_gives_everything_back
    t5_delete_is_a_cancel
    t9_t17_t30_mypage_shows_every_order
    t10_t18_every_change_is_told_once
    t11_drivers_register_taxis
    t12_assigning_takes_a_taxi_and_cancel_gives_it_back
    t12_the_last_taxi_goes_to_one
    t12_a_taxi_of_another_grade_is_refused
    t13_a_declined_card_leaves_nothing
    t15_t28_orders_go_on_without_reservation
    t16_a_slow_payment_turns_orders_away
    t18_notification_catches_up
    t25_without_payment_nothing_is_ordered
    t2_a_second_payment_is_recorded_and_not_charged
    t4_wrong_transitions_change_nothing
}

//! The stories of the systems again, on the binary over HTTP (test level 7).

#[path = "../../systems/concert/tests/stories/mod.rs"]
mod concert;
#[path = "../../systems/driver/tests/stories/mod.rs"]
mod driver;
#[path = "../../systems/room/tests/stories/mod.rs"]
mod room;
#[path = "../../systems/seat/tests/stories/mod.rs"]
mod seat;
#[path = "../../systems/taxi/tests/stories/mod.rs"]
mod taxi;

use testkit::server::Process;
use testkit::stage::Story;

/// A story a process, each with its own data and port.
fn tell(system: &str, stories: &[Story]) {
    for (name, story) in stories {
        let result =
            std::panic::catch_unwind(|| story(&mut Process::start(env!("CARGO_BIN_EXE_holdfast"), system)));
        assert!(result.is_ok(), "{name} fails over HTTP");
    }
}

#[test]
fn every_story_of_the_seat_reservation_over_http() {
    tell("seat", seat::ALL);
}

#[test]
fn every_story_of_the_designated_drivers_over_http() {
    tell("driver", driver::ALL);
}

#[test]
fn every_story_of_the_call_taxi_over_http() {
    tell("taxi", taxi::ALL);
}

#[test]
fn every_story_of_the_concert_tickets_over_http() {
    tell("concert", concert::ALL);
}

#[test]
fn every_story_of_the_meeting_rooms_over_http() {
    tell("room", room::ALL);
}

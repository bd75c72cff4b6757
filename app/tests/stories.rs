//! The stories of the systems again, on the binary over HTTP (test level 7).

#[path = "../../systems/taxi/tests/stories/mod.rs"]
mod taxi_stories;

use testkit::server::Process;

/// A story a process; they run beside each other, each with its own data and port.
#[test]
fn every_story_of_the_call_taxi_over_http() {
    for (name, story) in taxi_stories::ALL {
        let result =
            std::panic::catch_unwind(|| story(&mut Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi")));
        assert!(result.is_ok(), "{name} fails over HTTP");
    }
}

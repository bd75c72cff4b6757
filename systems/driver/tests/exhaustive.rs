//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    driver::system(driver::Settings::default())
}

/// Calls are refused, not taken, while drivermanage does not answer.
fn refusing() -> System {
    driver::system(driver::Settings { refuse: true, ..driver::Settings::default() })
}

testkit::exhaustive! { [system, refusing], stories::ALL, script }

/// Seven calls for six drivers: one is cancelled, one trip ends, one waits. Whatever is answered is taken.
fn script(world: &mut World) {
    for _ in 0..7 {
        world.post("/drivercalls", json!({"tel": "01012345678", "location": "마포"}));
    }
    world.settle();
    world.delete("/drivercalls/1");
    world.settle();
    world.patch("/driverassigns/2", json!({"status": "운행종료"}));
    world.settle();
}

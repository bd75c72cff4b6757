//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    room::system(room::Settings::default())
}

testkit::exhaustive! { [system], stories::ALL, script }

/// Three bookings: one used, one denied, one moved and left alone. Whatever is answered is taken.
fn script(world: &mut World) {
    for room in [1, 2, 3] {
        let times = json!({"roomId": room, "bookingUserId": "1111", "useStartDtm": "202601020930",
            "useEndDtm": "202601021030"});
        world.post("/bookings", times);
    }
    world.settle();
    world.patch("/confirms/1", json!({"status": "CONFIRMED"}));
    world.post("/realuses", json!({"bookingId": 1}));
    world.patch("/confirms/2", json!({"status": "DENIED"}));
    world.patch(
        "/bookings/3",
        json!({"roomId": 1, "useStartDtm": "202601021030", "useEndDtm": "202601021100"}),
    );
    world.settle();
    world.patch("/realuses/1", json!({"realUseEndDtm": "123456"}));
    world.settle();
}

//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    seat::system(seat::Settings::default())
}

testkit::exhaustive! { [system], stories::ALL, script }

/// One seat and two who want it, a walk-in who wants it too, one seat more by hand; then everybody leaves. Whatever is
/// answered is taken.
fn script(world: &mut World) {
    for seat in [1, 4] {
        world.post("/managements", json!({"seatId": seat}));
        world.post("/seats", json!({"seatId": seat}));
    }
    let body = json!({"name": "Han", "seatId": 1, "cardNo": "4111111111115656"});
    for _ in 0..2 {
        world.post("/reservations", body.clone());
    }
    world.settle();
    world.post("/payments", json!({"reserveId": 9, "seatId": 1}));
    world.settle();
    world.post("/payments", json!({"reserveId": 1, "seatId": 4}));
    world.settle();
    world.post("/payments", json!({"reserveId": 1, "seatId": 4}));
    for number in 1..=2 {
        world.delete(&format!("/reservations/{number}"));
    }
    world.settle();
    world.post("/reservations", body);
    world.settle();
    world.patch("/managements/1", json!({"seatStatus": "Emptied"}));
    world.settle();
}

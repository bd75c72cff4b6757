//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    concert::system(concert::Settings::default())
}

testkit::exhaustive! { [system], stories::ALL, script }

/// Three bookings for the tickets of two: one paid at the third try, one paid and canceled, one too late. Whatever is
/// answered is taken.
fn script(world: &mut World) {
    let pay = |world: &mut World, n: u64, card: &str| {
        world.patch(&format!("/payments/{n}"), json!({"status": "PaymentApproved", "cardNo": card}));
        world.settle();
    };
    world.post("/concerts", json!({"name": "IU 2020", "ticketQty": 5}));
    for qty in [2, 3, 3] {
        world.post("/bookings", json!({"concertId": 1, "userId": 1, "qty": qty}));
    }
    world.settle();
    pay(world, 1, "4111111111110002");
    pay(world, 1, "4111111111115656");
    pay(world, 1, "4111111111115656");
    pay(world, 2, "4111111111115656");
    pay(world, 3, "4111111111115656");
    world.delete("/bookings/2");
    world.settle();
}

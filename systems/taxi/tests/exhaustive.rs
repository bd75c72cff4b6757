//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::System;
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::World;

fn system() -> System {
    taxi::system(taxi::Settings::default())
}

testkit::exhaustive! { [system], stories::ALL, script }

/// Two orders, one confirmed with a taxi and cancelled, one left alone. Whatever is answered is taken.
fn script(world: &mut World) {
    let card = json!({"orderType": "basic", "name": "Jung", "cardNo": "4111111111115656"});
    world.post("/taxis", json!({"taxiName": "sonata", "stockCnt": 1}));
    for _ in 0..2 {
        world.post("/orders", card.clone());
    }
    world.settle();
    world.post("/reservations", json!({"orderId": 1, "status": "confirmed", "taxiId": 1}));
    world.settle();
    world.patch("/orders/1", json!({"status": "cancelled"}));
    world.settle();
    world.post("/reservations", json!({"orderId": 2, "status": "confirmed", "taxiId": 1}));
    world.settle();
}

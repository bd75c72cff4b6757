//! Each step repeated, each commit a crash, each call in trouble: the same end.

mod stories;

use kernel::{Millis, System};
use serde_json::json;
use testkit::stage::Stage;
use testkit::world::{Trouble, Twists, World};

fn system() -> System {
    taxi::system(taxi::Settings::default())
}

#[test]
fn every_event_heard_twice_ends_the_same() {
    for (_, story) in stories::ALL {
        story(&mut World::twisted(system, Twists { hear_twice: true, ..Twists::default() }));
    }
}

#[test]
fn a_crash_after_any_commit_ends_the_same() {
    for (name, story) in stories::ALL {
        let mut plain = World::new(system);
        story(&mut plain);
        assert!(plain.commits > 0, "{name} commits nothing");
        for commit in 1..=plain.commits {
            for lose_shelf in [false, true] {
                let twists = Twists { crash_after_commit: Some(commit), lose_shelf, ..Twists::default() };
                let mut world = World::twisted(system, twists);
                story(&mut world);
                assert!(world.crashes > 0, "{name} never came to commit {commit}");
            }
        }
    }
}

#[test]
fn a_commit_that_the_store_refuses_ends_the_same() {
    for (name, story) in stories::ALL {
        let mut plain = World::new(system);
        story(&mut plain);
        for commit in 1..=plain.commits {
            let twists = Twists { refuse_commit: Some(commit), ..Twists::default() };
            let mut world = World::twisted(system, twists);
            story(&mut world);
            assert!(world.refusals > 0, "{name} never came to commit {commit}");
        }
    }
}

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

#[test]
fn trouble_with_any_call_leaves_nothing_half_done() {
    let mut plain = World::new(system);
    script(&mut plain);
    assert!(plain.outbound > 5);
    for call in 1..=plain.outbound {
        for trouble in [Trouble::Lost, Trouble::AnswerLost, Trouble::Late] {
            let mut world =
                World::twisted(system, Twists { trouble: Some((call, trouble)), ..Twists::default() });
            script(&mut world);
            world.audit(false);
            world.pass(Millis::days(9));
            world.audit(true);
        }
    }
}

use kernel::{Method, Millis};
use serde_json::json;
use testkit::world::World;

fn world() -> World { World::new(|| taxi::system(taxi::Settings::default())) }
fn order() -> serde_json::Value { json!({"orderType":"prime","cardNo":"1234567890125656","name":"Kim"}) }

/// The answer lies in the inbox when the lane is late: the deadline wins.
#[test]
fn a_late_lane_gives_up_although_the_answer_is_there() {
    let mut w = world();
    w.settle();
    w.weather.delay_ms = 100;
    let t = w.send(Method::Post, "/orders", order(), None);
    w.now = w.now + Millis(400);
    w.play(3, Millis(0));
    let seen = w.peek(t);
    println!("SEEN {seen:?}");
    assert_eq!(seen.map(|s| s.status), Some(201));
}

/// 503 completes a pending key, the commit is refused: the key is free while the request is still pending.
#[test]
fn key_stays_pending_when_the_commit_of_a_503_is_refused() {
    let mut w = world();
    w.settle();
    w.weather.delay_ms = 100_000;
    let t = w.send(Method::Post, "/orders", order(), Some("k"));
    w.now = w.now + Millis(300);
    w.refuse_next_commit();
    w.play(1, Millis(0));
    println!("refusals {} first {:?}", w.refusals, w.peek(t));
    assert_eq!(w.refusals, 1);
    assert!(w.peek(t).is_none());
    // first is pending; the same key again must wait with it, not order again
    let t2 = w.send(Method::Post, "/orders", order(), Some("k"));
    println!("counts {:?}", w.counts());
    assert_eq!(w.counts()["OrderRequested"], 1, "a second order with the same key {:?}", w.peek(t2));
}

/// and then: the second one succeeds, its answer is not remembered, a third repeat orders again.
#[test]
fn two_orders_with_one_key() {
    let mut w = world();
    w.settle();
    w.weather.delay_ms = 100_000;
    let t = w.send(Method::Post, "/orders", order(), Some("k"));
    w.now = w.now + Millis(300);
    w.refuse_next_commit();
    w.play(1, Millis(0));
    w.weather.delay_ms = 250;
    let t2 = w.send(Method::Post, "/orders", order(), Some("k"));
    w.settle();
    let t3 = w.send(Method::Post, "/orders", order(), Some("k"));
    w.settle();
    println!("1 {:?}\n2 {:?}\n3 {:?}\n{:?}", w.peek(t), w.peek(t2), w.peek(t3), w.counts());
    assert!(w.counts().get("Ordered").copied().unwrap_or(0) <= 1);
}

/// F5: a void is acknowledged as soon as it is remembered, while the provider is silent.
#[test]
fn a_void_is_acknowledged_while_the_provider_is_silent() {
    let mut w = world();
    w.settle();
    w.weather.lose_calls = 1_000_000;
    let _ = w.send(Method::Post, "/orders", order(), None);
    w.pass(Millis::minutes(5));
    println!("{:?}", w.counts());
    assert!(w.counts().contains_key("OrderVoided"));
}

/// A forward call that was being asked again when another's commit was refused.
#[test]
fn a_retry_is_not_lost_with_somebody_elses_commit() {
    let mut w = world();
    w.settle();
    w.weather.lose_calls = 0;
    w.post("/orders", order());
    w.settle();
    // cancel with a lost return call
    w.weather.lose_calls = 1;
    let t = w.send(Method::Patch, "/orders/1", json!({"status":"cancelled"}), None);
    w.settle_steps();
    println!("{:?} {:?}", w.peek(t), w.counts());
}
trait S { fn settle_steps(&mut self); }
impl S for World { fn settle_steps(&mut self) { self.play(2, Millis(0)); } }

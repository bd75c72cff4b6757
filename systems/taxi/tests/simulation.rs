//! Random lives with a seed: customers, managers and drivers do what they like.

use kernel::{Method, System};
use serde_json::{Value, json};
use testkit::life::{Life, Play, lives};

const LIVES: u64 = 2_000;

fn system() -> System {
    taxi::system(taxi::Settings::default())
}

fn deed(life: &mut Life) {
    match life.dice.below(17) {
        0..=6 => order(life),
        7..=10 => manage(life),
        11..=13 => cancel(life),
        14 => register(life),
        15 => pay_by_hand(life),
        _ => correct(life),
    }
}

fn number(life: &mut Life) -> u64 {
    life.dice.below(6) + 1
}

fn order(life: &mut Life) {
    let card = *life.dice.pick(&["4111111111115656", "4111111111115656", "4111111111110002"]);
    let grade = *life.dice.pick(&["basic", "prime"]);
    let body = json!({"orderType": grade, "name": "Jung", "cardNo": card});
    life.send("order", Method::Post, "/orders", &body);
}

fn manage(life: &mut Life) {
    let (order, taxi) = (number(life), life.dice.below(3) + 1);
    let taxi = if life.dice.percent(70) { json!(taxi) } else { Value::Null };
    if life.dice.percent(50) {
        let body = json!({"orderId": order, "status": "confirmed", "taxiId": taxi});
        life.send("manage", Method::Post, "/reservations", &body);
    } else {
        let body = json!({"status": "confirmed", "taxiId": taxi});
        life.send("manage", Method::Patch, &format!("/reservations/{order}"), &body);
    }
}

fn cancel(life: &mut Life) {
    let path = format!("/orders/{}", number(life));
    if life.dice.percent(50) {
        life.send("cancel", Method::Delete, &path, &Value::Null);
    } else {
        life.send("cancel", Method::Patch, &path, &json!({"status": "cancelled"}));
    }
}

fn register(life: &mut Life) {
    let (stock, grade) = (life.dice.below(3), *life.dice.pick(&[None, Some("basic"), Some("prime")]));
    let body = json!({"taxiName": "sonata", "stockCnt": stock, "orderType": grade});
    life.send("register", Method::Post, "/taxis", &body);
}

fn pay_by_hand(life: &mut Life) {
    let body = json!({"orderId": number(life), "cardNo": "4111111111115656"});
    life.send("pay", Method::Post, "/paymentHistories", &body);
}

fn correct(life: &mut Life) {
    let path = format!("/taxis/{}", life.dice.below(3) + 1);
    let body = json!({"stockCnt": life.dice.below(4)});
    life.send("correct", Method::Patch, &path, &body);
}

/// Whoever was told 201 has been served, or was told that it is over.
fn check(life: &mut Life) {
    for number in life.made("order") {
        let order = life.world.get(&format!("/orders/{number}")).is(200).body["status"].clone();
        let page = life.world.get(&format!("/mypages/{number}")).is(200).body;
        let ended = order == "cancelled" && page["status"] == "Your reservation is canceled!";
        let served = order == "confirmed" && page["status"] == "confirmed" && page["taxiId"].is_u64();
        assert!(ended || served, "nothing waits for ever: order is {order}, page is {page}");
    }
}

#[test]
fn random_lives_keep_every_promise() {
    lives(Play { system, deed, check }, LIVES);
}

//! A card number goes no further than the door, and never comes back out of it.

use crate::support::{Answer, gateway, service};
use serde_json::json;

const NUMBER: &str = "4111111111111111";

fn order(card: &str) -> String {
    format!(r#"{{"name":"Jung","cardNo":{card}}}"#)
}

#[track_caller]
fn keeps_silent(answer: &Answer) {
    assert!(!answer.text.contains("4111"), "{answer:#?}");
    assert!(!format!("{:?}", answer.headers).contains("4111"), "{answer:#?}");
}

#[tokio::test]
async fn a_card_number_becomes_a_token() {
    let door = gateway();
    for card in [r#""4111111111111111""#, "4111111111111111", r#""4111 1111-1111 1111""#] {
        keeps_silent(&door.post("/orders", &order(card)).await);
        assert_eq!(door.front.cards().pop().unwrap(), NUMBER);
        let fields = serde_json::to_value(&door.front.last().wish.fields).unwrap();
        assert_eq!(fields, json!({"name": "Jung", "cardNo": {"token": "tok-1111", "last4": "1111"}}));
    }
}

#[tokio::test]
async fn what_is_no_card_number_is_refused_without_repeating_it() {
    let door = gateway();
    let wrong = [
        r#""4111111""#,
        r#""41111111111111111111""#,
        r#""4111x11111111111""#,
        r#""""#,
        r#""４１１１１１１１１１１１""#,
        "true",
        "4111111.5",
        "-4111111111111",
        r#"["4111111111111111"]"#,
        r#"{"number":"4111111111111111"}"#,
        "41111111111111111111111",
    ];
    for card in wrong {
        let answer = door.post("/orders", &order(card)).await;
        answer.refuses(400, "bad-card").names("cardNo");
        keeps_silent(&answer);
    }
    assert!(door.front.cards().is_empty() && door.front.asks().is_empty());
}

#[tokio::test]
async fn a_card_number_in_the_wrong_place_is_not_repeated_either() {
    let door = gateway();
    let wrong = [
        r#"{"name":"Jung","qty":4111111111111111}"#,
        r#"{"name":"Jung","qty":"4111111111111111"}"#,
        "4111111111111111",
        r#"{"name":"Jung","orderType":"4111111111111111"}"#,
        r#"{"cardNo":"4111111111111111" "4111111111111111"}"#,
        r#"{"cardNo":4111111111111111"#,
        "\"4111111111111111\"",
        r#"{"cardNo":"4111111111111111","cardNo":"4111111111111111"}"#,
        r#"{"cardNo":41111111111111e}"#,
        r#"{4111111111111111:1}"#,
    ];
    for body in wrong {
        let answer = door.post("/orders", body).await;
        assert_eq!(answer.status, 400, "{body}");
        keeps_silent(&answer);
        let korean = door.send("POST", "/orders").header("accept-language", "ko").json(body).now().await;
        keeps_silent(&korean);
    }
    assert!(door.front.asks().is_empty());
}

#[tokio::test]
async fn only_a_request_that_is_right_otherwise_is_tokenized() {
    let door = gateway();
    door.post("/orders", r#"{"cardNo":"4111111111111111"}"#).await.refuses(400, "missing-field");
    door.post("/orders", r#"{"cardNo":"4111111111111111","name":"J","qty":-1}"#)
        .await
        .refuses(400, "bad-field");
    assert!(door.front.cards().is_empty());
}

#[tokio::test]
async fn a_provider_that_gives_no_token_ends_the_request() {
    let door = gateway();
    door.front.refuses_cards();
    let answer = door.post("/orders", &order(r#""4111111111111111""#)).await;
    answer.refuses(503, "provider-unavailable");
    keeps_silent(&answer);
    assert!(door.front.asks().is_empty());
}

#[tokio::test]
async fn only_a_service_may_send_a_token() {
    let token = order(r#"{"token":"tok-9","last4":"9999"}"#);
    gateway().post("/orders", &token).await.refuses(400, "bad-card").names("cardNo");

    let door = service("order");
    let answer = door.send("POST", "/orders").header("holdfast-call", "shop.stock").json(&token).now().await;
    assert_eq!(answer.status, 201);
    assert_eq!(door.front.last().wish.fields.card("cardNo").unwrap().token, "tok-9");
    assert!(door.front.cards().is_empty());
    let number =
        door.send("POST", "/orders").header("holdfast-call", "shop.stock").json(&order(NUMBER)).now().await;
    assert_eq!(number.status, 201);
    assert_eq!(door.front.cards().len(), 1, "a number is a number, whoever sends it");
}

#[tokio::test]
async fn the_fingerprint_knows_the_token_and_not_the_number() {
    let door = gateway();
    for card in [r#""4111111111111111""#, "4111111111111111", r#""4111-1111-1111-1111""#] {
        door.send("POST", "/orders").header("idempotency-key", "k").json(&order(card)).now().await;
    }
    // `printf 'POST /orders\n{"name":"Jung","cardNo":{"last4":"1111","token":"tok-1111"}}' | sha256sum`
    for ask in door.front.asks() {
        let fingerprint = ask.key.unwrap().fingerprint;
        assert_eq!(fingerprint, "6fe55b309816d32d0de5b7e9df38b58241457490ee6994e05d7fa95c1dee377b");
    }
}

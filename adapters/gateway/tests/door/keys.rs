//! Idempotency keys: read, fingerprinted, and shown to have been used.

use crate::support::{Door, done, gateway, service};
use engine::ports::{IdempotencyKey, Reply, StoredProblem};

async fn keyed(door: &Door, method: &str, path: &str, key: &str, json: &str) -> u16 {
    door.send(method, path).header("idempotency-key", key).json(json).now().await.status
}

#[track_caller]
fn last(door: &Door) -> IdempotencyKey {
    door.front.last().key.expect("the ask has a key")
}

#[tokio::test]
async fn a_key_is_taken_bare_and_quoted() {
    let door = gateway();
    let long = "k".repeat(255);
    let cases = [
        ("abc", "abc"),
        ("\"abc\"", "abc"),
        ("  abc ", "abc"),
        (r#""a\"b\\c""#, r#"a"b\c"#),
        ("a\"b", "a\"b"),
        ("!~", "!~"),
        (long.as_str(), long.as_str()),
    ];
    for (sent, key) in cases {
        assert_eq!(keyed(&door, "POST", "/orders", sent, r#"{"name":"Jung"}"#).await, 201, "{sent}");
        assert_eq!((last(&door).key.as_str(), last(&door).caller.as_str()), (key, "person"));
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_refused() {
    let door = gateway();
    let long = "k".repeat(256);
    for sent in ["", "\"\"", "a b", "\"a b\"", "a\tb", "키", r#""a\b""#, r#""a"b""#, "\"a\\\"", long.as_str()]
    {
        let sending = door.send("POST", "/orders").header("idempotency-key", sent);
        sending.json(r#"{"name":"Jung"}"#).now().await.refuses(400, "bad-idempotency-key");
    }
    let twice = door.send("POST", "/orders").header("idempotency-key", "a").header("idempotency-key", "b");
    twice.json(r#"{"name":"Jung"}"#).now().await.refuses(400, "bad-idempotency-key");
    assert!(door.front.asks().is_empty());
}

#[tokio::test]
async fn a_key_belongs_to_changes_only() {
    let door = gateway();
    assert_eq!(door.send("GET", "/orders").header("idempotency-key", "a b").now().await.status, 200);
    door.post("/orders", r#"{"name":"Jung"}"#).await;
    assert_eq!(door.front.last().key, None);
    for (method, path) in [("PUT", "/orders/3"), ("PATCH", "/orders/3"), ("DELETE", "/orders/3")] {
        keyed(&door, method, path, "k", r#"{"name":"Jung"}"#).await;
        assert_eq!(last(&door).key, "k");
    }
}

#[tokio::test]
async fn a_key_of_a_service_is_its_own() {
    let door = service("order");
    let sending = door.send("POST", "/orders").header("holdfast-call", "shop.stock");
    sending.header("idempotency-key", "shop.stock/7/place/1").json(r#"{"name":"Jung"}"#).now().await;
    assert_eq!(last(&door).caller, "shop.stock");
    assert_eq!(last(&door).key, "shop.stock/7/place/1");
}

#[tokio::test]
async fn the_fingerprint_is_of_what_is_said_and_not_of_how() {
    let door = gateway();
    let place = r#"{"name":"Jung","qty":1}"#;
    keyed(&door, "POST", "/orders", "k", place).await;
    let first = last(&door).fingerprint;
    assert!(first.len() == 64 && first.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let same = [
        ("/orders", r#"{ "qty" : "1", "other": 5, "name":"Jung", "orderType": null }"#),
        ("/orders/", place),
        ("/shop/orders", place),
        ("/shop/orders/?x=1", place),
    ];
    for (path, body) in same {
        keyed(&door, "POST", path, "k", body).await;
        assert_eq!(last(&door).fingerprint, first, "{path} {body}");
    }
    let other = [
        ("POST", "/orders", r#"{"name":"Jung","qty":2}"#),
        ("POST", "/orders", r#"{"name":"Jung"}"#),
        ("PUT", "/orders/1", place),
        ("PUT", "/orders/2", place),
        ("PATCH", "/orders/1", place),
    ];
    let mut seen = vec![first];
    for (method, path, body) in other {
        keyed(&door, method, path, "k", body).await;
        let fingerprint = last(&door).fingerprint;
        assert!(!seen.contains(&fingerprint), "{method} {path} {body}");
        seen.push(fingerprint);
    }
}

#[tokio::test]
async fn a_replayed_answer_says_so() {
    let door = gateway();
    let body = Some(r#"{"name":"Jung"}"#.into());
    door.front.replies(Reply { id: Some(kernel::Id(7)), body, replayed: true, ..done(201) });
    let answer = door.post("/orders", r#"{"name":"Jung"}"#).await;
    assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, "true"));
    assert_eq!(answer.header("location"), "http://localhost:8088/orders/7");

    let problem = StoredProblem {
        code: "declined".into(),
        english: "No.".into(),
        korean: "안 됩니다.".into(),
        field: None,
    };
    door.front.replies(Reply { problem: Some(problem), replayed: true, ..done(402) });
    let answer = door.post("/orders", r#"{"name":"Jung"}"#).await;
    answer.refuses(402, "declined");
    assert_eq!(answer.header("idempotency-replayed"), "true");
    assert!(!door.post("/orders", r#"{"name":"Jung"}"#).await.has("idempotency-replayed"));
}

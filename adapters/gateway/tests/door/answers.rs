//! What every answer has: form, language, links, correlation, and the marks for pages of other origins.

use crate::support::{gateway, gateway_with, record};
use gateway::{Cors, Options};
use serde_json::json;

const HAL: &str = "application/hal+json;charset=UTF-8";
const JSON: &str = "application/json;charset=UTF-8";

#[tokio::test]
async fn the_form_follows_accept() {
    let door = gateway();
    door.front.holds("order", 3, record(&json!({"name": "Jung"})));
    let cases = [
        ("*/*", HAL),
        ("application/json", JSON),
        ("application/hal+json", HAL),
        ("application/*", HAL),
        ("application/json, */*;q=0.5", JSON),
        ("application/json;q=0.5, */*", HAL),
        ("APPLICATION/JSON", JSON),
        ("application/xml, */*;q=0.1", HAL),
        ("application/json;charset=UTF-8", JSON),
        ("application/problem+json", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        ("text/html", JSON),
        ("application/hal+json;q=0.9, application/json;q=0.8", HAL),
        ("", HAL),
    ];
    for (accept, form) in cases {
        for path in ["/orders/3", "/orders", "/", "/orders/search", "/profile"] {
            let answer = door.send("GET", path).header("accept", accept).now().await;
            assert_eq!((answer.status, answer.header("content-type")), (200, form), "{accept} {path}");
        }
        let sending = door.send("POST", "/orders").header("accept", accept);
        assert_eq!(sending.json(r#"{"name":"Jung"}"#).now().await.header("content-type"), form, "{accept}");
    }
    assert_eq!(door.get("/orders/3").await.header("content-type"), HAL);
}

#[tokio::test]
async fn what_is_neither_hal_nor_json_is_not_to_be_had() {
    let door = gateway();
    for accept in
        ["application/xml", "image/*", "application/json;q=0", "text/html;q=0, application/pdf", "nonsense"]
    {
        door.send("GET", "/orders").header("accept", accept).now().await.refuses(406, "not-acceptable");
        let sending = door.send("POST", "/orders").header("accept", accept).json(r#"{"name":"Jung"}"#);
        sending.now().await.refuses(406, "not-acceptable");
    }
    assert!(door.front.asks().is_empty(), "nothing is done for a client that could not read the answer");
}

#[tokio::test]
async fn the_language_follows_accept_language() {
    let door = gateway();
    let cases = [
        ("ko", true),
        ("ko-KR", true),
        ("KO-kr", true),
        ("ko-KR,ko;q=0.9,en-US;q=0.8", true),
        ("en;q=0.5,ko;q=0.9", true),
        ("ko,en", true),
        ("fr,ko;q=0.3", true),
        ("en", false),
        ("en,ko", false),
        ("ko;q=0.3,en;q=0.9", false),
        ("fr", false),
        ("*", false),
        ("ko;q=0", false),
        ("", false),
        ("kok", false),
    ];
    for (languages, is_korean) in cases {
        let answer = door.send("GET", "/nothing").header("accept-language", languages).now().await;
        let title = if is_korean { "찾을 수 없음" } else { "Not Found" };
        assert_eq!(answer.refuses(404, "not-found").json()["title"], title, "{languages}");
        assert_eq!(answer.json()["error"], "Not Found", "the old field stays as it was");
    }
}

#[tokio::test]
async fn links_name_the_host_that_was_asked() {
    let door = gateway();
    door.front.holds("order", 3, record(&json!({"name": "Jung"})));
    let cases: [(&[(&str, &str)], &str); 12] = [
        (&[], "http://localhost:8088"),
        (&[("x-forwarded-host", "book.example.com")], "http://book.example.com"),
        (&[("x-forwarded-host", "book.example.com:9000")], "http://book.example.com:9000"),
        (&[("x-forwarded-host", "a.example.com, b.internal")], "http://a.example.com"),
        (&[("x-forwarded-proto", "https"), ("x-forwarded-host", "a.example.com")], "https://a.example.com"),
        (&[("x-forwarded-port", "8080")], "http://localhost:8080"),
        (&[("x-forwarded-proto", "https"), ("x-forwarded-port", "443")], "https://localhost"),
        (&[("x-forwarded-port", "80")], "http://localhost"),
        (&[("x-forwarded-prefix", "/booking/")], "http://localhost:8088/booking"),
        (&[("x-forwarded-host", "[::1]:80"), ("x-forwarded-port", "81")], "http://[::1]:81"),
        (&[("x-forwarded-proto", "gopher"), ("x-forwarded-port", "x")], "http://localhost:8088"),
        (&[("x-forwarded-host", "a\"b"), ("x-forwarded-prefix", "\"/x")], "http://localhost:8088"),
    ];
    for (headers, base) in cases {
        let mut sending = door.send("GET", "/shop/orders/3");
        for (name, value) in headers {
            sending = sending.header(name, value);
        }
        assert_eq!(sending.now().await.link("self"), format!("{base}/shop/orders/3"), "{headers:?}");
        let mut sending = door.send("POST", "/orders").json(r#"{"name":"Jung"}"#);
        for (name, value) in headers {
            sending = sending.header(name, value);
        }
        let answer = sending.now().await;
        assert_eq!(answer.header("location"), format!("{base}/orders/7"));
        assert_eq!(answer.link("self"), answer.header("location"));
    }
}

#[tokio::test]
async fn a_correlation_id_is_echoed_or_made() {
    let door = gateway();
    let long = "x".repeat(128);
    for id in ["abc", "0198f3c2-a1b4:5/6+7=@_.", long.as_str()] {
        for path in ["/orders", "/nothing"] {
            let answer = door.send("GET", path).header("x-correlation-id", id).now().await;
            assert_eq!(answer.header("x-correlation-id"), id);
        }
        let refused = door.send("GET", "/nothing").header("x-correlation-id", id).now().await;
        assert_eq!(refused.json()["correlationId"], id);
    }
    let too_long = "x".repeat(129);
    for id in ["", "a b", "<script>", "가", too_long.as_str()] {
        let answer = door.send("GET", "/orders").header("x-correlation-id", id).now().await;
        assert!(answer.header("x-correlation-id") != id && answer.header("x-correlation-id").len() > 16);
    }
    let (one, two) = (door.get("/orders").await, door.get("/orders").await);
    assert_ne!(one.header("x-correlation-id"), two.header("x-correlation-id"));
}

#[tokio::test]
async fn pages_of_any_origin_may_read_without_credentials() {
    let door = gateway();
    for path in ["/orders", "/nothing"] {
        let answer = door.send("GET", path).header("origin", "https://a.example.com").now().await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(!answer.has("access-control-allow-credentials"));
        assert!(answer.header("access-control-expose-headers").contains("Location"));
    }
    assert!(!door.get("/orders").await.has("access-control-allow-origin"));
}

#[tokio::test]
async fn listed_origins_may_read_with_credentials_and_no_others() {
    let cors = Cors::Only(vec!["https://a.example.com".into()]);
    let door = gateway_with(Options { cors, ..Options::default() });
    let listed = door.send("GET", "/orders").header("origin", "https://a.example.com").now().await;
    assert_eq!(listed.header("access-control-allow-origin"), "https://a.example.com");
    assert_eq!(listed.header("access-control-allow-credentials"), "true");
    assert_eq!(listed.header("vary"), "Origin");
    let other = door.send("GET", "/orders").header("origin", "https://b.example.com").now().await;
    assert!(!other.has("access-control-allow-origin") && !other.has("access-control-allow-credentials"));
    assert_eq!(door.get("/orders").await.header("vary"), "Origin");
}

#[tokio::test]
async fn a_preflight_is_answered() {
    let door = gateway();
    let sending = door.send("OPTIONS", "/orders/3").header("origin", "https://a.example.com");
    let sending = sending.header("access-control-request-method", "PATCH");
    let answer = sending.header("access-control-request-headers", "content-type,idempotency-key").now().await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    assert!(answer.header("access-control-allow-headers").contains("Idempotency-Key"));
    assert_eq!(answer.header("access-control-max-age"), "3600");
    assert!(!door.send("OPTIONS", "/orders/3").now().await.has("access-control-allow-methods"));
}

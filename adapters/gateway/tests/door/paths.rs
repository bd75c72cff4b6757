//! What is where, and for whom.

use crate::support::{Door, Sending, door, gateway, gateway_with, record, service, shop};
use gateway::{Options, Ready, Scope};
use kernel::Id;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn the_index_of_a_gateway_names_collections_and_systems() {
    let index = gateway().get("/").await;
    assert_eq!(index.status, 200);
    assert_eq!(index.link("orders"), "http://localhost:8088/orders{?page,size,sort}");
    assert_eq!(index.json()["_links"]["orders"]["templated"], true);
    assert_eq!(index.link("mypages"), "http://localhost:8088/mypages");
    assert_eq!(index.link("boards"), "http://localhost:8088/boards{?page,size,sort}");
    assert_eq!(index.link("profile"), "http://localhost:8088/profile");
    assert_eq!(index.link("shop"), "http://localhost:8088/shop");
}

#[tokio::test]
async fn the_index_of_a_system_links_below_its_prefix() {
    for path in ["/shop", "/shop/"] {
        let index = gateway().get(path).await;
        assert_eq!(index.link("orders"), "http://localhost:8088/shop/orders{?page,size,sort}");
        assert!(index.json()["_links"]["shop"].is_null());
    }
}

#[tokio::test]
async fn the_index_of_a_gateway_without_a_root_system_names_only_systems() {
    let scope = Scope::Systems(vec![("/shop".into(), Arc::new(shop()))]);
    let door = door(&scope, Options::default());
    let links = door.get("/").await.json()["_links"].clone();
    assert_eq!(links["shop"]["href"], "http://localhost:8088/shop");
    assert!(links["orders"].is_null() && links["profile"].is_null(), "{links:#}");
    door.get("/orders").await.refuses(404, "not-found");
    assert_eq!(door.get("/shop/orders").await.status, 200);
}

#[tokio::test]
async fn a_service_serves_its_own_resources_only() {
    let door = service("order");
    assert_eq!(door.get("/orders").await.status, 200);
    door.get("/goods").await.refuses(404, "not-found");
    door.get("/shop/orders").await.refuses(404, "not-found");
    assert!(door.get("/").await.json()["_links"]["goods"].is_null());
}

#[tokio::test]
async fn one_system_is_served_at_several_prefixes_with_links_that_stay_there() {
    let door = gateway();
    door.front.holds("order", 3, record(&json!({"name": "Jung"})));
    assert_eq!(door.get("/orders/3").await.link("self"), "http://localhost:8088/orders/3");
    assert_eq!(door.get("/shop/orders/3").await.link("self"), "http://localhost:8088/shop/orders/3");
}

#[tokio::test]
async fn a_slash_at_the_end_does_not_matter() {
    let door = gateway();
    door.front.holds("order", 3, record(&json!({"name": "Jung"})));
    for path in
        ["/orders/", "/orders/3/", "/profile/", "/profile/orders/", "/mypages/search/", "/actuator/health/"]
    {
        assert_eq!(door.get(path).await.status, 200, "{path}");
    }
    assert_eq!(door.post("/shop/orders/", r#"{"name":"Jung"}"#).await.status, 201);
    let refused = door.post("/orders/", "{}").await;
    assert_eq!(refused.json()["path"], "/orders/", "the path is told as it was asked");
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let door = gateway();
    let paths = [
        "/nothing",
        "//orders",
        "/orders//",
        "/orders/3/4",
        "/orders/search/nothing",
        "/goods/search",
        "/actuator/env",
        "/profile/nothing",
        "/shop/nothing",
        "/shop/actuator/health",
        "/favicon.ico",
        "/orders/search/findByName/x",
    ];
    for path in paths {
        for method in ["GET", "POST", "PATCH", "DELETE", "OPTIONS", "HEAD"] {
            let answer = door.send(method, path).json("{}").now().await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer:#?}");
        }
    }
    door.get("/nothing").await.refuses(404, "not-found");
}

#[tokio::test]
async fn numbers_are_plain_and_anything_else_is_not_found() {
    let door = gateway();
    door.front.holds("order", 3, record(&json!({"name": "Jung"})));
    assert_eq!(door.get("/orders/3").await.status, 200);
    let wrong = [
        "abc",
        "0",
        "03",
        "+3",
        "-3",
        "3.0",
        "3x",
        "%33",
        "9223372036854775808",
        "99999999999999999999999",
        "4",
    ];
    for id in wrong {
        door.get(&format!("/orders/{id}")).await.refuses(404, "not-found");
        if id != "4" {
            door.patch(&format!("/orders/{id}"), "{}").await.refuses(404, "not-found");
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_which_are_right() {
    let door = gateway();
    let cases = [
        ("DELETE", "/orders", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/orders/3", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"),
        ("POST", "/mypages", "GET, HEAD, OPTIONS"),
        ("DELETE", "/mypages/3", "GET, HEAD, OPTIONS"),
        ("PATCH", "/goods/3", "GET, HEAD, OPTIONS"),
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("PUT", "/profile/orders", "GET, HEAD, OPTIONS"),
        ("POST", "/actuator/health", "GET, HEAD, OPTIONS"),
        ("POST", "/orders/search/findByName", "GET, HEAD, OPTIONS"),
        ("TRACE", "/orders", "GET, HEAD, POST, OPTIONS"),
        ("BREW", "/orders", "GET, HEAD, POST, OPTIONS"),
    ];
    for (method, path, allow) in cases {
        let answer = door.send(method, path).json("{}").now().await;
        answer.refuses(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), allow, "{method} {path}");
    }
    assert!(door.front.asks().is_empty());
}

#[tokio::test]
async fn options_says_what_a_path_takes() {
    let door = gateway();
    let answer = door.send("OPTIONS", "/orders/3").now().await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    assert_eq!(answer.header("allow"), "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
}

#[tokio::test]
async fn head_is_get_without_its_body() {
    let door = gateway();
    door.front.holds("order", 3, record(&json!({"name": "Jung"})));
    let full = door.get("/orders/3").await;
    let head = door.send("HEAD", "/orders/3").now().await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), full.header("content-type"));
    assert_eq!(head.header("content-length"), full.text.len().to_string());
    assert_eq!(door.send("HEAD", "/orders/4").now().await.status, 404);
}

#[tokio::test]
async fn internal_paths_are_for_services_on_a_service_listener() {
    let door = service("stock");
    fn hold(door: &Door) -> Sending<'_> {
        let sending = door.send("POST", "/goods/5/holds").json(r#"{"orderId":1}"#);
        sending.header("holdfast-call", "shop.order")
    }
    door.post("/goods/5/holds", r#"{"orderId":1}"#).await.refuses(404, "not-found");
    assert_eq!(hold(&door).now().await.status, 201);
    let seen = door.front.last();
    assert_eq!((seen.kind, seen.wish.verb, seen.wish.id), ("hold", "hold", Some(Id(5))));
    assert_eq!(seen.wish.by.as_deref(), Some("shop.order"));

    let wrong = door.send("DELETE", "/goods/5/holds").header("holdfast-call", "shop.order").now().await;
    wrong.refuses(405, "method-not-allowed");
    assert_eq!(wrong.header("allow"), "POST, OPTIONS");
    door.send("GET", "/goods/5/holds").now().await.refuses(404, "not-found");
    door.send("OPTIONS", "/goods/5/holds").now().await.refuses(404, "not-found");

    let gateway = gateway();
    hold(&gateway).now().await.refuses(404, "not-found");
    assert!(gateway.front.asks().is_empty());
}

#[tokio::test]
async fn through_a_gateway_nobody_is_a_service() {
    let door = gateway();
    let sending = door.send("POST", "/orders").header("holdfast-call", "shop.stock");
    let answer = sending.header("idempotency-key", "k").json(r#"{"name":"Jung","other":1}"#).now().await;
    assert_eq!(answer.status, 201);
    let seen = door.front.last();
    assert_eq!(seen.wish.by, None);
    assert_eq!(seen.key.unwrap().caller, "person");
    assert!(!seen.wish.fields.has("other"), "what only services may send is not taken");
}

#[tokio::test]
async fn a_malformed_service_name_is_a_person() {
    for name in ["", "order", "shop.", ".order", "Shop.order", "shop.order.x", "shop order", "가.나"] {
        let door = service("order");
        door.send("POST", "/orders").header("holdfast-call", name).json(r#"{"name":"J"}"#).now().await;
        assert_eq!(door.front.last().wish.by, None, "{name}");
    }
}

#[tokio::test]
async fn a_service_that_does_not_run_is_unavailable_at_once() {
    let door = gateway();
    door.front.is_down("shop.order");
    for (method, path) in
        [("GET", "/orders"), ("GET", "/shop/orders/1"), ("POST", "/orders"), ("GET", "/orders/search")]
    {
        let answer = door.send(method, path).json("not even json").now().await;
        answer.refuses(503, "service-unavailable");
    }
    assert_eq!(door.get("/goods").await.status, 200);
    assert_eq!(door.get("/").await.status, 200);
}

#[tokio::test]
async fn health_says_up_and_readiness_follows_the_app() {
    let ready = Ready::default();
    let door = gateway_with(Options { ready: ready.clone(), ..Options::default() });
    for path in ["/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"] {
        let answer = door.get(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"status":"UP"}"#));
    }
    ready.set(false);
    let answer = door.get("/actuator/health/readiness").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert_eq!(answer.json()["status"], "OUT_OF_SERVICE");
    assert_eq!(door.get("/actuator/health").await.status, 200);
    assert_eq!(door.get("/actuator/info").await.json()["app"]["name"], "holdfast");
    let links = door.get("/actuator").await;
    assert_eq!(links.link("health"), "http://localhost:8088/actuator/health");
    assert_eq!(links.link("health-liveness"), "http://localhost:8088/actuator/health/liveness");
}

#[tokio::test]
async fn a_long_address_is_refused() {
    let door = gateway();
    door.get(&format!("/orders?sort={}", "x".repeat(9_000))).await.refuses(414, "address-too-long");
}

#[test]
#[should_panic(expected = "shop has no service nothing")]
fn a_scope_with_an_unknown_service_stops_the_start() {
    service("nothing");
}

#[tokio::test]
async fn a_page_of_plain_text_is_its_services() {
    for path in ["/env", "/env/", "/shop/env"] {
        let seen = gateway().get(path).await;
        assert_eq!((seen.status, seen.text.as_str()), (200, "DB IP : null"), "{path}");
        assert_eq!(seen.header("content-type"), "text/plain;charset=UTF-8");
    }
    service("page").get("/env").await.refuses(404, "not-found");
    gateway().get("/env/1").await.refuses(404, "not-found");
    gateway().post("/env", "{}").await.refuses(405, "method-not-allowed");
}

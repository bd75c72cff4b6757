//! What a change answers, and what reaches the engine.

use crate::support::{done, gateway, service};
use engine::ports::{Reply, StoredProblem};
use kernel::{Id, Target};
use serde_json::json;

const ORDER: &str = r#"{"name":"Jung","orderType":"basic"}"#;

#[tokio::test]
async fn post_makes_a_record_and_says_where_it_is() {
    let door = gateway();
    let answer = door.post("/orders", ORDER).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.header("location"), "http://localhost:8088/orders/7");
    assert_eq!(answer.header("content-type"), "application/hal+json;charset=UTF-8");
    let here = json!({"href": "http://localhost:8088/orders/7"});
    let record = json!({"name": "Jung", "orderType": "basic", "_links": {"self": here, "order": here}});
    assert_eq!(answer.json(), record);

    let seen = door.front.last();
    assert_eq!((seen.system.as_str(), seen.service.as_str(), seen.kind), ("shop", "order", "order"));
    assert_eq!((seen.wish.verb, seen.target, seen.success), ("place", Target::New, 201));
}

#[tokio::test]
async fn put_and_patch_show_the_record_as_it_is_now() {
    let door = gateway();
    for (method, verb) in [("PUT", "replace"), ("PATCH", "change")] {
        let answer = door.send(method, "/orders/3").json(ORDER).now().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.link("self"), "http://localhost:8088/orders/3");
        assert!(!answer.has("location"));
        let seen = door.front.last();
        assert_eq!((seen.wish.verb, seen.target, seen.success), (verb, Target::Id(Id(3)), 200));
    }
}

#[tokio::test]
async fn delete_answers_nothing() {
    let door = gateway();
    let answer = door.send("DELETE", "/orders/3").now().await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert!(!answer.has("content-type"));
    assert_eq!((door.front.last().wish.verb, door.front.last().success), ("cancel", 204));
}

#[tokio::test]
async fn what_is_under_way_says_when_to_look_again() {
    let door = gateway();
    for retry_after_s in [None, Some(0), Some(1)] {
        let body = Some(r#"{"status":"cancelling"}"#.into());
        door.front.replies(Reply { id: Some(Id(3)), body, retry_after_s, ..done(202) });
        let answer = door.send("DELETE", "/orders/3").now().await;
        assert_eq!((answer.status, answer.header("retry-after")), (202, "1"));
        assert_eq!(answer.json()["status"], "cancelling");
        assert_eq!(answer.link("order"), "http://localhost:8088/orders/3");
    }
}

#[tokio::test]
async fn a_client_may_want_no_record_back() {
    let door = gateway();
    let cases = [("POST", "/orders", 201), ("PUT", "/orders/3", 204), ("PATCH", "/orders/3", 204)];
    for (method, path, status) in cases {
        let answer =
            door.send(method, path).header("prefer", "respond-async, return=minimal").json(ORDER).now().await;
        assert_eq!((answer.status, answer.text.as_str()), (status, ""));
        assert_eq!(answer.header("preference-applied"), "return=minimal");
        assert_eq!(answer.has("location"), method == "POST");
    }
    let full =
        door.send("PATCH", "/orders/3").header("prefer", "return=representation").json(ORDER).now().await;
    assert_eq!(full.status, 200);
}

#[tokio::test]
async fn an_empty_record_still_has_its_links() {
    let answer = gateway().patch("/orders/3", "{}").await;
    let here = json!({"href": "http://localhost:8088/orders/3"});
    assert_eq!(answer.json(), json!({"_links": {"self": here, "order": here}}));
}

#[tokio::test]
async fn korean_goes_through_as_it_came() {
    let answer = gateway().post("/orders", r#"{"name":"대리기사 \"마포\" \\"}"#).await;
    assert_eq!(answer.json()["name"], "대리기사 \"마포\" \\");
    assert!(answer.text.contains("대리기사"), "not as escapes: {}", answer.text);
}

#[tokio::test]
async fn a_no_of_the_engine_is_told_with_its_words() {
    let door = gateway();
    let problem = || StoredProblem {
        code: "not-requested".into(),
        english: "Nobody has asked for this yet.".into(),
        korean: "아직 요청되지 않았습니다.".into(),
        field: Some("orderId".into()),
    };
    door.front.replies(Reply { problem: Some(problem()), retry_after_s: Some(1), ..done(409) });
    let answer = door.post("/orders", ORDER).await;
    answer.refuses(409, "not-requested");
    let json = answer.json();
    assert_eq!((json["field"].as_str(), json["error"].as_str()), (Some("orderId"), Some("Conflict")));
    assert_eq!((json["title"].as_str(), answer.header("retry-after")), (Some("Conflict"), "1"));
    assert_eq!(json["detail"], "Nobody has asked for this yet.");

    door.front.replies(Reply { problem: Some(problem()), ..done(503) });
    let answer = door
        .send("POST", "/orders")
        .header("accept-language", "ko-KR,ko;q=0.9,en;q=0.8")
        .json(ORDER)
        .now()
        .await;
    answer.refuses(503, "not-requested");
    assert_eq!(answer.json()["detail"], "아직 요청되지 않았습니다.");
    assert_eq!(answer.json()["title"], "서비스를 이용할 수 없음");
    assert_eq!(answer.json()["error"], "Service Unavailable");
    assert_eq!(answer.header("content-language"), "ko");
}

#[tokio::test]
async fn a_no_of_a_handler_is_told_too() {
    let door = service("order");
    let sending = door.send("POST", "/orders/void").header("holdfast-call", "shop.stock").json("{}");
    sending.now().await.refuses(400, "missing-field").names("orderId");
}

#[tokio::test]
async fn a_record_that_people_do_not_see_has_no_address() {
    let door = service("stock");
    let sending =
        door.send("POST", "/goods/5/holds").header("holdfast-call", "shop.order").json(r#"{"orderId":1}"#);
    let answer = sending.now().await;
    assert_eq!((answer.status, answer.has("location")), (201, false));
    assert_eq!(answer.json(), json!({"orderId": 1}));
}

#[tokio::test]
async fn a_handler_that_panics_is_a_500_and_says_nothing() {
    let door = gateway();
    let answer = door.post("/orders", r#"{"name":"panic"}"#).await;
    answer.refuses(500, "internal-error");
    assert!(!answer.text.contains("panic"), "{answer:#?}");
    assert_eq!(door.post("/orders", ORDER).await.status, 201);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_never_answers_is_not_waited_for_for_ever() {
    let door = gateway();
    door.front.falls_silent();
    door.post("/orders", ORDER).await.refuses(503, "no-answer");
}

#[tokio::test]
async fn an_engine_that_drops_a_request_is_not_waited_for() {
    let door = gateway();
    door.front.falls_silent();
    let answer = tokio::join!(door.post("/orders", ORDER), async {
        while door.front.held() == 0 {
            tokio::task::yield_now().await;
        }
        door.front.breaks();
    });
    answer.0.refuses(503, "no-answer");
}

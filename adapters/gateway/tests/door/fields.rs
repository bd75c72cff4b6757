//! What a body may hold, and what is said of one that is wrong.

use crate::support::{Door, gateway, service};
use axum::body::Body;
use kernel::Id;
use serde_json::json;

/// The fields that reached the command, as JSON.
#[track_caller]
fn taken(door: &Door) -> serde_json::Value {
    serde_json::to_value(&door.front.last().wish.fields).expect("fields serialize")
}

#[tokio::test]
async fn declared_fields_are_taken_and_others_ignored() {
    let door = gateway();
    let sent = r#"{"name":"정","orderType":"basic","qty":2,"goodId":5,"me":true,"deep":{"a":[1,{"b":null}]},"name2":"x"}"#;
    assert_eq!(door.post("/orders", sent).await.status, 201);
    assert_eq!(taken(&door), json!({"name": "정", "orderType": "basic", "qty": 2, "goodId": 5}));
}

#[tokio::test]
async fn an_id_in_the_body_is_ignored() {
    let door = gateway();
    door.post("/orders", r#"{"id":99,"name":"Jung"}"#).await;
    assert_eq!(taken(&door), json!({"name": "Jung"}));
    door.patch("/orders/3", r#"{"id":99,"name":"Jung"}"#).await;
    assert_eq!(door.front.last().wish.id, Some(Id(3)));
}

#[tokio::test]
async fn fields_that_are_only_shown_are_not_taken() {
    let door = gateway();
    door.post("/orders", r#"{"name":"Jung","status":"paid"}"#).await;
    assert_eq!(taken(&door), json!({"name": "Jung"}));
    assert_eq!(door.patch("/orders/3", r#"{"status":{}}"#).await.status, 200);
    assert_eq!(taken(&door), json!({}));
}

#[tokio::test]
async fn numbers_may_come_as_text() {
    let door = gateway();
    door.post("/orders", r#"{"name":"Jung","qty":"10","goodId":"4900"}"#).await;
    assert_eq!(taken(&door), json!({"name": "Jung", "qty": 10, "goodId": 4900}));
    for whole in ["1000", "1000.0", "1e3", r#""1000""#, r#""01000""#] {
        door.post("/orders", &format!(r#"{{"name":"Jung","qty":{whole}}}"#)).await;
        assert_eq!(taken(&door)["qty"], 1000, "{whole}");
    }
}

#[tokio::test]
async fn what_is_no_whole_number_in_range_names_its_field() {
    let door = gateway();
    let wrong = [
        "1.5",
        "-1",
        "1001",
        "99999999999999999999",
        "1e99",
        r#""1.5""#,
        r#""abc""#,
        r#""""#,
        r#"" 1""#,
        r#""+1""#,
        r#""１""#,
        "true",
        "[1]",
        r#"{"a":1}"#,
        r#""99999999999999999999""#,
    ];
    for value in wrong {
        let answer = door.post("/orders", &format!(r#"{{"name":"Jung","qty":{value}}}"#)).await;
        answer.refuses(400, "bad-field").names("qty");
        assert!(answer.json()["detail"].as_str().unwrap().contains("0 to 1000"), "{value}");
    }
    let zero = door.post("/orders", r#"{"name":"Jung","goodId":0}"#).await;
    zero.refuses(400, "bad-field").names("goodId");
    assert!(door.front.asks().is_empty());
}

#[tokio::test]
async fn a_text_may_come_as_number_or_truth_value() {
    let door = gateway();
    for (sent, text) in [("1234567890", "1234567890"), ("true", "true"), ("1.5", "1.5"), ("-3", "-3")] {
        door.post("/orders", &format!(r#"{{"name":{sent}}}"#)).await;
        assert_eq!(taken(&door), json!({"name": text}));
    }
    for sent in ["[]", r#"{"a":1}"#] {
        let answer = door.post("/orders", &format!(r#"{{"name":{sent}}}"#)).await;
        answer.refuses(400, "bad-field").names("name");
    }
}

#[tokio::test]
async fn a_text_has_a_length_in_characters_and_no_control_characters() {
    let door = gateway();
    let order = |kind: &str| format!(r#"{{"name":"Jung","orderType":"{kind}"}}"#);
    assert_eq!(door.post("/orders", &order("가나다라마바사아자차")).await.status, 201);
    door.post("/orders", &order("가나다라마바사아자차카")).await.refuses(400, "bad-field").names("orderType");
    for control in [r"a\u0000b", r"a\nb", r"a\tb", r"a\u007f", r"a\u0085"] {
        door.post("/orders", &order(control)).await.refuses(400, "bad-field").names("orderType");
    }
    assert_eq!(door.post("/orders", &order(r"😀 \ud83d\ude00")).await.status, 201);
}

#[tokio::test]
async fn the_other_name_of_a_field_is_accepted_and_named_back() {
    let door = gateway();
    door.post("/orders", r#"{"name":"Jung","grade":"prime"}"#).await;
    assert_eq!(taken(&door), json!({"name": "Jung", "orderType": "prime"}));
    for both in [r#"{"name":"J","grade":"a","orderType":"b"}"#, r#"{"name":"J","orderType":"b","grade":"a"}"#]
    {
        door.post("/orders", both).await;
        assert_eq!(taken(&door)["orderType"], "b");
    }
    door.post("/orders", r#"{"name":"Jung","grade":[]}"#).await.refuses(400, "bad-field").names("grade");
}

#[tokio::test]
async fn what_is_required_must_be_there_when_a_record_is_made_or_replaced() {
    let door = gateway();
    for (method, path) in [("POST", "/orders"), ("PUT", "/orders/3")] {
        for body in ["{}", r#"{"name":null}"#, r#"{"qty":1}"#] {
            let answer = door.send(method, path).json(body).now().await;
            answer.refuses(400, "missing-field").names("name");
        }
    }
    assert_eq!(door.patch("/orders/3", "{}").await.status, 200);
}

#[tokio::test]
async fn null_is_absent_except_in_a_patch() {
    let door = gateway();
    door.post("/orders", r#"{"name":"Jung","qty":null,"cardNo":null}"#).await;
    assert_eq!(taken(&door), json!({"name": "Jung"}));
    door.send("PUT", "/orders/3").json(r#"{"name":"Jung","qty":null}"#).now().await;
    assert_eq!(taken(&door), json!({"name": "Jung"}));
    door.patch("/orders/3", r#"{"qty":null,"cardNo":null}"#).await;
    assert_eq!(taken(&door), json!({"qty": null, "cardNo": null}));
}

#[tokio::test]
async fn delete_takes_its_fields_from_the_address() {
    let door = gateway();
    let answer = door.send("DELETE", "/orders/3?name=USE_ENDED&qty=2&other=1").now().await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(taken(&door), json!({"name": "USE_ENDED", "qty": 2}));
    door.send("DELETE", "/orders/3?qty=x").now().await.refuses(400, "bad-field").names("qty");
    door.send("DELETE", "/orders/3?qty=1&qty=2").now().await.refuses(400, "bad-parameter").names("qty");
}

#[tokio::test]
async fn from_a_service_everything_is_taken_as_within_one_process() {
    let door = service("order");
    let sent = r#"{"orderId":1,"until":5,"status":"Reservation OK","name":"x","id":9}"#;
    let answer =
        door.send("POST", "/orders/void").header("holdfast-call", "shop.stock").json(sent).now().await;
    assert_eq!(answer.status, 201);
    assert_eq!(taken(&door), json!({"orderId": 1, "until": 5, "status": "Reservation OK", "name": "x"}));
    assert_eq!(door.front.last().wish.verb, "void");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_says_where() {
    let door = gateway();
    let cases = [
        ("{\"name\":\"Jung\",\n  oops}", "line 2 column 3"),
        ("{\"name\":\"Jung\"", "line 1 column 14"),
        ("{} {}", "line 1 column 4"),
        ("{\"name\":\"Jung\"} x", "line 1 column 17"),
        ("name=Jung", "line 1 column"),
        ("{\"name\":\"a\u{1}b\"}", "line 1 column 11"),
        ("[]", "line 1, column 1)"),
        (" \n  []", "line 2, column 3)"),
        ("[{\"name\":\"Jung\"}]", "line 1, column"),
        ("4111111111111111", "line 1, column"),
        ("null", "line 1, column"),
        ("\"text\"", "line 1, column"),
    ];
    for (body, place) in cases {
        let answer = door.post("/orders", body).await;
        answer.refuses(400, "bad-json");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(place), "{body}: {detail}");
        assert!(!answer.text.contains("4111"), "{detail}");
        assert!(!detail.contains("serde") && !detail.contains("::"), "{detail}");
    }
    for body in ["", "  \n"] {
        door.post("/orders", body).await.refuses(400, "bad-json");
    }
    let korean = door.send("POST", "/orders").header("accept-language", "ko").json("{\n x").now().await;
    assert_eq!(korean.json()["detail"], "본문이 올바른 JSON이 아닙니다(2행 2열).");
}

#[tokio::test]
async fn what_is_wrong_is_also_said_in_korean() {
    let door = gateway();
    let cases = [
        (r#"{"name":"J","qty":-1}"#, "qty 값은 0 이상 1000 이하의 정수여야 합니다."),
        (r#"{"name":"J","goodId":0}"#, "goodId 값은 1 이상의 정수여야 합니다."),
        (r#"{"name":[]}"#, "name 값은 제어 문자가 없는 255자 이하의 문자열이어야 합니다."),
        (r#"{"name":"J","cardNo":1}"#, "cardNo 값은 숫자 8~19자리의 카드 번호여야 합니다."),
        ("{}", "name 값이 필요합니다."),
        ("[]", "본문은 JSON 객체여야 합니다(1행 1열)."),
    ];
    for (body, detail) in cases {
        let answer = door.send("POST", "/orders").header("accept-language", "ko-KR").json(body).now().await;
        assert_eq!((answer.json()["detail"].as_str(), answer.status), (Some(detail), 400), "{body}");
        assert_eq!(answer.json()["title"], "잘못된 요청");
    }
}

#[tokio::test]
async fn a_field_that_is_given_twice_is_refused() {
    let answer = gateway().post("/orders", "{\"name\":\"a\",\n\"qty\":1,\"qty\":2}").await;
    answer.refuses(400, "bad-json").names("qty");
    assert!(answer.json()["detail"].as_str().unwrap().contains("line 2"), "{answer:#?}");
    assert_eq!(gateway().post("/orders", r#"{"name":"a","x":1,"x":2}"#).await.status, 201);
}

#[tokio::test]
async fn bytes_that_are_not_utf8_say_where() {
    let answer = gateway().send("POST", "/orders").bytes(b"{\"x\":\n\"a\xff\"}").now().await;
    answer.refuses(400, "bad-json");
    assert!(answer.json()["detail"].as_str().unwrap().contains("line 2, column 3"), "{answer:#?}");
}

#[tokio::test]
async fn deep_nesting_is_refused_or_skipped_but_never_followed() {
    let door = gateway();
    let deep = "[".repeat(30_000);
    door.post("/orders", &format!(r#"{{"name":{deep}"#)).await.refuses(400, "bad-json");
    door.post("/orders", &deep).await.refuses(400, "bad-json");
    door.post("/orders", &format!(r#"{{"unknown":{deep}"#)).await.refuses(400, "bad-json");
    let closed = format!(r#"{{"name":"Jung","unknown":{deep}{}}}"#, "]".repeat(30_000));
    assert_eq!(door.post("/orders", &closed).await.status, 201);
    let service = service("order");
    let sending = service.send("POST", "/orders").header("holdfast-call", "shop.stock").json(&closed);
    sending.now().await.refuses(400, "bad-json");
}

#[tokio::test]
async fn forms_and_texts_are_not_taken() {
    let door = gateway();
    let wrong = [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/json",
        "application/xml",
        "application/jsonx",
        "json",
        "",
        "application/json; charset=euc-kr",
        "application/jsonp+xml",
    ];
    for kind in wrong {
        let sending = door.send("POST", "/orders").header("content-type", kind);
        sending.bytes(br#"{"name":"Jung"}"#).now().await.refuses(415, "unsupported-media-type");
    }
    let right = [
        "application/json",
        "Application/JSON",
        "application/json;charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/merge-patch+json",
        "application/hal+json",
    ];
    for kind in right {
        let sending = door.send("POST", "/orders").header("content-type", kind);
        assert_eq!(sending.bytes(br#"{"name":"Jung"}"#).now().await.status, 201, "{kind}");
    }
    let untyped = door.send("POST", "/orders").bytes(br#"{"name":"Jung"}"#).now().await;
    assert_eq!(untyped.status, 201, "a missing type is taken as JSON");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_by_its_length_or_while_it_is_read() {
    let door = gateway();
    let large = format!(r#"{{"name":"{}"}}"#, "x".repeat(gateway::limits::BODY_BYTES_MAX));
    let announced = door.send("POST", "/orders").header("content-length", "1000000").bytes(b"{}").now().await;
    announced.refuses(413, "body-too-large");
    assert_eq!(announced.header("connection"), "close");
    let answer = door.send("POST", "/orders").body(Body::from(large)).now().await;
    answer.refuses(413, "body-too-large");
    let most = format!(r#"{{"name":"J","x":"{}"}}"#, "x".repeat(gateway::limits::BODY_BYTES_MAX - 19));
    assert_eq!(most.len(), gateway::limits::BODY_BYTES_MAX);
    assert_eq!(door.post("/orders", &most).await.status, 201);
    assert_eq!(door.front.asks().len(), 1);
}

#[tokio::test]
async fn decimals_and_flags_are_taken_and_lists_only_shown() {
    let door = gateway();
    let good = r#"{"title":"t","lat":"37.55","sold":"true","offers":[{"a":1}]}"#;
    assert_eq!(door.post("/goods", good).await.status, 201);
    assert_eq!(taken(&door), json!({"title": "t", "lat": 37.55, "sold": true}));
    for wrong in [r#""lat":90.5"#, r#""lat":"north""#, r#""lat":"NaN""#, r#""lat":true"#, r#""sold":"yes""#] {
        let field = if wrong.contains("lat") { "lat" } else { "sold" };
        let seen = door.post("/goods", &format!(r#"{{"title":"t",{wrong}}}"#)).await;
        seen.refuses(400, "bad-field");
        assert_eq!(seen.json()["field"], field, "{wrong}");
    }
}

//! Bad input gets a clear problem and changes nothing.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use testkit::http::{Response, raw, request};
use testkit::server::{Process, Server, TempDir, run};

fn problem(response: Response, status: u16, code: &str) -> Value {
    let response = response.is(status);
    let kind = response.header("content-type").unwrap_or_default();
    assert!(kind.starts_with("application/problem+json"), "{kind}");
    let body = response.json();
    assert_eq!(body["code"], code, "{body}");
    for field in
        ["type", "title", "status", "detail", "correlationId", "error", "message", "path", "timestamp"]
    {
        assert!(!body[field].is_null(), "{field} is missing in {body}");
    }
    body
}

#[test]
fn every_kind_of_bad_input_is_told_apart_and_changes_nothing() {
    let process = Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi");
    let to = process.server().gateway;
    let json_type = [("content-type", "application/json")];
    let send =
        |method: &str, path: &str, body: Value| request(to, method, path, &[], &body).expect("it answers");
    let bytes = |path: &str, headers: &[(&str, &str)], body: &[u8]| {
        raw(to, "POST", path, headers, body).expect("it answers")
    };

    problem(send("GET", "/orders/1", Value::Null), 404, "not-found");
    problem(send("GET", "/orders/abc", Value::Null), 404, "not-found");
    problem(send("PUT", "/orders/9", json!({"orderType": "basic"})), 404, "not-found");
    problem(send("PATCH", "/orders/9", json!({"status": "cancelled"})), 404, "not-found");
    problem(send("GET", "/nothing", Value::Null), 404, "not-found");
    problem(send("POST", "/paymentHistories", json!({"orderId": 9})), 404, "unknown-order");
    let malformed = problem(bytes("/orders", &json_type, b"{\"orderType\": "), 400, "bad-json");
    assert!(malformed["detail"].as_str().is_some_and(|text| text.contains("line 1")), "{malformed}");
    problem(bytes("/orders", &json_type, b"[1]"), 400, "bad-json");
    problem(bytes("/orders", &json_type, b"\xff\xfe"), 400, "bad-json");
    problem(send("POST", "/taxis", json!({"taxiName": "a", "stockCnt": "many"})), 400, "bad-field");
    problem(send("POST", "/taxis", json!({"taxiName": "a", "stockCnt": -1})), 400, "bad-field");
    problem(send("POST", "/taxis", json!({"taxiName": "a", "stockCnt": 1.5})), 400, "bad-field");
    let missing = problem(send("POST", "/orders", json!({"name": "Jung"})), 400, "missing-field");
    assert_eq!(missing["field"], "orderType");
    problem(bytes("/orders", &json_type, &vec![b' '; 200_000]), 413, "body-too-large");
    problem(bytes("/orders", &[("content-type", "text/plain")], b"basic"), 415, "unsupported-media-type");
    problem(
        bytes("/orders", &[("content-type", "application/x-www-form-urlencoded")], b"a=b"),
        415,
        "unsupported-media-type",
    );
    let method = send("DELETE", "/orders", Value::Null);
    assert!(method.header("allow").is_some_and(|allow| allow.contains("POST")), "{:?}", method.headers);
    problem(method, 405, "method-not-allowed");
    problem(send("DELETE", "/taxis/1", Value::Null), 405, "method-not-allowed");
    problem(send("GET", "/orders?size=0", Value::Null), 400, "bad-parameter");
    problem(send("GET", "/orders?sort=nothing", Value::Null), 400, "bad-parameter");
    let card = send("POST", "/orders", json!({"orderType": "basic", "cardNo": "4111-abcd-1111"}));
    assert!(!card.text.contains("4111"), "a card number is never echoed: {}", card.text);
    assert_eq!(card.status, 400);

    for plural in ["orders", "taxis", "reservations", "mypages", "paymentHistories"] {
        let list = send("GET", &format!("/{plural}?size=10"), Value::Null).is(200).json();
        assert_eq!(list["page"]["totalElements"], 0, "{plural}");
    }
    assert!(process.lines("events", 1).is_empty());
}

#[test]
fn problems_speak_korean_too() {
    let process = Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi");
    let to = process.server().gateway;
    let korean = request(to, "GET", "/orders/1", &[("accept-language", "ko-KR,ko;q=0.9")], &Value::Null);
    let body = problem(korean.expect("it answers"), 404, "not-found");
    let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
    assert!(body["detail"].as_str().is_some_and(|text| text.chars().any(is_hangul)), "{body}");
}

#[test]
fn the_same_key_acts_once_and_answers_the_same() {
    let process = Process::start(env!("CARGO_BIN_EXE_holdfast"), "taxi");
    let to = process.server().gateway;
    let order = json!({"orderType": "basic", "name": "Jung"});
    let key = [("idempotency-key", "\"abc\"")];
    let first = request(to, "POST", "/orders", &key, &order).expect("it answers").is(201);
    let bare = [("idempotency-key", "abc")];
    let again = request(to, "POST", "/orders", &bare, &order).expect("it answers").is(201);
    assert_eq!((first.json(), first.header("location")), (again.json(), again.header("location")));
    assert!(again.header("idempotency-replayed").is_some());
    let other = request(to, "POST", "/orders", &key, &json!({"orderType": "prime"})).expect("it answers");
    problem(other, 422, "key-reused");
    assert_eq!(process.server().get("/orders").json()["page"]["totalElements"], 1);
}

/// What clients may send in place of any field.
fn hostile() -> Vec<Value> {
    let long = "가".repeat(300);
    let values = [
        json!({}),
        json!([]),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("-"),
        json!(long),
        json!(true),
        Value::Null,
    ];
    values.into()
}

#[test]
fn every_path_of_every_system_answers_whatever_is_sent() {
    let data = TempDir::new("hostile");
    let path = data.path().to_str().expect("text");
    let args = ["up", "--data", path, "--listen", "127.0.0.1:0"];
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_holdfast")), &args, &[]).expect("it starts");
    let (mut asked, mut answers) = (0, BTreeSet::new());
    let mut ask = |method: &str, path: &str, body: &Value| {
        let seen = server.send(method, path, &[], body).expect("it answers");
        assert!(
            seen.status < 500 || seen.status == 503,
            "{method} {path} {body}: {} {}",
            seen.status,
            seen.text
        );
        if seen.status >= 400 {
            let problem = seen.json();
            assert!(
                problem["code"].is_string() && problem["detail"].is_string(),
                "{method} {path}: {problem}"
            );
        }
        asked += 1;
        answers.insert(seen.status);
    };
    let document = server.get("/openapi.json").is(200).json();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let schema = match schema["$ref"].as_str() {
                Some(place) => {
                    document.pointer(place.trim_start_matches('#')).expect("a schema that is there")
                }
                None => schema,
            };
            let fields: Vec<&String> =
                schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
            let path = path.replace("{id}", "1");
            let method = method.to_uppercase();
            for body in [Value::Null, json!([]), json!("x"), json!({}), json!({"unknown": {"deep": [1]}})] {
                ask(&method, &path, &body);
            }
            for field in &fields {
                for value in hostile() {
                    let mut body: serde_json::Map<String, Value> =
                        fields.iter().map(|name| ((*name).clone(), json!("1"))).collect();
                    body.insert((*field).clone(), value);
                    ask(&method, &path, &Value::Object(body));
                }
            }
        }
    }
    assert!(asked > 1_000, "{asked} requests");
    assert!(answers.contains(&400) && answers.contains(&201) && answers.contains(&404), "{answers:?}");
    server.stop();
    let audit = run(Path::new(env!("CARGO_BIN_EXE_holdfast")), &["audit", "--data", path]);
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
}

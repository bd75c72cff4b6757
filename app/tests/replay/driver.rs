//! The commands of the designated-driver document as it prints them, on its ports (R1–R15).
//!
//! Where ours differs on purpose: R4 shows the driver (printed: null); R8 is Drivercalled, DrivermanageAssigned `호출중`,
//! DriverassignCompleted, DrivermanageAssigned `대리기사호출확정` (each type has one sender); R10 is 503 with `Retry-After`
//! (printed: 500), and its path `driverscalls` is a typing error; R9 and R10 name the gateway that was asked; R14 is `호출중`
//! (the text; the picture shows `호출`). Numbers of calls go on: nothing stored is thrown away between the steps.

use crate::{Printed, delete, get, patch, post, shows};
use serde_json::{Value, json};
use std::process::Command;
use std::time::Instant;
use testkit::http::Response;
use testkit::server::eventually;

const WITHOUT_MANAGE: &[&str] = &["--without", "driver.drivermanage"];

/// What httpie sends for `tel=… location=… status=호출 cost=30000`: texts.
fn apartment() -> Value {
    json!({"tel": "01012345678", "location": "마포아파트", "status": "호출", "cost": "30000"})
}

fn status(port: u16, path: &str, status: &str) -> Value {
    shows(port, path, "status", &json!(status))
}

fn number(made: &Response) -> u64 {
    let place = made.header("location").expect("it was made");
    place.rsplit('/').next().and_then(|text| text.parse().ok()).expect("a number")
}

fn rows(port: u16, path: &str, plural: &str) -> Vec<Value> {
    get(port, path).is(200).json()["_embedded"][plural].as_array().expect("rows").clone()
}

#[test]
fn d24_d25_d27_d29_d30_d31_d37_the_commands_run_as_printed() {
    let driver = Printed::new("driver");
    let server = driver.start(&[], &[]);
    for port in ["8088", "8081", "8082", "8083", "8084"] {
        assert!(server.ready.contains(&format!(":{port}")), "{}", server.ready);
    }
    r1_to_r4();
    r5_to_r8(&driver);
    r9_the_gateway();
    six_drivers();
    drop(server);

    r10_r11_refused(&driver);
    r12_accepted(&driver);
    r13_to_r15_driverassign(&driver);
    config_map(&driver);
}

fn r1_to_r4() {
    let body = json!({"tel": "01012345678", "status": "호출", "location": "마포", "cost": "25000"});
    let r1 = post(8081, "/drivercalls", &body).is(201);
    assert_eq!(r1.header("location"), Some("http://127.0.0.1:8081/drivercalls/1"));
    assert_eq!(r1.header("content-type"), Some("application/json;charset=UTF-8"));
    let body = r1.json();
    assert_eq!(body["_links"]["self"]["href"], "http://127.0.0.1:8081/drivercalls/1");
    assert_eq!(body["_links"]["drivercall"]["href"], "http://127.0.0.1:8081/drivercalls/1");
    assert_eq!((&body["cost"], &body["location"]), (&json!(25_000), &json!("마포")));
    assert_eq!((&body["status"], &body["tel"]), (&json!("호출"), &json!("01012345678")));

    let body = json!({"tel": "01056789012", "status": "호출", "location": "서대문구", "cost": "30000"});
    let r2 = post(8081, "/drivercalls", &body).is(201);
    assert_eq!(r2.header("location"), Some("http://127.0.0.1:8081/drivercalls/2"));
    assert_eq!(r2.json()["status"], "호출");

    for number in 1..=2 {
        let r3 = status(8081, &format!("/drivercalls/{number}"), "호출확정");
        assert!(r3["driver"].is_string(), "{r3}");
    }
    status(8082, "/drivermanages/2", "대리기사호출확정");
    let r4 = rows(8082, "/drivermanages/", "drivermanages");
    assert_eq!(r4.len(), 2);
    let first = &r4[0];
    assert_eq!((&first["orderId"], &first["status"]), (&json!("1"), &json!("대리기사호출확정")));
    assert_eq!((&first["cost"], &first["location"]), (&json!(25_000), &json!("마포")));
    assert_eq!((&first["driver"], &first["driverid"]), (&json!("백영곤"), &json!("34가4567")));
}

fn r5_to_r8(driver: &Printed) {
    delete(8081, "/drivercalls/1").is(204);
    let r6 = get(8081, "/drivercalls/").is(200).json();
    let left = r6["_embedded"]["drivercalls"].as_array().expect("rows").clone();
    assert_eq!(left.len(), 1, "only call 2");
    assert_eq!(left[0]["_links"]["self"]["href"], "http://127.0.0.1:8081/drivercalls/2");
    assert_eq!(left[0]["status"], "호출확정");
    assert!(r6["_links"]["profile"]["href"].is_string());
    assert_eq!(r6["page"]["totalElements"], 1);
    status(8082, "/drivermanages/1", "대리기사호출취소");
    let r7 = rows(8082, "/drivermanages/", "drivermanages");
    assert_eq!(r7[1]["status"], "대리기사호출확정", "unchanged");

    status(8084, "/customers/1", "호출취소");
    let r8 = said(driver);
    let names: Vec<&str> = r8.iter().filter_map(|event| event["eventType"].as_str()).collect();
    let expected = [
        "Drivercalled",
        "DrivermanageAssigned",
        "DriverassignCompleted",
        "DrivermanageAssigned",
        "DrivercallCancelled",
        "DrivermanageCancelled",
        "DriverassignCancelled",
    ];
    assert_eq!(names, expected);
    assert_eq!((&r8[1]["status"], &r8[3]["status"]), (&json!("호출중"), &json!("대리기사호출확정")));
    let assigned = &r8[2];
    assert_eq!(assigned["assignstatus"], "대리기사할당확정");
    for field in ["driverid", "driver", "drivertel", "tel", "location"] {
        assert!(assigned[field].is_string(), "{field} of {assigned}");
    }
    assert_eq!((&r8[4]["tel"], &r8[4]["assignstatus"]), (&json!("01012345678"), &Value::Null));
    let row = get(8084, "/customers/search/findByTel?tel=01012345678").is(200).json();
    let messages = row["_embedded"]["customers"][0]["messages"].as_array().expect("a list").clone();
    assert_eq!(messages.len(), 3, "taken, assigned, canceled: {messages:?}");
}

/// The public events of call 1.
fn said(driver: &Printed) -> Vec<Value> {
    let data = driver.data.path().to_str().expect("a temporary path is text");
    let args = ["events", "driver", "--correlation", "1", "--data", data];
    let output = Command::new(env!("CARGO_BIN_EXE_holdfast")).args(args).output().expect("it runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = text.lines().filter_map(|line| serde_json::from_str(line.get(line.find('{')?..)?).ok());
    lines.collect()
}

fn r9_the_gateway() {
    let r9 = get(8088, "/drivercalls").is(200).json();
    assert_eq!(r9["page"]["totalElements"], 1);
    let made = post(8088, "/drivercalls", &apartment()).is(201);
    assert_eq!(made.header("location"), Some("http://127.0.0.1:8088/drivercalls/3"));
    for path in ["/drivermanages", "/driverassigns", "/drivers", "/customers"] {
        get(8088, path).is(200);
    }
}

fn six_drivers() {
    let drivers = rows(8083, "/drivers", "drivers");
    assert_eq!(drivers.len(), 6);
    assert_eq!((&drivers[5]["driver"], &drivers[5]["status"]), (&json!("유승오"), &json!("대기")));
    let found = get(8083, "/drivers/search/findByStatus?status=%EB%8C%80%EA%B8%B0").is(200).json();
    assert_eq!(found["_embedded"]["drivers"].as_array().map(Vec::len), Some(4));
    patch(8083, "/driverassigns/2", &json!({"status": "운행종료"})).is(200);
    status(8081, "/drivercalls/2", "운행종료");
    delete(8081, "/drivercalls/2").is(409);
}

fn r10_r11_refused(driver: &Printed) {
    let refuse = [("HOLDFAST_DRIVER_FALLBACK", "refuse")];
    let server = driver.start(WITHOUT_MANAGE, &refuse);
    let before = get(8081, "/drivercalls").json()["page"]["totalElements"].clone();
    for port in [8088, 8081] {
        let r10 = post(port, "/drivercalls/", &apartment()).is(503);
        let seconds = r10.header("retry-after").and_then(|text| text.parse::<u32>().ok());
        assert!(seconds.is_some_and(|seconds| seconds >= 1), "{:?}", r10.headers);
        assert_eq!(r10.json()["path"], "/drivercalls/");
    }
    post(8088, "/driverscalls/", &apartment()).is(404);
    assert_eq!(get(8081, "/drivercalls").json()["page"]["totalElements"], before, "nothing stored");
    drop(server);
    let server = driver.start(&[], &refuse);
    let r11 = post(8081, "/drivercalls/", &apartment()).is(201);
    assert_eq!(r11.json()["status"], "호출");
    status(8081, &format!("/drivercalls/{}", number(&r11)), "호출확정");
    drop(server);
}

fn r12_accepted(driver: &Printed) {
    let server = driver.start(WITHOUT_MANAGE, &[]);
    let r12 = post(8081, "/drivercalls/", &apartment()).is(201);
    let number = number(&r12);
    assert_eq!(r12.json()["status"], "호출");
    let page = status(8084, &format!("/customers/{number}"), "호출");
    assert_eq!(page["confirmed"], false);
    let line = format!("Circuit breaker has been opened. Fallback returned instead. {number}");
    eventually(|| server.said(), |said| said.contains(&line));
    drop(server);
    // Asked for again when drivermanage is back, as it was promised.
    let server = driver.start(&[], &[]);
    status(8081, &format!("/drivercalls/{number}"), "호출확정");
    drop(server);
}

fn r13_to_r15_driverassign(driver: &Printed) {
    let server = driver.start(&["--without", "driver.driverassign"], &[]);
    let r13 = post(8081, "/drivercalls/", &apartment()).is(201);
    let path = format!("/drivercalls/{}", number(&r13));
    status(8081, &path, "호출중");
    assert_eq!(get(8088, "/driverassigns").status, 503, "the gateway says so at once");
    drop(server);
    let server = driver.start(&[], &[]);
    let r15 = status(8081, &path, "호출확정");
    assert!(r15["driver"].is_string());
    drop(server);
}

/// `SLEEP_ME` from a configuration map: each call takes so much longer.
fn config_map(driver: &Printed) {
    let server = driver.start(&[], &[("SLEEP_ME", "300")]);
    let begin = Instant::now();
    post(8081, "/drivercalls/", &apartment()).is(201);
    assert!(begin.elapsed().as_millis() >= 300, "{:?}", begin.elapsed());
    let begin = Instant::now();
    get(8081, "/drivercalls/").is(200);
    assert!(begin.elapsed().as_millis() < 300, "only calls are delayed");
    eventually(|| server.said(), |said| said.contains("SLEEPING..............300"));
    server.stop();
}

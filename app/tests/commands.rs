//! The commands of the binary beside `up`, and what stops a start.

use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use testkit::server::{Process, Server, TempDir, eventually, run};

const BINARY: &str = env!("CARGO_BIN_EXE_holdfast");

fn sqlite(file: &str, statement: &str) {
    let connection = rusqlite::Connection::open(file).expect("it is a database");
    let changed = connection.execute(statement, []).expect("the statement is right");
    assert!(changed > 0, "{statement} changes nothing");
}

/// A data directory with one confirmed and one cancelled order, server stopped.
fn two_bookings() -> TempDir {
    let data = TempDir::new("audit");
    let path = data.path().to_str().expect("text");
    let args = ["up", "taxi", "--data", path, "--listen", "127.0.0.1:0", "--no-service-ports"];
    let server = Server::start(Path::new(BINARY), &args, &[]).expect("it starts");
    for number in 1..=2 {
        server.post("/orders", &json!({"orderType": "basic", "name": "Jung"})).is(201);
        let page = format!("/mypages/{number}");
        eventually(|| server.get(&page).json()["status"].clone(), |status| status == "Reservation Complete");
    }
    server.post("/reservations", &json!({"orderId": 1, "status": "confirmed"})).is(201);
    server.send("DELETE", "/orders/2", &[], &serde_json::Value::Null).expect("it answers").is(204);
    let refunded = |status: &serde_json::Value| status == "Your reservation is canceled!";
    eventually(|| server.get("/mypages/2").json()["status"].clone(), refunded);
    eventually(|| server.get("/mypages/1").json()["status"].clone(), |status| status == "confirmed");
    server.stop();
    data
}

fn audit(data: &TempDir) -> (Option<i32>, String) {
    let output = run(Path::new(BINARY), &["audit", "--data", data.path().to_str().expect("text")]);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn audit_names_whatever_was_tampered_with() {
    let data = two_bookings();
    assert_eq!(audit(&data).0, Some(0), "{}", audit(&data).1);
    let order = "UPDATE \"taxi.order\" SET state = replace(state, 'Jung', 'Hong') WHERE id = 1";
    let page = "UPDATE \"taxi.mypage\" SET body = replace(body, 'confirmed', 'cancelled') WHERE id = 1";
    let tampered = [
        ("holdfast.db", "DELETE FROM log WHERE seq = 3", "row 3"),
        ("holdfast.db", "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)", "is missing"),
        ("views.db", order, "taxi.order 1"),
        ("views.db", page, "taxi.mypage 1"),
        ("views.db", "UPDATE \"taxi.reservation\" SET due = NULL WHERE id = 1", "taxi.reservation 1"),
        ("views.db", "DELETE FROM \"taxi.payment\" WHERE id = 2", "taxi.payment 2"),
        ("provider.db", "DELETE FROM account WHERE number = 1", "taxi.payment/1"),
        ("provider.db", "UPDATE account SET returned_at = NULL WHERE number = 2", "taxi.payment/2"),
    ];
    for (file, statement, named) in tampered {
        let copy = TempDir::new("tampered");
        for entry in std::fs::read_dir(data.path()).expect("it is there") {
            let from = entry.expect("it is there").path();
            std::fs::copy(&from, copy.path().join(from.file_name().expect("a file")))
                .expect("it can be copied");
        }
        sqlite(copy.path().join(file).to_str().expect("text"), statement);
        let (code, said) = audit(&copy);
        assert_eq!(code, Some(1), "{statement}: {said}");
        assert!(said.contains(named), "{statement}: {said}");
    }
}

#[test]
fn the_log_and_the_ledger_belong_together() {
    for (file, kept) in [("holdfast.db", "provider.db"), ("provider.db", "holdfast.db")] {
        let data = two_bookings();
        std::fs::remove_file(data.path().join(file)).expect("it is there");
        let path = data.path().to_str().expect("text");
        let args = ["up", "taxi", "--data", path, "--listen", "127.0.0.1:0", "--no-service-ports"];
        let error = Server::start(Path::new(BINARY), &args, &[]).map(drop).expect_err("it must not start");
        assert!(error.contains(file) && error.contains(kept), "{error}");
    }
}

#[test]
fn audit_says_when_there_are_no_views() {
    let data = two_bookings();
    std::fs::remove_file(data.path().join("views.db")).expect("it is there");
    let (code, said) = audit(&data);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("views.db"), "{said}");
}

#[test]
fn audit_is_clean_beside_a_busy_server() {
    let process = Process::start(BINARY, "taxi");
    let to = process.server().gateway;
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let stop = std::sync::Arc::clone(&stop);
            std::thread::spawn(move || {
                let order = json!({"orderType": "basic", "name": "Jung"});
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    testkit::http::request(to, "POST", "/orders", &[], &order).expect("it answers").is(201);
                }
            })
        })
        .collect();
    for _ in 0..5 {
        let output = run(Path::new(BINARY), &["audit", "--data", process.data()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for client in clients {
        client.join().expect("every order is taken");
    }
}

#[test]
fn a_view_is_rebuilt_as_it_was_with_the_server_running_or_not() {
    let data = two_bookings();
    let path = data.path().to_str().expect("text");
    let args = ["up", "taxi", "--data", path, "--listen", "127.0.0.1:0", "--no-service-ports"];
    let server = Server::start(Path::new(BINARY), &args, &[]).expect("it starts");
    let before = server.get("/mypages").json();
    assert!(run(Path::new(BINARY), &["rebuild", "taxi.mypage", "--data", path]).status.success());
    assert_eq!(server.get("/mypages").json(), before);
    server.stop();
    assert!(run(Path::new(BINARY), &["rebuild", "taxi.mypage", "--data", path]).status.success());
    assert_eq!(audit(&data).0, Some(0), "{}", audit(&data).1);
    let unknown = run(Path::new(BINARY), &["rebuild", "taxi.nothing", "--data", path]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("taxi.mypage"));
}

#[test]
fn lost_views_come_back_from_the_log() {
    let data = two_bookings();
    for file in ["views.db", "views.db-wal", "views.db-shm"] {
        // The last two are gone after a clean stop.
        let _ = std::fs::remove_file(data.path().join(file));
    }
    let path = data.path().to_str().expect("text");
    let args = ["up", "taxi", "--data", path, "--listen", "127.0.0.1:0", "--no-service-ports"];
    let server = Server::start(Path::new(BINARY), &args, &[]).expect("it starts");
    assert_eq!(server.get("/mypages/1").json()["status"], "confirmed");
    assert_eq!(server.get("/orders/2").json()["status"], "cancelled");
    server.stop();
    assert_eq!(audit(&data).0, Some(0), "{}", audit(&data).1);
}

#[test]
fn events_and_notices_are_printed_beside_a_running_server() {
    let process = Process::start(BINARY, "taxi");
    let server = process.server();
    server
        .post("/orders", &json!({"orderType": "basic", "name": "Jung", "cardNo": "4111111111115656"}))
        .is(201);
    let events = eventually(|| process.lines("events", 1), |lines| lines.len() == 3);
    for line in &events {
        for field in ["eventType", "timestamp", "ce_time", "ce_id", "ce_source", "ce_subject", "ce_sequence"]
        {
            assert!(!line[field].is_null(), "{field} is missing in {line}");
        }
        assert_eq!(line["correlation"], 1);
        assert!(!line.to_string().contains("411111"), "no card number leaves: {line}");
    }
    assert_eq!(events[0]["cardNo"], "********5656");
    let notices = eventually(|| process.lines("notices", 1), |lines| lines.len() == 2);
    assert_eq!(notices[0]["to"], "Jung");
    for file in
        ["holdfast.db", "holdfast.db-wal", "views.db", "views.db-wal", "provider.db", "provider.db-wal"]
    {
        let bytes = std::fs::read(Path::new(process.data()).join(file)).unwrap_or_default();
        let found = bytes.windows(16).any(|part| part == b"4111111111115656");
        assert!(!found, "{file} holds a card number");
    }
}

#[test]
fn t37_t38_the_two_values_of_the_payment_service() {
    let data = TempDir::new("file");
    let file = data.path().join("LOGS");
    let shown = file.to_str().expect("text");
    let path = data.path().to_str().expect("text");
    let args = ["up", "taxi", "--data", path, "--listen", "127.0.0.1:0", "--no-service-ports"];
    let env = [
        ("HOLDFAST_TAXI_PAYMENT_FILE", shown),
        ("MIN_TAX_PRICE", "4200"),
        ("PAYMENT_GATEWAY_SERVER", "http://pg.example.com"),
    ];
    let server = Server::start(Path::new(BINARY), &args, &env).expect("it starts");
    assert_eq!(server.post("/orders", &json!({"orderType": "basic"})).is(201).json()["amount"], 4200);
    let wanted =
        "OS 환경변수 MIN_TAX_PRICE 값: 4200\nOS 환경변수 PAYMENT_GATEWAY_SERVER 값: http://pg.example.com\n";
    eventually(|| std::fs::read_to_string(&file).unwrap_or_default(), |text| text == wanted);
}

#[test]
fn a_wrong_start_ends_with_a_sentence() {
    let data = TempDir::new("wrong");
    let path = data.path().to_str().expect("text");
    let start = |args: &[&str], env: &[(&str, &str)]| {
        let args: Vec<&str> =
            args.iter().copied().chain(["--data", path, "--listen", "127.0.0.1:0"]).collect();
        Server::start(Path::new(BINARY), &args, env).map(|server| server.ready.clone())
    };
    type Wrong<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);
    let wrong: [Wrong<'_>; 8] = [
        (&["up"], &[("MIN_TAX_PRICE", "0")], "MIN_TAX_PRICE"),
        (&["up"], &[("HOLDFAST_TAXI_PAYMENT_FILE", "/no/such/folder/LOGS")], "HOLDFAST_TAXI_PAYMENT_FILE"),
        (&["up"], &[("MIN_TAX_PRICE", "cheap")], "MIN_TAX_PRICE"),
        (&["up"], &[("HOLDFAST_PAYMENT_DELAY_MS", "9..1")], "HOLDFAST_PAYMENT_DELAY_MS"),
        (&["up"], &[("HOLDFAST_PAYMENT_PROVIDER", "bank")], "HOLDFAST_PAYMENT_PROVIDER"),
        (&["up"], &[("HOLDFAST_TAXY", "1")], "HOLDFAST_TAXY"),
        (&["up", "taxy"], &[], "taxy"),
        (&["up", "--without", "taxi.nobody"], &[], "taxi.nobody"),
    ];
    for (args, env, named) in wrong {
        let error = start(args, env).expect_err("it must not start");
        assert!(error.contains(named), "{error}");
    }
    let server = Server::start(Path::new(BINARY), &["up", "--data", path, "--listen", "127.0.0.1:0"], &[]);
    let server = server.expect("it starts");
    let second = start(&["up"], &[]).expect_err("one process owns the data");
    assert!(second.contains("in use"), "{second}");
    server.stop();
}

/// Whoever reads the ready line may end it at once.
#[test]
fn from_the_ready_line_on_sigterm_ends_it_in_order() {
    for _ in 0..10 {
        let data = TempDir::new("term");
        let path = data.path().to_str().expect("text");
        let args = ["up", "--data", path, "--listen", "127.0.0.1:0"];
        Server::start(Path::new(BINARY), &args, &[]).expect("it starts").stop();
    }
}

/// Generous here (a debug build on a shared machine); the README's figure is measured by the benchmark.
#[test]
fn all_systems_start_at_once_and_serve_under_their_prefix() {
    let data = TempDir::new("start");
    let began = Instant::now();
    let path = data.path().to_str().expect("text");
    let server = Server::start(Path::new(BINARY), &["up", "--data", path, "--listen", "127.0.0.1:0"], &[]);
    let server = server.expect("it starts");
    assert!(began.elapsed() < Duration::from_secs(10));
    for system in ["seat", "driver", "concert", "room"] {
        server.get(&format!("/{system}/openapi.json")).is(200);
        assert!(server.get("/").json()["_links"][system]["href"].is_string());
    }
    assert_eq!(server.get("/driver/drivers").json()["page"]["totalElements"], 6);
    let placed = server.post("/taxi/orders", &json!({"orderType": "basic", "name": "Jung"})).is(201);
    let place = placed.header("location").expect("it is placed").to_owned();
    assert_eq!(place, format!("http://{}/taxi/orders/1", server.gateway));
    server.get("/actuator/health").is(200);
    server.get("/openapi.json").is(200);
    server.get("/taxi/openapi.json").is(200);
    assert_eq!(
        run(Path::new(BINARY), &["probe", "--url", &format!("http://{}/actuator/health", server.gateway)])
            .status
            .code(),
        Some(0)
    );
    assert_eq!(run(Path::new(BINARY), &["probe", "--file", "/no/such/file"]).status.code(), Some(1));
    server.stop();
}

//! The commands of the five documents as they print them, on the ports that they print. The ports are fixed, so one
//! document at a time: each test holds [`Printed`] as long as it runs.

mod concert;
mod driver;
mod room;
mod seat;
mod taxi;

use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use testkit::http::{Response, request};
use testkit::server::{Server, TempDir, eventually};

/// What httpie sends.
const HTTPIE: [(&str, &str); 2] = [("accept", "application/json, */*;q=0.5"), ("user-agent", "HTTPie/3.2.1")];

static PORTS: Mutex<()> = Mutex::new(());

/// A document's system, on its ports for as long as this lives.
struct Printed {
    system: &'static str,
    data: TempDir,
    _ports: MutexGuard<'static, ()>,
}

impl Printed {
    fn new(system: &'static str) -> Self {
        let ports = PORTS.lock().unwrap_or_else(PoisonError::into_inner);
        Self { system, data: TempDir::new(system), _ports: ports }
    }

    /// Starts it, with these flags and variables; what was stored before is there.
    fn start(&self, flags: &[&str], env: &[(&str, &str)]) -> Server {
        let data = self.data.path().to_str().expect("a temporary path is text");
        let args: Vec<&str> =
            ["up", self.system, "--data", data].into_iter().chain(flags.iter().copied()).collect();
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_holdfast")), &args, env);
        server.unwrap_or_else(|error| panic!("{error}"))
    }
}

fn http(method: &str, port: u16, path: &str, body: &Value) -> Response {
    request(SocketAddr::from(([127, 0, 0, 1], port)), method, path, &HTTPIE, body).expect("it answers")
}

fn post(port: u16, path: &str, body: &Value) -> Response {
    http("POST", port, path, body)
}

fn patch(port: u16, path: &str, body: &Value) -> Response {
    http("PATCH", port, path, body)
}

fn delete(port: u16, path: &str) -> Response {
    http("DELETE", port, path, &Value::Null)
}

fn get(port: u16, path: &str) -> Response {
    http("GET", port, path, &Value::Null)
}

/// Comes to show this value in that field at last: the record.
fn shows(port: u16, path: &str, field: &str, value: &Value) -> Value {
    let is_so = |seen: &Response| seen.status == 200 && seen.json()[field] == *value;
    eventually(|| get(port, path), is_so).json()
}

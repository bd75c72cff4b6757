//! The real binary in a process of its own, and the stage that it is.

use crate::http::{self, Response};
use crate::seen::Seen;
use crate::stage::Stage;
use kernel::{Method, Millis};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long something eventual may take before a test fails. Far above what it takes.
const PATIENCE_TRIES: u32 = 2_000;
const PAUSE: Duration = Duration::from_millis(10);

/// A directory that is removed when dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new(name: &str) -> Self {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("holdfast-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("the temporary directory can be made");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // What is left of a test is no reason to fail another.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running `holdfast up …`.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Everything after `ready`.
    pub ready: String,
    /// Where the gateway listens.
    pub gateway: SocketAddr,
    said: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it and waits for its ready line. The error is what it said on stderr.
    pub fn start(binary: &Path, args: &[&str], env: &[(&str, &str)]) -> Result<Self, String> {
        let mut child = Command::new(binary)
            .args(args)
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let ready = lines.find_map(|line| line.ok()?.strip_prefix("ready ").map(str::to_owned));
        // Read all the time, so that the server never waits for its reader.
        let stderr = child.stderr.take().expect("it is piped");
        let said = Arc::new(Mutex::new(String::new()));
        let says = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut said = says.lock().unwrap_or_else(PoisonError::into_inner);
                said.push_str(&line);
                said.push('\n');
            }
        });
        let Some(ready) = ready else {
            child.wait().expect("it has ended");
            listener.join().expect("a reader does not panic");
            return Err(said.lock().unwrap_or_else(PoisonError::into_inner).clone());
        };
        let gateway = ready.split_whitespace().next().and_then(|url| url.strip_prefix("http://"));
        let gateway =
            gateway.and_then(|address| address.parse().ok()).expect("the ready line begins with an address");
        Ok(Self { child, ready, gateway, said })
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// What it has written to stderr so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// SIGTERM; it must end with 0.
    pub fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("kill is there").success());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "SIGTERM ended it with {status}");
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> std::io::Result<Response> {
        http::request(self.gateway, method, path, headers, body)
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[], &Value::Null).expect("it answers")
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Response {
        self.send("POST", path, &[], body).expect("it answers")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command of the binary to its end.
pub fn run(binary: &Path, args: &[&str]) -> Output {
    Command::new(binary).args(args).stdin(Stdio::null()).output().expect("the binary starts")
}

/// Tries until it is so, or the test fails with the last thing seen.
#[track_caller]
pub fn eventually<T: std::fmt::Debug>(mut look: impl FnMut() -> T, is_so: impl Fn(&T) -> bool) -> T {
    let mut seen = look();
    for _ in 0..PATIENCE_TRIES {
        if is_so(&seen) {
            return seen;
        }
        std::thread::sleep(PAUSE);
        seen = look();
    }
    panic!("it never came to be so: {seen:?}")
}

/// The binary as a stage: one system at the root of a gateway of its own, data in a temporary directory.
#[derive(Debug)]
pub struct Process {
    binary: PathBuf,
    system: String,
    data: TempDir,
    without: BTreeSet<String>,
    delay_ms: Option<u64>,
    server: Option<Server>,
}

impl Process {
    pub fn start(binary: &str, system: &str) -> Self {
        let data = TempDir::new(system);
        let mut process = Self {
            binary: binary.into(),
            system: system.into(),
            data,
            without: BTreeSet::new(),
            delay_ms: None,
            server: None,
        };
        process.restart();
        process
    }

    pub fn data(&self) -> &str {
        self.data.path().to_str().expect("a temporary path is text")
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    fn restart(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        let without: Vec<String> =
            self.without.iter().map(|service| format!("{}.{service}", self.system)).collect();
        let mut args =
            vec!["up", &self.system, "--data", self.data(), "--listen", "127.0.0.1:0", "--no-service-ports"];
        args.extend(without.iter().flat_map(|name| ["--without", name.as_str()]));
        let delay = self.delay_ms.map(|ms| ms.to_string());
        let env: Vec<(&str, &str)> =
            delay.iter().map(|ms| ("HOLDFAST_PAYMENT_DELAY_MS", ms.as_str())).collect();
        let server = Server::start(&self.binary, &args, &env);
        self.server = Some(server.unwrap_or_else(|error| panic!("it does not start: {error}")));
    }

    /// Lines of `holdfast events` or `holdfast notices` about one booking.
    pub fn lines(&self, command: &str, correlation: u64) -> Vec<Value> {
        let number = correlation.to_string();
        let output =
            run(&self.binary, &[command, &self.system, "--data", self.data(), "--correlation", &number]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("lines are UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    fn texts(&self, command: &str, correlation: u64, field: &str) -> Vec<String> {
        let text = |line: &Value| line[field].as_str().unwrap_or_default().to_owned();
        self.lines(command, correlation).iter().map(text).collect()
    }
}

fn seen(response: &Response) -> Seen {
    let mut body = response.json();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("_links");
    }
    let location = response.header("location").and_then(|place| place.rsplit('/').next()?.parse().ok());
    let problem = response.status >= 400;
    let code = if problem { body["code"].as_str().map(str::to_owned) } else { None };
    let replayed = response.header("idempotency-replayed").is_some();
    Seen { status: response.status, id: location, body, code, replayed }
}

impl Stage for Process {
    #[track_caller]
    fn ask(&mut self, method: Method, path: &str, body: Value) -> Seen {
        seen(&self.server().send(method.name(), path, &[], &body).expect("it answers"))
    }

    fn get(&mut self, path: &str) -> Seen {
        seen(&self.server().get(path))
    }

    fn list(&mut self, plural: &str) -> Vec<Value> {
        let page = self.server().get(&format!("/{plural}?size=1000&sort=id")).is(200).json();
        page["_embedded"][plural].as_array().cloned().unwrap_or_default()
    }

    #[track_caller]
    fn comes_to_show(&mut self, path: &str, field: &str, value: Value) {
        eventually(|| self.get(path), |seen| seen.status == 200 && seen.body[field] == value);
    }

    #[track_caller]
    fn comes_to_say(&mut self, correlation: u64, story: &str) {
        eventually(|| self.texts("events", correlation, "eventType").join(" → "), |said| said == story);
    }

    #[track_caller]
    fn comes_to_tell(&mut self, correlation: u64, texts: &[&str]) {
        eventually(|| self.texts("notices", correlation, "text"), |told| told == texts);
    }

    fn stop_service(&mut self, service: &str) {
        self.without.insert(service.into());
        self.restart();
    }

    fn start_service(&mut self, service: &str) {
        self.without.remove(service);
        self.restart();
    }

    fn slow_provider(&mut self, delay: Millis) {
        self.delay_ms = Some(delay.0);
        self.restart();
    }

    #[track_caller]
    fn audit(&mut self) {
        let output = run(&self.binary, &["audit", "--data", self.data()]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

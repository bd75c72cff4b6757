//! `kill -9` at any instant under load: what was answered 2xx is there, the audit is clean, everything comes to an end.

mod everywhere;
mod taxi;

use std::path::Path;
use testkit::server::{Server, TempDir, run};

const BINARY: &str = env!("CARGO_BIN_EXE_holdfast");

/// One system, or with `None` all of them, over this data.
fn start(data: &TempDir, system: Option<&str>) -> Server {
    let path = data.path().to_str().expect("a temporary path is text");
    let flags = ["--data", path, "--listen", "127.0.0.1:0", "--no-service-ports"];
    let args: Vec<&str> = ["up"].into_iter().chain(system).chain(flags).collect();
    Server::start(Path::new(BINARY), &args, &[]).unwrap_or_else(|error| panic!("{error}"))
}

fn audit(data: &TempDir) {
    let audit = run(Path::new(BINARY), &["audit", "--data", data.path().to_str().expect("text")]);
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
}

//! A server on this machine that says what a test tells it to, and remembers what it was asked.

use engine::ports::{OutboundCall, Port};
use kernel::{Answer, Body, Request};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heard {
    /// `POST /captures`
    pub(crate) what: String,
    /// As sent, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) json: Value,
}

impl Heard {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) enum Reaction {
    Answer(u16, &'static str),
    AnswerLater(Duration, u16),
    Silence,
    HangUp,
}

#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    accepted: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn start(react: impl Fn(usize, &Heard) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { address, heard: Arc::default(), accepted: Arc::default(), most: Arc::default() };
        let (shared, react, open) = (server.clone(), Arc::new(react), Arc::new(AtomicUsize::new(0)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (shared, react, open) = (shared.clone(), Arc::clone(&react), Arc::clone(&open));
                shared.accepted.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || {
                    let now = open.fetch_add(1, Ordering::SeqCst) + 1;
                    shared.most.fetch_max(now, Ordering::SeqCst);
                    let mut stream = BufReader::new(stream.unwrap());
                    while shared.serve(&mut stream, &*react).is_some() {}
                    open.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The most connections that were open at once.
    pub(crate) fn most_connections(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    /// How many connections there were in all.
    pub(crate) fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// One request; `None`: the connection is over.
    fn serve(
        &self,
        stream: &mut BufReader<TcpStream>,
        react: &(dyn Fn(usize, &Heard) -> Reaction + Send + Sync),
    ) -> Option<()> {
        let heard = read(stream)?;
        let before = {
            let mut all = self.heard.lock().unwrap();
            all.push(heard.clone());
            all.len() - 1
        };
        let (status, text) = match react(before, &heard) {
            Reaction::Answer(status, text) => (status, text),
            Reaction::AnswerLater(time, status) => {
                thread::sleep(time);
                (status, "{}")
            }
            Reaction::Silence => {
                // Until the other side has had enough.
                drop(stream.read(&mut [0]));
                return None;
            }
            Reaction::HangUp => return None,
        };
        let length = text.len();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nlocation: /\r\n\r\n");
        stream.get_mut().write_all((head + text).as_bytes()).ok()
    }
}

fn read(stream: &mut impl BufRead) -> Option<Heard> {
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|length| *length > 0)?;
        Some(line.trim_end().to_owned())
    };
    let what = line()?.trim_end_matches(" HTTP/1.1").to_owned();
    let mut headers = Vec::new();
    while let Some((name, value)) = line()?.split_once(": ") {
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut heard = Heard { what, headers, json: Value::Null };
    let mut json = vec![0; heard.header("content-length")?.parse().unwrap()];
    stream.read_exact(&mut json).ok()?;
    heard.json = serde_json::from_slice(&json).unwrap();
    Some(heard)
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub(crate) fn call(path: &str, fields: Body) -> OutboundCall {
    OutboundCall {
        key: "taxi.payment/7/authorize/1".into(),
        from: "taxi.payment".into(),
        to: "provider".into(),
        request: Request::post(path, fields),
        tries: 0,
    }
}

/// Asks, and hears the answer later.
pub(crate) fn asked(port: &dyn Port, call: OutboundCall) -> mpsc::Receiver<Option<Answer>> {
    let (told, hears) = mpsc::channel();
    port.ask(call, Box::new(move |answer| drop(told.send(answer))));
    hears
}

#[track_caller]
pub(crate) fn heard<T>(hears: &mpsc::Receiver<T>) -> T {
    hears.recv_timeout(PATIENCE).expect("whoever asks is told something in the end")
}

/// Warnings are kept instead of logged.
pub(crate) fn warnings() -> (outbound_http::Warn, Arc<Mutex<Vec<String>>>) {
    let kept = Arc::<Mutex<Vec<String>>>::default();
    let keeps = Arc::clone(&kept);
    (Box::new(move |warning| keeps.lock().unwrap().push(warning.to_owned())), kept)
}

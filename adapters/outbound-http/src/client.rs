//! The one HTTP client: a JSON object out, a JSON object or a no back, within a second, over a few connections.

use crate::address::Address;
use crate::connector::{self, Connector};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{ACCEPT, CONTENT_TYPE};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

/// One try takes no longer, waiting for a connection included; then it counts as unanswered and is made again.
pub const PER_TRY: Duration = Duration::from_secs(1);

/// Connections to one address at a time.
pub const MAX_CONNECTIONS: usize = 64;

/// Calls under way or waiting for a connection; more are unanswered at once.
pub const MAX_OPEN: usize = 1_024;

/// An unused connection is closed after this: less than common servers keep theirs (Node.js 5 s excepted, where a
/// request that finds its connection closed is sent again over a new one).
const IDLE: Duration = Duration::from_secs(15);

/// Bytes of an answer; ours are a few hundred.
const MAX_ANSWER: usize = 64 << 10;

/// Called once when an address stops answering, and again only after it has answered in between.
pub type Warn = Box<dyn Fn(&str) + Send + Sync>;

/// Told once what came of a call; `None`: nobody answered.
pub(crate) type Tell<T> = Box<dyn FnOnce(Option<T>) + Send>;

/// A client of one address, with its limits. Cheap to clone; clones share all.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

struct Inner {
    address: Address,
    runtime: Handle,
    http: legacy::Client<Connector, Full<Bytes>>,
    connections: Semaphore,
    open: Arc<Semaphore>,
    warn: Warn,
    silent: AtomicBool,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.address.fmt(f)
    }
}

impl Client {
    pub(crate) fn new(address: Address, runtime: Handle, warn: Warn) -> Self {
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MAX_CONNECTIONS)
            .build(connector::connector());
        let (connections, open) = (Semaphore::new(MAX_CONNECTIONS), Arc::new(Semaphore::new(MAX_OPEN)));
        Self(Arc::new(Inner {
            address,
            runtime,
            http,
            connections,
            open,
            warn,
            silent: AtomicBool::new(false),
        }))
    }

    /// Runs `work` on the runtime and tells what came of it. A no in words, too many calls at once and a runtime that
    /// ends are all told as no answer.
    pub(crate) fn call<T, F>(&self, tell: Tell<T>, work: impl FnOnce(Self) -> F)
    where
        T: Send + 'static,
        F: Future<Output = Result<T, String>> + Send + 'static,
    {
        let told = Told(Some(tell));
        let Ok(open) = Arc::clone(&self.0.open).try_acquire_owned() else {
            return self.say("too many are under way");
        };
        let (client, work) = (self.clone(), work(self.clone()));
        self.0.runtime.spawn(async move {
            let answer = match work.await {
                Ok(answer) => {
                    client.0.silent.store(false, Ordering::Relaxed);
                    Some(answer)
                }
                Err(trouble) => {
                    client.say(&trouble);
                    None
                }
            };
            drop(open);
            told.now(answer);
        });
    }

    /// Posts a JSON document. The words of an error hold nothing of what was sent.
    pub(crate) async fn post(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        json: String,
    ) -> Result<(StatusCode, Bytes), String> {
        let until = Instant::now() + PER_TRY;
        let late = |_| format!("no answer within {} ms", PER_TRY.as_millis());
        timeout_at(until, self.exchange(path, headers, json, until))
            .await
            .unwrap_or_else(|end| Err(late(end)))
    }

    async fn exchange(
        &self,
        path: &str,
        headers: &[(&'static str, &str)],
        json: String,
        until: Instant,
    ) -> Result<(StatusCode, Bytes), String> {
        let connection = self.0.connections.acquire().await.map_err(in_words)?;
        let left = until.saturating_duration_since(Instant::now()).as_millis();
        let mut request = Request::post(self.0.address.of(path))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, application/problem+json")
            .header("holdfast-time-left-ms", left.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::from(json)).map_err(in_words)?;
        let answer = self.0.http.request(request).await.map_err(in_words)?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
        drop(connection);
        Ok((status, body.map_err(|error| in_words(&*error))?.to_bytes()))
    }

    /// Warns of the address, if it answered before.
    fn say(&self, trouble: &str) {
        if !self.0.silent.swap(true, Ordering::Relaxed) {
            (self.0.warn)(&format!("requests to {:?} fail: {trouble}", self.0.address));
        }
    }
}

/// An error with all its causes.
fn in_words(error: impl Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

/// Whoever waits is told once, whatever happens: also when the task is dropped with its runtime, or panics.
struct Told<T>(Option<Tell<T>>);

impl<T> Told<T> {
    fn now(mut self, answer: Option<T>) {
        if let Some(tell) = self.0.take() {
            tell(answer);
        }
    }
}

impl<T> Drop for Told<T> {
    fn drop(&mut self) {
        if let Some(tell) = self.0.take() {
            tell(None);
        }
    }
}

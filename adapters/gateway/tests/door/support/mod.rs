//! A tiny system and an engine that only remembers, so that the door can be tried alone.
mod front;
mod shop;
mod socket;

pub use front::{FakeFront, done};
pub use shop::shop;
pub use socket::{serving, talk};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use gateway::{Options, Scope, router};
use kernel::Body as Record;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

/// A door before a fake engine.
pub struct Door {
    pub front: Arc<FakeFront>,
    pub router: Router,
}

/// The gateway: the shop under `/shop`, and at the root too, as `up shop` has it.
pub fn gateway() -> Door {
    gateway_with(Options::default())
}

pub fn gateway_with(options: Options) -> Door {
    let system = Arc::new(shop());
    let scope = Scope::Systems(vec![("".into(), Arc::clone(&system)), ("/shop".into(), system)]);
    door(&scope, options)
}

/// The listener of one service.
pub fn service(name: &str) -> Door {
    door(&Scope::Service(Arc::new(shop()), name.into()), Options::default())
}

pub fn door(scope: &Scope, options: Options) -> Door {
    let front = Arc::new(FakeFront::default());
    let router = router(front.clone(), scope, options);
    Door { front, router }
}

/// A record from a JSON object.
#[track_caller]
pub fn record(json: &Value) -> Record {
    serde_json::from_value(json.clone()).expect("a test's record is an object")
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        match self.headers.get(name) {
            Some(value) => value.to_str().expect("a header of ours is ASCII"),
            None => panic!("no header {name} in {self:#?}"),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(json) => json,
            Err(error) => panic!("{error} in {self:#?}"),
        }
    }

    /// The address of a link.
    #[track_caller]
    pub fn link(&self, relation: &str) -> String {
        let json = self.json();
        let href = &json["_links"][relation]["href"];
        href.as_str().unwrap_or_else(|| panic!("no link {relation} in {json:#}")).to_owned()
    }

    /// Says no as every no must: the document of RFC 9457 and the fields of old clients.
    #[track_caller]
    pub fn refuses(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.status, status, "{self:#?}");
        assert_eq!(self.header("content-type"), "application/problem+json;charset=UTF-8");
        let json = self.json();
        assert_eq!(json["code"], code, "{json:#}");
        assert_eq!(json["status"], status);
        assert_eq!(json["type"], format!("urn:holdfast:problem:{code}"));
        assert_eq!(json["correlationId"], self.header("x-correlation-id"));
        assert_eq!(json["message"], json["detail"]);
        assert_eq!(json["timestamp"], "2026-03-01T12:34:56.789Z");
        for name in ["title", "detail", "error", "path"] {
            assert!(json[name].as_str().is_some_and(|text| !text.is_empty()), "{name} in {json:#}");
        }
        if status == 503 {
            assert!(self.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1));
        }
        self
    }

    /// Says which field is at fault.
    #[track_caller]
    pub fn names(&self, field: &str) -> &Self {
        assert_eq!(self.json()["field"], field, "{self:#?}");
        assert!(self.json()["detail"].as_str().is_some_and(|text| text.contains(field)), "{self:#?}");
        self
    }
}

/// A request in the making: `door.get("/orders").header("accept", "text/html").await`-like, with `send` at its end.
pub struct Sending<'a> {
    door: &'a Door,
    request: axum::http::request::Builder,
    body: Body,
}

impl Door {
    pub fn send(&self, method: &str, path: &str) -> Sending<'_> {
        let request = Request::builder().method(method).uri(path).header("host", "localhost:8088");
        Sending { door: self, request, body: Body::empty() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path).now().await
    }

    pub async fn post(&self, path: &str, json: &str) -> Answer {
        self.send("POST", path).json(json).now().await
    }

    pub async fn patch(&self, path: &str, json: &str) -> Answer {
        self.send("PATCH", path).json(json).now().await
    }
}

impl Sending<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn json(self, json: &str) -> Self {
        self.header("content-type", "application/json").bytes(json.as_bytes())
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.body = Body::from(bytes.to_vec());
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    pub async fn now(self) -> Answer {
        let request = self.request.body(self.body).expect("a test sends proper requests");
        let response = self.door.router.clone().oneshot(request).await.expect("a router cannot fail");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("bodies of ours are in memory");
        let text = String::from_utf8(bytes.to_vec()).expect("bodies of ours are UTF-8");
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }
}

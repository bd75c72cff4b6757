//! Health in the form of the source documents' framework.

use crate::hal::{self, Links};
use crate::limits::RETRY_AFTER_S;
use crate::links::Base;
use crate::problem::Refusal;
use crate::site::Visit;
use axum::body::Body;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response, StatusCode};

const PATHS: [&str; 5] = ["", "health", "health/liveness", "health/readiness", "info"];

/// Whether there is something at this path below `/actuator/`.
pub(crate) fn exists(rest: &str) -> bool {
    PATHS.contains(&rest)
}

pub(crate) fn show(visit: &Visit<'_>, rest: &str) -> Result<Response<Body>, Refusal> {
    let ready = visit.site.options.ready.get();
    match rest {
        "" => Ok(json(StatusCode::OK, links(visit))),
        "info" => Ok(json(StatusCode::OK, info())),
        "health/readiness" if !ready => {
            let mut response =
                json(StatusCode::SERVICE_UNAVAILABLE, br#"{"status":"OUT_OF_SERVICE"}"#.to_vec());
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_S.into());
            Ok(response)
        }
        // A process that answers lives. It is not started anew because something it needs is down.
        "health" | "health/liveness" | "health/readiness" => {
            Ok(json(StatusCode::OK, br#"{"status":"UP"}"#.to_vec()))
        }
        _ => Err(Refusal::not_found()),
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response<Body> {
    hal::answer(status, HeaderValue::from_static("application/json;charset=UTF-8"), body)
}

fn info() -> Vec<u8> {
    format!(r#"{{"app":{{"name":"holdfast","version":"{}"}}}}"#, env!("CARGO_PKG_VERSION")).into_bytes()
}

fn links(visit: &Visit<'_>) -> Vec<u8> {
    let base = Base::of(visit.parts, "/actuator");
    let mut links = Links::behind(Vec::new());
    links.add("self", base.as_str());
    for path in PATHS.iter().filter(|path| !path.is_empty()) {
        links.add(&path.replace('/', "-"), &format!("{}/{path}", base.as_str()));
    }
    links.end(format_args!(""))
}

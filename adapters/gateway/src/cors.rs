//! Which pages of other origins a browser lets read our answers.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue};

/// The rule for pages of other origins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cors {
    /// Every origin, without credentials: nothing that a browser knows of its user is in such a request.
    #[default]
    Any,
    /// These origins (`https://book.example.com`), with credentials. Empty: none.
    Only(Vec<String>),
}

/// Headers that a page may send.
const MAY_SEND: HeaderValue = HeaderValue::from_static(
    "Accept, Accept-Language, Content-Type, Idempotency-Key, Prefer, X-Correlation-Id",
);

/// Headers that a page may read.
const MAY_READ: HeaderValue = HeaderValue::from_static(
    "Location, Retry-After, Allow, Idempotency-Replayed, Preference-Applied, X-Correlation-Id",
);

/// How long a browser may remember a preflight, in seconds.
const REMEMBERED_S: HeaderValue = HeaderValue::from_static("3600");

/// Whether this OPTIONS only asks if another request would be allowed.
pub(crate) fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

impl Cors {
    /// What every answer to a page of another origin carries.
    pub(crate) fn mark(&self, asked: &HeaderMap, answer: &mut HeaderMap) {
        let origin = asked.get(ORIGIN);
        match self {
            Self::Any if origin.is_some() => {
                answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, MAY_READ);
            }
            Self::Any => {}
            Self::Only(allowed) => {
                answer.append(VARY, HeaderValue::from_static("Origin"));
                let Some(origin) = origin else { return };
                if allowed.iter().any(|one| one.as_bytes() == origin.as_bytes()) {
                    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                    answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                    answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, MAY_READ);
                }
            }
        }
    }

    /// What the answer to a preflight carries besides.
    pub(crate) fn permit(methods: &HeaderValue, answer: &mut HeaderMap) {
        answer.insert(ACCESS_CONTROL_ALLOW_METHODS, methods.clone());
        answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, MAY_SEND);
        answer.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED_S);
    }
}

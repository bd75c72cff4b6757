//! A no on the wire: RFC 9457, with the fields that clients of the source documents look for.

use crate::accept::korean;
use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use engine::ports::StoredProblem;
use kernel::{Problem, Time};
use serde::Serialize;

/// Why a request ends here, and what its answer must carry besides the problem. Boxed: errors are rare and large.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Inner>);

#[derive(Debug)]
struct Inner {
    problem: Problem,
    allow: Option<HeaderValue>,
    close: bool,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(Box::new(Inner { problem, allow: None, close: false }))
    }
}

impl Refusal {
    /// Nothing is at this path, or nobody may know of it.
    pub(crate) fn not_found() -> Self {
        Problem::new(404, "not-found", "There is nothing here.", "요청하신 것이 없습니다.").into()
    }

    /// The method is not one of those that the path has.
    pub(crate) fn method_not_allowed(allow: &HeaderValue) -> Self {
        let names = allow.to_str().unwrap_or_default();
        let english = format!("This path takes {names}.");
        let korean = format!("이 경로에서 쓸 수 있는 메서드는 {names}입니다.");
        let mut refusal = Self::from(Problem::new(405, "method-not-allowed", english, korean));
        refusal.0.allow = Some(allow.clone());
        refusal
    }

    /// What is thrown when code of ours panicked: a bug, which says nothing to clients.
    pub(crate) fn internal() -> Self {
        let korean = "서버 오류입니다. 오류가 계속되면 correlationId와 함께 알려 주세요.";
        let english = "Something went wrong on our side. If it stays, report it with the correlationId.";
        Problem::new(500, "internal-error", english, korean).into()
    }

    /// The connection ends after this answer: what the client still sends is not worth reading.
    pub(crate) fn closing(mut self) -> Self {
        self.0.close = true;
        self
    }

    pub(crate) fn response(&self, scene: &Scene<'_>) -> Response<Body> {
        let inner = &*self.0;
        let problem = &inner.problem;
        let said = Said {
            status: problem.status,
            code: problem.code,
            english: &problem.english,
            korean: &problem.korean,
            field: problem.field.as_deref(),
            retry_after_s: problem.retry_after_s,
        };
        let mut response = said.response(scene);
        if let Some(allow) = &inner.allow {
            response.headers_mut().insert(ALLOW, allow.clone());
        }
        if inner.close {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// Where a problem occurred.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) path: &'a str,
    pub(crate) correlation: &'a HeaderValue,
    pub(crate) now: Time,
}

/// A problem of this process or one kept with an idempotency key.
#[derive(Debug)]
struct Said<'a> {
    status: u16,
    code: &'a str,
    english: &'a str,
    korean: &'a str,
    field: Option<&'a str>,
    retry_after_s: Option<u32>,
}

/// The engine's no.
pub(crate) fn stored(
    status: u16,
    problem: &StoredProblem,
    retry_after_s: Option<u32>,
    scene: &Scene<'_>,
) -> Response<Body> {
    let StoredProblem { code, english, korean, field } = problem;
    Said { status, code, english, korean, field: field.as_deref(), retry_after_s }.response(scene)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    correlation_id: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    // The old fields.
    error: &'a str,
    message: &'a str,
    path: &'a str,
    timestamp: String,
}

impl Said<'_> {
    fn response(&self, scene: &Scene<'_>) -> Response<Body> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let is_korean = korean(scene.headers);
        let english_title = status.canonical_reason().unwrap_or("Error");
        let detail = if is_korean { self.korean } else { self.english };
        let document = Document {
            r#type: format!("urn:holdfast:problem:{}", self.code),
            title: if is_korean { korean_title(status) } else { english_title },
            status: status.as_u16(),
            code: self.code,
            correlation_id: scene.correlation.to_str().unwrap_or_default(),
            detail,
            field: self.field,
            error: english_title,
            message: detail,
            path: scene.path,
            timestamp: scene.now.rfc3339_ms(),
        };
        let json = serde_json::to_vec(&document).expect("texts and numbers always serialize");
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json;charset=UTF-8"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(if is_korean { "ko" } else { "en" }));
        if let Some(seconds) = retry_after_s(status, self.retry_after_s) {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Every 503 names at least one second.
fn retry_after_s(status: StatusCode, said: Option<u32>) -> Option<u32> {
    match said {
        Some(seconds) => Some(seconds.max(1)),
        None => (status == StatusCode::SERVICE_UNAVAILABLE).then_some(crate::limits::RETRY_AFTER_S),
    }
}

fn korean_title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "잘못된 요청",
        401 => "인증 필요",
        402 => "결제 거절",
        403 => "권한 없음",
        404 => "찾을 수 없음",
        405 => "허용되지 않는 메서드",
        406 => "제공할 수 없는 형식",
        408 => "요청 시간 초과",
        409 => "현재 상태와 충돌",
        413 => "본문이 너무 큼",
        414 => "주소가 너무 김",
        415 => "지원하지 않는 형식",
        422 => "처리할 수 없는 요청",
        429 => "너무 많은 요청",
        500 => "서버 오류",
        503 => "서비스를 이용할 수 없음",
        _ => "오류",
    }
}

//! Takes in a request body, within its limits of size, time and type.

use crate::limits::{BODY_BYTES_MAX, BODY_WITHIN, LINGER_BYTES_MAX, LINGER_WITHIN};
use crate::problem::Refusal;
use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use kernel::Problem;
use tokio::time::timeout;

/// A missing type is taken as JSON; forms and texts are not.
pub(crate) fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Ok(()) };
    let text = value.to_str().unwrap_or_default();
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(is_json);
    let charset = parts.find_map(|part| {
        part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
    });
    let is_readable = charset.is_none_or(|(_, name)| {
        let name = name.trim().trim_matches('"');
        name.eq_ignore_ascii_case("utf-8")
            || name.eq_ignore_ascii_case("utf8")
            || name.eq_ignore_ascii_case("us-ascii")
    });
    if is_json && is_readable {
        return Ok(());
    }
    Err(Problem::new(
        415,
        "unsupported-media-type",
        "Send the fields as a JSON object in UTF-8, with Content-Type: application/json.",
        "필드는 UTF-8로 된 JSON 객체로, Content-Type: application/json과 함께 보내 주세요.",
    ))
}

fn is_json(essence: &str) -> bool {
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    let suffix = subtype.len().checked_sub(5).and_then(|at| subtype.get(at..));
    kind.eq_ignore_ascii_case("application")
        && (subtype.eq_ignore_ascii_case("json")
            || suffix.is_some_and(|end| end.eq_ignore_ascii_case("+json")))
}

/// All of the body. What is too long is refused by its announced length, else as soon as it has become too long.
pub(crate) async fn read(headers: &HeaderMap, body: &mut Body) -> Result<Bytes, Refusal> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > BODY_BYTES_MAX as u64) {
        return Err(too_large());
    }
    match timeout(BODY_WITHIN, collect(body)).await {
        Ok(read) => read,
        Err(_late) => Err(too_slow()),
    }
}

async fn collect(body: &mut Body) -> Result<Bytes, Refusal> {
    let first = piece(body).await?.unwrap_or_default();
    if first.len() > BODY_BYTES_MAX {
        return Err(too_large());
    }
    // Nearly always the whole body is one piece, which then is not copied.
    if body.is_end_stream() {
        return Ok(first);
    }
    let mut whole = first.to_vec();
    while let Some(next) = piece(body).await? {
        if whole.len() + next.len() > BODY_BYTES_MAX {
            return Err(too_large());
        }
        whole.extend_from_slice(&next);
    }
    Ok(whole.into())
}

/// The next piece of data; trailers are not for us.
async fn piece(body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(broken_off()) };
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}

fn too_large() -> Refusal {
    let english = format!("The body is larger than {BODY_BYTES_MAX} bytes.");
    let korean = format!("본문이 {BODY_BYTES_MAX}바이트보다 큽니다.");
    Refusal::from(Problem::new(413, "body-too-large", english, korean)).closing()
}

fn too_slow() -> Refusal {
    let seconds = BODY_WITHIN.as_secs();
    let english = format!("The body did not arrive within {seconds} s.");
    let korean = format!("본문이 {seconds}초 안에 도착하지 않았습니다.");
    Refusal::from(Problem::new(408, "body-too-slow", english, korean)).closing()
}

fn broken_off() -> Refusal {
    let problem = Problem::new(400, "body-broken-off", "The body broke off.", "본문이 중간에 끊겼습니다.");
    Refusal::from(problem).closing()
}

/// Lets a client finish sending what nobody wants, so that it comes to read the answer.
pub(crate) fn discard(mut body: Body) {
    if body.is_end_stream() {
        return;
    }
    tokio::spawn(timeout(LINGER_WITHIN, async move {
        let mut bytes = 0;
        while let Some(Ok(frame)) = body.frame().await {
            bytes += frame.data_ref().map_or(0, Bytes::len);
            if bytes > LINGER_BYTES_MAX {
                break;
            }
        }
    }));
}

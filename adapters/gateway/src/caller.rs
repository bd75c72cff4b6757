//! Who asks, under which key, and by which name the request is spoken of afterwards.

use crate::limits::{CORRELATION_CHARS_MAX, KEY_CHARS_MAX};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use kernel::Problem;
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A durable call of a service names itself here: `taxi.order`.
pub(crate) const HOLDFAST_CALL: HeaderName = HeaderName::from_static("holdfast-call");
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// Until there are identities, all people are one caller of idempotency keys.
pub(crate) const PERSON: &str = "person";

/// The service that calls, by its header: `system.service` in small letters, digits and hyphens.
pub(crate) fn calling_service(headers: &HeaderMap) -> Option<&str> {
    let name = headers.get(HOLDFAST_CALL)?.to_str().ok()?;
    let (system, service) = name.split_once('.')?;
    let is_name = |text: &str| {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !text.is_empty() && text.len() <= 64 && text.bytes().all(known)
    };
    (is_name(system) && is_name(service)).then_some(name)
}

/// The key, bare as most clients send it or quoted as the standard has it.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<Cow<'_, str>>, Problem> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none()).ok_or_else(bad_key)?.trim();
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let key = match quoted {
        Some(inner) => unescaped(inner).ok_or_else(bad_key)?,
        None => Cow::Borrowed(text),
    };
    let fits = (1..=KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(Some(key)) } else { Err(bad_key()) }
}

/// Inside quotes, a backslash stands before a quote or a backslash and nothing else.
fn unescaped(inner: &str) -> Option<Cow<'_, str>> {
    if !inner.contains(['\\', '"']) {
        return Some(Cow::Borrowed(inner));
    }
    let mut key = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return None,
            '\\' => key.push(characters.next().filter(|next| matches!(next, '"' | '\\'))?),
            other => key.push(other),
        }
    }
    Some(Cow::Owned(key))
}

fn bad_key() -> Problem {
    Problem::new(
        400,
        "bad-idempotency-key",
        format!("Idempotency-Key must be given once, with 1 to {KEY_CHARS_MAX} visible ASCII characters."),
        format!("Idempotency-Key는 한 번만, 공백 없는 ASCII 문자 1~{KEY_CHARS_MAX}자로 보내야 합니다."),
    )
}

/// The client's own name for the request, if it is a harmless one, else a new name.
pub(crate) fn correlation(headers: &HeaderMap) -> HeaderValue {
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=@".contains(byte);
    match headers.get(CORRELATION_ID) {
        Some(given)
            if (1..=CORRELATION_CHARS_MAX).contains(&given.len()) && given.as_bytes().iter().all(known) =>
        {
            given.clone()
        }
        _ => fresh(),
    }
}

/// Random by process, counted within: unique without a random number for each request.
fn fresh() -> HeaderValue {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("holdfast"));
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let text = format!("{:016x}-{number:x}", *PROCESS);
    HeaderValue::try_from(text).expect("hexadecimal digits are a header value")
}

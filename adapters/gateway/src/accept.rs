//! What a client wants to read: media type, language, how much.

use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::{HeaderMap, HeaderValue};
use kernel::Problem;

/// The two forms of the same JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    Hal,
    Json,
}

impl Media {
    pub(crate) const fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Hal => "application/hal+json;charset=UTF-8",
            Self::Json => "application/json;charset=UTF-8",
        })
    }
}

/// The wanted form; of equal weights the first. Nobody asks: HAL.
pub(crate) fn media(headers: &HeaderMap) -> Result<Media, Problem> {
    let mut best: Option<(Media, f32)> = None;
    let mut asked = false;
    for (range, weight) in weighted(headers.get_all(ACCEPT)) {
        asked = true;
        let Some(media) = form_of(range) else { continue };
        if weight > best.map_or(0.0, |(_, highest)| highest) {
            best = Some((media, weight));
        }
    }
    match best {
        Some((media, _)) => Ok(media),
        None if asked => Err(Problem::new(
            406,
            "not-acceptable",
            "This is only to be had as application/hal+json or application/json.",
            "application/hal+json 또는 application/json 형식으로만 제공됩니다.",
        )),
        None => Ok(Media::Hal),
    }
}

fn form_of(range: &str) -> Option<Media> {
    const FORMS: [(&str, Media); 7] = [
        ("*/*", Media::Hal),
        ("application/json", Media::Json),
        ("application/hal+json", Media::Hal),
        ("application/*", Media::Hal),
        // Browsers show plain JSON and would save HAL as a file.
        ("text/html", Media::Json),
        ("text/*", Media::Json),
        // A client that only names this expects a success to be JSON.
        ("application/problem+json", Media::Json),
    ];
    FORMS.iter().find(|(name, _)| range.eq_ignore_ascii_case(name)).map(|(_, media)| *media)
}

/// Whether texts are wanted in Korean rather than in English.
pub(crate) fn korean(headers: &HeaderMap) -> bool {
    let mut korean: f32 = 0.0;
    let mut english: f32 = 0.0;
    for (tag, weight) in weighted(headers.get_all(ACCEPT_LANGUAGE)) {
        let language = tag.split('-').next().unwrap_or_default();
        if language.eq_ignore_ascii_case("ko") && weight > english {
            korean = korean.max(weight);
        } else if language.eq_ignore_ascii_case("en") || language == "*" {
            english = english.max(weight);
        }
    }
    korean > 0.0 && korean >= english
}

/// The names of a header with weights, 1 where none is said.
fn weighted<'a>(values: impl IntoIterator<Item = &'a HeaderValue>) -> impl Iterator<Item = (&'a str, f32)> {
    let lists = values.into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).filter_map(|element| {
        let mut parts = element.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let said = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = said.map_or(1.0, |text| text.trim().parse::<f32>().unwrap_or(0.0));
        Some((name, weight))
    })
}

/// Whether the client wants no record back (RFC 7240).
pub(crate) fn minimal(headers: &HeaderMap) -> bool {
    let lists = headers.get_all("prefer").into_iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|wish| wish.trim().eq_ignore_ascii_case("return=minimal"))
}

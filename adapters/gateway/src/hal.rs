//! Writes records and links into bytes, without building a tree of them first.

use crate::links::Base;
use crate::table::Entry;
use axum::body::Body as HttpBody;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Response, StatusCode};
use engine::ports::Page;
use kernel::{Body, Id};
use std::io::Write;

/// What a row with its links takes in bytes, nearly always.
const ROW_BYTES: usize = 384;

/// A record as JSON object, with its links put into it. `record`: the JSON text of an object.
pub(crate) fn item(record: &[u8], href: &str, singular: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(record.len() + 2 * href.len() + singular.len() + 64);
    out.extend_from_slice(record);
    add_links(&mut out, href, singular);
    out
}

pub(crate) fn item_of(record: &Body, href: &str, singular: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(ROW_BYTES);
    write_body(&mut out, record);
    add_links(&mut out, href, singular);
    out
}

fn write_body(out: &mut Vec<u8>, record: &Body) {
    serde_json::to_writer(out, record).expect("named JSON values always serialize into memory");
}

/// `out` ends in an object, which gets one more field.
fn add_links(out: &mut Vec<u8>, href: &str, singular: &str) {
    let end = out.pop();
    debug_assert_eq!(end, Some(b'}'), "a record is a JSON object without space around it");
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    for part in
        [r#""_links":{"self":{"href":""#, href, r#""},""#, singular, r#"":{"href":""#, href, r#""}}}"#]
    {
        out.extend_from_slice(part.as_bytes());
    }
}

/// The rows of a list under their plural, up to the links, which the caller writes behind it.
pub(crate) fn embedded(base: &Base, entry: &Entry, page: &Page) -> Vec<u8> {
    let table = entry.resource();
    let mut out = Vec::with_capacity(256 + page.rows.len() * ROW_BYTES);
    out.extend_from_slice(br#"{"_embedded":{""#);
    out.extend_from_slice(table.plural.as_bytes());
    out.extend_from_slice(br#"":["#);
    for (at, (id, record)) in page.rows.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write_body(&mut out, record);
        add_links(&mut out, &base.item(table.plural, *id), table.singular);
    }
    out.extend_from_slice(b"]}");
    out
}

/// An object of links, `"_links":{…}`, one after the other.
#[derive(Debug)]
pub(crate) struct Links {
    out: Vec<u8>,
    any: bool,
}

impl Links {
    /// Behind what `out` holds of an object so far.
    pub(crate) fn behind(mut out: Vec<u8>) -> Self {
        out.push(if out.is_empty() { b'{' } else { b',' });
        out.extend_from_slice(br#""_links":{"#);
        Self { out, any: false }
    }

    /// `href` has no character that JSON would escape.
    pub(crate) fn add(&mut self, relation: &str, href: &str) -> &mut Self {
        self.write(relation, href, false)
    }

    /// The client fills in what stands in braces (RFC 6570).
    pub(crate) fn add_template(&mut self, relation: &str, href: &str) -> &mut Self {
        self.write(relation, href, true)
    }

    fn write(&mut self, relation: &str, href: &str, templated: bool) -> &mut Self {
        let before = if self.any { r#",""# } else { r#"""# };
        let behind = if templated { r#"","templated":true}"# } else { r#""}"# };
        for part in [before, relation, r#"":{"href":""#, href, behind] {
            self.out.extend_from_slice(part.as_bytes());
        }
        self.any = true;
        self
    }

    /// The object, with `more` fields behind the links: `,"page":{…}` or nothing.
    pub(crate) fn end(self, more: std::fmt::Arguments<'_>) -> Vec<u8> {
        let mut out = self.out;
        out.push(b'}');
        out.write_fmt(more).expect("memory takes every write");
        out.push(b'}');
        out
    }
}

pub(crate) fn answer(status: StatusCode, content_type: HeaderValue, body: Vec<u8>) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

/// Where the record of a reply is: what its number is, and under which resource.
#[derive(Debug)]
pub(crate) struct Spot<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) id: Id,
}

impl Spot<'_> {
    pub(crate) fn href(&self, base: &Base) -> String {
        base.item(self.entry.resource().plural, self.id)
    }
}

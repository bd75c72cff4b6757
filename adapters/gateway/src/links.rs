//! The address a client used, so that links lead back the same way.

use axum::http::header::HOST;
use axum::http::request::Parts;

/// `http://localhost:8088/taxi`: what stands before `/orders`. Only characters that need no escaping in JSON.
#[derive(Debug)]
pub(crate) struct Base(String);

impl Base {
    /// From `X-Forwarded-*`, else `Host`, else the request line. Whoever sends false headers only misleads their
    /// own links, so they are believed from anybody, as in the source documents.
    pub(crate) fn of(parts: &Parts, prefix: &str) -> Self {
        let scheme = forwarded(parts, "x-forwarded-proto")
            .filter(|scheme| matches!(*scheme, "http" | "https"))
            .unwrap_or("http");
        let asked = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let asked = asked.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
        let host = forwarded(parts, "x-forwarded-host").filter(|host| is_host(host));
        let host = host.or(asked.filter(|host| is_host(host))).unwrap_or("localhost");
        let port = forwarded(parts, "x-forwarded-port").filter(|port| port.parse::<u16>().is_ok());
        let before = forwarded(parts, "x-forwarded-prefix").filter(|before| is_prefix(before));

        let mut base = String::with_capacity(96);
        base.push_str(scheme);
        base.push_str("://");
        match port {
            Some(port) => {
                base.push_str(without_port(host));
                if !matches!((scheme, port), ("http", "80") | ("https", "443")) {
                    base.push(':');
                    base.push_str(port);
                }
            }
            None => base.push_str(host),
        }
        base.push_str(before.unwrap_or_default().trim_end_matches('/'));
        base.push_str(prefix);
        Self(base)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The address of one record.
    pub(crate) fn item(&self, plural: &str, id: kernel::Id) -> String {
        use std::fmt::Write;
        let mut href = String::with_capacity(self.0.len() + plural.len() + 24);
        href.push_str(&self.0);
        href.push('/');
        href.push_str(plural);
        // Writing to a string cannot fail.
        let _ = write!(href, "/{id}");
        href
    }
}

/// The first of a list: what the outermost proxy saw.
fn forwarded<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    let list = parts.headers.get(name)?.to_str().ok()?;
    list.split(',').next().map(str::trim)
}

fn is_host(host: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(known)
}

fn is_prefix(prefix: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_~".contains(&byte);
    prefix.starts_with('/') && prefix.len() <= 255 && prefix.bytes().all(known)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

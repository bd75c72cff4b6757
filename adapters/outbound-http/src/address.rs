//! An address as it was configured: checked at the start, and shown without what may be secret in it.

use hyper::Uri;
use std::fmt;

/// Where requests go.
pub(crate) struct Address {
    /// As configured.
    whole: String,
    /// Scheme, host and port. The rest is never shown: receivers of notices often have a secret in their path.
    shown: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Address {
    /// Reads an address; what cannot be used gets a sentence that names the variable it came from.
    pub(crate) fn parse(variable: &str, text: &str) -> Result<Self, String> {
        let no =
            |why: &str| format!("{variable} {why}; it must be an address such as http://127.0.0.1:9000.");
        let uri: Uri = text.trim().parse().map_err(|_| no("cannot be read"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(no("has no scheme or no host"));
        };
        match scheme {
            "http" => {}
            "https" if cfg!(feature = "tls") => {}
            "https" => {
                return Err(no("begins with https, which this build cannot speak (cargo feature `tls`)"));
            }
            _ => return Err(no("begins with neither http nor https")),
        }
        if authority.as_str().contains('@') {
            return Err(no("has a user or a password in it, which would not be sent"));
        }
        if authority.host().is_empty()
            || (authority.as_str() != authority.host() && authority.port_u16().is_none())
        {
            return Err(no("has no host or no usable port"));
        }
        Ok(Self { whole: text.trim().into(), shown: format!("{scheme}://{authority}") })
    }

    /// The address of a path below it; of itself, if the path is empty.
    pub(crate) fn of(&self, path: &str) -> String {
        if path.is_empty() { self.whole.clone() } else { self.whole.trim_end_matches('/').to_owned() + path }
    }

    /// Whether paths can be put behind it.
    pub(crate) fn has_query(&self) -> bool {
        self.whole.contains('?')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn address(text: &str) -> Address {
        Address::parse("PAYMENT_GATEWAY_SERVER", text).unwrap()
    }

    #[test]
    fn paths_go_behind_it_and_it_is_shown_without_its_own() {
        let plain = address("http://pg.example.com");
        assert_eq!(plain.of("/captures"), "http://pg.example.com/captures");
        let deep = address(" http://127.0.0.1:9000/v1/ ");
        assert_eq!(deep.of("/captures"), "http://127.0.0.1:9000/v1/captures");
        assert_eq!(address("http://h/secret?x=1").of(""), "http://h/secret?x=1");
        assert_eq!(format!("{:?}", address("http://h:1/secret?x=1")), "http://h:1");
        assert!(address("http://h/secret?x=1").has_query() && !deep.has_query());
    }

    #[test]
    fn what_cannot_be_used_gets_a_sentence_without_what_may_be_secret() {
        for text in [
            "",
            "pg.example.com",
            "/path",
            "ftp://h",
            "http://",
            "http://u:p@h",
            "http://h:x",
            "http://h:70000",
            "http://:80",
            "x y",
        ] {
            let sentence = Address::parse("HOLDFAST_NOTIFIER_URL", text).unwrap_err();
            assert!(sentence.starts_with("HOLDFAST_NOTIFIER_URL "), "{sentence}");
            assert!(sentence.ends_with("such as http://127.0.0.1:9000."), "{sentence}");
            assert!(!sentence.contains("u:p"), "{sentence}");
        }
    }

    #[test]
    fn https_needs_the_feature() {
        let read = Address::parse("PAYMENT_GATEWAY_SERVER", "https://pg.example.com");
        if cfg!(feature = "tls") {
            assert_eq!(read.unwrap().of("/captures"), "https://pg.example.com/captures");
        } else {
            assert!(read.unwrap_err().contains("cargo feature `tls`"));
        }
    }
}

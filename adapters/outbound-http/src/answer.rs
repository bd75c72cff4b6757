//! Reading what comes back.

use kernel::Body;

/// A stored code of a no is not longer, in characters.
const MAX_CODE: usize = 64;

/// The JSON object of an answer; an answer without any content is an empty one. Anything else is not from whom we
/// asked: a page of some proxy must not pass for a payment.
pub(crate) fn body(answer: &[u8]) -> Result<Body, String> {
    if answer.is_empty() {
        return Ok(Body::new());
    }
    serde_json::from_slice(answer).map_err(|_| "the answer is not a JSON object".into())
}

/// The stable code of a no, if it has a usable one.
pub(crate) fn code(answer: &[u8]) -> String {
    let code = body(answer).ok().and_then(|problem| problem.owned("code"));
    let usable = |code: &String| {
        let fits = (1..=MAX_CODE).contains(&code.len());
        fits && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    code.filter(usable).unwrap_or_else(|| "refused".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_an_object_or_nothing() {
        assert_eq!(body(b"").unwrap(), Body::new());
        assert_eq!(body(br#"{"status":"captured"}"#).unwrap(), Body::new().with("status", "captured"));
        for answer in ["OK", "[]", "\"x\"", "<html>", "{"] {
            assert!(body(answer.as_bytes()).is_err(), "{answer}");
        }
    }

    #[test]
    fn a_code_is_short_and_plain_or_not_taken() {
        assert_eq!(code(br#"{"code":"card-declined"}"#), "card-declined");
        let long = format!(r#"{{"code":"{}"}}"#, "x".repeat(MAX_CODE + 1));
        for answer in ["", "no", "{}", r#"{"code":""}"#, r#"{"code":7}"#, r#"{"code":"a b"}"#, &long] {
            assert_eq!(code(answer.as_bytes()), "refused", "{answer}");
        }
    }
}

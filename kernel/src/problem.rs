//! A no that a person can act on.

use alloc::string::String;

/// What goes into an RFC 9457 answer. `code` is stable and independent of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub status: u16,
    pub code: &'static str,
    pub english: String,
    pub korean: String,
    /// The field at fault, as the client named it.
    pub field: Option<String>,
    /// Seconds; every 503 has one.
    pub retry_after_s: Option<u32>,
}

impl Problem {
    pub fn new(
        status: u16,
        code: &'static str,
        english: impl Into<String>,
        korean: impl Into<String>,
    ) -> Self {
        let retry_after_s = (status == 503).then_some(1);
        Self { status, code, english: english.into(), korean: korean.into(), field: None, retry_after_s }
    }

    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    #[must_use]
    pub fn retry_after_s(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

/// A rule's no to a person: an enum a service, one sentence a variant.
pub trait Rejection: Send + 'static {
    fn problem(&self) -> Problem;
}

/// Services that never say no to a person.
impl Rejection for core::convert::Infallible {
    fn problem(&self) -> Problem {
        match *self {}
    }
}

impl Problem {
    /// A required field that was not sent.
    pub fn missing(field: &'static str) -> Self {
        use alloc::format;
        Self::new(
            400,
            "missing-field",
            format!("Field {field} is required."),
            format!("{field} 값이 필요합니다."),
        )
        .field(field)
    }
}

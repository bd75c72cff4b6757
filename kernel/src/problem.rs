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

/// Declares the rejections of a service: name, status, code, perhaps the field at fault (`at`) and when to try again
/// (`after`, in seconds), then the sentence in English and in Korean.
///
/// ```
/// kernel::rejections! {
///     pub enum Rejection {
///         NotFound = 404 "not-found": "There is no such order.", "그런 주문이 없습니다.";
///         Early = 409 "early" after 1: "Not yet. Try again in a moment.", "잠시 후 다시 시도하세요.";
///     }
/// }
/// assert_eq!(Rejection::of_code("early"), Some(Rejection::Early));
/// ```
#[macro_export]
macro_rules! rejections {
    ($(#[$meta:meta])* pub enum $Name:ident {$(
        $Variant:ident = $status:literal $code:literal $(at $field:literal)? $(after $seconds:literal)?:
            $english:literal, $korean:literal;
    )*}) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Name { $(#[doc = $english] $Variant),* }

        impl $Name {
            pub const fn code(self) -> &'static str {
                match self { $(Self::$Variant => $code),* }
            }
            pub fn of_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$Variant),)* _ => None }
            }
        }

        impl $crate::Rejection for $Name {
            fn problem(&self) -> $crate::Problem {
                match self {$(
                    Self::$Variant => $crate::Problem::new($status, $code, $english, $korean)
                        $(.field($field))? $(.retry_after_s($seconds))?,
                )*}
            }
        }
    };
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

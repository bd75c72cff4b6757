//! What the provider keeps of one payment, and how it is named.

use std::fmt;

/// No service's name is longer.
const MAX_SERVICE: usize = 64;

/// The name of a payment, `taxi.payment/7`, in two parts: the service repeats and is kept once, the number grows
/// with time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) service: String,
    pub(crate) number: i64,
}

impl Name {
    /// `None`: not a service, a slash and a number without sign or leading zeros.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (service, digits) = text.split_once('/')?;
        let plain = |byte: u8| byte.is_ascii_graphic();
        if service.is_empty() || service.len() > MAX_SERVICE || !service.bytes().all(plain) {
            return None;
        }
        let number: i64 = digits.parse().ok()?;
        // Two texts never name one payment.
        (number >= 0 && number.to_string() == digits).then(|| Self { service: service.into(), number })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service, self.number)
    }
}

/// The last four digits of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Last4([u8; 4]);

impl Last4 {
    /// `None`: not exactly four digits, so that no longer part of a number is ever kept.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 4] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Self(digits))
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII digits are let in")
    }
}

/// One row of the ledger. Instants are milliseconds since 1970; `None`: it never happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Won; `None`: nobody has asked for an authorization.
    pub(crate) amount: Option<i64>,
    pub(crate) last4: Option<Last4>,
    pub(crate) authorized_at: Option<i64>,
    pub(crate) declined_at: Option<i64>,
    pub(crate) captured_at: Option<i64>,
    pub(crate) returned_at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_service_and_a_number() {
        let name = Name::parse("taxi.payment/7").unwrap();
        assert_eq!((name.service.as_str(), name.number), ("taxi.payment", 7));
        assert_eq!(name.to_string(), "taxi.payment/7");
        assert_eq!(Name::parse("a/9223372036854775807").unwrap().number, i64::MAX);
    }

    #[test]
    fn other_texts_name_no_payment() {
        let long = format!("{}/1", "s".repeat(MAX_SERVICE + 1));
        for text in ["", "/7", "taxi", "taxi/", "taxi/x", "taxi/-1", "taxi/07", "taxi/+7", "a/7/1", "a b/7"] {
            assert_eq!(Name::parse(text), None, "{text:?}");
        }
        assert_eq!(Name::parse("a/9223372036854775808"), None);
        assert_eq!(Name::parse(&long), None);
    }

    #[test]
    fn only_four_digits_of_a_card_are_ever_kept() {
        assert_eq!(Last4::parse("0002").unwrap().as_str(), "0002");
        for text in ["", "002", "00002", "383824245656", "12a4", "１２"] {
            assert_eq!(Last4::parse(text), None, "{text:?}");
        }
    }
}

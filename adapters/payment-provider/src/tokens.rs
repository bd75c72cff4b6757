//! Card numbers become tokens: the same number the same token, and no way back without the ledger's secret.

use hmac::{Hmac, KeyInit, Mac};
use kernel::{Card, Problem};
use sha2::Sha256;
use std::fmt;

/// The length of the secret in bytes.
pub(crate) const SECRET_BYTES: usize = 32;

/// A token's share of the digest: 96 bits, so that no two of a billion cards meet.
const TOKEN_BYTES: usize = 12;

/// How many digits a card number has (ISO/IEC 7812 allows 8 to 19).
const DIGITS: std::ops::RangeInclusive<usize> = 8..=19;

/// Makes tokens under one secret.
#[derive(Clone)]
pub(crate) struct Tokens(Hmac<Sha256>);

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    pub(crate) fn new(secret: &[u8; SECRET_BYTES]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("a key of HMAC may have any length"))
    }

    /// See [`Simulated::tokenize`](crate::Simulated::tokenize).
    pub(crate) fn card(&self, number: &str) -> Result<Card, Problem> {
        if !DIGITS.contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Problem::new(
                400,
                "bad-card-number",
                "A card number has 8 to 19 digits and nothing else.",
                "카드 번호는 8~19자리 숫자여야 합니다.",
            ));
        }
        let mut mac = self.0.clone();
        mac.update(number.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut token = String::from("tok_");
        for byte in digest.iter().take(TOKEN_BYTES) {
            for nibble in [byte >> 4, byte & 15] {
                token.extend(char::from_digit(nibble.into(), 16));
            }
        }
        Ok(Card { token, last4: number[number.len() - 4..].into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_gives_the_same_token_under_the_same_secret_only() {
        let (one, other) = (Tokens::new(&[1; SECRET_BYTES]), Tokens::new(&[2; SECRET_BYTES]));
        let card = one.card("383824245656").unwrap();
        assert_eq!(card, one.card("383824245656").unwrap());
        assert_ne!(card.token, one.card("383824245657").unwrap().token);
        assert_ne!(card.token, other.card("383824245656").unwrap().token);
        assert_eq!(card.last4, "5656");
        assert_eq!(card.token.len(), "tok_".len() + 2 * TOKEN_BYTES);
        assert!(card.token["tok_".len()..].bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn what_is_no_card_number_gets_a_sentence_without_it() {
        let tokens = Tokens::new(&[1; SECRET_BYTES]);
        for number in
            ["", "1234567", "12345678901234567890", "3838-2424-5656", " 383824245656", "３８３８２４"]
        {
            let problem = tokens.card(number).unwrap_err();
            assert_eq!((problem.status, problem.code), (400, "bad-card-number"), "{number:?}");
            assert!(number.is_empty() || !format!("{problem:?}").contains(number));
        }
        assert!(tokens.card("12345678").is_ok());
        assert!(tokens.card("1234567890123456789").is_ok());
    }

    #[test]
    fn nothing_secret_is_in_its_debug_output() {
        assert_eq!(format!("{:?}", Tokens::new(&[1; SECRET_BYTES])), "Tokens");
    }
}

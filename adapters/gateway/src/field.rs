//! From what a client sent to the fields that a table declares. No message here repeats a value: one of them may be
//! a card number in the wrong place.

use crate::limits::CARD_DIGITS;
use kernel::{Body, Card, Field, FieldKind, Problem, Resource};
use serde_json::Value;

/// What a client sent: a value for each field of the table, by its position, and what services send besides.
#[derive(Debug)]
pub(crate) struct Given {
    values: Vec<Option<Sent>>,
    /// What the table does not declare. Only kept from services, whose internal paths take more than people see.
    extras: Vec<(String, Value)>,
}

#[derive(Debug)]
struct Sent {
    value: Value,
    /// Under its other name.
    by_alias: bool,
}

impl Given {
    pub(crate) fn nothing(table: &Resource) -> Self {
        Self { values: table.fields.iter().map(|_| None).collect(), extras: Vec::new() }
    }

    /// False if the field was sent before under the same name. A field under its own name wins over its alias.
    pub(crate) fn put(&mut self, at: usize, by_alias: bool, value: Value) -> bool {
        match &self.values[at] {
            Some(held) if held.by_alias == by_alias => false,
            Some(held) if !held.by_alias => true,
            _ => {
                self.values[at] = Some(Sent { value, by_alias });
                true
            }
        }
    }

    pub(crate) fn put_extra(&mut self, name: String, value: Value) {
        self.extras.push((name, value));
    }
}

/// Which field of the table a name means, and whether it is the other name.
pub(crate) fn named(table: &Resource, name: &str) -> Option<(usize, bool)> {
    let own = table.fields.iter().position(|field| field.name == name);
    let alias = || table.fields.iter().position(|field| field.alias == Some(name));
    own.map(|at| (at, false)).or_else(|| alias().map(|at| (at, true)))
}

/// How a request is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// Required fields must be there.
    pub(crate) whole: bool,
    /// A null is kept as null (PATCH) instead of being as good as absent.
    pub(crate) keep_null: bool,
    /// In one process services hand their fields over as they are; so over HTTP a service may send what people
    /// are only shown, and a card that already is a token.
    pub(crate) by_service: bool,
}

/// Fields in their declared kinds, and card numbers that must yet become tokens.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) fields: Body,
    pub(crate) cards: Vec<(&'static str, CardNumber)>,
}

/// The digits of a card. Cannot be printed by accident.
pub(crate) struct CardNumber(pub(crate) String);

impl std::fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardNumber")
    }
}

/// Checks what was given against the table. What comes out has the order of the table.
pub(crate) fn read(table: &Resource, given: Given, manner: Manner) -> Result<Read, Problem> {
    let mut read = Read { fields: Body::new(), cards: Vec::new() };
    for (field, sent) in table.fields.iter().zip(given.values) {
        if (field.read_only || field.internal) && !manner.by_service {
            continue;
        }
        let Some(Sent { value, by_alias }) = sent.filter(|sent| manner.keep_null || !sent.value.is_null())
        else {
            if field.required && manner.whole {
                return Err(Problem::missing(field.name));
            }
            continue;
        };
        let name = if by_alias { field.alias.unwrap_or(field.name) } else { field.name };
        match field.kind {
            _ if value.is_null() => read.fields = read.fields.with(field.name, Value::Null),
            FieldKind::Card => match token(&value).filter(|_| manner.by_service) {
                Some(card) => read.fields = read.fields.with_card(field.name, Some(&card)),
                None => read.cards.push((field.name, card_number(&value, name)?)),
            },
            FieldKind::Text { .. }
            | FieldKind::Whole { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Flag
            | FieldKind::List => {
                read.fields = read.fields.with(field.name, plain(field, name, value)?);
            }
        }
    }
    let mut extras = given.extras;
    extras.sort_by(|(left, _), (right, _)| left.cmp(right));
    extras.dedup_by(|(left, _), (right, _)| left == right);
    for (name, value) in extras {
        read.fields = read.fields.with(name, value);
    }
    Ok(read)
}

/// A text or number in the field's kind. `name`: as the client called it.
pub(crate) fn plain(field: &Field, name: &str, value: Value) -> Result<Value, Problem> {
    match field.kind {
        FieldKind::Text { max } => {
            text(value).filter(|text| fits(text, max)).map(Value::String).ok_or_else(|| {
                bad(
                    name,
                    &format!("a text of at most {max} characters without control characters"),
                    &format!("제어 문자가 없는 {max}자 이하의 문자열이어야 합니다"),
                )
            })
        }
        FieldKind::Whole { min, max } => {
            let number = whole(&value).filter(|number| (min..=max).contains(number));
            number.map(Value::from).ok_or_else(|| match max {
                i64::MAX => bad(
                    name,
                    &format!("a whole number, {min} or more"),
                    &format!("{min} 이상의 정수여야 합니다"),
                ),
                _ => bad(
                    name,
                    &format!("a whole number from {min} to {max}"),
                    &format!("{min} 이상 {max} 이하의 정수여야 합니다"),
                ),
            })
        }
        FieldKind::Decimal { min, max } => decimal(&value, min, max).ok_or_else(|| {
            bad(
                name,
                &format!("a number from {min} to {max}"),
                &format!("{min} 이상 {max} 이하의 수여야 합니다"),
            )
        }),
        FieldKind::Flag => flag(&value)
            .map(Value::Bool)
            .ok_or_else(|| bad(name, "true or false", "true 또는 false여야 합니다")),
        FieldKind::List => Err(bad(name, "left out: it is only shown", "보낼 수 없습니다. 조회만 됩니다")),
        FieldKind::Card => Err(bad_card(name)),
    }
}

/// A number, or a text that is one.
fn decimal(value: &Value, min: i64, max: i64) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    #[expect(clippy::cast_precision_loss, reason = "bounds are small whole numbers")]
    let within = number >= min as f64 && number <= max as f64;
    within.then(|| Value::from(number))
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Numbers and truth values may stand for their text, as they did for the source documents' services.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn fits(text: &str, max: usize) -> bool {
    // A character has at least one byte, so the count is only needed for long texts.
    (text.len() <= max || text.chars().count() <= max) && !text.chars().any(char::is_control)
}

/// A number, or a text that is one: an optional minus and decimal digits.
fn whole(value: &Value) -> Option<i64> {
    /// Beyond this a JSON number with a point no longer says which whole number it means.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT_MAX)?;
            format!("{float:.0}").parse().ok()
        }),
        Value::String(text) if !text.starts_with('+') => text.parse().ok(),
        _ => None,
    }
}

fn bad(name: &str, english: &str, korean: &str) -> Problem {
    let english = format!("Field {name} must be {english}.");
    let korean = format!("{name} 값은 {korean}.");
    Problem::new(400, "bad-field", english, korean).field(name)
}

fn bad_card(name: &str) -> Problem {
    let (least, most) = (CARD_DIGITS.start(), CARD_DIGITS.end());
    let english = format!("Field {name} must be a card number of {least} to {most} digits.");
    let korean = format!("{name} 값은 숫자 {least}~{most}자리의 카드 번호여야 합니다.");
    Problem::new(400, "bad-card", english, korean).field(name)
}

/// Digits, in groups or not.
fn card_number(value: &Value, name: &str) -> Result<CardNumber, Problem> {
    let sent = match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    };
    let digits = sent.map(|text| text.replace([' ', '-'], ""));
    let fits =
        |text: &String| CARD_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.filter(fits).map(CardNumber).ok_or_else(|| bad_card(name))
}

/// A card as services pass it on.
fn token(value: &Value) -> Option<Card> {
    let text = |name| value.get(name)?.as_str().filter(|text| (1..=255).contains(&text.len()));
    Some(Card { token: text("token")?.into(), last4: text("last4")?.into() })
}

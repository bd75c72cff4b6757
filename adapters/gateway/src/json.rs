//! Reads a JSON object by a table: declared names are kept, others are skipped without being built.

use crate::field::{Given, named};
use kernel::{Problem, Resource};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

/// The object in these bytes. `keep_unknown`: for services.
pub(crate) fn object(table: &Resource, bytes: &[u8], keep_unknown: bool) -> Result<Given, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
    if text.trim_ascii().is_empty() {
        return Err(bad_json(
            "The body is empty; send a JSON object.",
            "본문이 비어 있습니다. JSON 객체를 보내 주세요.",
        ));
    }
    let mut twice = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let sheet = Sheet { table, keep_unknown, twice: &mut twice };
    let given = sheet.deserialize(&mut deserializer).and_then(|given| deserializer.end().map(|()| given));
    given.map_err(|error| refused(&error, text, twice))
}

fn refused(error: &serde_json::Error, text: &str, twice: Option<&'static str>) -> Problem {
    if let Some(name) = twice {
        let (line, column) = (error.line(), error.column());
        let english = format!("Field {name} is given twice (line {line}, column {column}).");
        let korean = format!("{name} 값이 두 번 있습니다({line}행 {column}열).");
        return bad_json(english, korean).field(name);
    }
    match error.classify() {
        // Only the whole body has a type to be wrong in. The error itself says what it found, which may be a card.
        Category::Data => {
            let (line, column) = place(text.as_bytes(), text.len() - text.trim_ascii_start().len());
            bad_json(
                format!("The body must be a JSON object (line {line}, column {column})."),
                format!("본문은 JSON 객체여야 합니다({line}행 {column}열)."),
            )
        }
        // Fixed sentences about signs; they end in the place.
        Category::Syntax | Category::Eof | Category::Io => bad_json(
            format!("The body is not JSON: {error}."),
            format!("본문이 올바른 JSON이 아닙니다({}행 {}열).", error.line(), error.column()),
        ),
    }
}

fn not_utf8(bytes: &[u8], at: usize) -> Problem {
    let (line, column) = place(bytes, at);
    bad_json(
        format!("The body is not UTF-8 (line {line}, column {column})."),
        format!("본문이 UTF-8이 아닙니다({line}행 {column}열)."),
    )
}

/// Line and column from 1; columns count bytes.
fn place(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = &bytes[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    (line, column)
}

fn bad_json(english: impl Into<String>, korean: impl Into<String>) -> Problem {
    Problem::new(400, "bad-json", english, korean)
}

struct Sheet<'a> {
    table: &'a Resource,
    keep_unknown: bool,
    /// The field that was there twice: an error of ours has no other way through.
    twice: &'a mut Option<&'static str>,
}

impl<'de> DeserializeSeed<'de> for Sheet<'_> {
    type Value = Given;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Given, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Sheet<'_> {
    type Value = Given;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        let mut given = Given::nothing(self.table);
        while let Some(name) = map.next_key_seed(Name { table: self.table, keep: self.keep_unknown })? {
            match name {
                Named::Field(at, by_alias) => {
                    if !given.put(at, by_alias, map.next_value()?) {
                        *self.twice = Some(self.table.fields[at].name);
                        return Err(serde::de::Error::custom("twice"));
                    }
                }
                Named::Extra(name) => given.put_extra(name, map.next_value::<Value>()?),
                Named::Unknown => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(given)
    }
}

/// Tells names apart without keeping them.
struct Name<'a> {
    table: &'a Resource,
    keep: bool,
}

enum Named {
    Field(usize, bool),
    Extra(String),
    Unknown,
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Named;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Named, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Named;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Named, E> {
        Ok(match named(self.table, name) {
            Some((at, by_alias)) => Named::Field(at, by_alias),
            // The number of a record is given by us, never by a client.
            None if self.keep && name != "id" => Named::Extra(name.to_owned()),
            None => Named::Unknown,
        })
    }
}

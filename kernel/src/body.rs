//! A flat record of named values: the fields of a request, of an answer, of a record as people see it.

use crate::{Card, Id};
use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// Named JSON values in the order they were set; short, so a look-up is a walk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body(Vec<(Cow<'static, str>, Value)>);

impl Body {
    pub fn new() -> Self {
        Self::default()
    }

    /// This body with one more field. The caller does not set a name twice.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// This body with the number of a document, as JSON number.
    #[must_use]
    pub fn with_id(self, name: &'static str, id: Id) -> Self {
        self.with(name, id.0)
    }

    /// This body with a card as it travels inside: token and last digits. Never shown to people.
    #[must_use]
    pub fn with_card(self, name: &'static str, card: Option<&Card>) -> Self {
        self.with(
            name,
            card.map_or(Value::Null, |card| serde_json::json!({"token": card.token, "last4": card.last4})),
        )
    }

    pub fn set(&mut self, name: &str, value: Value) {
        match self.0.iter_mut().find(|(held, _)| held == name) {
            Some((_, held)) => *held = value,
            None => self.0.push((Cow::Owned(name.into()), value)),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(held, _)| held == name).map(|(_, value)| value)
    }

    /// Whether the field was sent at all, be it as null.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The text of a field as an owned value.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(Into::into)
    }

    pub fn whole(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub fn decimal(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    pub fn id(&self, name: &str) -> Option<Id> {
        self.get(name)?.as_u64().map(Id)
    }

    pub fn card(&self, name: &str) -> Option<Card> {
        let held = self.get(name)?;
        Some(Card { token: held.get("token")?.as_str()?.into(), last4: held.get("last4")?.as_str()?.into() })
    }

    /// These fields alone, as far as they are set.
    #[must_use]
    pub fn only(&self, names: &[&'static str]) -> Self {
        let taken = names.iter().filter_map(|name| Some((Cow::Borrowed(*name), self.get(name)?.clone())));
        Self(taken.collect())
    }

    /// The first field that a client wrote and that is not so here. A field without a value asks for nothing.
    pub fn differs<'a>(&self, written: &'a Self) -> Option<&'a str> {
        let other = |(name, value): &(&str, &Value)| !value.is_null() && self.get(name) != Some(*value);
        written.iter().find(other).map(|(name, _)| name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Body;
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
                let mut body = Body::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    body.set(&name, value);
                }
                Ok(body)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

//! What a client of a test sees.

use engine::ports::Reply;
use serde_json::Value;

/// What a client saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub status: u16,
    /// The number of the record.
    pub id: Option<u64>,
    /// The record, or null.
    pub body: Value,
    /// The problem's code, if it is one.
    pub code: Option<String>,
    pub replayed: bool,
}

impl Seen {
    pub(crate) fn of(reply: &Reply) -> Self {
        let body = reply.body.as_ref().map(|text| serde_json::from_str(text).expect("a record is JSON"));
        Self {
            status: reply.status,
            id: reply.id.map(|id| id.0),
            body: body.unwrap_or(Value::Null),
            code: reply.problem.as_ref().map(|problem| problem.code.clone()),
            replayed: reply.replayed,
        }
    }

    /// This status, or the test fails where it was called.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    #[track_caller]
    pub fn with(self, field: &str, value: impl Into<Value>) -> Self {
        assert_eq!(self.body[field], value.into(), "{field} of {self:?}");
        self
    }

    /// A problem with this code.
    #[track_caller]
    pub fn says(self, code: &str) -> Self {
        assert_eq!(self.code.as_deref(), Some(code), "{self:?}");
        self
    }

    #[track_caller]
    pub fn number(&self) -> u64 {
        self.id.unwrap_or_else(|| panic!("no number in {self:?}"))
    }
}

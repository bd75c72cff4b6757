//! What every implementation of a port must do, as functions that its tests call.
//!
//! Each check takes a maker of *places*: a new place is empty, and asked again it is opened as after a restart. A place
//! is opened only after what was opened before is dropped.

mod reader;
mod shelf;
mod store;

pub use reader::reader;
pub use shelf::{rebuilt, shelf};
pub use store::store;

use engine::ports::{Changes, Stored};
use kernel::{Id, Time};

/// A document that people see.
fn seen(version: u64, body: &str) -> Option<Stored> {
    Some(Stored { version, state: format!(r#"{{"v":{version}}}"#), body: Some(body.into()), due: None })
}

/// A document that nobody sees.
fn hidden(version: u64, due: Option<i64>) -> Option<Stored> {
    Some(Stored { version, state: "{}".into(), body: None, due: due.map(Time) })
}

fn changes<'a>(
    position: u64,
    documents: impl IntoIterator<Item = (&'a str, u64, Option<Stored>)>,
) -> Changes {
    let named = |(kind, id, stored): (&str, _, _)| (kind.to_owned(), Id(id), stored);
    Changes { position, documents: documents.into_iter().map(named).collect() }
}

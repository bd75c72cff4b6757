//! The read model: rows kept from public events alone.

use crate::{Body, Id, Message, Time};
use serde::{Serialize, de::DeserializeOwned};

/// What is known of an event besides what it says.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    pub time: Time,
    /// The booking it is about.
    pub correlation: Option<Id>,
    /// Version of the document it changed: a copy of a unit's state takes only a higher one.
    pub sequence: u64,
}

/// One row of a view. Can be dropped and rebuilt from the log at any time.
pub trait View: Default + Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: &'static str;
    type Heard: Message;
    /// Which row the event belongs to, if any.
    fn row(heard: &Self::Heard) -> Option<Id>;
    /// Takes the event in. Events of two services arrive in any order: merge by rank.
    fn project(&mut self, heard: &Self::Heard, meta: &Meta);
    /// The row as clients see it; `None` while there is too little to show.
    fn body(&self) -> Option<Body>;
}

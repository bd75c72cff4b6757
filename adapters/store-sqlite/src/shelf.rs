//! Port `Shelf`.
use crate::{Finder, OpenError, Renewed};
use engine::ports::{Changes, Seq, Shelf, StoreError, Stored};
use kernel::{Id, Time};
use std::path::Path;

/// Documents and view rows in `views.db`.
#[derive(Debug)]
pub struct SqliteShelf {}

impl SqliteShelf {
    pub fn open(
        dir: &Path,
        log_end: Seq,
        finders: &[Finder<'_>],
    ) -> Result<(Self, Option<Renewed>), OpenError> {
        let _ = (dir, log_end, finders);
        Ok((Self {}, None))
    }
    /// The same shelf for another thread, to read: its `apply` and `clear` are refused.
    pub fn beside(dir: &Path) -> Result<Self, OpenError> {
        let _ = dir;
        Ok(Self {})
    }
}
impl Shelf for SqliteShelf {
    fn position(&mut self) -> Result<Seq, StoreError> {
        todo!()
    }
    fn apply(&mut self, _changes: &Changes) -> Result<(), StoreError> {
        todo!()
    }
    fn load(&mut self, _kind: &str, _id: Id) -> Result<Option<Stored>, StoreError> {
        todo!()
    }
    fn due(&mut self, _before: Time, _max: usize) -> Result<Vec<(String, Id, Time)>, StoreError> {
        todo!()
    }
    fn highest(&mut self) -> Result<Vec<(String, Id)>, StoreError> {
        todo!()
    }
    fn clear(&mut self, _kind: &str) -> Result<(), StoreError> {
        todo!()
    }
    fn generation(&mut self) -> Result<u64, StoreError> {
        todo!()
    }
}

//! Port `Reader`.
use crate::OpenError;
use engine::ports::{Page, Query, Reader, Seq, StoreError, Stored};
use kernel::{Body, Id};
use std::path::Path;

/// What people may see in `views.db`.
#[derive(Debug)]
pub struct SqliteReader {}
impl SqliteReader {
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let _ = dir;
        Ok(Self {})
    }
}
impl Reader for SqliteReader {
    fn item(&mut self, _kind: &str, _id: Id) -> Result<Option<Body>, StoreError> {
        todo!()
    }
    fn page(&mut self, _query: &Query) -> Result<Page, StoreError> {
        todo!()
    }
    fn snapshot(&mut self) -> Result<Seq, StoreError> {
        todo!()
    }
    fn stored(&mut self, _kind: &str, _after: Id, _max: usize) -> Result<Vec<(Id, Stored)>, StoreError> {
        todo!()
    }
}

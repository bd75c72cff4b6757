//! A view that is dropped and filled again.
use crate::OpenError;
use engine::ports::{Seq, StoreError, Stored};
use kernel::Id;
use std::path::Path;

#[derive(Debug)]
pub struct Rebuild {}
impl Rebuild {
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let _ = dir;
        Ok(Self {})
    }
    /// Drops all rows of the kind. Gives the position up to which the log must be replayed, exactly.
    pub fn begin(&mut self, kind: &str) -> Result<Seq, StoreError> {
        let _ = kind;
        todo!()
    }
    pub fn put(&mut self, rows: &[(Id, Stored)]) -> Result<(), StoreError> {
        let _ = rows;
        todo!()
    }
    pub fn finish(self) -> Result<(), StoreError> {
        todo!()
    }
}

//! A kind of rows that is dropped and filled again, also while the server runs.

use crate::OpenError;
use crate::open::{WalLimit, run};
use crate::tables::{self, Kind};
use crate::views::{self, Views, WAIT};
use engine::ports::{Seq, StoreError, Stored};
use kernel::Id;
use std::path::Path;

/// Fills one kind again. Everything from [`begin`](Self::begin) to [`finish`](Self::finish) is one transaction: readers
/// see the old rows until it is finished, and a rebuild that is dropped or killed has changed nothing. The owner's writes
/// wait for it, 60 s at most: what takes long (reading the log) is best done before `begin`.
#[derive(Debug)]
pub struct Rebuild {
    views: Views,
    /// What is being filled.
    filling: Option<(String, Kind)>,
}

impl Rebuild {
    /// [`OpenError::Missing`] if there is no `views.db`: then the next start fills a new one anyway.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        Ok(Self { views: Views::to_write(dir)?, filling: None })
    }

    /// Drops all rows of a kind (`taxi.mypage`). Gives the row of the log up to which, and no further, it must be filled:
    /// there the owner goes on.
    pub fn begin(&mut self, kind: &str) -> Result<Seq, StoreError> {
        assert!(self.filling.is_none(), "one kind at a time");
        let connection = &self.views.connection;
        let empty = || {
            run(connection, "BEGIN IMMEDIATE")?;
            tables::create(connection, kind)?;
            tables::empty(connection, kind)?;
            Ok((tables::kind(connection, kind)?.unwrap_or_default(), views::position(connection)?))
        };
        let (empty, position) = empty().map_err(|error| self.views.error(error))?;
        self.filling = Some((kind.to_owned(), empty));
        Ok(position)
    }

    /// Stores rows, fastest in rising order; of two rows with one number the later holds. After [`begin`](Self::begin).
    pub fn put(&mut self, rows: &[(Id, Stored)]) -> Result<(), StoreError> {
        let (name, kind) = self.filling.as_mut().expect("rows are put after `begin`");
        let rows = rows.iter().map(|(id, stored)| (*id, Some(stored)));
        let written = tables::write(&self.views.connection, name, *kind, rows);
        *kind = written.map_err(|error| self.views.error(error))?;
        Ok(())
    }

    /// Shows the new rows and tells the owner, by a new generation, that what it has in memory is void.
    pub fn finish(mut self) -> Result<(), StoreError> {
        let (name, kind) = self.filling.take().expect("a rebuild is finished after `begin`");
        let connection = &self.views.connection;
        let finish = || {
            tables::set(connection, &name, kind)?;
            run(connection, "UPDATE _meta SET generation = generation + 1")?;
            run(connection, "COMMIT")
        };
        finish().map_err(|error| self.views.error(error))?;
        WalLimit::of(&self.views.path, WAIT).keep(connection);
        Ok(())
    }
}

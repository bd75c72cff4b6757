//! Port `Shelf`: documents and view rows in `views.db`.

use crate::open::{WalLimit, run};
use crate::rows::{count, number};
use crate::tables::{self, Kind, STORED_COLUMNS, quoted, stored};
use crate::views::{self, Finder, Log, Renewed, Views, WAIT};
use crate::{LogReader, OpenError, VIEWS_FILE};
use engine::ports::{Changes, Seq, Shelf, StoreError, Stored};
use kernel::{Id, Time};
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;

/// The owner's shelf, or the same one beside it, to read.
#[derive(Debug)]
pub struct SqliteShelf {
    views: Views,
    wal: WalLimit,
    owner: bool,
    /// What the owner knows of kinds, as of one generation.
    kinds: HashMap<String, Kind>,
    generation: u64,
}

impl SqliteShelf {
    /// Opens or creates `views.db` for the one who owns the data directory. `finders` get indexes: new ones are filled
    /// now, those no longer named are dropped. What cannot be used (damaged, of another format, of another log, or beyond
    /// `log_end`) is thrown away and begun again at position 0; the note says why.
    pub fn open(
        dir: &Path,
        log_end: Seq,
        finders: &[Finder<'_>],
    ) -> Result<(Self, Option<Renewed>), OpenError> {
        let path = dir.join(VIEWS_FILE);
        let log = Log { origin: LogReader::origin_of(dir)?, end: log_end };
        let (connection, renewed) = views::own(&path, &log, finders)?;
        Ok((Self::over(Views { connection, path }, true), renewed))
    }

    /// The same shelf for another thread, to read: it refuses `apply` and `clear`. Opened after the owner's.
    pub fn beside(dir: &Path) -> Result<Self, OpenError> {
        Ok(Self::over(Views::to_read(dir)?, false))
    }

    fn over(views: Views, owner: bool) -> Self {
        let wal = WalLimit::of(&views.path, WAIT);
        Self { views, wal, owner, kinds: HashMap::new(), generation: 0 }
    }

    /// Runs a write of the owner. `None`: it found nothing to be done; then, and after an error, nothing is changed.
    fn write<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> rusqlite::Result<Option<T>>,
    ) -> Result<Option<T>, StoreError> {
        if !self.owner {
            return Err(StoreError::Refused("this shelf was opened to read".into()));
        }
        run(&self.views.connection, "BEGIN IMMEDIATE").map_err(|error| self.views.error(error))?;
        let changed = match change(self) {
            Ok(Some(done)) => run(&self.views.connection, "COMMIT").map(|()| Some(done)),
            other => other,
        };
        if !matches!(changed, Ok(Some(_))) {
            self.roll_back()?;
        }
        self.wal.keep(&self.views.connection);
        changed.map_err(|error| self.views.error(error))
    }

    fn roll_back(&mut self) -> Result<(), StoreError> {
        self.kinds.clear();
        if self.views.connection.is_autocommit() {
            return Ok(());
        }
        run(&self.views.connection, "ROLLBACK").map_err(|error| {
            self.views.mark(&error.to_string());
            StoreError::Broken(error.to_string())
        })
    }

    /// `None`: `expected` is not the generation any more.
    fn apply_all(&mut self, expected: Option<u64>, changes: &Changes) -> rusqlite::Result<Option<()>> {
        let generation = views::generation(&self.views.connection)?;
        if generation != self.generation {
            self.kinds.clear();
            self.generation = generation;
        }
        if expected.is_some_and(|expected| expected != generation) {
            return Ok(None);
        }
        let documents = &changes.documents;
        let mut order: Vec<usize> = (0..documents.len()).collect();
        let place = |at: &usize| (&*documents[*at].0, documents[*at].1);
        // Stable, so that the last change of a document stands last.
        order.sort_by(|a, b| place(a).cmp(&place(b)));
        for of_kind in order.chunk_by(|a, b| documents[*a].0 == documents[*b].0) {
            let name = &*documents[of_kind[0]].0;
            let before = self.kind(name)?;
            let rows = of_kind.chunk_by(|a, b| documents[*a].1 == documents[*b].1).map(|same| {
                let (_, id, stored) = &documents[same[same.len() - 1]];
                (*id, stored.as_ref())
            });
            let after = tables::write(&self.views.connection, name, before, rows)?;
            if after != before {
                tables::set(&self.views.connection, name, after)?;
                self.kinds.insert(name.to_owned(), after);
            }
        }
        let moved = "UPDATE _meta SET position = ?1";
        self.views.connection.prepare_cached(moved)?.execute([changes.position])?;
        Ok(Some(()))
    }

    /// A kind with its table, made now if need be.
    fn kind(&mut self, name: &str) -> rusqlite::Result<Kind> {
        if let Some(kind) = self.kinds.get(name) {
            return Ok(*kind);
        }
        let kind = match tables::kind(&self.views.connection, name)? {
            Some(kind) => kind,
            None => {
                tables::create(&self.views.connection, name)?;
                Kind::default()
            }
        };
        self.kinds.insert(name.to_owned(), kind);
        Ok(kind)
    }

    fn find(&self, kind: &str, id: Id) -> rusqlite::Result<Option<Stored>> {
        let select = format!("SELECT {STORED_COLUMNS} FROM {} WHERE id = ?1", quoted(kind));
        let found =
            self.views.connection.prepare_cached(&select)?.query_row([number(id.0)], stored).optional()?;
        Ok(found.map(|(_, stored)| stored))
    }

    /// The earliest of each kind, merged.
    fn due_between(&self, from: Time, before: Time, max: usize) -> rusqlite::Result<Vec<(String, Id, Time)>> {
        let mut due = Vec::new();
        for (kind, _) in tables::kinds(&self.views.connection)? {
            let select = format!(
                "SELECT id, due FROM {} WHERE due IS NOT NULL AND due >= ?1 AND due < ?2 ORDER BY due, id LIMIT ?3",
                quoted(&kind)
            );
            let mut select = self.views.connection.prepare_cached(&select)?;
            let mut rows = select.query(params![from.0, before.0, count(max)])?;
            while let Some(row) = rows.next()? {
                due.push((kind.clone(), Id(row.get(0)?), Time(row.get(1)?)));
            }
        }
        due.sort_by(|a, b| (a.2, &a.0, a.1).cmp(&(b.2, &b.0, b.1)));
        due.truncate(max);
        Ok(due)
    }
}

impl Shelf for SqliteShelf {
    fn position(&mut self) -> Result<Seq, StoreError> {
        views::position(&self.views.connection).map_err(|error| self.views.error(error))
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.write(|shelf| shelf.apply_all(None, changes)).map(drop)
    }

    fn apply_since(&mut self, generation: u64, changes: &Changes) -> Result<bool, StoreError> {
        let applied = self.write(|shelf| shelf.apply_all(Some(generation), changes))?;
        Ok(applied.is_some())
    }

    fn load(&mut self, kind: &str, id: Id) -> Result<Option<Stored>, StoreError> {
        match self.find(kind, id) {
            Err(_) if matches!(tables::kind(&self.views.connection, kind), Ok(None)) => Ok(None),
            found => found.map_err(|error| self.views.error(error)),
        }
    }

    fn due(&mut self, from: Time, before: Time, max: usize) -> Result<Vec<(String, Id, Time)>, StoreError> {
        self.due_between(from, before, max).map_err(|error| self.views.error(error))
    }

    fn highest(&mut self) -> Result<Vec<(String, Id)>, StoreError> {
        let kinds = tables::kinds(&self.views.connection).map_err(|error| self.views.error(error))?;
        let mut highest = Vec::with_capacity(kinds.len());
        for (name, kind) in kinds {
            // What is there counts, whatever the counter says: a number must never be given again.
            let there =
                tables::last(&self.views.connection, &name).map_err(|error| self.views.error(error))?;
            highest.push((name, Id(kind.highest.max(there))));
        }
        highest.retain(|(_, id)| id.0 > 0);
        Ok(highest)
    }

    fn clear(&mut self, kind: &str) -> Result<(), StoreError> {
        let empty = |shelf: &mut Self| {
            shelf.kinds.remove(kind);
            tables::empty(&shelf.views.connection, kind).map(Some)
        };
        self.write(empty).map(drop)
    }

    fn generation(&mut self) -> Result<u64, StoreError> {
        views::generation(&self.views.connection).map_err(|error| self.views.error(error))
    }
}

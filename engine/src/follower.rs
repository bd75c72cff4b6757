//! Keeps the shelf: takes what was committed, folds many changes of one document or row into one write.

use crate::lane::{Changed, Committed, Said};
use crate::ports::{Changes, LogRow, Seq, Shelf, StoreError, Stored};
use crate::registry::{Kind, Registry};
use kernel::{AnyDocument, Body, Id, Meta};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// View rows in memory; the rest is read back when an event needs it.
const ROWS_MAX: usize = 20_000;

#[derive(Clone, Debug)]
struct Row {
    row: AnyDocument,
    version: u64,
}

/// The one writer of the shelf.
pub struct Follower {
    registry: Arc<Registry>,
    shelf: Box<dyn Shelf>,
    shelved: Arc<AtomicU64>,
    generation: u64,
    /// Two generations of rows, as in the lane's cache. All of them are on the shelf.
    young: HashMap<(Kind, Id), Row>,
    old: HashMap<(Kind, Id), Row>,
    /// Highest row number of each view: above it there is none.
    highest: HashMap<Kind, u64>,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("shelved", &self.shelved).finish_non_exhaustive()
    }
}

impl Follower {
    pub fn new(
        registry: Arc<Registry>,
        mut shelf: Box<dyn Shelf>,
        shelved: Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        shelved.store(shelf.position()?, Ordering::Release);
        let generation = shelf.generation()?;
        let mut highest = HashMap::new();
        for (name, id) in shelf.highest()? {
            if let Some(kind) = registry.kind(&name) {
                highest.insert(kind, id.0);
            }
        }
        let (young, old) = (HashMap::new(), HashMap::new());
        Ok(Self { registry, shelf, shelved, generation, young, old, highest })
    }

    /// Takes several commits in, in order, as one change of the shelf.
    pub fn follow(&mut self, commits: &[Arc<Committed>]) -> Result<(), StoreError> {
        self.take(commits.iter().map(|committed| &**committed))
    }

    pub fn take<'a>(&mut self, commits: impl Iterator<Item = &'a Committed>) -> Result<(), StoreError> {
        let generation = self.shelf.generation()?;
        if generation != self.generation {
            self.generation = generation;
            self.young.clear();
            self.old.clear();
        }
        let mut position = 0;
        let mut documents: BTreeMap<(Kind, Id), &Changed> = BTreeMap::new();
        let mut rows: BTreeMap<(Kind, Id), Row> = BTreeMap::new();
        for committed in commits {
            position = committed.end;
            documents.extend(committed.documents.iter().map(|one| ((one.kind, one.id), one)));
            for said in &committed.said {
                self.project(said, &mut rows)?;
            }
        }
        if position <= self.shelved.load(Ordering::Acquire) {
            return Ok(());
        }
        let mut changes = Changes { position, documents: Vec::with_capacity(documents.len() + rows.len()) };
        for ((kind, id), changed) in documents {
            let name = self.registry.kind_name(kind).to_owned();
            changes.documents.push((name, id, self.stored(kind, id, changed)));
        }
        for ((kind, id), row) in &rows {
            let view = self.registry.view(*kind).expect("rows belong to views");
            let body = view.body(&*row.row).as_ref().map(body_text);
            let stored = Stored { version: row.version, state: view.encode(&*row.row), body, due: None };
            changes.documents.push((self.registry.kind_name(*kind).to_owned(), *id, Some(stored)));
        }
        self.shelf.apply(&changes)?;
        self.remember(rows);
        self.shelved.store(position, Ordering::Release);
        Ok(())
    }

    fn stored(&self, kind: Kind, id: Id, changed: &Changed) -> Option<Stored> {
        let document = changed.document.as_deref()?;
        let aggregate = self.registry.aggregate(kind).expect("documents belong to aggregates");
        let body = aggregate.body(document, id).as_ref().map(body_text);
        Some(Stored { version: changed.version, state: aggregate.encode(document), body, due: changed.due })
    }

    /// Every view of the system takes the event in.
    fn project(&mut self, said: &Said, rows: &mut BTreeMap<(Kind, Id), Row>) -> Result<(), StoreError> {
        let registry = Arc::clone(&self.registry);
        for service in registry.services().filter(|no| registry.system_no(*no) == said.system) {
            for kind in registry.views_of(service) {
                let view = registry.view(*kind).expect("views_of gives views");
                let Some(id) = view.row(&*said.event) else { continue };
                let before = match rows.remove(&(*kind, id)) {
                    Some(row) => Some(row),
                    None => self.row(*kind, id)?,
                };
                let version = before.as_ref().map_or(0, |row| row.version) + 1;
                let row = view.project(before.map(|row| row.row), &*said.event, &said.meta);
                rows.insert((*kind, id), Row { row, version });
            }
        }
        Ok(())
    }

    fn row(&mut self, kind: Kind, id: Id) -> Result<Option<Row>, StoreError> {
        if let Some(row) = self.young.get(&(kind, id)).or_else(|| self.old.get(&(kind, id))) {
            return Ok(Some(row.clone()));
        }
        if id.0 > self.highest.get(&kind).copied().unwrap_or(0) {
            return Ok(None);
        }
        let Some(stored) = self.shelf.load(self.registry.kind_name(kind), id)? else { return Ok(None) };
        let view = self.registry.view(kind).expect("rows belong to views");
        let row = view.decode(&stored.state).map_err(|error| StoreError::Broken(error.to_string()))?;
        Ok(Some(Row { row, version: stored.version }))
    }

    fn remember(&mut self, rows: BTreeMap<(Kind, Id), Row>) {
        if self.young.len() > ROWS_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        for (key, row) in rows {
            let highest = self.highest.entry(key.0).or_default();
            *highest = (*highest).max(key.1.0);
            self.young.insert(key, row);
        }
    }

    /// A row of a view as people see it, from memory or the shelf.
    pub fn look(&mut self, kind: Kind, id: Id) -> Result<Option<Body>, StoreError> {
        let row = self.row(kind, id)?;
        let view = self.registry.view(kind).expect("rows belong to views");
        Ok(row.and_then(|row| view.body(&*row.row)))
    }

    pub fn position(&self) -> Seq {
        self.shelved.load(Ordering::Acquire)
    }
}

pub(crate) fn body_text(body: &Body) -> String {
    serde_json::to_string(body).expect("a record is plain JSON")
}

/// A stored row as the views of its system hear it; `None`: not public, or of a service that is not here.
pub fn said(registry: &Registry, row: &LogRow) -> Result<Option<Said>, StoreError> {
    let Some(source) = registry.service_named(&row.source).filter(|_| row.public) else { return Ok(None) };
    let event = registry.service(source).decode_event(&row.name, &row.body);
    let event = event.map_err(|error| StoreError::Broken(format!("row {} of the log: {error}", row.seq)))?;
    let meta = Meta { time: row.time, correlation: row.correlation, sequence: row.version };
    let heard = registry.service(source).heard(&event);
    Ok(heard.map(|event| Said { seq: row.seq, system: registry.system_no(source), event, meta }))
}

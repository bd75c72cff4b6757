//! Follows the commits: takes them into memory at once, and makes of them what is to be written to the shelf, many
//! changes of one document or row folded into one. Whoever writes it tells when it is there; until then it is read
//! from memory.

use crate::flow::{Changed, Committed, Said};
use crate::numbers::Used;
use crate::ports::{Changes, Seq, Shelf, StoreError, Stored};
use crate::registry::{Kind, Registry};
use kernel::{AnyDocument, Body, Id};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// View rows in memory besides those not yet written; the rest is read back when an event needs it.
const ROWS_MAX: usize = 8_000;
/// Documents and rows that wait to be written before it must happen.
pub(crate) const UNWRITTEN_MAX: usize = 10_000;

type Key = (Kind, Id);

#[derive(Clone, Debug)]
struct Row {
    row: AnyDocument,
    version: u64,
}

/// Takes in what was committed; reads the shelf, and writes it where no thread does.
pub struct Follower {
    registry: Arc<Registry>,
    shelf: Box<dyn Shelf>,
    shelved: Arc<AtomicU64>,
    generation: u64,
    /// The last row of the log that was taken in, written or not.
    taken: Seq,
    /// Taken in, and not yet given to be written.
    documents: FxHashMap<Key, Changed>,
    rows: FxHashMap<Key, Row>,
    /// Rows that were given to be written and are not on the shelf yet, oldest first.
    writing: VecDeque<FxHashMap<Key, Row>>,
    /// What [`write`](Self::write) could not write.
    refused: Option<Changes>,
    /// Up to here it was given to be written.
    given: Seq,
    /// Two generations of rows that are on the shelf, as in the lane's cache.
    young: FxHashMap<Key, Row>,
    old: FxHashMap<Key, Row>,
    /// Numbers of the rows of each view: what cannot be there is not looked up.
    used: FxHashMap<Kind, Used>,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("taken", &self.taken).finish_non_exhaustive()
    }
}

impl Follower {
    pub fn new(
        registry: Arc<Registry>,
        mut shelf: Box<dyn Shelf>,
        shelved: Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        let taken = shelf.position()?;
        shelved.store(taken, Ordering::Release);
        let generation = shelf.generation()?;
        let mut used: FxHashMap<Kind, Used> = FxHashMap::default();
        for (name, id) in shelf.highest()? {
            if let Some(kind) = registry.kind(&name) {
                used.entry(kind).or_default().start_at(id.0);
            }
        }
        Ok(Self {
            registry,
            shelf,
            shelved,
            generation,
            taken,
            documents: FxHashMap::default(),
            rows: FxHashMap::default(),
            writing: VecDeque::new(),
            refused: None,
            given: taken,
            young: FxHashMap::default(),
            old: FxHashMap::default(),
            used,
        })
    }

    /// Takes one commit in, for reads of rows. It is on the shelf after the next [`write`](Self::write).
    /// Refused: nothing of it is taken, so the same commit comes again.
    pub fn take(&mut self, committed: &Committed) -> Result<(), StoreError> {
        if committed.end <= self.taken {
            return Ok(());
        }
        for said in &committed.said {
            self.bring(said)?;
        }
        for said in &committed.said {
            self.project(said);
        }
        self.documents.extend(committed.documents.iter().map(|one| ((one.kind, one.id), one.clone())));
        self.taken = committed.end;
        Ok(())
    }

    /// How many documents and rows are to be given to be written.
    pub(crate) fn unwritten(&self) -> usize {
        self.documents.len() + self.rows.len()
    }

    /// What is to be written next; `None`: nothing has changed. [`written`](Self::written) tells that it is.
    pub(crate) fn changes(&mut self) -> Option<Changes> {
        if self.taken == self.given {
            return None;
        }
        let mut changes = Changes { position: self.taken, documents: Vec::with_capacity(self.unwritten()) };
        for ((kind, id), changed) in self.documents.drain() {
            let stored = stored(&self.registry, kind, id, &changed);
            changes.documents.push((self.registry.kind_name(kind).to_owned(), id, stored));
        }
        for ((kind, id), row) in &self.rows {
            let view = self.registry.view(*kind).expect("rows belong to views");
            let body = view.body(&*row.row).as_ref().map(body_text);
            let stored = Stored { version: row.version, state: view.encode(&*row.row), body, due: None };
            changes.documents.push((self.registry.kind_name(*kind).to_owned(), *id, Some(stored)));
        }
        self.writing.push_back(std::mem::take(&mut self.rows));
        self.given = self.taken;
        Some(changes)
    }

    /// The oldest changes that were given are on the shelf, which is of this generation.
    pub(crate) fn written(&mut self, generation: u64) -> Result<(), StoreError> {
        if generation != self.generation {
            // A rebuild has written rows from the same log: copies in memory are void.
            self.generation = generation;
            self.young.clear();
            self.old.clear();
            for (name, id) in self.shelf.highest()? {
                if let Some(kind) = self.registry.kind(&name) {
                    self.used.entry(kind).or_default().start_at(id.0);
                }
            }
        }
        if self.young.len() > ROWS_MAX / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.extend(self.writing.pop_front().unwrap_or_default());
        Ok(())
    }

    /// Brings the shelf to where the follower is. Refused: everything waits to be written still.
    pub fn write(&mut self) -> Result<(), StoreError> {
        while let Some(changes) = self.refused.take().or_else(|| self.changes()) {
            match put(&mut *self.shelf, self.generation, &changes) {
                Ok(generation) => self.written(generation)?,
                Err(error) => {
                    self.refused = Some(changes);
                    return Err(error);
                }
            }
            self.shelved.store(changes.position, Ordering::Release);
        }
        Ok(())
    }

    /// From now on a thread of its own writes, with the shelf that is given back; this one reads with the other.
    pub(crate) fn leave_writing(&mut self, shelf: Box<dyn Shelf>) -> Box<dyn Shelf> {
        std::mem::replace(&mut self.shelf, shelf)
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// The rows that an event is about, by kind and number.
    fn rows_of(&self, said: &Said) -> Vec<Key> {
        let registry = &self.registry;
        let services = registry.services().filter(|no| registry.system_no(*no) == said.system);
        let kinds = services.flat_map(|service| registry.views_of(service).iter().copied());
        let rows = kinds.filter_map(|kind| {
            let view = registry.view(kind).expect("views_of gives views");
            Some((kind, view.row(&*said.event)?))
        });
        rows.collect()
    }

    /// Brings the rows of an event into memory: what can fail comes before anything is changed.
    fn bring(&mut self, said: &Said) -> Result<(), StoreError> {
        for key in self.rows_of(said) {
            if let Some(row) = self.row(key.0, key.1)?.filter(|_| !self.rows.contains_key(&key)) {
                self.young.insert(key, row);
            }
        }
        Ok(())
    }

    /// Every view of the system takes the event in.
    fn project(&mut self, said: &Said) {
        for key in self.rows_of(said) {
            let known = self.rows.remove(&key).or_else(|| self.young.remove(&key));
            let version = known.as_ref().map_or(0, |row| row.version) + 1;
            let view = self.registry.view(key.0).expect("rows belong to views");
            let row = view.project(known.map(|row| row.row), &*said.event, &said.meta);
            self.rows.insert(key, Row { row, version });
            self.used.entry(key.0).or_default().put(key.1.0);
        }
    }

    fn row(&mut self, kind: Kind, id: Id) -> Result<Option<Row>, StoreError> {
        let key = (kind, id);
        let writing = || self.writing.iter().rev().find_map(|rows| rows.get(&key));
        let shelved = || self.young.get(&key).or_else(|| self.old.get(&key));
        let known = self.rows.get(&key).or_else(writing).or_else(shelved);
        if let Some(row) = known {
            return Ok(Some(row.clone()));
        }
        if self.used.get(&kind).is_none_or(|used| used.is_free(id.0)) {
            return Ok(None);
        }
        let Some(stored) = self.shelf.load(self.registry.kind_name(kind), id)? else { return Ok(None) };
        let view = self.registry.view(kind).expect("rows belong to views");
        let row = view.decode(&stored.state).map_err(|error| StoreError::Broken(error.to_string()))?;
        Ok(Some(Row { row, version: stored.version }))
    }

    /// A row of a view as people see it, with everything in it that was taken.
    pub fn look(&mut self, kind: Kind, id: Id) -> Result<Option<Body>, StoreError> {
        let row = self.row(kind, id)?;
        let view = self.registry.view(kind).expect("rows belong to views");
        Ok(row.and_then(|row| view.body(&*row.row)))
    }
}

/// Writes them; gives the generation of the shelf. What somebody else has written meanwhile (a rebuild, from the same
/// log) is older than they are.
pub(crate) fn put(shelf: &mut dyn Shelf, generation: u64, changes: &Changes) -> Result<u64, StoreError> {
    if shelf.apply_since(generation, changes)? {
        return Ok(generation);
    }
    let generation = shelf.generation()?;
    shelf.apply(changes)?;
    Ok(generation)
}

fn stored(registry: &Registry, kind: Kind, id: Id, changed: &Changed) -> Option<Stored> {
    let document = changed.document.as_deref()?;
    let aggregate = registry.aggregate(kind).expect("documents belong to aggregates");
    let body = aggregate.body(document, id).as_ref().map(body_text);
    Some(Stored { version: changed.version, state: aggregate.encode(document), body, due: changed.due })
}

pub(crate) fn body_text(body: &Body) -> String {
    serde_json::to_string(body).expect("a record is plain JSON")
}

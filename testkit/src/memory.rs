//! The ports Store, Shelf and Reader in memory. What is written survives the value: clones share it, so a "restart"
//! is a clone that is opened again. Faults on demand.

use engine::ports::{
    Batch, Changes, DeadLetter, KeyRow, LogRow, Page, Query, Reader, Seq, Shelf, Store, StoreError, Stored,
};
use kernel::{Body, Id, Time};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// How the next commits go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    /// The next commit stores nothing.
    Refused,
    /// The next commit stores everything, but its outcome is reported as unknown.
    BrokenAfter,
}

#[derive(Debug, Default)]
struct Truth {
    rows: Vec<LogRow>,
    cursors: BTreeMap<String, Seq>,
    keys: Vec<KeyRow>,
    dead: Vec<DeadLetter>,
    fault: Fault,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Mutex<Truth>>);

fn open<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("nobody panics while holding it")
}

impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    /// The next commit goes so.
    pub fn next_commit(&self, fault: Fault) {
        open(&self.0).fault = fault;
    }

    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        open(&self.0).dead.clone()
    }
}

impl Store for MemoryStore {
    fn end(&mut self) -> Result<Seq, StoreError> {
        Ok(open(&self.0).rows.len() as Seq)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let mut truth = open(&self.0);
        let fault = std::mem::take(&mut truth.fault);
        if fault == Fault::Refused {
            return Err(StoreError::Refused("as the test wants".into()));
        }
        for row in &batch.rows {
            assert_eq!(row.seq, truth.rows.len() as Seq + 1, "rows continue where the log ends");
            truth.rows.push(row.clone());
        }
        truth.cursors.extend(batch.cursors.iter().cloned());
        truth.keys.extend(batch.keys.iter().cloned());
        truth.dead.extend(batch.dead.iter().cloned());
        if fault == Fault::BrokenAfter { Err(StoreError::Broken("as the test wants".into())) } else { Ok(()) }
    }

    fn read(&mut self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
        let truth = open(&self.0);
        let from = usize::try_from(after).unwrap_or(usize::MAX).min(truth.rows.len());
        Ok(truth.rows[from..].iter().take(max).cloned().collect())
    }

    fn cursors(&mut self) -> Result<Vec<(String, Seq)>, StoreError> {
        Ok(open(&self.0).cursors.iter().map(|(name, seq)| (name.clone(), *seq)).collect())
    }

    fn keys(&mut self, since: Time, max: usize) -> Result<Vec<KeyRow>, StoreError> {
        let truth = open(&self.0);
        let young: Vec<KeyRow> = truth.keys.iter().filter(|row| row.time >= since).cloned().collect();
        Ok(young[young.len().saturating_sub(max)..].to_vec())
    }

    fn key(&mut self, service: &str, caller: &str, key: &str) -> Result<Option<KeyRow>, StoreError> {
        let truth = open(&self.0);
        let same = |row: &&KeyRow| row.service == service && row.caller == caller && row.key == key;
        Ok(truth.keys.iter().rev().find(same).cloned())
    }
}

#[derive(Debug, Default)]
struct Derived {
    position: Seq,
    generation: u64,
    documents: BTreeMap<(String, Id), Stored>,
    highest: BTreeMap<String, Id>,
}

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub struct MemoryShelf(Arc<Mutex<Derived>>);

impl MemoryShelf {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn reader(&self) -> MemoryReader {
        MemoryReader(self.clone())
    }
}

impl Shelf for MemoryShelf {
    fn position(&mut self) -> Result<Seq, StoreError> {
        Ok(open(&self.0).position)
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let mut derived = open(&self.0);
        derived.position = changes.position;
        for (kind, id, document) in &changes.documents {
            let highest = derived.highest.entry(kind.clone()).or_insert(*id);
            *highest = (*highest).max(*id);
            match document {
                Some(document) => derived.documents.insert((kind.clone(), *id), document.clone()),
                None => derived.documents.remove(&(kind.clone(), *id)),
            };
        }
        Ok(())
    }

    fn load(&mut self, kind: &str, id: Id) -> Result<Option<Stored>, StoreError> {
        Ok(open(&self.0).documents.get(&(kind.to_owned(), id)).cloned())
    }

    fn due(&mut self, before: Time, max: usize) -> Result<Vec<(String, Id, Time)>, StoreError> {
        let derived = open(&self.0);
        let due = derived.documents.iter().filter_map(|((kind, id), document)| {
            let due = document.due.filter(|due| *due < before)?;
            Some((kind.clone(), *id, due))
        });
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|(_, _, due)| *due);
        due.truncate(max);
        Ok(due)
    }

    fn highest(&mut self) -> Result<Vec<(String, Id)>, StoreError> {
        Ok(open(&self.0).highest.iter().map(|(kind, id)| (kind.clone(), *id)).collect())
    }

    fn clear(&mut self, kind: &str) -> Result<(), StoreError> {
        let mut derived = open(&self.0);
        derived.documents.retain(|(held, _), _| held != kind);
        derived.generation += 1;
        Ok(())
    }

    fn generation(&mut self) -> Result<u64, StoreError> {
        Ok(open(&self.0).generation)
    }
}

/// See the module's text.
#[derive(Debug)]
pub struct MemoryReader(MemoryShelf);

impl Reader for MemoryReader {
    fn item(&mut self, kind: &str, id: Id) -> Result<Option<Body>, StoreError> {
        Ok(self.0.load(kind, id)?.and_then(|stored| stored.body).map(|body| read(&body)))
    }

    fn page(&mut self, query: &Query) -> Result<Page, StoreError> {
        let derived = open(&self.0.0);
        let of_kind = derived.documents.iter().filter(|((kind, _), _)| *kind == query.kind);
        let seen = of_kind.filter_map(|((_, id), stored)| Some((*id, read(stored.body.as_deref()?))));
        let wanted = |(_, body): &(Id, Body)| {
            query.equals.as_ref().is_none_or(|(field, value)| body.get(field) == Some(value))
        };
        let mut rows: Vec<(Id, Body)> = seen.filter(wanted).collect();
        if let Some((field, descending)) = &query.sort {
            if field != "id" {
                rows.sort_by_key(|(_, body)| body.get(field).map(ToString::to_string));
            }
            if *descending {
                rows.reverse();
            }
        }
        let total = rows.len() as u64;
        let (skip, take) = (query.offset as usize, query.limit as usize);
        Ok(Page { rows: rows.into_iter().skip(skip).take(take).collect(), total })
    }

    fn snapshot(&mut self) -> Result<Seq, StoreError> {
        self.0.position()
    }

    fn stored(&mut self, kind: &str, after: Id, max: usize) -> Result<Vec<(Id, Stored)>, StoreError> {
        let derived = open(&self.0.0);
        let of_kind = derived.documents.iter().filter(|((held, id), _)| held == kind && *id > after);
        Ok(of_kind.take(max).map(|((_, id), stored)| (*id, stored.clone())).collect())
    }
}

fn read(body: &str) -> Body {
    serde_json::from_str(body).expect("a body is JSON")
}

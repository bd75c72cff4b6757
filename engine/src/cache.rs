//! The documents in memory: bounded, with a way back to what they were before a batch or a decision.

use crate::numbers::Used;
use crate::ports::{Seq, Shelf, StoreError};
use crate::registry::{Kind, Registry, ServiceNo};
use kernel::{AnyDocument, Documents, Id, Need, Target, Time};
use rustc_hash::FxHashMap;
use std::any::Any;

pub(crate) type Key = (Kind, Id);

/// A document, or the knowledge that there is none.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) document: Option<AnyDocument>,
    /// How many events have changed it.
    pub(crate) version: u64,
    /// The last event that changed it; at or below the shelf's position it can be dropped from memory.
    pub(crate) changed: Seq,
    /// When the engine must look at it again.
    pub(crate) due: Option<Time>,
}

impl Entry {
    const ABSENT: Self = Self { document: None, version: 0, changed: 0, due: None };
}

/// Two generations: what is used moves to the young one; when that is full, the old one is dropped but for what
/// the shelf does not hold yet.
#[derive(Debug)]
pub(crate) struct Cache {
    young: FxHashMap<Key, Entry>,
    old: FxHashMap<Key, Entry>,
    half: usize,
    /// By kind: what cannot be there is not looked up.
    used: Vec<Used>,
    /// What entries were before this batch, newest last.
    undo: Vec<(Key, Option<Entry>)>,
    /// The highest numbers before this batch.
    before: Vec<u64>,
}

impl Cache {
    /// Holds at most about `capacity` documents, more only while the shelf lags behind.
    pub(crate) fn new(kinds: usize, capacity: usize) -> Self {
        let (young, old) = (FxHashMap::default(), FxHashMap::default());
        Self {
            young,
            old,
            half: (capacity / 2).max(1),
            used: vec![Used::default(); kinds],
            undo: Vec::new(),
            before: Vec::new(),
        }
    }

    pub(crate) fn used(&mut self, kind: Kind) -> &mut Used {
        &mut self.used[usize::from(kind.0)]
    }

    /// The number of the document that decides; a new one was never given before.
    pub(crate) fn number(&mut self, kind: Kind, target: Target) -> Id {
        match target {
            Target::New => Id(self.used(kind).next()),
            Target::Id(id) => id,
        }
    }

    pub(crate) fn highest(&self, kind: Kind) -> u64 {
        self.used[usize::from(kind.0)].highest()
    }

    fn is_free(&self, key: Key) -> bool {
        self.used[usize::from(key.0.0)].is_free(key.1.0)
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Entry> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    /// Brings the document into memory, if it is not there.
    pub(crate) fn ensure(
        &mut self,
        key: Key,
        registry: &Registry,
        shelf: &mut dyn Shelf,
    ) -> Result<(), StoreError> {
        if self.young.contains_key(&key) {
            return Ok(());
        }
        let entry = match self.old.remove(&key) {
            Some(entry) => entry,
            None if self.is_free(key) => Entry::ABSENT,
            None => read(key, registry, shelf)?,
        };
        self.young.insert(key, entry);
        Ok(())
    }

    /// Takes an entry out to change it; [`put`](Self::put) brings the changed one back. Remembers what it was.
    pub(crate) fn take(&mut self, key: Key) -> Entry {
        let entry = self.young.remove(&key).or_else(|| self.old.remove(&key));
        let before = entry.clone().unwrap_or(Entry::ABSENT);
        self.undo.push((key, entry));
        before
    }

    pub(crate) fn put(&mut self, key: Key, entry: Entry) {
        self.used(key.0).put(key.1.0);
        self.young.insert(key, entry);
    }

    pub(crate) fn set_due(&mut self, key: Key, due: Option<Time>) {
        if let Some(entry) = self.young.get_mut(&key) {
            entry.due = due;
        }
    }

    pub(crate) fn mark(&self) -> usize {
        self.undo.len()
    }

    /// A batch begins.
    pub(crate) fn begin(&mut self) {
        self.before.clear();
        self.before.extend(self.used.iter().map(Used::highest));
    }

    /// Everything is again as it was when the batch began, the numbers given since included.
    pub(crate) fn undo_all(&mut self) {
        self.undo_to(0);
        for (used, highest) in self.used.iter_mut().zip(&self.before) {
            used.back_to(*highest);
        }
    }

    /// Everything is again as it was at the mark. Numbers that were given stay used.
    pub(crate) fn undo_to(&mut self, mark: usize) {
        while self.undo.len() > mark {
            let (key, before) = self.undo.pop().expect("the loop checks the length");
            self.old.remove(&key);
            match before {
                Some(entry) => self.young.insert(key, entry),
                None => self.young.remove(&key),
            };
        }
    }

    /// The documents changed since the last call, each once; what they were is forgotten.
    pub(crate) fn settle(&mut self) -> Vec<Key> {
        let mut keys: Vec<Key> = self.undo.drain(..).map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Documents changed since the mark, each once.
    pub(crate) fn changed_since(&self, mark: usize) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::with_capacity(2);
        for (key, _) in &self.undo[mark..] {
            if !keys.contains(key) {
                keys.push(*key);
            }
        }
        keys
    }

    /// Drops what was not used lately and is on the shelf.
    pub(crate) fn shrink(&mut self, shelved: Seq) {
        if self.young.len() < self.half {
            return;
        }
        self.old.retain(|_, entry| entry.changed > shelved);
        let kept = std::mem::take(&mut self.old);
        self.old = std::mem::take(&mut self.young);
        self.old.extend(kept);
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = (Key, &Entry)> {
        self.young.iter().chain(self.old.iter()).map(|(key, entry)| (*key, entry))
    }
}

fn read(key: Key, registry: &Registry, shelf: &mut dyn Shelf) -> Result<Entry, StoreError> {
    let Some(stored) = shelf.load(registry.kind_name(key.0), key.1)? else { return Ok(Entry::ABSENT) };
    let aggregate = registry.aggregate(key.0).expect("only documents of aggregates are loaded to decide");
    let document = aggregate
        .decode(&stored.state)
        .map_err(|error| StoreError::Broken(format!("{} {}: {error}", registry.kind_name(key.0), key.1)))?;
    Ok(Entry { document: Some(document), version: stored.version, changed: 0, due: stored.due })
}

/// The documents of one service, as a decision sees them.
pub(crate) struct Sight<'a> {
    pub(crate) cache: &'a Cache,
    pub(crate) registry: &'a Registry,
    pub(crate) service: ServiceNo,
}

impl Documents for Sight<'_> {
    fn get(&self, kind: &'static str, id: Id) -> Result<Option<&(dyn Any + Send + Sync)>, Need> {
        let no = self.registry.own_kind(self.service, kind).expect("a service reads only its own documents");
        match self.cache.get((no, id)) {
            Some(entry) => Ok(entry.document.as_deref()),
            None if self.cache.is_free((no, id)) => Ok(None),
            None => Err(Need { kind, id }),
        }
    }
}

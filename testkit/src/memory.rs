//! The ports Store, Shelf and Reader in memory. What is written survives the value: clones share it, so a "restart"
//! is a clone that is opened again. Faults on demand.

use engine::ports::{
    Batch, Changes, DeadLetter, KeyRow, LogRow, Page, Query, Reader, Seq, Shelf, Store, StoreError, Stored,
};
use kernel::{Body, Id, Time};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// How the next commit goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    /// It stores nothing and says so; the one after it may succeed.
    Refused,
    /// It stores nothing, but its outcome is reported as unknown.
    BrokenBefore,
    /// It stores everything, but its outcome is reported as unknown.
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

/// The truth. Once its outcome was unknown, a store takes no more commits: its process must end. A clone is the store of
/// the next process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    truth: Arc<Mutex<Truth>>,
    broken: Option<StoreError>,
}

impl Clone for MemoryStore {
    fn clone(&self) -> Self {
        Self { truth: Arc::clone(&self.truth), broken: None }
    }
}

fn open<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("nobody panics while holding it")
}

impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    /// The next commit goes so.
    pub fn next_commit(&self, fault: Fault) {
        open(&self.truth).fault = fault;
    }

    pub fn dead_letters(&self) -> Vec<DeadLetter> {
        open(&self.truth).dead.clone()
    }
}

impl Truth {
    fn take(&mut self, batch: &Batch) {
        self.rows.extend(batch.rows.iter().cloned());
        self.cursors.extend(batch.cursors.iter().cloned());
        self.keys.extend(batch.keys.iter().cloned());
        self.dead.extend(batch.dead.iter().cloned());
    }
}

impl Store for MemoryStore {
    fn end(&mut self) -> Result<Seq, StoreError> {
        Ok(open(&self.truth).rows.len() as Seq)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let end = self.end()?;
        for (expected, row) in (end + 1..).zip(&batch.rows) {
            assert_eq!(row.seq, expected, "rows of a batch continue the log without gaps");
        }
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        let mut truth = open(&self.truth);
        let fault = std::mem::take(&mut truth.fault);
        if matches!(fault, Fault::None | Fault::BrokenAfter) {
            truth.take(batch);
        }
        match fault {
            Fault::None => Ok(()),
            Fault::Refused => Err(StoreError::Refused("as the test wants".into())),
            Fault::BrokenBefore | Fault::BrokenAfter => {
                let broken = StoreError::Broken("as the test wants".into());
                self.broken = Some(broken.clone());
                Err(broken)
            }
        }
    }

    fn read(&mut self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError> {
        let truth = open(&self.truth);
        let from = usize::try_from(after).unwrap_or(usize::MAX).min(truth.rows.len());
        Ok(truth.rows[from..].iter().take(max).cloned().collect())
    }

    fn cursors(&mut self) -> Result<Vec<(String, Seq)>, StoreError> {
        Ok(open(&self.truth).cursors.iter().map(|(name, seq)| (name.clone(), *seq)).collect())
    }

    fn each_key(&mut self, since: Time, max: usize, each: &mut dyn FnMut(KeyRow)) -> Result<(), StoreError> {
        let truth = open(&self.truth);
        let newest = &truth.keys[truth.keys.len().saturating_sub(max)..];
        newest.iter().filter(|row| row.time >= since).cloned().for_each(each);
        Ok(())
    }

    fn key(&mut self, service: &str, caller: &str, key: &str) -> Result<Option<KeyRow>, StoreError> {
        let truth = open(&self.truth);
        let same = |row: &&KeyRow| row.service == service && row.caller == caller && row.key == key;
        Ok(truth.keys.iter().rev().find(same).cloned())
    }
}

#[derive(Clone, Debug, Default)]
struct Derived {
    position: Seq,
    generation: u64,
    documents: BTreeMap<(String, Id), Stored>,
    highest: BTreeMap<String, Id>,
}

#[derive(Debug, Default)]
struct Shelved {
    /// What every process sees.
    seen: Derived,
    /// What a power cut leaves.
    flushed: Derived,
}

/// Documents and view rows, for their owner and for those beside it: clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryShelf(Arc<Mutex<Shelved>>);

impl MemoryShelf {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn reader(&self) -> MemoryReader {
        MemoryReader { shelf: self.clone(), snapshot: None }
    }

    /// What is on the shelf now survives a power cut.
    pub fn flush(&self) {
        let mut shelf = open(&self.0);
        shelf.flushed = shelf.seen.clone();
    }

    /// Everything since the last [`flush`](Self::flush) is lost; without one, everything.
    pub fn power_cut(&self) {
        let mut shelf = open(&self.0);
        shelf.seen = shelf.flushed.clone();
    }

    /// Another process drops all rows of a kind and fills it again, as `holdfast rebuild` does.
    pub fn rebuild(&self, kind: &str, rows: &[(Id, Stored)]) {
        let derived = &mut open(&self.0).seen;
        derived.documents.retain(|(held, _), _| held != kind);
        for (id, stored) in rows {
            derived.put(kind, *id, Some(stored));
        }
        derived.generation += 1;
    }
}

impl Derived {
    fn put(&mut self, kind: &str, id: Id, stored: Option<&Stored>) {
        let highest = self.highest.entry(kind.to_owned()).or_insert(id);
        *highest = (*highest).max(id);
        match stored {
            Some(stored) => self.documents.insert((kind.to_owned(), id), stored.clone()),
            None => self.documents.remove(&(kind.to_owned(), id)),
        };
    }

    fn apply(&mut self, changes: &Changes) {
        self.position = changes.position;
        for (kind, id, stored) in &changes.documents {
            self.put(kind, *id, stored.as_ref());
        }
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = (Id, &Stored)> {
        let from = (kind.to_owned(), Id(0));
        let rest = self.documents.range(from..);
        rest.take_while(move |((held, _), _)| held == kind).map(|((_, id), stored)| (*id, stored))
    }

    fn page(&self, query: &Query) -> Page {
        let seen =
            self.of_kind(&query.kind).filter_map(|(id, stored)| Some((id, read(stored.body.as_deref()?))));
        let wanted = |(_, body): &(Id, Body)| {
            let equals = query.equals.as_ref();
            equals.is_none_or(|(field, value)| body.get(field).is_some_and(|held| same(held, value)))
        };
        let mut rows: Vec<(Id, Body)> = seen.filter(wanted).collect();
        match &query.sort {
            Some((field, true)) if field == "id" => rows.reverse(),
            Some((field, descending)) if field != "id" => rows.sort_by(|(_, a), (_, b)| {
                let order = order(a.get(field), b.get(field));
                if *descending { order.reverse() } else { order }
            }),
            Some(_) | None => {}
        }
        let total = rows.len() as u64;
        let most = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let rows = rows.into_iter().skip(most(query.offset)).take(most(query.limit)).collect();
        Page { rows, total }
    }
}

impl Shelf for MemoryShelf {
    fn position(&mut self) -> Result<Seq, StoreError> {
        Ok(open(&self.0).seen.position)
    }

    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        open(&self.0).seen.apply(changes);
        Ok(())
    }

    fn apply_since(&mut self, generation: u64, changes: &Changes) -> Result<bool, StoreError> {
        let derived = &mut open(&self.0).seen;
        let unchanged = derived.generation == generation;
        if unchanged {
            derived.apply(changes);
        }
        Ok(unchanged)
    }

    fn load(&mut self, kind: &str, id: Id) -> Result<Option<Stored>, StoreError> {
        Ok(open(&self.0).seen.documents.get(&(kind.to_owned(), id)).cloned())
    }

    fn due(&mut self, from: Time, before: Time, max: usize) -> Result<Vec<(String, Id, Time)>, StoreError> {
        let shelf = open(&self.0);
        let due = shelf.seen.documents.iter().filter_map(|((kind, id), stored)| {
            let due = stored.due.filter(|due| *due >= from && *due < before)?;
            Some((kind.clone(), *id, due))
        });
        let mut due: Vec<_> = due.collect();
        due.sort_by_key(|(_, _, due)| *due);
        due.truncate(max);
        Ok(due)
    }

    fn highest(&mut self) -> Result<Vec<(String, Id)>, StoreError> {
        Ok(open(&self.0).seen.highest.iter().map(|(kind, id)| (kind.clone(), *id)).collect())
    }

    fn clear(&mut self, kind: &str) -> Result<(), StoreError> {
        open(&self.0).seen.documents.retain(|(held, _), _| held != kind);
        Ok(())
    }

    fn generation(&mut self) -> Result<u64, StoreError> {
        Ok(open(&self.0).seen.generation)
    }
}

/// Reads a [`MemoryShelf`].
#[derive(Debug)]
pub struct MemoryReader {
    shelf: MemoryShelf,
    snapshot: Option<Derived>,
}

impl MemoryReader {
    fn look<T>(&self, look: impl FnOnce(&Derived) -> T) -> T {
        match &self.snapshot {
            Some(derived) => look(derived),
            None => look(&open(&self.shelf.0).seen),
        }
    }
}

impl Reader for MemoryReader {
    fn item(&mut self, kind: &str, id: Id) -> Result<Option<Body>, StoreError> {
        let key = (kind.to_owned(), id);
        Ok(self.look(|derived| Some(read(derived.documents.get(&key)?.body.as_deref()?))))
    }

    fn page(&mut self, query: &Query) -> Result<Page, StoreError> {
        Ok(self.look(|derived| derived.page(query)))
    }

    fn snapshot(&mut self) -> Result<Seq, StoreError> {
        let derived = open(&self.shelf.0).seen.clone();
        Ok(self.snapshot.insert(derived).position)
    }

    fn stored(&mut self, kind: &str, after: Id, max: usize) -> Result<Vec<(Id, Stored)>, StoreError> {
        Ok(self.look(|derived| {
            let later = derived.of_kind(kind).filter(|(id, _)| *id > after);
            later.take(max).map(|(id, stored)| (id, stored.clone())).collect()
        }))
    }
}

fn read(body: &str) -> Body {
    serde_json::from_str(body).expect("a body is JSON")
}

/// Numbers are equal by what they are worth, and text never equals a number. A list or an object equals nothing.
fn same(held: &Value, wanted: &Value) -> bool {
    match (held, wanted) {
        (Value::Number(_), Value::Number(_)) => order(Some(held), Some(wanted)).is_eq(),
        (Value::Array(_) | Value::Object(_), _) => false,
        _ => held == wanted,
    }
}

/// Nothing comes before numbers (false is 0, true is 1), and numbers before texts, which are compared by their bytes.
fn order(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    let rank = |value: Option<&Value>| match value {
        None | Some(Value::Null) => 0,
        Some(Value::Bool(_) | Value::Number(_)) => 1,
        Some(_) => 2,
    };
    let whole = |value: &Value| value.as_bool().map(i64::from).or_else(|| value.as_i64());
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match (rank(a).cmp(&rank(b)), a, b) {
        (Ordering::Equal, Some(a), Some(b)) if rank(Some(a)) == 1 => match (whole(a), whole(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Ordering::Equal, Some(a), Some(b)) if rank(Some(a)) == 2 => text(a).cmp(&text(b)),
        (order, _, _) => order,
    }
}

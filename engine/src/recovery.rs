//! The start: documents from the shelf, events since then from the log, open calls and timers from the documents.

use crate::cache::Key;
use crate::calls::OpenCall;
use crate::flow::{Changed, Committed, Said};
use crate::held::{Held, Place};
use crate::keys::KEPT_MAX;
use crate::lane::{Client, Lane, LaneParts, Origin, Step, Work, unavailable};
use crate::ports::{Batch, KeyRow, LogRow, Reply, Seq, StoreError};
use kernel::{AnyWait, Time};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Rows that are folded before the follower takes them in.
const CHUNK: usize = 10_000;

impl Lane {
    /// Brings a lane up from what is stored. `follow` takes in what the shelf has missed, before it returns.
    pub fn start(
        mut parts: LaneParts,
        now: Time,
        mut follow: impl FnMut(&Committed) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        let end = parts.store.end()?;
        let position = parts.shelf.position()?;
        if position > end {
            return Err(StoreError::Broken(format!(
                "the log ends at {end}, but documents were built up to {position}: the log has lost rows"
            )));
        }
        let mut cursors = vec![0; parts.registry.services().count()];
        for (name, seq) in parts.store.cursors()? {
            if seq > end {
                return Err(StoreError::Broken(format!(
                    "the log ends at {end}, but {name} has heard up to {seq}: the log has lost rows"
                )));
            }
            if let Some(service) = parts.registry.service_named(&name) {
                cursors[usize::from(service.0)] = seq;
            }
        }
        let highest = parts.shelf.highest()?;
        let mut lane = Self::empty(parts, position, cursors);
        for (name, id) in highest {
            if let Some(kind) = lane.registry.kind(&name) {
                lane.cache.used(kind).start_at(id.0);
            }
        }
        lane.replay(end, &mut follow)?;
        lane.restore_keys(now)?;
        lane.begin(now, &mut follow)?;
        Ok(lane)
    }

    /// What services have from the beginning is there before anybody can ask.
    fn begin(
        &mut self,
        now: Time,
        follow: &mut impl FnMut(&Committed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let registry = Arc::clone(&self.registry);
        self.step = Step { now, ..Step::default() };
        self.cache.begin();
        for service in registry.services().filter(|no| registry.runs(*no)) {
            for beginning in &registry.service(service).beginnings {
                let kind = registry.own_kind(service, beginning.kind);
                let key = (kind.expect("a service begins with documents of its own"), beginning.id);
                let (command, origin) = ((beginning.command)(), Origin::Nobody);
                self.step.work.push_back(Work { key, command, origin, cause: None, correlation: None });
            }
        }
        self.drain();
        if self.step.rows.is_empty() && self.step.dead.is_empty() {
            return Ok(());
        }
        let output = self.commit(Vec::new(), Vec::new());
        if let Some(error) = output.broken.or(output.refused) {
            return Err(error);
        }
        if let Some(committed) = output.committed {
            follow(&committed)?;
            self.shelved.store(committed.end, Ordering::Release);
        }
        Ok(())
    }

    /// Folds the rows that the shelf does not hold yet.
    fn replay(
        &mut self,
        end: Seq,
        follow: &mut impl FnMut(&Committed) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        while self.end < end {
            let rows = self.store.read(self.end, CHUNK)?;
            let mut said = Vec::new();
            for row in &rows {
                if row.seq != self.end + 1 {
                    return Err(StoreError::Broken(format!("row {} of the log is missing", self.end + 1)));
                }
                said.extend(self.fold(row)?);
                self.end = row.seq;
            }
            let Some(last) = rows.last() else {
                return Err(StoreError::Broken(format!("row {} of the log is missing", self.end + 1)));
            };
            let documents = self.shelve();
            let committed = Committed { end: last.seq, documents, said };
            follow(&committed)?;
            self.shelved.store(last.seq, Ordering::Release);
            self.cache.shrink(last.seq);
        }
        Ok(())
    }

    /// One stored event changes its documents again.
    fn fold(&mut self, row: &LogRow) -> Result<Option<Said>, StoreError> {
        let registry = Arc::clone(&self.registry);
        let Some((source, event)) = registry.event(row)? else { return Ok(None) };
        self.apply(source, &event, row.seq)?;
        let heard = registry.service(source).heard(&event);
        Ok(heard.map(|heard| Said::of(&registry, source, row, heard)))
    }

    /// The documents that changed, with when to look at them again.
    fn shelve(&mut self) -> Vec<Changed> {
        let keys: Vec<Key> = self.cache.settle();
        let mut changed = Vec::with_capacity(keys.len());
        for (key, waits) in self.waits_of(&keys) {
            let due = waits.iter().map(|wait| match wait {
                AnyWait::Timer { due, .. } => *due,
                AnyWait::Call(_) => Time(0),
            });
            self.cache.set_due(key, due.min());
            let Some(entry) = self.cache.get(key) else { continue };
            let (version, due, document) = (entry.version, entry.due, entry.document.clone());
            changed.push(Changed { kind: key.0, id: key.1, version, due, document });
        }
        changed
    }

    /// Keys that were pending at the crash wait for their documents again; nobody listens until they are repeated.
    fn restore_keys(&mut self, now: Time) -> Result<(), StoreError> {
        let since = Time(now.0.saturating_sub_unsigned(crate::keys::KEPT_FOR.0));
        let mut pending = std::collections::BTreeMap::new();
        let keys = &mut self.keys;
        self.store.each_key(since, KEPT_MAX, &mut |row| {
            let name = keys.restore(&row);
            match &row.answer {
                None => pending.insert(name, row),
                Some(_) => pending.remove(&name),
            };
        })?;
        let mut settled = Vec::new();
        for (_, row) in pending {
            let Some(kind) = self.registry.kind(&row.kind) else { continue };
            let key = (kind, row.id);
            self.cache.ensure(key, &self.registry, &mut *self.shelf)?;
            let waits = self.waits_of(&[key]);
            let call = waits.into_iter().flat_map(|(_, waits)| waits).find_map(|wait| match wait {
                AnyWait::Call(mut call) if call.hold.0 > 0 => Some(OpenCall::new(&mut call, now)),
                AnyWait::Call(_) | AnyWait::Timer { .. } => None,
            });
            let success = row.success;
            let client = Client { reply: None, success, key: Some(Box::new(row)) };
            if let Some(call) = call {
                let place = Place::at(key, &call, now, 0);
                self.hold(Held { place, origin: Origin::Client(client) });
                self.wake_at(now, key);
                // Whoever repeats the request is not held longer than the first time.
                if let Some(until) = place.until {
                    self.wake_at(until, key);
                }
            } else {
                settled.push(self.settle_pending(key, &client));
            }
        }
        if !settled.is_empty() {
            self.store.commit(&Batch { keys: settled, ..Batch::default() })?;
        }
        Ok(())
    }

    /// A request whose document waits for nothing any more: its record is the answer, if there is one.
    fn settle_pending(&mut self, key: Key, client: &Client) -> KeyRow {
        let mut row = *client.key.clone().expect("it was made with its key row");
        let reply = if client.success == 204 || self.body(key).is_some() {
            self.record_reply(key, client.success)
        } else {
            Reply::of_problem(&unavailable("nothing-left"))
        };
        row.answer = Some(reply);
        self.keys.restore(&row);
        row
    }
}

//! The log folded from its first row: what documents and views must be. The audit compares it with what is stored;
//! a rebuild writes it.

use crate::flow::Said;
use crate::follower::body_text;
use crate::ports::{LogRow, Reader, Seq, StoreError, Stored};
use crate::registry::{Kind, Registry};
use kernel::{AllDocuments, AnyDocument, AnyWait, Audit, DynView, Everything, Id, Numbered, Time};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Documents and rows as the log makes them. Holds all of them in memory: about 2 KB a booking.
#[derive(Debug)]
pub struct Fold {
    registry: Arc<Registry>,
    end: Seq,
    documents: BTreeMap<(Kind, Id), (AnyDocument, u64)>,
}

impl Fold {
    pub fn new(registry: Arc<Registry>) -> Self {
        Self { registry, end: 0, documents: BTreeMap::new() }
    }

    /// The last row taken.
    pub fn end(&self) -> Seq {
        self.end
    }

    /// Takes the next row; a gap is an error that names the missing row.
    pub fn take(&mut self, row: &LogRow) -> Result<(), StoreError> {
        if row.seq != self.end + 1 {
            return Err(StoreError::Broken(format!("row {} of the log is missing", self.end + 1)));
        }
        self.end = row.seq;
        let registry = Arc::clone(&self.registry);
        let Some((source, event)) = registry.event(row)? else { return Ok(()) };
        for kind in registry.kinds_of(source) {
            let aggregate = registry.aggregate(*kind).expect("kinds_of gives documents");
            let Some(id) = aggregate.key(&*event) else { continue };
            let before = self.documents.remove(&(*kind, id));
            let version = before.as_ref().map_or(0, |(_, version)| *version) + 1;
            if let Some(after) = aggregate.evolve(before.map(|(document, _)| document), &*event) {
                self.documents.insert((*kind, id), (after, version));
            }
        }
        if let Some(heard) = registry.service(source).heard(&event).filter(|_| row.public) {
            self.project(&Said::of(&registry, source, row, heard));
        }
        Ok(())
    }

    fn project(&mut self, said: &Said) {
        let registry = Arc::clone(&self.registry);
        for service in registry.services().filter(|no| registry.system_no(*no) == said.system) {
            for kind in registry.views_of(service) {
                let view: &dyn DynView = registry.view(*kind).expect("views_of gives views");
                let Some(id) = view.row(&*said.event) else { continue };
                let before = self.documents.remove(&(*kind, id));
                let version = before.as_ref().map_or(0, |(_, version)| *version) + 1;
                let after = view.project(before.map(|(row, _)| row), &*said.event, &said.meta);
                self.documents.insert((*kind, id), (after, version));
            }
        }
    }

    /// What must be stored for a document or row, but for its due time.
    fn encode(&self, kind: Kind, id: Id, document: &AnyDocument, version: u64) -> Stored {
        let (state, body) = match (self.registry.aggregate(kind), self.registry.view(kind)) {
            (Some(aggregate), _) => (aggregate.encode(&**document), aggregate.body(&**document, id)),
            (None, Some(view)) => (view.encode(&**document), view.body(&**document)),
            (None, None) => unreachable!("a kind is an aggregate's or a view's"),
        };
        Stored { version, state, body: body.as_ref().map(body_text), due: None }
    }

    /// Documents or rows of one kind, in order.
    pub fn each_stored(&self, kind: Kind) -> impl Iterator<Item = (Id, Stored)> {
        let of_kind = self.documents.range((kind, Id(0))..=(kind, Id(u64::MAX)));
        of_kind.map(move |((_, id), (document, version))| (*id, self.encode(kind, *id, document, *version)))
    }

    /// Whether a document that waits is stored so that the engine looks at it in time.
    fn is_due_at(&self, kind: Kind, id: Id, due: Option<Time>) -> bool {
        let Some(aggregate) = self.registry.aggregate(kind) else { return due.is_none() };
        let Some((document, _)) = self.documents.get(&(kind, id)) else { return true };
        let waits = aggregate.waits(&**document, id);
        let timers = waits.iter().filter_map(|wait| match wait {
            AnyWait::Timer { due, .. } => Some(*due),
            AnyWait::Call(_) => None,
        });
        let first = timers.min();
        if waits.iter().any(|wait| matches!(wait, AnyWait::Call(_))) {
            // A call is due at once, whenever that was.
            return due.is_some_and(|due| first.is_none_or(|first| due <= first));
        }
        due == first
    }

    /// What the rules of a system say to its documents.
    pub fn audit(&self, system: usize) -> Audit {
        let one = &self.registry.systems()[system];
        (one.audit)(Everything(&OfSystem { fold: self, system: one.name }))
    }

    /// Everything that is stored on a shelf otherwise than the log makes it: a sentence each.
    pub fn compare(&self, reader: &mut dyn Reader) -> Result<Vec<String>, StoreError> {
        const PAGE: usize = 1_000;
        let mut wrong = Vec::new();
        for kind in self.registry.all_kinds() {
            let name = self.registry.kind_name(kind);
            let mut expected = self.each_stored(kind).peekable();
            let mut after = Id(0);
            loop {
                let page = reader.stored(name, after, PAGE)?;
                for (id, stored) in &page {
                    while let Some((missing, _)) = expected.next_if(|(wanted, _)| wanted < id) {
                        wrong.push(format!("P9: {name} {missing} is in the log but not stored"));
                    }
                    match expected.next_if(|(wanted, _)| wanted == id) {
                        None => wrong.push(format!("P9: {name} {id} is stored but not in the log")),
                        Some((_, right)) if Stored { due: None, ..stored.clone() } != right => {
                            wrong.push(format!("P9: {name} {id} is stored otherwise than the log makes it"));
                        }
                        Some(_) if !self.is_due_at(kind, *id, stored.due) => {
                            wrong.push(format!(
                                "P7: {name} {id} is stored with another due time than it waits for"
                            ));
                        }
                        Some(_) => {}
                    }
                }
                match page.last() {
                    Some((last, _)) if page.len() == PAGE => after = *last,
                    _ => break,
                }
            }
            wrong.extend(expected.map(|(id, _)| format!("P9: {name} {id} is in the log but not stored")));
        }
        Ok(wrong)
    }
}

struct OfSystem<'a> {
    fold: &'a Fold,
    system: &'a str,
}

impl OfSystem<'_> {
    fn kind(&self, kind: &str) -> Option<Kind> {
        self.fold.registry.kind(&format!("{}.{kind}", self.system))
    }
}

impl AllDocuments for OfSystem<'_> {
    fn get(&self, kind: &'static str, id: Id) -> Option<&(dyn Any + Send + Sync)> {
        let (document, _) = self.fold.documents.get(&(self.kind(kind)?, id))?;
        Some(&**document)
    }

    fn each<'a>(&'a self, kind: &'static str) -> Box<dyn Iterator<Item = Numbered<'a>> + 'a> {
        let Some(kind) = self.kind(kind) else { return Box::new(std::iter::empty()) };
        let of_kind = self.fold.documents.range((kind, Id(0))..=(kind, Id(u64::MAX)));
        Box::new(of_kind.map(|((_, id), (document, _))| (*id, &**document)))
    }
}

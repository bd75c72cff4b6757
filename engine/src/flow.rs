//! What goes into a step of a lane, and what comes out of it.

use crate::ports::{Answered, Ask, LogRow, OutboundCall, Reply, ReplyTo, Seq, StoreError};
use crate::registry::{Kind, Registry, ServiceNo};
use kernel::{Answer, AnyDocument, AnyEvent, Body, Id, Meta, Time};
use std::sync::Arc;

/// Names one call for good: with the kind's name it is the idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallRef {
    pub kind: Kind,
    pub id: Id,
    pub step: &'static str,
    pub attempt: u64,
}

/// Gives a record to whoever asked for it.
pub type Found = Box<dyn FnOnce(Option<Body>) + Send>;

/// What goes into a step.
pub enum Input {
    Ask(Ask, ReplyTo),
    /// Reads a document as people see it.
    Item {
        kind: Kind,
        id: Id,
        found: Found,
    },
    /// A call came back; `None`: nobody answered.
    Answered {
        call: CallRef,
        answer: Option<Answer>,
    },
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ask(ask, _) => f.debug_tuple("Ask").field(ask).finish(),
            Self::Item { kind, id, .. } => f.debug_tuple("Item").field(kind).field(id).finish(),
            Self::Answered { call, answer } => f.debug_tuple("Answered").field(call).field(answer).finish(),
        }
    }
}

/// A document after a commit, for the shelf.
#[derive(Clone, Debug)]
pub struct Changed {
    pub kind: Kind,
    pub id: Id,
    pub version: u64,
    pub due: Option<Time>,
    /// `None`: it is gone.
    pub document: Option<AnyDocument>,
}

/// A public event after a commit, for the views.
#[derive(Clone, Debug)]
pub struct Said {
    pub seq: Seq,
    pub system: usize,
    /// In the system's published language.
    pub event: AnyEvent,
    pub meta: Meta,
}

impl Said {
    /// What a row says, given as its system hears it.
    pub(crate) fn of(registry: &Registry, source: ServiceNo, row: &LogRow, event: AnyEvent) -> Self {
        let meta = Meta { time: row.time, correlation: row.correlation, sequence: row.version };
        Self { seq: row.seq, system: registry.system_no(source), event, meta }
    }
}

/// What one commit changed: all that followers need.
#[derive(Clone, Debug, Default)]
pub struct Committed {
    /// The last row of the log.
    pub end: Seq,
    pub documents: Vec<Changed>,
    pub said: Vec<Said>,
}

/// What comes out of a step. Everything in it is durable already.
#[derive(Default)]
pub struct Output {
    pub replies: Vec<(ReplyTo, Reply)>,
    pub found: Vec<(Found, Option<Body>)>,
    pub calls: Vec<(CallRef, OutboundCall)>,
    pub committed: Option<Arc<Committed>>,
    /// For the operator to read: a breaker that opens or closes, a fallback.
    pub notes: Vec<String>,
    /// There is more to do at once.
    pub more: bool,
    /// Otherwise: step again at this time, or when an input comes.
    pub wake: Option<Time>,
    /// The commit stored nothing: requests of the step were answered 503, the rest is tried again.
    pub refused: Option<StoreError>,
    /// The process must end: what is durable is unknown.
    pub broken: Option<StoreError>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output")
            .field("replies", &self.replies.len())
            .field("calls", &self.calls)
            .field("more", &self.more)
            .field("wake", &self.wake)
            .field("broken", &self.broken)
            .finish_non_exhaustive()
    }
}

/// Runs calls against ports on behalf of whoever drives a lane, and brings answers back as inputs.
pub fn returning(call: CallRef, back: impl FnOnce(Input) + Send + 'static) -> Answered {
    Box::new(move |answer| back(Input::Answered { call, answer }))
}

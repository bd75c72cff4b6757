//! The ports: what the engine needs from technologies, and what it offers to inbound adapters.
//! All of them are blocking or call back; nothing here knows of an async runtime.

use kernel::{Answer, Body, Card, Deed, Id, Problem, Request, Time};
use serde::{Deserialize, Serialize};

/// The position of a row in the log: 1, 2, 3 … without gaps.
pub type Seq = u64;

/// The machine's no: disk, network, bug.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing of the batch is stored; a later one may succeed (disk full, busy).
    #[error("the store refused: {0}")]
    Refused(String),
    /// A flush failed or the file is damaged: what is durable is unknown, so the process must end.
    #[error("the store is broken: {0}")]
    Broken(String),
}

/// One event as it is stored. `body` is the flat JSON object of its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    pub seq: Seq,
    pub time: Time,
    /// The service that recorded it: `taxi.order`.
    pub source: String,
    /// `Ordered`
    pub name: String,
    /// Inner events are folded by their own service and never leave it.
    pub public: bool,
    /// The document it changed first: `taxi.order`, its number, and its version after the event.
    pub kind: String,
    pub id: Id,
    pub version: u64,
    /// The booking it is about.
    pub correlation: Option<Id>,
    /// The event that led to this one; `None`: a request, a timer or an answer did.
    pub cause: Option<Seq>,
    pub body: String,
}

/// An idempotency key and what became of it. Of two rows with the same (service, caller, key) the later holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRow {
    pub time: Time,
    pub service: String,
    pub caller: String,
    pub key: String,
    /// SHA-256 in hex of method, path and fields (cards as tokens).
    pub fingerprint: String,
    /// The document whose wait ends the request, while it is pending.
    pub kind: String,
    pub id: Id,
    /// `None`: pending. An answer with status 503: the key is free again.
    pub answer: Option<Reply>,
    /// The status that success will have: 200, 201 or 204.
    pub success: u16,
}

/// An input that made its handler panic, or an event that nobody can read: kept aside, stops nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub time: Time,
    /// Who could not take it: `taxi.payment`.
    pub service: String,
    /// The event, if it was one.
    pub seq: Option<Seq>,
    pub why: String,
}

/// All that one commit makes durable, or nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub rows: Vec<LogRow>,
    /// Service → the last row it has heard.
    pub cursors: Vec<(String, Seq)>,
    pub keys: Vec<KeyRow>,
    pub dead: Vec<DeadLetter>,
}

/// The truth: one append-only log, with the cursors of those who hear it. One process owns it at a time.
pub trait Store: Send {
    /// The last row's position; 0: empty.
    fn end(&mut self) -> Result<Seq, StoreError>;
    /// Durable when it returns. Rows continue at `end() + 1`.
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError>;
    /// At most `max` rows after `after`, in order.
    fn read(&mut self, after: Seq, max: usize) -> Result<Vec<LogRow>, StoreError>;
    /// Every cursor ever set, by service.
    fn cursors(&mut self) -> Result<Vec<(String, Seq)>, StoreError>;
    /// The newest `max` key rows not older than `since`, oldest first. A store may drop rows that are an hour older than
    /// [`KEPT_FOR`](crate::KEPT_FOR) allows, and all but the newest two for each of [`KEPT_MAX`](crate::KEPT_MAX) keys.
    fn keys(&mut self, since: Time, max: usize) -> Result<Vec<KeyRow>, StoreError> {
        let mut keys = Vec::new();
        self.each_key(since, max, &mut |row| keys.push(row))?;
        Ok(keys)
    }
    /// As [`keys`](Self::keys), one by one: a million of them fill half a gigabyte.
    fn each_key(&mut self, since: Time, max: usize, each: &mut dyn FnMut(KeyRow)) -> Result<(), StoreError>;
    /// The newest row of one key, answer included.
    fn key(&mut self, service: &str, caller: &str, key: &str) -> Result<Option<KeyRow>, StoreError>;
}

/// A stored document or view row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// How many events have changed it.
    pub version: u64,
    /// Its state as JSON.
    pub state: String,
    /// As clients see it; `None`: nobody does.
    pub body: Option<String>,
    /// When the engine must look at it again: it waits for a call or a timer.
    pub due: Option<Time>,
}

/// What changed since the shelf's position. The last change of a (kind, id) holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The new position: everything up to this row of the log is taken in.
    pub position: Seq,
    /// Qualified kind (`taxi.order`), number, and the document; `None`: it is gone.
    pub documents: Vec<(String, Id, Option<Stored>)>,
}

/// Everything that can be rebuilt from the log: documents and view rows, with the position they hold.
pub trait Shelf: Send {
    fn position(&mut self) -> Result<Seq, StoreError>;
    /// In one transaction. May be lost in a power cut as a whole, never in part.
    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError>;
    /// As [`apply`](Self::apply), if nobody else has changed rows since `generation` was told: it is compared within the
    /// same transaction. `false`: nothing is applied, since what was derived from rows in memory is void.
    fn apply_since(&mut self, generation: u64, changes: &Changes) -> Result<bool, StoreError>;
    fn load(&mut self, kind: &str, id: Id) -> Result<Option<Stored>, StoreError>;
    /// Documents with `due` at or after `from` and before `before`, at most `max`, earliest first.
    fn due(&mut self, from: Time, before: Time, max: usize) -> Result<Vec<(String, Id, Time)>, StoreError>;
    /// The highest number of each kind, documents that are gone included.
    fn highest(&mut self) -> Result<Vec<(String, Id)>, StoreError>;
    /// Drops everything of one kind and sets nothing in its place; the position stays.
    fn clear(&mut self, kind: &str) -> Result<(), StoreError>;
    /// Grows whenever somebody else changed rows behind the owner's back (a rebuild): cached rows are void then.
    fn generation(&mut self) -> Result<u64, StoreError>;
}

/// A page of rows, as asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// `taxi.mypage`
    pub kind: String,
    /// Only rows whose visible field equals this.
    pub equals: Option<(String, serde_json::Value)>,
    /// A visible field, or `id`; `true`: descending.
    pub sort: Option<(String, bool)>,
    pub offset: u64,
    pub limit: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub rows: Vec<(Id, Body)>,
    /// How many there are in all.
    pub total: u64,
}

/// Reads what people may see on a shelf, beside its writer.
pub trait Reader: Send {
    fn item(&mut self, kind: &str, id: Id) -> Result<Option<Body>, StoreError>;
    fn page(&mut self, query: &Query) -> Result<Page, StoreError>;
    /// The position that everything read next belongs to; one snapshot until the next call of this.
    fn snapshot(&mut self) -> Result<Seq, StoreError>;
    /// Documents and rows of one kind with a number above `after`, at most `max`, in order; for the audit.
    fn stored(&mut self, kind: &str, after: Id, max: usize) -> Result<Vec<(Id, Stored)>, StoreError>;
}

/// A call that leaves the process, or goes to a port. Asked again with the same key until it is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboundCall {
    /// `taxi.payment/7/authorize/1`: who, which document, which step, which attempt.
    pub key: String,
    /// Who asks: `taxi.payment`.
    pub from: String,
    /// A service of the same system that runs elsewhere (`taxi.payment`), or a port: `provider`, `notifier`.
    pub to: String,
    pub request: Request,
    /// How often it was asked before.
    pub tries: u32,
}

/// What comes back; `None`: no answer (silence, 5xx, 429), so it is asked again.
pub type Answered = Box<dyn FnOnce(Option<Answer>) + Send>;

/// Something outside that is asked by durable calls: the payment provider, the notifier.
/// Must be idempotent by `key`. Never blocks the caller.
pub trait Port: Send + Sync {
    fn ask(&self, call: OutboundCall, answered: Answered);
}

/// A wish from outside, read and checked.
#[derive(Debug)]
pub struct Ask {
    /// `taxi`, and the service that decides: `order`.
    pub system: &'static str,
    pub service: &'static str,
    pub deed: Deed,
    /// Status of success: 201 for POST, 200 for PUT and PATCH, 204 for DELETE.
    pub success: u16,
    pub key: Option<IdempotencyKey>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub caller: String,
    pub key: String,
    /// See [`KeyRow::fingerprint`].
    pub fingerprint: String,
}

/// The answer to an [`Ask`]. Sent after what it says is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    pub status: u16,
    /// The record's number, when there is one.
    pub id: Option<Id>,
    /// The record as JSON object, when somebody may see it.
    pub body: Option<String>,
    pub problem: Option<StoredProblem>,
    /// Whole seconds, for 202, 503, and a 201 whose call nobody could be asked yet.
    pub retry_after_s: Option<u32>,
    /// An earlier request with the same key was answered so.
    pub replayed: bool,
}

/// A [`Problem`] as it is kept with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProblem {
    pub code: String,
    pub english: String,
    pub korean: String,
    pub field: Option<String>,
}

impl Reply {
    pub fn of_problem(problem: &Problem) -> Self {
        Self {
            status: problem.status,
            id: None,
            body: None,
            problem: Some(StoredProblem {
                code: problem.code.into(),
                english: problem.english.clone(),
                korean: problem.korean.clone(),
                field: problem.field.clone(),
            }),
            retry_after_s: problem.retry_after_s,
            replayed: false,
        }
    }
}

pub type ReplyTo = Box<dyn FnOnce(Reply) + Send>;

/// What inbound adapters drive: the engine as seen from the door. Every method returns at once; the answer is
/// called back from another thread.
pub trait Front: Send + Sync {
    /// Whether the service runs in this process.
    fn runs(&self, system: &str, service: &str) -> bool;
    fn ask(&self, ask: Ask, reply: ReplyTo);
    /// A document as people see it, read where it is decided: everything answered before is in it.
    fn item(
        &self,
        system: &str,
        kind: &str,
        id: Id,
        found: Box<dyn FnOnce(Result<Option<Body>, Problem>) + Send>,
    );
    /// A row of a view. Waits (1 s at most) until it holds everything committed before.
    fn row(
        &self,
        system: &str,
        kind: &str,
        id: Id,
        found: Box<dyn FnOnce(Result<Option<Body>, Problem>) + Send>,
    );
    /// Rows of a collection or view. Waits as `row` does.
    fn page(&self, system: &str, query: Query, found: Box<dyn FnOnce(Result<Page, Problem>) + Send>);
    /// A card number becomes what may go on (token and last digits); repeatable, nothing is committed.
    fn card(&self, number: String, token: Box<dyn FnOnce(Result<Card, Problem>) + Send>);
    fn now(&self) -> Time;
    /// Tells the operator something.
    fn note(&self, text: &str);
}

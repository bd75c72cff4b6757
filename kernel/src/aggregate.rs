//! What a service is made of: documents that decide, events that change them, and what a document waits for.

use crate::{Body, Id, Message, Method, Millis, Problem, Rejection, Time};
use alloc::string::String;
use alloc::vec::Vec;
use core::any::Any;
use serde::{Serialize, de::DeserializeOwned};

/// One kind of document: the state that one command may change at once, with others of its service.
pub trait Aggregate: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Unique within the system: `order`.
    const KIND: &'static str;
    /// Whether the document carries the number of the booking it belongs to; such a number is the
    /// correlation id of what happens to it.
    const OF_BOOKING: bool = true;
    type Command: Send + 'static;
    /// All that the service records; its aggregates share one set.
    type Event: Message;
    type Rejection: Rejection;

    /// Answers a command. Names every pair of command and state. Pure: may be asked again at any time.
    fn decide(own: Option<&Self>, command: Self::Command, cx: &Cx<'_>) -> Outcome<Self>;
    /// Which document of this kind the event changes, if any.
    fn key(event: &Self::Event) -> Option<Id>;
    /// Total: what was recorded has happened.
    fn evolve(own: Option<Self>, event: &Self::Event) -> Option<Self>;
    /// What the document waits for: a function of its state. At rest: nothing.
    fn waits(&self, id: Id) -> Vec<Wait<Self::Command>> {
        let _ = id;
        Vec::new()
    }
    /// The record as clients see it; `None`: nobody sees it.
    fn body(&self, id: Id) -> Option<Body>;
    /// "Whenever this is heard, do that." A policy's command is never rejected.
    fn policy(heard: &<Self::Event as Message>::Language) -> Vec<(Id, Self::Command)> {
        let _ = heard;
        Vec::new()
    }
}

pub type Outcome<A> =
    Result<Decision<<A as Aggregate>::Event, <A as Aggregate>::Rejection>, Stop<<A as Aggregate>::Rejection>>;

/// No events: already so. `reply`: a no that keeps its events, as a declined card does.
#[derive(Debug)]
pub struct Decision<E, R> {
    pub events: Vec<E>,
    pub reply: Option<R>,
}

/// Decided: this event, or these.
pub fn done<E, R>(events: impl IntoIterator<Item = impl Into<E>>) -> Result<Decision<E, R>, Stop<R>> {
    Ok(Decision { events: events.into_iter().map(Into::into).collect(), reply: None })
}

/// Decided: these events, and a no to whoever asked.
pub fn done_but<E, R>(
    events: impl IntoIterator<Item = impl Into<E>>,
    no: R,
) -> Result<Decision<E, R>, Stop<R>> {
    Ok(Decision { events: events.into_iter().map(Into::into).collect(), reply: Some(no) })
}

/// Nothing to change: it is so already, or does not matter any more.
pub fn already<E, R>() -> Result<Decision<E, R>, Stop<R>> {
    Ok(Decision { events: Vec::new(), reply: None })
}

/// A person is told no; nothing changes.
pub fn refused<E, R>(no: R) -> Result<Decision<E, R>, Stop<R>> {
    Err(Stop::Rejected(no))
}

/// Why there is no decision.
#[derive(Debug)]
pub enum Stop<R> {
    Rejected(R),
    /// The engine loads that document too, and asks again.
    Need(Need),
}

/// A document that a decision reads and that is not loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub kind: &'static str,
    pub id: Id,
}

impl<R> From<Need> for Stop<R> {
    fn from(need: Need) -> Self {
        Self::Need(need)
    }
}

/// The documents of the service that is deciding, as they are now.
pub trait Documents {
    fn get(&self, kind: &'static str, id: Id) -> Result<Option<&(dyn Any + Send + Sync)>, Need>;
}

/// Gives numbers that were never given before.
pub trait Numbers {
    fn fresh(&self, kind: &'static str) -> Id;
}

/// What a decision may know besides its own state and its command.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    pub now: Time,
    /// The number of the document that decides.
    pub id: Id,
    pub documents: &'a dyn Documents,
    pub numbers: &'a dyn Numbers,
    pub settings: &'a (dyn Any + Send + Sync),
}

impl core::fmt::Debug for Cx<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Cx").field("now", &self.now).field("id", &self.id).finish_non_exhaustive()
    }
}

impl<'a> Cx<'a> {
    /// Another document of the same service.
    pub fn read<D: Aggregate>(&self, id: Id) -> Result<Option<&'a D>, Need> {
        let found = self.documents.get(D::KIND, id)?;
        Ok(found.map(|document| document.downcast_ref().expect("a document of kind D is a D")))
    }

    /// A number of that kind, never given before.
    pub fn fresh<D: Aggregate>(&self) -> Id {
        self.numbers.fresh(D::KIND)
    }

    /// The system's settings.
    pub fn settings<S: 'static>(&self) -> &'a S {
        self.settings.downcast_ref().expect("a system is built with the settings its services read")
    }
}

/// Something a document waits for.
#[derive(Clone, Debug)]
pub enum Wait<C> {
    Timer { due: Time, command: C },
    Call(Call<C>),
}

impl<C> Wait<C> {
    /// The same wait, with some of its call changed; a timer stays as it is.
    #[must_use]
    pub fn calling(self, change: impl FnOnce(&mut Call<C>)) -> Self {
        match self {
            Self::Call(mut call) => {
                change(&mut call);
                Self::Call(call)
            }
            timer @ Self::Timer { .. } => timer,
        }
    }
}

/// The three kinds of durable call; the caller declares which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Until answered nothing is visible; cannot be sent or no answer: as if it had never been.
    Refuse,
    /// The record is visible; asked again until a deadline.
    Defer,
    /// Begun is begun; asked again without end.
    Forward,
}

/// A request that survives crashes: asked again with the same key until answered or given up.
#[derive(Clone, Debug)]
pub struct Call<C> {
    /// A service of the same system (`payment`), or a port (`provider`, `notifier`).
    pub to: &'static str,
    /// With kind, id and attempt: the idempotency key.
    pub step: &'static str,
    /// A new try after a no or a void is a new call.
    pub attempt: u64,
    pub mode: Mode,
    pub request: Request,
    /// How long a waiting client is held; then it gets the record as it is.
    pub hold: Millis,
    /// Then [`Answer::GivenUp`]. `None`: asked without end.
    pub until: Option<Time>,
    /// The answer as a command to the document that waits.
    pub answer: fn(Answer) -> C,
}

/// The same in process and over HTTP.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub fields: Body,
}

impl Request {
    pub fn post(path: impl Into<String>, fields: Body) -> Self {
        Self { method: Method::Post, path: path.into(), fields }
    }
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done(Body),
    /// 402, 404, 409 or 422, with the problem's code.
    Refused {
        status: u16,
        code: String,
    },
    /// The deadline passed without an answer.
    GivenUp,
}

impl Answer {
    /// The answer that a problem is to a calling service.
    pub fn of_problem(problem: &Problem) -> Self {
        Self::Refused { status: problem.status, code: problem.code.into() }
    }
}

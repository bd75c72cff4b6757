//! How a system presents itself. Types end here: the engine sees kinds, numbers and opaque documents.

use crate::{
    Aggregate, Answer, Audit, Body, Cx, Everything, Id, Message, Meta, Millis, Mode, Need, Problem,
    Rejection, Request, Resource, Stop, Time, Unreadable, View, Wait,
};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::marker::PhantomData;

pub type AnyCommand = Box<dyn Any + Send>;
pub type AnyDocument = Arc<dyn Any + Send + Sync>;
pub type AnyEvent = Arc<dyn Any + Send + Sync>;

/// A decision whose types are gone.
#[derive(Debug)]
pub struct ErasedDecision {
    pub events: Vec<AnyEvent>,
    pub reply: Option<Problem>,
}

#[derive(Debug)]
pub enum ErasedStop {
    Rejected(Problem),
    Need(Need),
}

/// A call whose types are gone.
pub struct ErasedCall {
    pub to: &'static str,
    pub step: &'static str,
    pub attempt: u64,
    pub mode: Mode,
    pub request: Request,
    pub hold: Millis,
    pub until: Option<Time>,
    /// Makes the answer a command; whoever keeps the call takes it.
    pub answer: Option<Box<dyn FnOnce(Answer) -> AnyCommand + Send>>,
}

impl ErasedCall {
    /// The answer as a command to the document that waits.
    pub fn into_command(mut self, answer: Answer) -> AnyCommand {
        let make = self.answer.take().expect("nobody has taken it from a call that is fresh");
        make(answer)
    }
}

pub enum AnyWait {
    Timer { due: Time, command: AnyCommand },
    Call(ErasedCall),
}

impl core::fmt::Debug for AnyWait {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Timer { due, .. } => f.debug_tuple("Timer").field(due).finish(),
            Self::Call(call) => f.debug_tuple("Call").field(&call.to).field(&call.step).finish(),
        }
    }
}

/// An [`Aggregate`] whose types are gone. Arguments of a wrong type are a bug of the engine and panic.
pub trait DynAggregate: Send + Sync {
    fn kind(&self) -> &'static str;
    fn of_booking(&self) -> bool;
    fn decide(
        &self,
        own: Option<&(dyn Any + Send + Sync)>,
        command: &mut Option<AnyCommand>,
        cx: &Cx<'_>,
    ) -> Result<ErasedDecision, ErasedStop>;
    fn key(&self, event: &(dyn Any + Send + Sync)) -> Option<Id>;
    fn evolve(&self, own: Option<AnyDocument>, event: &(dyn Any + Send + Sync)) -> Option<AnyDocument>;
    fn waits(&self, document: &(dyn Any + Send + Sync), id: Id) -> Vec<AnyWait>;
    fn body(&self, document: &(dyn Any + Send + Sync), id: Id) -> Option<Body>;
    fn policy(&self, heard: &(dyn Any + Send + Sync)) -> Vec<(Id, AnyCommand)>;
    fn encode(&self, document: &(dyn Any + Send + Sync)) -> String;
    fn decode(&self, json: &str) -> Result<AnyDocument, Unreadable>;
}

struct Of<T>(PhantomData<fn() -> T>);

fn event<T: 'static>(any: &(dyn Any + Send + Sync)) -> &T {
    any.downcast_ref().expect("an event goes to the aggregates of the service that recorded it")
}

fn document<T: 'static>(any: &(dyn Any + Send + Sync)) -> &T {
    any.downcast_ref().expect("a document goes to the aggregate of its kind")
}

impl<A: Aggregate> DynAggregate for Of<A>
where
    A::Command: Clone,
{
    fn kind(&self) -> &'static str {
        A::KIND
    }

    fn of_booking(&self) -> bool {
        A::OF_BOOKING
    }

    fn decide(
        &self,
        own: Option<&(dyn Any + Send + Sync)>,
        command: &mut Option<AnyCommand>,
        cx: &Cx<'_>,
    ) -> Result<ErasedDecision, ErasedStop> {
        let held = command.take().expect("a command is decided once");
        let held = *held.downcast::<A::Command>().expect("a command goes to the aggregate it was made for");
        let own = own.map(document::<A>);
        match A::decide(own, held.clone(), cx) {
            Ok(decision) => Ok(ErasedDecision {
                events: decision.events.into_iter().map(|event| Arc::new(event) as AnyEvent).collect(),
                reply: decision.reply.map(|no| no.problem()),
            }),
            Err(Stop::Rejected(no)) => Err(ErasedStop::Rejected(no.problem())),
            Err(Stop::Need(need)) => {
                *command = Some(Box::new(held));
                Err(ErasedStop::Need(need))
            }
        }
    }

    fn key(&self, any: &(dyn Any + Send + Sync)) -> Option<Id> {
        A::key(event(any))
    }

    fn evolve(&self, own: Option<AnyDocument>, any: &(dyn Any + Send + Sync)) -> Option<AnyDocument> {
        let own = own.map(|own| match Arc::downcast::<A>(own) {
            Ok(own) => Arc::unwrap_or_clone(own),
            Err(_) => unreachable!("a document goes to the aggregate of its kind"),
        });
        A::evolve(own, event(any)).map(|own| Arc::new(own) as AnyDocument)
    }

    fn waits(&self, any: &(dyn Any + Send + Sync), id: Id) -> Vec<AnyWait> {
        let waits = document::<A>(any).waits(id);
        waits
            .into_iter()
            .map(|wait| match wait {
                Wait::Timer { due, command } => AnyWait::Timer { due, command: Box::new(command) },
                Wait::Call(call) => {
                    let answer = call.answer;
                    AnyWait::Call(ErasedCall {
                        to: call.to,
                        step: call.step,
                        attempt: call.attempt,
                        mode: call.mode,
                        request: call.request,
                        hold: call.hold,
                        until: call.until,
                        answer: Some(Box::new(move |given| Box::new(answer(given)))),
                    })
                }
            })
            .collect()
    }

    fn body(&self, any: &(dyn Any + Send + Sync), id: Id) -> Option<Body> {
        document::<A>(any).body(id)
    }

    fn policy(&self, heard: &(dyn Any + Send + Sync)) -> Vec<(Id, AnyCommand)> {
        let commands = A::policy(event(heard));
        commands.into_iter().map(|(id, command)| (id, Box::new(command) as AnyCommand)).collect()
    }

    fn encode(&self, any: &(dyn Any + Send + Sync)) -> String {
        serde_json::to_string(document::<A>(any)).expect("a document is plain data, which always serializes")
    }

    fn decode(&self, json: &str) -> Result<AnyDocument, Unreadable> {
        let read = serde_json::from_str::<A>(json);
        read.map(|own| Arc::new(own) as AnyDocument)
            .map_err(|error| Unreadable { name: A::KIND.into(), why: alloc::format!("{error}") })
    }
}

/// A [`View`] whose types are gone.
pub trait DynView: Send + Sync {
    fn kind(&self) -> &'static str;
    fn row(&self, heard: &(dyn Any + Send + Sync)) -> Option<Id>;
    /// The row after the event; starts from an empty one.
    fn project(&self, row: Option<AnyDocument>, heard: &(dyn Any + Send + Sync), meta: &Meta) -> AnyDocument;
    fn body(&self, row: &(dyn Any + Send + Sync)) -> Option<Body>;
    fn encode(&self, row: &(dyn Any + Send + Sync)) -> String;
    fn decode(&self, json: &str) -> Result<AnyDocument, Unreadable>;
}

impl<V: View> DynView for Of<V> {
    fn kind(&self) -> &'static str {
        V::KIND
    }

    fn row(&self, heard: &(dyn Any + Send + Sync)) -> Option<Id> {
        V::row(event(heard))
    }

    fn project(&self, row: Option<AnyDocument>, heard: &(dyn Any + Send + Sync), meta: &Meta) -> AnyDocument {
        let mut row = row.map_or_else(V::default, |row| match Arc::downcast::<V>(row) {
            Ok(row) => Arc::unwrap_or_clone(row),
            Err(_) => unreachable!("a row goes to the view of its kind"),
        });
        row.project(event(heard), meta);
        Arc::new(row)
    }

    fn body(&self, row: &(dyn Any + Send + Sync)) -> Option<Body> {
        document::<V>(row).body()
    }

    fn encode(&self, row: &(dyn Any + Send + Sync)) -> String {
        serde_json::to_string(document::<V>(row)).expect("a row is plain data, which always serializes")
    }

    fn decode(&self, json: &str) -> Result<AnyDocument, Unreadable> {
        let read = serde_json::from_str::<V>(json);
        read.map(|row| Arc::new(row) as AnyDocument)
            .map_err(|error| Unreadable { name: V::KIND.into(), why: alloc::format!("{error}") })
    }
}

/// Reads and writes the events of one service.
trait Codec: Send + Sync {
    fn name(&self, event: &(dyn Any + Send + Sync)) -> &'static str;
    fn encode(&self, event: &(dyn Any + Send + Sync)) -> String;
    fn decode(&self, name: &str, json: &str) -> Result<AnyEvent, Unreadable>;
    fn heard(&self, event: &(dyn Any + Send + Sync)) -> Option<AnyEvent>;
    fn names(&self) -> &'static [(&'static str, bool)];
}

impl<E: Message> Codec for Of<E> {
    fn name(&self, any: &(dyn Any + Send + Sync)) -> &'static str {
        event::<E>(any).name()
    }
    fn encode(&self, any: &(dyn Any + Send + Sync)) -> String {
        event::<E>(any).encode()
    }
    fn decode(&self, name: &str, json: &str) -> Result<AnyEvent, Unreadable> {
        E::decode(name, json).map(|event| Arc::new(event) as AnyEvent)
    }
    fn heard(&self, any: &(dyn Any + Send + Sync)) -> Option<AnyEvent> {
        event::<E>(any).heard().map(|heard| Arc::new(heard) as AnyEvent)
    }
    fn names(&self) -> &'static [(&'static str, bool)] {
        E::names()
    }
}

/// A command that is given at every start.
pub struct Beginning {
    pub kind: &'static str,
    pub id: Id,
    pub command: Box<dyn Fn() -> AnyCommand + Send + Sync>,
}

/// A page of plain text.
#[derive(Clone, Debug)]
pub struct Text {
    /// `/env`
    pub path: &'static str,
    pub about: &'static str,
    pub text: String,
}

/// One bounded context of a system: its documents, views and paths.
pub struct Service {
    pub name: &'static str,
    /// The port of the source document.
    pub port: u16,
    pub aggregates: Vec<Box<dyn DynAggregate>>,
    pub views: Vec<Box<dyn DynView>>,
    pub resources: Vec<Resource>,
    pub beginnings: Vec<Beginning>,
    /// Pages of plain text.
    pub texts: Vec<Text>,
    codec: Box<dyn Codec>,
}

impl core::fmt::Debug for Service {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Service").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Service {
    /// A service that records events of this set.
    pub fn of<E: Message>(name: &'static str, port: u16) -> Self {
        let (aggregates, views, resources) = (Vec::new(), Vec::new(), Vec::new());
        let (beginnings, texts) = (Vec::new(), Vec::new());
        let codec = Box::new(Of::<E>(PhantomData));
        Self { name, port, aggregates, views, resources, beginnings, texts, codec }
    }

    #[must_use]
    pub fn holds<A: Aggregate>(mut self) -> Self
    where
        A::Command: Clone,
    {
        self.aggregates.push(Box::new(Of::<A>(PhantomData)));
        self
    }

    #[must_use]
    pub fn shows<V: View>(mut self) -> Self {
        self.views.push(Box::new(Of::<V>(PhantomData)));
        self
    }

    #[must_use]
    pub fn serves(mut self, resources: impl IntoIterator<Item = Resource>) -> Self {
        self.resources.extend(resources);
        self
    }

    /// What there is from the beginning. Each command is given at every start: a document that is there already
    /// must say that it is so already.
    #[must_use]
    pub fn begins_with<A: Aggregate>(mut self, commands: impl IntoIterator<Item = (Id, A::Command)>) -> Self
    where
        A::Command: Clone + Sync,
    {
        self.beginnings.extend(commands.into_iter().map(|(id, command)| Beginning {
            kind: A::KIND,
            id,
            command: Box::new(move || Box::new(command.clone())),
        }));
        self
    }

    /// A page of plain text at a path of its own, like `/env`.
    #[must_use]
    pub fn text(mut self, path: &'static str, about: &'static str, text: String) -> Self {
        self.texts.push(Text { path, about, text });
        self
    }

    pub fn event_name(&self, event: &AnyEvent) -> &'static str {
        self.codec.name(&**event)
    }
    pub fn encode_event(&self, event: &AnyEvent) -> String {
        self.codec.encode(&**event)
    }
    pub fn decode_event(&self, name: &str, json: &str) -> Result<AnyEvent, Unreadable> {
        self.codec.decode(name, json)
    }
    /// What others hear of the event, in the system's published language.
    pub fn heard(&self, event: &AnyEvent) -> Option<AnyEvent> {
        self.codec.heard(&**event)
    }
    /// All that the service records: name, and whether it is public.
    pub fn event_names(&self) -> &'static [(&'static str, bool)] {
        self.codec.names()
    }
}

/// A business: its services and its settings.
pub struct System {
    pub name: &'static str,
    pub title: &'static str,
    pub services: Vec<Service>,
    pub settings: Arc<dyn Any + Send + Sync>,
    /// What must hold between its documents.
    pub audit: fn(Everything<'_>) -> Audit,
}

impl core::fmt::Debug for System {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("System")
            .field("name", &self.name)
            .field("services", &self.services)
            .finish_non_exhaustive()
    }
}

impl System {
    pub fn new<S: Send + Sync + 'static>(name: &'static str, title: &'static str, settings: S) -> Self {
        Self { name, title, services: Vec::new(), settings: Arc::new(settings), audit: |_| Audit::default() }
    }

    #[must_use]
    pub fn audit(mut self, rule: fn(Everything<'_>) -> Audit) -> Self {
        self.audit = rule;
        self
    }

    #[must_use]
    pub fn service(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }
}

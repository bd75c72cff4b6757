//! How a system is reached: paths, fields with their kinds, and the command behind each method. Data, not code
//! that runs: the gateway, in-process calls and the OpenAPI document all read the same tables.

use crate::{Aggregate, AnyCommand, Body, Id, Millis, Problem, View};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who asks: a person, or another service by a durable call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller<'a> {
    Person,
    /// `taxi.order`
    Service(&'a str),
}

/// A request whose fields have been read and checked against the resource's table.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub caller: Caller<'a>,
    /// The number in the path, if the path has one.
    pub id: Option<Id>,
    /// Fields that the table declares, in their declared kinds. PATCH: only those sent.
    pub fields: &'a Body,
}

impl Asked<'_> {
    pub fn by_service(&self) -> bool {
        matches!(self.caller, Caller::Service(_))
    }

    /// The number in the path. Handlers of paths with `{id}` always have one.
    pub fn path_id(&self) -> Id {
        self.id.expect("the path of this handler has an {id}")
    }

    /// A required text among the fields, which says something.
    pub fn need_text(&self, name: &'static str) -> Result<String, Problem> {
        let text = self.fields.text(name).filter(|text| !text.trim().is_empty());
        text.map(Into::into).ok_or_else(|| Problem::missing(name))
    }

    /// A text among the fields that is left out, or that says something.
    pub fn said(&self, name: &'static str) -> Result<Option<String>, Problem> {
        self.fields.text(name).map(|_| self.need_text(name)).transpose()
    }

    /// A required number among the fields.
    pub fn need_id(&self, name: &'static str) -> Result<Id, Problem> {
        self.fields.id(name).ok_or_else(|| Problem::missing(name))
    }
}

/// Which document decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new one, with a number never given before.
    New,
    Id(Id),
}

/// A command, and the document it is for.
pub struct Deed {
    pub kind: &'static str,
    pub target: Target,
    pub command: AnyCommand,
    /// The command is given so much later: a delay that somebody has configured.
    pub delay: Option<Millis>,
}

impl core::fmt::Debug for Deed {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Deed").field("kind", &self.kind).field("target", &self.target).finish_non_exhaustive()
    }
}

impl Deed {
    pub fn new<A: Aggregate>(target: Target, command: A::Command) -> Result<Self, Problem> {
        Ok(Self { kind: A::KIND, target, command: Box::new(command), delay: None })
    }

    /// The same, so much later.
    #[must_use]
    pub fn after(mut self, delay: Millis) -> Self {
        self.delay = (delay.0 > 0).then_some(delay);
        self
    }
}

/// What a field may hold. A number may also be sent as text that reads as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// At most so many characters.
    Text {
        max: usize,
    },
    Whole {
        min: i64,
        max: i64,
    },
    /// A number with a fraction, like a degree of latitude.
    Decimal {
        min: i64,
        max: i64,
    },
    /// True or false.
    Flag,
    /// Records within a record. Only shown: no client sends one.
    List,
    /// A card number: becomes a token and the last four digits at the door.
    Card,
}

/// One field of a resource.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// Another name that is accepted for the same.
    pub alias: Option<&'static str>,
    pub kind: FieldKind,
    /// POST without it is a 400.
    pub required: bool,
    /// Only shown, never taken from a client.
    pub read_only: bool,
    /// Taken from calls between services only, never from a person.
    pub internal: bool,
    pub about: &'static str,
}

/// The longest text of a field in characters, unless its table says otherwise.
const TEXT_MAX: usize = 255;

impl Field {
    const fn of(name: &'static str, kind: FieldKind, about: &'static str) -> Self {
        Self { name, alias: None, kind, required: false, read_only: false, internal: false, about }
    }
    pub const fn text(name: &'static str, about: &'static str) -> Self {
        Self::of(name, FieldKind::Text { max: TEXT_MAX }, about)
    }
    /// A number of a document.
    pub const fn id(name: &'static str, about: &'static str) -> Self {
        Self::of(name, FieldKind::Whole { min: 1, max: i64::MAX }, about)
    }
    /// A number that counts or costs, 0 or more.
    pub const fn count(name: &'static str, max: i64, about: &'static str) -> Self {
        Self::of(name, FieldKind::Whole { min: 0, max }, about)
    }
    /// A number with a fraction, from `min` to `max`.
    pub const fn decimal(name: &'static str, min: i64, max: i64, about: &'static str) -> Self {
        Self::of(name, FieldKind::Decimal { min, max }, about)
    }
    pub const fn flag(name: &'static str, about: &'static str) -> Self {
        Self::of(name, FieldKind::Flag, about)
    }
    /// Records within the record; only shown.
    pub const fn list(name: &'static str, about: &'static str) -> Self {
        Self::of(name, FieldKind::List, about).read_only()
    }
    pub const fn card(name: &'static str, about: &'static str) -> Self {
        Self::of(name, FieldKind::Card, about)
    }
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
    #[must_use]
    pub const fn internal(mut self) -> Self {
        self.internal = true;
        self
    }
    #[must_use]
    pub const fn alias(mut self, name: &'static str) -> Self {
        self.alias = Some(name);
        self
    }
}

pub type Handler = Box<dyn Fn(&Asked<'_>) -> Result<Deed, Problem> + Send + Sync>;

/// A method on a path.
pub struct Route {
    pub method: Method,
    /// `/orders`, `/orders/{id}`, `/taxis/{id}/holds`
    pub path: String,
    /// For calls between services only: the gateway does not route it, and a person gets 404.
    pub internal: bool,
    pub handler: Handler,
}

impl core::fmt::Debug for Route {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Route")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A finder below `/{plural}/search/`: rows whose field equals the parameter.
#[derive(Clone, Copy, Debug)]
pub struct Finder {
    /// `findByOrderId`
    pub name: &'static str,
    /// The query parameter: `orderId`, or `id` where the document names it so.
    pub parameter: &'static str,
    /// The field of the record that must equal it.
    pub field: &'static str,
    /// Shows the one row itself instead of a list; 404 when there is none.
    pub one: bool,
}

/// A collection, its items and finders.
#[derive(Debug)]
pub struct Resource {
    /// The kind of document or view row it shows.
    pub kind: &'static str,
    /// `order`, the relation of an item.
    pub singular: &'static str,
    /// `orders`, the path and the relation of the collection.
    pub plural: &'static str,
    pub about: &'static str,
    /// A read model: GET only.
    pub view: bool,
    /// Shown in pages always; else only when the client asks for a page. Views are not, unless they say so.
    pub paged: bool,
    pub fields: Vec<Field>,
    pub routes: Vec<Route>,
    pub finders: Vec<Finder>,
}

impl Resource {
    pub fn of<A: Aggregate>(singular: &'static str, plural: &'static str, about: &'static str) -> Self {
        Self::new(A::KIND, singular, plural, about, false)
    }

    pub fn view<V: View>(singular: &'static str, plural: &'static str, about: &'static str) -> Self {
        Self::new(V::KIND, singular, plural, about, true)
    }

    fn new(
        kind: &'static str,
        singular: &'static str,
        plural: &'static str,
        about: &'static str,
        view: bool,
    ) -> Self {
        let (fields, routes, finders) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, singular, plural, about, view, paged: !view, fields, routes, finders }
    }

    /// A view that is shown in pages like a collection.
    #[must_use]
    pub fn paged(mut self) -> Self {
        self.paged = true;
        self
    }

    #[must_use]
    pub fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.fields.extend(fields);
        self
    }

    #[must_use]
    pub fn finder(mut self, name: &'static str, parameter: &'static str, field: &'static str) -> Self {
        self.finders.push(Finder { name, parameter, field, one: false });
        self
    }

    /// A finder whose answer is one record, not a list.
    #[must_use]
    pub fn finder_of_one(mut self, name: &'static str, parameter: &'static str, field: &'static str) -> Self {
        self.finders.push(Finder { name, parameter, field, one: true });
        self
    }

    /// A method on the collection (POST) or on an item (PUT, PATCH, DELETE).
    #[must_use]
    pub fn on<H>(self, method: Method, handler: H) -> Self
    where
        H: Fn(&Asked<'_>) -> Result<Deed, Problem> + Send + Sync + 'static,
    {
        let path = match method {
            Method::Post | Method::Get => alloc::format!("/{}", self.plural),
            Method::Put | Method::Patch | Method::Delete => alloc::format!("/{}/{{id}}", self.plural),
        };
        self.route(method, path, false, handler)
    }

    /// A path below the collection that only services call: `void`, `{id}/holds`.
    #[must_use]
    pub fn internal<H>(self, method: Method, below: &'static str, handler: H) -> Self
    where
        H: Fn(&Asked<'_>) -> Result<Deed, Problem> + Send + Sync + 'static,
    {
        let path = alloc::format!("/{}/{below}", self.plural);
        self.route(method, path, true, handler)
    }

    fn route<H>(mut self, method: Method, path: String, internal: bool, handler: H) -> Self
    where
        H: Fn(&Asked<'_>) -> Result<Deed, Problem> + Send + Sync + 'static,
    {
        self.routes.push(Route { method, path, internal, handler: Box::new(handler) });
        self
    }
}

impl Route {
    /// Whether the path is this route's; the number in it, if it has one.
    pub fn matches(&self, path: &str) -> Option<Option<Id>> {
        let mut id = None;
        let mut wanted = self.path.split('/');
        let mut given = path.split('/');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return Some(id),
                (Some("{id}"), Some(text)) => id = Some(Id(text.parse().ok().filter(|n| *n > 0)?)),
                (Some(want), Some(got)) if want == got => {}
                _ => return None,
            }
        }
    }
}

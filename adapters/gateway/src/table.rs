//! Which path is what: built once from the tables of the systems, then only looked up.

use crate::caller;
use crate::openapi;
use crate::schema;
use axum::http::{HeaderMap, HeaderValue};
use kernel::{Finder, Id, Method, Resource, Route, System, Text};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Where a system is mounted: `""` (the root) or one segment, `"/taxi"`.
pub type Prefix = String;

/// What one listener serves.
#[derive(Clone, Debug)]
pub enum Scope {
    /// A gateway: every service of these systems, without the paths that are for services only. A system may be
    /// mounted more than once.
    Systems(Vec<(Prefix, Arc<System>)>),
    /// One service of a system at the root, with the paths that other services call.
    Service(Arc<System>, String),
    /// One service of a system at the root for people alone: where services call each other within the process,
    /// nobody on the wire may speak as one of them.
    Public(Arc<System>, String),
}

/// Names that a collection or a prefix cannot have, since they are paths of the door itself.
const RESERVED: [&str; 4] = ["actuator", "profile", "openapi.json", "search"];

#[derive(Debug)]
pub(crate) struct Table {
    /// What is at the root; without entries on a gateway of several systems.
    root: Mount,
    /// By the name of the prefix, without its slash.
    mounts: HashMap<String, Mount>,
    /// Whether services are believed to be services, and may call internal paths.
    pub(crate) internal: bool,
}

/// A system, or a service, at its place.
#[derive(Debug)]
pub(crate) struct Mount {
    pub(crate) prefix: Prefix,
    /// In the order of the tables.
    pub(crate) entries: Vec<Entry>,
    by_plural: HashMap<&'static str, usize>,
    pub(crate) texts: Vec<TextPage>,
    /// The OpenAPI document without its servers, as JSON text.
    pub(crate) openapi: String,
}

/// A page of plain text, and whose it is.
#[derive(Debug)]
pub(crate) struct TextPage {
    pub(crate) system: &'static str,
    pub(crate) service: &'static str,
    pub(crate) text: Text,
}

/// A resource with all that can be known of it beforehand.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) system: Arc<System>,
    service: usize,
    resource: usize,
    /// `taxi.order`, as shelves name it.
    pub(crate) kind: String,
    /// `POST /orders` and the like, by index of the route.
    collection: Vec<usize>,
    /// `PATCH /orders/{id}` and the like.
    item: Vec<usize>,
    /// Every other path.
    further: Vec<usize>,
    pub(crate) collection_allow: HeaderValue,
    pub(crate) item_allow: HeaderValue,
    /// The JSON Schema behind the profile link, as text.
    pub(crate) schema: String,
}

/// What is at a path.
#[derive(Debug)]
pub(crate) enum Place<'a> {
    Index(&'a Mount),
    OpenApi(&'a Mount),
    Profile(&'a Mount),
    Schema(&'a Entry),
    /// The rest of the path below `/actuator`, without slashes around it.
    Actuator(&'a str),
    Collection(&'a Mount, &'a Entry),
    Item(&'a Mount, &'a Entry, Id),
    Search(&'a Mount, &'a Entry),
    Finder(&'a Mount, &'a Entry, &'a Finder),
    Text(&'a Mount, &'a TextPage),
    /// A path of the tables that is neither collection nor item.
    Further(&'a Mount, &'a Entry),
}

impl Table {
    /// Panics where the tables contradict themselves: two things at one path, an unknown service, a finder of a
    /// field that is not there. All of these are bugs of a system or of the app.
    pub(crate) fn build(scope: &Scope) -> Self {
        let (root, mounts, internal) = match scope {
            Scope::Service(system, name) | Scope::Public(system, name) => {
                let called = matches!(scope, Scope::Service(..));
                let service = system.services.iter().position(|service| service.name == name);
                let service = service.unwrap_or_else(|| panic!("{} has no service {name}", system.name));
                (Mount::of(String::new(), system, &[service], called), HashMap::new(), called)
            }
            Scope::Systems(systems) => {
                let mut mounts = HashMap::new();
                let mut root = Mount::empty();
                for (prefix, system) in systems {
                    let all: Vec<usize> = (0..system.services.len()).collect();
                    let mount = Mount::of(prefix.clone(), system, &all, false);
                    if prefix.is_empty() {
                        assert!(root.entries.is_empty(), "only one system can be at the root");
                        root = mount;
                        continue;
                    }
                    let name = prefix.strip_prefix('/').unwrap_or_default();
                    let is_free = !name.is_empty() && !name.contains('/') && !RESERVED.contains(&name);
                    assert!(is_free, "a prefix is one segment like /taxi, not {prefix:?}");
                    assert!(mounts.insert(name.to_owned(), mount).is_none(), "two systems at {prefix}");
                }
                (root, mounts, false)
            }
        };
        for plural in root.by_plural.keys() {
            assert!(!mounts.contains_key(*plural), "a system and a collection are both at /{plural}");
        }
        let mut table = Self { root, mounts, internal };
        if table.root.entries.is_empty() {
            table.root.openapi = openapi::document("Holdfast", &table.mounts(), true).to_string();
        }
        table
    }

    /// Mounts below the root, by name.
    pub(crate) fn mounts(&self) -> Vec<&Mount> {
        let mut mounts: Vec<&Mount> = self.mounts.values().collect();
        mounts.sort_by_key(|mount| &mount.prefix);
        mounts
    }

    pub(crate) fn root_openapi(&self) -> &str {
        &self.root.openapi
    }

    pub(crate) fn is_root(&self, mount: &Mount) -> bool {
        mount.prefix.is_empty()
    }

    /// What is at the path. A slash at its end does not matter.
    pub(crate) fn find<'a>(&'a self, path: &'a str) -> Option<Place<'a>> {
        let path = path.strip_prefix('/')?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let (first, rest) = split(path);
        if first == "actuator" {
            return Some(Place::Actuator(rest.unwrap_or_default()));
        }
        match self.mounts.get(first) {
            Some(mount) => mount.find(rest.unwrap_or_default()),
            None => self.root.find(path),
        }
    }
}

/// The first segment, and what is behind its slash.
fn split(path: &str) -> (&str, Option<&str>) {
    match path.split_once('/') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    }
}

impl Mount {
    fn empty() -> Self {
        let (prefix, openapi) = (String::new(), String::new());
        Self { prefix, entries: Vec::new(), by_plural: HashMap::new(), texts: Vec::new(), openapi }
    }

    fn of(prefix: Prefix, system: &Arc<System>, services: &[usize], internal: bool) -> Self {
        let mut mount = Self { prefix, ..Self::empty() };
        for &service in services {
            for resource in 0..system.services[service].resources.len() {
                let entry = Entry::of(system, service, resource, internal);
                let plural = entry.resource().plural;
                assert!(!RESERVED.contains(&plural), "/{plural} is a path of the door itself");
                let taken = mount.by_plural.insert(plural, mount.entries.len());
                assert!(taken.is_none(), "two resources of {} are at /{plural}", system.name);
                mount.entries.push(entry);
            }
        }
        for &service in services {
            let service = &system.services[service];
            for text in &service.texts {
                let name = text.path.strip_prefix('/').unwrap_or_default();
                let is_free = !RESERVED.contains(&name) && !mount.by_plural.contains_key(name);
                assert!(is_free && !name.contains('/'), "{} is no path for a text", text.path);
                let (system, service) = (system.name, service.name);
                mount.texts.push(TextPage { system, service, text: text.clone() });
            }
        }
        let title = match services {
            [one] => format!("{}: {}", system.title, system.services[*one].name),
            _ => system.title.to_owned(),
        };
        mount.openapi = openapi::document(&title, &[&mount], false).to_string();
        mount
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The resource that shows documents of this kind, if there is one.
    pub(crate) fn of_kind(&self, service: &str, kind: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.service() == service && entry.resource().kind == kind)
    }

    fn find<'a>(&'a self, path: &'a str) -> Option<Place<'a>> {
        let (first, rest) = split(path);
        match (first, rest) {
            ("", None) => return Some(Place::Index(self)),
            ("openapi.json", None) => return Some(Place::OpenApi(self)),
            ("profile", None) => return Some(Place::Profile(self)),
            ("profile", Some(plural)) => return self.entry(plural).map(Place::Schema),
            _ => {}
        }
        if rest.is_none()
            && let Some(page) = self.texts.iter().find(|page| page.text.path[1..] == *first)
        {
            return Some(Place::Text(self, page));
        }
        let entry = self.entry(first)?;
        let Some(rest) = rest else { return Some(Place::Collection(self, entry)) };
        let has_finders = !entry.resource().finders.is_empty();
        match split(rest) {
            ("search", None) if has_finders => return Some(Place::Search(self, entry)),
            ("search", Some(name)) => {
                let finder = entry.resource().finders.iter().find(|finder| finder.name == name)?;
                return Some(Place::Finder(self, entry, finder));
            }
            (id, None) => {
                if let Some(id) = number(id) {
                    return Some(Place::Item(self, entry, id));
                }
            }
            _ => {}
        }
        (!entry.further.is_empty()).then_some(Place::Further(self, entry))
    }

    fn entry(&self, plural: &str) -> Option<&Entry> {
        self.by_plural.get(plural).map(|at| &self.entries[*at])
    }

    /// The path as the tables have it: without prefix, and without a slash at its end.
    pub(crate) fn local<'a>(&self, path: &'a str) -> &'a str {
        let path = path.strip_prefix(self.prefix.as_str()).unwrap_or(path);
        path.strip_suffix('/').unwrap_or(path)
    }
}

/// A number as links have it: decimal digits, no sign, no zero in front, within what a store can hold.
pub(crate) fn number(text: &str) -> Option<Id> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let number = text.parse::<i64>().ok().filter(|number| is_plain && *number > 0)?;
    u64::try_from(number).ok().map(Id)
}

impl Entry {
    fn of(system: &Arc<System>, service: usize, resource: usize, internal: bool) -> Self {
        let table = &system.services[service].resources[resource];
        for finder in &table.finders {
            let known = table.fields.iter().any(|field| field.name == finder.field);
            assert!(known, "finder {} looks for a field that {} has not", finder.name, table.plural);
        }
        let of_collection = format!("/{}", table.plural);
        let of_item = format!("/{}/{{id}}", table.plural);
        let (mut collection, mut item, mut further) = (Vec::new(), Vec::new(), Vec::new());
        for (at, route) in table.routes.iter().enumerate() {
            assert!(route.method != Method::Get, "GET {} shows records and decides nothing", route.path);
            match &route.path {
                _ if route.internal && !internal => {}
                path if *path == of_collection => collection.push(at),
                path if *path == of_item => item.push(at),
                _ => further.push(at),
            }
        }
        let public = |routes: &[usize]| allow(routes.iter().map(|at| &table.routes[*at]), true);
        Self {
            system: Arc::clone(system),
            service,
            resource,
            kind: format!("{}.{}", system.name, table.kind),
            collection_allow: public(&collection),
            item_allow: public(&item),
            collection,
            item,
            further,
            schema: schema_text(table),
        }
    }

    pub(crate) fn resource(&self) -> &Resource {
        &self.system.services[self.service].resources[self.resource]
    }

    /// The service that decides.
    pub(crate) fn service(&self) -> &'static str {
        self.system.services[self.service].name
    }

    pub(crate) fn on_collection(&self, method: Method, by_service: bool) -> Option<&Route> {
        self.among(&self.collection, method, by_service)
    }

    pub(crate) fn on_item(&self, method: Method, by_service: bool) -> Option<&Route> {
        self.among(&self.item, method, by_service)
    }

    fn among(&self, routes: &[usize], method: Method, by_service: bool) -> Option<&Route> {
        let mut routes = routes.iter().map(|at| &self.resource().routes[*at]);
        routes.find(|route| route.method == method && (by_service || !route.internal))
    }

    /// The further routes at a local path, with the number in it.
    pub(crate) fn further(&self, path: &str, by_service: bool) -> Vec<(&Route, Option<Id>)> {
        let routes = self.further.iter().map(|at| &self.resource().routes[*at]);
        let visible = routes.filter(|route| by_service || !route.internal);
        visible.filter_map(|route| Some((route, route.matches(path)?))).collect()
    }

    /// Every route that this scope serves.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &Route> {
        let served = self.collection.iter().chain(&self.item).chain(&self.further);
        served.map(|at| &self.resource().routes[*at])
    }
}

/// The value of `Allow` for these routes, and for reading where there is something to read.
pub(crate) fn allow<'a>(routes: impl Iterator<Item = &'a Route>, readable: bool) -> HeaderValue {
    let mut names = if readable { vec!["GET", "HEAD"] } else { Vec::new() };
    for route in routes {
        if !route.internal || !readable {
            names.push(route.method.name());
        }
    }
    names.push("OPTIONS");
    HeaderValue::try_from(names.join(", ")).expect("names of methods are a header value")
}

fn schema_text(table: &Resource) -> String {
    let schema: Value = schema::record(table);
    schema.to_string()
}

/// Whether this request comes from a service, by its header. Through a gateway nobody does.
pub(crate) fn by_service<'a>(table: &Table, headers: &'a HeaderMap) -> Option<&'a str> {
    if table.internal { caller::calling_service(headers) } else { None }
}

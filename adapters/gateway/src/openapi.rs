//! OpenAPI 3.1, made from the same tables that requests are read by.

use crate::limits::{KEY_CHARS_MAX, PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX};
use crate::schema;
use crate::table::{Entry, Mount, Scope, Table};
use kernel::{Finder, Method, Resource, Route};
use serde_json::{Map, Value, json};

/// The document of a scope: what its root serves at `/openapi.json`, without servers.
///
/// # Panics
/// As [`Site::new`](crate::Site::new).
pub fn openapi(scope: &Scope) -> Value {
    let text = Table::build(scope).root_openapi().to_owned();
    serde_json::from_str(&text).expect("the document was written as JSON")
}

/// `prefixed`: paths carry the prefix of their mount, since the document's server is the root.
pub(crate) fn document(title: &str, mounts: &[&Mount], prefixed: bool) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let mut tags = Vec::new();
    for mount in mounts {
        for entry in &mount.entries {
            let prefix = if prefixed { mount.prefix.as_str() } else { "" };
            let words = Words::of(entry, prefix);
            schemas.insert(words.schema.clone(), item_schema(entry.resource()));
            tags.push(json!({"name": words.tag, "description": entry.resource().about}));
            words.add_paths(&mut paths);
        }
    }
    for mount in mounts {
        let prefix = if prefixed { mount.prefix.as_str() } else { "" };
        for page in mount.texts.iter().map(|page| &page.text) {
            let text = json!({"text/plain": {"schema": {"type": "string"}}});
            let ok = json!({"200": {"description": page.about, "content": text}});
            let name = format!("get{}Text", capital(&format!("{prefix}{}", page.path).replace('/', "")));
            let get = json!({"operationId": name, "summary": page.about, "responses": ok});
            add(&mut paths, &format!("{prefix}{}", page.path), "get", get);
        }
    }
    paths.insert("/actuator/health".into(), health());
    schemas.insert("Problem".into(), problem());
    schemas.insert("Links".into(), links());
    json!({
        "openapi": "3.1.0",
        "info": {"title": title, "version": env!("CARGO_PKG_VERSION")},
        "tags": tags,
        "paths": paths,
        "components": {"schemas": schemas, "parameters": parameters()},
    })
}

/// How one resource is called in a document.
struct Words<'a> {
    entry: &'a Entry,
    table: &'a Resource,
    prefix: &'a str,
    /// Unique in the document: several systems have a payment.
    schema: String,
    tag: String,
}

impl<'a> Words<'a> {
    fn of(entry: &'a Entry, prefix: &'a str) -> Self {
        let table = entry.resource();
        let system = prefix.trim_start_matches('/');
        let schema = format!("{}{}", capital(system), capital(table.singular));
        let tag = format!("{prefix}/{}", table.plural);
        Self { entry, table, prefix, schema, tag: tag.trim_start_matches('/').into() }
    }

    fn add_paths(&self, paths: &mut Map<String, Value>) {
        let collection = format!("{}/{}", self.prefix, self.table.plural);
        let item = format!("{collection}/{{id}}");
        add(paths, &collection, "get", self.list(None));
        add(paths, &item, "get", self.item());
        for finder in &self.table.finders {
            add(paths, &format!("{collection}/search/{}", finder.name), "get", self.list(Some(finder)));
        }
        for route in self.entry.routes() {
            let path = format!("{}{}", self.prefix, route.path);
            add(paths, &path, &route.method.name().to_lowercase(), self.deed(route));
        }
    }

    fn operation(&self, name: &str, summary: &str, mut responses: Value) -> Value {
        for (status, about) in [("404", "Nothing is here."), ("406", NO_FORM), ("503", NOT_NOW)] {
            responses[status] = refusal(about);
        }
        json!({
            "operationId": format!("{name}{}", self.schema),
            "tags": [self.tag],
            "summary": summary,
            "responses": responses,
        })
    }

    fn item(&self) -> Value {
        let shown = shown("The record.", &self.schema);
        let mut operation =
            self.operation("get", &format!("One {}", self.table.singular), json!({"200": shown}));
        operation["parameters"] = json!([number()]);
        operation
    }

    fn list(&self, finder: Option<&Finder>) -> Value {
        let plural = self.table.plural;
        let ok = match finder {
            Some(finder) if finder.one => shown("The record.", &self.schema),
            _ => json!({"description": "The records.", "content": hal(&self.list_schema())}),
        };
        let name = finder.map_or_else(|| "list".to_owned(), |finder| format!("{}Of", finder.name));
        let summary = match finder {
            Some(finder) => format!("Those {plural} whose {} is the parameter", finder.field),
            None => format!("All {plural}"),
        };
        let mut responses = json!({"200": ok});
        responses["400"] = refusal("A parameter is wrong, and named.");
        let mut operation = self.operation(&name, &summary, responses);
        let mut parameters = Vec::new();
        if let Some(finder) = finder {
            let schema = schema::parameter(self.table, finder.field);
            parameters
                .push(json!({"name": finder.parameter, "in": "query", "required": true, "schema": schema}));
        }
        if !finder.is_some_and(|finder| finder.one) {
            parameters.extend(["page", "size", "sort"].map(reference));
        }
        operation["parameters"] = json!(parameters);
        operation
    }

    fn list_schema(&self) -> Value {
        let rows = json!({"type": "array", "items": {"$ref": schema_path(&self.schema)}});
        json!({
            "type": "object",
            "required": ["_embedded", "_links"],
            "properties": {
                "_embedded": {"type": "object", "properties": {self.table.plural: rows}},
                "_links": {"$ref": schema_path("Links")},
                "page": {"type": "object", "properties": {
                    "size": {"type": "integer"}, "totalElements": {"type": "integer"},
                    "totalPages": {"type": "integer"}, "number": {"type": "integer"}}},
            },
        })
    }

    fn deed(&self, route: &Route) -> Value {
        let (singular, method) = (self.table.singular, route.method);
        let (summary, status, done) = match method {
            Method::Post => {
                ("Make or do", "201", shown("Done. Location says where the record is.", &self.schema))
            }
            Method::Put => ("Replace", "200", shown("The record as it is now.", &self.schema)),
            Method::Delete => ("Remove or cancel", "204", json!({"description": "Done."})),
            Method::Patch | Method::Get => ("Change", "200", shown("The record as it is now.", &self.schema)),
        };
        let mut responses = json!({status: done});
        responses["202"] = shown("Under way; it goes on by itself.", &self.schema);
        for (status, about) in REFUSALS {
            if method != Method::Delete || !OF_BODIES.contains(&status) {
                responses[status] = refusal(about);
            }
        }
        let below: Vec<&str> = route.path.split('/').skip(2).filter(|part| *part != "{id}").collect();
        let name = format!(
            "{}{}",
            method.name().to_lowercase(),
            below.iter().map(|part| capital(part)).collect::<String>()
        );
        let mut operation = self.operation(&name, &format!("{summary}: {singular}"), responses);
        let mut parameters = vec![reference("Idempotency-Key")];
        if route.path.contains("{id}") {
            parameters.push(number());
        }
        if route.internal {
            parameters.push(reference("Holdfast-Call"));
            operation["x-internal"] = json!(true);
        }
        if method == Method::Delete {
            parameters.extend(self.table.fields.iter().filter(|field| !field.read_only && !field.internal).map(|field| {
                json!({"name": field.name, "in": "query", "schema": schema::parameter(self.table, field.name)})
            }));
        } else {
            let whole = matches!(method, Method::Post | Method::Put) && !route.internal;
            let media = json!({"schema": schema::request(self.table, whole, route.internal)});
            operation["requestBody"] = json!({"required": true, "content": {"application/json": media}});
        }
        operation["parameters"] = json!(parameters);
        operation
    }
}

const NO_FORM: &str = "The client takes neither HAL nor JSON.";
const NOT_NOW: &str = "Not now, and nothing was changed. Retry-After says when to try again.";

const REFUSALS: [(&str, &str); 8] = [
    ("400", "The request is wrong; the field is named."),
    ("402", "The payment was declined."),
    ("408", "The body came too slowly."),
    ("409", "Not in this state; or a request with the same key is under way."),
    ("413", "The body is too large."),
    ("415", "The body is not JSON."),
    ("422", "The key was used for another request."),
    ("500", "A bug of ours."),
];

/// Statuses that only a request with a body can have.
const OF_BODIES: [&str; 3] = ["408", "413", "415"];

fn add(paths: &mut Map<String, Value>, path: &str, method: &str, operation: Value) {
    paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn schema_path(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

fn number() -> Value {
    reference("id")
}

fn hal(schema: &Value) -> Value {
    json!({"application/hal+json": {"schema": schema}, "application/json": {"schema": schema}})
}

fn shown(about: &str, schema: &str) -> Value {
    json!({"description": about, "content": hal(&json!({"$ref": schema_path(schema)}))})
}

fn refusal(about: &str) -> Value {
    let schema = json!({"$ref": schema_path("Problem")});
    json!({"description": about, "content": {"application/problem+json": {"schema": schema}}})
}

fn item_schema(table: &Resource) -> Value {
    let mut schema = schema::record(table);
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("$schema");
    }
    schema["properties"]["_links"] = json!({"$ref": schema_path("Links"), "readOnly": true});
    schema
}

fn links() -> Value {
    let link = json!({
        "type": "object",
        "required": ["href"],
        "properties": {"href": {"type": "string"}, "templated": {"type": "boolean"}},
    });
    json!({"type": "object", "additionalProperties": link})
}

/// The codes of the door itself; each service has more.
const CODES: [&str; 18] = [
    "address-too-long",
    "bad-card",
    "bad-field",
    "bad-idempotency-key",
    "bad-json",
    "bad-parameter",
    "body-broken-off",
    "body-too-large",
    "body-too-slow",
    "internal-error",
    "method-not-allowed",
    "missing-field",
    "no-answer",
    "not-acceptable",
    "not-found",
    "service-unavailable",
    "too-busy",
    "unsupported-media-type",
];

fn problem() -> Value {
    const TEXTS: [&str; 9] =
        ["type", "title", "code", "correlationId", "detail", "error", "message", "path", "timestamp"];
    let mut properties: Map<String, Value> =
        TEXTS.iter().map(|name| ((*name).into(), json!({"type": "string"}))).collect();
    properties["code"]["examples"] = json!(CODES);
    properties["timestamp"]["format"] = json!("date-time");
    properties.insert("status".into(), json!({"type": "integer"}));
    let required: Vec<&String> = properties.keys().collect();
    let required = json!(required);
    properties.insert("field".into(), json!({"type": "string", "description": "The field at fault."}));
    json!({
        "type": "object",
        "description": "RFC 9457. The code is stable and does not depend on the language.",
        "required": required,
        "properties": properties,
    })
}

fn parameters() -> Value {
    let whole = |name: &str, least: u64, about: String| json!({"name": name, "in": "query", "description": about, "schema": {"type": "integer", "minimum": least}});
    let header = |name: &str, required: bool, about: String| json!({"name": name, "in": "header", "required": required, "description": about, "schema": {"type": "string"}});
    json!({
        "id": {"name": "id", "in": "path", "required": true,
            "schema": {"type": "integer", "format": "int64", "minimum": 1}},
        "page": whole("page", 0, "From 0.".into()),
        "size": whole("size", 1, format!("Rows of a page: {PAGE_ROWS_DEFAULT} if not said, {PAGE_ROWS_MAX} at most.")),
        "sort": {"name": "sort", "in": "query", "description": "A field or id, then ,asc or ,desc.",
            "schema": {"type": "string"}, "example": "id,desc"},
        "Idempotency-Key": header("Idempotency-Key", false, format!(
            "The same request with the same key acts once and is answered the same. 1 to {KEY_CHARS_MAX} visible characters."
        )),
        "Holdfast-Call": header("Holdfast-Call", true, "The service that calls, like taxi.order.".into()),
    })
}

fn health() -> Value {
    let schema = json!({"type": "object", "properties": {"status": {"type": "string"}}});
    let up = json!({"description": "It is up.", "content": {"application/json": {"schema": schema}}});
    json!({"get": {"operationId": "health", "summary": "Whether it is up", "responses": {"200": up}}})
}

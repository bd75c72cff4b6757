//! JSON Schema (2020-12) of the tables.

use kernel::{Field, FieldKind, Resource};
use serde_json::{Map, Value, json};

/// Behind the profile link of a collection: the record as it is sent and shown.
pub(crate) fn record(table: &Resource) -> Value {
    let mut schema = object(&table.fields, |field| !field.internal, true);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(table.singular);
    schema["description"] = json!(table.about);
    schema
}

/// What a client may send, or a service (`internal`). `whole`: with the fields that POST and PUT require.
pub(crate) fn request(table: &Resource, whole: bool, internal: bool) -> Value {
    object(&table.fields, |field| !field.read_only && (internal || !field.internal), whole)
}

fn object(fields: &[Field], takes: impl Fn(&Field) -> bool, whole: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields.iter().filter(|field| takes(field)) {
        properties.insert(field.name.into(), property(field));
        if field.required && whole {
            required.push(field.name);
        }
    }
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// Every field may be null in an answer, and in a PATCH.
fn property(field: &Field) -> Value {
    let mut property = match field.kind {
        FieldKind::Text { max } => json!({"type": ["string", "null"], "maxLength": max}),
        FieldKind::Whole { min, max: i64::MAX } => {
            json!({"type": ["integer", "null"], "format": "int64", "minimum": min})
        }
        FieldKind::Whole { min, max } => {
            json!({"type": ["integer", "null"], "format": "int64", "minimum": min, "maximum": max})
        }
        FieldKind::Decimal { min, max } => {
            json!({"type": ["number", "null"], "minimum": min, "maximum": max})
        }
        FieldKind::Flag => json!({"type": ["boolean", "null"]}),
        FieldKind::List => json!({"type": "array", "items": {"type": "object"}}),
        // Sent as digits, shown as `********5656`.
        FieldKind::Card => json!({"type": ["string", "null"], "maxLength": 40}),
    };
    let about = match field.alias {
        Some(alias) => format!("{} May also be sent as {alias}.", field.about),
        None => field.about.to_owned(),
    };
    if !about.is_empty() {
        property["description"] = json!(about);
    }
    if field.read_only {
        property["readOnly"] = json!(true);
    }
    property
}

/// The parameter of a finder.
pub(crate) fn parameter(table: &Resource, field: &str) -> Value {
    match table.fields.iter().find(|declared| declared.name == field).map(|declared| declared.kind) {
        Some(FieldKind::Whole { min, .. }) => json!({"type": "integer", "format": "int64", "minimum": min}),
        _ => json!({"type": "string"}),
    }
}

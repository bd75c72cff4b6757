//! The fields of a request, as the gateway reads them.

use kernel::{Body, Card, Field, FieldKind};
use serde_json::Value;

/// The fields a resource declares, as the gateway reads them from well-formed JSON.
pub(super) fn fields(declared: &[Field], body: &Value) -> Body {
    let mut fields = Body::new();
    for field in declared.iter().filter(|field| !field.read_only && !field.internal) {
        let sent = [Some(field.name), field.alias].into_iter().flatten().find_map(|name| body.get(name));
        let Some(sent) = sent else { continue };
        match (field.kind, sent) {
            (FieldKind::Card, Value::String(number)) => {
                let last4 = number[number.len() - 4..].to_owned();
                let card = Card { token: format!("tok_{last4}"), last4 };
                fields = fields.with_card(field.name, Some(&card));
            }
            (FieldKind::Decimal { .. }, Value::String(text)) => {
                fields = fields.with(field.name, text.parse::<f64>().expect("a number as text"));
            }
            (FieldKind::Whole { .. }, Value::String(text)) => {
                fields = fields.with(field.name, text.parse::<i64>().expect("a number as text"));
            }
            _ => fields = fields.with(field.name, sent.clone()),
        }
    }
    fields
}

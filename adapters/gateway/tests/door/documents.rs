//! What the door says of itself: JSON Schema and OpenAPI.

use crate::support::{gateway, service, shop};
use gateway::{Scope, openapi};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

#[tokio::test]
async fn profiles_lead_to_a_schema_for_each_collection() {
    let door = gateway();
    let profile = door.get("/shop/profile").await;
    assert_eq!(profile.link("orders"), "http://localhost:8088/shop/profile/orders");
    let schema = door.get("/shop/profile/orders").await;
    assert_eq!(schema.header("content-type"), "application/schema+json;charset=UTF-8");
    let schema = schema.json();
    assert_eq!(schema["title"], "order");
    assert_eq!(schema["required"], json!(["name"]));
    let fields = &schema["properties"];
    assert_eq!(
        fields["qty"],
        json!({"type": ["integer", "null"], "format": "int64", "minimum": 0, "maximum": 1000, "description": "How many."})
    );
    assert_eq!(fields["orderType"]["maxLength"], 10);
    assert_eq!(fields["status"]["readOnly"], true);
}

/// Every `$ref` of a document leads somewhere.
fn check_references(root: &Value, part: &Value) {
    match part {
        Value::Object(fields) => {
            if let Some(Value::String(path)) = fields.get("$ref") {
                let pointer = path.strip_prefix('#').expect("references stay in the document");
                assert!(root.pointer(pointer).is_some(), "{path} leads nowhere");
            }
            fields.values().for_each(|value| check_references(root, value));
        }
        Value::Array(values) => values.iter().for_each(|value| check_references(root, value)),
        _ => {}
    }
}

/// What OpenAPI 3.1 demands of a document.
#[track_caller]
fn check(document: &Value) {
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    let mut operations = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        assert!(path.starts_with('/'), "{path}");
        for (method, operation) in item.as_object().expect("a path item") {
            assert!(["get", "post", "put", "patch", "delete"].contains(&method.as_str()));
            let id = operation["operationId"].as_str().expect("an operation has an id");
            assert!(operations.insert(id.to_owned()), "{id} is there twice");
            let responses = operation["responses"].as_object().expect("responses");
            assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
            for (status, response) in responses {
                assert!(response["description"].is_string(), "{method} {path} {status}");
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let has_id = parameters.iter().any(|one| one["$ref"] == "#/components/parameters/id");
            assert_eq!(path.contains("{id}"), has_id, "{method} {path}");
            for one in parameters.iter().filter(|one| one["$ref"].is_null()) {
                assert!(one["name"].is_string() && one["in"].is_string() && one["schema"].is_object());
            }
        }
    }
    check_references(document, document);
}

#[tokio::test]
async fn a_system_has_an_openapi_document_of_what_people_may_do() {
    let document = gateway().get("/shop/openapi.json").await.json();
    check(&document);
    assert_eq!(document["servers"], json!([{"url": "http://localhost:8088/shop"}]));
    assert_eq!(document["info"]["title"], "The shop");
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let expected = [
        "/actuator/health",
        "/boards",
        "/boards/search/findByGoodId",
        "/boards/{id}",
        "/env",
        "/goods",
        "/goods/{id}",
        "/mypages",
        "/mypages/search/findByName",
        "/mypages/search/findByOrderId",
        "/mypages/{id}",
        "/orders",
        "/orders/search/findByName",
        "/orders/{id}",
    ];
    assert_eq!(paths, expected);
    let post = &document["paths"]["/orders"]["post"];
    for status in ["201", "202", "400", "402", "404", "406", "408", "409", "413", "415", "422", "500", "503"]
    {
        assert!(post["responses"][status].is_object(), "{status}");
    }
    let fields = &post["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(fields["required"], json!(["name"]));
    assert!(fields["properties"]["status"].is_null(), "what is only shown is not asked for");
    let patch =
        &document["paths"]["/orders/{id}"]["patch"]["requestBody"]["content"]["application/json"]["schema"];
    assert!(patch["required"].is_null());
    assert!(document["paths"]["/mypages"]["post"].is_null());
    let problem = &document["components"]["schemas"]["Problem"];
    assert_eq!(problem["required"].as_array().unwrap().len(), 10);
    assert!(problem["properties"]["code"]["examples"].as_array().unwrap().contains(&json!("bad-field")));
    let finder = &document["paths"]["/mypages/search/findByOrderId"]["get"]["parameters"][0];
    assert_eq!((finder["name"].as_str(), finder["schema"]["type"].as_str()), (Some("id"), Some("integer")));
}

#[tokio::test]
async fn a_service_documents_its_internal_paths_too() {
    let document = service("stock").get("/openapi.json").await.json();
    check(&document);
    let hold = &document["paths"]["/goods/{id}/holds"]["post"];
    assert_eq!(hold["x-internal"], true);
    assert!(
        hold["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["$ref"] == "#/components/parameters/Holdfast-Call")
    );
    assert!(document["paths"]["/orders"].is_null());
}

#[tokio::test]
async fn a_gateway_of_systems_documents_all_of_them() {
    let shops = || vec![("/shop".to_owned(), Arc::new(shop())), ("/store".to_owned(), Arc::new(shop()))];
    let document = openapi(&Scope::Systems(shops()));
    check(&document);
    assert!(document["paths"]["/shop/orders"]["post"].is_object());
    assert!(document["paths"]["/store/orders/{id}"]["delete"].is_object());
}

//! Notices to a server on this machine.

use crate::fake::{Reaction, Server, asked, call, heard, runtime, warnings};
use kernel::{Answer, Body};
use outbound_http::Webhook;
use serde_json::{Value, json};

fn notice(number: u64) -> Value {
    json!({"number": number, "to": "010-1234-5678", "channel": "sms", "text": "배차 완료"})
}

#[track_caller]
fn told(server: &Server, path: &str, notices: &[Value]) -> Option<Answer> {
    let runtime = runtime();
    let url = format!("{}/hooks/secret", server.address);
    let webhook = Webhook::new(&url, runtime.handle().clone(), warnings().0).unwrap();
    assert!(!format!("{webhook:?}").contains("secret"));
    heard(&asked(&webhook, call(path, Body::new().with("notices", notices))))
}

#[test]
fn a_notice_is_posted_under_the_key_of_its_call() {
    let server = Server::start(|_, _| Reaction::Answer(200, "ok, thanks"));
    assert_eq!(told(&server, "/notices", &[notice(3)]), Some(Answer::Done(Body::new())));
    let requests = server.heard();
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].what.as_str(), &requests[0].json), ("POST /hooks/secret", &notice(3)));
    assert_eq!(requests[0].header("idempotency-key"), Some("taxi.payment/7/authorize/1"));
}

#[test]
fn each_of_several_notices_has_a_key_of_its_own() {
    let server = Server::start(|_, _| Reaction::Answer(204, ""));
    assert_eq!(told(&server, "/notices", &[notice(3), notice(4)]), Some(Answer::Done(Body::new())));
    let requests = server.heard();
    assert_eq!(requests.iter().map(|request| &request.json).collect::<Vec<_>>(), [&notice(3), &notice(4)]);
    let keys: Vec<_> = requests.iter().filter_map(|request| request.header("idempotency-key")).collect();
    assert_eq!(keys, ["taxi.payment/7/authorize/1/3", "taxi.payment/7/authorize/1/4"]);
}

#[test]
fn whatever_is_not_accepted_is_asked_again() {
    for status in [302, 400, 404, 409, 422, 500] {
        let server = Server::start(move |_, _| Reaction::Answer(status, "{}"));
        assert_eq!(told(&server, "/notices", &[notice(3)]), None, "{status}");
    }
    let second = Server::start(|before, _| Reaction::Answer(if before == 0 { 200 } else { 500 }, ""));
    assert_eq!(told(&second, "/notices", &[notice(3), notice(4), notice(5)]), None);
    assert_eq!(second.heard().len(), 2);
}

#[test]
fn no_notices_are_told_at_once_and_other_calls_are_refused() {
    let server = Server::start(|_, _| Reaction::Answer(200, ""));
    assert_eq!(told(&server, "/notices", &[]), Some(Answer::Done(Body::new())));
    let refused = Answer::Refused { status: 404, code: "unknown-operation".into() };
    assert_eq!(told(&server, "/letters", &[notice(3)]), Some(refused));
    assert!(server.heard().is_empty());
}

//! The payment gateway as a client of a server on this machine.

use crate::fake::{Heard, Reaction, Server, asked, call, heard, runtime, warnings};
use kernel::{Answer, Body, Card, Problem};
use outbound_http::{MAX_CONNECTIONS, MAX_OPEN, PER_TRY, PaymentGateway};
use serde_json::json;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

fn gateway(server: &str, runtime: &Runtime) -> PaymentGateway {
    PaymentGateway::new(server, runtime.handle().clone(), warnings().0).unwrap()
}

fn authorization() -> Body {
    let card = Card { token: "tok_1".into(), last4: "5656".into() };
    Body::new().with("account", "taxi.payment/7").with("amount", 3_800).with_card("card", Some(&card))
}

#[track_caller]
fn answer_to(react: impl Fn(usize, &Heard) -> Reaction + Send + Sync + 'static) -> Option<Answer> {
    let (server, runtime) = (Server::start(react), runtime());
    heard(&asked(&gateway(&server.address, &runtime), call("/captures", Body::new())))
}

fn refused(status: u16, code: &str) -> Option<Answer> {
    Some(Answer::Refused { status, code: code.into() })
}

#[test]
fn a_call_is_a_post_with_its_key_and_its_fields() {
    let server = Server::start(|_, _| Reaction::Answer(201, r#"{"status":"authorized"}"#));
    let runtime = runtime();
    let gateway = gateway(&format!("{}/v1/", server.address), &runtime);
    let answer = heard(&asked(&gateway, call("/authorizations", authorization())));
    assert_eq!(answer, Some(Answer::Done(Body::new().with("status", "authorized"))));
    let requests = server.heard();
    let [request] = requests.as_slice() else { panic!("one request, not {requests:?}") };
    assert_eq!(request.what, "POST /v1/authorizations");
    let card = json!({"token": "tok_1", "last4": "5656"});
    assert_eq!(request.json, json!({"account": "taxi.payment/7", "amount": 3_800, "card": card}));
    assert_eq!(request.header("idempotency-key"), Some("taxi.payment/7/authorize/1"));
    assert_eq!(request.header("holdfast-call"), Some("taxi.payment"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    let left: u128 = request.header("holdfast-time-left-ms").unwrap().parse().unwrap();
    assert!(left <= PER_TRY.as_millis());
}

#[test]
fn four_statuses_refuse_with_the_code_of_the_problem() {
    assert_eq!(
        answer_to(|_, _| Reaction::Answer(402, r#"{"code":"card-declined"}"#)),
        refused(402, "card-declined")
    );
    assert_eq!(answer_to(|_, _| Reaction::Answer(404, "<html>")), refused(404, "refused"));
    assert_eq!(answer_to(|_, _| Reaction::Answer(409, "")), refused(409, "refused"));
    assert_eq!(answer_to(|_, _| Reaction::Answer(422, r#"{"title":"x"}"#)), refused(422, "refused"));
}

#[test]
fn success_without_content_is_done() {
    assert_eq!(answer_to(|_, _| Reaction::Answer(200, "")), Some(Answer::Done(Body::new())));
}

#[test]
fn everything_else_is_no_answer() {
    for status in [301, 400, 401, 403, 408, 429, 500, 502, 503, 504] {
        assert_eq!(answer_to(move |_, _| Reaction::Answer(status, "{}")), None, "{status}");
    }
    assert_eq!(answer_to(|_, _| Reaction::Answer(200, "<html>It works!</html>")), None);
    assert_eq!(answer_to(|_, _| Reaction::HangUp), None);
}

#[test]
fn silence_lasts_no_longer_than_one_try() {
    let begun = Instant::now();
    assert_eq!(answer_to(|_, _| Reaction::Silence), None);
    assert!((PER_TRY..PER_TRY * 5).contains(&begun.elapsed()), "{:?}", begun.elapsed());
}

#[test]
fn an_endless_answer_is_no_answer() {
    let endless: &'static str = Box::leak(format!("{{\"a\":\"{}\"}}", "x".repeat(70_000)).into_boxed_str());
    assert_eq!(answer_to(move |_, _| Reaction::Answer(200, endless)), None);
}

#[test]
fn one_warning_an_outage() {
    let server = Server::start(|before, _| match before {
        0 | 1 | 3 => Reaction::Answer(503, "{}"),
        _ => Reaction::Answer(200, "{}"),
    });
    let (runtime, (warn, warnings)) = (runtime(), warnings());
    let gateway =
        PaymentGateway::new(&format!("{}/secret", server.address), runtime.handle().clone(), warn).unwrap();
    let mut said = Vec::new();
    for _ in 0..5 {
        heard(&asked(&gateway, call("/captures", Body::new())));
        said.push(warnings.lock().unwrap().len());
    }
    assert_eq!(said, [1, 1, 1, 2, 2]);
    let expected = format!("requests to {} fail: answered 503 Service Unavailable", server.address);
    assert_eq!(warnings.lock().unwrap()[0], expected);
    assert_eq!(format!("{gateway:?}"), format!("PaymentGateway({})", server.address));
}

#[test]
fn nobody_there_is_no_answer_and_says_why() {
    // Bound and closed again: nobody listens there now.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (runtime, (warn, warnings)) = (runtime(), warnings());
    let gateway = PaymentGateway::new(&format!("http://{address}"), runtime.handle().clone(), warn).unwrap();
    assert_eq!(heard(&asked(&gateway, call("/captures", Body::new()))), None);
    assert!(warnings.lock().unwrap()[0].contains("refused"), "{warnings:?}");
}

#[test]
fn connections_are_limited_and_used_again() {
    let server = Server::start(|_, _| Reaction::AnswerLater(Duration::from_millis(10), 200));
    let runtime = runtime();
    let gateway = gateway(&server.address, &runtime);
    let all: Vec<_> =
        (0..3 * MAX_CONNECTIONS).map(|_| asked(&gateway, call("/captures", Body::new()))).collect();
    let done = all.iter().filter(|hears| heard(hears).is_some()).count();
    assert_eq!(done, 3 * MAX_CONNECTIONS);
    assert!(server.most_connections() <= MAX_CONNECTIONS, "{}", server.most_connections());
    assert!(server.connections() <= 2 * MAX_CONNECTIONS, "{}", server.connections());
}

#[test]
fn too_many_calls_at_once_are_unanswered_at_once() {
    let server = Server::start(|_, _| Reaction::Silence);
    let runtime = runtime();
    let gateway = gateway(&server.address, &runtime);
    let begun = Instant::now();
    let all: Vec<_> = (0..MAX_OPEN).map(|_| asked(&gateway, call("/captures", Body::new()))).collect();
    let over = asked(&gateway, call("/captures", Body::new()));
    if begun.elapsed() < PER_TRY {
        assert_eq!(over.try_recv(), Ok(None));
    }
    assert!(all.iter().all(|hears| heard(hears).is_none()));
}

#[test]
fn who_waits_when_the_runtime_ends_is_told() {
    let server = Server::start(|_, _| Reaction::Silence);
    let runtime = runtime();
    let gateway = gateway(&server.address, &runtime);
    let under_way = asked(&gateway, call("/captures", Body::new()));
    runtime.shutdown_background();
    assert_eq!(heard(&under_way), None);
    assert_eq!(heard(&asked(&gateway, call("/captures", Body::new()))), None);
}

#[track_caller]
fn token(react: impl Fn(usize, &Heard) -> Reaction + Send + Sync + 'static) -> Result<Card, Problem> {
    let (server, runtime) = (Server::start(react), runtime());
    let (told, hears) = mpsc::channel();
    let number = "383824245656".to_owned();
    gateway(&server.address, &runtime).tokenize(number, Box::new(move |card| told.send(card).unwrap()));
    let card = heard(&hears);
    assert!(!format!("{card:?}").contains("383824245656"));
    assert!(server.heard().iter().all(|request| request.json == json!({"number": "383824245656"})));
    card
}

#[test]
fn a_card_number_becomes_a_token() {
    let card = token(|_, _| Reaction::Answer(200, r#"{"token":"tok_1","last4":"5656"}"#)).unwrap();
    assert_eq!(card, Card { token: "tok_1".into(), last4: "5656".into() });
}

#[test]
fn a_refused_number_is_the_persons_fault_and_the_rest_is_not() {
    for status in [400, 422] {
        let problem = token(move |_, _| Reaction::Answer(status, "{}")).unwrap_err();
        assert_eq!((problem.status, problem.code), (400, "bad-card-number"));
    }
    for answer in ["{}", r#"{"token":"tok_383824245656","last4":"5656"}"#, r#"{"token":"t","last4":"45656"}"#]
    {
        let problem = token(move |_, _| Reaction::Answer(200, answer)).unwrap_err();
        assert_eq!((problem.status, problem.retry_after_s), (503, Some(1)), "{answer}");
    }
    assert_eq!(token(|_, _| Reaction::HangUp).unwrap_err().status, 503);
}

#[test]
fn only_posts_are_known() {
    let runtime = runtime();
    let mut get = call("/captures", Body::new());
    get.request.method = kernel::Method::Get;
    let answer = heard(&asked(&gateway("http://127.0.0.1:1", &runtime), get));
    assert_eq!(answer, refused(404, "unknown-operation"));
}

#[test]
fn an_address_that_cannot_be_used_stops_the_start() {
    let runtime = runtime();
    for address in ["pg.example.com", "http://h/?x=1"] {
        let sentence = PaymentGateway::new(address, runtime.handle().clone(), warnings().0).unwrap_err();
        assert!(sentence.starts_with("PAYMENT_GATEWAY_SERVER ") && sentence.ends_with('.'), "{sentence}");
    }
}

//! Asking a provider and hearing its answer.

use engine::ports::{OutboundCall, Port};
use kernel::{Answer, Body, Card, Request};
use payment_provider::{Delay, Simulated};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

#[track_caller]
pub(crate) fn open(dir: &Path) -> Simulated {
    Simulated::open(dir, Delay::default()).unwrap()
}

pub(crate) fn call(path: &str, fields: Body) -> OutboundCall {
    OutboundCall {
        key: "taxi.payment/7/step/1".into(),
        from: "taxi.payment".into(),
        to: "provider".into(),
        request: Request::post(path, fields),
        tries: 0,
    }
}

pub(crate) fn authorization(account: &str, amount: i64, last4: &str) -> OutboundCall {
    let card = Card { token: "tok_0".into(), last4: last4.into() };
    let fields = Body::new().with("account", account).with("amount", amount);
    call("/authorizations", fields.with_card("card", Some(&card)))
}

pub(crate) fn capture(account: &str) -> OutboundCall {
    call("/captures", Body::new().with("account", account))
}

pub(crate) fn give_back(account: &str) -> OutboundCall {
    call("/returns", Body::new().with("account", account))
}

/// Asks, and hears the answer later.
pub(crate) fn asked(port: &dyn Port, call: OutboundCall) -> Receiver<Option<Answer>> {
    let (told, hears) = channel();
    port.ask(call, Box::new(move |answer| drop(told.send(answer))));
    hears
}

#[track_caller]
pub(crate) fn heard(hears: &Receiver<Option<Answer>>) -> Option<Answer> {
    hears.recv_timeout(PATIENCE).expect("whoever asks is told something in the end")
}

#[track_caller]
pub(crate) fn ask(port: &dyn Port, call: OutboundCall) -> Option<Answer> {
    heard(&asked(port, call))
}

/// As the provider says it.
pub(crate) fn done(account: &str, amount: Option<i64>, status: &'static str) -> Option<Answer> {
    let body = Body::new().with("account", account);
    let body = if let Some(won) = amount { body.with("amount", won) } else { body };
    Some(Answer::Done(body.with("status", status)))
}

pub(crate) fn refused(status: u16, code: &str) -> Option<Answer> {
    Some(Answer::Refused { status, code: code.into() })
}

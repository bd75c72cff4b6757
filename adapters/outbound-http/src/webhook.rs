//! Notices that leave the house: each is posted to one address, which sends them on as it likes.

use crate::address::Address;
use crate::client::{Client, Warn};
use engine::ports::{Answered, OutboundCall, Port};
use kernel::{Answer, Body, Method};
use serde_json::Value;
use tokio::runtime::Handle;

/// A receiver of notices behind an address: `POST {url}` with `{number, to, channel, text}`, one request a notice.
///
/// Each carries `Idempotency-Key`: the call's key, or, where a call has several notices, that key, a slash and the
/// notice's number, so that a receiver never takes the second for the first repeated. Delivered is what was answered
/// 2xx, whatever it says. Anything else is no answer: the whole call is made again, without end, so a notice is sent at
/// least once.
#[derive(Clone, Debug)]
pub struct Webhook(Client);

impl Webhook {
    /// The environment variable that its address comes from.
    pub const VARIABLE: &'static str = "HOLDFAST_NOTIFIER_URL";

    /// A receiver at `url`, asked on `runtime`. The error is a sentence for whoever configured it.
    pub fn new(url: &str, runtime: Handle, warn: Warn) -> Result<Self, String> {
        Ok(Self(Client::new(Address::parse(Self::VARIABLE, url)?, runtime, warn)))
    }
}

impl Port for Webhook {
    fn ask(&self, call: OutboundCall, answered: Answered) {
        let known = call.request.method == Method::Post && call.request.path == "/notices";
        let Some(Value::Array(notices)) = call.request.fields.get("notices").filter(|_| known) else {
            return answered(Some(Answer::Refused { status: 404, code: "unknown-operation".into() }));
        };
        let single = notices.len() == 1;
        let posts: Vec<(String, String)> = notices
            .iter()
            .map(|notice| {
                let number = notice.get("number").unwrap_or(&Value::Null);
                let key = if single { call.key.clone() } else { format!("{}/{number}", call.key) };
                (key, notice.to_string())
            })
            .collect();
        self.0.call(answered, |client| async move {
            for (key, json) in posts {
                let headers = [("idempotency-key", key.as_str()), ("holdfast-call", call.from.as_str())];
                let (status, _) = client.post("", &headers, json).await?;
                if !status.is_success() {
                    return Err(format!("answered {status}"));
                }
            }
            Ok(Answer::Done(Body::new()))
        });
    }
}

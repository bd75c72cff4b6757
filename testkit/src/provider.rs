//! A payment provider and a notifier in memory, with faults on demand. The rules are those of the real simulated
//! provider: idempotent by account, a return that comes first is remembered.

use engine::ports::OutboundCall;
use kernel::{Answer, Body, Charge};
use std::collections::BTreeMap;

/// One payment at the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub amount: i64,
    pub authorized: bool,
    pub declined: bool,
    pub captured: bool,
    pub returned: bool,
}

/// What outside parties know. Survives every crash of ours.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    pub accounts: BTreeMap<String, Account>,
    /// Number → text of what was told; the same number again is the same notice.
    pub notices: BTreeMap<String, String>,
    /// How often notices were delivered, repeats included.
    pub deliveries: u64,
}

impl Outside {
    /// Does what is asked and answers. Idempotent.
    pub fn ask(&mut self, call: &OutboundCall) -> Option<Answer> {
        let fields = &call.request.fields;
        match (call.to.as_str(), call.request.path.as_str()) {
            ("provider", path) => Some(self.pay(path, fields)),
            ("notifier", "/notices") => {
                self.deliver(fields);
                Some(Answer::Done(Body::new()))
            }
            // A service in another process.
            (to, _) if to.contains('.') => Some(Answer::Done(Body::new())),
            (to, path) => panic!("nobody serves {to} {path}"),
        }
    }

    fn pay(&mut self, path: &str, fields: &Body) -> Answer {
        let name = fields.text("account").expect("every provider call names its account");
        let account = self.accounts.entry(name.to_owned()).or_default();
        let refused = |status, code: &str| Answer::Refused { status, code: code.into() };
        match path {
            "/authorizations" => {
                let declines = fields.card("card").is_some_and(|card| card.last4 == "0002");
                if account.returned && !account.authorized {
                    return refused(409, "returned");
                }
                if account.declined || declines {
                    account.declined = true;
                    return refused(402, "card-declined");
                }
                account.authorized = true;
                account.amount = fields.whole("amount").expect("an authorization has an amount");
                Answer::Done(Body::new())
            }
            "/captures" if !account.authorized => refused(404, "unknown-account"),
            "/captures" if account.returned => refused(409, "returned"),
            "/captures" => {
                account.captured = true;
                Answer::Done(Body::new())
            }
            "/returns" => {
                account.returned = true;
                Answer::Done(Body::new())
            }
            other => panic!("the provider has no {other}"),
        }
    }

    /// Where the ledger and what the system claims differ: a sentence each.
    pub fn disagreements(&self, charges: &[Charge]) -> Vec<String> {
        let mut wrong = Vec::new();
        let claimed: BTreeMap<&str, &Charge> =
            charges.iter().map(|one| (one.account.as_str(), one)).collect();
        for (name, account) in &self.accounts {
            let Some(charge) = claimed.get(name.as_str()) else {
                wrong.push(format!("P2: the provider knows {name}, the system does not"));
                continue;
            };
            let pairs = [
                ("authorized", charge.authorized, account.authorized),
                ("captured", charge.captured, account.captured),
                ("returned", charge.returned, account.returned),
            ];
            for (what, ours, theirs) in pairs {
                if ours.is_some_and(|ours| ours != theirs) {
                    wrong.push(format!("P2: {name} is {what}={theirs} at the provider, we say {ours:?}"));
                }
            }
            if account.authorized && account.amount != charge.amount.0 {
                wrong.push(format!(
                    "P2: {name} is {} at the provider, we say {}",
                    account.amount, charge.amount
                ));
            }
        }
        for charge in charges {
            if !self.accounts.contains_key(&charge.account) && charge.authorized == Some(true) {
                wrong.push(format!("P2: {} is authorized, the provider does not know it", charge.account));
            }
        }
        wrong
    }

    fn deliver(&mut self, fields: &Body) {
        let notices = fields.get("notices").and_then(|list| list.as_array()).cloned().unwrap_or_default();
        for notice in notices {
            self.deliveries += 1;
            let text = |name: &str| match &notice[name] {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let before = self.notices.insert(text("number"), text("text"));
            assert!(before.is_none_or(|before| before == text("text")), "a notice's number was given twice");
        }
    }
}

/// How the way to the outside behaves.
#[derive(Clone, Debug)]
pub struct Weather {
    /// Milliseconds until an answer is back.
    pub delay_ms: u64,
    /// So many calls get lost on the way there.
    pub lose_calls: u32,
    /// So many answers get lost on the way back; what was asked is done.
    pub lose_answers: u32,
}

impl Default for Weather {
    fn default() -> Self {
        Self { delay_ms: 1, lose_calls: 0, lose_answers: 0 }
    }
}

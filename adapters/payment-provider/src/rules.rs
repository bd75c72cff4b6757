//! The provider's rules: pure functions of what is asked and of the one row it concerns.
//!
//! An answer depends on the account, the operation and what was recorded before it, and nothing that is recorded is
//! ever taken back. So whoever asks again, with the same key or another, is told the same; keys, which name the
//! account and the operation, need no table. The one no that does not last is the 404 to a capture of what was never
//! authorized: it is not recorded, so that nothing prevents the authorization.

use crate::account::{Account, Last4, Name};
use engine::ports::OutboundCall;
use kernel::{Answer, Body, Method};

/// Cards ending so are declined.
const DECLINED: &str = "0002";

/// What the provider can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Sets money aside.
    Authorize { amount: i64, last4: Option<Last4> },
    /// Takes what was set aside.
    Capture,
    /// Gives it back: a refund of what was captured, a release of what was authorized.
    Return,
}

/// Reads a call; the answer to one that makes no sense.
pub(crate) fn read(call: &OutboundCall) -> Result<(Name, Operation), Answer> {
    let request = &call.request;
    if request.method != Method::Post {
        return Err(refused(404, "unknown-operation"));
    }
    let name = || request.fields.text("account").and_then(Name::parse).ok_or(refused(422, "bad-account"));
    match request.path.as_str() {
        "/authorizations" => {
            let name = name()?;
            let amount = request.fields.whole("amount").filter(|won| *won > 0);
            let amount = amount.ok_or(refused(422, "bad-amount"))?;
            Ok((name, Operation::Authorize { amount, last4: last4(&request.fields)? }))
        }
        "/captures" => Ok((name()?, Operation::Capture)),
        "/returns" => Ok((name()?, Operation::Return)),
        _ => Err(refused(404, "unknown-operation")),
    }
}

/// The last digits of the card, if one was given.
fn last4(fields: &Body) -> Result<Option<Last4>, Answer> {
    if fields.get("card").is_none_or(|card| card.is_null()) {
        return Ok(None);
    }
    let last4 = fields.card("card").and_then(|card| Last4::parse(&card.last4));
    last4.map(Some).ok_or(refused(422, "bad-card"))
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Authorized,
    Captured,
    /// Captured money goes back.
    Refunded,
    /// Authorized money is free again.
    Released,
    /// There was nothing to give back, and there will never be.
    Remembered,
    Declined,
    /// No: it was returned before.
    Returned,
    /// No: nothing was authorized.
    Unknown,
    /// No: the account was asked for another amount before.
    OtherAmount,
}

/// Decides one request against the account as it is; the account as it becomes, if it changes.
pub(crate) fn decide(
    account: Option<&Account>,
    operation: Operation,
    now: i64,
) -> (Option<Account>, Verdict) {
    let held = account.copied().unwrap_or_default();
    match operation {
        Operation::Authorize { amount, last4 } => authorize(held, amount, last4, now),
        Operation::Capture => capture(held, now),
        Operation::Return => give_back(held, now),
    }
}

fn authorize(held: Account, amount: i64, last4: Option<Last4>, now: i64) -> (Option<Account>, Verdict) {
    match (held.amount, held.returned_at) {
        (Some(before), _) if before != amount => (None, Verdict::OtherAmount),
        (Some(_), _) if held.declined_at.is_some() => (None, Verdict::Declined),
        (Some(_), _) => (None, Verdict::Authorized),
        (None, Some(_)) => (None, Verdict::Returned),
        (None, None) => {
            let asked = Account { amount: Some(amount), last4, ..held };
            if last4.is_some_and(|last4| last4.as_str() == DECLINED) {
                (Some(Account { declined_at: Some(now), ..asked }), Verdict::Declined)
            } else {
                (Some(Account { authorized_at: Some(now), ..asked }), Verdict::Authorized)
            }
        }
    }
}

fn capture(held: Account, now: i64) -> (Option<Account>, Verdict) {
    match (held.authorized_at, held.captured_at, held.returned_at) {
        (Some(_), Some(_), _) => (None, Verdict::Captured),
        (Some(_), None, None) => (Some(Account { captured_at: Some(now), ..held }), Verdict::Captured),
        (_, None, Some(_)) => (None, Verdict::Returned),
        (None, _, _) => (None, Verdict::Unknown),
    }
}

fn give_back(held: Account, now: i64) -> (Option<Account>, Verdict) {
    let verdict = match (held.authorized_at, held.captured_at) {
        (Some(_), Some(_)) => Verdict::Refunded,
        (Some(_), None) => Verdict::Released,
        (None, _) => Verdict::Remembered,
    };
    let changed = held.returned_at.is_none().then_some(Account { returned_at: Some(now), ..held });
    (changed, verdict)
}

impl Verdict {
    /// As the caller hears it.
    pub(crate) fn answer(self, name: &Name, amount: Option<i64>) -> Answer {
        let done = |status: &'static str| {
            let body = Body::new().with("account", name.to_string());
            let body = if let Some(won) = amount { body.with("amount", won) } else { body };
            Answer::Done(body.with("status", status))
        };
        match self {
            Self::Authorized => done("authorized"),
            Self::Captured => done("captured"),
            Self::Refunded => done("refunded"),
            Self::Released => done("released"),
            Self::Remembered => done("remembered"),
            Self::Declined => refused(402, "card-declined"),
            Self::Returned => refused(409, "returned"),
            Self::Unknown => refused(404, "unknown-account"),
            Self::OtherAmount => refused(422, "other-amount"),
        }
    }
}

fn refused(status: u16, code: &str) -> Answer {
    Answer::Refused { status, code: code.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Card, Request};

    const AUTHORIZE: Operation = Operation::Authorize { amount: 3_800, last4: None };
    const AUTHORIZE_MORE: Operation = Operation::Authorize { amount: 9_000, last4: None };

    fn authorize_with(last4: &str) -> Operation {
        Operation::Authorize { amount: 3_800, last4: Last4::parse(last4) }
    }

    /// What each of these is told, one after the other, about one account.
    fn told(operations: &[Operation]) -> Vec<Verdict> {
        let mut account = None;
        let mut told = Vec::new();
        for (now, operation) in (1..).zip(operations) {
            let (changed, verdict) = decide(account.as_ref(), *operation, now);
            account = changed.or(account);
            told.push(verdict);
        }
        told
    }

    #[test]
    fn authorized_captured_refunded() {
        let all = [AUTHORIZE, Operation::Capture, Operation::Return];
        assert_eq!(told(&all), [Verdict::Authorized, Verdict::Captured, Verdict::Refunded]);
    }

    #[test]
    fn an_authorization_is_released_and_then_not_captured() {
        let all = [AUTHORIZE, Operation::Return, Operation::Capture];
        assert_eq!(told(&all), [Verdict::Authorized, Verdict::Released, Verdict::Returned]);
    }

    #[test]
    fn a_return_that_comes_first_prevents_the_authorization() {
        let all = [Operation::Return, AUTHORIZE, AUTHORIZE_MORE, Operation::Capture, Operation::Return];
        let expected = [
            Verdict::Remembered,
            Verdict::Returned,
            Verdict::Returned,
            Verdict::Returned,
            Verdict::Remembered,
        ];
        assert_eq!(told(&all), expected);
    }

    #[test]
    fn nothing_is_captured_that_was_not_authorized() {
        assert_eq!(told(&[Operation::Capture]), [Verdict::Unknown]);
        let declined = [authorize_with("0002"), Operation::Capture, Operation::Return];
        assert_eq!(told(&declined), [Verdict::Declined, Verdict::Unknown, Verdict::Remembered]);
    }

    #[test]
    fn a_declined_card_stays_declined_and_others_are_not() {
        let all = [authorize_with("0002"), authorize_with("0002"), authorize_with("5656"), AUTHORIZE];
        assert_eq!(told(&all), [Verdict::Declined; 4]);
        assert_eq!(told(&[authorize_with("2000"), authorize_with("0002")]), [Verdict::Authorized; 2]);
    }

    #[test]
    fn the_amount_is_the_same_each_time() {
        assert_eq!(told(&[AUTHORIZE, AUTHORIZE_MORE]), [Verdict::Authorized, Verdict::OtherAmount]);
        let declined = [authorize_with("0002"), AUTHORIZE_MORE];
        assert_eq!(told(&declined), [Verdict::Declined, Verdict::OtherAmount]);
    }

    /// Every row of requests up to five long: money is only where it may be, and nobody ever hears twice different
    /// things, a no to a capture of what was not there yet excepted.
    #[test]
    fn whatever_is_asked_in_whatever_order_answers_stay() {
        let alphabet =
            [AUTHORIZE, AUTHORIZE_MORE, authorize_with("0002"), Operation::Capture, Operation::Return];
        for row in 0..5_usize.pow(5) {
            let operations: Vec<_> = (0..5).map(|place| alphabet[row / 5_usize.pow(place) % 5]).collect();
            let mut account = None;
            let mut answers: Vec<(Operation, Verdict)> = Vec::new();
            for (now, operation) in (1..).zip(&operations) {
                let (changed, verdict) = decide(account.as_ref(), *operation, now);
                account = changed.or(account);
                let held = account.unwrap_or_default();
                assert!(held.captured_at.is_none() || held.authorized_at.is_some(), "{operations:?}");
                assert!(held.authorized_at.is_none() || held.declined_at.is_none(), "{operations:?}");
                let asked = held.authorized_at.is_some() || held.declined_at.is_some();
                assert_eq!(held.amount.is_some(), asked, "{operations:?}");
                answers.push((*operation, verdict));
            }
            for (operation, before) in answers {
                let (changed, verdict) = decide(account.as_ref(), operation, 9);
                let early = before == Verdict::Unknown;
                assert!(early || (verdict == before && changed.is_none()), "{operations:?}: {before:?}");
            }
        }
    }

    fn call(path: &str, fields: Body) -> OutboundCall {
        let request = Request::post(path, fields);
        OutboundCall { key: String::new(), from: String::new(), to: "provider".into(), request, tries: 0 }
    }

    fn authorization() -> Body {
        let card = Card { token: "tok_1".into(), last4: "5656".into() };
        Body::new().with("account", "taxi.payment/7").with("amount", 3_800).with_card("card", Some(&card))
    }

    #[test]
    fn a_call_is_read() {
        let name = Name::parse("taxi.payment/7").unwrap();
        assert_eq!(
            read(&call("/authorizations", authorization())),
            Ok((name.clone(), authorize_with("5656")))
        );
        let mut without = authorization();
        without.set("card", serde_json::Value::Null);
        assert_eq!(read(&call("/authorizations", without)), Ok((name.clone(), AUTHORIZE)));
        assert_eq!(read(&call("/captures", authorization())), Ok((name.clone(), Operation::Capture)));
        assert_eq!(read(&call("/returns", authorization())), Ok((name, Operation::Return)));
    }

    #[track_caller]
    fn refuses(path: &str, field: &str, value: impl Into<serde_json::Value>, status: u16, code: &str) {
        let mut fields = authorization();
        fields.set(field, value.into());
        assert_eq!(read(&call(path, fields)), Err(refused(status, code)));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for path in ["/authorizations", "/captures", "/returns"] {
            refuses(path, "account", "seven", 422, "bad-account");
            refuses(path, "account", 7, 422, "bad-account");
        }
        refuses("/authorizations", "amount", 0, 422, "bad-amount");
        refuses("/authorizations", "amount", -3_800, 422, "bad-amount");
        refuses("/authorizations", "amount", "3800", 422, "bad-amount");
        refuses("/authorizations", "card", "383824245656", 422, "bad-card");
        let whole = serde_json::json!({"token": "tok_1", "last4": "383824245656"});
        refuses("/authorizations", "card", whole, 422, "bad-card");
        refuses("/refunds", "amount", 3_800, 404, "unknown-operation");
        let mut get = call("/captures", authorization());
        get.request.method = Method::Get;
        assert_eq!(read(&get), Err(refused(404, "unknown-operation")));
    }
}

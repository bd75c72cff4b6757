//! The payment provider behind an address.

use crate::address::Address;
use crate::answer::{body, code};
use crate::client::{Client, Warn};
use engine::ports::{Answered, OutboundCall, Port};
use hyper::StatusCode;
use kernel::{Answer, Card, Method, Problem};
use tokio::runtime::Handle;

/// Told once what became of a card number.
pub type TellCard = Box<dyn FnOnce(Result<Card, Problem>) + Send>;

/// A payment gateway that is asked over HTTP: `POST {server}/authorizations`, `/captures`, `/returns` with the fields
/// as a JSON object, and `POST {server}/tokens` with a card number.
///
/// Each request carries `Idempotency-Key` (the same at each try), `Holdfast-Call` (the service that asks) and
/// `Holdfast-Time-Left-Ms`. 2xx with a JSON object, or with nothing, is done; 402, 404, 409 and 422 are refusals, with
/// the `code` of the answer if it has one; everything else, silence included, is no answer, and is asked again.
#[derive(Clone, Debug)]
pub struct PaymentGateway(Client);

impl PaymentGateway {
    /// The environment variable that its address comes from.
    pub const VARIABLE: &'static str = "PAYMENT_GATEWAY_SERVER";

    /// A gateway at `server`, asked on `runtime`. The error is a sentence for whoever configured it.
    pub fn new(server: &str, runtime: Handle, warn: Warn) -> Result<Self, String> {
        let address = Address::parse(Self::VARIABLE, server)?;
        if address.has_query() {
            return Err(format!("{} has a question mark, but paths are put behind it.", Self::VARIABLE));
        }
        Ok(Self(Client::new(address, runtime, warn)))
    }

    /// Asks for the token of a card number. 400 `bad-card-number` if the gateway refuses it, 503 if it does not answer.
    pub fn tokenize(&self, number: String, tell: TellCard) {
        let told =
            move |found: Option<Result<Card, Problem>>| tell(found.unwrap_or_else(|| Err(unavailable())));
        self.0.call(Box::new(told), |client| async move {
            let json = serde_json::json!({"number": number}).to_string();
            let (status, answer) = client.post("/tokens", &[], json).await?;
            match status {
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Ok(Err(bad_number())),
                _ if status.is_success() => card(&answer, &number).map(Ok),
                _ => Err(format!("a card was answered {status}")),
            }
        });
    }
}

impl Port for PaymentGateway {
    fn ask(&self, call: OutboundCall, answered: Answered) {
        if call.request.method != Method::Post {
            return answered(Some(Answer::Refused { status: 404, code: "unknown-operation".into() }));
        }
        self.0.call(answered, |client| async move {
            let json = serde_json::to_string(&call.request.fields).map_err(|error| error.to_string())?;
            let headers = [("idempotency-key", call.key.as_str()), ("holdfast-call", call.from.as_str())];
            let (status, answer) = client.post(&call.request.path, &headers, json).await?;
            match status.as_u16() {
                200..=299 => body(&answer).map(Answer::Done),
                402 | 404 | 409 | 422 => Ok(Answer::Refused { status: status.as_u16(), code: code(&answer) }),
                _ => Err(format!("answered {status}")),
            }
        });
    }
}

/// Reads a token. One that has the number in it would carry the number into the log, so it is none.
fn card(answer: &[u8], number: &str) -> Result<Card, String> {
    let fields = body(answer)?;
    let text = |name| fields.owned(name).ok_or_else(|| format!("the answer to a card has no text {name:?}"));
    let card = Card { token: text("token")?, last4: text("last4")? };
    let four_digits = card.last4.len() == 4 && card.last4.bytes().all(|byte| byte.is_ascii_digit());
    if card.token.is_empty() || card.token.contains(number) || !four_digits {
        return Err("the answer to a card is not a token and four digits".into());
    }
    Ok(card)
}

fn bad_number() -> Problem {
    Problem::new(
        400,
        "bad-card-number",
        "The payment gateway does not know such a card number.",
        "결제 대행사가 인식할 수 없는 카드 번호입니다.",
    )
}

fn unavailable() -> Problem {
    Problem::new(
        503,
        "payment-unavailable",
        "The payment gateway does not answer. Nothing was charged; try again.",
        "결제 대행사가 응답하지 않습니다. 결제된 금액은 없으니 다시 시도해 주십시오.",
    )
}

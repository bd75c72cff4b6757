//! From the engine's callbacks to a future.

use crate::limits::{REPLY_WITHIN, RETRY_AFTER_S};
use crate::problem::Refusal;
use kernel::Problem;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Starts something that calls back, and waits for it.
pub(crate) async fn answered<T, S>(start: S) -> Result<T, Refusal>
where
    T: Send + 'static,
    S: FnOnce(Box<dyn FnOnce(T) + Send>),
{
    let (sender, receiver) = oneshot::channel();
    // Nobody receives if the client has gone meanwhile; the deed is done all the same.
    start(Box::new(move |value| drop(sender.send(value))));
    match timeout(REPLY_WITHIN, receiver).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_dropped)) => Err(unknown_outcome().into()),
        Err(_late) => Err(unknown_outcome().into()),
    }
}

fn unknown_outcome() -> Problem {
    Problem::new(
        503,
        "no-answer",
        "The service gave no answer. Ask again with the same Idempotency-Key to learn what became of it.",
        "서비스가 응답하지 않았습니다. 같은 Idempotency-Key로 다시 요청하면 결과를 알 수 있습니다.",
    )
    .retry_after_s(RETRY_AFTER_S)
}

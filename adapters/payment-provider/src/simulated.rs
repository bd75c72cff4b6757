//! The simulated provider, as the engine and the app hold it.

use crate::book::Book;
use crate::delay::Delay;
use crate::desk::{Asked, Desk, Reply, Trouble};
use crate::tokens::Tokens;
use crate::{LEDGER_FILE, LedgerError};
use engine::ports::{Answered, OutboundCall, Port};
use kernel::{Card, Problem};
use std::fmt;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, PoisonError};
use std::thread::{self, JoinHandle};

/// The provider of an installation that takes no real money. Its ledger `provider.db` is written before it answers,
/// so what it has said holds after any crash, and whoever asks again is told the same.
///
/// | asked (POST) | fields | answer |
/// |---|---|---|
/// | `/authorizations` | `account`, `amount`, `card` (token and last4, or null) | `authorized`; 402 `card-declined`; 409 `returned`; 422 `other-amount` |
/// | `/captures` | `account` | `captured`; 404 `unknown-account`; 409 `returned` |
/// | `/returns` | `account` | `refunded`, `released`, or `remembered` where nothing was authorized |
///
/// Cards ending in 0002 are declined. An account is a payment: `taxi.payment/7`. Its fate is decided once; a new try
/// after a no is a new account (`concert.payment+2/7`: any text without a slash before the number will do).
///
/// The queue has no limit of its own; the caller's limit of open calls is its limit. Dropped, the provider first
/// finishes what waits.
pub struct Simulated {
    inbox: Option<Sender<Asked>>,
    worker: Option<JoinHandle<()>>,
    tokens: Tokens,
    trouble: Trouble,
}

impl fmt::Debug for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulated").field("trouble", &self.trouble()).finish_non_exhaustive()
    }
}

impl Simulated {
    /// Opens the ledger of the data directory, for this process alone, and makes it if there is none.
    pub fn open(dir: &Path, delay: Delay) -> Result<Self, LedgerError> {
        let book = Book::open(dir)?;
        let tokens = Tokens::new(&book.secret()?);
        let seed = getrandom::u64().map_err(|error| LedgerError::Random(error.to_string()))?;
        let trouble = Trouble::default();
        let desk = Desk::new(book, delay, seed, Arc::clone(&trouble));
        let (inbox, asked) = channel();
        let worker = thread::Builder::new()
            .name("payment-ledger".into())
            .spawn(move || desk.run(&asked))
            .map_err(|source| LedgerError::Io { path: dir.join(LEDGER_FILE), source })?;
        Ok(Self { inbox: Some(inbox), worker: Some(worker), tokens, trouble })
    }

    /// What may go on of a card number: a token, the same for the same number, and the last four digits. The number
    /// (8 to 19 digits and nothing else) is kept nowhere.
    pub fn tokenize(&self, number: &str) -> Result<Card, Problem> {
        self.tokens.card(number)
    }

    /// Why the provider answers nothing at the moment, if so: the ledger cannot be written. For health checks and
    /// operators; after a disk that was full it passes by itself, after a flush that failed only with a new start.
    pub fn trouble(&self) -> Option<String> {
        if self.worker.as_ref().is_some_and(JoinHandle::is_finished) {
            return Some("the payment ledger's thread has ended".into());
        }
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Port for Simulated {
    fn ask(&self, call: OutboundCall, answered: Answered) {
        let asked = Asked { call, reply: Reply::new(answered) };
        if let Some(inbox) = &self.inbox {
            // What cannot be sent is dropped, and so answered.
            drop(inbox.send(asked));
        }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        drop(self.inbox.take());
        if let Some(worker) = self.worker.take() {
            // An answer may hold the last handle to its own provider.
            if worker.thread().id() != thread::current().id() {
                drop(worker.join());
            }
        }
    }
}

//! The thread that owns the ledger: it takes whatever waits, decides it, commits it in one transaction, and answers.

use crate::LedgerError;
use crate::account::Name;
use crate::book::Book;
use crate::delay::{Delay, Delayed, Dice};
use crate::rules::{self, Operation};
use engine::ports::{Answered, OutboundCall};
use kernel::Answer;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// More requests than this are not committed at once: beyond it only the waiting grows.
const MAX_BATCH: usize = 1_024;

/// Why the last batch could not be made durable, if it could not.
pub(crate) type Trouble = Arc<Mutex<Option<String>>>;

/// A request as it came.
pub(crate) struct Asked {
    pub(crate) call: OutboundCall,
    pub(crate) reply: Reply,
}

/// Whoever waits is told once, whatever happens: dropped, it says that there is no answer.
pub(crate) struct Reply(Option<Answered>);

/// A request that was read, or its answer if it made no sense.
struct Ready {
    what: Result<(Name, Operation), Answer>,
    reply: Reply,
}

/// What the thread has.
pub(crate) struct Desk {
    book: Book,
    delay: Delay,
    delayed: Delayed<Ready>,
    dice: Dice,
    trouble: Trouble,
    /// A commit failed in a way that leaves open what is durable: nothing is answered any more.
    broken: bool,
}

impl Desk {
    /// `seed`: of the draws of delays.
    pub(crate) fn new(book: Book, delay: Delay, seed: u64, trouble: Trouble) -> Self {
        Self { book, delay, delayed: Delayed::new(), dice: Dice::new(seed), trouble, broken: false }
    }

    /// Works until nobody can ask any more and all that was asked is answered. Whoever waits for a slow authorization
    /// then gets no answer, and asks again.
    pub(crate) fn run(mut self, inbox: &Receiver<Asked>) {
        while let Some((batch, now)) = self.gather(inbox) {
            self.serve(batch, now);
        }
    }

    /// Waits for something to do and takes all that there is to do, up to a batch; `None`: it is over.
    fn gather(&mut self, inbox: &Receiver<Asked>) -> Option<(Vec<Ready>, i64)> {
        let first = match self.delayed.next() {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => inbox.recv_timeout(until.saturating_duration_since(Instant::now())),
        };
        let (mut batch, now) = (Vec::new(), Instant::now());
        match first {
            Ok(asked) => self.admit(asked, now, &mut batch),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
        self.end_delays(now, &mut batch);
        for asked in inbox.try_iter().take(MAX_BATCH - batch.len()) {
            self.admit(asked, now, &mut batch);
        }
        Some((batch, now_ms()))
    }

    /// Reads a request and lets it join the batch, or wait first if it is an authorization that takes its time.
    fn admit(&mut self, asked: Asked, now: Instant, batch: &mut Vec<Ready>) {
        let ready = Ready { what: rules::read(&asked.call), reply: asked.reply };
        match &ready.what {
            // What is known already is only said again, and that takes no time.
            Ok((name, Operation::Authorize { .. }))
                if !self.delay.is_none() && matches!(self.book.get(name), Ok(None)) =>
            {
                let until = now + self.delay.draw(self.dice.roll());
                self.delayed.push(&name.clone(), until, ready);
            }
            _ => batch.push(ready),
        }
    }

    /// Lets those join the batch whose time is over.
    fn end_delays(&mut self, now: Instant, batch: &mut Vec<Ready>) {
        while batch.len() < MAX_BATCH {
            let Some(ready) = self.delayed.pop(now) else { return };
            batch.push(ready);
        }
    }

    /// Decides a batch, commits it, and answers it.
    fn serve(&mut self, batch: Vec<Ready>, now: i64) {
        let mut trouble = None;
        let mut answers = Vec::with_capacity(batch.len());
        for ready in batch {
            let answer = match ready.what {
                Ok((name, operation)) => self.decide(&name, operation, now),
                Err(answer) => Ok(answer),
            };
            let answer = answer.map_err(|error| trouble = Some(error.to_string())).ok();
            answers.push((ready.reply, answer));
        }
        let committed = match self.commit() {
            Ok(()) => true,
            Err(error) => {
                trouble = Some(error);
                false
            }
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        for (reply, answer) in answers {
            reply.give(answer.filter(|_| committed));
        }
    }

    fn decide(&mut self, name: &Name, operation: Operation, now: i64) -> Result<Answer, LedgerError> {
        let held = self.book.get(name)?;
        let (changed, verdict) = rules::decide(held.as_ref(), operation, now);
        if let Some(account) = changed {
            self.book.set(name, account, held.is_some())?;
        }
        Ok(verdict.answer(name, changed.or(held).and_then(|account| account.amount)))
    }

    /// Makes durable what was decided.
    fn commit(&mut self) -> Result<(), String> {
        if self.broken {
            self.book.forget();
            return Err(
                "an earlier commit of the payment ledger failed; start anew to read what it holds".into()
            );
        }
        self.book.commit().map_err(|error| {
            self.broken = !passes(&error);
            error.to_string()
        })
    }
}

/// Whether a failed commit has left nothing behind, so that a later one may succeed. After a failed flush, what is
/// durable is unknown; only opening the ledger anew tells.
fn passes(error: &LedgerError) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, OutOfMemory};
    let LedgerError::Sqlite(error) = error else { return false };
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked | DiskFull | OutOfMemory))
}

/// Milliseconds since 1970, for the ledger's columns.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Reply {
    pub(crate) fn new(answered: Answered) -> Self {
        Self(Some(answered))
    }

    fn give(mut self, answer: Option<Answer>) {
        self.tell(answer);
    }

    /// Who panics over an answer does not take the ledger along.
    fn tell(&mut self, answer: Option<Answer>) {
        if let Some(answered) = self.0.take() {
            drop(catch_unwind(AssertUnwindSafe(|| answered(answer))));
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.tell(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Body, Request};
    use rusqlite::Connection;
    use std::path::Path;
    use std::sync::mpsc::{Receiver, channel};

    fn desk(dir: &Path, delay: &str) -> Desk {
        let delay = Delay::parse(delay).unwrap();
        Desk::new(Book::open(dir).unwrap(), delay, 7, Trouble::default())
    }

    fn asked(path: &str, number: i64) -> (Asked, Receiver<Option<Answer>>) {
        let (told, hears) = channel();
        let account = format!("taxi.payment/{number}");
        let fields = Body::new().with("account", account).with("amount", 3_800);
        let call = OutboundCall {
            key: String::new(),
            from: "taxi.payment".into(),
            to: "provider".into(),
            request: Request::post(path, fields),
            tries: 0,
        };
        (Asked { call, reply: Reply::new(Box::new(move |answer| drop(told.send(answer)))) }, hears)
    }

    /// One batch of one request.
    #[track_caller]
    fn ask(desk: &mut Desk, path: &str, number: i64) -> Option<Answer> {
        let ((asked, hears), mut batch) = (asked(path, number), Vec::new());
        desk.admit(asked, Instant::now(), &mut batch);
        desk.serve(batch, 1);
        hears.try_recv().expect("it is served at once")
    }

    #[test]
    fn only_authorizations_take_time_and_nobody_waits_for_them() {
        let dir = tempfile::tempdir().unwrap();
        let (mut desk, mut batch, start) = (desk(dir.path(), "100"), Vec::new(), Instant::now());
        let after = |ms| start + Duration::from_millis(ms);
        let (authorization, authorized) = asked("/authorizations", 1);
        let (again, authorized_again) = asked("/authorizations", 1);
        let (other, other_returned) = asked("/returns", 2);
        desk.admit(authorization, start, &mut batch);
        desk.admit(again, after(50), &mut batch);
        desk.admit(other, after(50), &mut batch);
        assert_eq!((batch.len(), desk.delayed.next()), (1, Some(after(100))));
        desk.serve(std::mem::take(&mut batch), 1);
        assert!(matches!(other_returned.try_recv(), Ok(Some(Answer::Done(_)))));
        assert!(authorized.try_recv().is_err());
        // Nothing is in the ledger before the time is over.
        assert_eq!(desk.book.get(&Name::parse("taxi.payment/1").unwrap()).unwrap(), None);
        desk.end_delays(after(99), &mut batch);
        assert!(batch.is_empty());
        desk.end_delays(after(100), &mut batch);
        desk.serve(std::mem::take(&mut batch), 2);
        let answers = (authorized.try_recv().unwrap(), authorized_again.try_recv().unwrap());
        assert!(matches!(&answers.0, Some(Answer::Done(_))) && answers.0 == answers.1);
        // Said again at once.
        assert!(matches!(ask(&mut desk, "/authorizations", 1), Some(Answer::Done(_))));
    }

    #[test]
    fn a_return_overtakes_a_slow_authorization_and_prevents_it() {
        let dir = tempfile::tempdir().unwrap();
        let (mut desk, mut batch, start) = (desk(dir.path(), "100"), Vec::new(), Instant::now());
        let (authorization, authorized) = asked("/authorizations", 1);
        desk.admit(authorization, start, &mut batch);
        assert!(matches!(ask(&mut desk, "/returns", 1), Some(Answer::Done(_))));
        desk.end_delays(start + Duration::from_millis(100), &mut batch);
        desk.serve(batch, 2);
        let refused = Answer::Refused { status: 409, code: "returned".into() };
        assert_eq!(authorized.try_recv(), Ok(Some(refused)));
    }

    #[test]
    fn a_full_disk_answers_nothing_and_passes() {
        let dir = tempfile::tempdir().unwrap();
        let mut desk = desk(dir.path(), "0");
        assert!(ask(&mut desk, "/authorizations", 1).is_some());
        let free = desk.book.limit_pages(1);
        let first_refused = (2..10_000).find(|number| ask(&mut desk, "/authorizations", *number).is_none());
        let number = first_refused.expect("a file of few pages is full some time");
        assert!(desk.trouble.lock().unwrap().as_ref().is_some_and(|why| why.contains("full")));
        assert_eq!(ask(&mut desk, "/authorizations", number), None);
        // What was there is said again, since it needs no place.
        assert!(ask(&mut desk, "/authorizations", 1).is_some());
        desk.book.limit_pages(free);
        let unknown = Answer::Refused { status: 404, code: "unknown-account".into() };
        assert_eq!(ask(&mut desk, "/captures", number), Some(unknown));
        assert!(ask(&mut desk, "/authorizations", number).is_some());
        assert_eq!(*desk.trouble.lock().unwrap(), None);
    }

    #[test]
    fn after_any_other_failure_nothing_is_answered_any_more() {
        let dir = tempfile::tempdir().unwrap();
        let mut desk = desk(dir.path(), "0");
        assert!(ask(&mut desk, "/authorizations", 1).is_some());
        let vandal = Connection::open(dir.path().join(crate::LEDGER_FILE)).unwrap();
        vandal.execute_batch("ALTER TABLE account RENAME TO lost").unwrap();
        assert_eq!(ask(&mut desk, "/authorizations", 2), None);
        vandal.execute_batch("ALTER TABLE lost RENAME TO account").unwrap();
        assert_eq!(ask(&mut desk, "/authorizations", 1), None);
        assert!(desk.trouble.lock().unwrap().is_some());
    }
}

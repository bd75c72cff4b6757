//! The threads that serve reading: one follows the commits and answers reads of rows, one reads pages from the shelf.

use crate::flow::Committed;
use crate::follower::{Follower, UNWRITTEN_MAX};
use crate::ports::{Page, Query, Reader, StoreError};
use crate::registry::Kind;
use crate::runtime::Clock;
use crate::shelving::{ToWriter, WRITE_AGAIN};
use kernel::{Body, Id, Millis, Problem, Time};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

pub(crate) type FoundRow = Box<dyn FnOnce(Result<Option<Body>, Problem>) + Send>;
pub(crate) type FoundPage = Box<dyn FnOnce(Result<Page, Problem>) + Send>;

pub(crate) enum ToFollower {
    Committed(Arc<Committed>),
    Row(Kind, Id, FoundRow),
    Page(Query, FoundPage),
    /// The oldest changes that were given to the writer are on the shelf, which is of this generation.
    Written(u64),
    Stop,
}

/// Lets the lane wait while the shelf is too far behind.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) moved: Condvar,
    pub(crate) lock: Mutex<()>,
}

/// How long what was taken may wait to be written, so that several changes of a booking become one write. A read of
/// rows does not wait for it; a page does not either: it makes it happen.
const WRITE_AFTER: Millis = Millis(50);

/// Follows the commits, and answers reads of rows; `writer` keeps the shelf.
pub(crate) fn follow(
    mut follower: Follower,
    inbox: &Receiver<ToFollower>,
    writer: &Sender<ToWriter>,
    clock: &Clock,
    trouble: &(dyn Fn(&StoreError) + Send + Sync),
) {
    let mut going = true;
    // Writes under way, and when what was not given to be written has to be.
    let (mut writes, mut due): (usize, Option<Time>) = (0, None);
    while going {
        let left = due.map(|due| Duration::from_millis(due.since(clock()).0));
        let first = match left {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(left) => inbox.recv_timeout(left),
        };
        let first = match first {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        for message in first.into_iter().chain(inbox.try_iter()) {
            let done = match message {
                ToFollower::Committed(committed) => loop {
                    match follower.take(&committed) {
                        // It must not be passed over: what follows builds on it.
                        Err(error @ StoreError::Refused(_)) => {
                            trouble(&error);
                            std::thread::sleep(Duration::from_millis(WRITE_AGAIN.0));
                        }
                        done => break done,
                    }
                },
                ToFollower::Written(generation) => {
                    writes = writes.saturating_sub(1);
                    follower.written(generation)
                }
                ToFollower::Stop => {
                    going = false;
                    Ok(())
                }
                ToFollower::Row(kind, id, found) => {
                    found(follower.look(kind, id).map_err(|error| unreadable(&error)));
                    Ok(())
                }
                ToFollower::Page(query, found) => {
                    writes += usize::from(give(&mut follower, writer));
                    // A writer that is gone has no thread to answer; neither has whoever asks.
                    let _ = writer.send(ToWriter::Page(query, found));
                    Ok(())
                }
            };
            if let Err(error) = done {
                trouble(&error);
                if matches!(error, StoreError::Broken(_)) {
                    return;
                }
            }
        }
        let (now, unwritten) = (clock(), follower.unwritten());
        due = due.filter(|_| unwritten > 0);
        if due.is_some_and(|due| due <= now) || unwritten > UNWRITTEN_MAX || !going {
            // While a write is under way, more changes fold into the next one.
            if writes == 0 || !going {
                writes += usize::from(give(&mut follower, writer));
            }
            due = None;
        } else if unwritten > 0 && due.is_none() && writes == 0 {
            due = Some(now + WRITE_AFTER);
        }
    }
    let _ = writer.send(ToWriter::Stop);
}

/// Gives the writer what there is to be written, if there is anything.
fn give(follower: &mut Follower, writer: &Sender<ToWriter>) -> bool {
    let Some(changes) = follower.changes() else { return false };
    writer.send(ToWriter::Write(changes)).is_ok()
}

pub(crate) fn read_pages(mut reader: Box<dyn Reader>, inbox: &Receiver<(Query, FoundPage)>) {
    while let Ok((query, found)) = inbox.recv() {
        found(reader.page(&query).map_err(|error| unreadable(&error)));
    }
}

fn unreadable(error: &StoreError) -> Problem {
    let english = format!("The list cannot be read right now ({error}). Please try again.");
    Problem::new(
        503,
        "store-unavailable",
        english,
        "지금은 목록을 읽을 수 없습니다. 잠시 후 다시 시도해 주세요.",
    )
}

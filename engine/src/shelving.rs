//! The thread that writes the shelf: rows are read from memory meanwhile, pages after what was taken before them.

use crate::follower::put;
use crate::ports::{Changes, Query, Shelf, StoreError};
use crate::reading::{FoundPage, Gate, ToFollower};
use kernel::Millis;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

/// Pause after a write that the store refused.
pub(crate) const WRITE_AGAIN: Millis = Millis(500);

pub(crate) enum ToWriter {
    Write(Changes),
    /// Asked of the reader after all that was given before is written.
    Page(Query, FoundPage),
    Stop,
}

pub(crate) struct Writer {
    pub(crate) shelf: Box<dyn Shelf>,
    pub(crate) generation: u64,
    pub(crate) shelved: Arc<AtomicU64>,
    pub(crate) inbox: Receiver<ToWriter>,
    pub(crate) follower: Sender<ToFollower>,
    pub(crate) reader: Sender<(Query, FoundPage)>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) trouble: Arc<dyn Fn(&StoreError) + Send + Sync>,
}

impl Writer {
    pub(crate) fn run(mut self) {
        // Oldest first; more than one only while the store refuses.
        let mut waiting: VecDeque<Changes> = VecDeque::new();
        let mut going = true;
        while going || !waiting.is_empty() {
            let message = match waiting.is_empty() {
                true => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => self.inbox.recv_timeout(Duration::from_millis(WRITE_AGAIN.0)),
            };
            let mut page = None;
            match message {
                Ok(ToWriter::Write(changes)) => waiting.push_back(changes),
                Ok(ToWriter::Page(query, found)) => page = Some((query, found)),
                Ok(ToWriter::Stop) | Err(RecvTimeoutError::Disconnected) => going = false,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Err(error) = self.write(&mut waiting) {
                (self.trouble)(&error);
                // Nothing is lost: it is in the log, and the next start makes it of that.
                if matches!(error, StoreError::Broken(_)) || !going {
                    return;
                }
            }
            if let Some(page) = page {
                // A reader that is gone has no thread to answer; neither has whoever asks.
                let _ = self.reader.send(page);
            }
        }
    }

    fn write(&mut self, waiting: &mut VecDeque<Changes>) -> Result<(), StoreError> {
        while let Some(changes) = waiting.front() {
            self.generation = put(&mut *self.shelf, self.generation, changes)?;
            self.shelved.store(changes.position, Ordering::Release);
            waiting.pop_front();
            // A follower that is gone needs no more rows.
            let _ = self.follower.send(ToFollower::Written(self.generation));
            self.gate.moved.notify_all();
        }
        Ok(())
    }
}

//! What time brings: timers that fire, calls that are asked again or given up, requests that were held long enough.

use crate::cache::Key;
use crate::calls::OpenCall;
use crate::flow::CallRef;
use crate::lane::{Lane, Origin, Work};
use crate::ports::StoreError;
use kernel::{Answer, AnyWait, ErasedCall, Millis, Mode, Time};
use std::cmp::Reverse;
use std::collections::HashSet;

/// How often open calls are looked over for lost ones.
pub(crate) const SWEEP: Millis = Millis::seconds(5);
/// How far ahead timers are kept in memory.
const HORIZON: Millis = Millis::minutes(10);
/// How many documents with timers are brought into memory at once.
const HORIZON_MAX: usize = 200_000;

impl Lane {
    pub(crate) fn wake_at(&mut self, at: Time, key: Key) {
        self.wakes.push(Reverse((at, key)));
    }

    /// Looks at every document whose time has come.
    pub(crate) fn wake_due(&mut self) {
        if self.step.now >= self.horizon
            && let Err(error) = self.look_ahead()
        {
            self.step.broken = Some(error);
            return;
        }
        if self.step.now >= self.swept + SWEEP {
            self.sweep();
        }
        let (mut seen, mut later) = (HashSet::new(), Vec::new());
        while let Some(Reverse((at, key))) = self.wakes.peek().copied()
            && at <= self.step.now
        {
            self.wakes.pop();
            if !seen.insert(key) {
                continue;
            }
            // A service that was away hears first what was said meanwhile: it may make the deadline moot.
            if self.step.behind.contains(&self.registry.service_of(key.0)) {
                later.push(key);
                continue;
            }
            if let Err(error) = self.look_at(key) {
                self.wake_at(self.step.now, key);
                self.step.broken = Some(error);
                break;
            }
        }
        for key in later {
            self.wake_at(self.step.now, key);
        }
    }

    /// Calls whose answer has got lost are asked again.
    fn sweep(&mut self) {
        self.swept = self.step.now;
        let late = |calls: &[OpenCall]| calls.iter().any(|call| call.next <= self.step.now);
        let keys: Vec<Key> =
            self.calls.iter().filter(|(_, calls)| late(calls)).map(|(key, _)| *key).collect();
        for key in keys {
            self.wake_at(self.step.now, key);
        }
    }

    /// Brings the timers of the next minutes into memory.
    fn look_ahead(&mut self) -> Result<(), StoreError> {
        let horizon = self.step.now + HORIZON;
        let mut from = Time(i64::MIN);
        loop {
            let due = self.shelf.due(from, horizon, HORIZON_MAX)?;
            let is_last = due.len() < HORIZON_MAX;
            let last = due.last().map_or(horizon, |(_, _, at)| *at);
            for (kind, id, at) in due {
                if let Some(kind) = self.registry.kind(&kind) {
                    self.wake_at(at, (kind, id));
                }
            }
            if is_last {
                break;
            }
            from = if last > from { last } else { from + Millis(1) };
        }
        let in_memory: Vec<(Time, Key)> = self
            .cache
            .each()
            .filter_map(|(key, entry)| Some((entry.due.filter(|at| *at <= horizon)?, key)))
            .collect();
        for (at, key) in in_memory {
            self.wake_at(at, key);
        }
        self.horizon = horizon;
        Ok(())
    }

    /// Fires the timer that is due, asks calls again, gives up those whose deadline has passed, and lets go the
    /// requests that were held long enough.
    fn look_at(&mut self, key: Key) -> Result<(), StoreError> {
        if !self.registry.runs(self.registry.service_of(key.0)) {
            return Ok(());
        }
        self.cache.ensure(key, &self.registry, &mut *self.shelf)?;
        let now = self.step.now;
        let mut commands = Vec::new();
        for wait in self.waits(key) {
            match wait {
                AnyWait::Timer { due, command } if due <= now && commands.is_empty() => {
                    commands.push(command)
                }
                AnyWait::Timer { due, .. } if due > now && due <= self.horizon => self.wake_at(due, key),
                AnyWait::Timer { .. } => {}
                AnyWait::Call(call) if call.until.is_some_and(|until| until <= now) => {
                    let (step, attempt) = (call.step, call.attempt);
                    self.given_up(CallRef { kind: key.0, id: key.1, step, attempt });
                    commands.push(call.into_command(Answer::GivenUp));
                }
                AnyWait::Call(call) => self.look_at_call(key, call),
            }
        }
        let (cause, correlation) = self.causes(key);
        self.step.work.extend(commands.into_iter().map(|command| Work {
            key,
            command,
            origin: Origin::Nobody,
            cause,
            correlation,
        }));
        self.let_go(key);
        Ok(())
    }

    /// Whoever asks a document that waits already, waits with it: also right after a start, when its calls have not
    /// been asked again yet.
    pub(crate) fn revive(&mut self, key: Key) {
        for wait in self.waits(key) {
            if let AnyWait::Call(call) = wait {
                self.look_at_call(key, call);
            }
        }
    }

    fn look_at_call(&mut self, key: Key, mut call: ErasedCall) {
        let now = self.step.now;
        let reference = CallRef { kind: key.0, id: key.1, step: call.step, attempt: call.attempt };
        if self.find(reference).is_none() {
            let mut open = OpenCall::new(&mut call, now);
            // Nobody waits: what was to be told has been told before.
            open.fell_back = open.mode == Mode::Defer && !self.held.contains_key(&key);
            self.calls.entry(key).or_default().push(open);
            if let Some(until) = call.until {
                self.wake_at(until, key);
            }
        }
        let open = self.find(reference).expect("it was added above");
        open.answer = open.answer.take().or(call.answer.take());
        if open.next > now {
            let next = open.next;
            return self.wake_at(next, key);
        }
        if open.counted {
            self.uncount(call.to);
        }
        self.dispatch(key, call);
    }
}

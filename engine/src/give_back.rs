//! A commit that failed: everything is again as it was before the step.

use crate::cache::Key;
use crate::calls::RETRY_MIN;
use crate::flow::{CallRef, Output};
use crate::held::{Held, Told};
use crate::lane::{Client, Lane, Origin, unavailable};
use crate::ports::{OutboundCall, Reply, StoreError};
use kernel::Time;
use std::collections::HashSet;

impl Lane {
    /// The commit failed: everything is as it was before the step. Requests of the step get 503, older ones are
    /// held again, and calls whose answers were lost are asked again.
    pub(crate) fn give_back(
        &mut self,
        outbound: &[(CallRef, OutboundCall)],
        now: Time,
        answered: Vec<Told>,
        error: &StoreError,
        output: &mut Output,
    ) {
        self.step.now = now;
        let touched = self.cache.changed_since(0);
        self.cache.undo_all();
        let lost = Reply::of_problem(&unavailable("store-unavailable"));
        let mut clients = Vec::new();
        for Told { client, held, .. } in answered {
            match held.filter(|place| place.batch < self.number) {
                Some(place) => self.hold(Held { place, origin: Origin::Client(client) }),
                None => clients.push(client),
            }
        }
        for held in self.held.values_mut() {
            let (older, new): (Vec<Held>, Vec<Held>) =
                std::mem::take(held).into_iter().partition(|one| one.place.batch < self.number);
            *held = older;
            clients.extend(new.into_iter().filter_map(|one| match one.origin {
                Origin::Client(client) => Some(client),
                Origin::Call(_) | Origin::Nobody => None,
            }));
        }
        self.held.retain(|_, held| !held.is_empty());
        let pending: HashSet<u128> =
            self.held.values().flatten().filter_map(|one| self.key_of(one)).collect();
        let homeless = self.keys.undone(|name| pending.contains(&name));
        let replies = clients.into_iter().filter_map(|Client { reply, .. }| reply).chain(homeless);
        output.replies.extend(replies.map(|reply| (reply, lost.clone())));
        for key in touched {
            for call in self.calls.remove(&key).unwrap_or_default() {
                if call.counted {
                    self.uncount(call.to);
                }
            }
            self.wake_at(now + RETRY_MIN, key);
        }
        // Calls that did not leave are asked again, and who is held again keeps its deadline.
        for (reference, _) in outbound {
            if let Some(open) = self.find(*reference) {
                open.next = now;
                let (to, counted) = (open.to, std::mem::take(&mut open.counted));
                if counted {
                    self.uncount(to);
                }
            }
            self.wake_at(now + RETRY_MIN, (reference.kind, reference.id));
        }
        let held: Vec<Key> = self.held.keys().copied().collect();
        for key in held {
            self.wake_at(now + RETRY_MIN, key);
        }
        // Calls within the lane may have been asked, or answered, in the step that is lost.
        for call in self.calls.values_mut().flatten().filter(|call| !call.counted) {
            call.next = call.next.min(now + RETRY_MIN);
        }
        self.swept = Time(0);
        match error {
            StoreError::Refused(_) => output.refused = Some(error.clone()),
            StoreError::Broken(_) => output.broken = Some(error.clone()),
        }
    }

    fn key_of(&self, held: &Held) -> Option<u128> {
        let Origin::Client(Client { key: Some(row), .. }) = &held.origin else { return None };
        Some(self.keys.name_of(row))
    }
}

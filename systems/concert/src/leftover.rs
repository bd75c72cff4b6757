//! A try to pay that came to nothing: declined, or given up while the provider was silent. What the provider has set
//! aside for it, perhaps long after, goes back without end and is never taken. Kept under a number of its own.

use crate::events::{LeftoverMoved, TryLeft};
use crate::payment::{Event, account};
use core::convert::Infallible;
use kernel::payment::{self, Step, Wish};
use kernel::prelude::*;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Leftover {
    pub booking: Id,
    pub attempt: u64,
    pub money: payment::Payment,
}

impl Aggregate for Leftover {
    const KIND: &'static str = "leftover";
    const OF_BOOKING: bool = false;
    /// Only the provider's answers and what the money block makes of them.
    type Command = Wish;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, wish: Wish, cx: &Cx<'_>) -> Outcome<Self> {
        let Some(own) = own else { return already() };
        let (id, booking_id) = (cx.id, own.booking);
        // Nobody waits for its answer: a no has nobody to be told.
        let steps = payment::decide(Some(&own.money), wish, cx.now).steps;
        done(steps.into_iter().map(|step| LeftoverMoved { id, booking_id, step }))
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { id: TryLeft, LeftoverMoved; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::TryLeft(event) => Some(Self::of(event)),
            Event::LeftoverMoved(event) => own.map(|mut own| {
                own.money.take(event.step);
                own
            }),
            Event::PaymentNoted(_)
            | Event::PaymentRequested(_)
            | Event::PaymentCharging(_)
            | Event::PaymentApproved(_)
            | Event::PaymentMoved(_)
            | Event::PaymentCanceled(_) => own,
        }
    }

    fn waits(&self, _: Id) -> Vec<Wait<Wish>> {
        // Nobody is held, and nothing may keep a try from being left, not even a provider that cannot be asked now.
        let forward =
            |wait: Wait<Wish>| wait.calling(|call| (call.mode, call.hold) = (Mode::Forward, Millis(0)));
        self.money.waits(&account(self.booking, self.attempt)).into_iter().map(forward).collect()
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }
}

impl Leftover {
    fn of(event: &TryLeft) -> Self {
        let mut money = payment::Payment::authorizing(event.amount, event.card.clone());
        money.take(if event.declined { Step::Declined } else { Step::Voided });
        Self { booking: event.booking_id, attempt: event.attempt, money }
    }
}

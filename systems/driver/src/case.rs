//! Who is told what about a call (D4, D7, D26): each turn once, and nothing that is no longer true. Recorded once; sent
//! by the notifier at least once, several in one go where several wait.

mod told;

use crate::events::{CaseHushed, CaseOpened, Event as Language, NoticeRecorded, NoticesSent, Text};
use core::convert::Infallible;
use kernel::notices::Outbox;
use kernel::prelude::*;
pub use told::{KAKAOTALK, Telling, Turn, telling};

#[derive(Clone, Debug)]
pub enum Command {
    Tell(Telling),
    /// The notifier has taken all up to this attempt.
    Sent,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    /// None: nothing is heard of the call yet.
    pub to: Option<String>,
    /// How far it is with what was told, or kept back.
    pub rank: u8,
    pub outbox: Outbox,
}

messages! {
    pub enum Event of Language { inner { CaseOpened, CaseHushed, NoticeRecorded, NoticesSent } public {} }
}

impl Aggregate for Case {
    const KIND: &'static str = "case";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let id = cx.id;
        let rank = own.map_or(0, |own| own.rank);
        match command {
            Command::Tell(Telling { to, turn }) => {
                let known = own.and_then(|own| own.to.clone());
                let Some(to) = known.clone().or(to) else { return already() };
                match turn {
                    Turn::Open if known.is_none() => done([CaseOpened { id, to }]),
                    Turn::Hush(new) if new > rank => done([CaseHushed { id, rank: new }]),
                    Turn::Say(new, text) if new > rank => {
                        let number = own.map_or(0, |own| own.outbox.recorded) + 1;
                        done([record(id, number, new, to, text)])
                    }
                    Turn::Open | Turn::Hush(_) | Turn::Say(..) => already(),
                }
            }
            Command::Sent => match own.and_then(|own| own.outbox.last_unsent()) {
                Some(up_to) => done([NoticesSent { order_id: id, up_to }]),
                None => already(),
            },
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { id: CaseOpened, CaseHushed; order_id: NoticeRecorded, NoticesSent; })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::CaseOpened(event) => own.to = Some(event.to.clone()),
            Event::CaseHushed(event) => own.rank = event.rank,
            Event::NoticeRecorded(event) => {
                own.to = Some(event.to.clone());
                own.rank = event.rank;
                own.outbox.record(event.number, event.text.clone());
            }
            Event::NoticesSent(event) => own.outbox.sent(event.up_to),
        }
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        let case = format!("driver.case/{id}");
        let waits = |to| self.outbox.waits(&case, to, KAKAOTALK, |_| Command::Sent);
        self.to.as_deref().map(waits).unwrap_or_default()
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        telling(heard).map(|(id, telling)| (id, Command::Tell(telling))).into_iter().collect()
    }
}

fn record(order_id: Id, number: u64, rank: u8, to: String, text: Text) -> Event {
    NoticeRecorded { order_id, number, rank, to, channel: KAKAOTALK.into(), text }.into()
}

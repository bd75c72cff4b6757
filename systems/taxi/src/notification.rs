//! Who is told what about an order (T10, T18): each change of its state once, and nothing that is no longer true.
//! Recorded once; sent by the notifier at least once, several in one go where several wait.

use crate::events::{CaseOpened, Event as Language, NoticeRecorded, NoticesSent, StatusNoted, Text, rank};
use core::convert::Infallible;
use kernel::notices::Outbox;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// An order is placed: this is whom to tell.
    Open {
        to: String,
    },
    Tell {
        rank: u8,
        text: Text,
    },
    /// The notifier has taken all up to this attempt.
    Sent,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Case {
    /// None: the order is not heard of yet.
    pub to: Option<String>,
    /// The highest rank heard of.
    pub rank: u8,
    /// Heard before it was known whom to tell: only the newest still counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early: Option<Text>,
    pub outbox: Outbox,
}

messages! {
    pub enum Event of Language { inner { CaseOpened, StatusNoted, NoticeRecorded, NoticesSent } public {} }
}

impl Aggregate for Case {
    const KIND: &'static str = "case";
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let order_id = cx.id;
        let to = own.and_then(|own| own.to.as_ref());
        match (own, to, command) {
            (Some(_), Some(_), Command::Open { .. }) => already(),
            (own, _, Command::Open { to }) => {
                let early = own.and_then(|own| Some((own.rank, own.early.clone()?)));
                let told = early.map(|(rank, text)| record(order_id, 1, rank, to.clone(), text));
                done([CaseOpened { order_id, to }.into()].into_iter().chain(told))
            }
            (Some(own), _, Command::Tell { rank, .. }) if rank <= own.rank => already(),
            (Some(own), Some(to), Command::Tell { rank, text }) => {
                done([record(order_id, own.outbox.recorded + 1, rank, to.clone(), text)])
            }
            (_, _, Command::Tell { rank, text }) => done([StatusNoted { order_id, rank, text }]),
            (Some(own), _, Command::Sent) => match own.outbox.last_unsent() {
                Some(up_to) => done([NoticesSent { order_id, up_to }]),
                None => already(),
            },
            (None, _, Command::Sent) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { order_id: CaseOpened, StatusNoted, NoticeRecorded, NoticesSent; })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let mut own = own.unwrap_or_default();
        match event {
            Event::CaseOpened(event) => (own.to, own.early) = (Some(event.to.clone()), None),
            Event::StatusNoted(event) => (own.rank, own.early) = (event.rank, Some(event.text.clone())),
            Event::NoticeRecorded(event) => {
                own.rank = event.rank;
                own.outbox.record(event.number, event.text.clone());
            }
            Event::NoticesSent(event) => own.outbox.sent(event.up_to),
        }
        Some(own)
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        let to = self.to.as_deref();
        let waits = |to| self.outbox.waits(&format!("taxi.case/{id}"), to, SMS, |_| Command::Sent);
        to.map(waits).unwrap_or_default()
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        if let Language::Ordered(said) = heard {
            let to = said.tel.clone().or_else(|| said.name.clone());
            return vec![(said.id, Command::Open { to: to.unwrap_or_else(|| format!("order {}", said.id)) })];
        }
        let Some((order, rank, text)) = status(heard) else { return Vec::new() };
        vec![(order, Command::Tell { rank, text })]
    }
}

const SMS: &str = "sms";

fn record(order_id: Id, number: u64, rank: u8, to: String, text: Text) -> Event {
    NoticeRecorded { order_id, number, rank, to, channel: SMS.into(), text }.into()
}

/// Which order an event is about, how far the order is with it, and the words for it.
fn status(heard: &Language) -> Option<(Id, u8, Text)> {
    let (order, status, taxi) = match heard {
        Language::PaymentApproved(said) => (said.order_id, &said.status, None),
        Language::ReserveAccepted(said) => (said.order_id, &said.status, said.taxi_id),
        Language::ReserveCanceled(said) => (said.order_id, &said.status, None),
        Language::PaymentCanceled(said) => (said.order_id, &said.status, None),
        Language::Ordered(_)
        | Language::OrderCanceled(_)
        | Language::TaxiRegistered(_)
        | Language::StockChanged(_)
        | Language::TaxiOutOfStock(_) => return None,
    };
    let text = match taxi {
        Some(taxi) => format!("Order {order}: {status}, taxi {taxi}"),
        None => format!("Order {order}: {status}"),
    };
    Some((order, rank(status, taxi.is_some()), text.into()))
}

//! The messages that people get (R5, R13, R21), each under a number of its own. Recorded once; sent by the notifier at
//! least once; `EmailSent` is said when it has taken one.

use crate::events::{EmailSent, Event as Language, FactNoted, NoticeRecorded, Text, UseNoted, written};
use core::convert::Infallible;
use kernel::notices::Outbox;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    /// The notifier has taken it.
    Sent,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notification {
    pub booking_id: Option<Id>,
    pub user_id: String,
    pub contents: Text,
    pub send_dtm: String,
    pub sent: bool,
}

messages! {
    pub enum Event of Language { inner { FactNoted, UseNoted, NoticeRecorded } public { EmailSent } }
}

const MAIL: &str = "mail";

impl Aggregate for Notification {
    const KIND: &'static str = "notification";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (Some(own), Command::Sent) if !own.sent => done([EmailSent {
                id: cx.id,
                user_id: own.user_id.clone(),
                contents: own.contents.clone().into_owned(),
                send_dtm: written(cx.now),
                booking_id: own.booking_id,
            }]),
            (Some(_) | None, Command::Sent) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { number: NoticeRecorded; id: EmailSent; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::NoticeRecorded(event) => Some(Self {
                booking_id: event.booking_id,
                user_id: event.to.clone(),
                contents: event.text.clone(),
                send_dtm: written(event.at),
                sent: false,
            }),
            Event::EmailSent(event) => {
                own.map(|own| Self { send_dtm: event.send_dtm.clone(), sent: true, ..own })
            }
            Event::FactNoted(_) | Event::UseNoted(_) => own,
        }
    }

    fn waits(&self, id: Id) -> Vec<Wait<Command>> {
        let mut outbox = Outbox::default();
        if !self.sent {
            outbox.record(1, self.contents.clone());
        }
        outbox.waits(&format!("room.notification/{id}"), &self.user_id, MAIL, |_| Command::Sent)
    }

    fn body(&self, _: Id) -> Option<Body> {
        Some(
            Body::new()
                .with("userId", self.user_id.as_str())
                .with("contents", self.contents.as_ref())
                .with("sendDtm", self.send_dtm.as_str()),
        )
    }
}

/// One message to one person.
pub(crate) fn notice(booking_id: Option<Id>, to: &str, text: String, cx: &Cx<'_>) -> Event {
    let (number, to, channel, at) = (cx.fresh::<Notification>(), to.into(), MAIL.into(), cx.now);
    NoticeRecorded { booking_id, number, to, channel, text: text.into(), at }.into()
}

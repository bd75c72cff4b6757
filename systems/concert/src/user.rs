//! A user: signs up (C2). Nobody asks this service anything to take a booking.

use crate::events::{Event as Language, UserChanged, UserRegistered, UserRemoved};
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Register { name: String },
    Change { name: Option<String> },
    Remove,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    pub name: String,
    /// Gone, and its number is never given again.
    #[serde(default)]
    pub removed: bool,
}

messages! {
    pub enum Event of Language { inner { UserChanged, UserRemoved } public { UserRegistered } }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such user. See /users, or sign up with POST /users.",
            "그런 사용자가 없습니다. /users에서 확인하거나 POST /users로 가입하세요.";
    }
}

impl Aggregate for User {
    const KIND: &'static str = "user";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let id = cx.id;
        match (own.filter(|own| !own.removed), command) {
            (None, Command::Register { name }) if own.is_none() => done([UserRegistered { id, name }]),
            (_, Command::Register { .. }) => already(),
            (None, Command::Change { .. } | Command::Remove) => refused(Rejection::NotFound),
            (Some(own), Command::Change { name }) => match name.filter(|name| *name != own.name) {
                Some(name) => done([UserChanged { id, name }]),
                None => already(),
            },
            (Some(_), Command::Remove) => done([UserRemoved { id }]),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { id: UserRegistered, UserChanged, UserRemoved; })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::UserRegistered(event) => Some(Self { name: event.name.clone(), removed: false }),
            Event::UserChanged(event) => own.map(|own| Self { name: event.name.clone(), ..own }),
            Event::UserRemoved(_) => own.map(|own| Self { removed: true, ..own }),
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        (!self.removed).then(|| Body::new().with("name", self.name.as_str()))
    }
}

//! What was told of a use (R1, R10, R29): its start and its end, once each, to the desk and to whoever booked.

use crate::case::Case;
use crate::events::{Event as Language, Reason, Times, UseNoted};
use crate::notification::{Event, notice};
use core::convert::Infallible;
use kernel::prelude::*;

/// Who is told of every use, by the document.
pub const DESK: &str = "99999";

#[derive(Clone, Debug)]
pub enum Command {
    Start { booking_id: Option<Id> },
    End { booking_id: Option<Id> },
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Used {
    pub ended: bool,
}

impl Aggregate for Used {
    const KIND: &'static str = "used";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Infallible;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Start { booking_id }) => tell(booking_id, false, cx),
            (None | Some(Self { ended: false }), Command::End { booking_id }) => tell(booking_id, true, cx),
            // Said twice, or the start of a use that is over.
            (Some(_), Command::Start { .. }) | (Some(Self { ended: true }), Command::End { .. }) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { use_id: UseNoted; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::UseNoted(event) => Some(Self { ended: event.ended }),
            Event::FactNoted(_) | Event::NoticeRecorded(_) | Event::EmailSent(_) => own,
        }
    }

    fn body(&self, _: Id) -> Option<Body> {
        None
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        let of =
            |times: &Times, command: fn(Option<Id>) -> Command| vec![(times.id, command(times.booking_id))];
        match heard {
            Language::UseStarted(said) => of(&said.times, |booking_id| Command::Start { booking_id }),
            Language::UseEnded(said) => of(&said.times, |booking_id| Command::End { booking_id }),
            _ => Vec::new(),
        }
    }
}

fn tell(booking_id: Option<Id>, ended: bool, cx: &Cx<'_>) -> Outcome<Used> {
    let case = match booking_id {
        Some(booking) => cx.read::<Case>(booking)?,
        None => None,
    };
    let number = booking_id.map_or_else(|| "null".into(), |id| id.to_string());
    let deed = if ended { "ended" } else { "started" };
    let text = format!("Booking Number[ {number} ] is use {deed}");
    let user = case.and_then(|case| case.user_id.as_deref()).filter(|user| *user != DESK);
    // The booking is over with its use: so is a start that is heard only now.
    let stale = !ended && case.is_some_and(|case| case.over == Some(Reason::UseEnded));
    let told = [Some(DESK), user].into_iter().flatten().filter(|_| !stale);
    let told = told.map(|to| notice(booking_id, to, text.clone(), cx));
    done([Event::from(UseNoted { use_id: cx.id, ended })].into_iter().chain(told))
}

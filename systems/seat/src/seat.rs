//! The public board: what management says of each seat, whatever order it comes in. A seat that nobody has put on the board
//! is followed all the same, so that it is right from its first day.

use crate::events::{EMPTIED, Event as Language, Occupant, RESERVED, SeatRegistered, SeatShown};
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Register,
    /// Management says so. `version`: how often the seat has changed hands.
    Show {
        version: u64,
        occupant: Option<Occupant>,
    },
    /// Somebody writes fields of the board: allowed if they are so already.
    Correct(Body),
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seat {
    pub registered: bool,
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupant: Option<Occupant>,
}

messages! {
    pub enum Event of Language { inner { SeatRegistered, SeatShown } public {} }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such seat on the board. Put it there first.",
            "좌석 현황판에 그런 좌석이 없습니다. 먼저 등록하세요.";
        AlreadyRegistered = 409 "already-registered" at "seatId":
            "This seat is on the board already. Use another number.",
            "이미 좌석 현황판에 있는 좌석입니다. 다른 번호를 쓰세요.";
        Follows = 409 "not-changeable":
            "The board shows what management says. To free a seat, change it there.",
            "좌석 현황판은 관리 시스템을 그대로 보여 줍니다. 좌석을 비우려면 관리 시스템에서 바꾸세요.";
    }
}

impl Aggregate for Seat {
    const KIND: &'static str = "seat";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        let id = cx.id;
        match (own, command) {
            (None | Some(Self { registered: false, .. }), Command::Register) => done([SeatRegistered { id }]),
            (Some(_), Command::Register) => refused(Rejection::AlreadyRegistered),
            // An older state of the seat, or the same again.
            (Some(own), Command::Show { version, .. }) if version <= own.version => already(),
            (_, Command::Show { version, occupant }) => done([SeatShown { id, version, occupant }]),
            (own, Command::Correct(fields)) => match own.and_then(|own| own.body(id)) {
                None => refused(Rejection::NotFound),
                Some(shown) if shown.differs(&fields).is_some() => refused(Rejection::Follows),
                Some(_) => already(),
            },
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { id: SeatRegistered, SeatShown; })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let own = own.unwrap_or_default();
        Some(match event {
            Event::SeatRegistered(_) => Self { registered: true, ..own },
            Event::SeatShown(event) => {
                Self { version: event.version, occupant: event.occupant.clone(), ..own }
            }
        })
    }

    fn body(&self, id: Id) -> Option<Body> {
        if !self.registered {
            return None;
        }
        let occupant = self.occupant.as_ref();
        // An empty seat shows blanks, as the document's does.
        let text = |of: fn(&Occupant) -> &Option<String>| match occupant {
            Some(occupant) => of(occupant).as_deref().map_or(Value::Null, Value::from),
            None => Value::from(""),
        };
        Some(
            Body::new()
                .with("seatStatus", if occupant.is_some() { RESERVED } else { EMPTIED })
                .with("reserveId", occupant.map_or(0, |occupant| occupant.reserve_id.0))
                .with("name", text(|occupant| &occupant.name))
                .with("reserveDate", text(|occupant| &occupant.reserve_date))
                .with("exitDate", text(|occupant| &occupant.exit_date))
                .with_id("seatId", id),
        )
    }

    fn policy(heard: &Language) -> Vec<(Id, Command)> {
        match heard {
            Language::Checked(said) => {
                let (reserve_id, name) = (said.reserve_id, said.name.clone());
                let (reserve_date, exit_date) = (said.reserve_date.clone(), said.exit_date.clone());
                let occupant = Some(Occupant { reserve_id, name, reserve_date, exit_date });
                vec![(said.seat_id, Command::Show { version: said.version, occupant })]
            }
            Language::Reclaimed(said) => {
                vec![(said.seat_id, Command::Show { version: said.version, occupant: None })]
            }
            _ => Vec::new(),
        }
    }
}

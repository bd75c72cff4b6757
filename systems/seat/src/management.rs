//! Who has which seat: the one place that decides it (S3). A seat is kept under its own number and holds only who has it
//! now; what each reservation was told is kept in `claim.rs`, so a seat that everybody wants stays small.

use crate::events::{
    Checked, ClaimClosed, Desk, EMPTIED, Event as Language, ExitNoted, FREED, ManagementRegistered, RESERVED,
    Reclaimed, SeatRefused, Text,
};
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Register,
    /// The administrator writes these fields.
    Change(Body),
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Management {
    /// How often the seat has changed hands.
    pub version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
}

/// Who has the seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub reservation: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<Desk>,
    pub name: Option<String>,
    pub reserve_date: Option<String>,
    pub exit_date: Option<String>,
    pub pay_type: Option<String>,
}

messages! {
    pub enum Event of Language {
        inner { ManagementRegistered, ExitNoted, ClaimClosed }
        public { Checked, Reclaimed, SeatRefused }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such seat. Register it first.", "그런 좌석이 없습니다. 먼저 등록하세요.";
        AlreadyRegistered = 409 "already-registered" at "seatId":
            "This seat is registered already. Use another number.",
            "이미 등록된 좌석입니다. 다른 번호를 쓰세요.";
        UnknownStatus = 409 "unknown-status" at "seatStatus":
            "A seat can only be set to \"Emptied\". Only a paid reservation makes it \"Reserved\".",
            "좌석 상태는 \"Emptied\"로만 바꿀 수 있습니다. \"Reserved\"는 결제된 예약만 만듭니다.";
        Fixed = 409 "not-changeable":
            "Who has a seat is said by the reservation. To free the seat, set \"seatStatus\" to \"Emptied\".",
            "좌석의 예약 정보는 바꿀 수 없습니다. 비우려면 \"seatStatus\"를 \"Emptied\"로 바꾸세요.";
    }
}

impl Aggregate for Management {
    const KIND: &'static str = "management";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        match (own, command) {
            (None, Command::Register) => done([ManagementRegistered { id: cx.id }]),
            (Some(_), Command::Register) => refused(Rejection::AlreadyRegistered),
            (None, Command::Change(_)) => refused(Rejection::NotFound),
            (Some(own), Command::Change(fields)) => own.change(&fields, cx.id),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        number_in!(event, Event { id: ManagementRegistered, Checked, Reclaimed; .. })
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        match event {
            Event::ManagementRegistered(_) => Some(Self::default()),
            Event::Checked(event) => {
                let Checked { reserve_id, name, reserve_date, exit_date, pay_type, desk, .. } = event.clone();
                let reservation = reserve_id;
                let holder = Holder { reservation, desk, name, reserve_date, exit_date, pay_type };
                Some(Self { version: event.version, holder: Some(holder) })
            }
            Event::Reclaimed(event) => Some(Self { version: event.version, holder: None }),
            Event::SeatRefused(_) | Event::ExitNoted(_) | Event::ClaimClosed(_) => own,
        }
    }

    fn body(&self, id: Id) -> Option<Body> {
        let holder = self.holder.as_ref();
        // An empty seat shows blanks, as the document's does.
        let text = |of: fn(&Holder) -> &Option<String>| match holder {
            Some(holder) => of(holder).as_deref().map_or(Value::Null, Value::from),
            None => Value::from(""),
        };
        Some(
            Body::new()
                .with("reserveId", holder.map_or(0, |holder| holder.reservation.0))
                .with("name", text(|holder| &holder.name))
                .with("reserveDate", text(|holder| &holder.reserve_date))
                .with("exitDate", text(|holder| &holder.exit_date))
                .with("payType", text(|holder| &holder.pay_type))
                .with_id("seatId", id)
                .with("seatStatus", if holder.is_some() { RESERVED } else { EMPTIED })
                .with("desk", holder.and_then(|holder| holder.desk).map(Desk::shown)),
        )
    }
}

impl Management {
    fn change(&self, fields: &Body, id: Id) -> Outcome<Self> {
        let now = self.body(id).unwrap_or_default();
        match (now.differs(fields), &self.holder) {
            (None, _) => already(),
            (Some(_), Some(holder)) if fields.text("seatStatus") == Some(EMPTIED) => {
                // The rest may be as it is now, or as it will be.
                let emptied = Self::default().body(id).unwrap_or_default();
                let rest =
                    fields.only(&["seatId", "reserveId", "name", "reserveDate", "exitDate", "payType"]);
                if now.differs(&rest).is_some() && emptied.differs(&rest).is_some() {
                    return refused(Rejection::Fixed);
                }
                done([self.reclaimed(id, holder, Some(FREED.into()))])
            }
            (Some("seatStatus"), _) => refused(Rejection::UnknownStatus),
            (Some(_), _) => refused(Rejection::Fixed),
        }
    }

    /// The seat is empty again.
    pub(crate) fn reclaimed(&self, id: Id, holder: &Holder, reason: Option<Text>) -> Event {
        Reclaimed {
            id,
            reserve_id: Id(0),
            name: "".into(),
            reserve_date: "".into(),
            exit_date: "".into(),
            seat_id: id,
            exited_reserve_id: holder.reservation,
            version: self.version + 1,
            reason,
            desk: holder.desk,
        }
        .into()
    }
}

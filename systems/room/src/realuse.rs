//! The use of a room: started with a booking or without (R27, R29), ended together with its booking (R2, R6, R14).

mod change;

use crate::events::{
    BookingGone, BookingNoted, Event as Language, Times, UseCorrected, UseEndGivenUp, UseEnded, UseEnding,
    UseStarted,
};
use crate::known::Known;
pub use change::Change;
use kernel::prelude::*;

#[derive(Clone, Debug)]
pub enum Command {
    Start {
        booking_id: Option<Id>,
        start: Option<String>,
    },
    /// Somebody writes these fields.
    Change(Change),
    /// The booking's answer to the end.
    Ended(Answer),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Realuse {
    /// None: somebody walked in.
    pub booking_id: Option<Id>,
    pub start: Option<String>,
    pub end: Option<String>,
    /// How often an end was tried.
    pub attempt: u64,
    pub stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    Started,
    /// The booking is asked to end; until then nothing has.
    Ending {
        start: Option<String>,
        end: String,
        until: Time,
        hold: Millis,
    },
    Ended,
}

messages! {
    pub enum Event of Language {
        inner { BookingNoted, BookingGone, UseEnding, UseEndGivenUp }
        public { UseStarted, UseCorrected, UseEnded }
    }
}

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such use.", "그런 사용 기록이 없습니다.";
        UnknownBooking = 404 "unknown-booking" at "bookingId" after 1:
            "There is no such booking. If it was just made, try again in a moment; without bookingId anybody may walk in.",
            "그런 예약이 없습니다. 방금 예약했다면 잠시 후 다시 시도하세요. 예약 없이 사용하려면 bookingId를 빼세요.";
        BookingOver = 409 "booking-over" at "bookingId":
            "This booking is over. Book again, or start without bookingId.",
            "이미 끝난 예약입니다. 다시 예약하거나 bookingId 없이 시작하세요.";
        Running = 409 "already-started" at "bookingId":
            "The room is in use under this booking already. End that use first.",
            "이 예약으로 이미 사용하고 있습니다. 먼저 그 사용을 종료하세요.";
        UnderWay = 409 "under-way" after 1:
            "The use is being ended. Wait for the answer, then try again.",
            "사용을 종료하는 중입니다. 응답을 기다린 뒤 다시 시도하세요.";
        Over = 409 "already-ended":
            "The use is over and stays as it is. To use the room again, start anew.",
            "이미 종료된 사용 기록은 바꿀 수 없습니다. 다시 사용하려면 새로 시작하세요.";
        EndsLater = 400 "ends-later" at "realUseEndDtm":
            "A use starts without its end. Leave realUseEndDtm out, and PATCH it when the use is over.",
            "시작할 때는 realUseEndDtm을 넣을 수 없습니다. 빼고 시작한 뒤 사용이 끝나면 PATCH로 보내세요.";
        OtherBooking = 409 "other-booking" at "bookingId":
            "A use belongs to the booking it was started with. End it and start another.",
            "사용 기록의 예약은 바꿀 수 없습니다. 종료하고 새로 시작하세요.";
        BookingSilent = 503 "booking-unavailable":
            "Booking does not answer. The use goes on; end it again in a moment.",
            "예약 서비스가 응답하지 않습니다. 사용은 계속되니 잠시 후 다시 종료하세요.";
    }
}

impl Aggregate for Realuse {
    const KIND: &'static str = "realuse";
    const OF_BOOKING: bool = false;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(own: Option<&Self>, command: Command, cx: &Cx<'_>) -> Outcome<Self> {
        use Command::{Change, Ended, Start};
        let Some(own) = own else {
            return match command {
                Start { booking_id, start } => begin(booking_id, start, cx),
                Change(_) => refused(Rejection::NotFound),
                Ended(_) => already(),
            };
        };
        match (&own.stage, command) {
            (Stage::Started, Change(change)) => own.change(change, cx),
            (Stage::Ending { .. }, Change(change)) => own.change_while_ending(&change),
            (Stage::Ended, Change(change)) if own.is_so(&change) => already(),
            (Stage::Ended, Change(_)) => refused(Rejection::Over),
            (Stage::Ending { .. }, Ended(answer)) => own.ended(&answer, cx.id),
            // Said twice, or too late.
            (_, Start { .. }) | (Stage::Started | Stage::Ended, Ended(_)) => already(),
        }
    }

    fn key(event: &Event) -> Option<Id> {
        match event {
            Event::UseStarted(event) => Some(event.times.id),
            Event::UseCorrected(event) => Some(event.times.id),
            Event::UseEnded(event) => Some(event.times.id),
            Event::UseEnding(event) => Some(event.id),
            Event::UseEndGivenUp(event) => Some(event.id),
            Event::BookingNoted(_) | Event::BookingGone(_) => None,
        }
    }

    fn evolve(own: Option<Self>, event: &Event) -> Option<Self> {
        let own = match event {
            Event::UseStarted(event) => return Some(Self::started(&event.times)),
            Event::UseCorrected(event) => Self { start: event.times.real_use_start_dtm.clone(), ..own? },
            Event::UseEnded(event) => {
                let Times { real_use_start_dtm: start, real_use_end_dtm: end, .. } = event.times.clone();
                Self { start, end, stage: Stage::Ended, ..own? }
            }
            Event::UseEnding(event) => {
                let (start, end) = (event.start.clone(), event.end.clone());
                let stage = Stage::Ending { start, end, until: event.until, hold: event.hold };
                Self { attempt: event.attempt, stage, ..own? }
            }
            Event::UseEndGivenUp(_) => Self { stage: Stage::Started, ..own? },
            Event::BookingNoted(_) | Event::BookingGone(_) => own?,
        };
        Some(own)
    }

    fn waits(&self, _: Id) -> Vec<Wait<Command>> {
        self.cancel().map(Wait::Call).into_iter().collect()
    }

    fn body(&self, _: Id) -> Option<Body> {
        Some(
            Body::new()
                .with("bookingId", self.booking_id.map(|id| id.0))
                .with("realUseStartDtm", self.start.as_deref())
                .with("realUseEndDtm", self.end.as_deref()),
        )
    }
}

fn begin(booking_id: Option<Id>, start: Option<String>, cx: &Cx<'_>) -> Outcome<Realuse> {
    if let Some(booking) = booking_id {
        match cx.read::<Known>(booking)? {
            None => return refused(Rejection::UnknownBooking),
            Some(known) if known.is_over() => return refused(Rejection::BookingOver),
            Some(known) if known.used_by.is_some() => return refused(Rejection::Running),
            Some(_) => {}
        }
    }
    let (id, real_use_start_dtm) = (cx.id, start);
    done([UseStarted { times: Times { id, booking_id, real_use_start_dtm, real_use_end_dtm: None } }])
}

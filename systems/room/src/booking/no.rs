//! Why a booking is refused.

use kernel::prelude::*;

rejections! {
    pub enum Rejection {
        NotFound = 404 "not-found":
            "There is no such booking.", "그런 예약이 없습니다.";
        InUse = 409 "in-use":
            "The room is in use under this booking. End the use, and the booking ends with it.",
            "이 예약으로 회의실을 사용하고 있습니다. 사용을 종료하면 예약도 끝납니다.";
        NoShow = 409 "no-show":
            "Nobody came, so the booking is over. Book again.",
            "사용이 시작되지 않아 예약이 끝났습니다. 다시 예약하세요.";
        Full = 409 "calendar-full" at "roomId":
            "The room has too many bookings. Cancel some, or book another room.",
            "회의실의 예약이 너무 많습니다. 예약을 취소하거나 다른 회의실을 예약하세요.";
        UnreadableStart = 400 "bad-start" at "useStartDtm":
            "useStartDtm must be a time like 202008240930, 20200824093000 or 2020-08-24T09:30:00+09:00.",
            "useStartDtm은 202008240930, 20200824093000, 2020-08-24T09:30:00+09:00 형식의 시각이어야 합니다.";
        UnreadableEnd = 400 "bad-end" at "useEndDtm":
            "useEndDtm must be a time like 202008241030, 20200824103000 or 2020-08-24T10:30:00+09:00.",
            "useEndDtm은 202008241030, 20200824103000, 2020-08-24T10:30:00+09:00 형식의 시각이어야 합니다.";
        SkippedStart = 400 "skipped-start" at "useStartDtm":
            "The clocks of this room are put forward over useStartDtm: there is no such time that day. Choose another.",
            "이 회의실의 지역에서는 시계를 앞당기므로 그날 useStartDtm 시각이 없습니다. 다른 시각을 고르세요.";
        SkippedEnd = 400 "skipped-end" at "useEndDtm":
            "The clocks of this room are put forward over useEndDtm: there is no such time that day. Choose another.",
            "이 회의실의 지역에서는 시계를 앞당기므로 그날 useEndDtm 시각이 없습니다. 다른 시각을 고르세요.";
        Backwards = 400 "ends-too-early" at "useEndDtm":
            "A booking must end after it begins. Set useEndDtm after useStartDtm.",
            "예약은 시작한 뒤에 끝나야 합니다. useEndDtm을 useStartDtm보다 늦게 정하세요.";
        TooLong = 400 "too-long" at "useEndDtm":
            "A booking may last 31 days at most. Set an earlier useEndDtm, or book in parts.",
            "예약은 최대 31일까지 할 수 있습니다. useEndDtm을 앞당기거나 나누어 예약하세요.";
    }
}

/// A fixed sentence, or one that names what is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum No {
    Fixed(Rejection),
    /// Another booking has the room in this time, in the words of its user.
    Taken {
        from: String,
        to: String,
    },
}

impl From<Rejection> for No {
    fn from(no: Rejection) -> Self {
        Self::Fixed(no)
    }
}

impl kernel::Rejection for No {
    fn problem(&self) -> Problem {
        match self {
            Self::Fixed(no) => no.problem(),
            Self::Taken { from, to } => Problem::new(
                409,
                "already-booked",
                format!("The room is booked from {from} to {to}. Choose another time or another room."),
                format!(
                    "회의실이 {from}부터 {to}까지 예약되어 있습니다. 다른 시간이나 다른 회의실을 고르세요."
                ),
            )
            .field("useStartDtm"),
        }
    }
}

//! How the seat system is reached: paths and fields, and the command behind each method.

use crate::bill::{self, Bill};
use crate::events::{Booking, EMPTIED};
use crate::management::{self, Management};
use crate::mypage::Mypage;
use crate::payment::{self, Payment};
use crate::reservation::{self, Reservation};
use crate::seat::{self, Seat};
use kernel::payment::Wish;
use kernel::prelude::*;

/// The highest price in won: far above any real one, far below where sums overflow.
const PRICE_MAX: i64 = 1_000_000_000;

fn booking(asked: &Asked<'_>) -> Result<Booking, Problem> {
    let text = |name| asked.fields.owned(name);
    Ok(Booking {
        seat_id: asked.need_id("seatId")?,
        name: text("name"),
        reserve_date: text("reserveDate"),
        exit_date: text("exitDate"),
        pay_type: text("payType"),
    })
}

fn words() -> [Field; 4] {
    [
        Field::text("name", "Who reserves."),
        Field::text("reserveDate", "From when, in any words."),
        Field::text("exitDate", "Until when, in any words."),
        Field::text("payType", "How it is paid: card."),
    ]
}

fn seat_status() -> Field {
    Field::text("seatStatus", "Emptied or Reserved.")
}

pub(crate) fn reservation() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields.only(&["seatId", "name", "reserveDate", "exitDate", "payType", "status"]);
        let command = reservation::Command::Correct { fields, card: asked.fields.card("cardNo") };
        Deed::new::<Reservation>(Target::Id(asked.path_id()), command)
    };
    let about =
        "Seats that members reserve; paid at once, or not reserved. Deleting one is leaving the seat.";
    [Resource::of::<Reservation>("reservation", "reservations", about)
        .fields(words())
        .fields([
            Field::id("seatId", "The seat.").required(),
            Field::card("cardNo", "The card to charge; shown as its last four digits."),
            Field::text("status", "Pending, Confirmed, Refused, Exited; not yours to set."),
            Field::text("reason", "Why it is refused or over.").read_only(),
            Field::flag("refunded", "Whether the money is back.").read_only(),
        ])
        .on(Method::Post, |asked| {
            let (booking, card) = (booking(asked)?, asked.fields.card("cardNo"));
            Deed::new::<Reservation>(Target::New, reservation::Command::Place { booking, card })
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .on(Method::Delete, |asked| {
            Deed::new::<Reservation>(Target::Id(asked.path_id()), reservation::Command::Exit)
        })]
}

pub(crate) fn payment() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields;
        let shown = ["seatId", "name", "reserveDate", "exitDate", "payType", "reserveId", "status"];
        let command = payment::Command::Correct(fields.only(&shown));
        Deed::new::<Payment>(Target::Id(asked.path_id()), command)
    };
    let about = "What was paid, for reservations and by hand, and what came back.";
    [Resource::of::<Payment>("payment", "payments", about)
        .fields([
            Field::id("reserveId", "The reservation that is paid.").required(),
            Field::id("seatId", "Its seat."),
        ])
        .fields(words())
        .fields([
            Field::card("cardNo", "The card to charge."),
            Field::count("amount", PRICE_MAX, "What is charged, in won.").read_only(),
            Field::text("status", "Paid, Refunded or Voided with its reason; a client's text is ignored."),
            Field::text("desk", "By hand: added to a reservation, or walk-in. None: the reservation's own.")
                .read_only(),
        ])
        .on(Method::Post, |asked| {
            let reservation = asked.need_id("reserveId")?;
            let (booking, card) = (booking(asked)?, asked.fields.card("cardNo"));
            if asked.by_service() {
                let command = bill::Command::Authorize { booking, card };
                return Deed::new::<Bill>(Target::Id(reservation), command);
            }
            Deed::new::<Payment>(Target::New, payment::Command::Pay { reservation, booking, card })
        })
        .internal(Method::Post, "void", |asked| {
            Deed::new::<Bill>(Target::Id(asked.need_id("reserveId")?), Wish::Void.into())
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)]
}

pub(crate) fn management() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let command = management::Command::Change(asked.fields.clone());
        Deed::new::<Management>(Target::Id(asked.path_id()), command)
    };
    let about = "Which seat is whose, under the number of the seat. Set seatStatus to Emptied to free one.";
    [Resource::of::<Management>("management", "managements", about)
        .fields([
            Field::id("seatId", "The seat, and the record's own number.").required(),
            seat_status(),
            Field::count("reserveId", i64::MAX, "Who has it; 0: nobody."),
        ])
        .fields(words())
        .fields([Field::text("desk", "Paid by hand: added or walk-in.").read_only()])
        .finder_of_one("findBySeatId", "SeatId", "seatId")
        .on(Method::Post, |asked| {
            empty(asked)?;
            Deed::new::<Management>(Target::Id(asked.need_id("seatId")?), management::Command::Register)
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)]
}

/// Nobody has a seat that is registered right now.
fn empty(asked: &Asked<'_>) -> Result<(), Problem> {
    match asked.fields.text("seatStatus") {
        None | Some(EMPTIED) => Ok(()),
        Some(_) => Err(Problem::new(
            409,
            "unknown-status",
            "A seat begins \"Emptied\". Only a paid reservation makes it \"Reserved\".",
            "좌석은 \"Emptied\"로만 등록합니다. \"Reserved\"는 결제된 예약만 만듭니다.",
        )
        .field("seatStatus")),
    }
}

pub(crate) fn seat() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        Deed::new::<Seat>(Target::Id(asked.path_id()), seat::Command::Correct(asked.fields.clone()))
    };
    [Resource::of::<Seat>("seat", "seats", "The public board, under the number of the seat.")
        .fields([
            Field::id("seatId", "The seat, and the record's own number.").required(),
            seat_status(),
            Field::count("reserveId", i64::MAX, "Who has it; 0: nobody."),
        ])
        .fields(words().into_iter().take(3))
        .finder_of_one("findBySeatId", "seatId", "seatId")
        .on(Method::Post, |asked| {
            empty(asked)?;
            Deed::new::<Seat>(Target::Id(asked.need_id("seatId")?), seat::Command::Register)
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)]
}

pub(crate) fn mypage() -> [Resource; 1] {
    [Resource::view::<Mypage>(
        "mypage",
        "mypages",
        "Each reservation as its member sees it, with its result.",
    )
    .fields([
        Field::id("reserveId", "The reservation, and the row's own number.").read_only(),
        Field::id("seatId", "The seat.").read_only(),
    ])
    .fields(words().map(Field::read_only))
    .fields([
        Field::text("status", "Pending, Confirmed, Refused or Exited.").read_only(),
        Field::text("reason", "Why it is refused or over.").read_only(),
        Field::flag("refunded", "Whether the money is back.").read_only(),
    ])
    .finder("findBySeatId", "seatId", "seatId")]
}

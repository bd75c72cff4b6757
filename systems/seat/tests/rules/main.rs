//! The rules of the seat system, service by service: every command in every state that matters, each event twice, and
//! the races of its flows. Numbers in names are the requirements of the source document.

mod audit;
mod board;
mod claim;
mod desk;
mod management;
mod mypage;
mod payment;
mod reservation;
mod shape;
mod words;

use kernel::{Answer, Body, Card, Id, Money};
use seat::events::{self, Booking, Desk, Event};
use testkit::given::Given;

/// The reservation that most stories are about, and its seat.
const N: Id = Id(7);
const SEAT: Id = Id(4);

fn service(name: &str) -> Given {
    Given::service(seat::system(seat::Settings::default()), name)
}

fn yes() -> Answer {
    Answer::Done(Body::new())
}

fn no(status: u16, code: &str) -> Answer {
    Answer::Refused { status, code: code.into() }
}

fn card() -> Card {
    Card { token: "tok_1".into(), last4: "5656".into() }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn booking() -> Booking {
    Booking {
        seat_id: SEAT,
        name: text("Han"),
        reserve_date: text("1"),
        exit_date: text("2"),
        pay_type: text("card"),
    }
}

fn reserved(id: Id) -> Event {
    let Booking { seat_id, name, reserve_date, exit_date, pay_type } = booking();
    events::Reserved { id, name, reserve_date, exit_date, pay_type, seat_id }.into()
}

fn exited(id: Id) -> Event {
    let Booking { seat_id, name, reserve_date, exit_date, pay_type } = booking();
    events::Exited { id, name, reserve_date, exit_date, pay_type, seat_id }.into()
}

fn paid(reserve_id: Id, seat_id: Id, desk: Option<Desk>) -> Event {
    let Booking { name, reserve_date, exit_date, pay_type, .. } = booking();
    let (id, amount) = (Id(1), Money(1_000));
    events::Paid { id, pay_type, reserve_id, reserve_date, exit_date, name, seat_id, amount, desk }.into()
}

fn refunded(reserve_id: Id, desk: Option<Desk>) -> Event {
    let (id, seat_id, amount) = (Id(1), Some(SEAT), Money(1_000));
    let [name, reserve_date, exit_date, pay_type] = [const { None }; 4];
    events::Refunded { id, reserve_id, seat_id, amount, name, reserve_date, exit_date, pay_type, desk }.into()
}

fn checked(reserve_id: Id, version: u64, desk: Option<Desk>) -> Event {
    let Booking { seat_id, name, reserve_date, exit_date, pay_type } = booking();
    let id = seat_id;
    events::Checked { id, reserve_id, name, reserve_date, exit_date, pay_type, seat_id, version, desk }.into()
}

fn reclaimed(exited_reserve_id: Id, version: u64, reason: Option<&'static str>, desk: Option<Desk>) -> Event {
    let (id, seat_id, reserve_id, reason) = (SEAT, SEAT, Id(0), reason.map(Into::into));
    let (name, reserve_date, exit_date) = ("".into(), "".into(), "".into());
    events::Reclaimed {
        id,
        reserve_id,
        name,
        reserve_date,
        exit_date,
        seat_id,
        exited_reserve_id,
        version,
        reason,
        desk,
    }
    .into()
}

fn seat_refused(reserve_id: Id, reason: &'static str, desk: Option<Desk>) -> Event {
    events::SeatRefused { reserve_id, seat_id: SEAT, reason: reason.into(), desk }.into()
}

fn reservation_refused(id: Id, reason: &'static str, desk: Option<Desk>) -> Event {
    events::ReservationRefused { id, seat_id: SEAT, reason: reason.into(), desk }.into()
}

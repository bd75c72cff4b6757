//! The rules of the taxi system, service by service: every command in every state that matters, each event twice, and
//! the races of its flows. Numbers in names are the requirements of the source document.

mod audit;
mod notification;
mod order;
mod payment;
mod reservation;
mod stock;

use kernel::{Answer, Body, Card, Id, Money};
use taxi::events::{self, Trip};
use testkit::given::Given;

/// The booking that most stories are about.
const N: Id = Id(7);

fn service(name: &str) -> Given {
    Given::service(taxi::system(taxi::Settings::default()), name)
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

fn trip() -> Trip {
    Trip { order_type: "prime".into(), name: Some("Jane".into()), tel: None, card: Some(card()) }
}

fn ordered() -> events::Event {
    events::Event::Ordered(events::Ordered {
        id: N,
        card_no: Some("********5656".into()),
        name: Some("Jane".into()),
        order_type: "prime".into(),
        tel: None,
        status: events::REQUESTED.into(),
        amount: Money(3_800),
    })
}

fn order_canceled() -> events::Event {
    events::Event::OrderCanceled(events::OrderCanceled {
        id: N,
        name: Some("Jane".into()),
        order_type: "prime".into(),
        status: events::CANCELLED.into(),
        reason: None,
    })
}

fn approved() -> events::Event {
    events::Event::PaymentApproved(events::PaymentApproved {
        id: Id(1),
        order_id: N,
        status: events::RESERVATION_OK.into(),
        card_no: None,
        amount: Money(3_800),
    })
}

fn payment_canceled() -> events::Event {
    events::Event::PaymentCanceled(events::PaymentCanceled {
        id: Id(1),
        order_id: N,
        status: events::RESERVATION_CANCELED.into(),
        card_no: None,
        amount: Money(3_800),
    })
}

fn accepted(status: &'static str, taxi_id: Option<Id>) -> events::Event {
    events::Event::ReserveAccepted(events::ReserveAccepted {
        id: N,
        order_id: N,
        status: status.into(),
        taxi_id,
    })
}

fn reserve_canceled(taxi_id: Option<Id>, reason: Option<&'static str>) -> events::Event {
    let (status, reason) = (events::RESERVATION_CANCELLED.into(), reason.map(Into::into));
    events::Event::ReserveCanceled(events::ReserveCanceled { id: N, order_id: N, status, taxi_id, reason })
}

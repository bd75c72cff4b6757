//! The rules of the concert system, service by service: every command in every state that matters, each event twice,
//! and the races of its flows. Numbers in names are the requirements of the source document.

mod audit;
mod booking;
mod history;
mod payment;
mod sentences;
mod shape;
mod tickets;

use concert::events::{self, Event, Text};
use kernel::{Answer, Body, Card, Id, Money};
use testkit::given::Given;

/// The booking that most stories are about: five tickets of concert 1 for user 2.
const N: Id = Id(7);
const CONCERT: Id = Id(1);
const USER: Id = Id(2);
const QTY: i64 = 5;
const AMOUNT: Money = Money(50_000);

fn service(name: &str) -> Given {
    Given::service(concert::system(concert::Settings::default()), name)
}

fn yes() -> Answer {
    Answer::Done(Body::new())
}

fn no(status: u16, code: &str) -> Answer {
    Answer::Refused { status, code: code.into() }
}

fn card(last4: &str) -> Card {
    Card { token: format!("tok_{last4}"), last4: last4.into() }
}

fn booking_requested() -> Event {
    let status = events::BOOKING_REQUESTED.into();
    let (id, concert_id, user_id, qty, amount) = (N, CONCERT, USER, QTY, AMOUNT);
    Event::BookingRequested(events::BookingRequested { id, concert_id, user_id, status, qty, amount })
}

fn booking_approved() -> Event {
    let status = events::BOOKING_APPROVED.into();
    let (id, concert_id, user_id, qty, amount) = (N, CONCERT, USER, QTY, AMOUNT);
    Event::BookingApproved(events::BookingApproved { id, concert_id, user_id, status, qty, amount })
}

fn booking_canceled(reason: &'static str) -> Event {
    let (status, reason) = (events::BOOKING_CANCELED.into(), reason.into());
    let (id, concert_id, user_id, qty, amount) = (N, CONCERT, USER, QTY, AMOUNT);
    Event::BookingCanceled(events::BookingCanceled { id, concert_id, user_id, status, qty, amount, reason })
}

fn payment_requested() -> Event {
    let status = events::PAYMENT_REQUESTED.into();
    Event::PaymentRequested(events::PaymentRequested { id: N, booking_id: N, status, amount: AMOUNT })
}

fn payment_approved() -> Event {
    let status = events::PAYMENT_APPROVED.into();
    Event::PaymentApproved(events::PaymentApproved { id: N, booking_id: N, status, amount: AMOUNT })
}

fn payment_canceled() -> Event {
    let status = events::PAYMENT_CANCELED.into();
    Event::PaymentCanceled(events::PaymentCanceled { id: N, booking_id: N, status, amount: AMOUNT })
}

fn ticket_rejected(reason: &'static str) -> Event {
    let reason = Text::from(reason);
    Event::TicketRejected(events::TicketRejected { booking_id: N, concert_id: CONCERT, qty: QTY, reason })
}

fn concert_registered(ticket_qty: i64, price: i64) -> Event {
    let (name, price) = ("IU 2020".into(), Money(price));
    Event::ConcertRegistered(events::ConcertRegistered { id: CONCERT, name, ticket_qty, price })
}

fn left_at(ticket_qty: i64, version: u64) -> events::TicketUpdated {
    let (name, price) = ("IU 2020".into(), Money(10_000));
    let (id, booking_id, removed) = (CONCERT, None, false);
    events::TicketUpdated { id, name, ticket_qty, price, version, booking_id, removed }
}

fn ticket_updated(ticket_qty: i64, version: u64) -> Event {
    Event::TicketUpdated(left_at(ticket_qty, version))
}

fn concert_removed(version: u64) -> Event {
    Event::TicketUpdated(events::TicketUpdated { removed: true, ..left_at(0, version) })
}

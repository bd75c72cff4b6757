//! How the concert system is reached: paths and fields, and the command behind each method.

use crate::booking::{self, Booking};
use crate::concert::{self, Concert};
use crate::events::PAYMENT_APPROVED;
use crate::history::BookingHistory;
use crate::payment::{self, Payment};
use crate::user::{self, User};
use kernel::prelude::*;

/// The most tickets of one concert, and the highest price in won: far above any real one, far below where sums overflow.
const TICKETS_MAX: i64 = 1_000_000;
const PRICE_MAX: i64 = 1_000_000_000;
/// The most tickets that one booking may ask for.
const QTY_MAX: i64 = 1_000;

/// A number from 1.
const fn some(name: &'static str, max: i64, about: &'static str) -> Field {
    let mut field = Field::count(name, max, about);
    field.kind = FieldKind::Whole { min: 1, max };
    field
}

pub(crate) fn concert() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields;
        let command = concert::Command::Change {
            name: asked.said("name")?,
            ticket_qty: fields.whole("ticketQty"),
            price: fields.whole("price").map(Money),
        };
        Deed::new::<Concert>(Target::Id(asked.path_id()), command)
    };
    [Resource::of::<Concert>("concert", "concerts", "Concerts and how many of their tickets are left.")
        .fields([
            Field::text("name", "What is played.").required(),
            Field::count("ticketQty", TICKETS_MAX, "How many tickets are left.").required(),
            some("price", PRICE_MAX, "What a ticket costs, in won; stays as it is registered."),
        ])
        .on(Method::Post, |asked| {
            let fields = asked.fields;
            let command = concert::Command::Register {
                name: asked.need_text("name")?,
                ticket_qty: fields.whole("ticketQty").ok_or_else(|| Problem::missing("ticketQty"))?,
                price: fields.whole("price").map(Money),
            };
            Deed::new::<Concert>(Target::New, command)
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .on(Method::Delete, |asked| {
            Deed::new::<Concert>(Target::Id(asked.path_id()), concert::Command::Remove)
        })]
}

pub(crate) fn booking() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields.only(&["concertId", "userId", "qty", "status"]);
        Deed::new::<Booking>(Target::Id(asked.path_id()), booking::Command::Correct(fields))
    };
    [Resource::of::<Booking>("booking", "bookings", "Bookings of users; to be paid within minutes.")
        .fields([
            Field::id("concertId", "The concert.").required(),
            Field::id("userId", "Who books.").required(),
            some("qty", QTY_MAX, "How many tickets.").required(),
            Field::text(
                "status",
                "BookingRequested, BookingApproved, BookingCanceled; to cancel, delete the booking.",
            ),
            Field::count("amount", i64::MAX, "What it costs, in won.").read_only(),
            Field::text(
                "paymentStatus",
                "PaymentRequested: it can be paid. Deferred: payment is busy, pay a little later. PaymentApproved.",
            )
            .read_only(),
            Field::text("payBefore", "After this instant a booking that is not paid is canceled.").read_only(),
            Field::text("reason", "Why the system ended it.").read_only(),
        ])
        .on(Method::Post, |asked| {
            let command = booking::Command::Book {
                concert: asked.need_id("concertId")?,
                user: asked.need_id("userId")?,
                qty: asked.fields.whole("qty").ok_or_else(|| Problem::missing("qty"))?,
            };
            Deed::new::<Booking>(Target::New, command)
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .on(Method::Delete, |asked| {
            Deed::new::<Booking>(Target::Id(asked.path_id()), booking::Command::Cancel)
        })]
}

pub(crate) fn payment() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let (id, fields) = (asked.path_id(), asked.fields);
        let other_booking = fields.id("bookingId").is_some_and(|booking| booking != id);
        let command = match fields.text("status") {
            Some(PAYMENT_APPROVED) if !other_booking => payment::Command::Pay { card: fields.card("cardNo") },
            _ => {
                let card = fields.card("cardNo").map(|card| card.masked());
                let fields = fields.only(&["bookingId", "status"]).with("cardNo", card);
                payment::Command::Correct(fields)
            }
        };
        Deed::new::<Payment>(Target::Id(id), command)
    };
    [Resource::of::<Payment>("payment", "payments", "Payments of bookings, under the booking's number.")
        .fields([
            Field::id("bookingId", "The booking, and its own number.").required(),
            Field::text("status", "Write \"PaymentApproved\" to pay."),
            Field::card("cardNo", "The card to charge; shown as its last four digits."),
            Field::count("amount", i64::MAX, "What is charged, in won.").read_only(),
        ])
        .finder("findByBookingId", "bookingId", "bookingId")
        .on(Method::Post, |asked| {
            let booking = asked.need_id("bookingId")?;
            let command = match asked.fields.whole("amount").filter(|_| asked.by_service()) {
                Some(amount) => payment::Command::Request(Money(amount)),
                None => payment::Command::Ask,
            };
            Deed::new::<Payment>(Target::Id(booking), command)
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)]
}

pub(crate) fn user() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let command = user::Command::Change { name: asked.said("name")? };
        Deed::new::<User>(Target::Id(asked.path_id()), command)
    };
    [Resource::of::<User>("user", "users", "Users who have signed up.")
        .fields([Field::text("name", "What to call the user.").required()])
        .on(Method::Post, |asked| {
            let name = asked.need_text("name")?;
            Deed::new::<User>(Target::New, user::Command::Register { name })
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .on(Method::Delete, |asked| Deed::new::<User>(Target::Id(asked.path_id()), user::Command::Remove))]
}

pub(crate) fn mypage() -> [Resource; 1] {
    [Resource::view::<BookingHistory>(
        "bookingHistory",
        "bookingHistories",
        "Each booking as its user sees it.",
    )
    .paged()
    .fields([
        Field::id("id", "The row's own number: the booking's.").read_only(),
        Field::id("bookingId", "The booking.").read_only(),
        Field::id("concertId", "The concert.").read_only(),
        Field::id("userId", "Who booked.").read_only(),
        Field::text("status", "How far booking and payment are.").read_only(),
    ])
    .finder("findByUserId", "userId", "userId")
    .finder_of_one("findByBookingId", "bookingId", "bookingId")]
}

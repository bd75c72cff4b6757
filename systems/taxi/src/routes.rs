//! How the taxi system is reached: paths and fields, and the command behind each method.

use crate::cancellation::Cancellation;
use crate::events::{CONFIRMED, Trip};
use crate::history::{self, PaymentHistory};
use crate::hold::{self, Hold};
use crate::mypage::Mypage;
use crate::order::{self, Order};
use crate::payment::{self, Payment};
use crate::reservation::{self, Reservation};
use crate::taxi::{self, Change, Offer, Taxi};
use kernel::payment::Wish;
use kernel::prelude::*;

/// The most taxis of one offer, and the highest price in won: far above any real one, far below where sums overflow.
const STOCK_MAX: i64 = 1_000_000;
const PRICE_MAX: i64 = 1_000_000_000;

/// What a customer may write into `status` to cancel.
const CANCEL_WORDS: [&str; 3] = ["cancelled", "canceled", "cancel"];

pub(crate) fn order() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields;
        let command = match fields.text("status") {
            Some(word) if CANCEL_WORDS.contains(&word) => order::Command::Cancel,
            _ => order::Command::Correct {
                fields: fields.only(&["status", "orderType", "name", "tel"]),
                card: fields.card("cardNo"),
            },
        };
        Deed::new::<Order>(Target::Id(asked.path_id()), command)
    };
    [Resource::of::<Order>("order", "orders", "Orders of customers; paid at once, or not placed.")
        .fields([
            Field::text("orderType", "The taxi grade that is wanted: basic, platinum, prime.").required(),
            Field::card("cardNo", "The card to charge; shown as its last four digits."),
            Field::text("name", "Whom the taxi is for."),
            Field::text("tel", "Where messages go; without it they name the customer."),
            Field::count("amount", PRICE_MAX, "What it costs, in won.").read_only(),
            Field::text(
                "status",
                "requested, confirmed, cancelling, cancelled; write \"cancelled\" to cancel.",
            ),
            Field::text("reason", "Why the system ended it.").read_only(),
        ])
        .on(Method::Post, |asked| {
            let order_type = asked.need_text("orderType")?;
            let (name, tel) = (asked.fields.owned("name"), asked.fields.owned("tel"));
            let trip = Trip { order_type, name, tel, card: asked.fields.card("cardNo") };
            Deed::new::<Order>(Target::New, order::Command::Place(trip))
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .on(Method::Delete, |asked| Deed::new::<Order>(Target::Id(asked.path_id()), order::Command::Cancel))]
}

pub(crate) fn payment() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let command = history::Command::Correct(asked.fields.only(&["status", "orderId", "amount"]));
        Deed::new::<PaymentHistory>(Target::Id(asked.path_id()), command)
    };
    [Resource::of::<PaymentHistory>(
        "paymentHistory",
        "paymentHistories",
        "What was paid, and what came back.",
    )
    .fields([
        Field::id("orderId", "The order that is paid.").required(),
        Field::card("cardNo", "The card; shown as its last four digits."),
        Field::text("status", "What became of the payment; a client's text is ignored."),
        Field::count("amount", PRICE_MAX, "What is charged, in won.").read_only(),
        Field::id("attempt", "Which authorization is voided.").internal(),
    ])
    .finder("findByOrderId", "orderId", "orderId")
    .on(Method::Post, |asked| {
        let (order_id, card) = (asked.need_id("orderId")?, asked.fields.card("cardNo"));
        if asked.by_service() {
            let amount = Money(asked.fields.whole("amount").unwrap_or(0));
            let command = payment::Command::Authorize { amount, card };
            return Deed::new::<Payment>(Target::Id(order_id), command);
        }
        Deed::new::<PaymentHistory>(Target::New, history::Command::Repeat { order_id, card })
    })
    .internal(Method::Post, "void", |asked| {
        Deed::new::<Payment>(Target::Id(asked.need_id("orderId")?), Wish::Void.into())
    })
    .on(Method::Put, change)
    .on(Method::Patch, change)]
}

pub(crate) fn reservation() -> [Resource; 2] {
    let change = |asked: &Asked<'_>| {
        let (status, taxi) = (asked.fields.owned("status"), asked.fields.id("taxiId"));
        let command = reservation::Command::Change { status, taxi };
        Deed::new::<Reservation>(Target::Id(asked.path_id()), command)
    };
    let fields = || {
        [
            Field::id("orderId", "The order it belongs to, and its own number.").required(),
            Field::text("status", "Write \"confirmed\" to confirm."),
            Field::id("taxiId", "The taxi that is assigned."),
            Field::text("name", "Whom the taxi is for.").read_only(),
            Field::text("orderType", "The taxi grade that was ordered.").read_only(),
        ]
    };
    [
        Resource::of::<Reservation>("reservation", "reservations", "Paid orders that the manager confirms.")
            .fields(fields())
            .finder("findByOrderId", "id", "orderId")
            .on(Method::Post, |asked| {
                let taxi = asked.fields.id("taxiId");
                let command = match asked.fields.owned("status") {
                    Some(status) if status != CONFIRMED => {
                        reservation::Command::Change { status: Some(status), taxi }
                    }
                    _ => reservation::Command::Confirm { taxi },
                };
                Deed::new::<Reservation>(Target::Id(asked.need_id("orderId")?), command)
            })
            .on(Method::Put, change)
            .on(Method::Patch, change),
        Resource::of::<Cancellation>("cancellation", "cancellations", "Reservations that are canceled.")
            .fields([
                Field::id("orderId", "The order it belongs to, and its own number.").read_only(),
                Field::text("status", "Always \"Reservation Cancelled!\".").read_only(),
                Field::text("reason", "Why the system ended it; none: the customer did.").read_only(),
            ])
            .finder("findByOrderId", "id", "orderId"),
    ]
}

pub(crate) fn notification() -> [Resource; 1] {
    [Resource::view::<Mypage>("mypage", "mypages", "Each order as its customer sees it.")
        .fields([
            Field::id("orderId", "The order, and the row's own number.").read_only(),
            Field::id("paymentId", "Its row in paymentHistories.").read_only(),
            Field::id("reservationId", "Its reservation.").read_only(),
            Field::text("name", "Whom the taxi is for.").read_only(),
            Field::text("status", "How far it is.").read_only(),
            Field::id("taxiId", "The taxi that comes.").read_only(),
        ])
        .finder("findByOrderId", "orderId", "orderId")]
}

pub(crate) fn taxi() -> [Resource; 1] {
    let change = |asked: &Asked<'_>| {
        let fields = asked.fields;
        let command = taxi::Command::Change(Change {
            taxi_name: fields.owned("taxiName"),
            company_name: fields.owned("companyName"),
            order_type: fields.owned("orderType"),
            item_price: fields.whole("itemPrice"),
            stock_cnt: fields.whole("stockCnt"),
        });
        Deed::new::<Taxi>(Target::Id(asked.path_id()), command)
    };
    [Resource::of::<Taxi>("taxi", "taxis", "Taxis that companies offer.")
        .fields([
            Field::text("taxiName", "The car.").required(),
            Field::text("companyName", "The company.").alias("storeName"),
            Field::text("orderType", "Its grade; none: any. For holds: the grade that was ordered."),
            Field::count("stockCnt", STOCK_MAX, "How many are free.").required(),
            Field::count("itemPrice", PRICE_MAX, "The company's price, in won."),
            Field::id("orderId", "For whom one is held.").internal(),
            Field::id("attempt", "Which try it is.").internal(),
        ])
        .on(Method::Post, |asked| {
            let fields = asked.fields;
            let offer = Offer {
                taxi_name: asked.need_text("taxiName")?,
                company_name: fields.owned("companyName"),
                order_type: fields.owned("orderType"),
                item_price: fields.whole("itemPrice"),
                stock_cnt: fields.whole("stockCnt").ok_or_else(|| Problem::missing("stockCnt"))?,
            };
            Deed::new::<Taxi>(Target::New, taxi::Command::Register(offer))
        })
        .on(Method::Put, change)
        .on(Method::Patch, change)
        .internal(Method::Post, "{id}/holds", |asked| {
            let (order, attempt) = (asked.need_id("orderId")?, asked.need_id("attempt")?.0);
            let order_type = asked.fields.owned("orderType");
            let command = hold::Command::Take { taxi: asked.path_id(), attempt, order_type };
            Deed::new::<Hold>(Target::Id(order), command)
        })
        .internal(Method::Post, "holds/release", |asked| {
            let (order, attempt) = (asked.need_id("orderId")?, asked.need_id("attempt")?.0);
            Deed::new::<Hold>(Target::Id(order), hold::Command::Release { attempt })
        })]
}

//! The published language of the taxi system, named and spelled as on the wire, and beside it the inner events that
//! never leave the service that records them. Old bytes stay readable: what is added later has a default.

use alloc::borrow::Cow;
use alloc::string::String;
use kernel::{Card, Id, Millis, Money, Time, messages};
use serde::{Deserialize, Serialize};

/// A text that is data: the documents' own words, kept as they are.
pub type Text = Cow<'static, str>;

pub const REQUESTED: &str = "requested";
pub const CONFIRMED: &str = "confirmed";
pub const CANCELLING: &str = "cancelling";
pub const CANCELLED: &str = "cancelled";
pub const RESERVATION_OK: &str = "Reservation OK";
pub const RESERVATION_COMPLETE: &str = "Reservation Complete";
pub const RESERVATION_CANCELLED: &str = "Reservation Cancelled!";
pub const RESERVATION_CANCELED: &str = "Your reservation is canceled!";
pub const ALREADY_PAID: &str = "Voided: already paid";

/// How far an order is with a status. Events of two services come in any order, so the higher rank counts.
pub fn rank(status: &str, taxi: bool) -> u8 {
    match status {
        RESERVATION_OK => 1,
        RESERVATION_COMPLETE => 2,
        CONFIRMED if !taxi => 3,
        CONFIRMED => 4,
        RESERVATION_CANCELLED => 5,
        RESERVATION_CANCELED => 6,
        _ => 0,
    }
}

kernel::events! {
    /// By `order`: the order is placed, its money authorized.
    Ordered {
        id: Id,
        /// `********5656`, as people see it.
        card_no: Option<String>,
        name: Option<String>,
        order_type: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tel: Option<String>,
        status: Text,
        amount: Money,
    }

    /// By `order`: the order is over, and payment knows that its money must go back.
    OrderCanceled {
        id: Id,
        name: Option<String>,
        order_type: String,
        status: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// By `payment`: the money of a placed order is taken.
    PaymentApproved {
        id: Id,
        order_id: Id,
        status: Text,
        card_no: Option<String>,
        amount: Money,
    }

    /// By `payment`: nothing of the money of a placed order is held any more.
    PaymentCanceled {
        id: Id,
        order_id: Id,
        status: Text,
        card_no: Option<String>,
        amount: Money,
    }

    /// By `reservation`: requested (`Reservation Complete`), then confirmed, then with a taxi.
    ReserveAccepted {
        id: Id,
        order_id: Id,
        status: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taxi_id: Option<Id>,
    }

    /// By `reservation`: no taxi will come. `taxiId`: the one that was held, or asked for.
    ReserveCanceled {
        id: Id,
        order_id: Id,
        status: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taxi_id: Option<Id>,
        /// Why the system ended it; none: the customer did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }

    /// By `taxi`: a company offers taxis.
    TaxiRegistered {
        id: Id,
        taxi_name: String,
        company_name: Option<String>,
        /// None: any grade.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_type: Option<String>,
        stock_cnt: i64,
        item_price: Option<i64>,
    }

    /// By `taxi`: so many are free now. `orderId`: the order that took or gave back one; none: the company did.
    StockChanged {
        id: Id,
        stock_cnt: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order_id: Option<Id>,
    }

    /// By `taxi`: there was none left for the order.
    TaxiOutOfStock {
        id: Id,
        order_id: Id,
        /// The taxi had been promised: the reservation must end. None: the manager was told at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
    }
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event {
        Ordered, OrderCanceled, PaymentApproved, PaymentCanceled, ReserveAccepted, ReserveCanceled,
        TaxiRegistered, StockChanged, TaxiOutOfStock,
    }
}

/// What a customer orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trip {
    pub order_type: String,
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
}

kernel::events! {
    /// In `order`: nobody sees the order yet.
    OrderRequested { id: Id, trip: Trip, amount: Money, until: Time, hold: Millis }
    /// In `order`: it never becomes public. `void`: payment may have been reached.
    OrderRefused { id: Id, void: bool }
    /// In `order`: payment will give back whatever it holds.
    OrderVoided { id: Id }
    OrderConfirmed { id: Id }
    OrderCancelling { id: Id, reason: Option<Text> }

    /// In `payment`. `id`: the number of the history row, hidden until the money is taken.
    PaymentAuthorizing { id: Id, order_id: Id, amount: Money, card: Option<Card> }
    PaymentAuthorized { order_id: Id, until: Time }
    PaymentDeclined { order_id: Id }
    PaymentCapturing { order_id: Id }
    PaymentVoided { order_id: Id }
    /// In `payment`: the order became public although its payment was voided.
    PaymentOrdered { order_id: Id }
    PaymentReturning { order_id: Id, captured: bool }
    PaymentReturned { order_id: Id }
    /// In `payment`: somebody paid by hand what is paid; nothing was charged.
    PaymentRepeated { id: Id, order_id: Id, card_no: Option<String> }

    /// In `reservation`: what the manager must know, and until when somebody must act.
    OrderNoted { order_id: Id, name: Option<String>, order_type: String, until: Time }
    TaxiAsked { order_id: Id, taxi_id: Id, attempt: u64, until: Time, hold: Millis }
    /// In `reservation`. `release`: the taxi may have been held.
    TaxiAskEnded { order_id: Id, attempt: u64, release: bool }
    TaxiReleased { order_id: Id, attempt: u64 }

    /// In `taxi`: the words on the car, not the stock.
    TaxiChanged { id: Id, taxi_name: String, company_name: Option<String>, item_price: Option<i64> }
    TaxiHeld { order_id: Id, taxi_id: Id, attempt: u64, until: Time }
    TaxiPosted { order_id: Id }
    HoldRefused { order_id: Id, attempt: u64, code: Text }
    /// In `taxi`. No attempt: the order is over.
    HoldReleased { order_id: Id, attempt: Option<u64> }
    HoldExpired { order_id: Id }

    /// In `notification`: whom to tell.
    CaseOpened { order_id: Id, to: String }
    /// In `notification`: heard before it was known whom to tell.
    StatusNoted { order_id: Id, rank: u8, text: Text }
    NoticeRecorded { order_id: Id, number: u64, rank: u8, to: String, channel: Text, text: Text }
    NoticesSent { order_id: Id, up_to: u64 }
}

//! The published language of the concert system, named and spelled as on the wire, and beside it the inner events that
//! never leave the service that records them. Old bytes stay readable: what is added later has a default.

use alloc::borrow::Cow;
use alloc::string::String;
use kernel::payment::Step;
use kernel::{Card, Id, Millis, Money, Time, messages};

/// A text that is data: the document's own words, kept as they are.
pub type Text = Cow<'static, str>;

pub const BOOKING_REQUESTED: &str = "BookingRequested";
pub const BOOKING_APPROVED: &str = "BookingApproved";
pub const BOOKING_CANCELED: &str = "BookingCanceled";
pub const PAYMENT_REQUESTED: &str = "PaymentRequested";
pub const PAYMENT_APPROVED: &str = "PaymentApproved";
pub const PAYMENT_CANCELED: &str = "PaymentCanceled";

/// Why a booking is over. The first: its user wanted so; the others: the system ended it.
pub const BY_USER: &str = "USER";
pub const EXPIRED: &str = "EXPIRED";
pub const BY_PAYMENT: &str = "PAYMENT";
/// Why tickets were not given, and the booking ended.
pub const SOLD_OUT: &str = "SOLD_OUT";
pub const UNKNOWN_CONCERT: &str = "UNKNOWN_CONCERT";
pub const OTHER_PRICE: &str = "OTHER_PRICE";

/// How far a booking is with a status. Events of two services come in any order, so the higher rank counts.
pub fn rank(status: &str) -> u8 {
    match status {
        BOOKING_REQUESTED => 1,
        PAYMENT_REQUESTED => 2,
        PAYMENT_APPROVED => 3,
        BOOKING_APPROVED => 4,
        BOOKING_CANCELED => 5,
        PAYMENT_CANCELED => 6,
        _ => 0,
    }
}

kernel::events! {
    /// By `concert`: tickets are for sale, each at this price for good.
    ConcertRegistered { id: Id, name: String, ticket_qty: i64, price: Money }
    /// By `concert`: so many are left.
    TicketUpdated {
        id: Id,
        name: String,
        ticket_qty: i64,
        price: Money,
        /// Grows with each change of this concert: whoever keeps a copy takes only a higher one.
        version: u64,
        /// The booking that took tickets or gave them back; none: the administrator changed them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking_id: Option<Id>,
        /// Nobody can book it any more.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        removed: bool,
    }
    /// By `concert`: a booking was approved, and gets no tickets.
    TicketRejected { booking_id: Id, concert_id: Id, qty: i64, reason: Text }

    /// By `user`: somebody has signed up.
    UserRegistered { id: Id, name: String }

    /// By `booking`: somebody wants tickets, and is to pay for them.
    BookingRequested { id: Id, concert_id: Id, user_id: Id, status: Text, qty: i64, amount: Money }
    /// By `booking`: it is paid, and takes its tickets.
    BookingApproved { id: Id, concert_id: Id, user_id: Id, status: Text, qty: i64, amount: Money }
    /// By `booking`: it is over. Whatever was paid goes back.
    BookingCanceled { id: Id, concert_id: Id, user_id: Id, status: Text, qty: i64, amount: Money, reason: Text }

    /// By `payment`: it can be paid now.
    PaymentRequested { id: Id, booking_id: Id, status: Text, amount: Money }
    /// By `payment`: the provider has granted the money, and it is being taken.
    PaymentApproved { id: Id, booking_id: Id, status: Text, amount: Money }
    /// By `payment`: nothing is charged any more; what was taken is given back.
    PaymentCanceled { id: Id, booking_id: Id, status: Text, amount: Money }
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event {
        ConcertRegistered, TicketUpdated, TicketRejected, UserRegistered, BookingRequested, BookingApproved,
        BookingCanceled, PaymentRequested, PaymentApproved, PaymentCanceled,
    }
}

kernel::events! {
    /// In `concert`: nobody can book it any more.
    ConcertRemoved { id: Id }
    TicketsTaken { booking_id: Id, concert_id: Id, qty: i64 }
    /// In `concert`: what the booking had is free again; had it nothing, it will never get any.
    TicketsReleased { booking_id: Id }

    /// In `user`.
    UserChanged { id: Id, name: String }
    UserRemoved { id: Id }

    /// In `booking`: how long its client is held while payment is asked, and until when it must be paid.
    BookingOpened {
        id: Id, concert_id: Id, user_id: Id, qty: i64, amount: Money, hold: Millis, until: Time,
    }
    /// In `booking`: payment has it, and waits for the user.
    PaymentOpened { id: Id }
    /// In `booking`: its user does not want to see it any more.
    BookingRemoved { id: Id }
    /// In `booking`: what is known of a concert.
    OfferNoted {
        concert_id: Id,
        price: Money,
        left: i64,
        version: u64,
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        removed: bool,
    }

    /// In `payment`: what a booking costs; nobody has asked for its payment yet.
    PaymentNoted { booking_id: Id, amount: Money }
    /// In `payment`: the provider is asked, under an account of this try alone.
    PaymentCharging {
        booking_id: Id,
        attempt: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<Card>,
        hold: Millis,
        until: Time,
    }
    /// In `payment`: what happens to the money of the try that was approved.
    PaymentMoved {
        booking_id: Id,
        #[serde(flatten)]
        step: Step,
    }
    /// In `payment`: a try came to nothing, and is kept under a number of its own. `declined`: the provider said no;
    /// otherwise nobody waits for its answer any more, and what it grants goes back.
    TryLeft {
        id: Id,
        booking_id: Id,
        attempt: u64,
        amount: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        card: Option<Card>,
        declined: bool,
    }
    /// In `payment`: what happens to the money of a try that came to nothing.
    LeftoverMoved {
        id: Id,
        booking_id: Id,
        #[serde(flatten)]
        step: Step,
    }
}

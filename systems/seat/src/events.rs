//! The published language of the seat system, named and spelled as on the wire, and beside it the inner events that
//! never leave the service that records them. Old bytes stay readable: what is added later has a default.

use alloc::borrow::Cow;
use alloc::string::String;
use kernel::payment::Step;
use kernel::{Card, Id, Millis, Money, Time, messages};
use serde::{Deserialize, Serialize};

/// A text that is data: the documents' own words, kept as they are.
pub type Text = Cow<'static, str>;

/// Of a reservation and its row in mypages.
pub const PENDING: &str = "Pending";
pub const CONFIRMED: &str = "Confirmed";
pub const REFUSED: &str = "Refused";
pub const EXITED: &str = "Exited";

/// Of a payment.
pub const PAID: &str = "Paid";
pub const REFUNDED: &str = "Refunded";
pub const ALREADY_PAID: &str = "Voided: already paid";
pub const ALREADY_REFUNDED: &str = "Voided: already refunded";

/// Of a seat.
pub const EMPTIED: &str = "Emptied";
pub const RESERVED: &str = "Reserved";

/// Why a reservation is refused.
pub const OCCUPIED: &str = "OCCUPIED";
pub const UNKNOWN_SEAT: &str = "UNKNOWN_SEAT";
pub const LEFT_EARLY: &str = "EXITED";
pub const UNCHECKED: &str = "UNCHECKED";
pub const PAYMENT_GONE: &str = "PAYMENT";
/// Why a seat is free although its member has not left: the administrator says so.
pub const FREED: &str = "FREED";

/// How a payment by hand stands to the number that it names. Without one: the reservation's own payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Desk {
    /// The number was a placed reservation's: one more seat for it, free when its member leaves.
    Added,
    /// No placed reservation had the number. One that gets it later is somebody else's: this seat is not touched by it.
    WalkIn,
}

impl Desk {
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::WalkIn => "walk-in",
        }
    }
}

kernel::events! {
    /// By `reservation`: the reservation is placed, its money authorized.
    Reserved {
        id: Id,
        name: Option<String>,
        reserve_date: Option<String>,
        exit_date: Option<String>,
        pay_type: Option<String>,
        seat_id: Id,
    }

    /// By `payment`: the money is taken. `id`: the number of the payment.
    Paid {
        id: Id,
        pay_type: Option<String>,
        reserve_id: Id,
        reserve_date: Option<String>,
        exit_date: Option<String>,
        name: Option<String>,
        seat_id: Id,
        amount: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desk: Option<Desk>,
    }

    /// By `payment`: nothing of the money is held any more. What it was for is told where no `Paid` has told it.
    Refunded {
        id: Id,
        reserve_id: Id,
        /// None: payment never heard which seat it was for.
        seat_id: Option<Id>,
        amount: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reserve_date: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit_date: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pay_type: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desk: Option<Desk>,
    }

    /// By `management`: the seat was empty and is taken. `version`: how often the seat has changed hands.
    Checked {
        id: Id,
        reserve_id: Id,
        name: Option<String>,
        reserve_date: Option<String>,
        exit_date: Option<String>,
        pay_type: Option<String>,
        seat_id: Id,
        version: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desk: Option<Desk>,
    }

    /// By `management`: the seat is empty again. The document's fields are blank; `exitedReserveId` had it.
    Reclaimed {
        id: Id,
        reserve_id: Id,
        name: Text,
        reserve_date: Text,
        exit_date: Text,
        seat_id: Id,
        exited_reserve_id: Id,
        version: u64,
        /// None: the member has left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Text>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desk: Option<Desk>,
    }

    /// By `management`: the seat cannot be taken.
    SeatRefused {
        reserve_id: Id,
        seat_id: Id,
        reason: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desk: Option<Desk>,
    }

    /// By `reservation`: it gets no seat, so its money must go back.
    ReservationRefused {
        id: Id,
        seat_id: Id,
        reason: Text,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        desk: Option<Desk>,
    }

    /// By `reservation`: the member leaves.
    Exited {
        id: Id,
        name: Option<String>,
        reserve_date: Option<String>,
        exit_date: Option<String>,
        pay_type: Option<String>,
        seat_id: Id,
    }
}

messages! {
    /// What the services of this system say to each other and to the world.
    pub enum Event {
        Reserved, Paid, Checked, Exited, Reclaimed, SeatRefused, ReservationRefused, Refunded,
    }
}

/// What a member wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Booking {
    pub seat_id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_type: Option<String>,
}

impl Refunded {
    /// `untold`: what it was for, if no `Paid` has told it.
    pub(crate) fn new(
        id: Id,
        reserve_id: Id,
        seat_id: Option<Id>,
        amount: Money,
        untold: Option<Booking>,
        desk: Option<Desk>,
    ) -> Self {
        let words = untold.map(|one| (one.name, one.reserve_date, one.exit_date, one.pay_type));
        let (name, reserve_date, exit_date, pay_type) = words.unwrap_or_default();
        Self { id, reserve_id, seat_id, amount, name, reserve_date, exit_date, pay_type, desk }
    }
}

/// Who has a seat, as the board shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Occupant {
    pub reserve_id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_date: Option<String>,
}

kernel::events! {
    /// In `reservation`: nobody sees the reservation yet. `checkUntil`: by then its seat must be checked.
    ReservationRequested {
        id: Id, booking: Booking,
        #[serde(default, skip_serializing_if = "Option::is_none")] card: Option<Card>,
        until: Time, hold: Millis, check_until: Time,
    }
    /// In `reservation`: it never becomes public. `void`: payment may have been reached.
    ReservationDropped { id: Id, void: bool }
    /// In `reservation`: payment will give back whatever it holds.
    ReservationVoided { id: Id }
    /// In `reservation`: its seat is taken.
    ReservationConfirmed { id: Id }
    /// In `reservation`: its money is back.
    ReservationRefunded { id: Id }
    /// In `reservation`: the administrator has freed the seat.
    ReservationFreed { id: Id }

    /// In `payment`: a reservation asks for its money.
    PaymentRequested {
        reserve_id: Id, booking: Booking, amount: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")] card: Option<Card>,
    }
    /// In `payment`: one step of the money of a reservation.
    PaymentMoved { reserve_id: Id, #[serde(flatten)] step: Step }
    /// In `payment`: somebody pays by hand.
    DeskPaymentRequested {
        id: Id, reserve_id: Id, booking: Booking, amount: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")] card: Option<Card>,
        desk: Desk, until: Time, hold: Millis,
    }
    /// In `payment`: one step of the money that somebody pays by hand.
    DeskPaymentMoved { id: Id, reserve_id: Id, #[serde(flatten)] step: Step }
    /// In `payment`: somebody paid by hand what was paid before; nothing was charged.
    PaymentRepeated { id: Id, reserve_id: Id, booking: Booking, status: Text }

    /// In `management`: the administrator has one more seat.
    ManagementRegistered { id: Id }
    /// In `management`: the member has left and held nothing, so nothing is taken any more.
    ExitNoted { reserve_id: Id }
    /// In `management`: the reservation was refused before its money was heard of.
    ClaimClosed { reserve_id: Id, seat_id: Id }

    /// In `seat`: the seat is on the board.
    SeatRegistered { id: Id }
    /// In `seat`: what the board shows. No occupant: empty.
    SeatShown {
        id: Id, version: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")] occupant: Option<Occupant>,
    }
}

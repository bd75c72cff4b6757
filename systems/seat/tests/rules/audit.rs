//! The audit finds what must not be, and nothing else.

use crate::*;
use kernel::payment::{Payment as Money_, Stage as Paid};
use kernel::{Millis, Time};
use seat::bill::{Bill, ByHand, Own};
use seat::claim::{Claim, Share, Stage as Claimed};
use seat::events::Occupant;
use seat::management::{Holder, Management};
use seat::payment::{Payment, Till};
use seat::reservation::{Reservation, Stage};
use seat::seat::Seat;

testkit::audited! { All, seat::audit::audit }

fn money(stage: Paid, voided: bool) -> Money_ {
    let captured = matches!(stage, Paid::Captured | Paid::Returning | Paid::Returned);
    Money_ { stage, voided, captured, ..Money_::authorizing(Money(1_000), None) }
}

impl All {
    fn reservation(self, stage: Stage) -> Self {
        self.reservation_but(stage, |_| {})
    }

    fn reservation_but(self, stage: Stage, change: fn(&mut Reservation)) -> Self {
        let (booking, exited, refunded) = (booking(), false, false);
        let mut own = Reservation { booking, card: None, stage, exited, refunded, reason: None };
        change(&mut own);
        self.with(N, own)
    }

    fn bill(self, stage: Paid, voided: bool) -> Self {
        let own = Own { money: money(stage, voided), seat: Some(SEAT), booking: None, row: None };
        self.with(N, Bill { own: Some(own), desk: Vec::new() })
    }

    fn claim(self, stage: Claimed, desk: Option<Desk>) -> Self {
        self.with(N, Claim { exited: false, seats: vec![Share { seat: SEAT, desk, stage }] })
    }

    fn unit(self, reservation: Option<Id>, desk: Option<Desk>) -> Self {
        let [name, reserve_date, exit_date, pay_type] = [None, None, None, None];
        let holder = |reservation| Holder { reservation, desk, name, reserve_date, exit_date, pay_type };
        self.with(SEAT, Management { version: 1, holder: reservation.map(holder) })
    }

    fn board(self, version: u64, reserve_id: Option<Id>) -> Self {
        let occupant = |reserve_id| Occupant { reserve_id, name: None, reserve_date: None, exit_date: None };
        self.with(SEAT, Seat { registered: true, version, occupant: reserve_id.map(occupant) })
    }

    fn by_hand(self, stage: Paid, voided: bool, listed: bool) -> Self {
        let desk = Desk::WalkIn;
        let till = Till { money: money(stage, voided), desk, until: LATER, hold: Millis(1_000) };
        let (booking, amount, status) = (Some(booking()), Money(1_000), None);
        let own = Payment { reservation: N, booking, amount, status, till: Some(till) };
        let one = ByHand { seat: SEAT, desk, payment: Id(1), asked: false, refunded: false };
        let desk = if listed { vec![one] } else { Vec::new() };
        self.with(Id(1), own).with(N, Bill { own: None, desk })
    }
}

const LATER: Time = Time(9);
const PENDING: Stage = Stage::Pending { until: LATER };
const REQUESTED: Stage = Stage::Requested { until: LATER, hold: Millis(1_000), check_until: LATER };

#[test]
fn s4_s5_each_seat_has_the_one_holder_that_was_told_so() {
    let paid = |stage| All::default().reservation(stage).bill(Paid::Captured, false);
    paid(Stage::Confirmed).unit(Some(N), None).claim(Claimed::Held, None).is_right();
    paid(Stage::Confirmed).unit(Some(Id(8)), None).claim(Claimed::Held, None).is_wrong("P1");
    paid(Stage::Confirmed).unit(None, None).claim(Claimed::Held, None).is_wrong("P1");
    paid(Stage::Confirmed).unit(Some(N), None).claim(Claimed::Refused, None).is_wrong("P1");
    paid(Stage::Confirmed).unit(Some(N), Some(Desk::WalkIn)).claim(Claimed::Held, None).is_wrong("P1");
    paid(Stage::Confirmed).is_wrong("P1");
    All::default().unit(Some(N), None).is_wrong("P1");
    All::default().unit(None, None).is_right();
    paid(Stage::Freed).unit(None, None).claim(Claimed::Over, None).is_right();
    paid(Stage::Freed).unit(Some(N), None).claim(Claimed::Held, None).is_wrong("P1");
    let unpaid = All::default().reservation(REQUESTED).bill(Paid::Authorizing, false);
    unpaid.unit(Some(N), None).claim(Claimed::Held, None).is_wrong("P1");
}

#[test]
fn s14_the_board_shows_what_is_so() {
    let taken = || {
        let paid = All::default().reservation(Stage::Confirmed).bill(Paid::Captured, false);
        paid.unit(Some(N), None).claim(Claimed::Held, None)
    };
    taken().board(1, Some(N)).is_right();
    taken().board(0, None).is_right();
    assert_eq!(taken().board(0, None).audit().pending.len(), 1);
    taken().board(1, Some(Id(8))).is_wrong("P1");
    taken().board(1, None).is_wrong("P1");
    taken().board(2, Some(N)).is_wrong("P1");
    All::default().board(1, None).is_wrong("P1");
    All::default().board(0, None).is_right();
}

#[test]
fn s2_s7_money_and_reservation_agree() {
    let until = LATER;
    let right = [
        (REQUESTED, Paid::Authorizing, false),
        (REQUESTED, Paid::Authorized { until }, false),
        (Stage::Dropped { voiding: true }, Paid::Authorized { until }, false),
        (Stage::Dropped { voiding: false }, Paid::Declined, false),
        (Stage::Dropped { voiding: false }, Paid::Returning, true),
        (PENDING, Paid::Authorized { until }, false),
        (PENDING, Paid::Captured, false),
        (Stage::Refused, Paid::Captured, false),
        (Stage::Refused, Paid::Capturing, true),
        (Stage::Refused, Paid::Returned, true),
    ];
    for (stage, paid, voided) in right {
        All::default().reservation(stage).bill(paid, voided).is_right();
    }
    let wrong = [
        (REQUESTED, Paid::Captured, false),
        (Stage::Dropped { voiding: true }, Paid::Capturing, false),
        (Stage::Dropped { voiding: false }, Paid::Authorized { until }, false),
        (Stage::Dropped { voiding: false }, Paid::Captured, true),
        (PENDING, Paid::Declined, false),
        (PENDING, Paid::Authorizing, false),
        (Stage::Refused, Paid::Authorizing, false),
    ];
    for (stage, paid, voided) in wrong {
        All::default().reservation(stage).bill(paid, voided).is_wrong("P2");
    }
    for (paid, voided) in [(Paid::Returned, true), (Paid::Capturing, false), (Paid::Captured, true)] {
        let own = All::default().reservation(Stage::Confirmed).bill(paid, voided);
        own.unit(Some(N), None).claim(Claimed::Held, None).is_wrong("P2");
    }
    All::default().reservation(PENDING).is_wrong("P2");
    All::default().reservation(Stage::Refused).is_wrong("P2");
    All::default().reservation(Stage::Dropped { voiding: false }).is_right();
    All::default().bill(Paid::Captured, false).is_wrong("P2");
    let told = All::default().reservation_but(Stage::Refused, |own| own.refunded = true);
    told.bill(Paid::Captured, false).is_wrong("P2");
}

#[test]
fn s2_s5_what_is_paid_by_hand_has_its_seat_or_is_given_back() {
    let held = |all: All| all.unit(Some(N), Some(Desk::WalkIn)).claim(Claimed::Held, Some(Desk::WalkIn));
    held(All::default().by_hand(Paid::Captured, false, true)).is_right();
    held(All::default().by_hand(Paid::Returned, true, true)).is_wrong("P2");
    held(All::default().by_hand(Paid::Capturing, false, true)).is_wrong("P2");
    All::default().by_hand(Paid::Captured, false, false).is_wrong("P2");
    All::default().by_hand(Paid::Declined, false, false).is_right();
    All::default().by_hand(Paid::Returned, true, true).is_wrong("P2");
    let refused = |all: All| all.claim(Claimed::Refused, Some(Desk::WalkIn));
    refused(All::default().by_hand(Paid::Returned, true, true)).is_right();
    assert_eq!(refused(All::default().by_hand(Paid::Captured, false, true)).audit().pending.len(), 1);
    assert_eq!(All::default().by_hand(Paid::Captured, false, true).audit().pending.len(), 1);
}

#[test]
fn s6_what_is_not_at_rest_is_pending() {
    let pending = |all: All| all.audit().pending;
    let held = |all: All| all.unit(Some(N), None).claim(Claimed::Held, None);
    let paid = |all: All| all.bill(Paid::Captured, false);
    let over = |all: All| all.unit(None, None).claim(Claimed::Over, None);
    let confirmed = || All::default().reservation(Stage::Confirmed);
    assert_eq!(pending(held(paid(confirmed()))), Vec::<String>::new());
    let left = All::default().reservation_but(Stage::Confirmed, |own| own.exited = true);
    assert_eq!(
        pending(held(paid(left))),
        ["the seat of reservation 7 is to be free, and has not heard so yet"]
    );
    let freed = "the seat of reservation 7 was freed, and the reservation has not heard so yet";
    assert_eq!(pending(over(paid(confirmed()))), [freed]);
    let refused = All::default().reservation(Stage::Refused);
    assert_eq!(pending(paid(refused)), ["reservation 7 is refused, and has not heard of its money yet"]);
    let waits = pending(paid(All::default().reservation(PENDING)));
    assert_eq!(waits, ["reservation 7 waits until 9"]);
    let charges = paid(confirmed()).audit().charges;
    assert_eq!(charges[0].account, "seat.payment/7");
    let charges = All::default().by_hand(Paid::Captured, false, true).audit().charges;
    assert_eq!(charges[0].account, "seat.desk/1");
}

//! The audit finds what must not be, and nothing else.

use crate::*;
use concert::allocation::Allocation;
use concert::booking::{Booking, Stage};
use concert::concert::Concert;
use concert::holder::Holder;
use concert::leftover::Leftover;
use concert::payment::{Payment, Stage as Paid};
use kernel::payment::{Payment as Block, Stage as Step};
use kernel::stock::{Count, Share};
use kernel::{Aggregate, Millis, Time};

const LATER: Time = Time(1_767_226_200_000);
const HOLD: Millis = Millis(610);

testkit::audited! { All, concert::audit::audit }

impl All {
    fn without<A: Aggregate>(self, id: Id) -> Self {
        Self(self.0.without::<A>(id))
    }

    fn concert(self, total: i64, free: i64) -> Self {
        let tickets = Count { total, free };
        let name = "IU 2020".into();
        self.with(CONCERT, Concert { name, price: Money(10_000), tickets, version: 1, removed: false })
    }

    /// And what its user holds.
    fn booking(self, stage: Stage) -> Self {
        let held = if matches!(stage, Stage::Canceled { .. }) { 0 } else { QTY };
        let (concert, user, qty, amount, until) = (CONCERT, USER, QTY, AMOUNT, LATER);
        let booking = Booking { concert, user, qty, amount, until, stage, reason: None, removed: false };
        self.with(N, booking).holder(held)
    }

    fn holder(self, held: i64) -> Self {
        let tickets = [(CONCERT, held)].into_iter().filter(|(_, held)| *held > 0).collect();
        self.with(USER, Holder { tickets })
    }

    fn payment(self, stage: Paid) -> Self {
        self.with(N, Payment { amount: AMOUNT, stage, attempt: 1 })
    }

    fn allocation(self, allocation: Allocation) -> Self {
        self.with(N, allocation)
    }
}

fn block(stage: Step) -> Block {
    let captured = matches!(stage, Step::Captured | Step::Returning | Step::Returned);
    Block { stage, captured, confirmed: true, ..Block::authorizing(AMOUNT, None) }
}

fn paid(stage: Step) -> Paid {
    Paid::Approved { money: block(stage) }
}

fn paying() -> Paid {
    Paid::Paying { money: block(Step::Authorizing), hold: HOLD, until: LATER }
}

fn back(stage: Step) -> Paid {
    Paid::Canceled { money: Some(block(stage)) }
}

fn share(quantity: i64) -> Allocation {
    Allocation::Taken { share: Share { unit: CONCERT, quantity } }
}

/// Approved, paid, with its tickets.
fn served() -> All {
    All::default()
        .concert(100, 95)
        .booking(Stage::Approved)
        .payment(paid(Step::Captured))
        .allocation(share(QTY))
}

#[test]
fn c6_tickets_add_up() {
    served().is_right();
    All::default().concert(100, 100).is_right();
    served().concert(100, 96).is_wrong("P1");
    served().concert(100, 94).is_wrong("P1");
    served().concert(4, -1).is_wrong("P1");
    All::default().concert(100, 95).is_wrong("P1");
}

#[test]
fn c6_c8_only_an_approved_booking_has_tickets() {
    served().booking(Stage::Canceled { approved: true }).is_right();
    served().booking(Stage::Canceled { approved: false }).is_wrong("P1");
    served().booking(Stage::Open).is_wrong("P1");
    served().allocation(share(4)).concert(100, 96).is_wrong("P1");
    All::default().concert(100, 95).allocation(share(QTY)).is_wrong("P1");
    let mut dearer = served();
    let tickets = Count { total: 100, free: 95 };
    let concert = Concert { name: "BTS".into(), price: Money(44_000), tickets, version: 1, removed: false };
    dearer = dearer.with(CONCERT, concert);
    dearer.is_wrong("P1");
    All::default()
        .booking(Stage::Approved)
        .payment(paid(Step::Captured))
        .allocation(share(QTY))
        .is_wrong("P1");
    for told in [Allocation::Rejected, Allocation::Released] {
        let all = All::default().concert(100, 100).booking(Stage::Approved).payment(paid(Step::Captured));
        all.allocation(told).is_right();
    }
}

#[test]
fn c3_what_users_hold_adds_up() {
    let open = || All::default().booking(Stage::Open).payment(Paid::Requested);
    open().is_right();
    open().holder(4).is_wrong("P1");
    open().holder(0).is_wrong("P1");
    All::default().holder(1).is_wrong("P1");
    open().without::<Holder>(USER).is_wrong("P1");
}

#[test]
fn c5_c7_c10_money_and_booking_agree() {
    let right = [
        (Stage::Asking { hold: HOLD }, Some(Paid::Noted)),
        (Stage::Asking { hold: HOLD }, Some(paid(Step::Captured))),
        (Stage::Asking { hold: HOLD }, None),
        (Stage::Open, Some(Paid::Requested)),
        (Stage::Open, Some(paying())),
        (Stage::Open, Some(paid(Step::Capturing))),
        (Stage::Open, Some(Paid::Canceled { money: None })),
        (Stage::Approved, Some(paid(Step::Capturing))),
        (Stage::Approved, Some(paid(Step::Returning))),
        (Stage::Approved, Some(back(Step::Returned))),
        (Stage::Canceled { approved: false }, None),
        (Stage::Canceled { approved: false }, Some(paid(Step::Captured))),
        (Stage::Canceled { approved: false }, Some(Paid::Canceled { money: None })),
        (Stage::Canceled { approved: true }, Some(back(Step::Returned))),
    ];
    for (booking, payment) in right {
        let all = All::default().booking(booking);
        payment.into_iter().fold(all, All::payment).is_right();
    }
    let wrong = [
        (Stage::Open, None),
        (Stage::Open, Some(Paid::Noted)),
        (Stage::Approved, None),
        (Stage::Approved, Some(Paid::Noted)),
        (Stage::Approved, Some(Paid::Requested)),
        (Stage::Approved, Some(paying())),
        (Stage::Approved, Some(Paid::Canceled { money: None })),
        (Stage::Canceled { approved: true }, Some(Paid::Requested)),
        (Stage::Canceled { approved: true }, Some(back(Step::Captured))),
        (Stage::Canceled { approved: false }, Some(back(Step::Capturing))),
    ];
    for (booking, payment) in wrong {
        let all = All::default().booking(booking);
        payment.into_iter().fold(all, All::payment).is_wrong("P2");
    }
    All::default().payment(Paid::Requested).is_wrong("P2");
    let other = Payment { amount: Money(1), stage: Paid::Requested, attempt: 0 };
    All::default().booking(Stage::Open).with(N, other).is_wrong("P2");
}

#[test]
fn c4_a_try_that_came_to_nothing_is_never_charged() {
    let left = |stage, voided, captured| {
        let money = Block { stage, voided, captured, ..Block::authorizing(AMOUNT, None) };
        let open = All::default().booking(Stage::Open).payment(Paid::Requested);
        open.with(Id(1), Leftover { booking: N, attempt: 1, money })
    };
    left(Step::Authorizing, true, false).is_right();
    left(Step::Declined, false, false).is_right();
    left(Step::Returned, true, false).is_right();
    left(Step::Authorizing, false, false).is_wrong("P2");
    left(Step::Captured, true, true).is_wrong("P2");
    let audit = left(Step::Returning, true, false).audit();
    assert_eq!(audit.charges[0].account, "concert.payment/7");
    assert!(
        audit.pending.contains(&"leftover 1 waits for provider: return".to_owned()),
        "{:?}",
        audit.pending
    );
}

#[test]
fn c16_what_is_not_at_rest_is_pending() {
    let pending = |all: All| all.audit().pending;
    assert_eq!(pending(served()), Vec::<String>::new());
    assert_eq!(served().audit().charges[0].account, "concert.payment/7");
    let over = || All::default().concert(100, 95).booking(Stage::Canceled { approved: true });
    let back = back(Step::Returned);
    let payment = "booking 7 is over, and payment has not heard so yet";
    assert_eq!(pending(over().payment(paid(Step::Captured)).allocation(share(QTY))), [payment]);
    assert_eq!(pending(All::default().booking(Stage::Canceled { approved: false })), [payment]);
    let concert = "booking 7 is over, and concert has not heard so yet";
    assert_eq!(pending(over().payment(back.clone()).allocation(share(QTY))), [concert]);
    assert_eq!(pending(over().payment(back.clone())), [concert]);
    assert!(pending(over().payment(back.clone()).allocation(Allocation::Released)).is_empty());
    let money = ["booking 7 has its money back, and has not heard so yet"];
    assert_eq!(pending(served().payment(back)), money);
    let asking = All::default().booking(Stage::Asking { hold: HOLD }).payment(paid(Step::Captured));
    let paid_ = ["booking 7 is paid, and has not heard so yet", "booking 7 waits for payment: request"];
    assert_eq!(pending(asking), paid_);
    let none = ["booking 7 gets no tickets, and has not heard so yet"];
    assert_eq!(pending(served().allocation(Allocation::Rejected)), none);
    assert_eq!(
        pending(served().without::<Allocation>(N)),
        ["booking 7 is approved, and concert has not heard so yet"]
    );
}

//! The audit finds what must not be, and nothing else.

use crate::*;
use kernel::payment::{Payment as Money_, Stage as Paid};
use kernel::stock::{Count, Hold as Ledger, Share, Stage as Held};
use kernel::{Millis, Time};
use taxi::hold::Hold;
use taxi::order::{Order, Stage};
use taxi::payment::Payment;
use taxi::reservation::{self, Reservation};
use taxi::taxi::Taxi;

testkit::audited! { All, taxi::audit::audit }

impl All {
    fn order(self, stage: Stage) -> Self {
        self.with(N, Order { trip: trip(), amount: Money(3_800), hold: Millis(300), stage, reason: None })
    }

    fn payment(self, stage: Paid, voided: bool) -> Self {
        let money = Money_ { stage, voided, ..Money_::authorizing(Money(3_800), None) };
        self.with(N, Payment { money, history: Some(Id(1)) })
    }

    fn taxi(self, total: i64, free: i64) -> Self {
        let (taxi_name, stock) = ("sonata".into(), Count { total, free });
        self.with(Id(3), Taxi { taxi_name, company_name: None, order_type: None, item_price: None, stock })
    }

    fn hold(self, stage: Held) -> Self {
        self.with(N, Hold { ledger: Ledger { attempt: 1, stage }, code: None })
    }

    fn reservation(self, stage: reservation::Stage) -> Self {
        self.with(N, Reservation { noted: None, stage, attempt: 1, releasing: false })
    }
}

const SHARE: Share = Share { unit: Id(3), quantity: 1 };
const LATER: Time = Time(9);

#[test]
fn t12_stock_is_what_was_registered_less_what_is_held() {
    All::default().taxi(2, 2).is_right();
    All::default().taxi(2, 1).is_wrong("P1");
    All::default().taxi(-1, -1).is_wrong("P1");
    let assigned = || All::default().reservation(reservation::Stage::Assigned { taxi: Id(3) });
    assigned().taxi(2, 1).hold(Held::Posted { share: SHARE }).is_right();
    assigned().taxi(2, 1).hold(Held::Held { share: SHARE, until: LATER }).is_right();
    assigned().taxi(2, 2).hold(Held::Expired { share: SHARE }).is_right();
    assigned().taxi(2, 2).hold(Held::Posted { share: SHARE }).is_wrong("P1");
}

#[test]
fn t12_each_held_taxi_has_its_reservation() {
    let posted = || All::default().taxi(2, 1).hold(Held::Posted { share: SHARE });
    posted().is_wrong("P1");
    posted().reservation(reservation::Stage::Confirmed).is_wrong("P1");
    posted().reservation(reservation::Stage::Assigned { taxi: Id(4) }).is_wrong("P1");
    posted().reservation(reservation::Stage::Cancelled { accepted: true }).is_right();
    let assigned = || All::default().taxi(2, 2).reservation(reservation::Stage::Assigned { taxi: Id(3) });
    assigned().is_wrong("P1");
    assigned().hold(Held::Released).is_wrong("P1");
    assigned().hold(Held::Closed).is_right();
}

#[test]
fn t13_t14_money_and_order_agree() {
    let until = LATER;
    let right = [
        (Stage::Requested { until }, Paid::Authorizing, false),
        (Stage::Requested { until }, Paid::Authorized { until }, false),
        (Stage::Refused { voiding: true }, Paid::Authorized { until }, false),
        (Stage::Refused { voiding: false }, Paid::Declined, false),
        (Stage::Refused { voiding: false }, Paid::Authorizing, true),
        (Stage::Refused { voiding: false }, Paid::Returned, true),
        (Stage::Placed, Paid::Authorized { until }, false),
        (Stage::Placed, Paid::Capturing, false),
        (Stage::Confirmed, Paid::Captured, false),
        (Stage::Cancelling, Paid::Captured, false),
        (Stage::Cancelled, Paid::Capturing, true),
        (Stage::Cancelled, Paid::Returning, true),
        (Stage::Cancelled, Paid::Returned, true),
    ];
    for (order, paid, voided) in right {
        All::default().order(order).payment(paid, voided).is_right();
    }
    let wrong = [
        (Stage::Requested { until }, Paid::Captured, false),
        (Stage::Refused { voiding: true }, Paid::Captured, false),
        (Stage::Refused { voiding: false }, Paid::Authorized { until }, false),
        (Stage::Placed, Paid::Declined, false),
        (Stage::Cancelled, Paid::Captured, false),
        (Stage::Cancelled, Paid::Capturing, false),
    ];
    for (order, paid, voided) in wrong {
        All::default().order(order).payment(paid, voided).is_wrong("P2");
    }
    All::default().order(Stage::Placed).is_wrong("P2");
    All::default().order(Stage::Cancelled).is_wrong("P2");
    All::default().order(Stage::Refused { voiding: false }).is_right();
    All::default().payment(Paid::Captured, false).is_wrong("P2");
}

#[test]
fn t14_what_is_not_at_rest_is_pending() {
    let pending = |all: All| all.audit().pending;
    assert_eq!(
        pending(All::default().order(Stage::Placed).payment(Paid::Captured, false)),
        Vec::<String>::new()
    );
    assert_eq!(pending(All::default().order(Stage::Cancelling)), ["order 7 waits for payment: void"]);
    let voided = All::default().order(Stage::Placed).payment(Paid::Returned, true);
    assert_eq!(pending(voided), ["order 7 is to be canceled, and has not heard so yet"]);
    let charges = All::default().order(Stage::Placed).payment(Paid::Captured, false).audit().charges;
    assert_eq!(charges[0].account, "taxi.payment/7");
}

//! What must hold between the documents of this system after any commit, and what money it claims to hold.
//!
//! A service may lag behind what another has said. So a finding is only what no lag can explain; what is merely on
//! its way is pending.

use crate::hold::Hold;
use crate::notification::Case;
use crate::order::{self, Order};
use crate::payment::{self, Payment};
use crate::reservation::{self, Reservation};
use crate::taxi::Taxi;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use kernel::payment::Stage as Paid;
use kernel::stock::Stage as Held;
use kernel::{Audit, Everything, Id};

pub fn audit(all: Everything<'_>) -> Audit {
    let mut audit = Audit::default();
    stock(all, &mut audit.findings);
    for (id, order) in all.each::<Order>() {
        audit.findings.extend(money(id, order, all.get::<Payment>(id)));
    }
    for (id, payment) in all.each::<Payment>() {
        if all.get::<Order>(id).is_none() {
            audit.findings.push(format!("P2: payment {id} belongs to no order"));
        }
        audit.charges.extend(payment.money.charge(payment::account(id)));
    }
    audit.pending_of::<Order>(all);
    audit.pending_of::<Payment>(all);
    audit.pending_of::<Reservation>(all);
    audit.pending_of::<Hold>(all);
    audit.pending_of::<Case>(all);
    audit.pending.extend(all.each::<Order>().filter_map(|(id, order)| unsettled(id, order, all)));
    audit.pending.extend(all.each::<Hold>().filter_map(|(id, hold)| unreturned(id, hold, all)));
    audit
}

/// P1: no taxi is given twice, and none gets lost.
fn stock(all: Everything<'_>, findings: &mut Vec<String>) {
    let mut live: BTreeMap<Id, i64> = BTreeMap::new();
    for (id, hold) in all.each::<Hold>() {
        if let Some(share) = hold.ledger.live() {
            *live.entry(share.unit).or_default() += share.quantity;
            if all.get::<Taxi>(share.unit).is_none() {
                findings.push(format!("P1: order {id} holds taxi {}, which does not exist", share.unit));
            }
        }
        let reserved = all.get::<Reservation>(id).map(|reservation| reservation.stage);
        if let (Held::Posted { share }, Some(reservation::Stage::Assigned { taxi })) =
            (hold.ledger.stage, reserved)
            && share.unit != taxi
        {
            findings.push(format!("P1: order {id} has taxi {taxi}, but holds taxi {}", share.unit));
        }
        let explained = match (hold.ledger.stage, reserved) {
            (Held::Posted { .. }, Some(stage)) => {
                matches!(stage, reservation::Stage::Assigned { .. } | reservation::Stage::Cancelled { .. })
            }
            (Held::Held { .. }, reserved) => reserved.is_some(),
            (Held::Posted { .. }, None) => false,
            (Held::Released | Held::Expired { .. } | Held::Refused | Held::Closed, _) => true,
        };
        if !explained {
            findings.push(format!("P1: order {id} holds a taxi that its reservation does not have"));
        }
    }
    for (id, reservation) in all.each::<Reservation>() {
        let reservation::Stage::Assigned { taxi } = reservation.stage else { continue };
        let hold = all.get::<Hold>(id).map(|hold| hold.ledger.stage);
        let kept = match hold {
            Some(Held::Held { share, .. } | Held::Posted { share } | Held::Expired { share }) => {
                share.unit == taxi
            }
            // It was lost, and the reservation is about to hear so.
            Some(Held::Closed) => true,
            Some(Held::Released | Held::Refused) | None => false,
        };
        if !kept {
            findings.push(format!("P1: reservation {id} has taxi {taxi}, which is not held for it"));
        }
    }
    for (id, taxi) in all.each::<Taxi>() {
        let (stock, live) = (taxi.stock, live.get(&id).copied().unwrap_or_default());
        if stock.free < 0 {
            findings.push(format!("P1: taxi {id} has {} free", stock.free));
        }
        if stock.total - live != stock.free {
            let (total, free) = (stock.total, stock.free);
            findings.push(format!("P1: taxi {id} has {free} free, but {total} in all and {live} held"));
        }
    }
}

/// P2: money and order agree.
fn money(id: Id, order: &Order, payment: Option<&Payment>) -> Option<String> {
    let paid = payment.map(|payment| (payment.money.stage, payment.money.voided));
    let right = match (order.stage, paid) {
        // Captured only after the order is public.
        (order::Stage::Requested { .. } | order::Stage::Refused { voiding: true }, paid) => {
            !matches!(paid, Some((Paid::Capturing | Paid::Captured, _)))
        }
        (order::Stage::Refused { voiding: false }, paid) => match paid {
            None | Some((Paid::Declined, _)) => true,
            Some((Paid::Captured, _)) => false,
            Some((_, voided)) => voided,
        },
        (order::Stage::Placed | order::Stage::Confirmed | order::Stage::Cancelling, paid) => {
            paid.is_some_and(|(stage, _)| !matches!(stage, Paid::Authorizing | Paid::Declined))
        }
        (order::Stage::Cancelled, paid) => match paid {
            None | Some((Paid::Captured | Paid::Authorized { .. }, _)) => false,
            Some((Paid::Declined, _)) => true,
            Some((_, voided)) => voided,
        },
    };
    (!right).then(|| {
        let paid = paid.map_or_else(|| "absent".into(), |(stage, _)| format!("{stage:?}"));
        format!("P2: order {id} is {:?}, its payment is {paid}", order.stage)
    })
}

fn is_over(id: Id, all: Everything<'_>) -> bool {
    let reservation = all.get::<Reservation>(id);
    reservation.is_some_and(|own| matches!(own.stage, reservation::Stage::Cancelled { .. }))
}

/// A taxi whose reservation is over: it has to hear so.
fn unreturned(id: Id, hold: &Hold, all: Everything<'_>) -> Option<String> {
    let kept = hold.ledger.live().is_some() && is_over(id, all);
    kept.then(|| format!("the taxi of order {id} is to be given back, and has not heard so yet"))
}

/// An order whose money is on its way back without it: it has to hear so.
fn unsettled(id: Id, order: &Order, all: Everything<'_>) -> Option<String> {
    let standing = matches!(order.stage, order::Stage::Placed | order::Stage::Confirmed);
    let voided = all.get::<Payment>(id).is_some_and(|payment| payment.money.voided);
    (standing && (voided || is_over(id, all)))
        .then(|| format!("order {id} is to be canceled, and has not heard so yet"))
}

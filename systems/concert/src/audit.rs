//! What must hold between the documents of this system after any commit, and what money it claims to hold.
//!
//! A service may lag behind what another has said. So a finding is only what no lag can explain; what is merely on
//! its way is pending.

use crate::allocation::Allocation;
use crate::booking::{Booking, Stage};
use crate::concert::Concert;
use crate::holder::Holder;
use crate::leftover::Leftover;
use crate::payment::{Payment, Stage as Paid, account};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use kernel::payment::Stage as Money;
use kernel::{Audit, Everything, Id};

pub fn audit(all: Everything<'_>) -> Audit {
    let mut audit = Audit::default();
    tickets(all, &mut audit.findings);
    holders(all, &mut audit.findings);
    for (id, booking) in all.each::<Booking>() {
        audit.findings.extend(money(id, booking, all.get::<Payment>(id)));
        audit.pending.extend(on_its_way(id, booking, all));
    }
    for (id, payment) in all.each::<Payment>() {
        if all.get::<Booking>(id).is_none() {
            audit.findings.push(format!("P2: payment {id} belongs to no booking"));
        }
        let money = payment.stage.money();
        audit.charges.extend(money.and_then(|money| money.charge(account(id, payment.attempt))));
    }
    for (id, left) in all.each::<Leftover>() {
        if left.money.captured || !(left.money.voided || left.money.stage == Money::Declined) {
            let (attempt, booking) = (left.attempt, left.booking);
            audit
                .findings
                .push(format!("P2: try {attempt} of booking {booking} ({id}) was left and is charged"));
        }
        audit.charges.extend(left.money.charge(account(left.booking, left.attempt)));
    }
    audit.pending_of::<Booking>(all);
    audit.pending_of::<Payment>(all);
    audit.pending_of::<Leftover>(all);
    audit
}

/// P1: no ticket is sold twice, and none gets lost.
fn tickets(all: Everything<'_>, findings: &mut Vec<String>) {
    let mut live: BTreeMap<Id, i64> = BTreeMap::new();
    for (id, allocation) in all.each::<Allocation>() {
        let Allocation::Taken { share } = allocation else { continue };
        *live.entry(share.unit).or_default() += share.quantity;
        let concert = all.get::<Concert>(share.unit);
        let right = all.get::<Booking>(id).zip(concert).is_some_and(|(booking, concert)| {
            let approved = matches!(booking.stage, Stage::Approved | Stage::Canceled { approved: true });
            let paid = booking.amount.0 == concert.price.0 * share.quantity;
            approved && paid && (booking.concert, booking.qty) == (share.unit, share.quantity)
        });
        if !right {
            let (qty, concert) = (share.quantity, share.unit);
            findings
                .push(format!("P1: {qty} tickets of concert {concert} are taken for booking {id}, wrongly"));
        }
    }
    for (id, concert) in all.each::<Concert>() {
        let (tickets, live) = (concert.tickets, live.get(&id).copied().unwrap_or_default());
        if tickets.free < 0 {
            findings.push(format!("P1: concert {id} has {} tickets left", tickets.free));
        }
        if tickets.total - live != tickets.free {
            let (total, free) = (tickets.total, tickets.free);
            findings.push(format!(
                "P1: concert {id} has {free} tickets left, but {total} in all and {live} taken"
            ));
        }
    }
}

/// P1: what users hold is what their bookings say.
fn holders(all: Everything<'_>, findings: &mut Vec<String>) {
    let mut held: BTreeMap<Id, Holder> = BTreeMap::new();
    let live = |booking: &&Booking| !matches!(booking.stage, Stage::Canceled { .. });
    for booking in all.each::<Booking>().map(|(_, booking)| booking).filter(live) {
        let tickets = &mut held.entry(booking.user).or_default().tickets;
        *tickets.entry(booking.concert).or_default() += booking.qty;
    }
    for (id, holder) in all.each::<Holder>() {
        if *holder != held.remove(&id).unwrap_or_default() {
            findings.push(format!("P1: user {id} holds {:?}, which is not what is booked", holder.tickets));
        }
    }
    findings.extend(held.into_keys().map(|id| format!("P1: nobody counts what user {id} has booked")));
}

/// P2: money and booking agree.
fn money(id: Id, booking: &Booking, payment: Option<&Payment>) -> Option<String> {
    let paid = payment.map(|payment| &payment.stage);
    let right = match (booking.stage, paid) {
        // Paid before it is approved, whatever comes later.
        (Stage::Approved | Stage::Canceled { approved: true }, paid) => match paid {
            None | Some(Paid::Noted | Paid::Requested | Paid::Paying { .. }) => false,
            Some(Paid::Canceled { money }) => money.is_some(),
            Some(Paid::Approved { .. }) => true,
        },
        (Stage::Open, paid) => !matches!(paid, None | Some(Paid::Noted)),
        (Stage::Asking { .. } | Stage::Canceled { approved: false }, _) => true,
    };
    let gone = |stage: &Paid| match stage {
        Paid::Canceled { money: Some(money) } => money.stage == Money::Returned,
        _ => true,
    };
    let amount = payment.is_none_or(|payment| payment.amount == booking.amount);
    (!right || !amount || !paid.is_none_or(gone)).then(|| {
        let paid = paid.map_or_else(|| "absent".into(), |paid| format!("{paid:?}"));
        format!("P2: booking {id} is {:?}, its payment is {paid}", booking.stage)
    })
}

/// What somebody has not heard yet.
fn on_its_way(id: Id, booking: &Booking, all: Everything<'_>) -> Option<String> {
    let paid = all.get::<Payment>(id).map(|payment| &payment.stage);
    let tickets = all.get::<Allocation>(id);
    let what = match (booking.stage, paid, tickets) {
        (Stage::Canceled { .. }, Some(Paid::Canceled { .. }), Some(Allocation::Taken { .. }) | None) => {
            "is over, and concert has not heard so yet"
        }
        (Stage::Canceled { .. }, Some(Paid::Canceled { .. }), _) => return None,
        (Stage::Canceled { .. }, ..) => "is over, and payment has not heard so yet",
        (_, Some(Paid::Canceled { .. }), _) => "has its money back, and has not heard so yet",
        (Stage::Asking { .. } | Stage::Open, Some(Paid::Approved { .. }), _) => {
            "is paid, and has not heard so yet"
        }
        (Stage::Approved, _, None) => "is approved, and concert has not heard so yet",
        (Stage::Approved, _, Some(Allocation::Rejected | Allocation::Released)) => {
            "gets no tickets, and has not heard so yet"
        }
        (Stage::Asking { .. } | Stage::Open, ..) | (Stage::Approved, _, Some(Allocation::Taken { .. })) => {
            return None;
        }
    };
    Some(format!("booking {id} {what}"))
}

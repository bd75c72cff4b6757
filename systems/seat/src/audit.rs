//! What must hold between the documents of this system after any commit, and what money it claims to hold.
//!
//! A service may lag behind what another has said. So a finding is only what no lag can explain; what is merely on
//! its way is pending.

use crate::bill::{self, Bill};
use crate::claim::{Claim, Stage as Claimed};
use crate::events::Desk;
use crate::management::Management;
use crate::payment::{self, Payment};
use crate::reservation::{Reservation, Stage};
use crate::seat::Seat;
use alloc::format;
use alloc::string::String;
use kernel::payment::{Payment as Money, Stage as Paid};
use kernel::{Audit, Everything, Id};

pub fn audit(all: Everything<'_>) -> Audit {
    let mut audit = Audit::default();
    seats(all, &mut audit);
    for (id, reservation) in all.each::<Reservation>() {
        audit.findings.extend(money(id, reservation, own_money(id, all)));
        audit.findings.extend(place(id, reservation, all));
        audit.pending.extend(unsettled(id, reservation, all));
    }
    for (id, bill) in all.each::<Bill>() {
        if let Some(own) = &bill.own {
            if all.get::<Reservation>(id).is_none() {
                audit.findings.push(format!("P2: payment of reservation {id}, which does not exist"));
            }
            audit.charges.extend(own.money.charge(bill::account(id)));
        }
    }
    for (id, payment) in all.each::<Payment>() {
        let Some(till) = &payment.till else { continue };
        by_hand(id, payment, &till.money, all, &mut audit);
        audit.charges.extend(till.money.charge(payment::account(id)));
    }
    audit.pending_of::<Reservation>(all);
    audit.pending_of::<Bill>(all);
    audit.pending_of::<Payment>(all);
    audit
}

fn own_money(id: Id, all: Everything<'_>) -> Option<&Money> {
    Some(&all.get::<Bill>(id)?.own.as_ref()?.money)
}

fn claimed(id: Id, seat: Id, desk: Option<Desk>, all: Everything<'_>) -> Option<Claimed> {
    all.get::<Claim>(id)?.share(seat, desk)
}

/// P1: each seat has the one holder that was told so, and the board shows it.
fn seats(all: Everything<'_>, audit: &mut Audit) {
    for (id, unit) in all.each::<Management>() {
        let Some(holder) = &unit.holder else { continue };
        if claimed(holder.reservation, id, holder.desk, all) != Some(Claimed::Held) {
            let holder = holder.reservation;
            audit
                .findings
                .push(format!("P1: seat {id} is given to reservation {holder}, which was not told so"));
        }
    }
    for (id, claim) in all.each::<Claim>() {
        for share in claim.seats.iter().filter(|share| share.stage == Claimed::Held) {
            let holder = all.get::<Management>(share.seat).and_then(|unit| unit.holder.as_ref());
            if holder.map(|holder| (holder.reservation, holder.desk)) != Some((id, share.desk)) {
                audit
                    .findings
                    .push(format!("P1: reservation {id} was given seat {}, which is not its", share.seat));
            }
        }
    }
    for (id, seat) in all.each::<Seat>() {
        let unit = all.get::<Management>(id);
        let version = unit.map_or(0, |unit| unit.version);
        if seat.version < version {
            audit.pending.push(format!("the board of seat {id} has not heard of the last change yet"));
            continue;
        }
        let holder = unit.and_then(|unit| unit.holder.as_ref()).map(|holder| holder.reservation);
        if seat.version > version || seat.occupant.as_ref().map(|one| one.reserve_id) != holder {
            audit.findings.push(format!("P1: the board shows seat {id} otherwise than it is"));
        }
    }
}

/// P2: money and reservation agree.
fn money(id: Id, reservation: &Reservation, money: Option<&Money>) -> Option<String> {
    let paid = money.map(|money| (money.stage, money.voided));
    let right = match (reservation.stage, paid) {
        // Captured only after the reservation is public.
        (Stage::Requested { .. } | Stage::Dropped { voiding: true }, paid) => {
            !matches!(paid, Some((Paid::Capturing | Paid::Captured, _)))
        }
        (Stage::Dropped { voiding: false }, paid) => match paid {
            None | Some((Paid::Declined, _)) => true,
            Some((Paid::Captured, _)) => false,
            Some((_, voided)) => voided,
        },
        (Stage::Pending { .. }, paid) => paid
            .is_some_and(|(stage, _)| !matches!(stage, Paid::Unasked | Paid::Authorizing | Paid::Declined)),
        // Payment may not have heard yet that it is refused.
        (Stage::Refused, paid) => paid.is_some_and(|(stage, _)| stage != Paid::Authorizing),
        (Stage::Confirmed | Stage::Freed, paid) => paid == Some((Paid::Captured, false)),
    };
    // Nothing of it is held any more, or ever was.
    let back = matches!(paid, Some((Paid::Returned | Paid::Declined | Paid::Unasked, _)));
    (!right || (reservation.refunded && !back)).then(|| {
        let paid = paid.map_or_else(|| "absent".into(), |(stage, _)| format!("{stage:?}"));
        format!("P2: reservation {id} is {:?}, its payment is {paid}", reservation.stage)
    })
}

/// P1: reservation and seat agree.
fn place(id: Id, reservation: &Reservation, all: Everything<'_>) -> Option<String> {
    let claimed = claimed(id, reservation.booking.seat_id, None, all);
    let right = match reservation.stage {
        Stage::Requested { .. } | Stage::Dropped { .. } => claimed.is_none(),
        Stage::Pending { .. } => true,
        Stage::Confirmed => matches!(claimed, Some(Claimed::Held | Claimed::Over)),
        Stage::Freed => claimed == Some(Claimed::Over),
        // It may have been given up before it was ever checked.
        Stage::Refused => true,
    };
    (!right).then(|| format!("P1: reservation {id} is {:?}, its seat is {claimed:?}", reservation.stage))
}

/// What has to be heard of still.
fn unsettled(id: Id, reservation: &Reservation, all: Everything<'_>) -> Option<String> {
    let held = claimed(id, reservation.booking.seat_id, None, all);
    let over = reservation.exited || reservation.stage == Stage::Refused;
    if over && held == Some(Claimed::Held) {
        return Some(format!("the seat of reservation {id} is to be free, and has not heard so yet"));
    }
    if reservation.stage == Stage::Confirmed && !reservation.exited && held == Some(Claimed::Over) {
        return Some(format!(
            "the seat of reservation {id} was freed, and the reservation has not heard so yet"
        ));
    }
    let unpaid = reservation.stage == Stage::Refused && !reservation.refunded;
    unpaid.then(|| format!("reservation {id} is refused, and has not heard of its money yet"))
}

/// P2: what is paid by hand gets its seat or goes back.
fn by_hand(id: Id, payment: &Payment, money: &Money, all: Everything<'_>, audit: &mut Audit) {
    let kept = money.stage == Paid::Captured && !money.voided;
    let listed =
        all.get::<Bill>(payment.reservation).and_then(|bill| bill.desk.iter().find(|one| one.payment == id));
    let Some(one) = listed else {
        if kept {
            audit
                .findings
                .push(format!("P2: payment {id} by hand is kept, but its number does not know of it"));
        }
        return;
    };
    match claimed(payment.reservation, one.seat, Some(one.desk), all) {
        Some(Claimed::Held | Claimed::Over) if !kept => {
            audit.findings.push(format!("P2: payment {id} by hand is {:?}, but has its seat", money.stage));
        }
        None if money.captured && money.voided => {
            audit.findings.push(format!("P2: payment {id} by hand was given back, but never refused"));
        }
        None if kept => audit.pending.push(format!("payment {id} by hand waits for its seat")),
        Some(Claimed::Refused) if kept => {
            audit.pending.push(format!("payment {id} by hand is refused, and has not heard so yet"));
        }
        Some(Claimed::Held | Claimed::Over | Claimed::Refused) | None => {}
    }
}

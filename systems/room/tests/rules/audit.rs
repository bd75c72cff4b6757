//! The audit finds what must not be, and nothing else.

use crate::*;
use kernel::Millis;
use kernel::slots::Slot;
use room::booking::{Booking, Stage};
use room::calendar::Calendar;
use room::confirm::{self, Confirm};
use room::known::Known;
use room::realuse::{self, Realuse};

testkit::audited! { All, room::audit::audit }

const LIVE: Stage = Stage::Booked { no_show: None };
const OVER: Stage = Stage::Over { reason: Reason::User };

fn slot(from: i64, to: i64) -> Slot {
    Slot::new(Time(from), Time(to)).expect("it begins before it ends")
}

impl All {
    fn booking(self, id: Id, slot: Option<Slot>, stage: Stage) -> Self {
        self.with(id, Booking { details: details(), slot, revision: 0, stage })
    }

    fn calendar(self, taken: &[(Slot, Id)]) -> Self {
        let mut own = kernel::slots::Calendar::default();
        for (slot, by) in taken {
            own.take(*slot, *by);
        }
        self.with(Id(1), Calendar(own))
    }

    /// A booking that is as it should be.
    fn live(self) -> Self {
        self.booking(N, Some(slot(1, 3)), LIVE).calendar(&[(slot(1, 3), N)])
    }

    fn over(self) -> Self {
        self.booking(N, None, OVER).calendar(&[])
    }

    fn confirm(self, stage: confirm::Stage) -> Self {
        let (user_id, confirm_dtm) = ("1111".into(), None);
        self.with(N, Confirm { user_id, confirm_dtm, revision: 0, attempt: 0, stage })
    }

    fn known(self, gone: bool, used_by: Option<Id>) -> Self {
        self.with(N, Known { gone, used_by, ended: false })
    }

    fn usage(self, id: Id, stage: realuse::Stage) -> Self {
        let (start, end) = (None, None);
        self.with(id, Realuse { booking_id: Some(N), start, end, attempt: 0, stage })
    }
}

#[test]
fn r15_no_two_bookings_of_a_room_meet() {
    let two = |second: Slot| {
        let all = All::default().booking(N, Some(slot(1, 3)), LIVE).booking(Id(8), Some(second), LIVE);
        all.calendar(&[(slot(1, 3), N), (second, Id(8))])
    };
    two(slot(3, 5)).is_right();
    two(slot(2, 5)).is_wrong("P1: bookings 7 and 8 have room 1 at the same time");
    two(slot(1, 3)).is_wrong("P1");
}

#[test]
fn r15_r20_the_calendar_is_what_the_bookings_hold() {
    All::default().live().is_right();
    All::default().over().is_right();
    let wrong = [
        All::default().booking(N, Some(slot(1, 3)), LIVE),
        All::default().booking(N, Some(slot(1, 3)), LIVE).calendar(&[]),
        All::default().booking(N, Some(slot(1, 3)), LIVE).calendar(&[(slot(1, 2), N)]),
        All::default().booking(N, Some(slot(1, 3)), LIVE).calendar(&[(slot(1, 3), Id(8))]),
        All::default().booking(N, None, LIVE),
        All::default().booking(N, Some(slot(1, 3)), OVER).calendar(&[(slot(1, 3), N)]),
        All::default().booking(N, None, OVER).calendar(&[(slot(1, 3), N)]),
        All::default().calendar(&[(slot(1, 3), N)]),
    ];
    for all in wrong {
        all.is_wrong("P1");
    }
}

#[test]
fn r11_a_denial_says_that_its_booking_is_over() {
    use confirm::Stage::{Booked, Confirmed, Denied, Denying, Removed};
    let denying = || Denying { confirm_dtm: None, until: Time(1), hold: Millis(1) };
    for stage in [Booked, Confirmed, denying(), Denied { leaves: None }, Removed] {
        All::default().over().confirm(stage.clone()).is_right();
        All::default().confirm(stage).is_wrong("P4");
    }
    for stage in [Booked, Confirmed, denying()] {
        All::default().live().confirm(stage).is_right();
    }
    for stage in [Denied { leaves: None }, Denied { leaves: Some(Time(1)) }, Removed] {
        All::default().live().confirm(stage).is_wrong("P4");
    }
}

#[test]
fn r6_an_end_says_that_its_booking_is_over() {
    use realuse::Stage::{Ended, Ending, Started};
    let ending = || Ending { start: None, end: "1".into(), until: Time(1), hold: Millis(1) };
    let known = |all: All| all.known(false, Some(Id(3)));
    for stage in [Started, ending()] {
        known(All::default().live()).usage(Id(3), stage.clone()).is_right();
        known(All::default().over()).usage(Id(3), stage).is_right();
    }
    known(All::default().over()).usage(Id(3), Ended).is_right();
    known(All::default().live()).usage(Id(3), Ended).is_wrong("P4: use 3 has ended");
    known(All::default()).usage(Id(3), Started).is_wrong("P4: use 3 is of no booking");
    known(All::default().live()).usage(Id(3), Started).usage(Id(4), Started).is_wrong("P1: uses 3 and 4");
    All::default().live().known(false, None).usage(Id(3), Started).is_wrong("P1: use 3 is not known");
    All::default().live().known(true, None).is_wrong("P4: realuse takes booking 7 for over");
    All::default().known(false, None).is_wrong("P4: realuse knows booking 7");
}

#[test]
fn r7_what_somebody_has_not_heard_is_pending() {
    let pending = |all: &All, service: &str| {
        let sentence = format!("{service} has not heard yet");
        all.audit().pending.iter().any(|what| what.starts_with(&sentence))
    };
    let alone = All::default().live();
    alone.is_right();
    for service in ["confirm", "notification", "realuse"] {
        assert!(pending(&alone, service), "{service}");
    }
    let over = All::default().over().confirm(confirm::Stage::Booked).known(false, None);
    assert!(pending(&over, "confirm") && pending(&over, "realuse"));
    let running = All::default().live().known(false, Some(Id(3))).usage(Id(3), realuse::Stage::Started);
    assert!(pending(&running, "booking") && !pending(&running, "realuse"));
    let soon = All::default().booking(N, None, Stage::Booked { no_show: Some(Time(9)) });
    assert!(soon.audit().pending.iter().any(|what| what == "booking 7 waits until 9"));
    assert!(running.audit().charges.is_empty(), "no money is involved");
}

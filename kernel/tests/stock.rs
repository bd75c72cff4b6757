//! The stock block in every order of attempts, releases, posts and deadlines, six deep: the count is always what is
//! not held, and each attempt is resolved once.

use kernel::stock::{Count, Hold, Posting, Share, Stage, Taking};
use kernel::{Id, Time};

const DEPTH: usize = 6;
const TOTAL: i64 = 1;

#[derive(Clone, Debug)]
struct Life {
    count: Count,
    /// The one unit's holds, by booking.
    holds: [Option<Hold>; 2],
    closed: [bool; 2],
}

const SHARE: Share = Share { unit: Id(1), quantity: 1 };

impl Life {
    fn back(&mut self, share: Option<Share>) {
        if let Some(share) = share {
            self.count.moved(self.count.free + share.quantity);
        }
    }

    fn set(&mut self, booking: usize, attempt: u64, stage: Stage) {
        self.holds[booking] = Some(Hold { attempt, stage });
    }

    fn attempt(&self, booking: usize) -> u64 {
        self.holds[booking].as_ref().map_or(0, |hold| hold.attempt)
    }

    fn take(&mut self, booking: usize, attempt: u64) {
        match Hold::taking(self.holds[booking].as_ref(), attempt) {
            Taking::New { back } => {
                self.back(back);
                let stage = match self.count.less(SHARE.quantity) {
                    Some(free) => {
                        self.count.moved(free);
                        Stage::Held { share: SHARE, until: Time(1) }
                    }
                    None => Stage::Refused,
                };
                self.set(booking, attempt, stage);
            }
            Taking::Already => {
                let hold = self.holds[booking].as_ref().expect("somebody took it");
                assert!(hold.live().is_some() && hold.attempt == attempt, "{self:?}");
            }
            Taking::Refused | Taking::Over => {}
        }
    }

    fn release(&mut self, booking: usize, attempt: u64) {
        if let Some(release) = Hold::releasing(self.holds[booking].as_ref(), attempt) {
            self.back(release.back);
            self.set(booking, attempt, Stage::Released);
        }
        let over = Hold::taking(self.holds[booking].as_ref(), attempt);
        let posted = matches!(self.holds[booking], Some(Hold { stage: Stage::Posted { .. }, .. }));
        assert!(posted || !matches!(over, Taking::New { .. } | Taking::Already), "{self:?}");
    }

    fn close(&mut self, booking: usize) {
        self.closed[booking] = true;
        if let Some(release) = Hold::closing(self.holds[booking].as_ref()) {
            self.back(release.back);
            self.set(booking, self.attempt(booking), Stage::Closed);
        }
    }

    fn post(&mut self, booking: usize) {
        let attempt = self.attempt(booking);
        match Hold::posting(self.holds[booking].as_ref()) {
            Posting::Post => self.set(booking, attempt, Stage::Posted { share: SHARE }),
            Posting::Already => {}
            Posting::Lost(_) => self.set(booking, attempt, Stage::Closed),
        }
    }

    fn expire(&mut self, booking: usize) {
        if let Some(share) = Hold::expiring(self.holds[booking].as_ref()) {
            self.back(Some(share));
            self.set(booking, self.attempt(booking), Stage::Expired { share });
        }
    }

    fn must_hold(&self) {
        let live: i64 = self.holds.iter().flatten().filter_map(Hold::live).map(|share| share.quantity).sum();
        assert!(self.count.free >= 0 && self.count.free == TOTAL - live, "{self:?}");
        for (hold, closed) in self.holds.iter().zip(self.closed) {
            let live = hold.as_ref().is_some_and(|hold| hold.live().is_some());
            assert!(!(closed && live), "held for a booking that is over: {self:?}");
        }
    }

    fn next(&self) -> Vec<Self> {
        let mut lives = Vec::new();
        let mut with = |change: &dyn Fn(&mut Self)| {
            let mut life = self.clone();
            change(&mut life);
            lives.push(life);
        };
        for booking in [0, 1] {
            for attempt in [1, 2] {
                with(&|life| life.take(booking, attempt));
                with(&|life| life.release(booking, attempt));
            }
            with(&|life| life.close(booking));
            with(&|life| life.post(booking));
            with(&|life| life.expire(booking));
        }
        lives
    }
}

fn walk(life: &Life, depth: usize) {
    life.must_hold();
    if depth > 0 {
        life.next().iter().for_each(|next| walk(next, depth - 1));
    }
}

#[test]
fn a_unit_is_held_once_in_every_order() {
    let (holds, closed) = ([None, None], [false, false]);
    walk(&Life { count: Count::of(TOTAL), holds, closed }, DEPTH);
}

#[test]
fn a_company_adjusts_what_is_free() {
    let mut count = Count::of(3);
    count.moved(2);
    count.adjusted(5);
    assert_eq!(count, Count { total: 6, free: 5 });
    assert_eq!((count.less(5), count.less(6)), (Some(0), None));
}

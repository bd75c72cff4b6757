//! The calendar in every order of takes, moves and give-backs in a day of few hours: what is held never meets, and
//! what it finds in the way is what a walk over all of it finds.

use kernel::slots::{Calendar, Slot, Taken};
use kernel::{Id, Time};

const HOURS: i64 = 6;
const BOOKINGS: [Id; 3] = [Id(1), Id(2), Id(3)];
const DEPTH: usize = 4;

fn slot(from: i64, to: i64) -> Slot {
    Slot::new(Time(from), Time(to)).expect("it begins before it ends")
}

/// Every slot of the day.
fn slots() -> Vec<Slot> {
    let from = (0..HOURS).flat_map(|from| (from + 1..=HOURS).map(move |to| (from, to)));
    from.map(|(from, to)| slot(from, to)).collect()
}

fn own(calendar: &Calendar, by: Id) -> Option<Slot> {
    calendar.each().find(|taken| taken.by == by).map(|taken| taken.slot)
}

/// What a walk over everything says.
fn by_hand(calendar: &Calendar, wanted: Slot, but: Option<Id>) -> Option<Taken> {
    calendar.each().find(|taken| taken.slot.meets(wanted) && Some(taken.by) != but)
}

fn must_hold(calendar: &Calendar) {
    let held: Vec<Taken> = calendar.each().collect();
    for (place, one) in held.iter().enumerate() {
        assert!(held[place + 1..].iter().all(|other| !one.slot.meets(other.slot)), "{held:?}");
    }
    for wanted in slots() {
        assert_eq!(calendar.overlap(wanted), by_hand(calendar, wanted, None), "{wanted:?} in {held:?}");
        for by in BOOKINGS {
            let found = calendar.overlap_of_others(wanted, by);
            assert_eq!(found, by_hand(calendar, wanted, Some(by)), "{wanted:?} for {by} in {held:?}");
        }
    }
    let text = serde_json::to_string(calendar).expect("plain data");
    assert_eq!(&serde_json::from_str::<Calendar>(&text).expect("it was written"), calendar);
}

/// Every calendar that one deed leads to.
fn next(calendar: &Calendar) -> Vec<Calendar> {
    let mut after = Vec::new();
    for by in BOOKINGS {
        let Some(held) = own(calendar, by) else {
            for wanted in slots().into_iter().filter(|wanted| calendar.overlap(*wanted).is_none()) {
                let mut taken = calendar.clone();
                taken.take(wanted, by);
                assert_eq!(own(&taken, by), Some(wanted));
                after.push(taken);
            }
            continue;
        };
        for wanted in slots() {
            if calendar.overlap_of_others(wanted, by).is_none() {
                let mut moved = calendar.clone();
                moved.give_back(held, by);
                moved.take(wanted, by);
                assert_eq!((own(&moved, by), moved.len()), (Some(wanted), calendar.len()));
                after.push(moved);
            }
        }
        let mut back = calendar.clone();
        back.give_back(held, by);
        assert_eq!((own(&back, by), back.len()), (None, calendar.len() - 1));
        back.give_back(held, by);
        assert_eq!(back.len(), calendar.len() - 1, "given back twice is given back once");
        after.push(back);
    }
    after
}

#[test]
fn what_is_held_never_meets_in_every_order() {
    let mut all = vec![Calendar::default()];
    for _ in 0..DEPTH {
        let mut reached: Vec<Calendar> = Vec::new();
        for calendar in all.iter().flat_map(next) {
            if !reached.contains(&calendar) {
                must_hold(&calendar);
                reached.push(calendar);
            }
        }
        all = reached;
    }
    assert!(all.len() > 300, "{} calendars", all.len());
}

#[test]
fn a_slot_is_half_open_and_never_empty() {
    assert_eq!(Slot::new(Time(3), Time(3)), None);
    assert_eq!(Slot::new(Time(4), Time(3)), None);
    assert!(!slot(1, 3).meets(slot(3, 4)) && !slot(3, 4).meets(slot(1, 3)));
    assert!(slot(1, 4).meets(slot(3, 5)) && slot(1, 5).meets(slot(2, 3)) && slot(2, 3).meets(slot(2, 3)));
}

#[test]
fn what_somebody_else_holds_stays() {
    let mut calendar = Calendar::default();
    calendar.take(slot(1, 3), Id(1));
    calendar.give_back(slot(1, 3), Id(2));
    calendar.give_back(slot(1, 2), Id(1));
    assert_eq!(calendar.overlap(slot(2, 5)), Some(Taken { slot: slot(1, 3), by: Id(1) }));
    calendar.give_back(slot(1, 3), Id(1));
    assert!(calendar.is_empty());
}

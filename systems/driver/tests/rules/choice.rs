//! The choice of a driver: whoever is free, able and nearest, against a plain search of all.

use crate::*;
use driver::driverassign::Event;
use driver::events::{Degrees, DriverRegistered, DriverassignCompleted, Point, Skill};
use driver::pool::{
    CANDIDATES_MAX, Choice, Member, Pool, REACH_M, choose, distance_m, place_of, places, suits,
};
use kernel::Aggregate;
use testkit::dice::Dice;

const MAPO: (f64, f64) = (37.5663, 126.9019);

/// Where, with which skill, and whether busy.
type OnDuty = (Option<(f64, f64)>, Skill, bool);

fn pool(drivers: &[OnDuty]) -> Pool {
    let mut pool = Pool::default();
    for (id, (at, skill, busy)) in (1..).map(Id).zip(drivers) {
        let at = at.map(|(lat, lng)| Point::of(lat, lng));
        let event =
            DriverRegistered { id, driver: person(), skill: *skill, location: None, at, off_duty: false };
        pool = Pool::evolve(Some(pool), &Event::DriverRegistered(event)).expect("it stays");
        if *busy {
            let event = DriverassignCompleted {
                id: Id(1_000 + id.0),
                assignstatus: events::ASSIGN_CONFIRMED.into(),
                driver: person(),
                wish: wish(),
                driver_no: id,
                until: Time(0),
                candidates: Vec::new(),
            };
            pool = Pool::evolve(Some(pool), &Event::DriverassignCompleted(event)).expect("it stays");
        }
    }
    pool
}

fn reasons(choice: &Choice) -> Vec<(u64, Option<&str>)> {
    choice.candidates.iter().map(|one| (one.driver_no.0, one.passed_over.as_deref())).collect()
}

fn mapo() -> Option<Point> {
    Some(Point::of(MAPO.0, MAPO.1))
}

#[test]
fn d2_d3_the_nearest_who_is_free_and_able_comes() {
    let pool = pool(&[
        (Some((37.5172, 127.0473)), Skill::Both, false),
        (Some((37.5563, 126.9236)), Skill::Manual, false),
        (Some((37.5496, 126.9139)), Skill::Both, true),
        (Some((37.5552, 126.9369)), Skill::Automatic, false),
        (None, Skill::Both, false),
    ]);
    let choice = choose(&pool, None, DrivingType::Automatic, mapo());
    assert_eq!(choice.chosen, Some(Id(4)));
    assert_eq!(reasons(&choice)[..3], [(3, Some("BUSY")), (2, Some("DRIVING_TYPE")), (4, None)]);
    assert!(choice.candidates.iter().all(|one| one.distance_m.is_some()));
    let choice = choose(&pool, None, DrivingType::Manual, mapo());
    assert_eq!(choice.chosen, Some(Id(2)));
    // Somewhere unknown: whoever has waited longest.
    let choice = choose(&pool, None, DrivingType::Automatic, None);
    assert_eq!(choice.chosen, Some(Id(1)));
    assert!(choice.candidates.iter().all(|one| one.distance_m.is_none()));
}

#[test]
fn d2_whose_place_is_unknown_comes_when_nobody_is_near() {
    let far = (35.1587, 129.1604);
    let pool =
        pool(&[(Some(far), Skill::Both, false), (None, Skill::Both, false), (None, Skill::Both, false)]);
    let choice = choose(&pool, None, DrivingType::Automatic, mapo());
    assert_eq!(choice.chosen, Some(Id(2)));
    assert_eq!(reasons(&choice), [(2, None), (3, Some("LATER"))]);
    // Whoever is too far off is not even able, but comes where the place of the call is unknown.
    let busan = Some(Point::of(far.0, far.1));
    let at = |at| Member { skill: Skill::Both, at, turn: 1, busy: None };
    assert!(!suits(&at(busan), DrivingType::Automatic, mapo()));
    assert!(suits(&at(busan), DrivingType::Automatic, None));
    assert!(suits(&at(None), DrivingType::Automatic, mapo()));
    assert_eq!(choose(&pool, None, DrivingType::Automatic, None).chosen, Some(Id(1)));
}

#[test]
fn d3_at_most_twenty_candidates_are_kept_and_the_chosen_is_among_them() {
    let mut drivers = vec![(Some(MAPO), Skill::Both, true); 30];
    drivers.push((Some((37.5500, 126.9100)), Skill::Both, false));
    drivers.extend(vec![(Some((37.5172, 127.0473)), Skill::Both, false); 10]);
    let choice = choose(&pool(&drivers), None, DrivingType::Automatic, mapo());
    assert_eq!((choice.chosen, choice.candidates.len()), (Some(Id(31)), CANDIDATES_MAX));
    assert_eq!(reasons(&choice).last(), Some(&(31, None)));
    assert_eq!(reasons(&choice).iter().filter(|(_, why)| why.is_none()).count(), 1);
    let nobody = choose(&Pool::default(), None, DrivingType::Automatic, mapo());
    assert_eq!(nobody, Choice { chosen: None, candidates: Vec::new() });
}

/// The first of all by distance, then by turn: no cells, no rings.
fn plainly(pool: &Pool, wanted: DrivingType, at: Option<Point>) -> Option<Id> {
    let able = pool.members().filter(|(_, member)| member.busy.is_none() && suits(member, wanted, at));
    let order =
        |(id, member): &(Id, &Member)| (distance_m(at, member.at).unwrap_or(u32::MAX), member.turn, *id);
    able.min_by_key(order).map(|(id, _)| id)
}

#[test]
fn d2_growing_rings_find_the_same_as_a_search_of_all() {
    let mut dice = Dice::new(7);
    let mut near = |middle: f64, spread: u64| {
        let millionths = dice.below(2 * spread * 1_000) as f64 / 1_000.0 - spread as f64;
        middle + millionths / 1_000.0
    };
    let mut found = 0;
    for round in 0..1_500_u64 {
        // From one street to twice the reach.
        let spread = [2, 20, 150, 700][round as usize % 4];
        let middle =
            [(37.55, 127.0), (35.15, 129.1), (33.4, 126.5), (-54.8, -68.3), (69.6, 18.9)][round as usize % 5];
        let drivers: Vec<_> = (0..12)
            .map(|no| {
                let at = (no % 6 != 5).then(|| (near(middle.0, spread), near(middle.1, spread)));
                let skill = [Skill::Both, Skill::Automatic, Skill::Manual][no % 3];
                (at, skill, (round + no as u64).is_multiple_of(4))
            })
            .collect();
        let pool = pool(&drivers);
        let at = (round % 10 != 9).then(|| Point::of(near(middle.0, spread), near(middle.1, spread)));
        for wanted in [DrivingType::Automatic, DrivingType::Manual] {
            let choice = choose(&pool, None, wanted, at);
            assert_eq!(choice.chosen, plainly(&pool, wanted, at), "round {round}");
            found += u32::from(choice.chosen.is_some());
            assert!(
                choice.candidates.iter().any(|one| Some(one.driver_no) == choice.chosen)
                    || choice.chosen.is_none()
            );
        }
    }
    assert!(found > 2_000, "{found}");
}

#[test]
fn d2_whoever_becomes_free_counts_before_the_pool_knows() {
    let pool = pool(&[(Some(MAPO), Skill::Both, true), (Some((37.5172, 127.0473)), Skill::Both, true)]);
    assert_eq!(choose(&pool, None, DrivingType::Automatic, mapo()).chosen, None);
    let free = pool.freed(Id(2)).expect("it is in the pool");
    let choice = choose(&pool, Some((Id(2), &free)), DrivingType::Automatic, mapo());
    assert_eq!(reasons(&choice), [(1, Some("BUSY")), (2, None)]);
    assert_eq!(pool.freed(Id(9)), None);
}

#[test]
fn d2_a_place_is_what_was_said_else_the_quarter_that_is_named() {
    let named = |text: &str| place_of(&Wish { location: Some(text.into()), ..wish() });
    for text in ["마포", "마포구", "마포아파트", "서울시 마포구 상가"] {
        assert_eq!(named(text), mapo(), "{text}");
    }
    assert_eq!(named("서대문구"), Some(Point::of(37.5791, 126.9368)));
    // The longest name counts: 강남역 is not the middle of 강남구, 동대문 is not 서대문.
    assert_eq!(named("강남역 11번 출구"), Some(Point::of(37.4979, 127.0276)));
    assert_eq!(named("마포구 홍대입구"), named("홍대"), "of two as long, the quarter");
    for text in ["", "우리 집", "부산 강서구", "대구 중구"] {
        assert_eq!(named(text), None, "{text}");
    }
    let exact = Wish { at: Some(Point::of(1.5, 2.5)), ..wish() };
    assert_eq!(place_of(&exact), Some(Point::of(1.5, 2.5)));
    assert_eq!(place_of(&Wish { location: None, ..wish() }), None);
}

#[test]
fn d2_every_known_place_is_in_seoul_and_is_found_by_its_own_name() {
    let middle = Some(Point::of(37.5665, 126.9780));
    for (name, ..) in places::PLACES {
        let at = places::find(name);
        assert!(distance_m(middle, at).is_some_and(|meters| meters < 22_000), "{name}: {at:?}");
    }
    assert_eq!(
        places::PLACES.iter().filter(|(name, ..)| places::find(name).is_some()).count(),
        places::PLACES.len()
    );
}

#[test]
fn d2_distances_are_those_of_the_earth() {
    let gangnam = Some(Point::of(37.4979, 127.0276));
    let meters = distance_m(mapo(), gangnam).expect("both are known");
    assert!((13_000..13_800).contains(&meters), "{meters}");
    assert_eq!(distance_m(mapo(), mapo()), Some(0));
    assert_eq!((distance_m(None, mapo()), distance_m(mapo(), None)), (None, None));
    assert!(REACH_M > meters, "one end of Seoul reaches the other");
    for angle in [0.0, 37.566_3, -126.901_9, 180.0, -180.0, 0.000_001] {
        let written = serde_json::to_string(&Degrees::of(angle)).unwrap();
        let read: Degrees = serde_json::from_str(&written).unwrap();
        assert_eq!((read, read.angle()), (Degrees::of(angle), angle));
    }
}

#[test]
fn d1_words_for_gearboxes() {
    for (word, skill) in [
        ("자동", Some(Skill::Automatic)),
        ("수동", Some(Skill::Manual)),
        ("자동,수동", Some(Skill::Both)),
        ("수동, 자동", Some(Skill::Both)),
        ("자동,자동", None),
        ("자동,수동,자동", None),
        ("", None),
        ("automatic", None),
    ] {
        assert_eq!(Skill::of_word(word), skill, "{word}");
    }
    for skill in [Skill::Automatic, Skill::Manual, Skill::Both] {
        assert_eq!(Skill::of_word(skill.word()), Some(skill));
    }
    assert!(Skill::Both.suits(DrivingType::Manual) && Skill::Both.suits(DrivingType::Automatic));
    assert!(Skill::Manual.suits(DrivingType::Manual) && !Skill::Manual.suits(DrivingType::Automatic));
    assert!(Skill::Automatic.suits(DrivingType::Automatic) && !Skill::Automatic.suits(DrivingType::Manual));
}

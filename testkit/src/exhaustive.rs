//! Each event heard twice, each commit a crash, each commit refused, each call in trouble: the same end. Every story
//! of a system is played once for each place at which something can go wrong.

use crate::stage::Story;
use crate::world::{Trouble, Twists, World};
use kernel::{Millis, System};

type Make = fn() -> System;

/// Longer than any deadline of a system.
const AGE: Millis = Millis::days(9);

pub fn every_event_heard_twice(make: Make, stories: &[Story]) {
    for (_, story) in stories {
        story(&mut World::twisted(make, Twists { hear_twice: true, ..Twists::default() }));
    }
}

/// Also with the shelf lost each time, as if its file were deleted.
pub fn a_crash_after_each_commit(make: Make, stories: &[Story]) {
    for (name, story) in stories {
        for commit in 1..=commits(make, name, *story) {
            for lose_shelf in [false, true] {
                let twists = Twists { crash_after_commit: Some(commit), lose_shelf, ..Twists::default() };
                let mut world = World::twisted(make, twists);
                story(&mut world);
                assert!(world.crashes > 0, "{name} never came to commit {commit}");
            }
        }
    }
}

pub fn each_commit_refused(make: Make, stories: &[Story]) {
    for (name, story) in stories {
        for commit in 1..=commits(make, name, *story) {
            let twists = Twists { refuse_commit: Some(commit), ..Twists::default() };
            let mut world = World::twisted(make, twists);
            story(&mut world);
            assert!(world.refusals > 0, "{name} never came to commit {commit}");
        }
    }
}

fn commits(make: Make, name: &str, story: fn(&mut dyn crate::stage::Stage)) -> u64 {
    let mut plain = World::new(make);
    story(&mut plain);
    assert!(plain.commits > 0, "{name} commits nothing");
    plain.commits
}

/// `script` takes whatever is answered; afterwards, and when every deadline has passed, the audit is clean.
pub fn trouble_with_each_call(make: Make, script: fn(&mut World)) {
    let mut plain = World::new(make);
    script(&mut plain);
    assert!(plain.outbound > 5, "the script asks nobody outside");
    for call in 1..=plain.outbound {
        for trouble in [Trouble::Lost, Trouble::AnswerLost, Trouble::Late] {
            let twists = Twists { trouble: Some((call, trouble)), ..Twists::default() };
            let mut world = World::twisted(make, twists);
            script(&mut world);
            world.audit(false);
            world.pass(AGE);
            world.audit(true);
        }
    }
}

/// One test a story, so that its name is in the report: `scenarios! { system, stories::ALL; #[test] fn …; }`, where
/// `system` makes one and every story is listed.
#[macro_export]
macro_rules! scenarios {
    ($make:expr, $all:expr; $(#[test] fn $name:ident;)*) => {
        $(#[test] fn $name() {
            let told = $all.iter().find(|(known, _)| *known == stringify!($name));
            let (_, story) = told.expect("a story of that name");
            story(&mut $crate::world::World::new($make));
        })*
        #[test]
        fn every_story_is_played() {
            let played = [$(stringify!($name)),*];
            let told: Vec<&str> = $all.iter().map(|(name, _)| *name).collect();
            assert_eq!(told, played);
        }
    };
}

/// The four tests of a system: `exhaustive! { [system], stories::ALL, script }`. With more than one system, as with
/// other settings, the first plays the stories, and the script is played by all.
#[macro_export]
macro_rules! exhaustive {
    ([$make:expr $(, $more:expr)*], $all:expr, $script:expr) => {
        #[test]
        fn every_event_heard_twice_ends_the_same() {
            $crate::exhaustive::every_event_heard_twice($make, $all);
        }

        #[test]
        fn a_crash_after_any_commit_ends_the_same() {
            $crate::exhaustive::a_crash_after_each_commit($make, $all);
        }

        #[test]
        fn a_commit_that_the_store_refuses_ends_the_same() {
            $crate::exhaustive::each_commit_refused($make, $all);
        }

        #[test]
        fn trouble_with_any_call_leaves_nothing_half_done() {
            $crate::exhaustive::trouble_with_each_call($make, $script);
            $($crate::exhaustive::trouble_with_each_call($more, $script);)*
        }
    };
}

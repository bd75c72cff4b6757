//! The rules of the house over the tree as it is. Each failure says where, and what to do.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use xtask::tree::{Finding, Tree};
use xtask::{docs, flows, requirements, tidy};

static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::read(&xtask::root()).expect("the tree can be read"));

#[track_caller]
fn holds(found: &[Finding]) {
    let lines: Vec<String> = found.iter().map(Finding::to_string).collect();
    assert!(found.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn t22_business_logic_is_pure_and_inside() {
    holds(&tidy::imports(&TREE));
    holds(&tidy::outside(&TREE));
    holds(&tidy::no_std(&TREE));
    holds(&tidy::services(&TREE));
}

#[test]
fn t20_every_service_holds_an_aggregate_or_shows_a_view() {
    for system in flows::systems() {
        for service in &system.services {
            let holds = !service.aggregates.is_empty() || !service.views.is_empty();
            assert!(holds, "{}.{} holds no document and shows no row", system.name, service.name);
        }
        let kinds = system.services.iter().flat_map(|service| &service.aggregates).map(|one| one.kind());
        let kinds: Vec<&str> = kinds.collect();
        let different: BTreeSet<&str> = kinds.iter().copied().collect();
        assert_eq!(kinds.len(), different.len(), "kinds of {} are unique: {kinds:?}", system.name);
    }
}

#[test]
fn every_folder_has_a_rule() {
    holds(&tidy::folders(&TREE));
}

#[test]
fn every_crate_inherits_the_lints() {
    holds(&tidy::inherits(&TREE));
}

#[test]
fn every_file_says_what_it_is() {
    holds(&tidy::heads(&TREE));
}

#[test]
fn text_is_clean() {
    holds(&tidy::whitespace(&TREE));
}

#[test]
fn nothing_is_left_unfinished() {
    holds(&tidy::unfinished(&TREE));
}

#[test]
fn clocks_are_read_in_few_places() {
    holds(&tidy::clock(&TREE));
}

#[test]
fn files_are_short() {
    holds(&tidy::sizes(&TREE));
}

#[test]
fn decisions_are_numbered_short_and_linked() {
    holds(&tidy::decisions(&TREE));
}

#[test]
fn links_lead_somewhere() {
    holds(&tidy::links(&TREE));
}

#[test]
fn every_event_has_a_wire_file() {
    holds(&tidy::wire(&TREE));
}

#[test]
fn tests_are_named_after_requirements_that_exist() {
    holds(&requirements::misnamed(&TREE));
}

#[test]
fn generated_pages_are_fresh() {
    holds(&docs::stale(&TREE));
}

#[test]
fn a_system_does_what_its_head_says() {
    holds(&flows::told(&TREE));
}

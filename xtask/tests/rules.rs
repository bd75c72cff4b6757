//! Each rule is tried on a tree that breaks it: a rule that never says no is none.

use xtask::requirements;
use xtask::tidy::{self, Rule};
use xtask::tree::{Finding, Tree};

const ROOT: (&str, &str) = ("Cargo.toml", "[workspace]\n");

fn found(rule: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let tree = Tree::of([ROOT].into_iter().chain(files.iter().copied()));
    rule(&tree).into_iter().map(|finding| format!("{}:{}", finding.path, finding.line)).collect()
}

fn manifest(name: &str, uses: &str) -> String {
    format!("[package]\nname = \"{name}\"\n\n[dependencies]\n{uses}\n\n[lints]\nworkspace = true\n")
}

#[test]
fn a_clean_tree_breaks_no_rule() {
    let (kernel, taxi) = (manifest("kernel", "serde = \"1\""), manifest("taxi", "kernel.workspace = true"));
    let files = [
        ("kernel/Cargo.toml", kernel.as_str()),
        ("kernel/src/lib.rs", "//! Words.\n#![no_std]\n"),
        ("systems/taxi/Cargo.toml", taxi.as_str()),
        ("systems/taxi/src/lib.rs", "//! Taxi.\n#![no_std]\n"),
    ];
    for (name, rule) in tidy::RULES.iter().copied() as std::iter::Copied<std::slice::Iter<'_, Rule>> {
        assert_eq!(found(rule, &files), [""; 0], "{name}");
    }
}

#[test]
fn the_import_table_holds() {
    let crates = [
        ("kernel/Cargo.toml", manifest("kernel", "")),
        ("engine/Cargo.toml", manifest("engine", "kernel.workspace = true")),
        ("systems/a/Cargo.toml", manifest("a", "kernel.workspace = true\nengine.workspace = true")),
        ("systems/b/Cargo.toml", manifest("b", "a.workspace = true")),
        (
            "adapters/x/Cargo.toml",
            manifest("x", "[target.'cfg(unix)'.dependencies]\ny = { workspace = true }"),
        ),
        ("adapters/y/Cargo.toml", manifest("y", "z = { package = \"a\", path = \"../../systems/a\" }")),
        (
            "app/Cargo.toml",
            manifest("app", "x.workspace = true\n[dev-dependencies]\ntestkit.workspace = true"),
        ),
        ("testkit/Cargo.toml", manifest("testkit", "engine.workspace = true\n[dev-dependencies]\nx = \"1\"")),
    ];
    let files: Vec<_> = crates.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let wrong = [
        "adapters/x/Cargo.toml:6",
        "adapters/y/Cargo.toml:5",
        "systems/a/Cargo.toml:6",
        "systems/b/Cargo.toml:5",
    ];
    assert_eq!(found(tidy::imports, &files), wrong);
}

#[test]
fn the_domain_uses_few_foreign_crates() {
    let taxi =
        manifest("taxi", "serde.workspace = true\ntokio = \"1\"\n[dev-dependencies]\nproptest = \"1\"");
    assert_eq!(found(tidy::outside, &[("systems/taxi/Cargo.toml", &taxi)]), ["systems/taxi/Cargo.toml:6"]);
    assert_eq!(found(tidy::outside, &[("adapters/http/Cargo.toml", &taxi)]), [""; 0]);
}

#[test]
fn an_unknown_folder_is_refused() {
    assert_eq!(
        found(tidy::folders, &[("misc/a.rs", ""), (".github/a.yaml", ""), ("docs/a.md", "")]),
        ["misc:1"]
    );
    let stray = manifest("stray", "");
    assert_eq!(found(tidy::imports, &[("misc/Cargo.toml", &stray)]), ["misc/Cargo.toml:1"]);
}

#[test]
fn a_crate_without_the_lints_is_refused() {
    let own = "[package]\nname = \"a\"\n";
    assert_eq!(found(tidy::inherits, &[("app/Cargo.toml", own)]), ["app/Cargo.toml:1"]);
}

#[test]
fn the_domain_is_no_std() {
    let files = [("systems/a/src/lib.rs", "//! A.\n// #![no_std]\n"), ("kernel/src/lib.rs", "#![no_std]\n")];
    assert_eq!(found(tidy::no_std, &files), ["systems/a/src/lib.rs:1"]);
}

#[test]
fn a_service_knows_its_own_documents_only() {
    let lib = "Service::of::<order::Event>(\"order\", 1).holds::<order::Order>().shows::<page::Page>()\n\
               Service::of::<taxi::Event>(\"taxi\", 2).holds::<taxi::Taxi>()";
    let files = [
        ("systems/a/src/lib.rs", lib),
        ("systems/a/src/routes.rs", "use crate::order::Order;\nuse crate::taxi::Taxi;\n"),
        ("systems/a/src/page.rs", "use crate::order::Order;\nuse crate::{events::Event, Settings};\n"),
        (
            "systems/a/src/order.rs",
            "use crate::events::{A, B};\n// crate::taxi\nuse crate::{\n  page, taxi::Taxi,\n};\n",
        ),
        ("systems/a/src/taxi.rs", "fn a() { crate::order::b() }\nuse super::order;\n"),
    ];
    let wrong = ["systems/a/src/order.rs:3", "systems/a/src/taxi.rs:2", "systems/a/src/taxi.rs:1"];
    assert_eq!(found(tidy::services, &files), wrong);
}

#[test]
fn text_is_clean() {
    let files = [
        ("a.rs", "//! A.\nfn a() {} \n"),
        ("b.rs", "\tfn b() {}\n"),
        ("c.md", "c"),
        ("d.md", "d\n\n"),
        ("Cargo.lock", "\t"),
    ];
    assert_eq!(found(tidy::whitespace, &files), ["a.rs:2", "b.rs:1", "c.md:1", "d.md:2"]);
    assert_eq!(found(tidy::heads, &files), ["b.rs:1"]);
}

#[test]
fn nothing_is_left_unfinished() {
    let text = "//! todo!()\nfn a() { todo!() }\nlet b = \"unimplemented!\";\nfn c() { unimplemented!() }\n#[ignore]\n";
    assert_eq!(found(tidy::unfinished, &[("a.rs", text)]), ["a.rs:2", "a.rs:4", "a.rs:5"]);
}

#[test]
fn clocks_are_read_in_few_places() {
    let text =
        "fn a() { std::time::Instant::now() }\n#[cfg(test)]\nmod tests { fn b() { SystemTime::now() } }\n";
    let paths = [
        "engine/src/a.rs",
        "adapters/x/src/b.rs",
        "app/tests/c.rs",
        "systems/a/tests/d.rs",
        "xtask/src/e.rs",
    ];
    let files: Vec<_> = paths.into_iter().map(|path| (path, text)).collect();
    let wrong = [
        "adapters/x/src/b.rs:1",
        "engine/src/a.rs:1",
        "engine/src/a.rs:3",
        "systems/a/tests/d.rs:1",
        "systems/a/tests/d.rs:3",
    ];
    assert_eq!(found(tidy::clock, &files), wrong);
}

#[test]
fn files_are_short() {
    let (short, long) = ("\n".repeat(200), "\n".repeat(401));
    let files = [
        ("systems/a/src/order.rs", &*long),
        ("systems/a/src/events.rs", &short),
        ("systems/a/src/taxi/mod.rs", &short),
        ("engine/src/long.rs", &long),
    ];
    assert_eq!(found(tidy::sizes, &files), ["engine/src/long.rs:401", "systems/a/src/order.rs:201"]);
}

#[test]
fn decisions_are_numbered_short_and_linked() {
    let long = "\n".repeat(41);
    let files = [
        ("ARCHITECTURE.md", "[1](docs/decisions/0001-a.md) [3](docs/decisions/0003-c.md)"),
        ("docs/decisions/0001-a.md", "a"),
        ("docs/decisions/0003-c.md", &long),
        ("docs/decisions/0004-d.md", "d"),
    ];
    let wrong = ["docs/decisions/0003-c.md:1", "docs/decisions/0003-c.md:41", "docs/decisions/0004-d.md:1"];
    assert_eq!(found(tidy::decisions, &files), wrong);
}

#[test]
fn links_lead_somewhere() {
    let readme =
        "[a](docs/a.md#b) [b](https://b) [c](docs/c.md)\n`docs/a.md` `docs/d.md` `x <y>`\n```\n[d](e)\n```\n";
    let files = [("README.md", readme), ("docs/a.md", "[r](../README.md) [n](n.md)\n`docs/d.md`\n")];
    assert_eq!(found(tidy::links, &files), ["README.md:1", "README.md:2", "docs/a.md:1"]);
}

#[test]
fn every_event_has_a_wire_file() {
    let events = "messages! {\n    /// What is said: { }\n    pub enum Event { Ordered, OrderCanceled }\n}\n";
    let order = "\nmessages! { pub enum Event of Language { inner { OrderNoted } public { Ordered } } }\n";
    let files = [
        ("systems/a/src/events.rs", events),
        ("systems/a/src/order.rs", order),
        ("systems/a/tests/wire/Ordered.json", "{}"),
        ("systems/a/tests/wire/order_canceled.2.json", "{}"),
        ("systems/a/tests/wire/Gone.json", "{}"),
    ];
    assert_eq!(found(tidy::wire, &files), ["systems/a/src/order.rs:2", "systems/a/tests/wire/Gone.json:1"]);
}

#[test]
fn requirements_are_shown_by_the_names_of_tests() {
    let test = |name: &str| format!("#[test]\nfn {name}() {{}}\n");
    let taxi =
        [test("t5_t6_cancel"), test("s3_other"), test("t99_none"), "fn t7_no_test() {}\n".into()].concat();
    let app = [test("t5_r8_step"), test("r1_step"), test("t9_s10_both")].concat();
    let room = test("r1_room");
    let tree = Tree::of([
        ("systems/taxi/tests/a.rs", &*taxi),
        ("app/tests/b.rs", &app),
        ("app/src/c.rs", &app),
        ("app/tests/room.rs", &room),
    ]);
    let proofs = requirements::proofs(&tree);
    let shown: Vec<_> = proofs.iter().map(|(id, tests)| (id.as_str(), tests.len())).collect();
    assert_eq!(shown, [("R1", 1), ("S10", 1), ("T5", 2), ("T6", 1), ("T9", 1), ("T99", 1)]);
    let wrong: Vec<_> = requirements::misnamed(&tree).iter().map(|one| one.line).collect();
    assert_eq!(wrong, [6, 7]);
    let page = requirements::page(&tree);
    let files =
        "`t5_r8_step` in [app/tests/b.rs](../app/tests/b.rs); `t5_t6_cancel` in [systems/taxi/tests/a.rs]";
    assert!(page.contains(&format!("| T5 | The customer can cancel. | {files}")), "{page}");
    assert!(page.contains("| T1 | A customer chooses a taxi grade and orders. | **not yet** |"));
    assert!(page.contains("| later: operations on Kubernetes |"));
}

#[test]
fn every_requirement_has_its_number() {
    for (document, count) in requirements::DOCUMENTS.iter().zip([40, 39, 38, 32, 39]) {
        let ids: Vec<_> = document.requirements().map(|one| one.id.to_owned()).collect();
        let expected: Vec<_> = (1..=count).map(|number| format!("{}{number}", document.letter)).collect();
        assert_eq!(ids, expected);
    }
}

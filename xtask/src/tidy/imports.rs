//! Who may use whom: `app → adapters → engine → kernel ← systems`.

use super::manifests::manifests;
use crate::tree::{Finding, Tree};

/// Where the lists are.
const HERE: &str = "xtask/src/tidy/imports.rs";

/// A top-level folder of crates.
#[derive(Clone, Copy, Debug)]
pub struct Ring {
    pub folder: &'static str,
    /// Rings that its crates may use.
    pub uses: &'static [&'static str],
    /// Rings that its tests may use besides.
    pub tests_use: &'static [&'static str],
    /// Foreign crates that it may use; `None`: any.
    pub foreign: Option<&'static [&'static str]>,
}

/// What the domain is written in.
const PLAIN: &[&str] = &["serde", "serde_json", "thiserror"];

const fn ring(folder: &'static str, uses: &'static [&'static str]) -> Ring {
    Ring { folder, uses, tests_use: &["testkit"], foreign: None }
}

/// The table. No ring may use itself: kernel is one crate, systems and adapters do not know each other.
pub const RINGS: &[Ring] = &[
    Ring { tests_use: &[], foreign: Some(PLAIN), ..ring("kernel", &[]) },
    // A test's world speaks the engine's words: what is asked, what is called.
    Ring { tests_use: &["testkit", "engine"], foreign: Some(PLAIN), ..ring("systems", &["kernel"]) },
    Ring { foreign: Some(PLAIN), ..ring("engine", &["kernel"]) },
    ring("adapters", &["kernel", "engine"]),
    Ring { tests_use: ALL, ..ring("testkit", &["kernel", "engine"]) },
    ring("app", &["kernel", "engine", "systems", "adapters"]),
    // Flows are drawn by asking the systems' own policies.
    ring("xtask", &["kernel", "systems"]),
];

const ALL: &[&str] = &["kernel", "systems", "engine", "adapters", "app"];

/// Top-level folders that hold no crate.
const WITHOUT_CRATES: &[(&str, &str)] = &[
    ("docs", "decisions, generated tables and diagrams"),
    ("operations", "what an operator applies to a cluster"),
];

/// Crates that the domain and the engine use all the same: crate, foreign crate, why.
const NEEDED: &[(&str, &str, &str)] = &[
    (
        "engine",
        "rustc-hash",
        "keys of the hot maps are numbers of our own: no hash that resists attackers is needed",
    ),
    ("kernel", "jiff", "instants as people read them; used without std, so without a clock"),
    ("driver", "h3o", "who is near is a rule of the business; the crate is arithmetic alone, without std"),
    (
        "room",
        "jiff",
        "local times and their zones are rules of the business; used without std, so without a clock",
    ),
];

/// A folder nobody has thought about is refused.
pub fn folders(tree: &Tree) -> Vec<Finding> {
    let known = |name: &str| {
        RINGS.iter().any(|ring| ring.folder == name)
            || WITHOUT_CRATES.iter().any(|(folder, _)| *folder == name)
    };
    let unknown = tree.folders("").into_iter().filter(|name| !known(name));
    let advice =
        format!("this folder has no rule: put its content where it belongs, or give it a line in {HERE}");
    unknown.map(|name| Finding::new(name, 1, advice.clone())).collect()
}

fn ring_of(folder: &str) -> Option<&'static Ring> {
    let top = folder.split('/').next()?;
    RINGS.iter().find(|ring| ring.folder == top)
}

/// Every dependency between crates of this workspace stands in the table.
pub fn imports(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in manifests(tree) {
        let Some(ring) = ring_of(&manifest.folder) else {
            found.push(Finding::new(&manifest.path, 1, format!("this crate is in no ring; see {HERE}")));
            continue;
        };
        for used in &manifest.dependencies {
            let Some(target) = used.folder.as_deref().and_then(ring_of) else { continue };
            let allowed = ring.uses.contains(&target.folder)
                || used.dev && ring.tests_use.contains(&target.folder)
                || used.package == manifest.name;
            if !allowed {
                let (name, whom) = (&manifest.name, &used.package);
                let why = format!(
                    "{name} is in {}, which may not use {} ({whom}); it may use: {}",
                    ring.folder,
                    target.folder,
                    if ring.uses.is_empty() { "nothing".to_owned() } else { ring.uses.join(", ") }
                );
                found.push(Finding::new(&manifest.path, used.line, why));
            }
        }
    }
    found
}

/// The domain and the engine use the few foreign crates that are listed, and others with a reason only.
pub fn outside(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for manifest in manifests(tree) {
        let Some(allowed) = ring_of(&manifest.folder).and_then(|ring| ring.foreign) else { continue };
        for used in manifest.dependencies.iter().filter(|used| !used.dev && used.folder.is_none()) {
            let needed = NEEDED.iter().any(|(who, what, _)| *who == manifest.name && *what == used.package);
            if !needed && !allowed.contains(&used.package.as_str()) {
                let why = format!(
                    "{} may use {}; move what needs {} to an adapter, or add a line with the reason to NEEDED in \
                     xtask/src/tidy/imports.rs",
                    manifest.name,
                    allowed.join(", "),
                    used.package
                );
                found.push(Finding::new(&manifest.path, used.line, why));
            }
        }
    }
    let uses = |who: &str, what: &str| {
        let of = manifests(tree).into_iter().filter(|one| one.name == who);
        of.flat_map(|one| one.dependencies).any(|used| used.package == what)
    };
    let stale = NEEDED.iter().filter(|(who, what, _)| tree.has(HERE) && !uses(who, what));
    found.extend(stale.map(|(who, what, _)| {
        Finding::new(HERE, 1, format!("{who} does not use {what} any more: drop its line from NEEDED"))
    }));
    found
}

//! Old bytes stay readable: every event that a service records has a sample in `systems/NAME/tests/wire`.

use crate::source::{block, code, identifier, line_of, parts, words};
use crate::tree::{Finding, Tree};
use std::collections::BTreeMap;

/// An event of a system, and where it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    pub path: String,
    pub line: usize,
    /// Others hear it.
    pub public: bool,
}

/// Every event that `messages!` declares in a system, by its name on the wire.
pub fn events(tree: &Tree, system: &str) -> BTreeMap<String, Declared> {
    let mut found = BTreeMap::new();
    for (path, text) in tree.under(&format!("systems/{system}/src")).filter(|(path, _)| path.ends_with(".rs"))
    {
        let code = code(text);
        for at in words(&code, "messages!") {
            let line = line_of(&code, at);
            let Some(declaration) = block(&code[at..]) else { continue };
            let Some(sets) = block(declaration) else { continue };
            for (names, public) in [(named(sets, "inner"), false), (named(sets, "public"), true)] {
                let names = names.or((public && !sets.contains('{')).then_some(sets));
                for name in names.into_iter().flat_map(parts).map(identifier) {
                    let declared = Declared { path: path.to_owned(), line, public };
                    found.entry(name.to_owned()).or_insert(declared);
                }
            }
        }
    }
    found
}

fn named<'a>(sets: &'a str, name: &str) -> Option<&'a str> {
    let at = words(sets, name).next()?;
    block(&sets[at..])
}

/// The samples of a system: path, and the event that the file's name says. `Ordered.json`, `ordered.2.json` and
/// `order_placed.json` are read alike: letters and digits up to the first dot, whatever their case.
pub fn samples<'a>(tree: &'a Tree, system: &str) -> Vec<(&'a str, String)> {
    let folder = format!("systems/{system}/tests/wire");
    let inside = tree.texts().filter(|(path, _)| path.starts_with(&folder) && path.ends_with(".json"));
    inside.map(|(path, _)| (path, plain(stem(path)))).collect()
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// As names of samples are compared.
pub fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Every event has a sample, and every sample an event that can read it.
pub fn wire(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for system in tree.folders("systems") {
        let (events, samples) = (events(tree, system), samples(tree, system));
        for (name, declared) in &events {
            if !samples.iter().any(|(_, sample)| *sample == plain(name)) {
                let advice = format!(
                    "{name} has no sample: add systems/{system}/tests/wire/{name}.json, one event as it is stored"
                );
                found.push(Finding::new(&declared.path, declared.line, advice));
            }
        }
        let lost = samples.iter().filter(|(_, sample)| !events.keys().any(|name| plain(name) == *sample));
        let advice = "no service records this event any more: bytes like these could not be read";
        found.extend(lost.map(|(path, _)| Finding::new(path, 1, advice)));
    }
    found
}

//! Lengths that one reading can hold. Functions are Clippy's (`too_many_lines`).

use crate::tree::{Finding, Tree};

/// A service of a system.
const SERVICE_LINES: usize = 200;
/// Everything else.
const FILE_LINES: usize = 400;
/// An exception that has this much room is too wide.
const ROOM: usize = 40;
/// Files of a system that are no service.
const NO_SERVICE: [&str; 5] = ["lib.rs", "events.rs", "routes.rs", "audit.rs", "settings.rs"];

/// Where this list is.
const HERE: &str = "xtask/src/tidy/sizes.rs";

/// Files that may be longer: path, lines, why. The list shrinks: a limit that is too wide is refused too.
pub const LONG: &[(&str, usize, &str)] = &[];

/// A service has at most 200 lines, any other file at most 400.
pub fn sizes(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let (usual, lines) = (usual(path), text.lines().count());
        let excepted = LONG.iter().find(|(file, _, _)| *file == path).map(|(_, lines, _)| *lines);
        let limit = excepted.unwrap_or(usual);
        if lines > limit {
            let advice = format!("{lines} lines, {limit} are allowed: take a part out that reads alone");
            found.push(Finding::new(path, limit + 1, advice));
        } else if excepted.is_some() && lines <= usual {
            found.push(Finding::new(HERE, 1, format!("{path} is short enough now: drop its line from LONG")));
        } else if excepted.is_some() && lines + ROOM < limit {
            found.push(Finding::new(HERE, 1, format!("{path} has {lines} lines: lower its {limit} in LONG")));
        }
    }
    let gone = LONG.iter().filter(|(file, _, _)| tree.has(HERE) && !tree.has(file));
    found.extend(
        gone.map(|(file, ..)| Finding::new(HERE, 1, format!("{file} is gone: drop its line from LONG"))),
    );
    found
}

fn usual(path: &str) -> usize {
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next_back()) {
        (Some("systems"), Some(_), Some("src"), Some(file)) if !NO_SERVICE.contains(&file) => SERVICE_LINES,
        _ => FILE_LINES,
    }
}

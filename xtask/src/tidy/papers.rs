//! Papers: decisions are short, numbered and found; what a page names is there.

use crate::tree::{Finding, Tree};

const DECISION_LINES: usize = 40;
const MAP: &str = "ARCHITECTURE.md";
/// Pages that name files of the tree in their text, beside links.
const NAMING: [&str; 2] = ["README.md", MAP];
/// What such a name ends in.
const ENDINGS: [&str; 6] = [".rs", ".toml", ".md", ".sql", ".yaml", ".txt"];

/// `docs/decisions/0001-words.md`, 0002, 0003 …: at most 40 lines each, linked from the map.
pub fn decisions(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let map = tree.text(MAP);
    let mut next = 1;
    for (path, text) in tree.under("docs/decisions").filter(|(path, _)| path.ends_with(".md")) {
        let name = &path["docs/decisions/".len()..];
        let number = name.get(..4).and_then(|digits| digits.parse::<usize>().ok());
        if number != Some(next) || name.as_bytes().get(4) != Some(&b'-') {
            found.push(Finding::new(
                path,
                1,
                format!("the next decision is {next:04}-….md: no gap, none twice"),
            ));
        }
        next = number.unwrap_or(next) + 1;
        let lines = text.lines().count();
        if lines > DECISION_LINES {
            let advice =
                format!("{lines} lines, {DECISION_LINES} are allowed: keep what a newcomer would ask");
            found.push(Finding::new(path, DECISION_LINES + 1, advice));
        }
        if map.is_some_and(|map| !map.contains(path)) {
            found.push(Finding::new(path, 1, format!("link it from {MAP}")));
        }
    }
    found
}

/// Links between pages lead to files, and what README and ARCHITECTURE name exists.
pub fn links(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut fenced = false;
        for (at, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            let linked = targets(line).filter(|target| !tree.has(&resolve(folder, target)));
            found.extend(
                linked.map(|to| Finding::new(path, at + 1, format!("{to} does not exist: mend the link"))),
            );
            if NAMING.contains(&path) {
                let named = names(line).filter(|name| !tree.has_somewhere(name));
                found.extend(named.map(|name| {
                    Finding::new(path, at + 1, format!("{name} does not exist: name what is there"))
                }));
            }
        }
    }
    found
}

/// Where the line links to within the tree, anchors cut off.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    links
        .filter(|target| !target.contains(':') && !target.starts_with('#'))
        .map(|target| target.split('#').next().unwrap_or(target))
}

/// Paths in backticks.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|name| {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
        plain && name.contains('/') && ENDINGS.iter().any(|ending| name.ends_with(ending))
    })
}

/// A path from the root, as it is meant in a page of that folder.
fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

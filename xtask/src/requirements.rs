//! Every requirement of the five source documents, and the tests that have its number in their name.

use crate::source::functions;
use crate::tree::{Finding, Tree};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A source document.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// Its folder in `systems`.
    pub system: &'static str,
    pub title: &'static str,
    /// What its numbers begin with.
    pub letter: char,
    lines: &'static str,
}

/// All of them.
pub const DOCUMENTS: [Document; 5] = [
    document("seat", "Seat reservation", 'S', include_str!("requirements/seat.txt")),
    document("driver", "Designated drivers", 'D', include_str!("requirements/driver.txt")),
    document("taxi", "Call taxi", 'T', include_str!("requirements/taxi.txt")),
    document("concert", "Concert tickets", 'C', include_str!("requirements/concert.txt")),
    document("room", "Meeting rooms", 'R', include_str!("requirements/room.txt")),
];

const fn document(system: &'static str, title: &'static str, letter: char, lines: &'static str) -> Document {
    Document { system, title, letter, lines }
}

/// One requirement, in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// `T12`
    pub id: &'static str,
    pub text: &'static str,
    /// Said instead of "not yet".
    pub else_said: Option<&'static str>,
}

impl Document {
    /// In the order of the document.
    pub fn requirements(&self) -> impl Iterator<Item = Requirement> + use<> {
        let lines = self.lines.lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_once(' ')).map(|(id, rest)| match rest.split_once(" | ") {
            Some((text, said)) => Requirement { id, text, else_said: Some(said) },
            None => Requirement { id, text: rest, else_said: None },
        })
    }
}

/// A test that shows requirements.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Proof {
    pub path: String,
    pub name: String,
}

/// Which tests show which requirement, by its number.
pub fn proofs(tree: &Tree) -> BTreeMap<String, Vec<Proof>> {
    let mut found: BTreeMap<String, Vec<Proof>> = BTreeMap::new();
    for (path, text) in tree.rust().filter(|(path, _)| path.contains("/tests/")) {
        for test in functions(text).into_iter().filter(|function| function.test) {
            for id in ids(path, &test.name) {
                found.entry(id).or_default().push(Proof { path: path.to_owned(), name: test.name.clone() });
            }
        }
    }
    found
}

/// A test named after a number that no document has shows nothing; nor does a function that is no test.
pub fn misnamed(tree: &Tree) -> Vec<Finding> {
    let known: Vec<&str> = DOCUMENTS.iter().flat_map(Document::requirements).map(|one| one.id).collect();
    let mut found = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| path.contains("/tests/")) {
        for function in functions(text) {
            let ids = ids(path, &function.name);
            if !function.test && !ids.is_empty() {
                let advice = format!("{} is named after a requirement and is no #[test]", function.name);
                found.push(Finding::new(path, function.line, advice));
            }
            let unknown = ids.iter().filter(|id| !known.contains(&id.as_str()));
            found.extend(unknown.map(|id| Finding::new(path, function.line, format!("there is no {id}"))));
        }
    }
    found
}

/// The numbers a name begins with: `t5_t6_cancel` has T5 and T6. A test of one system shows nothing of another, and
/// an `r` elsewhere is a step of the taxi document's printed run, not a requirement of the rooms.
fn ids(path: &str, name: &str) -> Vec<String> {
    let system = path.strip_prefix("systems/").and_then(|rest| rest.split('/').next());
    let own = DOCUMENTS.iter().find(|document| Some(document.system) == system).map(|one| one.letter);
    let room = path.contains("room");
    let counts = |letter: char| own.map_or(letter != 'R' || room, |own| own == letter);
    let read = |part: &str| {
        let id = part.to_ascii_uppercase();
        let letter = id.chars().next().filter(|first| DOCUMENTS.iter().any(|one| one.letter == *first))?;
        let digits = &id[1..];
        let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        numbered.then_some((letter, id))
    };
    let ids = name.split('_').map_while(read);
    ids.filter(|(letter, _)| counts(*letter)).map(|(_, id)| id).collect()
}

/// `docs/requirements.md`.
pub fn page(tree: &Tree) -> String {
    let proofs = proofs(tree);
    let mut page = String::from(HEAD);
    let mut tables = String::new();
    for document in DOCUMENTS {
        let (mut shown, mut all) = (0, 0);
        _ = write!(tables, "\n## {} (`{}`)\n\n", document.title, document.system);
        tables.push_str("| id | requirement | shown by |\n|---|---|---|\n");
        for requirement in document.requirements() {
            let tests = proofs.get(requirement.id);
            let by = match tests {
                Some(tests) => tested(tests),
                None => requirement.else_said.unwrap_or("**not yet**").to_owned(),
            };
            _ = writeln!(tables, "| {} | {} | {by} |", requirement.id, requirement.text);
            shown += usize::from(tests.is_some());
            all += 1;
        }
        _ = writeln!(page, "| {} | {all} | {shown} |", document.title);
    }
    page + &tables
}

const HEAD: &str = "\
# Requirements, and the tests that show them

Generated by `cargo xtask docs` from the names of the tests: a test `t5_t6_cancel…` shows T5 and T6.
The numbers are those of the five source documents, in their order; the words are ours.

| system | requirements | shown by a test |
|---|---|---|
";

/// Tests by their file.
fn tested(tests: &[Proof]) -> String {
    let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for test in tests {
        files.entry(&test.path).or_default().push(format!("`{}`", test.name));
    }
    let files = files.iter().map(|(path, names)| format!("{} in [{path}](../{path})", names.join(", ")));
    files.collect::<Vec<_>>().join("; ")
}

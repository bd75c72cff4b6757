//! How files look: a head that says what they are, clean ends of lines, nothing left for later.

use crate::source::{code, line_of, words};
use crate::tree::{Finding, Tree};

/// Written by Cargo.
const GENERATED: &[&str] = &["Cargo.lock"];

/// A Rust file opens with one to three sentences.
pub fn heads(tree: &Tree) -> Vec<Finding> {
    let without = tree.rust().filter(|(_, text)| !text.starts_with("//! "));
    without
        .map(|(path, _)| Finding::new(path, 1, "open with //! and a sentence: what is this file?"))
        .collect()
}

/// No tab, no space at the end of a line, one newline at the end.
pub fn whitespace(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| !GENERATED.contains(path)) {
        for (at, line) in text.lines().enumerate() {
            if line.contains('\t') {
                found.push(Finding::new(path, at + 1, "write spaces instead of the tab"));
            }
            if line.ends_with([' ', '\r']) {
                found.push(Finding::new(path, at + 1, "drop the space at the end of the line"));
            }
        }
        let lines = text.lines().count();
        if !text.is_empty() && !text.ends_with('\n') {
            found.push(Finding::new(path, lines, "end the file with a newline"));
        } else if text.ends_with("\n\n") {
            found.push(Finding::new(path, lines, "drop the empty lines at the end"));
        }
    }
    found
}

/// Nothing is promised for later, and no test is switched off.
pub fn unfinished(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let code = code(text);
        for (word, advice) in [
            ("todo!", "finish it, or leave it out"),
            ("unimplemented!", "finish it, or leave it out"),
            ("#[ignore", "a test runs or it goes; one that lacks a server says so loudly"),
        ] {
            let at = words(&code, word).map(|at| line_of(&code, at));
            found.extend(at.map(|line| Finding::new(path, line, format!("{word}: {advice}"))));
        }
    }
    found
}

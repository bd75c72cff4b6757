//! Time is handed in. Few places read a clock; everything else is the same at each run.

use crate::source::{code, line_of, words};
use crate::tree::{Finding, Tree};

const READS: [&str; 5] = ["SystemTime::now", "Instant::now", "Utc::now", "Timestamp::now", "Zoned::now"];

/// Where this list is.
const HERE: &str = "xtask/src/tidy/clock.rs";

/// Files that may read a clock, and why. Only `app` and `adapters` are at the edge where there is one.
pub const CLOCKS: &[(&str, &str)] = &[
    ("app/src/up.rs", "the one clock of the product, handed to the engine"),
    ("adapters/outbound-http/src/client.rs", "how long a try over the network has lasted"),
    (
        "adapters/payment-provider/src/desk.rs",
        "the simulated provider is another company, with a clock of its own",
    ),
    ("adapters/payment-provider/src/payment_file.rs", "the pause between two writes of the file"),
];

/// Black-box tests and examples of the edge live in real time; the benchmark measures it.
fn free(path: &str) -> bool {
    path.starts_with("xtask/") || edge(path) && !path.contains("/src/")
}

fn edge(path: &str) -> bool {
    path.starts_with("app/") || path.starts_with("adapters/")
}

/// Only the files of [`CLOCKS`] ask what time it is.
pub fn clock(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| !free(path)) {
        let code = code(text);
        // Tests that stand beside the code at the edge.
        let own = match edge(path) {
            true => code.find("#[cfg(test)]").map_or(&*code, |tests| &code[..tests]),
            false => &code,
        };
        let lines = READS.iter().flat_map(|read| words(own, read)).map(|at| line_of(own, at));
        let mut lines: Vec<usize> = lines.collect();
        lines.sort_unstable();
        let listed = CLOCKS.iter().any(|(file, _)| *file == path);
        if listed && lines.is_empty() {
            let advice = format!("{path} reads no clock any more: drop its line from CLOCKS");
            found.push(Finding::new(HERE, 1, advice));
        }
        let edge = edge(path);
        let advice = match edge {
            true => {
                "take the time as an argument, or name this file with a reason in CLOCKS of xtask/src/tidy/clock.rs"
            }
            false => "nothing inside app and adapters reads a clock: take the time as an argument",
        };
        if !(listed && edge) {
            found.extend(lines.into_iter().map(|line| Finding::new(path, line, advice)));
        }
    }
    let gone = CLOCKS.iter().filter(|(file, _)| tree.has(HERE) && !tree.has(file));
    found.extend(
        gone.map(|(file, _)| Finding::new(HERE, 1, format!("{file} is gone: drop its line from CLOCKS"))),
    );
    found
}

//! The rules of the house, each a function from the tree to what breaks it. They are derived from the tree: a new
//! folder, crate, service or event is covered at birth. What is excepted is named, with the reason.

mod clock;
mod imports;
mod manifests;
mod papers;
mod siblings;
mod sizes;
mod text;
mod wire;

pub use clock::{CLOCKS, clock};
pub use imports::{RINGS, folders, imports, outside};
pub use manifests::{inherits, manifests};
pub use papers::{decisions, links};
pub use siblings::{SHARED, Shared, no_std, services};
pub use sizes::{LONG, sizes};
pub use text::{heads, unfinished, whitespace};
pub use wire::{events, plain, samples, wire};

use crate::tree::{Finding, Tree};

/// A rule and what it is about.
pub type Rule = (&'static str, fn(&Tree) -> Vec<Finding>);

/// All rules that a tree alone can answer.
pub const RULES: &[Rule] = &[
    ("a top-level folder has a rule", folders),
    ("crates import as the table says", imports),
    ("the domain uses no foreign crate but those listed", outside),
    ("every crate inherits the lints of the workspace", inherits),
    ("the domain is no_std", no_std),
    ("a service knows the events and itself", services),
    ("a file opens with what it is", heads),
    ("text is clean", whitespace),
    ("nothing is left unfinished", unfinished),
    ("clocks are read in few places", clock),
    ("files are short", sizes),
    ("decisions are numbered, short and linked", decisions),
    ("links lead somewhere", links),
    ("every event has a wire file", wire),
];

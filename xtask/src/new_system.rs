//! A sixth system: a small one that compiles, to be rewritten word by word.

use anyhow::{Context, Result, ensure};
use std::path::Path;

/// What is copied, with `skeleton` in place of the name.
const FILES: [(&str, &str); 8] = [
    ("Cargo.toml", include_str!("../skeleton/manifest.toml")),
    ("src/lib.rs", include_str!("../skeleton/src/lib.rs")),
    ("src/events.rs", include_str!("../skeleton/src/events.rs")),
    ("src/booking.rs", include_str!("../skeleton/src/booking.rs")),
    ("src/routes.rs", include_str!("../skeleton/src/routes.rs")),
    ("tests/wire.rs", include_str!("../skeleton/tests/wire.rs")),
    ("tests/wire/Booked.json", include_str!("../skeleton/tests/wire/Booked.json")),
    ("tests/wire/BookingCanceled.json", include_str!("../skeleton/tests/wire/BookingCanceled.json")),
];

/// Words that cannot name a crate of a module path, as far as somebody might want them.
const TAKEN: [&str; 12] = [
    "app", "box", "crate", "engine", "for", "gateway", "kernel", "move", "static", "super", "testkit", "type",
];

/// Copies the skeleton to `systems/NAME`; says which files it wrote.
pub fn create(root: &Path, name: &str) -> Result<Vec<String>> {
    let lower = name.bytes().all(|byte| byte.is_ascii_lowercase());
    ensure!(lower && name.len() > 1, "a system's name is one word of lower-case letters, like barber");
    ensure!(!TAKEN.contains(&name), "{name} means something else already; choose another word");
    let folder = root.join("systems").join(name);
    ensure!(!folder.exists(), "{} is there already", folder.display());
    let mut written = Vec::new();
    for (path, text) in FILES {
        let text = text.replace("skeleton", name).replace("Skeleton", &title(name));
        let file = folder.join(path);
        let parent = file.parent().context("a file of the skeleton is in a folder")?;
        std::fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        written.push(format!("systems/{name}/{path}"));
    }
    Ok(written)
}

/// What is left to do by hand.
pub fn lines(name: &str) -> String {
    format!(
        "Add three lines, and it runs:\n\
         \x20 Cargo.toml, [workspace.dependencies]   {name} = {{ path = \"systems/{name}\" }}\n\
         \x20 app/Cargo.toml, [dependencies]         {name}.workspace = true\n\
         \x20 app/src/systems.rs, in the list        {name}::system(),\n\
         To have its flow drawn by `cargo xtask docs`, the like in xtask/Cargo.toml and xtask/src/flows/linked.rs."
    )
}

fn title(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_ascii_uppercase() + rest
}

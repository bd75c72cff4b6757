//! The crates of the workspace and what each says it depends on.

use crate::tree::{Finding, Tree};
use std::collections::BTreeMap;
use toml::{Table, Value};

/// One crate.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The path of its `Cargo.toml`.
    pub path: String,
    /// The folder it is in.
    pub folder: String,
    pub name: String,
    pub dependencies: Vec<Dependency>,
    text: String,
    table: Table,
}

#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package, not the name it may be given here.
    pub package: String,
    /// Tests and examples alone use it.
    pub dev: bool,
    pub line: usize,
    /// The folder, when it is a crate of this workspace.
    pub folder: Option<String>,
}

/// Every `Cargo.toml` with a package, wherever it is.
pub fn manifests(tree: &Tree) -> Vec<Manifest> {
    let paths = tree.texts().filter(|(path, _)| *path == "Cargo.toml" || path.ends_with("/Cargo.toml"));
    let mut found: Vec<Manifest> = paths.filter_map(|(path, text)| read(path, text)).collect();
    let folders: BTreeMap<String, String> =
        found.iter().map(|one| (one.name.clone(), one.folder.clone())).collect();
    for manifest in &mut found {
        manifest.dependencies = dependencies(&manifest.table, &manifest.text, &folders);
    }
    found
}

/// A crate without `[lints] workspace = true` would be judged by other rules than the rest.
pub fn inherits(tree: &Tree) -> Vec<Finding> {
    let inherits = |one: &Manifest| {
        one.table.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool) == Some(true)
    };
    let without = manifests(tree).into_iter().filter(|one| !inherits(one));
    without.map(|one| Finding::new(&one.path, 1, "add [lints] with workspace = true")).collect()
}

fn read(path: &str, text: &str) -> Option<Manifest> {
    let table: Table = text.parse().ok()?;
    let name = table.get("package")?.get("name")?.as_str()?.to_owned();
    let folder = path.trim_end_matches("Cargo.toml").trim_end_matches('/').to_owned();
    Some(Manifest {
        path: path.to_owned(),
        folder,
        name,
        dependencies: Vec::new(),
        text: text.to_owned(),
        table,
    })
}

fn dependencies(table: &Table, text: &str, folders: &BTreeMap<String, String>) -> Vec<Dependency> {
    let targets = table.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(|all| all.values()).filter_map(Value::as_table);
    let mut found = Vec::new();
    for section in std::iter::once(table).chain(targets) {
        for (kind, dev) in
            [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)]
        {
            let Some(listed) = section.get(kind).and_then(Value::as_table) else { continue };
            for (name, value) in listed {
                let package = value.get("package").and_then(Value::as_str).unwrap_or(name).to_owned();
                let folder = folders.get(&package).cloned();
                found.push(Dependency { line: line_of_key(text, kind, name), package, dev, folder });
            }
        }
    }
    found
}

/// Where a dependency is listed.
fn line_of_key(text: &str, section: &str, key: &str) -> usize {
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.trim_matches(['[', ']']).split('.').any(|part| part == section);
            if inside && line.contains(&format!("dependencies.{key}]")) {
                return number + 1;
            }
        } else if inside && line.split(['.', '=', ' ']).next() == Some(key) {
            return number + 1;
        }
    }
    1
}

//! Inside a system: `no_std`, and a service knows the published language and its own documents, nobody else's.

use crate::source::{code, identifier, line_of, parts, words};
use crate::tree::{Finding, Tree};
use std::collections::BTreeSet;

/// Files of a system that see all of it: the wiring, the paths, the rules between documents.
const SEE_ALL: [&str; 3] = ["lib", "routes", "audit"];
/// What every file may use: the published language, and what an operator can configure.
const FOR_ALL: [&str; 4] = ["events", "settings", "Settings", "SETTINGS"];

/// Where the list is.
const HERE: &str = "xtask/src/tidy/siblings.rs";

/// A file, a module that it uses, and why.
pub type Shared = (&'static str, &'static str, &'static str);

/// Modules beside the services that a file may use all the same.
pub const SHARED: &[Shared] = &[];

/// `kernel` and every system are compiled without the standard library: no clock, file, socket, random number.
pub fn no_std(tree: &Tree) -> Vec<Finding> {
    let systems = tree.folders("systems").into_iter().map(|name| format!("systems/{name}"));
    let pure = systems.chain(tree.has("kernel").then(|| "kernel".to_owned()));
    let lib = pure.map(|folder| format!("{folder}/src/lib.rs"));
    let has = |path: &String| tree.text(path).is_some_and(|text| code(text).contains("#![no_std]"));
    lib.filter(|path| !has(path))
        .map(|path| Finding::new(&path, 1, "write #![no_std] after the head"))
        .collect()
}

/// A file of a system names `crate::events`, its settings and the documents of its own service.
/// Which documents are one service's is read from the wiring in `lib.rs`.
pub fn services(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut used: BTreeSet<&Shared> = BTreeSet::new();
    for system in tree.folders("systems") {
        let source = format!("systems/{system}/src");
        let groups = groups(tree.text(&format!("{source}/lib.rs")).unwrap_or_default());
        for (path, text) in tree.under(&source).filter(|(path, _)| path.ends_with(".rs")) {
            let inside = &path[source.len() + 1..];
            let module = inside.trim_end_matches(".rs").split('/').next().unwrap_or_default();
            if SEE_ALL.contains(&module) {
                continue;
            }
            let code = code(text);
            if !inside.contains('/') {
                let escapes = code.lines().enumerate().filter(|(_, line)| line.starts_with("use super::"));
                let advice = "write crate:: instead of super::, so that it is seen what is used";
                found.extend(escapes.map(|(at, _)| Finding::new(path, at + 1, advice)));
            }
            for (line, name) in crate_paths(&code) {
                let own = groups.iter().find(|group| group.contains(module));
                let own = name == module || own.is_some_and(|group| group.contains(&name));
                let excepted = SHARED.iter().find(|(file, sibling, _)| *file == path && *sibling == name);
                used.extend(excepted);
                if !own && excepted.is_none() && !FOR_ALL.contains(&name.as_str()) {
                    let advice = format!(
                        "{module} may use crate::events and the documents that lib.rs wires into its own service, \
                         not {name}: hear its event instead, or ask it with a call"
                    );
                    found.push(Finding::new(path, line, advice));
                }
            }
        }
    }
    let stale = SHARED.iter().filter(|entry| tree.has(HERE) && !used.contains(entry));
    found.extend(stale.map(|(file, sibling, _)| {
        let advice = format!("{file} does not use {sibling} any more: drop its line from SHARED");
        Finding::new(HERE, 1, advice)
    }));
    found
}

/// The modules of each service: what stands before `::` in `Service::of::<order::Event>` and what it holds and shows.
fn groups(lib: &str) -> Vec<BTreeSet<String>> {
    let code = code(lib);
    let services = code.split("Service::of::<").skip(1);
    let group = |service: &str| {
        let others = ["holds::<", "shows::<"].into_iter().flat_map(|word| service.split(word).skip(1));
        std::iter::once(service).chain(others).map(|text| identifier(text).to_owned()).collect()
    };
    services.map(group).collect()
}

/// What is named directly under `crate::`, with its line; groups in braces are looked into.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in words(code, "crate::").filter(|at| !code[..*at].ends_with('$')) {
        let rest = &code[at + "crate::".len()..];
        let line = line_of(code, at);
        match rest.starts_with('{').then(|| crate::source::block(rest)).flatten() {
            Some(group) => {
                found.extend(parts(group).into_iter().map(|part| (line, identifier(part).to_owned())));
            }
            None => found.push((line, identifier(rest).to_owned())),
        }
    }
    found
}

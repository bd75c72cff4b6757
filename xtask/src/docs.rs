//! Pages that are generated, and whether what is there is what would be generated now.

use crate::tree::{Finding, Tree};
use crate::{flows, requirements};
use anyhow::{Context, Result};
use std::path::Path;

/// Path and content of every generated page.
pub fn pages(tree: &Tree) -> Vec<(String, String)> {
    let mut pages = vec![("docs/requirements.md".to_owned(), requirements::page(tree))];
    pages.extend(flows::pages(tree));
    pages
}

/// Pages that are not as they would be written now.
pub fn stale(tree: &Tree) -> Vec<Finding> {
    let differs = |path: &str, page: &str| {
        let old = tree.text(path)?;
        let same = old.lines().zip(page.lines()).take_while(|(old, new)| old == new).count();
        (old != page).then_some(same + 1)
    };
    let pages = pages(tree);
    let stale = pages.iter().filter_map(|(path, page)| match tree.has(path) {
        true => differs(path, page).map(|line| Finding::new(path, line, "stale: run cargo xtask docs")),
        false => Some(Finding::new(path, 1, "missing: run cargo xtask docs")),
    });
    stale.collect()
}

/// Writes what is stale; says which.
pub fn write(root: &Path) -> Result<Vec<String>> {
    let tree = Tree::read(root)?;
    let stale = stale(&tree);
    for (path, page) in pages(&tree).iter().filter(|(path, _)| stale.iter().any(|one| one.path == *path)) {
        let file = root.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&file, page).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(stale.into_iter().map(|one| one.path).collect())
}

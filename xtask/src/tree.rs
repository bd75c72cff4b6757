//! The files of the workspace as one value, so that a rule can be tried on a tree that exists in a test only.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// All files by their path from the root, with `/` between the parts.
#[derive(Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
    /// Not UTF-8: they exist, and no rule reads them.
    binaries: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Tree {
    /// Everything below the root but what `.gitignore` names.
    pub fn read(root: &Path) -> Result<Self> {
        let ignored = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
        let ignored: Vec<&str> = ignored.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let mut tree = Self::default();
        tree.walk(root, "", &ignored)?;
        Ok(tree)
    }

    /// A tree of these files.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            let slashes = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
            tree.folders.extend(slashes);
            tree.texts.insert(path.to_owned(), text.to_owned());
        }
        tree
    }

    fn walk(&mut self, folder: &Path, prefix: &str, ignored: &[&str]) -> Result<()> {
        let entries =
            std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".git" || ignored.iter().any(|pattern| matches(pattern, &name, prefix.is_empty())) {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"), ignored)?;
                self.folders.insert(path);
                continue;
            }
            // A file that went away since it was listed is none.
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            match String::from_utf8(bytes) {
                Ok(text) => drop(self.texts.insert(path, text)),
                Err(_) => drop(self.binaries.insert(path)),
            }
        }
        Ok(())
    }

    /// Every text file: its path and what is in it.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every Rust file.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Text files below a folder; the path is from the root.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts()
            .filter(move |(path, _)| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.texts.contains_key(path) || self.binaries.contains(path) || self.folders.contains(path)
    }

    /// Whether a text file with this path is somewhere: `src/lane.rs` is in `engine`.
    pub fn has_somewhere(&self, path: &str) -> bool {
        let ends = |whole: &String| whole.strip_suffix(path).is_some_and(|rest| rest.ends_with('/'));
        self.has(path) || self.texts.keys().any(ends)
    }

    /// Names of the folders directly in this one (`""`: the root), hidden ones left out.
    pub fn folders(&self, of: &str) -> Vec<&str> {
        let inside = |path: &'_ str| match of {
            "" => Some(0),
            _ => path.strip_prefix(of).filter(|rest| rest.starts_with('/')).map(|_| of.len() + 1),
        };
        let names = self.folders.iter().filter_map(|path| inside(path).map(|from| &path[from..]));
        names.filter(|name| !name.contains('/') && !name.starts_with('.')).collect()
    }
}

/// The forms of `.gitignore` that this workspace uses: `/name` at the root, `*.ending` and `name` anywhere.
fn matches(pattern: &str, name: &str, at_root: bool) -> bool {
    let pattern = pattern.trim_end_matches('/');
    match (pattern.strip_prefix('/'), pattern.strip_prefix('*')) {
        (Some(rooted), _) => at_root && rooted == name,
        (None, Some(ending)) => name.ends_with(ending),
        (None, None) => pattern == name,
    }
}

/// Something that breaks a rule, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub advice: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, advice: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, advice: advice.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

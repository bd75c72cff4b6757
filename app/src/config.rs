//! Configuration: the environment, then a TOML file. A wrong value stops the start with a sentence that names it.

use crate::cli::OWN;
use anyhow::{Context, Result, bail};
use kernel::Settings;
use std::collections::BTreeMap;
use std::path::Path;

/// All values by the name of their environment variable.
#[derive(Debug, Default)]
pub(crate) struct Config {
    file: BTreeMap<String, String>,
}

impl Config {
    /// Reads the file, if one is given, and refuses names that nobody reads.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self> {
        let known = |name: &str| {
            OWN.iter().any(|(own, ..)| *own == name)
                || crate::systems::settings().iter().any(|one| one.name == name)
        };
        let mut config = Self::default();
        if let Some(path) = file {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            let table: toml::Table =
                text.parse().with_context(|| format!("{} is not TOML", path.display()))?;
            for (name, value) in table {
                if !known(&name) {
                    bail!("{}: nobody reads {name}; holdfast --help lists the names", path.display());
                }
                let value = match value {
                    toml::Value::String(text) => text,
                    toml::Value::Integer(number) => number.to_string(),
                    toml::Value::Boolean(on) => on.to_string(),
                    _ => bail!("{}: {name} must be a text, a whole number, true or false", path.display()),
                };
                config.file.insert(name, value);
            }
        }
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("HOLDFAST_") && !known(&name) {
                bail!("environment variable {name} is not known; holdfast --help lists the names");
            }
        }
        Ok(config)
    }

    /// The environment first, then the file. An empty value counts as not set.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let set = std::env::var(name).ok().or_else(|| self.file.get(name).cloned());
        set.filter(|value| !value.trim().is_empty())
    }

    /// Gives the systems what they ask for.
    pub(crate) fn with_settings<T>(&self, read: impl FnOnce(&Settings<'_>) -> T) -> T {
        let source = |name: &str| self.get(name);
        read(&Settings::new(&source))
    }
}

//! What a system lets its operator configure.

use crate::{Millis, Money};
use alloc::format;
use alloc::string::{String, ToString};

/// A wrong value: stops the start with this sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is \"{value}\", but must be {must}")]
pub struct SettingError {
    pub name: String,
    pub value: String,
    pub must: String,
}

/// One configurable value, for help texts and documents.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The name of the environment variable.
    pub name: &'static str,
    pub default: &'static str,
    pub help: &'static str,
}

/// Reads settings by name, with defaults. The source is whatever the app has merged.
pub struct Settings<'a> {
    source: &'a dyn Fn(&str) -> Option<String>,
}

impl core::fmt::Debug for Settings<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Settings")
    }
}

impl<'a> Settings<'a> {
    pub fn new(source: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { source }
    }

    fn read(&self, setting: Setting) -> String {
        (self.source)(setting.name).unwrap_or_else(|| setting.default.to_string())
    }

    fn whole(&self, setting: Setting, unit: &str) -> Result<u64, SettingError> {
        let value = self.read(setting);
        value.trim().parse().ok().filter(|n| *n <= 1_000_000_000_000).ok_or_else(|| SettingError {
            name: setting.name.into(),
            must: format!("a whole number of {unit}, 0 or more, like {}", setting.default),
            value,
        })
    }

    pub fn money(&self, setting: Setting) -> Result<Money, SettingError> {
        let won = self.whole(setting, "won")?;
        if won == 0 {
            // A provider charges something or nothing at all.
            let must = format!("a whole number of won, 1 or more, like {}", setting.default);
            return Err(SettingError { name: setting.name.into(), value: self.read(setting), must });
        }
        Ok(Money(i64::try_from(won).expect("whole() bounds the number")))
    }

    pub fn millis(&self, setting: Setting) -> Result<Millis, SettingError> {
        self.whole(setting, "milliseconds").map(Millis)
    }

    /// A number of things, 0 or more.
    pub fn count(&self, setting: Setting) -> Result<u64, SettingError> {
        self.whole(setting, "pieces")
    }

    /// One of some words.
    pub fn choice(&self, setting: Setting, words: &[&str]) -> Result<String, SettingError> {
        let value = self.read(setting);
        if words.contains(&value.as_str()) {
            return Ok(value);
        }
        Err(SettingError { name: setting.name.into(), value, must: words.join(" or ") })
    }

    pub fn text(&self, setting: Setting) -> String {
        self.read(setting)
    }
}

//! The registry: one line a system.

use crate::config::Config;
use anyhow::{Result, bail};
use kernel::{Setting, System};
use std::collections::BTreeSet;
use std::sync::Arc;

/// All systems, or the one that is named.
pub(crate) fn load(config: &Config, only: Option<&str>) -> Result<Vec<Arc<System>>> {
    let all = [
        config.with_settings(seat::Settings::read).map(seat::system)?,
        config.with_settings(driver::Settings::read).map(driver::system)?,
        config.with_settings(taxi::Settings::read).map(taxi::system)?,
        config.with_settings(concert::Settings::read).map(concert::system)?,
        config.with_settings(room::Settings::read).map(room::system)?,
    ];
    let names: Vec<&str> = all.iter().map(|system| system.name).collect();
    if let Some(name) = only
        && !names.contains(&name)
    {
        bail!("there is no system \"{name}\"; there is: {}", names.join(", "));
    }
    Ok(all.into_iter().filter(|system| only.is_none_or(|name| name == system.name)).map(Arc::new).collect())
}

/// Everything the systems let their operator configure. What several of them read under one name is there once.
pub(crate) fn settings() -> Vec<&'static Setting> {
    let all = [seat::SETTINGS, driver::SETTINGS, taxi::SETTINGS, concert::SETTINGS, room::SETTINGS];
    let mut settings: Vec<&Setting> = Vec::new();
    for setting in all.into_iter().flatten() {
        if settings.iter().all(|held| held.name != setting.name) {
            settings.push(setting);
        }
    }
    settings
}

/// Names of `--without` that exist; an unknown one is an error that lists those there are.
pub(crate) fn checked_without(systems: &[Arc<System>], without: &[String]) -> Result<BTreeSet<String>> {
    let services = systems.iter().flat_map(|system| {
        system.services.iter().map(move |service| format!("{}.{}", system.name, service.name))
    });
    let services: BTreeSet<String> = services.collect();
    for name in without {
        if !services.contains(name) {
            let known: Vec<&str> = services.iter().map(String::as_str).collect();
            bail!("--without {name}: there is no such service; there is: {}", known.join(", "));
        }
    }
    Ok(without.iter().cloned().collect())
}

/// Rows and audits need the systems but not their values: defaults do.
pub(crate) fn for_reading() -> Result<Vec<Arc<System>>> {
    load(&Config::default(), None)
}

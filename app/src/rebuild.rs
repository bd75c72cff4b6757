//! `holdfast rebuild`: a view dropped and replayed from the log, with the server running or not.

use crate::cli::Rebuild;
use anyhow::{Result, bail};
use engine::{Fold, Registry};
use std::collections::BTreeSet;
use std::sync::Arc;
use store_sqlite::LogReader;

const PAGE: usize = 10_000;

pub(crate) fn rebuild(options: &Rebuild) -> Result<()> {
    let registry = Arc::new(Registry::new(crate::systems::for_reading()?, &BTreeSet::new()));
    let views = registry.all_kinds().filter(|kind| registry.view(*kind).is_some());
    let views: Vec<_> = views.map(|kind| (registry.kind_name(kind).to_owned(), kind)).collect();
    let Some((name, kind)) = views.iter().find(|(name, _)| *name == options.view) else {
        let known: Vec<&str> = views.iter().map(|(name, _)| name.as_str()).collect();
        bail!("there is no view \"{}\"; there is: {}", options.view, known.join(", "));
    };
    let log = LogReader::open(&options.data.data)?;
    let mut rebuild = store_sqlite::Rebuild::open(&options.data.data)?;
    let position = rebuild.begin(name)?;
    let mut fold = Fold::new(Arc::clone(&registry));
    while fold.end() < position {
        for row in log.read(fold.end(), PAGE)?.iter().take_while(|row| row.seq <= position) {
            fold.take(row)?;
        }
    }
    let rows: Vec<_> = fold.each_stored(*kind).collect();
    rebuild.put(&rows)?;
    rebuild.finish()?;
    println!("rebuilt {name}: {} rows from {position} events", rows.len());
    Ok(())
}

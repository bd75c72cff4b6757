//! `holdfast rebuild`: a view dropped and replayed from the log, with the server running or not.

use crate::cli::Rebuild;
use anyhow::{Context, Result, bail};
use engine::ports::Reader;
use engine::{Fold, Registry};
use std::collections::BTreeSet;
use std::sync::Arc;
use store_sqlite::{LogReader, SqliteReader};

/// Rows read at once.
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
    let mut fold = Fold::new(Arc::clone(&registry));
    // The long part while the owner goes on writing; only what came meanwhile keeps it waiting.
    let so_far = SqliteReader::open(&options.data.data)
        .context("there are no views to rebuild; start the server, which fills them again from the log")?
        .snapshot()?;
    fold_to(&log, &mut fold, so_far)?;
    let mut rebuild = store_sqlite::Rebuild::open(&options.data.data)?;
    let position = rebuild.begin(name)?;
    fold_to(&log, &mut fold, position)?;
    let rows: Vec<_> = fold.each_stored(*kind).collect();
    rebuild.put(&rows)?;
    rebuild.finish()?;
    println!("rebuilt {name}: {} rows from {position} events", rows.len());
    Ok(())
}

fn fold_to(log: &LogReader, fold: &mut Fold, position: u64) -> Result<()> {
    while fold.end() < position {
        let rows = log.read(fold.end(), PAGE)?;
        if rows.is_empty() {
            bail!("row {} of the log is missing; run holdfast audit", fold.end() + 1);
        }
        for row in rows.iter().take_while(|row| row.seq <= position) {
            fold.take(row)?;
        }
    }
    Ok(())
}

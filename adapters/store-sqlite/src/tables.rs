//! One table a kind in `views.db`: its statements, and how rows are written into it.
//!
//! A table a kind and not one for all: each grows at its own end, and the index of a finder costs nothing but its own
//! kind. With a dozen finders that is 1.6 times the rows for the same processor time.

use engine::ports::Stored;
use kernel::{Id, Time};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What is known of a kind without looking at its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Above this number there is nothing.
    pub(crate) highest: u64,
    /// Rows with a body.
    pub(crate) visible: u64,
}

/// `None`: nothing was ever stored of this kind, so it has no table.
pub(crate) fn kind(connection: &Connection, name: &str) -> rusqlite::Result<Option<Kind>> {
    let mut select = connection.prepare_cached("SELECT highest, visible FROM _kind WHERE name = ?1")?;
    select.query_row([name], |row| Ok(Kind { highest: row.get(0)?, visible: row.get(1)? })).optional()
}

/// Every kind that has a table, by name.
pub(crate) fn kinds(connection: &Connection) -> rusqlite::Result<Vec<(String, Kind)>> {
    let mut select = connection.prepare_cached("SELECT name, highest, visible FROM _kind ORDER BY name")?;
    let kind = |row: &Row<'_>| Ok((row.get(0)?, Kind { highest: row.get(1)?, visible: row.get(2)? }));
    select.query_map([], kind)?.collect()
}

/// The highest number that has a row.
pub(crate) fn last(connection: &Connection, name: &str) -> rusqlite::Result<u64> {
    let select = format!("SELECT coalesce(max(id), 0) FROM {}", quoted(name));
    connection.query_row(&select, [], |row| row.get(0))
}

/// A name as SQL, whatever is in it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Where a visible field stands in the body, as SQL. `None`: no field has such a name.
pub(crate) fn path_of(field: &str) -> Option<String> {
    let plain = !field.is_empty() && !field.contains(['"', '\\', '\0']);
    plain.then(|| format!("'$.\"{}\"'", field.replace('\'', "''")))
}

/// Gives a kind its table, if it has none yet. Within a transaction.
pub(crate) fn create(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    let taken = name.is_empty() || name.starts_with('_') || name.starts_with("sqlite_");
    assert!(!taken, "{name:?} cannot be a kind: the tables of such names are ours and SQLite's");
    let (table, index) = (quoted(name), quoted(&format!("{name} due")));
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {table} (
             id INTEGER PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, body TEXT, due INTEGER
         ) STRICT;
         CREATE INDEX IF NOT EXISTS {index} ON {table} (due) WHERE due IS NOT NULL;"
    ))?;
    let add = "INSERT INTO _kind (name, highest, visible) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING";
    connection.execute(add, [name]).map(drop)
}

/// Writes rows of a kind that has a table, fastest in rising order. Gives what is known of the kind then; the caller
/// keeps it with [`set`], in the same transaction.
pub(crate) fn write<'a>(
    connection: &Connection,
    name: &str,
    mut kind: Kind,
    rows: impl IntoIterator<Item = (Id, Option<&'a Stored>)>,
) -> rusqlite::Result<Kind> {
    let table = quoted(name);
    let cached = |sql: &str| connection.prepare_cached(sql);
    let mut look = cached(&format!("SELECT body IS NOT NULL FROM {table} WHERE id = ?1"))?;
    let mut insert =
        cached(&format!("INSERT INTO {table} (id, version, state, body, due) VALUES (?1, ?2, ?3, ?4, ?5)"))?;
    let mut update =
        cached(&format!("UPDATE {table} SET version = ?2, state = ?3, body = ?4, due = ?5 WHERE id = ?1"))?;
    let mut delete = cached(&format!("DELETE FROM {table} WHERE id = ?1"))?;
    for (Id(id), stored) in rows {
        let seen: Option<bool> = match id {
            new if new > kind.highest => None,
            known => look.query_row([known], |row| row.get(0)).optional()?,
        };
        match (stored, seen) {
            (Some(stored), before) => {
                let statement = if before.is_some() { &mut update } else { &mut insert };
                let due = stored.due.map(|due| due.0);
                statement.execute(params![id, stored.version, stored.state, stored.body, due])?;
            }
            (None, Some(_)) => drop(delete.execute([id])?),
            (None, None) => {}
        }
        kind.highest = kind.highest.max(id);
        kind.visible += u64::from(stored.is_some_and(|stored| stored.body.is_some()));
        kind.visible -= u64::from(seen == Some(true));
    }
    Ok(kind)
}

pub(crate) fn set(connection: &Connection, name: &str, kind: Kind) -> rusqlite::Result<()> {
    let update = "UPDATE _kind SET highest = ?2, visible = ?3 WHERE name = ?1";
    connection.prepare_cached(update)?.execute(params![name, kind.highest, kind.visible]).map(drop)
}

/// Takes all rows of a kind away. Its highest number stays: a number is never given again.
pub(crate) fn empty(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    if let Some(Kind { highest, .. }) = kind(connection, name)? {
        connection.execute(&format!("DELETE FROM {}", quoted(name)), [])?;
        set(connection, name, Kind { highest, visible: 0 })?;
    }
    Ok(())
}

pub(crate) const STORED_COLUMNS: &str = "id, version, state, body, due";

pub(crate) fn stored(row: &Row<'_>) -> rusqlite::Result<(Id, Stored)> {
    let due: Option<i64> = row.get(4)?;
    let (version, state, body) = (row.get(1)?, row.get(2)?, row.get(3)?);
    Ok((Id(row.get(0)?), Stored { version, state, body, due: due.map(Time) }))
}

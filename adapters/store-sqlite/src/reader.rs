//! Port `Reader`: what people may see in `views.db`, page by page.

use crate::OpenError;
use crate::open::run;
use crate::rows::{count, number};
use crate::tables::{self, STORED_COLUMNS, path_of, quoted, stored};
use crate::views::{self, Views};
use engine::ports::{Page, Query, Reader, Seq, StoreError, Stored};
use kernel::{Body, Id};
use rusqlite::types::{Type, Value as Sql};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;
use std::path::Path;

/// Reads beside the shelf's owner. What is found is as of one instant: of the call, or of the last
/// [`snapshot`](Reader::snapshot) if that was ever called. A snapshot is a transaction that stays open: as long as it
/// does, the owner cannot shorten its write-ahead log.
#[derive(Debug)]
pub struct SqliteReader {
    views: Views,
    snapshot: bool,
}

impl SqliteReader {
    /// Opened after the owner's [`SqliteShelf`](crate::SqliteShelf); [`OpenError::Missing`] if there never was one.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        Ok(Self { views: Views::to_read(dir)?, snapshot: false })
    }

    fn read<T>(&mut self, read: impl Fn(&Self) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        if self.snapshot {
            return read(self).map_err(|error| self.views.error(error));
        }
        let connection = &self.views.connection;
        let begun = run(connection, "BEGIN");
        let found = begun.and_then(|()| read(self));
        let ended = if connection.is_autocommit() { Ok(()) } else { run(connection, "ROLLBACK") };
        found.and_then(|found| ended.map(|()| found)).map_err(|error| self.views.error(error))
    }

    fn find_item(&self, kind: &str, id: Id) -> rusqlite::Result<Option<Body>> {
        if tables::kind(&self.views.connection, kind)?.is_none() {
            return Ok(None);
        }
        let select = format!("SELECT id, body FROM {} WHERE id = ?1 AND body IS NOT NULL", quoted(kind));
        let mut select = self.views.connection.prepare_cached(&select)?;
        let found = select.query_row([number(id.0)], visible).optional()?;
        Ok(found.map(|(_, body)| body))
    }

    fn find_page(&self, query: &Query) -> rusqlite::Result<Page> {
        let Some(kind) = tables::kind(&self.views.connection, &query.kind)? else {
            return Ok(Page::default());
        };
        match (&query.equals, &query.sort) {
            (None, None) => self.by_number(query, kind.visible, false),
            (None, Some((field, descending))) if field == "id" => {
                self.by_number(query, kind.visible, *descending)
            }
            (equals, sort) => {
                let Some((filter, value)) = filter_of(equals.as_ref()) else { return Ok(Page::default()) };
                let order = order_of(sort.as_ref());
                let table = quoted(&query.kind);
                let total = match equals {
                    None => kind.visible,
                    Some(_) => {
                        let count = format!("SELECT count(*) FROM {table} WHERE {filter}");
                        self.views.connection.prepare_cached(&count)?.query_row([&value], |row| row.get(0))?
                    }
                };
                let select = format!(
                    "SELECT id, body FROM {table} WHERE {filter} ORDER BY {order} LIMIT ?2 OFFSET ?3"
                );
                let values = params![value, number(query.limit), number(query.offset)];
                let mut select = self.views.connection.prepare_cached(&select)?;
                let rows = select.query_map(values, visible)?.collect::<rusqlite::Result<_>>()?;
                Ok(Page { rows, total })
            }
        }
    }

    /// All visible rows of a kind in the order of their numbers. Pages near the end are walked to from the end.
    fn by_number(&self, query: &Query, total: u64, descending: bool) -> rusqlite::Result<Page> {
        let left = total.saturating_sub(query.offset);
        let limit = query.limit.min(left);
        let from_end = query.offset > left;
        let skip = if from_end { left - limit } else { query.offset };
        let order = if descending == from_end { "ASC" } else { "DESC" };
        let select = format!(
            "SELECT id, body FROM {} WHERE body IS NOT NULL ORDER BY id {order} LIMIT ?1 OFFSET ?2",
            quoted(&query.kind)
        );
        let mut select = self.views.connection.prepare_cached(&select)?;
        let rows = select.query_map([number(limit), number(skip)], visible)?;
        let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        if from_end {
            rows.reverse();
        }
        Ok(Page { rows, total })
    }

    fn find_stored(&self, kind: &str, after: Id, max: usize) -> rusqlite::Result<Vec<(Id, Stored)>> {
        if tables::kind(&self.views.connection, kind)?.is_none() {
            return Ok(Vec::new());
        }
        let select =
            format!("SELECT {STORED_COLUMNS} FROM {} WHERE id > ?1 ORDER BY id LIMIT ?2", quoted(kind));
        let mut select = self.views.connection.prepare_cached(&select)?;
        select.query_map([number(after.0), count(max)], stored)?.collect()
    }
}

fn visible(row: &Row<'_>) -> rusqlite::Result<(Id, Body)> {
    let text = row.get_ref(1)?.as_str()?;
    let body = serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(1, Type::Text, Box::new(error)))?;
    Ok((Id(row.get(0)?), body))
}

/// Which rows are wanted, as SQL, with the value for `?1`. The first comparison is what the index of a finder is made
/// of; the second tells apart what SQLite holds for the same, such as `true` and 1. `None`: no row can be equal.
fn filter_of(equals: Option<&(String, Value)>) -> Option<(String, Sql)> {
    let Some((field, wanted)) = equals else {
        return Some(("body IS NOT NULL AND ?1 IS NULL".into(), Sql::Null));
    };
    let path = path_of(field)?;
    let (value, types) = match wanted {
        Value::Null => (Sql::Null, "'null'"),
        Value::Bool(true) => (Sql::Integer(1), "'true'"),
        Value::Bool(false) => (Sql::Integer(0), "'false'"),
        Value::Number(wanted) => {
            let whole = wanted.as_i64().map(Sql::Integer);
            (whole.or_else(|| wanted.as_f64().map(Sql::Real))?, "'integer', 'real'")
        }
        Value::String(wanted) => (Sql::Text(wanted.clone()), "'text'"),
        Value::Array(_) | Value::Object(_) => return None,
    };
    let held = format!("json_extract(body, {path})");
    let filter = format!("body IS NOT NULL AND {held} IS ?1 AND json_type(body, {path}) IN ({types})");
    Some((filter, value))
}

/// Rows that are equal in the field, or without it, come by their numbers.
fn order_of(sort: Option<&(String, bool)>) -> String {
    let Some((field, descending)) = sort else { return "id".into() };
    let direction = if *descending { "DESC" } else { "ASC" };
    if field == "id" {
        return format!("id {direction}");
    }
    path_of(field).map_or("id".into(), |path| format!("json_extract(body, {path}) {direction}, id"))
}

impl Reader for SqliteReader {
    fn item(&mut self, kind: &str, id: Id) -> Result<Option<Body>, StoreError> {
        self.read(|reader| reader.find_item(kind, id))
    }

    fn page(&mut self, query: &Query) -> Result<Page, StoreError> {
        self.read(|reader| reader.find_page(query))
    }

    fn snapshot(&mut self) -> Result<Seq, StoreError> {
        let connection = &self.views.connection;
        let ended = if self.snapshot { run(connection, "ROLLBACK") } else { Ok(()) };
        self.snapshot = false;
        let begun = ended.and_then(|()| run(connection, "BEGIN")).and_then(|()| views::position(connection));
        let position = begun.map_err(|error| self.views.error(error))?;
        self.snapshot = true;
        Ok(position)
    }

    fn stored(&mut self, kind: &str, after: Id, max: usize) -> Result<Vec<(Id, Stored)>, StoreError> {
        self.read(|reader| reader.find_stored(kind, after, max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteShelf;
    use engine::ports::{Changes, Shelf};

    #[test]
    fn a_finder_is_looked_up_and_not_walked_to() {
        let dir = tempfile::TempDir::new().unwrap();
        let (mut shelf, _) = SqliteShelf::open(dir.path(), 1, &[("taxi.mypage", "orderId")]).unwrap();
        let row = Stored { version: 1, state: "{}".into(), body: Some(r#"{"orderId":7}"#.into()), due: None };
        let documents = vec![("taxi.mypage".to_owned(), Id(1), Some(row))];
        shelf.apply(&Changes { position: 1, documents }).unwrap();
        let reader = SqliteReader::open(dir.path()).unwrap();
        for wanted in [Value::from(7), Value::from("7"), Value::Null, Value::from(true)] {
            let (filter, value) = filter_of(Some(&("orderId".into(), wanted))).unwrap();
            for select in ["count(*)", "id, body"] {
                let sql = format!("EXPLAIN QUERY PLAN SELECT {select} FROM \"taxi.mypage\" WHERE {filter}");
                let plan: String =
                    reader.views.connection.query_row(&sql, [&value], |row| row.get("detail")).unwrap();
                assert!(plan.contains("USING INDEX taxi.mypage by orderId (<expr>=?)"), "{plan}");
            }
        }
    }
}

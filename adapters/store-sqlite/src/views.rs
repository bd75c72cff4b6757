//! `views.db` is derived: what cannot be used is thrown away, said aloud, and filled again from the log.

use crate::error::{is_damage, port};
use crate::open::{self, Format, State, beside};
use crate::tables::{self, path_of, quoted};
use crate::{OpenError, VIEWS_FILE};
use engine::ports::{Seq, StoreError};
use rusqlite::{Connection, ErrorCode};
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A visible field by which rows of one kind are looked for: (`taxi.mypage`, `orderId`). It gets an index.
pub type Finder<'a> = (&'a str, &'a str);

/// Why `views.db` was thrown away at the start and is filled again from the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Renewed {
    #[error("{VIEWS_FILE} was damaged ({0}) and is filled again from the log")]
    Damaged(String),
    #[error("{VIEWS_FILE} had format {found}, not {written}, and is filled again from the log")]
    OtherVersion { found: i64, written: i64 },
    #[error(
        "{VIEWS_FILE} held rows up to {position}, the log ends at {end}: it is filled again from the log"
    )]
    AheadOfLog { position: Seq, end: Seq },
    #[error("{VIEWS_FILE} belonged to another log and is filled again from this one")]
    OtherLog,
}

/// What the file must follow from.
pub(crate) struct Log {
    pub(crate) origin: String,
    pub(crate) end: Seq,
}

const VIEWS: Format = Format {
    application: i64::from_be_bytes(*b"\0\0\0\0HFVW"),
    version: 2,
    schema: include_str!("views.sql"),
};

/// How long a write waits for a rebuild, which keeps all other writers out while it runs.
pub(crate) const WAIT: Duration = Duration::from_secs(60);
/// A file up to this size is checked as a whole at the start, in some 50 ms; in a larger one damage is found when it is
/// met.
const CHECKED_BYTES_MAX: u64 = 32 << 20;
/// A power cut may take the last transactions, never a part of one; 16 MiB of cache; a checkpoint each 16 MB.
const PRAGMAS: &str = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;";

enum Trouble {
    Renew(Renewed),
    Fail(OpenError),
}

/// The owner's connection.
pub(crate) fn own(
    path: &Path,
    log: &Log,
    finders: &[Finder<'_>],
) -> Result<(Connection, Option<Renewed>), OpenError> {
    let why = match try_own(path, log, finders) {
        Ok(connection) => return Ok((connection, None)),
        Err(Trouble::Fail(error)) => return Err(error),
        Err(Trouble::Renew(why)) => why,
    };
    for suffix in ["", "-wal", "-shm", MARK] {
        let file = beside(path, suffix);
        match std::fs::remove_file(&file) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(OpenError::Io { path: file, source });
            }
            _ => {}
        }
    }
    match try_own(path, log, finders) {
        Ok(connection) => Ok((connection, Some(why))),
        Err(Trouble::Fail(error)) => Err(error),
        Err(Trouble::Renew(again)) => {
            Err(OpenError::Io { path: path.to_owned(), source: std::io::Error::other(again) })
        }
    }
}

fn try_own(path: &Path, log: &Log, finders: &[Finder<'_>]) -> Result<Connection, Trouble> {
    if let Ok(why) = std::fs::read_to_string(beside(path, MARK)) {
        return Err(Trouble::Renew(Renewed::Damaged(why)));
    }
    let sqlite = |error| trouble(path, error);
    let connection = open::to_write(path, WAIT).map_err(sqlite)?;
    let state = VIEWS.state(&connection, path).map_err(|error| match error {
        OpenError::Sqlite { source, .. } => trouble(path, source),
        _ => Trouble::Renew(Renewed::Damaged("it is not a file of holdfast".into())),
    })?;
    if let State::Other(found) = state {
        return Err(Trouble::Renew(Renewed::OtherVersion { found, written: VIEWS.version }));
    }
    connection.execute_batch(PRAGMAS).map_err(sqlite)?;
    match state {
        State::New => VIEWS
            .create(&connection)
            .and_then(|()| connection.execute("UPDATE _meta SET origin = ?1", [&log.origin]).map(drop))
            .map_err(sqlite)?,
        State::Ours | State::Other(_) => check(&connection, path)?,
    }
    let position = position(&connection).map_err(sqlite)?;
    if position > log.end {
        return Err(Trouble::Renew(Renewed::AheadOfLog { position, end: log.end }));
    }
    if origin(&connection).map_err(sqlite)? != log.origin {
        return Err(Trouble::Renew(Renewed::OtherLog));
    }
    index(&connection, finders).map_err(sqlite)?;
    Ok(connection)
}

/// An error of SQLite that comes from what is in the file is mended by a new one, any other is not.
fn trouble(path: &Path, source: rusqlite::Error) -> Trouble {
    // `Unknown` is SQLite's general error, such as a table that is not there.
    if is_damage(&source) || source.sqlite_error_code() == Some(ErrorCode::Unknown) {
        return Trouble::Renew(Renewed::Damaged(source.to_string()));
    }
    Trouble::Fail(OpenError::Sqlite { path: path.to_owned(), source })
}

fn check(connection: &Connection, path: &Path) -> Result<(), Trouble> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_BYTES_MAX) {
        return Ok(());
    }
    let first = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match first.map_err(|error| trouble(path, error))? {
        fine if fine == "ok" => Ok(()),
        damage => Err(Trouble::Renew(Renewed::Damaged(damage))),
    }
}

pub(crate) fn position(connection: &Connection) -> rusqlite::Result<Seq> {
    connection.prepare_cached("SELECT position FROM _meta")?.query_row([], |row| row.get(0))
}

fn origin(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT origin FROM _meta", [], |row| row.get(0))
}

pub(crate) fn generation(connection: &Connection) -> rusqlite::Result<u64> {
    connection.prepare_cached("SELECT generation FROM _meta")?.query_row([], |row| row.get(0))
}

/// Brings the indexes to what is asked for: those that are missing are filled, those that nobody needs are dropped.
fn index(connection: &Connection, finders: &[Finder<'_>]) -> rusqlite::Result<()> {
    let mut held = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name LIKE '% by %'")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<BTreeMap<String, String>>>()?;
    let mut change = String::new();
    let mut kinds = Vec::new();
    for (kind, field) in finders.iter().collect::<BTreeSet<_>>() {
        let path = path_of(field).expect("a finder names a field");
        let (name, table) = (format!("{kind} by {field}"), quoted(kind));
        let sql = format!(
            "CREATE INDEX {} ON {table} (json_extract(body, {path})) WHERE body IS NOT NULL",
            quoted(&name)
        );
        match held.remove(&name) {
            Some(same) if same == sql => continue,
            Some(_) => change += &format!("DROP INDEX {}; {sql};", quoted(&name)),
            None => change += &format!("{sql};"),
        }
        kinds.push(*kind);
    }
    for name in held.keys() {
        change += &format!("DROP INDEX {};", quoted(name));
    }
    if change.is_empty() {
        return Ok(());
    }
    // Dropped without a commit, as after an error, it is rolled back.
    let transaction = connection.unchecked_transaction()?;
    for kind in kinds {
        tables::create(connection, kind)?;
    }
    connection.execute_batch(&change)?;
    transaction.commit()
}

/// A file of this name beside `views.db`: whoever met damage has said so, and the next start makes a new file.
const MARK: &str = ".damaged";

/// A connection to an existing `views.db`, and what is said of it if it turns out to be damaged.
#[derive(Debug)]
pub(crate) struct Views {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

impl Views {
    /// To read beside the owner.
    pub(crate) fn to_read(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(VIEWS_FILE);
        Self::known(open::to_read(&path, WAIT)?, path)
    }

    /// To write beside the owner.
    pub(crate) fn to_write(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(VIEWS_FILE);
        if !path.exists() {
            return Err(OpenError::Missing(path));
        }
        let sqlite = |source| OpenError::Sqlite { path: path.clone(), source };
        let views = Self::known(open::to_write(&path, WAIT).map_err(sqlite)?, path.clone())?;
        views.connection.execute_batch(PRAGMAS).map_err(sqlite)?;
        Ok(views)
    }

    fn known(connection: Connection, path: PathBuf) -> Result<Self, OpenError> {
        match VIEWS.state(&connection, &path)? {
            State::Ours => Ok(Self { connection, path }),
            State::New => Err(OpenError::Missing(path)),
            State::Other(found) => Err(OpenError::Newer { path, found, known: VIEWS.version }),
        }
    }

    /// SQLite's error as the port's. A broken file is marked, so that the next start does not meet it again.
    pub(crate) fn error(&self, error: rusqlite::Error) -> StoreError {
        let error = port(error);
        if let StoreError::Broken(why) = &error {
            self.mark(why);
        }
        error
    }

    pub(crate) fn mark(&self, why: &str) {
        // Without the mark the next start meets the damage again: no worse than now.
        let _ = std::fs::write(beside(&self.path, MARK), why);
    }
}

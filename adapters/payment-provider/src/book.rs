//! The ledger as its one writer sees it: recent accounts in memory, the rest read when asked for, changes written in
//! one transaction.

use crate::account::{Account, Last4, Name};
use crate::tokens::SECRET_BYTES;
use crate::{LEDGER_FILE, LedgerError};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// The format of the file, in `user_version`.
pub(crate) const VERSION: i64 = 1;

/// Marks the file as ours ("Hfpl") in `application_id`.
pub(crate) const APPLICATION: i64 = 0x4866_706c;

/// Accounts of one generation of the cache; two are held, some 5 MB together. Most accounts are asked for again within
/// seconds (capture) or not for days.
const GENERATION: usize = 16_384;

/// A longer write-ahead log is cut back at a checkpoint, in bytes.
const WAL_KEPT: i64 = 16 << 20;

/// Readable with the sqlite3 shell: `SELECT * FROM ledger`.
const SCHEMA: &str = "
CREATE TABLE service (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE account (
    service INTEGER NOT NULL REFERENCES service (id),
    number INTEGER NOT NULL,
    amount INTEGER,
    last4 TEXT CHECK (length(last4) = 4),
    authorized_at INTEGER,
    declined_at INTEGER,
    captured_at INTEGER,
    returned_at INTEGER,
    PRIMARY KEY (service, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE secret (id INTEGER PRIMARY KEY CHECK (id = 1), token_key BLOB NOT NULL) STRICT;
CREATE VIEW ledger AS
    SELECT service.name || '/' || number AS account, amount, last4, authorized_at, declined_at, captured_at, returned_at
    FROM account JOIN service ON service.id = account.service;
";

const SELECT: &str = "SELECT amount, last4, authorized_at, declined_at, captured_at, returned_at
    FROM account WHERE service = ?1 AND number = ?2";

const INSERT: &str = "INSERT INTO account
    (service, number, amount, last4, authorized_at, declined_at, captured_at, returned_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

const UPDATE: &str = "UPDATE account SET
    amount = ?3, last4 = ?4, authorized_at = ?5, declined_at = ?6, captured_at = ?7, returned_at = ?8
    WHERE service = ?1 AND number = ?2";

/// A service's number, and the account's.
type Key = (i64, i64);

/// An account that changed since the last commit, and whether the file has a row of it.
#[derive(Debug)]
struct Changed {
    account: Account,
    stored: bool,
}

#[derive(Debug)]
struct Service {
    id: i64,
    /// No account has a higher number, so that new ones need no look-up.
    highest: i64,
}

/// The open ledger.
#[derive(Debug)]
pub(crate) struct Book {
    connection: Connection,
    services: HashMap<String, Service>,
    young: HashMap<Key, Account>,
    old: HashMap<Key, Account>,
    /// In the order of the file, which takes them fastest so.
    changed: BTreeMap<Key, Changed>,
    /// Held as long as the connection; the operating system frees it when the process ends, however it ends.
    _lock: File,
}

impl Book {
    /// Opens the ledger of `dir` for this process alone, and makes it if there is none.
    pub(crate) fn open(dir: &Path) -> Result<Self, LedgerError> {
        let path = dir.join(LEDGER_FILE);
        let io = |source| LedgerError::Io { path: path.clone(), source };
        std::fs::create_dir_all(dir).map_err(io)?;
        let lock = lock(dir, &path)?;
        make_private(&path).map_err(io)?;
        let mut connection = Connection::open(&path)?;
        prepare(&mut connection, &path)?;
        let services = services(&connection)?;
        let (young, old, changed) = (HashMap::new(), HashMap::new(), BTreeMap::new());
        Ok(Self { connection, services, young, old, changed, _lock: lock })
    }

    /// The secret under which card numbers become tokens; made with the ledger.
    pub(crate) fn secret(&self) -> Result<[u8; SECRET_BYTES], LedgerError> {
        Ok(self.connection.query_one("SELECT token_key FROM secret", [], |row| row.get(0))?)
    }

    /// The account as it is, changes that are not committed included.
    pub(crate) fn get(&mut self, name: &Name) -> Result<Option<Account>, LedgerError> {
        let service = self.service(name)?;
        let (key, new) = ((service.id, name.number), name.number > service.highest);
        if let Some(changed) = self.changed.get(&key) {
            return Ok(Some(changed.account));
        }
        if let Some(account) = self.young.get(&key).or_else(|| self.old.get(&key)) {
            return Ok(Some(*account));
        }
        if new {
            return Ok(None);
        }
        let mut select = self.connection.prepare_cached(SELECT)?;
        Ok(select.query_one(params![key.0, key.1], account).optional()?)
    }

    /// Changes an account, with the next commit. `stored`: it was there when it was looked up.
    pub(crate) fn set(&mut self, name: &Name, account: Account, stored: bool) -> Result<(), LedgerError> {
        let service = self.service(name)?;
        service.highest = service.highest.max(name.number);
        let key = (service.id, name.number);
        self.changed
            .entry(key)
            .and_modify(|held| held.account = account)
            .or_insert(Changed { account, stored });
        Ok(())
    }

    /// Makes all changes durable, or none of them.
    pub(crate) fn commit(&mut self) -> Result<(), LedgerError> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let written = write(&mut self.connection, &self.changed);
        let changed = std::mem::take(&mut self.changed);
        written?;
        for (key, Changed { account, .. }) in changed {
            self.keep(key, account);
        }
        Ok(())
    }

    /// Drops the changes that are not committed.
    pub(crate) fn forget(&mut self) {
        self.changed.clear();
    }

    /// Lets the file grow to this many pages, or to the least it can; returns the limit of before.
    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: i64) -> i64 {
        let limit = |row: &Row<'_>| row.get(0);
        let before = self.connection.query_one("PRAGMA max_page_count", [], limit).unwrap();
        self.connection.pragma_update(None, "max_page_count", pages).unwrap();
        before
    }

    /// Remembers a committed account. The cache is two generations: when the young one is full, the old one goes.
    fn keep(&mut self, key: Key, account: Account) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, account);
    }

    /// The service's entry. A new one is committed at once: there are a few dozen in all.
    fn service(&mut self, name: &Name) -> Result<&mut Service, LedgerError> {
        if !self.services.contains_key(&name.service) {
            let insert = "INSERT INTO service (name) VALUES (?1) RETURNING id";
            let id = self.connection.query_one(insert, [&name.service], |row| row.get(0))?;
            self.services.insert(name.service.clone(), Service { id, highest: -1 });
        }
        Ok(self.services.get_mut(&name.service).expect("it was put there if it was missing"))
    }
}

/// Takes the lock of the folder's ledger. A file beside the ledger, so that readers (an audit, the sqlite3 shell) are
/// not kept out.
fn lock(dir: &Path, ledger: &Path) -> Result<File, LedgerError> {
    let path = dir.join("provider.lock");
    let io = |source| LedgerError::Io { path: path.clone(), source };
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LedgerError::InUse(ledger.into())),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// Makes the file, if there is none, for its owner alone: the secret of the tokens is in it. SQLite gives its log the
/// same rights.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes the tables in a new file, and refuses one that is not ours.
fn prepare(connection: &mut Connection, path: &Path) -> Result<(), LedgerError> {
    let tables: i64 = connection.query_one("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 {
        check(connection, path)?;
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", "on")?;
    connection.pragma_update(None, "journal_size_limit", WAL_KEPT)?;
    if tables > 0 {
        return Ok(());
    }
    let mut secret = [0; SECRET_BYTES];
    getrandom::fill(&mut secret).map_err(|error| LedgerError::Random(error.to_string()))?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(SCHEMA)?;
    transaction.execute("INSERT INTO secret (id, token_key) VALUES (1, ?1)", [secret])?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    Ok(transaction.commit()?)
}

/// Refuses a file that another program or a later version made.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<(), LedgerError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    if application == APPLICATION && version == VERSION {
        return Ok(());
    }
    let found = if application == APPLICATION { version } else { 0 };
    Err(LedgerError::Foreign { path: path.into(), found, known: VERSION })
}

/// The services by name, each with its highest account.
fn services(connection: &Connection) -> Result<HashMap<String, Service>, LedgerError> {
    let mut select = connection.prepare(
        "SELECT name, id, coalesce((SELECT max(number) FROM account WHERE service = service.id), -1) FROM service",
    )?;
    let rows =
        select.query_map([], |row| Ok((row.get(0)?, Service { id: row.get(1)?, highest: row.get(2)? })))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn write(connection: &mut Connection, changed: &BTreeMap<Key, Changed>) -> Result<(), LedgerError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut insert = transaction.prepare_cached(INSERT)?;
        let mut update = transaction.prepare_cached(UPDATE)?;
        for ((service, number), Changed { account, stored }) in changed {
            let statement = if *stored { &mut update } else { &mut insert };
            statement.execute(params![
                service,
                number,
                account.amount,
                account.last4.as_ref().map(Last4::as_str),
                account.authorized_at,
                account.declined_at,
                account.captured_at,
                account.returned_at,
            ])?;
        }
    }
    Ok(transaction.commit()?)
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let last4: Option<String> = row.get(1)?;
    Ok(Account {
        amount: row.get(0)?,
        last4: last4.as_deref().and_then(Last4::parse),
        authorized_at: row.get(2)?,
        declined_at: row.get(3)?,
        captured_at: row.get(4)?,
        returned_at: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: i64) -> Name {
        Name { service: "taxi.payment".into(), number }
    }

    fn paid(amount: i64) -> Account {
        Account { amount: Some(amount), authorized_at: Some(1), ..Account::default() }
    }

    fn put(book: &mut Book, number: i64, account: Account) {
        let stored = book.get(&name(number)).unwrap().is_some();
        book.set(&name(number), account, stored).unwrap();
    }

    #[test]
    fn what_is_committed_survives_and_what_is_not_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let whole = Account {
            amount: Some(i64::MAX),
            last4: Last4::parse("5656"),
            authorized_at: Some(1),
            declined_at: Some(2),
            captured_at: Some(3),
            returned_at: Some(4),
        };
        let mut book = Book::open(dir.path()).unwrap();
        let secret = book.secret().unwrap();
        put(&mut book, 1, paid(3_800));
        put(&mut book, 1, whole);
        put(&mut book, 2, Account::default());
        book.commit().unwrap();
        put(&mut book, 1, paid(9_000));
        put(&mut book, 3, paid(9_000));
        assert_eq!(book.get(&name(1)).unwrap(), Some(paid(9_000)));
        drop(book);
        let mut book = Book::open(dir.path()).unwrap();
        assert_eq!(book.get(&name(1)).unwrap(), Some(whole));
        assert_eq!(book.get(&name(2)).unwrap(), Some(Account::default()));
        assert_eq!(book.get(&name(3)).unwrap(), None);
        assert_eq!(book.secret().unwrap(), secret);
    }

    #[test]
    fn memory_is_bounded_and_the_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let mut book = Book::open(dir.path()).unwrap();
        let all = 6 * i64::try_from(GENERATION).unwrap();
        for number in (0..all).filter(|number| number % 2 == 0) {
            put(&mut book, number, paid(number + 1));
            if number % 1_024 == 0 {
                book.commit().unwrap();
            }
        }
        book.commit().unwrap();
        assert!(book.changed.is_empty() && book.young.len() + book.old.len() <= 2 * GENERATION);
        // The oldest are read from the file; the gaps between them are known to be gaps.
        for number in [0, 2, 100, all - 2] {
            assert_eq!(book.get(&name(number)).unwrap(), Some(paid(number + 1)), "{number}");
            assert_eq!(book.get(&name(number + 1)).unwrap(), None);
        }
        put(&mut book, 1, paid(7));
        put(&mut book, 2, paid(8));
        book.commit().unwrap();
        drop(book);
        let mut book = Book::open(dir.path()).unwrap();
        assert_eq!(book.get(&name(1)).unwrap(), Some(paid(7)));
        assert_eq!(book.get(&name(2)).unwrap(), Some(paid(8)));
    }

    #[test]
    fn every_commit_is_flushed() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(dir.path()).unwrap();
        let pragma = |name| {
            book.connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))
        };
        assert_eq!(pragma("synchronous").unwrap(), 2.into());
        assert_eq!(pragma("journal_mode").unwrap(), "wal".to_owned().into());
    }

    #[test]
    fn services_keep_their_numbers_apart() {
        let dir = tempfile::tempdir().unwrap();
        let mut book = Book::open(dir.path()).unwrap();
        put(&mut book, 7, paid(1));
        book.commit().unwrap();
        let other = Name { service: "seat.payment".into(), number: 7 };
        assert_eq!(book.get(&other).unwrap(), None);
        drop(book);
        assert_eq!(Book::open(dir.path()).unwrap().get(&other).unwrap(), None);
    }
}

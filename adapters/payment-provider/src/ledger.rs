//! The provider's ledger as an audit reads it, beside the provider or after it.

use crate::account::Name;
use crate::book::check;
use crate::{LEDGER_FILE, LedgerError};
use kernel::Money;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use std::path::Path;

/// What the provider holds of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `taxi.payment/7`
    pub account: String,
    /// `None`: nobody ever asked for an authorization.
    pub amount: Option<Money>,
    /// The amount was set aside, once.
    pub authorized: bool,
    /// The card was declined; nothing was set aside.
    pub declined: bool,
    /// The amount was taken, once.
    pub captured: bool,
    /// Given back, or remembered as never to be taken.
    pub returned: bool,
}

/// The ledger, read only. Sees what is committed at each look-up, also while a provider writes.
#[derive(Debug)]
pub struct Ledger(Connection);

impl Ledger {
    /// Opens the ledger in `dir`; `None`: no provider has ever worked there.
    pub fn open_read_only(dir: &Path) -> Result<Option<Self>, LedgerError> {
        let path = dir.join(LEDGER_FILE);
        if !path.try_exists().map_err(|source| LedgerError::Io { path: path.clone(), source })? {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)?;
        check(&connection, &path)?;
        Ok(Some(Self(connection)))
    }

    /// One payment, by its name.
    pub fn get(&self, account: &str) -> Result<Option<Entry>, LedgerError> {
        let Some(name) = Name::parse(account) else { return Ok(None) };
        let mut select =
            self.0.prepare_cached(&format!("{SELECT} WHERE service.name = ?1 AND account.number = ?2"))?;
        Ok(select.query_one(params![name.service, name.number], entry).optional()?)
    }

    /// Every payment, service by service and by number, all as of one instant. A provider that writes meanwhile
    /// cannot shorten its write-ahead log before `each` is done.
    pub fn each(&self, mut each: impl FnMut(Entry)) -> Result<(), LedgerError> {
        let mut select = self.0.prepare(&format!("{SELECT} ORDER BY account.service, account.number"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            each(entry(row)?);
        }
        Ok(())
    }
}

const SELECT: &str = "SELECT service.name, number, amount, authorized_at IS NOT NULL, declined_at IS NOT NULL,
    captured_at IS NOT NULL, returned_at IS NOT NULL FROM account JOIN service ON service.id = account.service";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let name = Name { service: row.get(0)?, number: row.get(1)? };
    Ok(Entry {
        account: name.to_string(),
        amount: row.get::<_, Option<i64>>(2)?.map(Money),
        authorized: row.get(3)?,
        declined: row.get(4)?,
        captured: row.get(5)?,
        returned: row.get(6)?,
    })
}

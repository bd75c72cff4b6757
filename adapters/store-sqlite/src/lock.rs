//! One process writes a data directory at a time.

use crate::{LOCK_FILE, OpenError};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// Held as long as the value lives. The operating system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct DirLock {
    _file: File,
}

impl DirLock {
    /// Creates the directory if need be. Never waits.
    pub(crate) fn take(dir: &Path) -> Result<Self, OpenError> {
        create(dir)?;
        let path = dir.join(LOCK_FILE);
        let io = |source| OpenError::Io { path: path.clone(), source };
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Where a locked file cannot be read by others, the number stays unknown.
                let _ = file.read_to_string(&mut text);
                return Err(OpenError::InUse { dir: dir.to_owned(), process: text.trim().parse().ok() });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(io)?;
        Ok(Self { _file: file })
    }
}

/// A new directory is made durable too: a log in a folder that a power cut can take away is not durable.
fn create(dir: &Path) -> Result<(), OpenError> {
    if dir.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(dir).map_err(|source| OpenError::Io { path: dir.to_owned(), source })?;
    if cfg!(unix) {
        let absolute =
            std::path::absolute(dir).map_err(|source| OpenError::Io { path: dir.to_owned(), source })?;
        for folder in absolute.ancestors() {
            // Some file systems cannot flush a folder; then there is nothing to wait for.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
    }
    Ok(())
}

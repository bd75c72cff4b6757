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
        std::fs::create_dir_all(dir).map_err(|source| OpenError::Io { path: dir.to_owned(), source })?;
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

/// Makes the directory itself durable, with those it lies in: a log in a folder that a power cut can take away is lost.
pub(crate) fn sync(dir: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        for folder in std::path::absolute(dir)?.ancestors() {
            // Folders that others own may not be opened, and some file systems cannot flush a folder.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
    }
    Ok(())
}

//! The file that shows which configuration payments run with: rewritten at each payment, never in its way.

use engine::ports::{Answered, OutboundCall, Port};
use kernel::Method;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Between two writes at least this long passes, so that ten thousand payments a second cost ten writes; the last
/// payment's write follows within it.
const REST: Duration = Duration::from_millis(100);

/// The two values that the file shows, as they were configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// `3800`
    pub min_tax_price: String,
    /// `http://pg.example.com`
    pub payment_gateway_server: String,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "OS 환경변수 MIN_TAX_PRICE 값: {}", self.min_tax_price)?;
        writeln!(f, "OS 환경변수 PAYMENT_GATEWAY_SERVER 값: {}", self.payment_gateway_server)
    }
}

/// Called once when writing begins to fail, and again only after it has worked in between.
pub type Warn = Box<dyn Fn(&str) + Send>;

/// A provider whose every authorization also writes a file of two lines, [`Values`]. A thread of its own replaces the
/// file as a whole; a payment only tells it that there is something to do, and never waits or fails because of it.
pub struct PaymentFile {
    provider: Arc<dyn Port>,
    signal: Arc<Signal>,
    thread: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Signal {
    /// A payment has come since the last write began.
    due: AtomicBool,
    ended: AtomicBool,
    failures: AtomicU64,
}

impl fmt::Debug for PaymentFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentFile").field("signal", &self.signal).finish_non_exhaustive()
    }
}

impl PaymentFile {
    /// The environment variable that names the file.
    pub const VARIABLE: &'static str = "HOLDFAST_TAXI_PAYMENT_FILE";
    /// Whose payments it shows; other systems pay at the same provider.
    pub const SERVICE: &'static str = "taxi.payment";

    /// Where the file is: as configured; else `/mnt/efs/LOGS` if that folder is mounted. `None`, also for an empty
    /// value: no file is written.
    pub fn place(configured: Option<&str>) -> Option<PathBuf> {
        match configured {
            Some(path) => (!path.is_empty()).then(|| path.into()),
            None => Path::new("/mnt/efs").is_dir().then(|| "/mnt/efs/LOGS".into()),
        }
    }

    /// Puts the file before a provider. An error if its folder does not exist.
    pub fn new(provider: Arc<dyn Port>, path: PathBuf, values: &Values, warn: Warn) -> io::Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(io::Error::new(io::ErrorKind::NotFound, "its folder does not exist"));
        }
        let writer =
            Writer { temporary: temporary(&path)?, path, text: values.to_string(), warn, failing: false };
        let signal = Arc::new(Signal::default());
        let heard = Arc::clone(&signal);
        let thread = thread::Builder::new().name("payment-file".into()).spawn(move || writer.run(&heard))?;
        Ok(Self { provider, signal, thread })
    }

    /// How many writes have failed.
    pub fn failures(&self) -> u64 {
        self.signal.failures.load(Ordering::Relaxed)
    }
}

impl Port for PaymentFile {
    fn ask(&self, call: OutboundCall, answered: Answered) {
        let authorizes = call.request.method == Method::Post && call.request.path == "/authorizations";
        let pays = authorizes && call.from == Self::SERVICE;
        // Mostly it is due already under load: one read.
        if pays && !self.signal.due.load(Ordering::Relaxed) && !self.signal.due.swap(true, Ordering::AcqRel) {
            self.thread.thread().unpark();
        }
        self.provider.ask(call, answered);
    }
}

impl Drop for PaymentFile {
    /// Asks the thread to write what is due and to end; a file system that hangs holds up nobody.
    fn drop(&mut self) {
        self.signal.ended.store(true, Ordering::Release);
        self.thread.thread().unpark();
    }
}

/// What the thread has.
struct Writer {
    path: PathBuf,
    /// In the same folder, and nobody else's: two processes, also of two machines, may share the folder.
    temporary: PathBuf,
    text: String,
    warn: Warn,
    failing: bool,
}

impl Writer {
    fn run(mut self, signal: &Signal) {
        loop {
            let ended = signal.ended.load(Ordering::Acquire);
            if signal.due.swap(false, Ordering::AcqRel) {
                self.write(signal);
                rest(signal);
            } else if ended {
                return;
            } else {
                thread::park();
            }
        }
    }

    fn write(&mut self, signal: &Signal) {
        let written =
            fs::write(&self.temporary, &self.text).and_then(|()| fs::rename(&self.temporary, &self.path));
        let Err(error) = written else {
            self.failing = false;
            return;
        };
        signal.failures.fetch_add(1, Ordering::Relaxed);
        // It may be there in part, or not at all.
        drop(fs::remove_file(&self.temporary));
        if !std::mem::replace(&mut self.failing, true) {
            (self.warn)(&format!("the payment file {} cannot be written: {error}", self.path.display()));
        }
    }
}

/// Waits before the next write, unless it is to be the last.
fn rest(signal: &Signal) {
    let until = Instant::now() + REST;
    while !signal.ended.load(Ordering::Acquire) {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        thread::park_timeout(left);
    }
}

/// A name beside the file that no other process has.
fn temporary(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::other("it does not name a file"))?;
    let random = getrandom::u64().map_err(io::Error::other)?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}-{random:016x}", std::process::id()));
    Ok(path.with_file_name(hidden))
}

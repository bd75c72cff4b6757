//! The provider from outside: as the engine asks it, as an audit reads it, and as it dies.

// Marked as tests, so that Clippy lets their helpers unwrap.
#[cfg(test)]
mod asking;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod payment_file;
#[cfg(test)]
mod simulated;

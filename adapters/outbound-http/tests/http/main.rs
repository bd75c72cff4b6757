//! Both ports as clients of a server on this machine.

// Marked as tests, so that Clippy lets their helpers unwrap.
#[cfg(test)]
mod fake;
#[cfg(test)]
mod payment_gateway;
#[cfg(test)]
mod webhook;

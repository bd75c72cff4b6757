//! The door alone, before an engine that only remembers: through the router, and through real sockets.
#![expect(unreachable_pub, reason = "a test exports nothing; pub marks what its files share")]

mod answers;
mod cards;
mod deeds;
mod documents;
mod fields;
mod keys;
mod lists;
mod paths;
mod sockets;
mod support;

//! What tests stand on: given/when/then, ports in memory, a world with simulated time.

#[expect(clippy::unwrap_used, reason = "a contract is a test: what fails, fails it")]
pub mod contract;
pub mod dice;
pub mod documents;
pub mod exhaustive;
pub mod fleet;
pub mod given;
pub mod http;
pub mod life;
pub mod memory;
pub mod provider;
pub mod seen;
pub mod server;
pub mod stage;
pub mod wire;
pub mod world;

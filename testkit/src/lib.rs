//! What tests stand on: given/when/then, ports in memory, a world with simulated time.

pub mod given;
pub mod memory;
pub mod provider;
pub mod stage;
pub mod world;

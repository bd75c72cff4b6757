//! Runs any system: decides, commits, calls, hears, keeps views.
//! Synchronous and deterministic: inputs in, decisions, replies and effects out, step by step; only `runtime` has threads.

pub mod ports;

//! Runs any system: decides, commits, calls, hears, keeps views.
//! Synchronous and deterministic: inputs in, decisions, replies and effects out, step by step; only `runtime` has threads.

mod cache;
mod calls;
mod decide;
mod fold;
mod follower;
mod keys;
mod lane;
mod numbers;
pub mod ports;
mod recovery;
mod registry;
mod runtime;

pub use fold::Fold;
pub use follower::{Follower, said};
pub use keys::{KEPT_FOR, KEPT_MAX};
pub use lane::{
    BATCH_MAX, CallRef, Changed, Committed, DOCUMENTS_MAX, Found, Input, Lane, LaneParts, OPEN_CALLS_MAX,
    Output, Said, returning,
};
pub use registry::{Kind, Registry, ServiceNo};
pub use runtime::{Clock, Handle, Runtime, RuntimeParts, Tokenizer, WAITING_MAX};

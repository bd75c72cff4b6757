//! Runs any system: decides, commits, calls, hears, keeps views.
//! Synchronous and deterministic: inputs in, decisions, replies and effects out, step by step; only `runtime`, `reading` and `shelving` have threads.

mod breaker;
mod cache;
mod calls;
mod decide;
mod due;
mod flow;
mod fold;
mod follower;
mod give_back;
mod held;
mod keys;
mod lane;
mod numbers;
pub mod ports;
mod reading;
mod recovery;
mod registry;
mod runtime;
mod shelving;

pub use flow::{CallRef, Changed, Committed, Found, Input, Output, Said, returning};
pub use fold::Fold;
pub use follower::Follower;
pub use keys::{KEPT_FOR, KEPT_MAX};
pub use lane::{BATCH_MAX, DOCUMENTS_MAX, Lane, LaneParts, OPEN_CALLS_MAX};
pub use registry::{Kind, Registry, ServiceNo};
pub use runtime::{Clock, Handle, Runtime, RuntimeParts, Tokenizer, WAITING_MAX};

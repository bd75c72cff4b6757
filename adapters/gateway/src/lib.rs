//! The door over HTTP: reads requests by the tables of a `kernel::System`, asks the engine through
//! `engine::ports::Front`, and writes records, lists and problems.
//!
//! One [`Site`] serves one listener. It is an axum fallback over tables that are built once: the app adds pages
//! and metrics beside it as ordinary axum routes, and no request builds or walks a list of routes.
//! HTTP/1.1 only: without TLS no client that matters speaks HTTP/2 to us, and a proxy in front does that anyway.

mod accept;
mod actuator;
mod caller;
mod cors;
mod deed;
mod field;
mod hal;
mod intake;
mod json;
pub mod limits;
mod links;
mod listing;
mod openapi;
mod problem;
mod schema;
mod serve;
mod show;
mod site;
mod table;
mod wait;

pub use cors::Cors;
pub use openapi::openapi;
pub use serve::serve;
pub use site::{OpenRequests, Options, Ready, Site, router};
pub use table::{Prefix, Scope};

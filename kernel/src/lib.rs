//! The words that all systems share: what an aggregate is, what it may ask of the world, how it is reached
//! over the wire, and the opt-in blocks (payment, counted stock, time slots, notices) that more than one business
//! needs.
//!
//! `no_std` on purpose: a system built on this crate cannot read a clock, a random number, a file or a network.
#![no_std]

extern crate alloc;

mod aggregate;
mod audit;
mod body;
mod message;
mod notice;
pub mod notices;
pub mod payment;
mod problem;
mod resource;
mod settings;
pub mod slots;
pub mod stock;
mod system;
mod values;
mod view;

pub use aggregate::{
    Aggregate, Answer, Call, Cx, Decision, Documents, Mode, Need, Numbers, Outcome, Request, Stop, Wait,
    already, done, done_but, refused,
};
pub use audit::{AllDocuments, Audit, Charge, Everything, Numbered};
pub use body::Body;
pub use message::{Message, Unreadable};
pub use notice::Notice;
pub use problem::{Problem, Rejection};
pub use resource::{Asked, Caller, Deed, Field, FieldKind, Finder, Handler, Method, Resource, Route, Target};
pub use settings::{Setting, SettingError, Settings};
pub use system::{
    AnyCommand, AnyDocument, AnyEvent, AnyWait, Beginning, DynAggregate, DynView, ErasedCall, ErasedDecision,
    ErasedStop, Service, System, Text,
};
pub use values::{Card, Id, Millis, Money, Time};
pub use view::{Meta, View};

/// What a service file needs from `alloc` and this crate, in one line.
pub mod prelude {
    pub use crate::{
        Aggregate, Answer, Asked, Audit, Body, Call, Caller, Card, Charge, Cx, Decision, Deed, Everything,
        Field, FieldKind, Id, Meta, Method, Millis, Mode, Money, Need, Notice, Outcome, Problem, Rejection,
        Request, Resource, Stop, Target, Time, View, Wait, already, done, done_but, events, messages,
        number_in, refused, rejections,
    };
    pub use alloc::borrow::ToOwned;
    pub use alloc::boxed::Box;
    pub use alloc::format;
    pub use alloc::string::{String, ToString};
    pub use alloc::vec;
    pub use alloc::vec::Vec;
    pub use serde::{Deserialize, Serialize};
    pub use serde_json::Value;
}

#[doc(hidden)]
pub mod private {
    pub use alloc::format;
    pub use alloc::string::String;
    pub use serde_json;
}

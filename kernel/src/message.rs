//! Events as data: each has the name it has on the wire and a flat JSON body.

use alloc::string::String;

/// A stored or received event that this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {name} cannot be read: {why}")]
pub struct Unreadable {
    pub name: String,
    pub why: String,
}

/// A closed set of events: the published language of a system, or all that one service records.
/// Implemented by [`messages!`](crate::messages), never by hand.
pub trait Message: Clone + core::fmt::Debug + Send + Sync + 'static {
    /// The published language of the system, which its services hear.
    type Language: Message;
    /// As on the wire: `Ordered`.
    fn name(&self) -> &'static str;
    /// The fields as one flat JSON object.
    fn encode(&self) -> String;
    fn decode(name: &str, json: &str) -> Result<Self, Unreadable>;
    /// What others hear of this event; `None`: inner, it never leaves its service.
    fn heard(&self) -> Option<Self::Language>;
    /// Every name of the set, with whether it is public.
    fn names() -> &'static [(&'static str, bool)];
}

/// Declares a set of events. Each variant wraps the struct of the same name; a service that only shows a view records
/// none.
///
/// ```
/// use kernel::prelude::*;
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// pub struct Ordered { pub id: Id }
/// #[derive(Clone, Debug, Serialize, Deserialize)]
/// pub struct OrderRequested {}
///
/// // The published language of a system:
/// messages! { pub enum Event { Ordered } }
///
/// mod order {
///     // What one service records: inner events of its own, and what it says.
///     use super::{Event as Language, Ordered, OrderRequested};
///     kernel::messages! { pub enum Event of Language { inner { OrderRequested } public { Ordered } } }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! messages {
    ($(#[$meta:meta])* pub enum $Name:ident { $($Public:ident),* $(,)? }) => {
        $crate::messages! { $(#[$meta])* pub enum $Name of $Name { inner {} public { $($Public),* } } }
    };
    ($(#[$meta:meta])* pub enum $Name:ident of $Language:ident { inner {} public {} }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub enum $Name {}

        impl $crate::Message for $Name {
            type Language = $Language;
            fn name(&self) -> &'static str {
                match *self {}
            }
            fn encode(&self) -> $crate::private::String {
                match *self {}
            }
            fn decode(name: &str, _: &str) -> Result<Self, $crate::Unreadable> {
                Err($crate::Unreadable { name: name.into(), why: "no such event".into() })
            }
            fn heard(&self) -> Option<$Language> {
                match *self {}
            }
            fn names() -> &'static [(&'static str, bool)] {
                &[]
            }
        }
    };
    ($(#[$meta:meta])* pub enum $Name:ident of $Language:ident {
        inner { $($Inner:ident),* $(,)? } public { $($Public:ident),* $(,)? }
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub enum $Name { $($Inner($Inner),)* $($Public($Public),)* }

        $(impl From<$Inner> for $Name { fn from(event: $Inner) -> Self { Self::$Inner(event) } })*
        $(impl From<$Public> for $Name { fn from(event: $Public) -> Self { Self::$Public(event) } })*

        impl $crate::Message for $Name {
            type Language = $Language;
            fn name(&self) -> &'static str {
                match self {
                    $(Self::$Inner(_) => stringify!($Inner),)*
                    $(Self::$Public(_) => stringify!($Public),)*
                }
            }
            fn encode(&self) -> $crate::private::String {
                let written = match self {
                    $(Self::$Inner(event) => $crate::private::serde_json::to_string(event),)*
                    $(Self::$Public(event) => $crate::private::serde_json::to_string(event),)*
                };
                written.expect("an event is a struct of plain fields, which always serializes")
            }
            fn decode(name: &str, json: &str) -> Result<Self, $crate::Unreadable> {
                let read = match name {
                    $(stringify!($Inner) => $crate::private::serde_json::from_str(json).map(Self::$Inner),)*
                    $(stringify!($Public) => $crate::private::serde_json::from_str(json).map(Self::$Public),)*
                    _ => return Err($crate::Unreadable { name: name.into(), why: "no such event".into() }),
                };
                read.map_err(|error| $crate::Unreadable {
                    name: name.into(),
                    why: $crate::private::format!("{error}"),
                })
            }
            fn heard(&self) -> Option<$Language> {
                match self {
                    $(Self::$Inner(_) => None,)*
                    $(Self::$Public(event) => Some($Language::from(event.clone())),)*
                }
            }
            fn names() -> &'static [(&'static str, bool)] {
                &[$((stringify!($Inner), false),)* $((stringify!($Public), true),)*]
            }
        }
    };
}

/// Declares events: each a struct of public fields that are written in camel case.
///
/// ```
/// # use kernel::prelude::*;
/// kernel::events! {
///     /// By `order`: somebody has ordered.
///     Ordered { id: Id, order_type: String }
/// }
/// let ordered = Ordered { id: Id(7), order_type: "basic".into() };
/// assert_eq!(serde_json::to_string(&ordered).unwrap(), r#"{"id":7,"orderType":"basic"}"#);
/// ```
#[macro_export]
macro_rules! events {
    ($($(#[$meta:meta])* $Name:ident { $($(#[$about:meta])* $field:ident: $Type:ty),* $(,)? })*) => {
        $($(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $Name { $($(#[$about])* pub $field: $Type),* })*
    };
}

/// The number that an event carries in some field; with `..` at the end, of the other events of the set none.
///
/// ```
/// # use kernel::prelude::*;
/// # #[derive(Clone, Debug, Serialize, Deserialize)]
/// # pub struct Ordered { pub id: Id }
/// # #[derive(Clone, Debug, Serialize, Deserialize)]
/// # pub struct Paid { pub order_id: Id }
/// messages! { pub enum Event { Ordered, Paid } }
/// fn order(event: &Event) -> Option<Id> {
///     number_in!(event, Event { id: Ordered; order_id: Paid; })
/// }
/// # assert_eq!(order(&Event::Paid(Paid { order_id: Id(7) })), Some(Id(7)));
/// ```
#[macro_export]
macro_rules! number_in {
    ($event:expr, $Set:ident { $($field:ident: $($Name:ident),+ $(,)?;)* }) => {
        match $event { $($($Set::$Name(event) => Some(event.$field),)+)* }
    };
    ($event:expr, $Set:ident { $($field:ident: $($Name:ident),+ $(,)?;)* .. }) => {
        match $event { $($($Set::$Name(event) => Some(event.$field),)+)* _ => None }
    };
}

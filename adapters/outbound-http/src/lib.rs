//! Ports that are asked over HTTP: the payment gateway and the receiver of notices. One crate, since adapters do not
//! know each other and both speak through the same client; what is asked is one small file each.
//!
//! A request to `http://…` works in every build; `https://…` needs the cargo feature `tls` (rustls with ring, off by
//! default), and an address that this build cannot reach is refused at the start with a sentence.

mod address;
mod answer;
mod client;
mod connector;
mod payment_gateway;
mod webhook;

pub use client::{MAX_CONNECTIONS, MAX_OPEN, PER_TRY, Warn};
pub use payment_gateway::{PaymentGateway, TellCard};
pub use webhook::Webhook;

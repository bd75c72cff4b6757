//! A message for a person.

use crate::Body;
use alloc::string::String;
use serde::{Deserialize, Serialize};

/// What is told to whom. How it travels (SMS, mail, talk message) is the notifier's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// A telephone number, a user id, or the name where nothing better is known.
    pub to: String,
    pub channel: String,
    pub text: String,
}

impl Notice {
    pub fn body(&self) -> Body {
        Body::new()
            .with("to", self.to.as_str())
            .with("channel", self.channel.as_str())
            .with("text", self.text.as_str())
    }
}

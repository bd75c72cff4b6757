//! Where a story plays: in memory with simulated time, or on the real binary over HTTP. A story is one function that
//! runs on every stage, which is what proves that the stages are one product.

use crate::seen::Seen;
use crate::world::World;
use kernel::{Method, Millis};
use serde_json::Value;

/// One system, alone, new, with its gateway at the root.
pub trait Stage {
    fn ask(&mut self, method: Method, path: &str, body: Value) -> Seen;

    #[track_caller]
    fn post(&mut self, path: &str, body: Value) -> Seen {
        self.ask(Method::Post, path, body)
    }

    #[track_caller]
    fn patch(&mut self, path: &str, body: Value) -> Seen {
        self.ask(Method::Patch, path, body)
    }

    #[track_caller]
    fn delete(&mut self, path: &str) -> Seen {
        self.ask(Method::Delete, path, Value::Null)
    }

    /// What `/orders/1` shows now.
    fn get(&mut self, path: &str) -> Seen;
    /// All rows of a collection or view, by number.
    fn list(&mut self, plural: &str) -> Vec<Value>;
    /// Comes to show this value at last, or the test fails with what it shows.
    fn comes_to_show(&mut self, path: &str, field: &str, value: Value);
    /// The names of the public events of a booking come to be these, in this order.
    fn comes_to_say(&mut self, correlation: u64, story: &str);
    /// The texts of the notices of a booking come to be these, in this order.
    fn comes_to_tell(&mut self, correlation: u64, texts: &[&str]);
    /// The service stops, as with Ctrl+C, until it is started again.
    fn stop_service(&mut self, service: &str);
    fn start_service(&mut self, service: &str);
    /// From now on each authorization takes the provider so long.
    fn slow_provider(&mut self, delay: Millis);
    /// Clean, or the test fails with the findings.
    fn audit(&mut self);
}

/// A name and a story.
pub type Story = (&'static str, fn(&mut dyn Stage));

impl dyn Stage + '_ {
    #[track_caller]
    pub fn shows(&mut self, path: &str, field: &str, value: impl Into<Value>) {
        self.comes_to_show(path, field, value.into());
    }
}

impl Stage for World {
    #[track_caller]
    fn ask(&mut self, method: Method, path: &str, body: Value) -> Seen {
        Self::ask(self, method, path, body)
    }

    fn get(&mut self, path: &str) -> Seen {
        Self::get(self, path)
    }

    fn list(&mut self, plural: &str) -> Vec<Value> {
        Self::list(self, plural)
    }

    #[track_caller]
    fn comes_to_show(&mut self, path: &str, field: &str, value: Value) {
        self.settle();
        Self::get(self, path).is(200).with(field, value);
    }

    #[track_caller]
    fn comes_to_say(&mut self, correlation: u64, story: &str) {
        self.settle();
        assert_eq!(self.story(correlation), story);
    }

    #[track_caller]
    fn comes_to_tell(&mut self, correlation: u64, texts: &[&str]) {
        self.settle();
        assert_eq!(self.notices(correlation), texts);
    }

    fn stop_service(&mut self, service: &str) {
        self.settle();
        Self::stop_service(self, service);
    }

    fn start_service(&mut self, service: &str) {
        Self::start_service(self, service);
    }

    fn slow_provider(&mut self, delay: Millis) {
        self.weather.delay_ms = delay.0;
    }

    #[track_caller]
    fn audit(&mut self) {
        self.settle();
        Self::audit(self, false);
    }
}

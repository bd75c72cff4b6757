//! What was written once is read for ever, and the table of `lib.rs` is true.

testkit::wire! { || driver::system(driver::Settings::default()) }

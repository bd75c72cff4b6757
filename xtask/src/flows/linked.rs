//! The systems whose policies can be asked here: one line a system.

use kernel::System;

/// All systems, with the settings they have by default.
pub fn systems() -> Vec<System> {
    vec![
        seat::system(seat::Settings::default()),
        driver::system(driver::Settings::default()),
        taxi::system(taxi::Settings::default()),
        concert::system(concert::Settings::default()),
        room::system(room::Settings::default()),
    ]
}

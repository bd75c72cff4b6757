//! The systems whose policies can be asked here: one line a system.

use kernel::System;

/// All systems, with the settings they have by default.
pub fn systems() -> Vec<System> {
    vec![taxi::system(taxi::Settings::default())]
}

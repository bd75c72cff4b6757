//! Tasks of this workspace: what is generated, what is checked, how fast it is.

pub mod bench;
pub mod docs;
pub mod flows;
pub mod new_system;
pub mod requirements;
pub mod source;
pub mod tidy;
pub mod tree;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_owned()
}

//! Maintenance commands of this workspace: `cargo xtask`.
//!
//! Each command is a module whose `run` takes the workspace and the options, so that tests can run
//! it in a temporary folder. `main.rs` only reads the command line.

pub mod add;
pub mod budget;
pub mod cargo;
pub mod conformance;
mod error;
mod error_codes;
pub mod flags;
pub mod generate;
pub mod remove;
pub mod sync;
pub mod upstream;
pub mod workspace;

mod files;
mod known_values;
mod local_server;
mod parallel;
mod selector;
mod specs;
mod suggestions;

pub use error::Error;
pub use workspace::Workspace;

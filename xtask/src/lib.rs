//! The chores of this workspace, behind `cargo xtask`.
//!
//! Each subcommand is a module with a function that takes the workspace and what was asked for, so
//! that a test can run it in a temporary folder. `main.rs` only reads the arguments.

pub mod add;
pub mod all_services;
pub mod budget;
pub mod conformance;
mod error;
pub mod flags;
pub mod generate;
pub mod live_smoke;
pub mod lock;
pub mod remove;
pub mod sync;
pub mod workspace;

mod local_server;
mod parallel;
mod selector;

pub use error::Error;
pub use workspace::Workspace;

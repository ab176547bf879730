//! What the end-to-end tests share: a server that answers exactly what a test wants.

pub mod scripted;

/// The code of the README at the root is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

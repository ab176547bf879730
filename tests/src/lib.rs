//! What the end-to-end tests share: servers and a proxy on loopback that do exactly what a test
//! wants, and what is put into clients to hold their surroundings still.

pub mod counting;
pub mod injected;
pub mod live;
pub mod proxy;
pub mod scripted;
pub mod tls;

/// The code of the README at the root is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

//! What the end-to-end tests share: servers and a proxy on loopback that do exactly what a test
//! wants, what is put into clients to hold their surroundings still, and a program that is run
//! against them.

pub mod counting;
pub mod in_memory;
pub mod injected;
pub mod live;
pub mod program;
pub mod proxy;
pub mod scripted;
pub mod socks;
pub mod tls;

/// The code of the README at the root is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

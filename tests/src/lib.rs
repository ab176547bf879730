//! Helpers of the end-to-end tests: servers and proxies on loopback whose behaviour a test
//! controls, fakes for time and randomness, and the program `call_any_api`.

pub mod call_any_api;
pub mod captured_log;
pub mod counting_server;
pub mod fakes;
pub mod handler_server;
pub mod in_memory_transport;
pub mod proxy;
pub mod scripted_server;
pub mod socks;
pub mod tls;

/// Compiles the code in the README of the repository.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

//! An endpoint on `127.0.0.1` that speaks the Tencent Cloud API 3.0: for quick starts, and for
//! tests of programs that call the API, without a cloud account.
//!
//! It is strict where the real service is. A request must be signed, with TC3-HMAC-SHA256,
//! HmacSHA1 or HmacSHA256, by a secret id that it knows, within 300 seconds of its clock; service,
//! version, action and
//! parameters are held against the specification of the service; and what is wrong is answered
//! with the error code of the real service.
//!
//! Behind it is a small account with instances, disks and networks in three regions. What lists
//! them (`DescribeInstances`, `DescribeDisks`, `DescribeVpcs` …) takes ids, filters and pages as
//! the service does. Every other action of the services answers in the shape of its response, with
//! made-up values, and changes nothing.
//!
//! ```
//! use tencentcloud_local::LocalServer;
//!
//! let server = LocalServer::start()?;
//!
//! // Point any client at it: the SDK for Rust, an official SDK of another language …
//! println!("{} {} {}", server.endpoint(), server.secret_id(), server.secret_key());
//!
//! // … and look at what arrived.
//! assert!(server.requests().is_empty());
//! # Ok::<(), tencentcloud_local::StartError>(())
//! ```
//!
//! As a program of its own it runs with `cargo run -p tencentcloud-local -- --port 8080`.

mod account;
mod answer;
mod catalog;
mod chat;
mod clock;
mod dialect;
mod error;
mod gateway;
mod http;
mod parameters;
mod received;
mod refusal;
mod request_id;
mod server;
mod spec;
#[rustfmt::skip] // formatted by the generator
mod specs;
#[cfg(test)]
mod testing;

pub use error::StartError;
pub use received::Received;
pub use server::{Builder, LocalServer};

/// The code of the README is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
mod untyped;

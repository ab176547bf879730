//! A server on `127.0.0.1` that emulates the Tencent Cloud API 3.0, for quick starts and for tests
//! of programs that call the API, without a cloud account.
//!
//! It checks requests like the real service. A request must be signed with TC3-HMAC-SHA256, HmacSHA1
//! or HmacSHA256, with a known secret id, and its timestamp must be within 300 seconds of the clock of
//! the server. Service, version, action and parameters are checked against the specification of
//! the service. Errors have the codes of the real service.
//!
//! The server has a small account with instances, disks and networks in three regions. The
//! actions that list them (`DescribeInstances`, `DescribeDisks`, `DescribeVpcs` …) accept ids,
//! filters and pagination as the service does. Actions such as `RunInstances`, `AttachDisks` and
//! `CreateVpc` change the account, with the rules and error codes of the service; the README lists
//! them. Every other action returns a response that matches its specification, with placeholder
//! values, and changes nothing.
//!
//! ```
//! use tencentcloud_local::LocalServer;
//!
//! let server = LocalServer::start()?;
//!
//! // Point any client at it: the SDK for Rust or an official SDK of another language.
//! println!("{} {} {}", server.endpoint(), server.secret_id(), server.secret_key());
//!
//! // Then inspect the requests that arrived.
//! assert!(server.requests().is_empty());
//! # Ok::<(), tencentcloud_local::StartError>(())
//! ```
//!
//! To run it as a program, use `cargo run -p tencentcloud-local -- --port 8080`.

mod account;
mod api_error;
mod call;
mod catalog;
mod clock;
mod gateway;
mod http_service;
mod operations;
mod parameters;
mod request;
mod request_log;
mod resource_id;
mod response;
mod responses;
mod server;
mod spec;
#[rustfmt::skip] // formatted by the generator
mod specs;
#[cfg(test)]
mod test_util;

pub use request_log::RecordedRequest;
pub use server::{LocalServer, LocalServerBuilder, StartError};

/// Compiles the code in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

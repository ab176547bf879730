//! Waits: which states and errors end them, their times, and what they ask.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod absent;
mod blocking;
mod model;
mod options;
mod requests;
mod states;
mod things;
mod times;

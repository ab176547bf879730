//! Example programs. Start with `cargo run --example quickstart`.

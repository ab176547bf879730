//! Programs to read and run; start with `cargo run --example quickstart`.

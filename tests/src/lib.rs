//! What the end-to-end tests share: a server that answers exactly what a test wants.

pub mod scripted;

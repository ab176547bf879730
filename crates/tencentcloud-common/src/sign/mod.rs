//! Signatures: pure functions of a request and a secret key, usable without the rest of the SDK.

pub mod tc3;

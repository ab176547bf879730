//! What the example programs share: a local server to call. Start with
//! `cargo run --example quickstart`.

use tencentcloud_common::client::ClientBuilder;
use tencentcloud_common::{Client, ClientProfile, Error, HttpProfile};
use tencentcloud_local::LocalServer;

/// Starts a builder for a client of a local server: with its endpoint and its credential.
///
/// A program that calls the cloud needs neither: it passes a credential and a region to
/// `CvmClient::new`.
///
/// # Errors
///
/// Returns an error if the endpoint of the server is invalid, which does not happen.
pub fn connect<C: From<Client>>(
    builder: ClientBuilder<C>,
    server: &LocalServer,
) -> Result<ClientBuilder<C>, Error> {
    let http_profile = HttpProfile::builder().endpoint(server.endpoint()).build()?;
    let profile = ClientProfile::builder().http_profile(http_profile).build()?;
    Ok(builder.credential(server.credential()).region("ap-guangzhou").profile(profile))
}

//! Any action of any service, without types.
//!
//! ```no_run
//! use serde_json::json;
//! use tencentcloud_common::{CommonClient, Credential, Error};
//!
//! # async fn example() -> Result<(), Error> {
//! let credential = Credential::new("AKIDexample", "my-secret-key")?;
//! let client = CommonClient::new("cvm", "2017-03-12", credential, "ap-shanghai");
//! let response = client.call_json("DescribeInstances", json!({"Limit": 10})).await?;
//! println!("{}", response["TotalCount"]);
//! # Ok(())
//! # }
//! ```

use std::borrow::Cow;

use serde::Serialize;

use crate::call::{Call, JsonRequest};
use crate::client::{Client, ClientBuilder};
use crate::encode;
use crate::error::Error;
use crate::profile::ClientProfile;
use crate::provider::ProvideCredential;
use crate::region::Region;

/// Calls any action of a service with parameters as JSON. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CommonClient {
    client: Client,
}

impl CommonClient {
    /// A client of `service` (as in `cvm.tencentcloudapi.com`) and API version.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
    ) -> Self {
        Self::from(Client::new(service, version, credential, region))
    }

    /// A client with a profile.
    ///
    /// # Errors
    ///
    /// As [`ClientBuilder::build`].
    pub fn with_profile(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
        profile: ClientProfile,
    ) -> Result<Self, Error> {
        Client::with_profile(service, version, credential, region, profile).map(Self::from)
    }

    /// Starts a client with everything replaceable.
    pub fn builder(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
    ) -> ClientBuilder<Self> {
        ClientBuilder::new(service, version)
    }

    /// The same client for another region; it shares connections and credentials.
    pub fn in_region(&self, region: impl Into<Region>) -> Self {
        Self { client: self.client.in_region(region) }
    }

    /// Prepares a call of `action` with parameters that serialize to a JSON object; the answer is
    /// the object in the member `Response`.
    ///
    /// Integers up to 64 bits keep their value in both directions. Pass a
    /// [`RawValue`](serde_json::value::RawValue) to send a text exactly as it is.
    ///
    /// Awaiting the call gives [`InvalidInput`](crate::ErrorKind::InvalidInput) when the
    /// parameters are no object, and any other [`Error`] of a call.
    pub fn call_json(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<JsonRequest> {
        // As the official SDKs do: `describeInstances` is accepted.
        let mut action = action.as_ref().to_owned();
        if let Some(first) = action.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let encoded = encode::parameters(&parameters);
        Call::new(self.client.clone(), JsonRequest { action, encoded })
    }
}

impl From<Client> for CommonClient {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

//! Any action of any service, without types.
//!
//! ```no_run
//! use tencentcloud_common::serde_json::json;
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

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::{Client, ClientBuilder};
use crate::call::{Call, DynamicRequest};
use crate::credentials::ProvideCredential;
use crate::error::Error;
use crate::profile::{ClientProfile, Region};
use crate::protocol::encode::{self, Multipart, Parameters};
use crate::sse::EventStream;

/// Calls any action of a service with parameters as JSON. Cheap to clone.
#[doc(alias("CommonRequest", "NewCommonClient", "NewCommonRequest", "AsyncCommonClient"))]
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

    /// The same client with another credential, for programs that act for many accounts; it shares
    /// all but the credential: see [`Client::with_credential`].
    pub fn with_credential(&self, credential: impl ProvideCredential + 'static) -> Self {
        Self { client: self.client.with_credential(credential) }
    }

    /// Prepares a call of `action` with parameters that serialize to a JSON object.
    ///
    /// The call gives **what is inside `Response`**; the official SDKs give the whole document. Write
    /// `value["TotalCount"]`: `value["Response"]["TotalCount"]` is `null`, without an error, because
    /// indexing a [`Value`] by a name that it does not have gives `null`.
    ///
    /// ```no_run
    /// use tencentcloud_common::serde_json::json;
    /// use tencentcloud_common::{CommonClient, Error};
    ///
    /// # async fn example(client: CommonClient) -> Result<(), Error> {
    /// let value = client.call_json("DescribeInstances", json!({"Limit": 1})).await?;
    /// println!("{} instances, request {}", value["TotalCount"], value["RequestId"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Integers up to 64 bits keep their value in both directions. Pass a
    /// [`RawValue`](serde_json::value::RawValue) to send a text exactly as it is.
    ///
    /// Awaiting the call gives [`InvalidInput`](crate::ErrorKind::InvalidInput) when the
    /// parameters are no object, and any other [`Error`] of a call.
    #[doc(alias = "SetActionParameters")]
    pub fn call_json(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<DynamicRequest<Value>> {
        self.prepare(action.as_ref(), encode::parameters(&parameters))
    }

    /// As [`call_json`](Self::call_json), but gives the body of the answer as it arrived, `Response`
    /// included, for actions that answer something else than JSON, and for callers that read it
    /// themselves.
    ///
    /// An error of the API is an error here too.
    #[doc(alias("GetBody", "CommonResponse"))]
    pub fn call(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<DynamicRequest<Bytes>> {
        self.prepare(action.as_ref(), encode::parameters(&parameters))
    }

    /// Prepares a call that sends `body` as `application/octet-stream`, with parameters in
    /// headers, as `UploadLog` of cls takes it. A parameter `TopicId` of cls becomes the header
    /// `X-CLS-TopicId`; a name with a `-`, such as `X-CLS-TopicId` itself, is sent as it is.
    ///
    /// Needs `POST` and TC3-HMAC-SHA256; another method or signature in the profile is
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[doc(alias("SetOctetStreamParameters", "callOctetStream", "IsOctetStream"))]
    pub fn call_octet_stream(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
        body: impl Into<Bytes>,
    ) -> Call<DynamicRequest<Value>> {
        let form =
            encode::octet_stream::octet_stream(self.client.service(), &parameters, body.into());
        self.prepare(action.as_ref(), form)
    }

    /// Prepares a call that sends its parameters, files among them, as `multipart/form-data`.
    ///
    /// Needs `POST`, and is always signed with TC3-HMAC-SHA256.
    #[doc(alias = "IsMultipart")]
    pub fn call_multipart(
        &self,
        action: impl AsRef<str>,
        parameters: Multipart,
    ) -> Call<DynamicRequest<Value>> {
        self.prepare(action.as_ref(), Ok(Parameters::Multipart(parameters)))
    }

    /// Prepares a call whose answer is a stream of events, such as `ChatCompletions` of hunyuan.
    /// The call gives the stream as soon as it begins; no time limit cuts it off, only silence
    /// does (see [`HttpProfile::sse_idle_timeout`](crate::HttpProfile::sse_idle_timeout)).
    ///
    /// An action that answers JSON instead gives a stream of one event, whose data is the object
    /// in the member `Response`.
    #[doc(alias = "CommonSSEResponse")]
    pub fn call_sse(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<DynamicRequest<EventStream>> {
        self.prepare(action.as_ref(), encode::parameters(&parameters))
    }

    fn prepare<T>(&self, action: &str, form: Result<Parameters, Error>) -> Call<DynamicRequest<T>> {
        Call::new(self.client.context.clone(), DynamicRequest::new(action, form))
    }
}

impl From<Client> for CommonClient {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

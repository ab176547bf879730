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

/// A client for any action of a service, with parameters as JSON. Cheap to clone.
///
/// ```no_run
/// use tencentcloud_common::serde_json::json;
/// use tencentcloud_common::{CommonClient, Credential, Error};
///
/// # async fn example() -> Result<(), Error> {
/// let credential = Credential::new("AKIDexample", "my-secret-key")?;
/// let client = CommonClient::new("cvm", "2017-03-12", credential, "ap-shanghai");
/// let response = client.call_json("DescribeInstances", json!({"Limit": 10})).await?;
/// println!("{}", response["TotalCount"]);
/// # Ok(())
/// # }
/// ```
#[doc(alias("CommonRequest", "NewCommonClient", "NewCommonRequest", "AsyncCommonClient"))]
#[derive(Clone, Debug)]
pub struct CommonClient {
    client: Client,
}

impl CommonClient {
    /// Creates a client of a service, such as `cvm`, and API version, such as `2017-03-12`.
    pub fn new(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
    ) -> Self {
        Self::from(Client::new(service, version, credential, region))
    }

    /// Creates a client with a profile.
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::build`].
    pub fn with_profile(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        credential: impl ProvideCredential + 'static,
        region: impl Into<Region>,
        profile: ClientProfile,
    ) -> Result<Self, Error> {
        Client::with_profile(service, version, credential, region, profile).map(Self::from)
    }

    /// Creates a builder, for example to replace the transport.
    pub fn builder(
        service: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
    ) -> ClientBuilder<Self> {
        ClientBuilder::new(service, version)
    }

    /// Returns a client for another region. It shares everything else with this one.
    pub fn in_region(&self, region: impl Into<Region>) -> Self {
        Self { client: self.client.in_region(region) }
    }

    /// Returns a client with another credential, for programs that act for many accounts. See
    /// [`Client::with_credential`].
    pub fn with_credential(&self, credential: impl ProvideCredential + 'static) -> Self {
        Self { client: self.client.with_credential(credential) }
    }

    /// Prepares a call of `action` with parameters that serialize to a JSON object.
    ///
    /// The call returns **the object in the member `Response`**; the official SDKs return the whole
    /// document. Write `value["TotalCount"]`. `value["Response"]["TotalCount"]` is `null`, without
    /// an error, because indexing a [`Value`] by an unknown name returns `null`.
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
    /// [`RawValue`](serde_json::value::RawValue) to send JSON text unchanged.
    ///
    /// If the parameters are not an object, the call fails with
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[doc(alias = "SetActionParameters")]
    pub fn call_json(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<DynamicRequest<Value>> {
        self.prepare(action.as_ref(), encode::parameters(&parameters))
    }

    /// Like [`call_json`](Self::call_json), but the call returns the body of the response
    /// unchanged, including `Response`. Use it for actions that do not return JSON, or to decode
    /// the response yourself.
    ///
    /// If the body contains an error of the API, the call still fails.
    #[doc(alias("GetBody", "CommonResponse"))]
    pub fn call(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<DynamicRequest<Bytes>> {
        self.prepare(action.as_ref(), encode::parameters(&parameters))
    }

    /// Prepares a call that sends `body` as `application/octet-stream` and the parameters as
    /// headers, such as `UploadLog` of `cls`. For `cls`, a parameter `TopicId` becomes the header
    /// `X-CLS-TopicId`; a name with a `-`, such as `X-CLS-TopicId` itself, is sent unchanged.
    ///
    /// Requires `POST` and TC3-HMAC-SHA256: another method or signature in the profile is an
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) error.
    #[doc(alias("SetOctetStreamParameters", "callOctetStream", "IsOctetStream"))]
    pub fn call_octet_stream(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
        body: impl Into<Bytes>,
    ) -> Call<DynamicRequest<Value>> {
        let service = self.client.service();
        let parameters = encode::octet_stream::octet_stream(service, &parameters, body.into());
        self.prepare(action.as_ref(), parameters)
    }

    /// Prepares a call that sends its parameters, including files, as `multipart/form-data`.
    ///
    /// Requires `POST`, and is always signed with TC3-HMAC-SHA256.
    #[doc(alias = "IsMultipart")]
    pub fn call_multipart(
        &self,
        action: impl AsRef<str>,
        parameters: Multipart,
    ) -> Call<DynamicRequest<Value>> {
        self.prepare(action.as_ref(), Ok(Parameters::Multipart(parameters)))
    }

    /// Prepares a call whose response is an event stream, such as `ChatCompletions` of `hunyuan`.
    /// The call returns the stream as soon as it begins. The stream has no total time limit, only
    /// an idle timeout: see
    /// [`HttpProfile::sse_idle_timeout`](crate::HttpProfile::sse_idle_timeout).
    ///
    /// If the action responds with JSON instead, the stream has one event, whose data is the object
    /// in the member `Response`.
    #[doc(alias = "CommonSSEResponse")]
    pub fn call_sse(
        &self,
        action: impl AsRef<str>,
        parameters: impl Serialize,
    ) -> Call<DynamicRequest<EventStream>> {
        self.prepare(action.as_ref(), encode::parameters(&parameters))
    }

    fn prepare<T>(
        &self,
        action: &str,
        parameters: Result<Parameters, Error>,
    ) -> Call<DynamicRequest<T>> {
        Call::new(self.client.context.clone(), DynamicRequest::new(action, parameters))
    }
}

impl From<Client> for CommonClient {
    fn from(client: Client) -> Self {
        Self { client }
    }
}

//! Requests that are refused before anything is sent.

use std::fmt;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use tencentcloud_common::client::Client;
use tencentcloud_common::credentials::{CredentialFuture, EnvironmentProvider, ProvideCredential};
use tencentcloud_common::interceptor::{Attempt, Interceptor};
use tencentcloud_common::protocol::query::flatten;
use tencentcloud_common::runtime::Random;
use tencentcloud_common::{
    Binary, ClientProfile, CommonClient, Error, HttpProfile, Multipart, ReqMethod, RetryPolicy,
    SignMethod, action, table,
};

use super::fixtures::{Reply, block_on, builder, client, credential, environment, profile};
use super::messages::Messages;

/// A value that no serializer can write.
pub(super) struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("a value of this program has no JSON"))
    }
}

#[derive(Clone, Default)]
pub(super) struct CreateThingRequest {
    pub(super) name: Option<String>,
    pub(super) size: Option<f64>,
    pub(super) filters: Vec<Filter>,
}
table!(CreateThingRequest { "Name": name, "Size": size, "Filters": filters } required ["Name"]);

#[derive(Clone, Default)]
pub(super) struct Filter {
    name: Option<String>,
    picture: Option<Binary>,
    sizes: Vec<f64>,
}
table!(Filter { "Name": name, "Picture": picture, "Sizes": sizes } required ["Name"]);

#[derive(Clone, Default)]
struct UploadThingRequest {
    picture: Option<Binary>,
    size: Option<f64>,
}
table!(UploadThingRequest { "Picture": picture, "Size": size });

#[derive(Clone, Default)]
pub(super) struct EmptyResponse {}
table!(EmptyResponse {});

action!(Client: CreateThingRequest => EmptyResponse, "CreateThing");
action!(Client: UploadThingRequest => EmptyResponse, "UploadThing");

pub(super) fn add(messages: &mut Messages) {
    block_on(async {
        names(messages).await;
        options(messages).await;
        parameters(messages).await;
        models(messages).await;
        dry_runs(messages).await;
        sizes(messages).await;
        octet_streams(messages).await;
        multipart(messages).await;
        v1(messages).await;
        interceptors(messages).await;
        no_credential(messages).await;
    });
}

/// A client of this profile.
fn with_profile(set: impl FnOnce(HttpProfile) -> ClientProfile) -> CommonClient {
    let http_profile = HttpProfile::builder().environment(environment(&[])).build().unwrap();
    builder(Reply::ok()).profile(set(http_profile)).build().unwrap()
}

fn with_get(sign_method: SignMethod) -> CommonClient {
    let http_profile = HttpProfile::builder().req_method(ReqMethod::Get).build().unwrap();
    let profile = ClientProfile::builder().http_profile(http_profile).sign_method(sign_method);
    with_profile(|_| profile.build().unwrap())
}

fn with_sign_method(sign_method: SignMethod) -> CommonClient {
    with_profile(|_| ClientProfile::builder().sign_method(sign_method).build().unwrap())
}

async fn names(messages: &mut Messages) {
    messages.heading("Names");
    let call = |action: &str| client(Reply::ok()).call_json(action, json!({})).send();
    messages.add("An action with a space", call("Describe Zones").await);
    messages.add("An empty action", call("").await);
    let of = |service: &'static str, version: &'static str| {
        let client = CommonClient::new(service, version, credential(), "ap-shanghai");
        client.call_json("DescribeZones", json!({})).send()
    };
    messages.add("A service name with a space", of("c vm", "2017-03-12").await);
    messages.add("A version that is not a date", of("cvm", "v20170312").await);
    let in_region = client(Reply::ok()).in_region("Shanghai!");
    messages.add("A region with other characters", call_zones(&in_region).await);
}

async fn call_zones(client: &CommonClient) -> Result<Value, Error> {
    client.call_json("DescribeZones", json!({})).await
}

async fn options(messages: &mut Messages) {
    messages.heading("Options of a call");
    let call = || client(Reply::ok()).call_json("DescribeZones", json!({}));
    messages.add("A header name with a space", call().header("X Name", "value").await);
    messages.add("A header with a line break", call().header("X-Name", "PLANTED\n").await);
    for name in [
        "Authorization",
        "Host",
        "Content-Type",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "X-TC-Action",
        "X-TC-Version",
        "X-TC-Timestamp",
        "X-TC-Region",
        "X-TC-Token",
        "X-TC-Content-SHA256",
    ] {
        messages.add(format!("The header {name}"), call().header(name, "PLANTED").await);
    }
    messages.add("An endpoint with another scheme", call().endpoint("ftp://cvm").await);
    let long = format!("https://gateway.example.com/{}", "a".repeat(70_000));
    messages.add("An endpoint with a path of 70 KB", call().endpoint(long).await);
    messages.add("A timeout of zero", call().timeout(Duration::ZERO).await);
}

async fn parameters(messages: &mut Messages) {
    messages.heading("Parameters");
    let call = |client: CommonClient, parameters: Value| async move {
        client.call_json("DescribeZones", parameters).await
    };
    messages.add("A list", call(client(Reply::ok()), json!([1])).await);
    let unwritable = client(Reply::ok()).call_json("DescribeZones", Unwritable).await;
    messages.add("A value that cannot be serialized", unwritable);
    let mut deep = json!("deep");
    for _ in 0..130 {
        deep = json!({"In": deep});
    }
    messages.add(
        "Objects that are nested 130 times, with GET",
        call(with_get(SignMethod::Tc3HmacSha256), deep).await,
    );
    messages.add("`flatten` of text that is not UTF-8", flatten(b"{\"Name\": \"\xff\"}"));
    messages.add("`flatten` of a list", flatten(b"[1]"));
    messages.add("`flatten` of an object that is not closed", flatten(b"{\"Limit\": 1"));
    messages.add(
        "`flatten` of a nested object that is not JSON",
        flatten(br#"{"Filters": [{"Name": "zone"}, {"Name": "\ud800"}]}"#),
    );
}

async fn models(messages: &mut Messages) {
    messages.heading("Typed requests");
    let client: Client = builder(Reply::ok()).build().unwrap();
    let named = || CreateThingRequest { name: Some("n".into()), ..Default::default() };
    let with = |filter: Filter| CreateThingRequest { filters: vec![filter], ..named() };
    messages.add("A required member is missing", client.call(CreateThingRequest::default()).await);
    messages
        .add("A required member in a list is missing", client.call(with(Filter::default())).await);
    let size = Some(f64::NAN);
    messages.add("NaN", client.call(CreateThingRequest { size, ..named() }).await);
    let filter = || Filter { name: Some("zone".into()), ..Default::default() };
    messages.add(
        "An infinite number in a list",
        client.call(with(Filter { sizes: vec![1.0, f64::INFINITY], ..filter() })).await,
    );
    let picture = Some(Binary::from(vec![1, 2, 3]));
    messages.add(
        "Raw bytes inside an object",
        client.call(with(Filter { picture: picture.clone(), ..filter() })).await,
    );
    messages.add(
        "NaN in a request that is sent as multipart/form-data",
        client.call(UploadThingRequest { picture, size }).await,
    );
}

#[derive(Clone, Default)]
struct CountThingsRequest {
    dry_run: Option<i64>,
}
table!(CountThingsRequest { "DryRun": dry_run });

action!(Client: CountThingsRequest => EmptyResponse, "CountThings");

async fn dry_runs(messages: &mut Messages) {
    messages.heading("Dry runs");
    let typed: Client = builder(Reply::ok()).build().unwrap();
    let request = CreateThingRequest { name: Some("n".into()), ..Default::default() };
    messages.add("An action without a dry run", typed.call(request).dry_run().await);
    let request = CountThingsRequest::default();
    messages.add("A flag that is a number", typed.call(request).dry_run().await);
    let client = client(Reply::ok());
    messages.add(
        "An octet stream",
        client.call_octet_stream("UploadLog", json!({}), "log").dry_run().await,
    );
}

async fn sizes(messages: &mut Messages) {
    messages.heading("Size limits");
    let call = |client: CommonClient, length: usize| async move {
        client.call_json("ImportThing", json!({"Text": "t".repeat(length)})).await
    };
    let mib = 1 << 20;
    messages.add("A request of 11 MiB", call(client(Reply::ok()), 11 * mib).await);
    messages.add(
        "A request of 33 KiB with GET",
        call(with_get(SignMethod::Tc3HmacSha256), 33 << 10).await,
    );
    messages.add(
        "A request of 2 MiB with HmacSHA256",
        call(with_sign_method(SignMethod::HmacSha256), 2 * mib).await,
    );
    messages.add(
        "A request of 33 KiB with HmacSHA1 and GET",
        call(with_get(SignMethod::HmacSha1), 33 << 10).await,
    );
    messages.add(
        "A request that is above 1 MiB with its signature",
        call(with_sign_method(SignMethod::HmacSha256), mib - 10).await,
    );
}

async fn octet_streams(messages: &mut Messages) {
    messages.heading("Octet streams");
    let call = |client: CommonClient, parameters: Value| async move {
        client.call_octet_stream("UploadThing", parameters, "bytes").await
    };
    for (situation, parameters) in [
        ("A value with a line break", json!({"Name": "PLANTED\n"})),
        ("A parameter twice", json!({"Name": "a", "X-CVM-Name": "b"})),
        ("A parameter in an object", json!({"Filter": {"Name": "zone"}})),
        ("A header of the SDK", json!({"Authorization": "PLANTED"})),
        ("A name with a space", json!({"My Name": "a"})),
        ("An empty name", json!({"": "a"})),
        ("A list of parameters", json!([1])),
    ] {
        messages.add(situation, call(client(Reply::ok()), parameters).await);
    }
    messages
        .add("Signed with HmacSHA1", call(with_sign_method(SignMethod::HmacSha1), json!({})).await);
    messages.add("Sent with GET", call(with_get(SignMethod::Tc3HmacSha256), json!({})).await);
}

struct Zeros;

impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

async fn multipart(messages: &mut Messages) {
    messages.heading("Multipart");
    let call = |client: CommonClient, parts: Multipart| async move {
        client.call_multipart("UploadThing", parts).await
    };
    messages.add(
        "A part without a name",
        call(client(Reply::ok()), Multipart::new().text("", "value")).await,
    );
    messages.add(
        "A value that cannot be serialized",
        call(client(Reply::ok()), Multipart::new().json("Filter", &Unwritable)).await,
    );
    messages.add(
        "Sent with GET",
        call(with_get(SignMethod::Tc3HmacSha256), Multipart::new().text("Name", "value")).await,
    );
    let random = builder(Reply::ok()).random(Zeros).build().unwrap();
    messages.add(
        "Each boundary of the `Random` is in a part",
        call(random, Multipart::new().text("Name", "0".repeat(32))).await,
    );
}

async fn v1(messages: &mut Messages) {
    messages.heading("HmacSHA1 and HmacSHA256");
    let client = with_sign_method(SignMethod::HmacSha1);
    messages.add(
        "A call with a parameter that has the name of a common parameter",
        client.call_json("DescribeZones", json!({"Region": "ap-beijing"})).await,
    );
    messages.add(
        "A call with two parameters that get the same name",
        client.call_json("DescribeZones", json!({"A": {"B": 1}, "A_B": 2})).await,
    );
}

/// Does this before each attempt.
struct Before(fn(&mut HeaderMap) -> Result<(), &'static str>);

impl fmt::Debug for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Before")
    }
}

impl Interceptor for Before {
    fn before_send(
        &self,
        _: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok((self.0)(headers)?)
    }
}

async fn interceptors(messages: &mut Messages) {
    messages.heading("Interceptors");
    let cases: [(&str, Before); 3] = [
        ("An interceptor returns an error", Before(|_| Err("no calls at night"))),
        (
            "An interceptor changes a header of the SDK",
            Before(|headers| {
                headers.insert("X-TC-Region", HeaderValue::from_static("ap-beijing"));
                Ok(())
            }),
        ),
        (
            "An interceptor changes the trace id",
            Before(|headers| {
                headers.insert("X-TC-TraceId", HeaderValue::from_static("mine"));
                Ok(())
            }),
        ),
    ];
    for (situation, interceptor) in cases {
        let client: CommonClient = builder(Reply::ok()).interceptor(interceptor).build().unwrap();
        messages.add(situation, call_zones(&client).await);
    }
}

/// Has a credential for the first attempt only.
#[derive(Debug, Default)]
struct Once(std::sync::OnceLock<()>);

impl ProvideCredential for Once {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        if self.0.set(()).is_ok() {
            return Box::pin(std::future::ready(Ok(credential())));
        }
        let none = EnvironmentProvider::with_environment(environment(&[])).credential();
        Box::pin(std::future::ready(none))
    }
}

async fn no_credential(messages: &mut Messages) {
    messages.heading("No credential");
    let none = EnvironmentProvider::with_environment(environment(&[]));
    let client: CommonClient = builder(Reply::ok()).credential(none).build().unwrap();
    messages.add("A call without a credential", call_zones(&client).await);
    let client: CommonClient = builder(Reply::api_error("InternalError"))
        .credential(Once::default())
        .profile(with_retries())
        .build()
        .unwrap();
    messages.add("A second attempt without a credential", call_zones(&client).await);
}

/// A profile whose calls are sent up to three times.
pub(super) fn with_retries() -> ClientProfile {
    let profile = profile(HttpProfile::default());
    let retryer = RetryPolicy::standard();
    ClientProfile::builder()
        .http_profile(profile.http_profile().clone())
        .retryer(retryer)
        .build()
        .unwrap()
}

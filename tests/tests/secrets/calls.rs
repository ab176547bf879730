//! Calls in every encoding, and everything that a program could print about them.

use std::error::Error as _;
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderMap;
use serde_json::{Value, json};
use tencentcloud_common::call::{Request, ResponseMetadata};
use tencentcloud_common::credentials::ProvideCredential;
use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::{ReqMethod, SignMethod};
use tencentcloud_common::sse::EventStream;
use tencentcloud_common::transport::ReqwestTransport;
use tencentcloud_common::{Call, ClientProfile, CommonClient, Error, HttpProfile, Multipart};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::{
    CreateKeyPairRequest, ImportKeyPairRequest, LoginSettings, ResetInstancesPasswordRequest,
    RunInstancesRequest,
};

use super::known_secrets::{MARKER, PASSWORD, PASSWORD_INSIDE};
use super::providers::NoSleep;

/// Texts that a program could print. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Texts(Arc<Mutex<Vec<String>>>);

impl Texts {
    /// Adds the `Debug` text of a value, in both formats.
    pub fn debug(&self, what: &str, value: &impl Debug) {
        self.text(what, &format!("{value:?}\n{value:#?}"));
    }

    /// Adds all texts of an error and its causes.
    pub fn error(&self, what: &str, error: &(dyn std::error::Error + 'static)) {
        let mut text = String::new();
        let mut cause = Some(error);
        while let Some(error) = cause {
            write!(text, "{error}\n{error:?}\n{error:#?}\n").unwrap();
            cause = error.source();
        }
        self.text(what, &text);
    }

    pub fn text(&self, what: &str, text: &str) {
        self.0.lock().unwrap().push(format!("{what}: {text}"));
    }

    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Adds a secret header, and records what interceptors get.
#[derive(Debug)]
struct RecordingInterceptor(Texts);

impl Interceptor for RecordingInterceptor {
    fn before_send(
        &self,
        attempt: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.0.debug("before_send", &(attempt, &headers));
        let value = format!("{MARKER}-header/+\"=-{MARKER}").parse()?;
        headers.insert("x-my-session-token", value);
        Ok(())
    }

    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        self.0.debug("after_response", &(attempt, outcome));
    }

    fn on_retry(&self, attempt: &Attempt<'_>, error: &Error, delay: Duration) {
        self.0.debug("on_retry", &(attempt, error, delay));
        self.0.error("on_retry", error);
    }
}

/// How a client encodes and sends calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    pub method: ReqMethod,
    pub sign_method: SignMethod,
    pub unsigned_payload: bool,
    pub skip_sign: bool,
    pub proxy: bool,
}

pub const CONFIGS: [Config; 8] = {
    use SignMethod::{HmacSha1, HmacSha256, Tc3HmacSha256};
    const PLAIN: Config = Config {
        method: ReqMethod::Post,
        sign_method: Tc3HmacSha256,
        unsigned_payload: false,
        skip_sign: false,
        proxy: false,
    };
    const GET: Config = Config { method: ReqMethod::Get, ..PLAIN };
    [
        PLAIN,
        GET,
        Config { unsigned_payload: true, ..PLAIN },
        Config { skip_sign: true, ..PLAIN },
        Config { proxy: true, ..PLAIN },
        Config { sign_method: HmacSha1, ..PLAIN },
        Config { sign_method: HmacSha256, ..PLAIN },
        Config { sign_method: HmacSha256, proxy: true, ..GET },
    ]
};

/// Makes calls with one configuration, and records their texts.
pub struct Caller<'a> {
    pub texts: &'a Texts,
    pub config: Config,
    pub common: CommonClient,
    pub cvm: CvmClient,
}

impl<'a> Caller<'a> {
    /// Uses the default transport of a client.
    pub fn new(
        texts: &'a Texts,
        config: Config,
        endpoint: &str,
        proxy: &str,
        credential: Arc<dyn ProvideCredential>,
        transport: Option<&ReqwestTransport>,
    ) -> Self {
        let http = HttpProfile::builder().endpoint(endpoint).req_method(config.method);
        let http = if config.proxy { http.proxy(proxy) } else { http.no_proxy() };
        texts.debug("http profile builder", &http);
        let http = http.build().unwrap();
        let profile = ClientProfile::builder()
            .http_profile(http.clone())
            .sign_method(config.sign_method)
            .unsigned_payload(config.unsigned_payload)
            .retryer(RetryPolicy::builder().max_attempts(2).build().unwrap());
        texts.debug("profile builder", &profile);
        let profile = profile.build().unwrap();
        texts.debug("profiles", &(&http, &profile));
        let common = CommonClient::builder("cvm", "2017-03-12")
            .credential(Arc::clone(&credential))
            .region("ap-shanghai")
            .profile(profile.clone())
            .sleep(NoSleep)
            .interceptor(RecordingInterceptor(texts.clone()));
        let common = match transport {
            Some(transport) => common.transport(transport.clone()),
            None => common,
        };
        texts.debug("builder", &common);
        let cvm = CvmClient::builder()
            .credential(credential)
            .profile(profile)
            .sleep(NoSleep)
            .interceptor(RecordingInterceptor(texts.clone()));
        let cvm = match transport {
            Some(transport) => cvm.transport(transport.clone()),
            None => cvm,
        };
        let (common, cvm) = (common.build().unwrap(), cvm.build().unwrap());
        texts.debug("clients", &(&common, &cvm));
        Self { texts, config, common, cvm }
    }

    /// Makes every call that the configuration allows.
    pub async fn all(&self) {
        self.dynamic().await;
        let reset = ResetInstancesPasswordRequest::new().instance_ids(["ins-1"]).password(PASSWORD);
        self.typed(self.cvm.reset_instances_password(reset)).await;
        let login = LoginSettings::new().password(PASSWORD_INSIDE);
        let run = RunInstancesRequest::new().login_settings(login).user_data(PASSWORD);
        self.typed(self.cvm.run_instances(run)).await;
        let create = CreateKeyPairRequest::new().key_name("k").project_id(0);
        self.typed(self.cvm.create_key_pair(create)).await;
        let import = ImportKeyPairRequest::new().key_name("k").project_id(0).public_key("p");
        self.typed(self.cvm.import_key_pair(import)).await;
        self.events().await;
        if self.config.method == ReqMethod::Post {
            self.files().await;
        }
    }

    /// Makes one dynamic call.
    pub async fn dynamic(&self) {
        let call = self.common.call_json("DescribeThings", parameters());
        let value: Option<Value> = self.make(call).await;
        drop(value);
        let call = self.common.call("DescribeThings", parameters());
        self.make(call).await;
    }

    async fn typed<R: Request + Debug>(&self, mut call: Call<R>)
    where
        R::Output: Debug,
    {
        self.texts.debug("request", call.request_mut());
        if let Some(response) = self.make(call).await {
            self.texts.debug("response", &response);
        }
    }

    async fn files(&self) {
        let parts = Multipart::new()
            .text("Password", PASSWORD)
            .json("Login", &json!({"Password": PASSWORD_INSIDE}))
            .file("File", "f", b"\xff".as_slice());
        self.texts.debug("multipart", &parts);
        self.make(self.common.call_multipart("DescribeThings", parts)).await;
        if self.config.sign_method == SignMethod::Tc3HmacSha256 {
            let parameters = json!({"Password": PASSWORD, "TopicId": "t-1"});
            let call = self.common.call_octet_stream("DescribeThings", parameters, "body");
            self.make(call).await;
        }
    }

    async fn events(&self) {
        let call = self.common.call_sse("DescribeThings", parameters());
        let Some(stream) = self.make(call).await else { return };
        let mut stream: EventStream = stream;
        self.texts.debug("stream", &stream);
        while let Some(event) = stream.next().await {
            match event {
                // Only the caller sees the data of an event.
                Ok(event) => {
                    let echo = event.data.contains("DescribeThings");
                    if !echo || event.data.starts_with("{\"Token\"") {
                        self.texts.debug("event", &event);
                    }
                }
                Err(error) => self.texts.error("event", &error),
            }
        }
        self.texts.debug("stream", &stream);
    }

    async fn make<R: Request + Debug>(&self, call: Call<R>) -> Option<R::Output> {
        let mut call = call.header("X-Session-Token", format!("{MARKER}-own/+\"={MARKER}"));
        if self.config.skip_sign {
            call = call.skip_sign();
        }
        self.texts.debug("call", &call);
        let call = call.timeout(Duration::from_secs(30)).with_metadata();
        self.texts.debug("call", &call);
        let outcome: Result<(R::Output, ResponseMetadata), Error> = call.await;
        match outcome {
            Ok((value, metadata)) => {
                self.texts.debug("metadata", &metadata);
                // Only the caller sees the response: here it contains echoes.
                metadata.deprecated_warning().is_none().then_some(value)
            }
            Err(error) => {
                self.texts.error("error", &error);
                for text in [Some(error.message()), error.code(), error.request_id()] {
                    self.texts.text("error", text.unwrap_or_default());
                }
                assert!(error.source().is_none_or(|it| !it.to_string().is_empty()));
                None
            }
        }
    }
}

/// Returns parameters with secrets at the top level, in objects, in lists, and in a JSON string.
fn parameters() -> Value {
    json!({
        "Name": "shown",
        "Password": PASSWORD,
        "Login": {"Password": PASSWORD_INSIDE, "Keys": [{"SecretKey": PASSWORD_INSIDE}]},
        "Event": json!({"Token": PASSWORD_INSIDE, "Id": 1}).to_string(),
    })
}

//! What every public type can do, checked when this is compiled, and what it leaves open.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use tencentcloud_common::blocking::Events;
use tencentcloud_common::call::{
    CallFuture, CallWithMetadata, DryRunCall, DryRunPassed, DynamicRequest,
};
use tencentcloud_common::credentials::{
    AssumeRoleProvider, AssumeRoleProviderBuilder, CachingProvider, CachingProviderBuilder,
    ChainError, ChainProvider, CredentialFuture, CvmRoleProvider, CvmRoleProviderBuilder,
    DefaultProvider, EnvironmentProvider, ProfileFileProvider, ProviderConfig, ProviderError,
    TccliProvider, WebIdentityProvider, WebIdentityProviderBuilder,
};
use tencentcloud_common::date_time::DateTimeError;
use tencentcloud_common::interceptor::{Attempt, Outcome};
use tencentcloud_common::logging::{FileLogger, Logging, LoggingError};
use tencentcloud_common::policy::breaker::{Breaker, BreakerState, BreakerToken};
use tencentcloud_common::policy::rate_limit::{RateLimitBuilder, RateLimitExceeded, RateLimiter};
use tencentcloud_common::policy::retry::{
    FailedAttempt, Idempotency, RetryAction, RetryBudget, RetryPolicyBuilder, RetryReason,
};
use tencentcloud_common::profile::{
    ClientProfileBuilder, HttpProfileBuilder, Proxy, ProxyUrl, RegionBreakerProfileBuilder,
};
use tencentcloud_common::protocol::model::{Binary, ReadError, WriteError};
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::runtime::{Clock, SystemClock};
use tencentcloud_common::runtime::{Random, SystemRandom};
use tencentcloud_common::runtime::{Sleep, SleepFuture, TokioSleep};
use tencentcloud_common::sign::presign::{Presign, PresignedUrl};
use tencentcloud_common::sign::tc3::SigningKey;
use tencentcloud_common::sse::Event;
use tencentcloud_common::transport::{
    ChunkFuture, HttpTransport, ReqwestTransport, Response, ResponseBody, SendFuture,
    TransportError, TransportErrorKind,
};
use tencentcloud_common::wait::{WaitFailure, WaitFuture, WaitProgress, WaitTimeout};
use tencentcloud_common::{
    Action, Call, Client, ClientBuilder, ClientProfile, CommonClient, Credential, Endpoint, Error,
    ErrorKind, EventStream, HttpProfile, Interceptor, Language, Multipart, Protocol,
    ProvideCredential, RateLimit, Region, RegionBreakerProfile, ReqMethod, ResponseMetadata,
    RetryPolicy, SignMethod, Wait, WaitError, action, table,
};

/// Lists checks of a bound for many types.
macro_rules! all {
    ($check:ident: $($type:ty),* $(,)?) => { $($check::<$type>();)* };
}

/// The request of an action.
#[derive(Clone, Default)]
struct DescribeZooRequest {}
table!(DescribeZooRequest {});

/// Its response.
#[derive(Clone, Default)]
struct DescribeZooResponse {}
table!(DescribeZooResponse {});
action!(Client: DescribeZooRequest => DescribeZooResponse, "DescribeZoo");

/// Used from several threads, and shown.
fn shared<T: Send + Sync + Debug + ?Sized>() {}

/// Also copied.
fn cloned<T: Clone + Send + Sync + Debug>() {}

/// Used from one thread after another, and shown: what holds a connection.
fn sent<T: Send + Debug>() {}

fn future<T: Send>() {}

fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn types_can_be_shared_between_threads_and_shown() {
    all!(cloned: Client, CommonClient, Credential, ResponseMetadata, Region, ErrorKind, Attempt<'_>);
    all!(cloned: ClientProfile, HttpProfile, RegionBreakerProfile, RetryPolicy, RateLimit);
    all!(cloned: ClientProfileBuilder, RegionBreakerProfileBuilder, RetryPolicyBuilder);
    all!(cloned: RateLimitBuilder, RateLimiter, RetryBudget, Breaker, BreakerState, RetryReason, Idempotency);
    all!(cloned: FailedAttempt<'_>, RetryAction);
    all!(cloned: Endpoint, Language, Protocol, ReqMethod, SignMethod, Proxy, ProxyUrl, Environment);
    all!(cloned: Event, Binary, ReqwestTransport, TransportErrorKind, CachingProvider);
    all!(cloned: ProviderConfig, ProviderError, Logging, FileLogger, PresignedUrl);
    all!(cloned: DryRunPassed, SystemClock, SystemRandom, TokioSleep);
    all!(shared: Outcome<'_>, ClientBuilder<CommonClient>, HttpProfileBuilder, Multipart, BreakerToken);
    all!(shared: SigningKey, Presign<'_>, AssumeRoleProvider, AssumeRoleProviderBuilder);
    all!(shared: CachingProviderBuilder, ChainProvider, CvmRoleProvider, CvmRoleProviderBuilder);
    all!(shared: DefaultProvider, EnvironmentProvider, ProfileFileProvider, TccliProvider);
    all!(shared: WebIdentityProvider, WebIdentityProviderBuilder);
    all!(shared: dyn ProvideCredential, dyn Interceptor, dyn HttpTransport);
    all!(sent: Call<DynamicRequest<ResponseMetadata>>, CallWithMetadata<DynamicRequest<EventStream>>);
    all!(sent: DryRunCall<DynamicRequest<EventStream>>);
    all!(cloned: WaitProgress);
    all!(shared: WaitFailure, WaitTimeout);
    all!(sent: Wait<DescribeZooRequest>);
    all!(sent: EventStream, Events, ResponseBody, Response);
}

#[test]
fn futures_and_what_tests_replace_go_between_threads() {
    all!(future: CallFuture<ResponseMetadata>, CredentialFuture<'_>, SendFuture<'_>, ChunkFuture<'_>);
    all!(future: WaitFuture<<DescribeZooRequest as Action>::Response>);
    all!(future: SleepFuture, Box<dyn Clock>, Box<dyn Sleep>, Box<dyn Random>);
}

#[test]
fn errors_can_be_boxed_and_sent() {
    all!(error: Error, TransportError, ProviderError, ChainError, RateLimitExceeded);
    all!(error: ReadError, WriteError, LoggingError, DateTimeError);
    all!(error: WaitError, WaitFailure, WaitTimeout);
}

/// Types that only generated code and the crate itself can name, and why others are complete.
const COMPLETE: [(&str, &str, &str); 3] = [
    ("protocol/model/field.rs", "ListMut", "hidden in `__private`"),
    ("protocol/model/table.rs", "Table", "hidden in `__private`, and built by `table!`"),
    ("wait/waiter.rs", "Waiter", "hidden in `__private`, and built by generated code"),
];

/// Public enums, and structs with a public field, that programs could match or build completely.
fn complete(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_open = false;
    let mut lines = code.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("#[non_exhaustive]") {
            is_open = true;
        }
        let name = ["pub enum ", "pub struct "].iter().find_map(|start| line.strip_prefix(start));
        let Some(name) = name else {
            is_open &= line.starts_with("///") || line.starts_with(['#', ' ', ')']);
            continue;
        };
        let has_public_field = if line.ends_with(';') {
            line.contains("(pub ")
        } else {
            let mut body = lines.clone().take_while(|line| !line.starts_with('}'));
            body.any(|line| line.starts_with("    pub "))
        };
        if !is_open && (line.starts_with("pub enum") || has_public_field) {
            found.push(name.split(|c: char| !c.is_alphanumeric()).next().unwrap());
        }
        is_open = false;
    }
    found
}

fn look(folder: &Path, source: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look(&path, source, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let file = path.strip_prefix(source).unwrap().to_str().unwrap().replace('\\', "/");
            let code = fs::read_to_string(&path).unwrap();
            found.extend(complete(&code).into_iter().map(|name| (file.clone(), name.to_owned())));
        }
    }
}

#[test]
fn public_types_can_grow() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    look(&source, &source, &mut found);
    found.retain(|(file, name)| !COMPLETE.iter().any(|it| (it.0, it.1) == (file, name)));
    assert!(
        found.is_empty(),
        "mark them #[non_exhaustive], and give them a constructor: {found:?}"
    );

    let code = "pub enum A {\n    B,\n}\n\n#[non_exhaustive]\n#[derive(Clone)]\npub enum C {\n}\n\n\
                pub struct D {\n    pub e: u8,\n}\npub struct F {\n    g: u8,\n}\npub struct H(pub u8);\n";
    assert_eq!(complete(code), ["A", "D", "H"]);
}

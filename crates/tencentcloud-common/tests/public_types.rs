//! What every public type can do, checked when this is compiled.
#![allow(missing_docs, reason = "a test")]

use std::fmt::Debug;

use tencentcloud_common::blocking::Events;
use tencentcloud_common::breaker::{Breaker, BreakerState, Permit};
use tencentcloud_common::call::{CallFuture, CallWithMetadata, DynamicRequest};
use tencentcloud_common::clock::{Clock, SystemClock};
use tencentcloud_common::environment::Environment;
use tencentcloud_common::interceptor::{Attempt, Outcome};
use tencentcloud_common::logging::{FileLogger, Logging, LoggingError};
use tencentcloud_common::model::{Binary, ReadError, WriteError};
use tencentcloud_common::profile::{
    ClientProfileBuilder, HttpProfileBuilder, Proxy, ProxyUrl, RegionBreakerProfileBuilder,
};
use tencentcloud_common::provider::{
    AssumeRoleProvider, AssumeRoleProviderBuilder, CachingProvider, CachingProviderBuilder,
    ChainError, ChainProvider, CredentialFuture, CvmRoleProvider, CvmRoleProviderBuilder,
    DefaultProvider, EnvironmentProvider, ProfileFileProvider, ProviderConfig, ProviderError,
    TccliProvider, WebIdentityProvider, WebIdentityProviderBuilder,
};
use tencentcloud_common::random::{Random, SystemRandom};
use tencentcloud_common::rate_limit::{NoSlot, RateLimitBuilder, RateLimiter};
use tencentcloud_common::retry::{
    Budget, FailedAttempt, Reason, RetryAction, RetryPolicyBuilder, Safety,
};
use tencentcloud_common::sign::presign::{Presign, PresignedUrl};
use tencentcloud_common::sign::tc3::SigningKey;
use tencentcloud_common::sleep::{Sleep, SleepFuture, TokioSleep};
use tencentcloud_common::sse::Event;
use tencentcloud_common::transport::{
    ChunkFuture, HttpTransport, ReqwestTransport, Response, ResponseBody, SendFuture,
    TransportError, TransportErrorKind,
};
use tencentcloud_common::{
    Call, Client, ClientBuilder, ClientProfile, CommonClient, Credential, Endpoint, Error,
    ErrorKind, EventStream, HttpProfile, Interceptor, Language, Metadata, Multipart, Protocol,
    ProvideCredential, RateLimit, Region, RegionBreakerProfile, ReqMethod, RetryPolicy, SignMethod,
};

/// Lists checks of a bound for many types.
macro_rules! all {
    ($check:ident: $($type:ty),* $(,)?) => { $($check::<$type>();)* };
}

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
    all!(cloned: Client, CommonClient, Credential, Metadata, Region, ErrorKind, Attempt<'_>);
    all!(cloned: ClientProfile, HttpProfile, RegionBreakerProfile, RetryPolicy, RateLimit);
    all!(cloned: ClientProfileBuilder, RegionBreakerProfileBuilder, RetryPolicyBuilder);
    all!(cloned: RateLimitBuilder, RateLimiter, Budget, Breaker, BreakerState, Reason, Safety);
    all!(cloned: FailedAttempt<'_>, RetryAction);
    all!(cloned: Endpoint, Language, Protocol, ReqMethod, SignMethod, Proxy, ProxyUrl, Environment);
    all!(cloned: Event, Binary, ReqwestTransport, TransportErrorKind, CachingProvider);
    all!(cloned: ProviderConfig, ProviderError, Logging, FileLogger, PresignedUrl);
    all!(cloned: SystemClock, SystemRandom, TokioSleep);
    all!(shared: Outcome<'_>, ClientBuilder<CommonClient>, HttpProfileBuilder, Multipart, Permit);
    all!(shared: SigningKey, Presign<'_>, AssumeRoleProvider, AssumeRoleProviderBuilder);
    all!(shared: CachingProviderBuilder, ChainProvider, CvmRoleProvider, CvmRoleProviderBuilder);
    all!(shared: DefaultProvider, EnvironmentProvider, ProfileFileProvider, TccliProvider);
    all!(shared: WebIdentityProvider, WebIdentityProviderBuilder);
    all!(shared: dyn ProvideCredential, dyn Interceptor, dyn HttpTransport);
    all!(sent: Call<DynamicRequest<Metadata>>, CallWithMetadata<DynamicRequest<EventStream>>);
    all!(sent: EventStream, Events, ResponseBody, Response);
}

#[test]
fn futures_and_what_tests_replace_go_between_threads() {
    all!(future: CallFuture<Metadata>, CredentialFuture<'_>, SendFuture<'_>, ChunkFuture<'_>);
    all!(future: SleepFuture, Box<dyn Clock>, Box<dyn Sleep>, Box<dyn Random>);
}

#[test]
fn errors_can_be_boxed_and_sent() {
    all!(error: Error, TransportError, ProviderError, ChainError, NoSlot);
    all!(error: ReadError, WriteError, LoggingError);
}

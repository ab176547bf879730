//! Looking at, and adding to, what a client sends and receives.
//!
//! An interceptor is given to [`ClientBuilder::interceptor`](crate::ClientBuilder::interceptor);
//! several are called in the order in which they were given. It sees each attempt of each call of
//! the client and of its clones.
//!
//! ```
//! use std::sync::atomic::{AtomicU64, Ordering};
//! use tencentcloud_common::interceptor::{Attempt, Interceptor, Outcome};
//! use tencentcloud_common::{CommonClient, Credential};
//!
//! /// Counts what is sent.
//! #[derive(Debug, Default)]
//! struct Counter(AtomicU64);
//!
//! impl Interceptor for Counter {
//!     fn after_response(&self, _attempt: &Attempt<'_>, _outcome: &Outcome<'_>) {
//!         self.0.fetch_add(1, Ordering::Relaxed);
//!     }
//! }
//!
//! let client = CommonClient::builder("cvm", "2017-03-12")
//!     .credential(Credential::new("AKIDexample", "my-secret-key")?)
//!     .interceptor(Counter::default())
//!     .build()?;
//! # Ok::<(), tencentcloud_common::Error>(())
//! ```
//!
//! The example `metrics` of the repository counts calls, retries and latencies with one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use crate::call::metadata::ResponseMetadata;
use crate::error::Error;
use crate::profile::{Endpoint, Region};

/// Is called around each attempt of a call. All methods do nothing by default, and must not block.
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Before the request is signed and sent. Headers can be added, changed and removed, but for
    /// those that the SDK itself must set, and for `X-TC-TraceId`, which is the same on all
    /// attempts.
    ///
    /// # Errors
    ///
    /// Any error ends the call with [`InvalidInput`](crate::ErrorKind::InvalidInput), and nothing
    /// is sent. So does a change of a header that the SDK must set, such as `Authorization` or
    /// `X-TC-Region`.
    fn before_send(
        &self,
        attempt: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let _ = (attempt, headers);
        Ok(())
    }

    /// After the attempt has ended, in success or failure, also when the time for its call was up.
    /// Of a stream of events this is when its first byte can be read. Not of a call whose future
    /// is dropped.
    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        let _ = (attempt, outcome);
    }

    /// When an attempt has failed and another one is due after `delay`.
    ///
    /// It may still not be made: when the time for the call is up before, or the credential that
    /// the service refused is still the same. [`before_send`](Self::before_send) tells that it is.
    fn on_retry(&self, attempt: &Attempt<'_>, error: &Error, delay: Duration) {
        let _ = (attempt, error, delay);
    }
}

impl<I: Interceptor + ?Sized> Interceptor for Arc<I> {
    fn before_send(
        &self,
        attempt: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        (**self).before_send(attempt, headers)
    }

    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        (**self).after_response(attempt, outcome);
    }

    fn on_retry(&self, attempt: &Attempt<'_>, error: &Error, delay: Duration) {
        (**self).on_retry(attempt, error, delay);
    }
}

impl<I: Interceptor + ?Sized> Interceptor for Box<I> {
    fn before_send(
        &self,
        attempt: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        (**self).before_send(attempt, headers)
    }

    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        (**self).after_response(attempt, outcome);
    }

    fn on_retry(&self, attempt: &Attempt<'_>, error: &Error, delay: Duration) {
        (**self).on_retry(attempt, error, delay);
    }
}

/// One attempt of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The name of the service, such as `cvm`.
    pub service: &'a str,
    /// The API version, such as `2017-03-12`.
    pub version: &'a str,
    /// The action, such as `DescribeInstances`.
    pub action: &'a str,
    /// The region of the call.
    pub region: &'a Region,
    /// Where the attempt goes.
    pub endpoint: &'a Endpoint,
    /// The id of the call, the same on all its attempts.
    pub trace_id: &'a str,
    /// Counted from 1.
    pub number: u32,
}

/// How an attempt ended.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// What the call gives, or the error; it holds the request id, status and headers.
    pub result: Result<&'a ResponseMetadata, &'a Error>,
    /// From signing to the last byte of the answer.
    pub elapsed: Duration,
}

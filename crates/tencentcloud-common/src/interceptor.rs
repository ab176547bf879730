//! Hooks that observe each attempt of each call and can add headers.
//!
//! [`ClientBuilder::interceptor`](crate::ClientBuilder::interceptor) adds an interceptor to a
//! client and its clones. Several interceptors are called in the order in which they were added.
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
//! The example `metrics` of the repository counts calls, retries and latencies.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use crate::call::metadata::ResponseMetadata;
use crate::error::Error;
use crate::profile::{Endpoint, Region};

/// Hooks around each attempt of a call. The default of each hook does nothing. Hooks must not
/// block.
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Called before the request is signed and sent. Can add, change and remove headers, except
    /// `X-TC-TraceId`, which is the same on all attempts, and those that only the SDK sets.
    ///
    /// # Errors
    ///
    /// If it returns an error or changes a header that only the SDK sets, such as `Authorization`
    /// or `X-TC-Region`, the call fails with [`InvalidInput`](crate::ErrorKind::InvalidInput) and
    /// the attempt is not sent.
    fn before_send(
        &self,
        attempt: &Attempt<'_>,
        headers: &mut HeaderMap,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let _ = (attempt, headers);
        Ok(())
    }

    /// Called after each attempt, whether it succeeded or failed, even if the whole call timed out.
    /// For an event stream, called when the stream begins. Not called when the future of the call
    /// is dropped.
    fn after_response(&self, attempt: &Attempt<'_>, outcome: &Outcome<'_>) {
        let _ = (attempt, outcome);
    }

    /// Called when an attempt failed and the call will be retried after `delay`.
    ///
    /// [`before_send`](Self::before_send) is called again for the next attempt. There is no next
    /// attempt if the call times out first, or if the provider returns the rejected credential
    /// again.
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
    /// The endpoint of the attempt.
    pub endpoint: &'a Endpoint,
    /// The id of the call, the same on all attempts.
    pub trace_id: &'a str,
    /// The number of the attempt, from 1.
    pub number: u32,
}

/// The outcome of an attempt.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome<'a> {
    /// The metadata of the response, or the error. Both have request id, status and headers.
    pub result: Result<&'a ResponseMetadata, &'a Error>,
    /// The time from signing to the last byte of the response.
    pub elapsed: Duration,
}

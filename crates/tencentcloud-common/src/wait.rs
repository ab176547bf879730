//! Waiting until resources or tasks reach a state.
//!
//! Many actions only start an operation. The client of a service crate has a method
//! `wait_until_…` for each of its waiters, which polls an action that returns the state:
//!
//! ```no_run
//! # use std::time::Duration;
//! # use tencentcloud_common::{Action, Error, Wait};
//! # async fn example<A: Action + Default>(wait: Wait<A>) -> Result<(), Error> {
//! // `wait` is, for example, `client.wait_until_instance_running(["ins-1", "ins-2"])`.
//! let status = wait
//!     .max_wait(Duration::from_secs(300))
//!     .on_progress(|progress| println!("{:?}", progress.states().collect::<Vec<_>>()))
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! The wait ends
//!
//! - successfully, when in one poll every id is in a success state. The value is the response of the
//!   last call;
//! - with [`WaitError::Failed`], when an id is in a failure state, or the poll fails with an error
//!   code that means failure;
//! - with [`WaitError::TimedOut`], when the next poll would be later than
//!   [`max_wait`](Wait::max_wait);
//! - with [`WaitError::Call`], when a poll fails with another error.
//!
//! Any other state keeps it waiting, also one that the SDK does not know. An id is *absent* if the
//! response does not contain it, or if the poll fails with an error of which
//! [`Error::is_not_found`](crate::Error::is_not_found) is true. For a waiter such as
//! `wait_until_instance_terminated` this is success; for others the wait goes on, because a service
//! may return a new resource only after a while. If a call for several ids fails because of one of
//! them, that poll makes one call for each id. An id that an error reported as deleted is not asked
//! for again.
//!
//! The first poll happens at once. Each is an ordinary call of the client, with the same retries,
//! breaker and rate limit; it takes at most the time that is left. Duplicate ids count once. An
//! empty list of ids, or one that is longer than a request of the API may be, is an error of the
//! kind [`InvalidInput`](crate::ErrorKind::InvalidInput); nothing is sent then.
//!
//! Times follow the [`Clock`](crate::runtime::Clock), [`Sleep`](crate::runtime::Sleep) and
//! [`Random`](crate::runtime::Random) of the client, so that a test needs no real time.

mod error;
mod observe;
mod poll;
mod polling;
mod progress;
mod request;
pub(crate) mod waiter;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use error::{WaitError, WaitFailure, WaitTimeout};
pub use progress::WaitProgress;

use crate::call::{Call, CallContext};
use crate::protocol::Action;
use poll::{ConfigureCall, TypedPoll};
use polling::{Settings, run};
use waiter::Waiter;

/// The future of a [`Wait`].
pub type WaitFuture<T> = Pin<Box<dyn Future<Output = Result<T, WaitError>> + Send>>;

/// A wait that has not started yet: set its options, then `.await` it. `A` is the request of the
/// action that is polled.
///
/// Dropping its future ends the wait.
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<A: Action> {
    pub(crate) context: CallContext,
    settings: Settings,
    configure: Option<ConfigureCall<A>>,
}

impl<A: Action> Wait<A> {
    pub(crate) fn new(context: CallContext, waiter: &'static Waiter, ids: Vec<String>) -> Self {
        let settings = Settings {
            waiter,
            ids,
            operation: None,
            parameters: Vec::new(),
            interval: Duration::from_secs(waiter.interval),
            jitter: None,
            max_wait: Duration::from_secs(waiter.max_wait),
            on_progress: None,
        };
        Self { context, settings, configure: None }
    }

    /// Sets the request id of the operation. For generated code; not covered by semantic versioning.
    #[doc(hidden)]
    pub fn operation(mut self, request_id: impl Into<String>) -> Self {
        self.settings.operation = Some(request_id.into());
        self
    }

    /// Sets a member of the request. For generated code; not covered by semantic versioning.
    #[doc(hidden)]
    pub fn parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.parameters.push((name, value.into()));
        self
    }

    /// Sets the time between the end of a poll and the next one. Default: that of the waiter, which
    /// its documentation states.
    #[doc(alias("poll_interval", "delay"))]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.settings.interval = interval;
        self
    }

    /// Sets the longest random time that is added to each interval, so that programs that started
    /// together do not poll together. Zero means no randomness. Default: a fifth of the interval.
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.settings.jitter = Some(jitter);
        self
    }

    /// Sets the longest wait. It starts when the wait is awaited, and includes the polls. If another
    /// poll would be too late, the wait ends at once. Default: that of the waiter, which its
    /// documentation states.
    #[doc(alias("timeout", "max_attempts"))]
    pub fn max_wait(mut self, max_wait: Duration) -> Self {
        self.settings.max_wait = max_wait;
        self
    }

    /// Sets a function that is called after each poll that returned, including the last one.
    pub fn on_progress(mut self, on_progress: impl FnMut(&WaitProgress) + Send + 'static) -> Self {
        self.settings.on_progress = Some(Box::new(on_progress));
        self
    }

    /// Sets a function that is applied to each call, for its options:
    /// `.call_options(|call| call.region("ap-beijing").retry(RetryPolicy::none()))`.
    ///
    /// A [`timeout`](Call::timeout) applies to each call. The time that is left of the longest wait
    /// limits it further.
    #[doc(alias("region", "retry", "header", "timeout"))]
    pub fn call_options(
        mut self,
        configure: impl FnMut(Call<A>) -> Call<A> + Send + 'static,
    ) -> Self {
        self.configure = Some(Box::new(configure));
        self
    }
}

impl<A: Action + Default> Wait<A> {
    /// Returns the future of the wait, for functions and macros that take futures, such as
    /// `tokio::spawn` and `tokio::join!`. `.send().await` and `.await` are the same.
    pub fn send(self) -> WaitFuture<A::Response> {
        self.into_future()
    }
}

impl<A: Action + Default> IntoFuture for Wait<A> {
    /// The response of the last call. It is empty if that call reported that the last id does not
    /// exist, and this is what the wait was for.
    type Output = Result<A::Response, WaitError>;
    type IntoFuture = WaitFuture<A::Response>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { context, settings, configure } = self;
        Box::pin(async move {
            let mut poll = TypedPoll { context: context.clone(), configure, response: None };
            run(settings, &context.shared, &mut poll).await?;
            Ok(poll.response.unwrap_or_default())
        })
    }
}

impl<A: Action> fmt::Debug for Wait<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("client", &self.context)
            .field("waiter", &self.settings.waiter.name)
            .field("ids", &self.settings.ids)
            .field("interval", &self.settings.interval)
            .field("max_wait", &self.settings.max_wait)
            .finish_non_exhaustive()
    }
}

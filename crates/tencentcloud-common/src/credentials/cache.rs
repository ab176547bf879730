mod refresh;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

use self::refresh::Freshness;
use super::{CredentialFuture, ProvideCredential, ProviderConfig, ProviderError, is_same};
use crate::credentials::Credential;
use crate::runtime::{random, tokio_runtime};

/// The default time limit of a refresh.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How much longer a caller waits than a refresh may take, so that the error of the refresh
/// arrives first.
const WAIT_MARGIN: Duration = Duration::from_secs(5);

/// How often a waiting caller checks that the runtime of the refresh is still polled, and the time
/// limit of that check.
const LIVENESS_INTERVAL: Duration = Duration::from_secs(1);

/// How many refreshes a caller waits for, if each is lost with its runtime, before it gives up.
const MAX_JOINED_REFRESHES: usize = 3;

/// A provider that caches the credential of another provider and refreshes it before it expires.
///
/// - Concurrent callers share one request to the source. The request runs in its own task, so
///   that cancelling one caller does not affect the others.
/// - If the runtime of that task makes no progress, for example because a blocking call occupies
///   its only thread, callers in other runtimes start another refresh after 2 s.
/// - A credential is refreshed in the background once its remaining lifetime is less than
///   [`refresh_ahead`](CachingProviderBuilder::refresh_ahead) (300 s by default) and less than a
///   fifth of its lifetime. Jitter reduces both limits by up to 20%. Callers get the old credential
///   during the refresh.
/// - If a refresh fails, the cached credential is used until it expires. Each failure is logged as
///   a warning. The source is called again after 10, 20 and 40 s, then every 60 s.
/// - An expired credential is never returned, even if the system clock is set back. Callers wait
///   for the new credential or get the error of the refresh. The next call after an error starts
///   another refresh.
/// - A panic of the source is handled like any other error.
/// - A credential without an expiry is cached until it is
///   [invalidated](ProvideCredential::invalidate).
///
/// The providers of this module that use the network already contain a cache. Wrap your own
/// providers. Clones share the cache.
///
/// ```
/// use tencentcloud_common::Credential;
/// use tencentcloud_common::credentials::CachingProvider;
///
/// # fn vault() -> Credential { Credential::new("AKIDexample", "my-secret-key").unwrap() }
/// let provider = CachingProvider::new(vault());
/// ```
#[derive(Clone)]
pub struct CachingProvider(Arc<Shared>);

struct Shared {
    source: Box<dyn ProvideCredential>,
    name: &'static str,
    config: ProviderConfig,
    ahead: Duration,
    timeout: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cached: Option<CachedCredential>,
    /// The refresh in progress, if any.
    refresh: Option<RefreshTask>,
    /// The id of the last refresh that was started.
    last_refresh_id: u64,
    /// The number of consecutive failed refreshes.
    failures: u32,
    /// When the source may be called again in the background after a failure.
    retry_at: Option<Instant>,
}

struct CachedCredential {
    credential: Credential,
    refresh_at: Option<SystemTime>,
    /// When it was fetched, on both clocks.
    fetched_at: (SystemTime, Instant),
}

impl CachedCredential {
    /// Returns the time to compare the expiry with. The system clock can be set back, and a
    /// monotonic clock can stop while the machine sleeps, so the later of the two is used.
    fn now(&self, system_time: SystemTime, instant: Instant) -> SystemTime {
        let elapsed = instant.saturating_duration_since(self.fetched_at.1);
        self.fetched_at.0.checked_add(elapsed).map_or(system_time, |now| now.max(system_time))
    }
}

type RefreshResult = Result<Credential, ProviderError>;

/// A refresh in progress, as its waiters see it. If the sender is dropped, the task was lost with
/// its runtime.
#[derive(Clone)]
struct RefreshTask {
    id: u64,
    started: Instant,
    runtime: tokio::runtime::Handle,
    result: watch::Receiver<Option<RefreshResult>>,
}

impl RefreshTask {
    /// Whether there will be no result: the task ended without one, or its runtime exists but is
    /// no longer polled.
    fn is_lost(&self, now: Instant, limit: Duration) -> bool {
        self.result.has_changed().is_err() || now.saturating_duration_since(self.started) > limit
    }

    /// Waits for the result; returns `None` if the task is lost.
    async fn wait(&mut self) -> Option<RefreshResult> {
        loop {
            let result = self.result.wait_for(Option::is_some);
            if let Ok(result) = tokio::time::timeout(LIVENESS_INTERVAL, result).await {
                return result.ok()?.clone();
            }
            if !tokio_runtime::is_polled(&self.runtime, LIVENESS_INTERVAL).await {
                return None;
            }
        }
    }
}

/// The result of a cache lookup.
enum Lookup {
    Credential(Credential),
    Refresh(RefreshTask),
}

impl CachingProvider {
    /// Creates a cache for the credential of `source`, with the default settings.
    pub fn new(source: impl ProvideCredential + 'static) -> Self {
        Self::builder(source).build()
    }

    /// Creates a builder for a cache with other settings.
    pub fn builder(source: impl ProvideCredential + 'static) -> CachingProviderBuilder {
        CachingProviderBuilder {
            source: Box::new(source),
            name: "cache",
            config: ProviderConfig::new(),
            ahead: refresh::DEFAULT_AHEAD,
            timeout: DEFAULT_TIMEOUT,
        }
    }

    async fn provide(&self) -> RefreshResult {
        let mut lost_id = None;
        for _ in 0..MAX_JOINED_REFRESHES {
            let mut refresh = match self.lookup(lost_id)? {
                Lookup::Credential(credential) => return Ok(credential),
                Lookup::Refresh(refresh) => refresh,
            };
            lost_id = Some(refresh.id);
            let wait = tokio::time::timeout(self.0.wait_limit(), refresh.wait());
            if let Ok(Some(result)) = wait.await {
                return result;
            }
        }
        Err(self.0.error(format!(
            "the credential refresh was interrupted {MAX_JOINED_REFRESHES} times: its Tokio \
             runtime was shut down or is blocked"
        )))
    }

    /// Returns the cached credential or the refresh to wait for, and starts a refresh if one is
    /// due. A refresh with the id `lost_id` is discarded.
    fn lookup(&self, lost_id: Option<u64>) -> Result<Lookup, ProviderError> {
        let shared = &self.0;
        let mut state = shared.state();
        let (instant, limit) = (shared.config.clock.instant(), shared.wait_limit());
        let is_lost = |it: &RefreshTask| lost_id == Some(it.id) || it.is_lost(instant, limit);
        if state.refresh.as_ref().is_some_and(is_lost) {
            state.refresh = None;
        }
        let now = shared.config.clock.now();
        let freshness = state.cached.as_ref().map_or(Freshness::Expired, |cached| {
            let expires_at = cached.credential.expires_at();
            refresh::freshness(expires_at, cached.refresh_at, cached.now(now, instant))
        });
        if let (Some(cached), Freshness::Fresh | Freshness::RefreshDue) = (&state.cached, freshness)
        {
            let credential = cached.credential.clone();
            let is_backing_off = state.retry_at.is_some_and(|retry_at| instant < retry_at);
            if freshness == Freshness::RefreshDue && state.refresh.is_none() && !is_backing_off {
                // Without a runtime the credential is still valid; the next call starts a refresh.
                _ = self.start_refresh(&mut state);
            }
            return Ok(Lookup::Credential(credential));
        }
        let refresh = match &state.refresh {
            Some(refresh) => refresh.clone(),
            None => self.start_refresh(&mut state)?,
        };
        Ok(Lookup::Refresh(refresh))
    }

    /// Spawns a task that refreshes the credential.
    fn start_refresh(&self, state: &mut State) -> Result<RefreshTask, ProviderError> {
        let runtime = tokio_runtime::with_timer().map_err(|error| self.0.error(error))?;
        state.last_refresh_id += 1;
        let id = state.last_refresh_id;
        let (sender, result) = watch::channel(None);
        let started = self.0.config.clock.instant();
        let refresh = RefreshTask { id, started, runtime: runtime.clone(), result };
        state.refresh = Some(refresh.clone());
        let this = self.clone();
        runtime.spawn(async move {
            let result = this.fetch().await;
            let result = this.0.complete_refresh(id, result);
            sender.send_replace(Some(result));
        });
        Ok(refresh)
    }

    async fn fetch(&self) -> RefreshResult {
        let shared = &self.0;
        let fetch = shared.call_source();
        let credential =
            tokio::time::timeout(shared.timeout, fetch).await.unwrap_or_else(|_| {
                Err(shared.error(format!("no credential within {:?}", shared.timeout)))
            })?;
        let now = shared.config.clock.now();
        if credential.expires_at().is_some_and(|expires_at| now >= expires_at) {
            return Err(shared.error(
                "the source returned an expired credential: check the clock of this machine",
            ));
        }
        Ok(credential)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic leaves the state inconsistent.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls the source. A panic becomes an error, so that it is logged and followed by a backoff.
    async fn call_source(&self) -> RefreshResult {
        let panicked = |_| self.error("the credential source panicked: see the panic message");
        let started = catch_unwind(AssertUnwindSafe(|| self.source.provide_credential()));
        let mut future = started.map_err(panicked)?;
        std::future::poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
            polled.unwrap_or_else(|panic| Poll::Ready(Err(panicked(panic))))
        })
        .await
    }

    /// Returns how long a caller waits for a refresh.
    fn wait_limit(&self) -> Duration {
        self.timeout.saturating_add(WAIT_MARGIN)
    }

    fn error(&self, reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ProviderError {
        ProviderError::new(self.name, reason)
    }

    /// Stores the result of a refresh, unless another refresh has replaced it.
    fn complete_refresh(&self, id: u64, result: RefreshResult) -> RefreshResult {
        let (now, instant) = (self.config.clock.now(), self.config.clock.instant());
        let mut state = self.state();
        if state.refresh.as_ref().is_none_or(|refresh| refresh.id != id) {
            return result;
        }
        state.refresh = None;
        match &result {
            Ok(credential) => {
                let refresh_at = credential.expires_at().map(|expires_at| {
                    let jitter = random::fraction(&*self.config.random);
                    refresh::refresh_time(now, expires_at, self.ahead, jitter)
                });
                let credential = credential.clone();
                let fetched_at = (now, instant);
                state.cached = Some(CachedCredential { credential, refresh_at, fetched_at });
                state.failures = 0;
                state.retry_at = None;
            }
            Err(error) => {
                state.failures = state.failures.saturating_add(1);
                let backoff = refresh::backoff(state.failures);
                state.retry_at = instant.checked_add(backoff);
                let valid_for = state.cached.as_ref().and_then(|cached| {
                    let expires_at = cached.credential.expires_at()?;
                    expires_at.duration_since(cached.now(now, instant)).ok()
                });
                // Without a valid credential the callers get the error themselves.
                if let Some(valid_for) = valid_for {
                    drop(state);
                    tracing::warn!(
                        %error,
                        valid_for_seconds = valid_for.as_secs(),
                        retry_in_seconds = backoff.as_secs(),
                        "failed to refresh the credential; the cached credential is still valid"
                    );
                }
            }
        }
        result
    }
}

impl ProvideCredential for CachingProvider {
    fn provide_credential(&self) -> CredentialFuture<'_> {
        Box::pin(self.provide())
    }

    fn invalidate(&self, credential: &Credential) {
        let mut state = self.0.state();
        if state.cached.as_ref().is_some_and(|cached| is_same(&cached.credential, credential)) {
            state.cached = None;
        }
        drop(state);
        self.0.source.invalidate(credential);
    }
}

impl fmt::Debug for CachingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingProvider").field("source", &self.0.source).finish_non_exhaustive()
    }
}

/// A builder for a [`CachingProvider`].
#[must_use = "call `build` to get the provider"]
pub struct CachingProviderBuilder {
    source: Box<dyn ProvideCredential>,
    name: &'static str,
    config: ProviderConfig,
    ahead: Duration,
    timeout: Duration,
}

impl CachingProviderBuilder {
    /// Sets the clock and the source of randomness. Default: [`ProviderConfig::new`].
    pub fn config(mut self, config: ProviderConfig) -> Self {
        self.config = config;
        self
    }

    /// Sets how long before expiry a credential is refreshed. The maximum is a fifth of its
    /// lifetime. Default: 300 s.
    pub fn refresh_ahead(mut self, ahead: Duration) -> Self {
        self.ahead = ahead;
        self
    }

    /// Sets the time limit of a refresh. Default: 60 s.
    pub fn refresh_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the provider name that errors contain.
    pub(super) fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Builds the provider.
    pub fn build(self) -> CachingProvider {
        let Self { source, name, config, ahead, timeout } = self;
        let state = Mutex::default();
        CachingProvider(Arc::new(Shared { source, name, config, ahead, timeout, state }))
    }
}

impl fmt::Debug for CachingProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingProviderBuilder")
            .field("source", &self.source)
            .field("refresh_ahead", &self.ahead)
            .field("refresh_timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

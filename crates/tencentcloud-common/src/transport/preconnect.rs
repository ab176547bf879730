//! Connections that are opened ahead.
//!
//! Each host that is used has a keeper: a task that opens connections until there are enough
//! spare ones, watches them, and replaces what is taken, broken or too old. After a failure it
//! rests, longer each time, until one is taken or has grown old. It ends when its host was not
//! used for long, and takes the spare connections with it.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::Uri;
use http::uri::{Authority, Scheme};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::connector::{Dialer, Opened};

/// How long a keeper rests after a failure: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// How long a host that is not used keeps its keeper, unless it was asked for.
const UNUSED: Duration = Duration::from_secs(300);

/// The spare connections of a transport in one runtime.
pub(super) struct Spares {
    /// How many each host has at most; 0 switches everything off.
    size: usize,
    max_age: Duration,
    dialer: Arc<Dialer>,
    hosts: Mutex<HashMap<Key, Host>>,
}

type Key = (Scheme, Authority);

struct Host {
    spares: VecDeque<Spare>,
    /// Tells the keeper that one was taken.
    taken: Arc<Notify>,
    keeper: AbortHandle,
    /// When it was used last; `None` when it is to be kept warm without being used.
    used: Option<Instant>,
}

struct Spare {
    connection: Opened,
    since: Instant,
}

impl Spares {
    pub(super) fn new(size: usize, max_age: Duration, dialer: Arc<Dialer>) -> Arc<Self> {
        Arc::new(Self { size, max_age, dialer, hosts: Mutex::default() })
    }

    /// Lets connections for this URI be opened ahead. Does nothing outside of a runtime.
    pub(super) fn warm(self: &Arc<Self>, uri: &Uri) {
        if let Some(key) = self.key(uri) {
            let mut hosts = self.hosts();
            if let Some(host) = self.keep(&mut hosts, key) {
                host.used = None;
            }
        }
    }

    /// A connection that was opened ahead, and has others opened in its place.
    pub(super) fn take(self: &Arc<Self>, uri: &Uri) -> Option<Opened> {
        let key = self.key(uri)?;
        let mut hosts = self.hosts();
        let host = self.keep(&mut hosts, key)?;
        let now = Instant::now();
        host.used = host.used.map(|_| now);
        let mut context = Context::from_waker(Waker::noop());
        host.taken.notify_one();
        // The oldest first, so that few become too old.
        while let Some(mut spare) = host.spares.pop_front() {
            let young = now.duration_since(spare.since) < self.max_age;
            if young && spare.connection.poll_useless(&mut context).is_pending() {
                return Some(spare.connection);
            }
        }
        None
    }

    fn key(&self, uri: &Uri) -> Option<Key> {
        let (scheme, authority) = (uri.scheme()?, uri.authority()?);
        (self.size > 0).then(|| (scheme.clone(), authority.clone()))
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<Key, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sees to it that a host has a keeper; `None` outside of a runtime.
    fn keep<'a>(
        self: &Arc<Self>,
        hosts: &'a mut HashMap<Key, Host>,
        key: Key,
    ) -> Option<&'a mut Host> {
        let runtime = Handle::try_current().ok()?;
        match hosts.entry(key) {
            Entry::Occupied(host) if !host.get().keeper.is_finished() => Some(host.into_mut()),
            entry => {
                let taken = Arc::new(Notify::new());
                let keeper = Keeper {
                    spares: Arc::downgrade(self),
                    dialer: Arc::clone(&self.dialer),
                    key: entry.key().clone(),
                    taken: Arc::clone(&taken),
                };
                let keeper = runtime.spawn(keeper.run()).abort_handle();
                let used = Some(Instant::now());
                let host = Host { spares: VecDeque::new(), taken, keeper, used };
                Some(entry.insert_entry(host).into_mut())
            }
        }
    }

    /// Drops what is of no use, and tells how it stands; `None` when the host is not used.
    fn sweep(&self, key: &Key, context: &mut Context<'_>) -> Option<Sweep> {
        let mut hosts = self.hosts();
        let host = hosts.get_mut(key)?;
        let now = Instant::now();
        if host.used.is_some_and(|used| now.duration_since(used) >= UNUSED) {
            return None;
        }
        host.spares.retain(|spare| now.duration_since(spare.since) < self.max_age);
        let young = host.spares.len();
        host.spares.retain_mut(|spare| spare.connection.poll_useless(context).is_pending());
        let left = host.spares.len();
        Some(Sweep {
            missing: self.size.saturating_sub(left),
            broke: young > left,
            next: host.spares.front().map(|oldest| oldest.since + self.max_age),
        })
    }

    fn add(&self, key: &Key, connection: Opened) {
        if let Some(host) = self.hosts().get_mut(key) {
            host.spares.push_back(Spare { connection, since: Instant::now() });
        }
    }
}

/// No keeper outlives the transport.
impl Drop for Spares {
    fn drop(&mut self) {
        for host in self.hosts().values() {
            host.keeper.abort();
        }
    }
}

struct Sweep {
    missing: usize,
    /// Whether one broke before it was too old: then the next ones may break as well.
    broke: bool,
    /// When the oldest becomes too old.
    next: Option<Instant>,
}

struct Keeper {
    /// Not owned: the keeper goes with the transport.
    spares: Weak<Spares>,
    dialer: Arc<Dialer>,
    key: Key,
    taken: Arc<Notify>,
}

impl Keeper {
    async fn run(self) {
        let (scheme, authority) = self.key.clone();
        let uri = Uri::builder().scheme(scheme).authority(authority).path_and_query("/").build();
        let Ok(uri) = uri else { return };
        let _end = End { spares: Weak::clone(&self.spares), key: self.key.clone() };
        let mut pause = PAUSES.0;
        loop {
            let Some(sweep) = self.look().await else { return };
            let failed = if sweep.missing == 0 {
                let broke = self.wait(sweep.next).await;
                if !broke {
                    pause = PAUSES.0;
                }
                broke
            } else {
                sweep.broke || !self.open(&uri).await
            };
            if failed {
                tracing::debug!(%uri, ?pause, "connections are opened ahead again after a pause");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }

    /// Opens one; whether it could be.
    async fn open(&self, uri: &Uri) -> bool {
        match self.dialer.dial(uri).await {
            Ok(connection) => {
                if let Some(spares) = self.spares.upgrade() {
                    spares.add(&self.key, connection);
                }
                true
            }
            Err(error) => {
                let error = &error as &(dyn std::error::Error + 'static);
                tracing::debug!(%uri, error, "no connection could be opened ahead");
                false
            }
        }
    }

    /// How it stands now; `None` when the transport is gone or the host is not used.
    async fn look(&self) -> Option<Sweep> {
        poll_fn(|context| Poll::Ready(self.sweep(context))).await
    }

    fn sweep(&self, context: &mut Context<'_>) -> Option<Sweep> {
        self.spares.upgrade()?.sweep(&self.key, context)
    }

    /// Waits until one is taken, breaks or becomes too old; whether one broke.
    async fn wait(&self, next: Option<Instant>) -> bool {
        let mut taken = pin!(self.taken.notified());
        let mut too_old = pin!(async {
            match next {
                Some(next) => tokio::time::sleep_until(next).await,
                None => std::future::pending().await,
            }
        });
        poll_fn(|context| {
            if taken.as_mut().poll(context).is_ready() || too_old.as_mut().poll(context).is_ready()
            {
                return Poll::Ready(false);
            }
            match self.sweep(context) {
                Some(sweep) if sweep.missing == 0 => Poll::Pending,
                Some(sweep) => Poll::Ready(sweep.broke),
                None => Poll::Ready(false),
            }
        })
        .await
    }
}

/// The end of a keeper, also by that of its runtime: nobody watches the spare connections any more.
struct End {
    spares: Weak<Spares>,
    key: Key,
}

impl Drop for End {
    fn drop(&mut self) {
        if let Some(spares) = self.spares.upgrade() {
            spares.hosts().remove(&self.key);
        }
    }
}

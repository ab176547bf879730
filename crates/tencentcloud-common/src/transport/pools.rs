//! Connections by runtime.
//!
//! A connection stands still as long as the runtime does that opened it, and ends with that. So
//! none is lent to another runtime: a call would wait there for somebody who may never come back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ::bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::runtime::{Handle, Id};
use tokio::task::AbortHandle;

use super::connector::{Connector, Dialer};
use super::preconnect::Spares;

/// How many unused connections to one host are kept.
const MAX_IDLE: usize = 128;

/// How connections are opened and kept.
pub(super) struct Keeping {
    pub(super) dialer: Arc<Dialer>,
    pub(super) keep_alive: bool,
    pub(super) idle_timeout: Duration,
    pub(super) pre_connections: usize,
}

/// The pools of a transport, one for each runtime that it is used in.
pub(super) struct Pools {
    keeping: Keeping,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// To be connected to ahead in each runtime.
    asked: Vec<Uri>,
    pools: HashMap<Id, Arc<Pool>>,
}

/// The connections of one runtime.
pub(super) struct Pool {
    pub(super) client: Client<Connector, Full<Bytes>>,
    pub(super) spares: Arc<Spares>,
    /// A task that has nothing to do: it has ended when the runtime has.
    pulse: AbortHandle,
}

impl Pools {
    pub(super) fn new(keeping: Keeping) -> Self {
        Self { keeping, state: Mutex::default() }
    }

    pub(super) fn keeping(&self) -> &Keeping {
        &self.keeping
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets connections for this URI be opened ahead: in this runtime, if it is called in one, and
    /// in others as soon as they are made use of.
    pub(super) fn warm(&self, uri: Uri) {
        if self.keeping.pre_connections == 0 {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            self.of(&runtime).spares.warm(&uri);
        }
        let asked = &mut self.state().asked;
        if !asked.contains(&uri) {
            asked.push(uri);
        }
    }

    /// The connections of this runtime, which is the current one.
    pub(super) fn of(&self, runtime: &Handle) -> Arc<Pool> {
        let mut state = self.state();
        let State { asked, pools } = &mut *state;
        if let Some(pool) = pools.get(&runtime.id()).filter(|pool| !pool.pulse.is_finished()) {
            return Arc::clone(pool);
        }
        let pool = Arc::new(Pool::new(&self.keeping, runtime));
        for uri in asked {
            pool.spares.warm(uri);
        }
        // Those of runtimes that are gone are of no use to anybody.
        pools.retain(|_, pool| !pool.pulse.is_finished());
        pools.insert(runtime.id(), Arc::clone(&pool));
        pool
    }
}

impl Pool {
    fn new(keeping: &Keeping, runtime: &Handle) -> Self {
        let Keeping { dialer, keep_alive, idle_timeout, pre_connections } = keeping;
        let spares = Spares::new(*pre_connections, *idle_timeout, Arc::clone(dialer));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(*idle_timeout)
            .pool_max_idle_per_host(if *keep_alive { MAX_IDLE } else { 0 })
            // Whether to try again is decided above, where attempts are counted.
            .retry_canceled_requests(false)
            .build(Connector { dialer: Arc::clone(dialer), spares: Arc::clone(&spares) });
        let pulse = runtime.spawn(std::future::pending::<()>()).abort_handle();
        Self { client, spares, pulse }
    }
}

/// No task outlives the transport.
impl Drop for Pool {
    fn drop(&mut self) {
        self.pulse.abort();
    }
}

//! One HTTP client for each Tokio runtime.
//!
//! A connection makes no progress while the runtime that opened it is not polled, and ends with
//! it. A call in another runtime that shared it could wait forever.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reqwest::{Client, ClientBuilder};
use tokio::runtime::{Handle, Id};
use tokio::task::AbortHandle;

use super::{TransportError, TransportErrorKind};
use crate::runtime::tokio_runtime::check_io;

type MakeBuilder = dyn Fn() -> ClientBuilder + Send + Sync;

/// The HTTP clients of a transport by runtime, all built alike.
pub(super) struct ClientsByRuntime {
    make_builder: Box<MakeBuilder>,
    clients: Mutex<HashMap<Id, RuntimeClient>>,
}

struct RuntimeClient {
    client: Client,
    /// A task that never ends by itself: it is finished once its runtime is gone.
    alive: AbortHandle,
}

impl ClientsByRuntime {
    pub(super) fn new(make_builder: impl Fn() -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self { make_builder: Box::new(make_builder), clients: Mutex::default() }
    }

    /// Builds a client from the settings. Without a TLS backend, reqwest panics when no
    /// process-wide one is installed.
    pub(super) fn build(&self) -> Result<Client, TransportError> {
        let builder = (self.make_builder)();
        let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.build()));
        match built {
            Ok(Ok(client)) => Ok(client),
            Ok(Err(error)) => Err(TransportError::new(TransportErrorKind::Unusable, error)),
            Err(_) => Err(TransportError::new(
                TransportErrorKind::Unusable,
                "reqwest has no TLS backend: call tls_backend_preconfigured on the builder, or \
                 enable a TLS feature of reqwest",
            )),
        }
    }

    /// Returns the client of this runtime, which is the current one.
    pub(super) fn of(&self, runtime: &Handle) -> Result<Client, TransportError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = clients.get(&runtime.id()).filter(|it| !it.alive.is_finished()) {
            return Ok(known.client.clone());
        }
        check_io().map_err(|error| TransportError::new(TransportErrorKind::Unusable, error))?;
        let client = self.build()?;
        let alive = runtime.spawn(std::future::pending::<()>()).abort_handle();
        clients.retain(|_, it| !it.alive.is_finished());
        clients.insert(runtime.id(), RuntimeClient { client: client.clone(), alive });
        Ok(client)
    }
}

/// No task outlives the transport.
impl Drop for RuntimeClient {
    fn drop(&mut self) {
        self.alive.abort();
    }
}

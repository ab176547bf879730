//! HTTP clients per Tokio runtime.
//!
//! A connection makes no progress while the runtime that opened it is not polled, and is closed with
//! it. A call in another runtime that used the connection could hang.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use reqwest::{Client, ClientBuilder};
use tokio::runtime::{Handle, Id};

use super::{TransportError, TransportErrorKind};
use crate::runtime::tokio_runtime::{LivenessGuard, check_io};

type MakeBuilder = dyn Fn() -> ClientBuilder + Send + Sync;

/// One HTTP client for each runtime, all with the same settings.
pub(super) struct PerRuntimeClients {
    make_builder: Box<MakeBuilder>,
    clients: Mutex<HashMap<Id, RuntimeClient>>,
}

struct RuntimeClient {
    client: Client,
    runtime: LivenessGuard,
}

impl PerRuntimeClients {
    pub(super) fn new(make_builder: impl Fn() -> ClientBuilder + Send + Sync + 'static) -> Self {
        Self { make_builder: Box::new(make_builder), clients: Mutex::default() }
    }

    /// Builds a client. reqwest panics if it has no TLS backend and no process-wide one is installed.
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

    /// Returns the client of a runtime, which must be the current one.
    pub(super) fn get(&self, runtime: &Handle) -> Result<Client, TransportError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(existing) = clients.get(&runtime.id()).filter(|it| it.runtime.is_alive()) {
            return Ok(existing.client.clone());
        }
        check_io().map_err(|error| TransportError::new(TransportErrorKind::Unusable, error))?;
        let client = self.build()?;
        clients.retain(|_, it| it.runtime.is_alive());
        let guard = LivenessGuard::new(runtime);
        clients.insert(runtime.id(), RuntimeClient { client: client.clone(), runtime: guard });
        Ok(client)
    }
}

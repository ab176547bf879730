//! Calls from code that is not async.
//!
//! [`Call::send_blocking`](crate::Call::send_blocking) makes a call and blocks the calling thread
//! until it completes. It works inside and outside of a Tokio runtime: the call runs on a separate
//! thread, which the clones of a client share and which ends when the last of them is dropped.
//! Blocking and awaited calls of one client share everything except connections.
//!
//! Inside a runtime, prefer `.await`: a blocking call blocks a worker thread of the runtime. If the
//! runtime has only one, all other tasks wait. If one of them is refreshing the credential, the
//! blocking call fetches it a second time after 2 s.
//!
//! ```no_run
//! use serde_json::json;
//! use tencentcloud_common::{CommonClient, Credential, Error};
//!
//! fn main() -> Result<(), Error> {
//!     let credential = Credential::new("AKIDexample", "my-secret-key")?;
//!     let client = CommonClient::new("cvm", "2017-03-12", credential, "ap-shanghai");
//!     let zones = client.call_json("DescribeZones", json!({})).send_blocking()?;
//!     println!("{zones:#}");
//!     Ok(())
//! }
//! ```

use std::io;
use std::iter::FusedIterator;

use crate::call::{
    Call, CallContext, CallFuture, CallWithMetadata, DynamicRequest, Request, ResponseMetadata,
};
use crate::error::{Error, ErrorKind};
use crate::protocol::Action;
use crate::runtime::worker::{Worker, WorkerError};
use crate::sse::{Event, EventStream};
use crate::wait::{Wait, WaitError};

/// Returns the worker of a client, which its clones share.
fn worker(context: &CallContext) -> Result<&Worker, Error> {
    context.shared.worker.get().map_err(|error: io::Error| {
        Error::new(ErrorKind::InvalidInput, "no thread could be started for blocking calls")
            .with_source(error)
    })
}

fn worker_error(error: &WorkerError) -> Error {
    match error {
        WorkerError::Reentrant => Error::invalid_input(
            "a blocking call was made by an interceptor or a credential provider of the same \
             client, and would wait for itself: make it async, or with another client",
        ),
        WorkerError::Ended { started } => {
            Error::new(ErrorKind::Transport, "the thread of the blocking calls has ended")
                .with_sent(*started)
        }
    }
}

/// Runs a call on the worker thread of its client.
fn run<R: Request, T: Send + 'static, C>(
    call: Call<R>,
    into_awaited: impl FnOnce(Call<R>) -> C,
) -> Result<T, Error>
where
    C: IntoFuture<Output = Result<T, Error>, IntoFuture = CallFuture<T>>,
{
    // Held until the call ends, because the worker ends with the last context.
    let context = call.context.clone();
    worker(&context)?.run(into_awaited(call).into_future()).map_err(|error| worker_error(&error))?
}

impl<R: Request> Call<R> {
    /// Makes the call and blocks until it completes. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// The same as for the awaited call.
    pub fn send_blocking(self) -> Result<R::Output, Error> {
        run(self, |call| call)
    }
}

impl<R: Request> CallWithMetadata<R> {
    /// Makes the call and blocks until it completes. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// The same as for the awaited call.
    pub fn send_blocking(self) -> Result<(R::Output, ResponseMetadata), Error> {
        run(self.0, Call::with_metadata)
    }
}

impl<A: Action + Default> Wait<A> {
    /// Waits, and blocks until the wait ends. Requires the feature `blocking`.
    ///
    /// [`on_progress`](Wait::on_progress) runs on the thread of the blocking calls, and must not
    /// make a blocking call with the same client.
    ///
    /// # Errors
    ///
    /// The same as for the awaited wait.
    pub fn send_blocking(self) -> Result<A::Response, WaitError> {
        // Held until the wait ends, because the worker ends with the last context.
        let context = self.context.clone();
        worker(&context)?.run(self.into_future()).map_err(|error| worker_error(&error))?
    }
}

/// A blocking iterator over the events of a stream. Dropping it closes the connection.
#[derive(Debug)]
pub struct Events {
    /// `None` after the last event.
    stream: Option<EventStream>,
    worker: Worker,
}

impl Iterator for Events {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let read = self.worker.run(async move {
            let item = stream.next().await;
            (stream, item)
        });
        match read {
            Ok((stream, Some(item))) => {
                self.stream = Some(stream);
                Some(item)
            }
            Ok((_, None)) => None,
            Err(error) => Some(Err(worker_error(&error))),
        }
    }
}

impl FusedIterator for Events {}

impl Call<DynamicRequest<EventStream>> {
    /// Makes the call and returns its events as a blocking iterator. Requires the feature
    /// `blocking`.
    ///
    /// # Errors
    ///
    /// The same as for the awaited call.
    pub fn events_blocking(self) -> Result<Events, Error> {
        let context = self.context.clone();
        let stream = self.send_blocking()?;
        let worker = worker(&context)?.clone();
        Ok(Events { stream: Some(stream), worker })
    }
}

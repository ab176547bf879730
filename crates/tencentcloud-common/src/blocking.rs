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

use std::future::poll_fn;
use std::io;
use std::iter::FusedIterator;
use std::pin::Pin;

use futures_core::Stream;

use crate::call::{
    Call, CallContext, CallFuture, CallWithMetadata, DryRunCall, DryRunPassed, DynamicRequest,
    Request, ResponseMetadata,
};
use crate::error::{Error, ErrorKind};
use crate::paginate::{Items, PageRequest, Pages, PagesWithMetadata};
use crate::protocol::Action;
use crate::runtime::worker::{Worker, WorkerError};
use crate::sse::EventStream;
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

impl<R: Request> DryRunCall<R> {
    /// Makes the call and blocks until it completes. Requires the feature `blocking`.
    ///
    /// # Errors
    ///
    /// The same as for the awaited call.
    pub fn send_blocking(self) -> Result<DryRunPassed, Error> {
        run(self.0, Call::dry_run)
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

/// A blocking iterator over a stream of this crate: events, pages or items.
///
/// Dropping it ends the stream; for [events](EventStream), it closes the connection.
#[derive(Debug)]
pub struct BlockingIter<S> {
    /// `None` after the last item.
    stream: Option<S>,
    /// Held until the stream ends, because the worker ends with the last context.
    context: CallContext,
}

/// A blocking iterator over the events of a stream.
pub type Events = BlockingIter<EventStream>;

impl<T: Send + 'static, S: Stream<Item = Result<T, Error>> + Send + Unpin + 'static> Iterator
    for BlockingIter<S>
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let read = worker(&self.context).and_then(|worker| {
            let read = worker.run(async move {
                let item = poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await;
                (stream, item)
            });
            read.map_err(|error| worker_error(&error))
        });
        match read {
            Ok((stream, Some(item))) => {
                self.stream = Some(stream);
                Some(item)
            }
            Ok((_, None)) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl<T: Send + 'static, S: Stream<Item = Result<T, Error>> + Send + Unpin + 'static> FusedIterator
    for BlockingIter<S>
{
}

impl<R: PageRequest> Pages<R> {
    /// Returns a blocking iterator over the responses. Requires the feature `blocking`.
    pub fn blocking(self) -> BlockingIter<Self> {
        let context = self.call().context.clone();
        BlockingIter { stream: Some(self), context }
    }
}

impl<R: PageRequest> PagesWithMetadata<R> {
    /// Returns a blocking iterator over the responses and their metadata. Requires the feature
    /// `blocking`.
    pub fn blocking(self) -> BlockingIter<Self> {
        let context = self.0.call().context.clone();
        BlockingIter { stream: Some(self), context }
    }
}

impl<R: PageRequest> Items<R> {
    /// Returns a blocking iterator over the items. Requires the feature `blocking`.
    ///
    /// ```no_run
    /// # use tencentcloud_common::{Call, Error, Paginate};
    /// # fn example<R: Paginate>(call: Call<R>) -> Result<(), Error> {
    /// let items: Vec<_> = call.items().page_size(100).blocking().collect::<Result<_, _>>()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn blocking(self) -> BlockingIter<Self> {
        let context = self.pages().call().context.clone();
        BlockingIter { stream: Some(self), context }
    }
}

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
        Ok(BlockingIter { stream: Some(stream), context })
    }
}

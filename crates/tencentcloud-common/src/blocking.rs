//! Calls from code that is not async.
//!
//! [`Call::send_blocking`](crate::Call::send_blocking) makes the same call with the same options,
//! and holds the thread until it has ended. It works in a plain thread and within a runtime alike,
//! for the call itself runs on a thread of its own, which the clones of a client share and which
//! ends with the last of them. Blocking and awaited calls of one client share everything but
//! connections.
//!
//! Within a runtime it holds a worker thread: prefer `.await` there. Where that is the only thread,
//! all other tasks stand still meanwhile, and a refresh of the credential that one of them is
//! about to make is made a second time after 2 s.
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
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::{OnceLock, mpsc};
use std::task::Poll;
use std::thread::{self, ThreadId};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

use crate::call::{Call, CallFuture, CallWithMetadata, Metadata, Request};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::sse::{Event, EventStream};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The thread that makes the blocking calls of a client and its clones; started by the first.
#[derive(Default)]
pub(crate) struct Worker(OnceLock<Jobs>);

/// Where to put what a worker has to do; it ends when the last is gone.
#[derive(Clone, Debug)]
struct Jobs {
    queue: UnboundedSender<Job>,
    worker: ThreadId,
}

impl Worker {
    fn of(client: &Client) -> Result<&Jobs, Error> {
        let worker = &client.shared().blocking;
        if let Some(jobs) = worker.0.get() {
            return Ok(jobs);
        }
        let jobs = start()?;
        // When two threads come here at once, the thread of the one that is late ends again.
        Ok(worker.0.get_or_init(|| jobs))
    }
}

fn start() -> Result<Jobs, Error> {
    let failed = |error: io::Error| {
        Error::new(ErrorKind::InvalidInput, "no thread could be started for blocking calls")
            .with_source(error)
    };
    let (queue, jobs) = unbounded_channel::<Job>();
    let (ready, outcome) = mpsc::sync_channel(1);
    let thread = thread::Builder::new().name("tencentcloud-blocking".to_owned()).spawn(move || {
        // Made and dropped here: a runtime must not be dropped within another one.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let (runtime, outcome) = match runtime {
            Ok(runtime) => (Some(runtime), Ok(())),
            Err(error) => (None, Err(error)),
        };
        // The one who starts the thread waits below.
        let _ = ready.send(outcome);
        if let Some(runtime) = runtime {
            runtime.block_on(work(jobs));
        }
    });
    let worker = thread.map_err(failed)?.thread().id();
    outcome.recv().map_err(io::Error::other).and_then(|outcome| outcome).map_err(failed)?;
    Ok(Jobs { queue, worker })
}

/// Starts what comes, until nobody is left who could bring something.
async fn work(mut jobs: UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        tokio::spawn(job);
    }
}

impl Jobs {
    /// Has `work` done by the worker, and waits for it. A panic of it goes on here, as it would
    /// if it had been awaited.
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        if thread::current().id() == self.worker {
            return Err(Error::invalid_input(
                "a blocking call is made by an interceptor or a credential provider of the same \
                 client, and would wait for itself: make it async, or with another client",
            ));
        }
        let (done, result) = mpsc::sync_channel(1);
        let job = async move {
            // The caller is always there: it waits below.
            let _ = done.send(caught(work).await);
        };
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let job = job.instrument(tracing::Span::current()).with_subscriber(dispatch);
        let gone =
            || Error::new(ErrorKind::Transport, "the thread of the blocking calls has ended");
        self.queue.send(Box::pin(job)).map_err(|_| gone().with_sent(false))?;
        match result.recv().map_err(|_| gone().with_sent(true))? {
            Ok(value) => Ok(value),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// What comes of `work`, or its panic.
async fn caught<T>(work: impl Future<Output = T>) -> thread::Result<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // It is not polled again after a panic.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

/// Makes `call` on the thread of the worker.
fn made_by_worker<R: Request, T: Send + 'static, C>(
    call: Call<R>,
    with: impl FnOnce(Call<R>) -> C,
) -> Result<T, Error>
where
    C: IntoFuture<Output = Result<T, Error>, IntoFuture = CallFuture<T>>,
{
    // Kept until the end, for the thread ends with it.
    let client = call.client.clone();
    Worker::of(&client)?.wait(with(call).into_future())?
}

impl<R: Request> Call<R> {
    /// Makes the call and waits for its end, in code that is not async; needs the feature
    /// `blocking`.
    ///
    /// # Errors
    ///
    /// Those of the awaited call.
    pub fn send_blocking(self) -> Result<R::Output, Error> {
        made_by_worker(self, |call| call)
    }
}

impl<R: Request> CallWithMetadata<R> {
    /// Makes the call and waits for its end, in code that is not async; needs the feature
    /// `blocking`.
    ///
    /// # Errors
    ///
    /// Those of the awaited call.
    pub fn send_blocking(self) -> Result<(R::Output, Metadata), Error> {
        made_by_worker(self.0, Call::with_metadata)
    }
}

impl EventStream {
    /// The events one by one, in code that is not async; needs the feature `blocking`. `client`
    /// is the one that the stream came from.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when no thread can be started.
    pub(crate) fn into_events(self, client: &Client) -> Result<Events, Error> {
        let jobs = Worker::of(client)?.clone();
        Ok(Events { stream: Some(self), jobs })
    }
}

/// The events of a stream, one by one. Dropping it closes the connection.
#[derive(Debug)]
pub struct Events {
    /// `None` after the last event.
    stream: Option<EventStream>,
    jobs: Jobs,
}

impl Iterator for Events {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let read = self.jobs.wait(async move {
            let item = stream.next().await;
            (stream, item)
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

impl FusedIterator for Events {}

impl Call<crate::call::DynamicRequest<EventStream>> {
    /// Makes the call and hands out its events as an iterator, in code that is not async; needs
    /// the feature `blocking`.
    ///
    /// # Errors
    ///
    /// Those of the awaited call.
    pub fn events_blocking(self) -> Result<Events, Error> {
        let client = self.client.clone();
        self.send_blocking()?.into_events(&client)
    }
}

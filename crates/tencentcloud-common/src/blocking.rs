//! Calls from code that is not async.
//!
//! [`Call::send_blocking`](crate::Call::send_blocking) makes the same call with the same options,
//! and holds the thread until it has ended. It works in a plain thread and within a runtime alike,
//! for the call itself runs on a thread of its own, which the clones of a client share and which
//! ends with the last of them.
//!
//! Within a runtime it holds a worker thread: prefer `.await` there.
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

use std::pin::Pin;
use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::call::{Call, Request};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::sse::{Event, EventStream};

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The thread that makes the blocking calls of a client and its clones; started by the first.
#[derive(Default)]
pub(crate) struct Worker(OnceLock<Started>);

struct Started {
    jobs: UnboundedSender<Job>,
    /// The same client with connections of its own: one that belongs to the caller's runtime
    /// stands still while the caller waits.
    client: Client,
}

impl Worker {
    fn of(client: &Client) -> Result<&Started, Error> {
        let worker = &client.shared().blocking;
        if let Some(started) = worker.0.get() {
            return Ok(started);
        }
        let started = start(client)?;
        // When two threads come here at once, the thread of the one that is late ends again.
        Ok(worker.0.get_or_init(|| started))
    }
}

fn start(client: &Client) -> Result<Started, Error> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::InvalidInput, "no thread could be started for blocking calls")
            .with_source(error)
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let (jobs, mut queue) = unbounded_channel::<Job>();
    thread::Builder::new()
        .name("tencentcloud-blocking".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                while let Some(job) = queue.recv().await {
                    tokio::spawn(job);
                }
            });
        })
        .map_err(failed)?;
    Ok(Started { jobs, client: client.with_own_connections() })
}

/// Has `work` done by the thread of the blocking calls, and waits for it.
fn wait<T: Send + 'static>(
    jobs: &UnboundedSender<Job>,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Error> {
    let (done, result) = mpsc::sync_channel(1);
    let dispatch = tracing::dispatcher::get_default(Clone::clone);
    let span = tracing::Span::current();
    let job = async move {
        // The caller is always there: it waits below.
        let _ = done.send(work.await);
    };
    let job = tracing::instrument::Instrument::instrument(job, span);
    let job = tracing::instrument::WithSubscriber::with_subscriber(job, dispatch);
    let gone = || Error::new(ErrorKind::Transport, "the thread of the blocking calls has ended");
    jobs.send(Box::pin(job)).map_err(|_| gone().with_sent(false))?;
    result.recv().map_err(|_| gone().with_sent(true))
}

impl<R: Request> Call<R> {
    /// Makes the call and waits for its end, in code that is not async; needs the feature
    /// `blocking`.
    ///
    /// # Errors
    ///
    /// Those of the awaited call.
    pub fn send_blocking(mut self) -> Result<R::Output, Error> {
        let client = self.client.clone();
        let worker = Worker::of(&client)?;
        self.client = worker.client.in_region(client.region().clone());
        wait(&worker.jobs, self.into_future())?
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
        let jobs = Worker::of(client)?.jobs.clone();
        Ok(Events { stream: Some(self), jobs })
    }
}

/// The events of a stream, one by one. Dropping it closes the connection.
#[derive(Debug)]
pub struct Events {
    /// `None` after the last event.
    stream: Option<EventStream>,
    jobs: UnboundedSender<Job>,
}

impl Iterator for Events {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let read = wait(&self.jobs, async move {
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

//! A thread with a runtime of its own, which runs futures for code that is not async.

use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::{OnceLock, mpsc};
use std::task::Poll;
use std::thread::{self, ThreadId};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A worker that starts when it is first used.
#[derive(Default)]
pub(crate) struct LazyWorker(OnceLock<Worker>);

/// A handle of the worker thread, which ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    queue: UnboundedSender<Job>,
    thread: ThreadId,
}

/// Why a future was not run to its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkerError {
    /// The thread would wait for itself.
    #[error("a future on the worker thread waits for the worker thread")]
    Reentrant,
    /// The thread ended; `started` tells whether the future may have begun.
    #[error("the worker thread has ended")]
    Ended { started: bool },
}

impl LazyWorker {
    /// Returns the worker, and starts it when it is used for the first time.
    pub(crate) fn get(&self) -> io::Result<&Worker> {
        if let Some(worker) = self.0.get() {
            return Ok(worker);
        }
        let worker = Worker::start()?;
        // When two threads start one at once, the worker of the later one ends again.
        Ok(self.0.get_or_init(|| worker))
    }
}

impl Worker {
    fn start() -> io::Result<Self> {
        let (queue, jobs) = unbounded_channel::<Job>();
        let (ready, outcome) = mpsc::sync_channel(1);
        let name = "tencentcloud-blocking".to_owned();
        let thread = thread::Builder::new().name(name).spawn(move || {
            // Created and dropped here, because a runtime must not be dropped within another one.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let (runtime, outcome) = match runtime {
                Ok(runtime) => (Some(runtime), Ok(())),
                Err(error) => (None, Err(error)),
            };
            // The thread that starts the worker receives it below.
            let _ = ready.send(outcome);
            if let Some(runtime) = runtime {
                runtime.block_on(run(jobs));
            }
        })?;
        let worker = Self { queue, thread: thread.thread().id() };
        outcome.recv().map_err(io::Error::other)??;
        Ok(worker)
    }

    /// Runs `work` on the worker thread and blocks until it ends. A panic of `work` goes on in
    /// the calling thread, as if `work` had been awaited there.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, WorkerError> {
        if thread::current().id() == self.thread {
            return Err(WorkerError::Reentrant);
        }
        let (sender, result) = mpsc::sync_channel(1);
        let job = async move {
            // The receiver exists until the result has arrived: see below.
            let _ = sender.send(catch_panic(work).await);
        };
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let job = job.instrument(tracing::Span::current()).with_subscriber(dispatch);
        self.queue.send(Box::pin(job)).map_err(|_| WorkerError::Ended { started: false })?;
        match result.recv().map_err(|_| WorkerError::Ended { started: true })? {
            Ok(value) => Ok(value),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Starts each job that arrives, until the last handle of the worker is dropped.
async fn run(mut jobs: UnboundedReceiver<Job>) {
    while let Some(job) = jobs.recv().await {
        tokio::spawn(job);
    }
}

/// Returns the output of `work`, or its panic.
async fn catch_panic<T>(work: impl Future<Output = T>) -> thread::Result<T> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // The future is not polled again after a panic.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

//! A thread with its own runtime, which runs futures for blocking code.

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

/// A worker that starts on first use.
#[derive(Default)]
pub(crate) struct LazyWorker(OnceLock<Worker>);

/// A handle of the worker thread. The thread ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    queue: UnboundedSender<Job>,
    thread: ThreadId,
}

/// The error of a future that did not complete.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkerError {
    /// The worker thread would wait for itself.
    #[error("a blocking call was made on the worker thread, which would wait for itself")]
    Reentrant,
    /// The worker thread ended. `started` is whether the future may have started.
    #[error("the worker thread has ended")]
    Ended { started: bool },
}

impl LazyWorker {
    /// Returns the worker, and starts it on first use.
    pub(crate) fn get(&self) -> io::Result<&Worker> {
        if let Some(worker) = self.0.get() {
            return Ok(worker);
        }
        let worker = Worker::start()?;
        // If two threads start a worker at the same time, the second worker ends at once.
        Ok(self.0.get_or_init(|| worker))
    }
}

impl Worker {
    fn start() -> io::Result<Self> {
        let (queue, jobs) = unbounded_channel::<Job>();
        let (ready, outcome) = mpsc::sync_channel(1);
        let name = "tencentcloud-blocking".to_owned();
        let thread = thread::Builder::new().name(name).spawn(move || {
            // Created and dropped on this thread, because a runtime must not be dropped within
            // another one.
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let (runtime, outcome) = match runtime {
                Ok(runtime) => (Some(runtime), Ok(())),
                Err(error) => (None, Err(error)),
            };
            // Received below by the thread that starts the worker.
            let _ = ready.send(outcome);
            if let Some(runtime) = runtime {
                runtime.block_on(run(jobs));
            }
        })?;
        let worker = Self { queue, thread: thread.thread().id() };
        outcome.recv().map_err(io::Error::other)??;
        Ok(worker)
    }

    /// Runs `work` on the worker thread and blocks until it completes. A panic of `work` is resumed
    /// on the calling thread.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, WorkerError> {
        if thread::current().id() == self.thread {
            return Err(WorkerError::Reentrant);
        }
        let (sender, result) = mpsc::sync_channel(1);
        let job = async move {
            // The receiver below exists until the result arrives.
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

/// Spawns each job of the queue, until the last handle of the worker is dropped.
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

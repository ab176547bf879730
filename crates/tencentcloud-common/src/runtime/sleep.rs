use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// What [`Sleep::sleep`] returns.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Waits between attempts.
pub trait Sleep: Send + Sync {
    /// Ends after this time.
    fn sleep(&self, time: Duration) -> SleepFuture;
}

impl<S: Sleep + ?Sized> Sleep for Arc<S> {
    fn sleep(&self, time: Duration) -> SleepFuture {
        (**self).sleep(time)
    }
}

impl<S: Sleep + ?Sized> Sleep for Box<S> {
    fn sleep(&self, time: Duration) -> SleepFuture {
        (**self).sleep(time)
    }
}

/// Waits with the timer of the Tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioSleep;

impl Sleep for TokioSleep {
    fn sleep(&self, time: Duration) -> SleepFuture {
        Box::pin(tokio::time::sleep(time))
    }
}

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The future that [`Sleep::sleep`] returns.
pub type SleepFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A timer, for the delays between attempts.
pub trait Sleep: Send + Sync {
    /// Returns a future that completes after this duration.
    fn sleep(&self, duration: Duration) -> SleepFuture;
}

impl<S: Sleep + ?Sized> Sleep for Arc<S> {
    fn sleep(&self, duration: Duration) -> SleepFuture {
        (**self).sleep(duration)
    }
}

impl<S: Sleep + ?Sized> Sleep for Box<S> {
    fn sleep(&self, duration: Duration) -> SleepFuture {
        (**self).sleep(duration)
    }
}

/// The timer of the Tokio runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioSleep;

impl Sleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> SleepFuture {
        Box::pin(tokio::time::sleep(duration))
    }
}

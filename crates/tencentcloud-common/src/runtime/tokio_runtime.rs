//! Checks that the current Tokio runtime can run a call, and that another one still runs.

use std::panic::catch_unwind;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// The error of a call that cannot run in the current runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuntimeError {
    #[error("there is no Tokio runtime: use #[tokio::main] or Runtime::block_on")]
    Missing,
    #[error("the Tokio runtime has no timer: build it with `enable_time` or `enable_all`")]
    NoTimer,
    #[error("the Tokio runtime has no I/O driver: build it with `enable_io` or `enable_all`")]
    NoIo,
}

/// Returns the current runtime, if its timer is enabled.
///
/// Tokio reports a missing driver only by a panic. The panic is caught here, where nothing else can
/// panic; the panic hook still gets its message.
pub(crate) fn with_timer() -> Result<Handle, RuntimeError> {
    let runtime = Handle::try_current().map_err(|_| RuntimeError::Missing)?;
    match catch_unwind(|| drop(tokio::time::sleep(Duration::ZERO))) {
        Ok(()) => Ok(runtime),
        Err(_) => Err(RuntimeError::NoTimer),
    }
}

/// Checks that the I/O driver of the current runtime is enabled. This registers a socket, so it is
/// not called for every request.
pub(crate) fn check_io() -> Result<(), RuntimeError> {
    let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0))
        .and_then(|socket| socket.set_nonblocking(true).map(|()| socket));
    // If no socket can be bound, the connection reports the reason.
    let Ok(socket) = socket else { return Ok(()) };
    match catch_unwind(|| drop(tokio::net::UdpSocket::from_std(socket))) {
        Ok(()) => Ok(()),
        Err(_) => Err(RuntimeError::NoIo),
    }
}

/// Tells whether a runtime has shut down.
#[derive(Debug)]
pub(crate) struct LivenessGuard(
    /// A task that never completes: it is finished once its runtime has shut down.
    AbortHandle,
);

impl LivenessGuard {
    pub(crate) fn new(runtime: &Handle) -> Self {
        Self(runtime.spawn(std::future::pending::<()>()).abort_handle())
    }

    pub(crate) fn is_alive(&self) -> bool {
        !self.0.is_finished()
    }
}

/// Ends the task with the guard.
impl Drop for LivenessGuard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Whether a runtime is polled: it completes an empty task within `limit`. The current runtime needs
/// a timer.
pub(crate) async fn is_polled(runtime: &Handle, limit: Duration) -> bool {
    let empty_task = runtime.spawn(std::future::ready(()));
    tokio::time::timeout(limit, empty_task).await.is_ok_and(|outcome| outcome.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(runtime: &tokio::runtime::Runtime) -> Result<(), RuntimeError> {
        runtime.block_on(async {
            with_timer()?;
            check_io()
        })
    }

    #[test]
    fn a_runtime_that_is_not_polled_or_gone_is_noticed() {
        use tokio::runtime::Builder;
        let other = Builder::new_current_thread().enable_all().build().unwrap();
        let guard = LivenessGuard::new(other.handle());
        let limit = Duration::from_millis(20);
        let ours = Builder::new_current_thread().enable_all().build().unwrap();
        assert!(ours.block_on(is_polled(ours.handle(), limit)));
        assert!(!ours.block_on(is_polled(other.handle(), limit)), "nobody polls it");
        assert!(guard.is_alive(), "it still exists");
        drop(other);
        assert!(!guard.is_alive());
    }

    #[test]
    fn runtime_is_checked_for_each_driver() {
        use tokio::runtime::Builder;
        assert_eq!(with_timer().map(drop), Err(RuntimeError::Missing));
        let all = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(checked(&all), Ok(()));
        let only_time = Builder::new_current_thread().enable_time().build().unwrap();
        assert_eq!(checked(&only_time), Err(RuntimeError::NoIo));
        let only_io = Builder::new_current_thread().enable_io().build().unwrap();
        assert_eq!(checked(&only_io), Err(RuntimeError::NoTimer));
    }
}

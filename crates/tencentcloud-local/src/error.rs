//! Why an endpoint does not start.

use std::io;
use std::net::SocketAddr;

/// Why [`LocalServer`](crate::LocalServer) did not start.
///
/// ```
/// use tencentcloud_local::{LocalServer, StartError};
///
/// let first = LocalServer::start()?;
/// let second = LocalServer::builder().port(first.address().port()).start();
/// assert!(matches!(second, Err(StartError::Listen { .. })));
/// # Ok::<(), StartError>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port is taken, or may not be used.
    #[error("cannot listen on {address}: {source}; choose another port, or 0 for a free one")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The operating system gives no thread or no event queue.
    #[error("cannot start the thread that serves requests: {0}")]
    Thread(#[source] io::Error),
    /// The credential that is made up is not a good one.
    #[error("cannot make up a credential: {0}; give the endpoint one")]
    Credential(#[source] tencentcloud_common::Error),
    /// A specification that is built in cannot be read.
    #[error("a built-in specification is broken ({problem}): run `cargo xtask generate`")]
    Specification {
        /// What is wrong with it.
        problem: String,
    },
}

//! Tracks whether any byte of a request may have been written.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use ::bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

const UNKNOWN: u8 = 0;
const NOT_WRITTEN: u8 = 1;
const MAYBE_WRITTEN: u8 = 2;

/// The write state of a request: whether any byte may have been written. A call that times out
/// uses it to report whether the request may have been sent.
///
/// Every request has one in its [extensions](http::Request::extensions). A transport that removes it
/// and calls [`start`](Self::start) must call [`mark_written`](Self::mark_written) before it writes
/// the first byte. If the transport ignores it, the request is treated as maybe written. Clones share
/// their state.
///
/// ```
/// use tencentcloud_common::transport::WriteTracker;
///
/// let tracker = WriteTracker::default();
/// assert!(tracker.maybe_written(), "the transport has not called `start`");
/// tracker.start();
/// assert!(!tracker.maybe_written());
/// tracker.mark_written();
/// assert!(tracker.maybe_written());
/// ```
#[derive(Clone, Debug, Default)]
pub struct WriteTracker(Arc<AtomicU8>);

impl WriteTracker {
    /// Starts tracking. The request counts as not written until
    /// [`mark_written`](Self::mark_written) is called.
    pub fn start(&self) {
        self.0.store(NOT_WRITTEN, Ordering::Relaxed);
    }

    /// Records that the request may be written from now on.
    pub fn mark_written(&self) {
        self.0.store(MAYBE_WRITTEN, Ordering::Relaxed);
    }

    /// Returns whether any byte may have been written.
    pub fn maybe_written(&self) -> bool {
        matches!(self.0.load(Ordering::Relaxed), UNKNOWN | MAYBE_WRITTEN)
    }
}

/// A request body that marks the request as written when hyper first accesses it.
///
/// hyper polls a body, or calls `is_end_stream` if it is empty, only after it has assigned the request
/// to a connection.
pub(super) struct TrackedBody {
    pub(super) bytes: Bytes,
    pub(super) tracker: WriteTracker,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.tracker.mark_written();
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.tracker.mark_written();
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

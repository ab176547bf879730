//! Whether any byte of a request may have been written.

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

/// Records whether any byte of a request may have been written, so that a call that runs out of
/// time knows whether it may have had an effect.
///
/// Every request carries one in its [extensions](http::Request::extensions). A transport that
/// takes it out and calls [`start`](Self::start) promises to call
/// [`mark_written`](Self::mark_written) before the first byte is written. Requests of a transport
/// that ignores it count as maybe written. Clones share their state.
///
/// ```
/// use tencentcloud_common::transport::WriteTracker;
///
/// let tracker = WriteTracker::default();
/// assert!(tracker.maybe_written(), "a transport that does not report");
/// tracker.start();
/// assert!(!tracker.maybe_written());
/// tracker.mark_written();
/// assert!(tracker.maybe_written());
/// ```
#[derive(Clone, Debug, Default)]
pub struct WriteTracker(Arc<AtomicU8>);

impl WriteTracker {
    /// Promises to report the first write. Until then nothing was written.
    pub fn start(&self) {
        self.0.store(NOT_WRITTEN, Ordering::Relaxed);
    }

    /// Reports that the request may be written from now on.
    pub fn mark_written(&self) {
        self.0.store(MAYBE_WRITTEN, Ordering::Relaxed);
    }

    /// Returns whether any byte may have been written.
    pub fn maybe_written(&self) -> bool {
        matches!(self.0.load(Ordering::Relaxed), UNKNOWN | MAYBE_WRITTEN)
    }
}

/// A request body that reports when a connection takes the request.
///
/// hyper polls a body, or, when it is empty, asks it for its end, only after it has put the
/// request on a connection.
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

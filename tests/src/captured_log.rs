//! A writer that keeps what is logged.
//!
//! ```
//! use std::io::Write as _;
//! use tencentcloud_tests::captured_log::CapturedLog;
//!
//! let log = CapturedLog::default();
//! log.clone().write_all(b"INFO started")?;
//! assert_eq!(log.take(), "INFO started");
//! assert_eq!(log.take(), "");
//! # Ok::<(), std::io::Error>(())
//! ```

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use crate::counting_server::lock;

/// The output of a logger. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct CapturedLog(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    /// Returns what was written since the last call.
    pub fn take(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *lock(&self.0))).into_owned()
    }
}

impl Write for CapturedLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

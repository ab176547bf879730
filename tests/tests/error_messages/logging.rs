//! The feature `logging`.

use tencentcloud_common::logging::{FileLogger, LevelFilter, Logging};

use super::messages::Messages;

pub(super) fn add(messages: &mut Messages) {
    let directory = tempfile::tempdir().unwrap();
    messages.replace(directory.path().display(), "<path>");
    let logging = Logging::new();
    let file = directory.path().join("missing/sdk.log");
    messages.add(
        "A log file in a directory that does not exist",
        logging.set_file_logger(file, LevelFilter::INFO),
    );
    let file = FileLogger::new(directory.path().join("sdk.log"));
    messages.add(
        "A log file with a maximum size of zero",
        logging.set_file_logger(file.clone().max_size(0), LevelFilter::INFO),
    );
    messages.add(
        "A log file with a maximum of zero files",
        logging.set_file_logger(file.max_files(0), LevelFilter::INFO),
    );
    // Without a stream and a file, nothing is logged.
    logging.install().unwrap();
    messages.add("A subscriber that is installed after another one", logging.install());
}

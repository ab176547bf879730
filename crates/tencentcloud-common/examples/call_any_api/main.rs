//! Calls any action of any service and prints the JSON of `Response`, or its events.
//!
//! ```text
//! cargo run -p tencentcloud-common --example call_any_api -- \
//!     cvm 2017-03-12 DescribeZones --region ap-shanghai
//! ```
//!
//! Without `--region`, the region is that of `TENCENTCLOUD_REGION`. Without `--provider`, the
//! credential is the first that is found in `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY` and
//! a token in `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN` or `TENCENTCLOUD_SECURITY_TOKEN`,
//! in the profile file, or through the identity of a TKE pod or the role of the machine. Exit code 0 is a success, 1 an
//! error (one line on standard error), 2 wrong usage.

mod arguments;
mod call;
mod given;

use std::io::{self, Write};
use std::process::ExitCode;

use arguments::{Arguments, Log};
use tencentcloud_common::logging::{Level, Logging};
use tencentcloud_common::runtime::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1), &Environment::process()) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            _ = writeln!(io::stdout(), "{}", arguments::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            // Only the first line: the rest would push the mistake out of sight.
            let usage = arguments::USAGE.lines().next().unwrap_or_default();
            complain(&format!("{mistake}\n{usage}\n--help lists the options"));
            return ExitCode::from(2);
        }
    };
    let logging = Logging::new();
    if let Some(log) = &arguments.log
        && let Err(error) = start(&logging, log)
    {
        complain(&error);
        return ExitCode::FAILURE;
    }
    let outcome = call::make(arguments, &mut io::stdout().lock()).await;
    if let Some(error) = logging.take_error() {
        complain(&format!("the log is incomplete: {error}"));
    }
    match outcome {
        // Who reads has seen enough, as `head` does after its lines.
        Err(call::Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Everything is logged, the content too: secrets are hidden in it.
fn start(logging: &Logging, log: &Log) -> Result<(), String> {
    logging.install().map_err(|error| error.to_string())?;
    match log {
        Log::Stderr => logging.set_stream_logger(io::stderr(), Level::TRACE),
        Log::File(path) => logging
            .set_file_logger(path.as_str(), Level::TRACE)
            .map_err(|error| format!("nothing can be logged to {path}: {error}"))?,
    }
    Ok(())
}

/// Writes to standard error, which nobody may read.
fn complain(text: &str) {
    _ = writeln!(io::stderr(), "{text}");
}

//! Calls any action of any service, and prints the content of `Response` as JSON, or the events.
//!
//! ```text
//! cargo run -p tencentcloud-common --example call_any_api -- \
//!     cvm 2017-03-12 DescribeZones --region ap-shanghai
//! ```
//!
//! The default region is `TENCENTCLOUD_REGION`. The default credential is the first one found in
//! the environment variables (`TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY`, and a token in
//! `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN` or `TENCENTCLOUD_SECURITY_TOKEN`), the profile
//! file, the identity of a TKE pod and the role of the CVM instance. Exit codes: 0 success, 1 error
//! (one line on standard error), 2 invalid usage.

mod args;
mod call;
mod command_line;

use std::io::{self, Write};
use std::process::ExitCode;

use args::{Args, Log};
use tencentcloud_common::logging::{Level, Logging};
use tencentcloud_common::runtime::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = match Args::parse(std::env::args_os().skip(1), &Environment::process()) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            _ = writeln!(io::stdout(), "{}", args::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            // Prints only the first line of the usage, so that the error stays visible.
            let usage = args::USAGE.lines().next().unwrap_or_default();
            print_error(&format!("{error}\n{usage}\n--help lists the options"));
            return ExitCode::from(2);
        }
    };
    let logging = Logging::new();
    if let Some(log) = &args.log
        && let Err(error) = start_logging(&logging, log)
    {
        print_error(&error);
        return ExitCode::FAILURE;
    }
    let outcome = call::run(args, &mut io::stdout().lock()).await;
    if let Some(error) = logging.take_error() {
        print_error(&format!("the log is incomplete: {error}"));
    }
    match outcome {
        // The reader closed the pipe, as `head` does.
        Err(call::RunError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Logs everything, including bodies, in which secrets are redacted.
fn start_logging(logging: &Logging, log: &Log) -> Result<(), String> {
    logging.install().map_err(|error| error.to_string())?;
    match log {
        Log::Stderr => logging.set_stream_logger(io::stderr(), Level::TRACE),
        Log::File(path) => logging
            .set_file_logger(path.as_str(), Level::TRACE)
            .map_err(|error| format!("cannot write the log to {path}: {error}"))?,
    }
    Ok(())
}

/// Writes to standard error, unless it is closed.
fn print_error(text: &str) {
    _ = writeln!(io::stderr(), "{text}");
}

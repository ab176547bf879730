//! The command line program: runs the server until it is interrupted.

use std::io::{self, Write};
use std::process::ExitCode;

use tencentcloud_local::{LocalServer, RecordedRequest};

const USAGE: &str = "\
A server on 127.0.0.1 that emulates the Tencent Cloud API 3.0.

Usage: tencentcloud-local [--port PORT]

Options:
  --port PORT  port to listen on, or 0 for a free port (default: 8080)
  --help       print this help
";

/// A parsed command line.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Serve { port: u16 },
}

/// Error in the command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum UsageError {
    #[error("missing value for `--port`: expected a port number from 0 to 65535")]
    MissingPort,
    #[error("invalid value `{0}` for `--port`: expected a port number from 0 to 65535")]
    InvalidPort(String),
    #[error("unknown option `{0}`")]
    UnknownOption(String),
    #[error("unexpected argument `{0}`: the program takes options only")]
    UnexpectedArgument(String),
}

fn main() -> ExitCode {
    match parse_args(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Command::Serve { port }) => serve(port),
        Err(error) => {
            eprintln!("tencentcloud-local: {error}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn parse_args(mut args: impl Iterator<Item = String>) -> Result<Command, UsageError> {
    let mut command = Command::Serve { port: 8080 };
    while let Some(arg) = args.next() {
        let port = match arg.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--port" => args.next().ok_or(UsageError::MissingPort)?,
            _ => match arg.strip_prefix("--port=") {
                Some(port) => port.to_owned(),
                None if arg.starts_with('-') => return Err(UsageError::UnknownOption(arg)),
                None => return Err(UsageError::UnexpectedArgument(arg)),
            },
        };
        let port = port.parse().map_err(|_| UsageError::InvalidPort(port))?;
        command = Command::Serve { port };
    }
    Ok(command)
}

fn serve(port: u16) -> ExitCode {
    let server = match LocalServer::builder().port(port).on_request(log).start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("tencentcloud-local: {error}");
            return ExitCode::FAILURE;
        }
    };
    // The server must run even if standard output is closed.
    let _ = write!(io::stdout(), "{}", startup_text(&server));
    loop {
        std::thread::park();
    }
}

fn startup_text(server: &LocalServer) -> String {
    let (url, id, key) = (server.endpoint(), server.secret_id(), server.secret_key());
    format!(
        "\
Listening on {url}; press Ctrl-C to stop.

export TENCENTCLOUD_SECRET_ID={id}
export TENCENTCLOUD_SECRET_KEY={key}
export TENCENTCLOUD_REGION=ap-guangzhou

For example:

cargo run -p tencentcloud-common --example call_any_api -- \\
    cvm 2017-03-12 DescribeInstances '{{\"Limit\": 2}}' --region ap-guangzhou \\
    --endpoint {url}

"
    )
}

/// Prints one line for each request.
fn log(request: &RecordedRequest) {
    let (service, action, region) = (request.service(), request.action(), request.region());
    let outcome = request.error_code().unwrap_or("ok");
    let id = request.request_id();
    let _ = writeln!(io::stderr(), "{service} {action} {region} -> {outcome} ({id})");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Command, UsageError> {
        parse_args(args.iter().map(|arg| (*arg).to_owned()))
    }

    #[test]
    fn args_are_parsed() {
        assert_eq!(parse(&[]), Ok(Command::Serve { port: 8080 }));
        assert_eq!(parse(&["--port", "0"]), Ok(Command::Serve { port: 0 }));
        assert_eq!(parse(&["--port=9000"]), Ok(Command::Serve { port: 9000 }));
        assert_eq!(parse(&["--port", "1", "--help"]), Ok(Command::Help));
        for invalid in [&["--port"][..], &["--port", "x"], &["--port=70000"], &["serve"], &["-p"]] {
            assert!(parse(invalid).is_err(), "{invalid:?}");
        }
    }
}

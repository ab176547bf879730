//! Runs the endpoint as a program of its own.

use std::io::{self, Write};
use std::process::ExitCode;

use tencentcloud_local::{LocalServer, Received};

const USAGE: &str = "\
An endpoint on 127.0.0.1 that speaks the Tencent Cloud API 3.0.

Usage: tencentcloud-local [--port PORT]

Options:
  --port PORT  the port to listen on, 0 for any that is free (default 8080)
  --help       print this text
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Help,
    Serve { port: u16 },
}

fn main() -> ExitCode {
    match wish(std::env::args().skip(1)) {
        Ok(Wish::Help) => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Wish::Serve { port }) => serve(port),
        Err(problem) => {
            eprintln!("tencentcloud-local: {problem}\n\n{USAGE}");
            ExitCode::from(2)
        }
    }
}

fn wish(arguments: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut wish = Wish::Serve { port: 8080 };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let port = match argument.as_str() {
            "--help" | "-h" => return Ok(Wish::Help),
            "--port" => arguments.next().ok_or("--port needs a number")?,
            other => match other.strip_prefix("--port=") {
                Some(port) => port.to_owned(),
                None => return Err(format!("there is no option {other}")),
            },
        };
        let port = port.parse().map_err(|_| format!("{port} is no port: 0 to 65535"))?;
        wish = Wish::Serve { port };
    }
    Ok(wish)
}

fn serve(port: u16) -> ExitCode {
    let server = match LocalServer::builder().port(port).observe(log).start() {
        Ok(server) => server,
        Err(error) => {
            eprintln!("tencentcloud-local: {error}");
            return ExitCode::FAILURE;
        }
    };
    // Nobody reading it is no reason to stop.
    let _ = write!(io::stdout(), "{}", welcome(&server));
    loop {
        std::thread::park();
    }
}

fn welcome(server: &LocalServer) -> String {
    let (url, id, key) = (server.endpoint(), server.secret_id(), server.secret_key());
    format!(
        "\
Listening on {url}; Ctrl-C stops it.

export TENCENTCLOUD_SECRET_ID={id}
export TENCENTCLOUD_SECRET_KEY={key}
export TENCENTCLOUD_REGION=ap-guangzhou

Then, for example:

cargo run -p tencentcloud-common --example call_any_api -- \\
    cvm 2017-03-12 DescribeInstances '{{\"Limit\": 2}}' --region ap-guangzhou \\
    --endpoint {url}

"
    )
}

/// One line for each request.
fn log(request: &Received) {
    let (service, action, region) = (request.service(), request.action(), request.region());
    let outcome = request.error_code().unwrap_or("ok");
    let id = request.request_id();
    let _ = writeln!(io::stderr(), "{service} {action} {region} -> {outcome} ({id})");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Wish, String> {
        wish(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn the_command_line_is_understood() {
        assert_eq!(read(&[]), Ok(Wish::Serve { port: 8080 }));
        assert_eq!(read(&["--port", "0"]), Ok(Wish::Serve { port: 0 }));
        assert_eq!(read(&["--port=9000"]), Ok(Wish::Serve { port: 9000 }));
        assert_eq!(read(&["--port", "1", "--help"]), Ok(Wish::Help));
        for wrong in [&["--port"][..], &["--port", "x"], &["--port=70000"], &["serve"], &["-p"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}

//! Calls any action of any service and prints the JSON of `Response`.
//!
//! ```text
//! cargo run -p tencentcloud-common --example call_any_api -- \
//!     cvm 2017-03-12 DescribeZones --region ap-shanghai
//! ```
//!
//! The credential is taken from `TENCENTCLOUD_SECRET_ID`, `TENCENTCLOUD_SECRET_KEY` and, if there
//! is one, the token in `TENCENTCLOUD_TOKEN`, `TENCENTCLOUD_SESSION_TOKEN` or
//! `TENCENTCLOUD_SECURITY_TOKEN`. Exit code 0 is a success, 1 an error (one line on standard
//! error), 2 wrong usage.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::value::RawValue;
use tencentcloud_common::provider::EnvironmentProvider;
use tencentcloud_common::{ClientProfile, CommonClient, Error, HttpProfile};

const USAGE: &str = "usage: call_any_api SERVICE VERSION ACTION ['JSON'] [--region R]
       [--endpoint URL-OR-HOST] [--header 'Name: value']… [--timeout SECONDS] [--language L]

  JSON         the parameters, an object; {} if left out
  --region     such as ap-shanghai; none is sent if left out
  --endpoint   a host, or a URL such as http://127.0.0.1:8080
  --header     an additional header; can be repeated
  --timeout    limits the whole call
  --language   of error messages: zh-CN (default) or en-US";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(mistake) => {
            eprintln!("{mistake}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match call(arguments).await {
        Ok(response) => {
            println!("{response}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn call(arguments: Arguments) -> Result<String, Error> {
    let mut http_profile = HttpProfile::builder();
    if let Some(endpoint) = arguments.endpoint {
        http_profile = http_profile.endpoint(endpoint);
    }
    let mut profile = ClientProfile::builder().http_profile(http_profile.build()?);
    if let Some(language) = arguments.language {
        profile = profile.language(language.parse()?);
    }
    let client = CommonClient::with_profile(
        arguments.service,
        arguments.version,
        EnvironmentProvider::new(),
        arguments.region.unwrap_or_default(),
        profile.build()?,
    )?;
    let mut call = client.call_json(arguments.action, arguments.parameters);
    for (name, value) in arguments.headers {
        call = call.header(name, value);
    }
    if let Some(timeout) = arguments.timeout {
        call = call.timeout(timeout);
    }
    Ok(format!("{:#}", call.await?))
}

/// What stands on the command line.
struct Arguments {
    service: String,
    version: String,
    action: String,
    /// Sent exactly as it was given.
    parameters: Box<RawValue>,
    region: Option<String>,
    endpoint: Option<String>,
    headers: Vec<(String, String)>,
    timeout: Option<Duration>,
    language: Option<String>,
}

impl Arguments {
    fn parse(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut words = Vec::new();
        let (mut region, mut endpoint, mut language, mut timeout) = (None, None, None, None);
        let mut headers = Vec::new();
        while let Some(word) = given.next() {
            if !word.starts_with("--") {
                words.push(word);
                continue;
            }
            let value = given.next().ok_or(format!("{word} needs a value"))?;
            match word.as_str() {
                "--region" => region = Some(value),
                "--endpoint" => endpoint = Some(value),
                "--language" => language = Some(value),
                "--timeout" => timeout = Some(seconds(&value)?),
                "--header" => headers.push(header(&value)?),
                _ => return Err(format!("there is no option {word}")),
            }
        }
        let mut words = words.into_iter();
        let mut next = |what: &str| words.next().ok_or(format!("{what} is missing"));
        let (service, version, action) = (next("SERVICE")?, next("VERSION")?, next("ACTION")?);
        let parameters = words.next().unwrap_or_else(|| "{}".to_owned());
        let parameters = RawValue::from_string(parameters)
            .map_err(|error| format!("the parameters are no JSON: {error}"))?;
        if let Some(more) = words.next() {
            return Err(format!("{more:?} is one word too many"));
        }
        Ok(Self {
            service,
            version,
            action,
            parameters,
            region,
            endpoint,
            headers,
            timeout,
            language,
        })
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or(format!("{text:?} is no number of seconds above 0"))
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once(':').ok_or("a header is given as 'Name: value'".to_owned())?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

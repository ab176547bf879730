//! The arguments of the program.

use std::ffi::OsString;
use std::time::Duration;

use serde_json::value::RawValue;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::{RegionBreakerProfile, ReqMethod, SignMethod};
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::{ClientProfile, Error, HttpProfile, Region};

use crate::command_line::{CommandLine, OptionNames};

pub(crate) const USAGE: &str = "\
usage: call_any_api SERVICE VERSION ACTION ['JSON'] [OPTION]…

  JSON               parameters, a JSON object (default: {}); - reads them from standard input

Prints the JSON of the response. Exit codes: 0 success, 1 error, 2 invalid usage. The value of an
option is the next argument, or follows `=`.

Endpoint:
  --region R         region, such as ap-shanghai (default: TENCENTCLOUD_REGION, or none if unset)
  --endpoint E       host, or URL such as http://127.0.0.1:8080
  --backup-endpoint HOST
                     enables the region breaker; HOST without the service name, such as
                     ap-beijing.tencentcloudapi.com for cvm.ap-beijing.tencentcloudapi.com
  --proxy URL        proxy, such as http://user:password@proxy.example.com:3128 (default: the proxy
                     environment variables)

Request:
  --method M         HTTP method: POST (default) or GET
  --octet-stream FILE
                     sends a file (- for standard input) as the body, and the parameters as headers
  --multipart NAME=@FILE
                     adds a part: a file (- for standard input), or text with NAME=VALUE; can be
                     repeated; the parameters become parts too
  --header 'Name: value'
                     adds a header; can be repeated
  --language L       language of error messages: zh-CN (default) or en-US

Signature:
  --provider P       source of the credential: env (environment variables), profile (profile file),
                     oidc (identity of a TKE pod), cvm (role of the CVM instance), or default (the
                     first of these that has a credential)
  --sign-method S    TC3-HMAC-SHA256 (default), HmacSHA1 or HmacSHA256
  --unsigned-payload does not sign the body
  --skip-sign        sends the request without a signature; needs no credential

Call:
  --timeout SECONDS  timeout of the whole call; with --sse, until the first event
  --attempts N       maximum number of attempts, including the first (default: 3)
  --sse              reads an event stream and prints the data of each event on a line
  --log WHERE        writes a log to the file WHERE, or to standard error if WHERE is stderr;
                     secrets are redacted
  --help, -h         prints this help";

const OPTIONS: OptionNames = OptionNames {
    flags: &[&["--help", "-h"], &["--skip-sign"], &["--sse"], &["--unsigned-payload"]],
    with_value: &[
        "--attempts",
        "--backup-endpoint",
        "--endpoint",
        "--header",
        "--language",
        "--log",
        "--method",
        "--multipart",
        "--octet-stream",
        "--provider",
        "--proxy",
        "--region",
        "--sign-method",
        "--timeout",
    ],
};

/// Options that cannot be used together, and the reason.
const CONFLICTS: [(&str, &str, &str); 6] = [
    ("--sse", "--octet-stream", "a call with an event stream sends its parameters as JSON"),
    ("--sse", "--multipart", "a call with an event stream sends its parameters as JSON"),
    ("--octet-stream", "--multipart", "a request has one body"),
    ("--skip-sign", "--sign-method", "the request is not signed"),
    ("--skip-sign", "--unsigned-payload", "the request is not signed"),
    ("--skip-sign", "--provider", "no credential is used"),
];

/// The parsed arguments.
pub(crate) struct Args {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) action: String,
    pub(crate) parameters: Parameters,
    pub(crate) request_kind: RequestKind,
    pub(crate) region: Region,
    pub(crate) profile: ClientProfile,
    pub(crate) provider: Provider,
    pub(crate) skip_sign: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) log: Option<Log>,
}

/// The parameters. They are sent unchanged.
pub(crate) enum Parameters {
    Json(Box<RawValue>),
    StandardInput,
}

/// The encoding of the request and the type of its response.
pub(crate) enum RequestKind {
    Json,
    Events,
    OctetStream(Source),
    Multipart(Vec<(String, Part)>),
}

pub(crate) enum Part {
    Text(String),
    File(Source),
}

/// The source of the bytes of a body or a part.
pub(crate) enum Source {
    StandardInput,
    /// The path of the file.
    File(String),
}

#[derive(Clone, Copy, Default)]
pub(crate) enum Provider {
    Environment,
    Profile,
    CvmRole,
    WebIdentity,
    #[default]
    Default,
}

pub(crate) enum Log {
    Stderr,
    File(String),
}

impl Args {
    /// Parses a command line. The environment provides the default region. Returns `None` if the
    /// user asks for help.
    pub(crate) fn parse(
        args: impl Iterator<Item = OsString>,
        environment: &Environment,
    ) -> Result<Option<Self>, String> {
        let command_line = CommandLine::parse(args, &OPTIONS)?;
        if command_line.has("--help") {
            return Ok(None);
        }
        command_line.check_conflicts(&CONFLICTS)?;
        let mut positional = command_line.positional.iter().cloned();
        let mut next = |name: &str| {
            positional.next().filter(|arg| !arg.is_empty()).ok_or(format!("{name} is missing"))
        };
        let (service, version, action) = (next("SERVICE")?, next("VERSION")?, next("ACTION")?);
        let parameters = parameters(positional.next().unwrap_or_else(|| "{}".to_owned()))?;
        if let Some(extra) = positional.next() {
            return Err(format!("unexpected argument {extra:?}: quote JSON that contains spaces"));
        }
        let request_kind = request_kind(&command_line)?;
        check_standard_input(&parameters, &request_kind)?;
        Ok(Some(Self {
            service,
            version,
            action,
            parameters,
            request_kind,
            region: command_line
                .one("--region")?
                .map(Region::from)
                .or_else(|| Region::from_environment(environment))
                .unwrap_or_default(),
            profile: profile(&command_line)?,
            provider: command_line.one("--provider")?.map_or(Ok(Provider::default()), provider)?,
            skip_sign: command_line.has("--skip-sign"),
            headers: command_line.all("--header").map(header).collect::<Result<_, _>>()?,
            timeout: command_line.one("--timeout")?.map(seconds).transpose()?,
            log: command_line.one("--log")?.map(|target| match target {
                "stderr" => Log::Stderr,
                path => Log::File(path.to_owned()),
            }),
        }))
    }
}

impl Source {
    fn new(path: &str) -> Self {
        if path == "-" { Self::StandardInput } else { Self::File(path.to_owned()) }
    }
}

fn parameters(arg: String) -> Result<Parameters, String> {
    if arg == "-" {
        return Ok(Parameters::StandardInput);
    }
    let json = RawValue::from_string(arg);
    json.map(Parameters::Json).map_err(|error| format!("the parameters are not JSON: {error}"))
}

/// Checks that standard input is read at most once, because a second read would be empty.
fn check_standard_input(parameters: &Parameters, kind: &RequestKind) -> Result<(), String> {
    let is_input = |part: &&(String, Part)| matches!(part.1, Part::File(Source::StandardInput));
    let files = match kind {
        RequestKind::Json | RequestKind::Events => 0,
        RequestKind::OctetStream(source) => usize::from(matches!(source, Source::StandardInput)),
        RequestKind::Multipart(parts) => parts.iter().filter(is_input).count(),
    };
    match files + usize::from(matches!(parameters, Parameters::StandardInput)) {
        0 | 1 => Ok(()),
        _ => Err("standard input (-) can be read only once".to_owned()),
    }
}

fn profile(command_line: &CommandLine) -> Result<ClientProfile, String> {
    let in_option = |option: &'static str| move |error: Error| format!("{option}: {error}");
    let mut http = HttpProfile::builder();
    if let Some(endpoint) = command_line.one("--endpoint")? {
        http = http.endpoint(endpoint);
    }
    let method = command_line.one("--method")?.map_or(Ok(ReqMethod::Post), str::parse);
    let method: ReqMethod = method.map_err(in_option("--method"))?;
    http = http.req_method(method);
    if let Some(proxy) = command_line.one("--proxy")? {
        http = http.proxy(proxy);
    }
    let sign_method =
        command_line.one("--sign-method")?.map_or(Ok(SignMethod::Tc3HmacSha256), str::parse);
    let sign_method: SignMethod = sign_method.map_err(in_option("--sign-method"))?;
    check(command_line, method, sign_method)?;
    let http = http.build().map_err(|error| error.to_string())?;
    let mut profile = ClientProfile::builder()
        .http_profile(http)
        .sign_method(sign_method)
        .unsigned_payload(command_line.has("--unsigned-payload"));
    if let Some(language) = command_line.one("--language")? {
        profile = profile.language(language.parse().map_err(in_option("--language"))?);
    }
    if let Some(attempts) = command_line.one("--attempts")? {
        let number = attempts.parse().ok().filter(|number| *number > 0);
        let number =
            number.ok_or(format!("--attempts: expected a number above 0, got {attempts:?}"))?;
        let policy = RetryPolicy::builder().max_attempts(number).build();
        profile = profile.retryer(policy.map_err(in_option("--attempts"))?);
    }
    if let Some(backup) = command_line.one("--backup-endpoint")? {
        let breaker = RegionBreakerProfile::builder().backup_endpoint(backup).build();
        profile = profile
            .disable_region_breaker(false)
            .region_breaker_profile(breaker.map_err(in_option("--backup-endpoint"))?);
    }
    profile.build().map_err(|error| error.to_string())
}

/// Checks that the encoding of the request supports the method and the signature.
fn check(
    command_line: &CommandLine,
    method: ReqMethod,
    sign_method: SignMethod,
) -> Result<(), String> {
    if method == ReqMethod::Get {
        command_line.check_conflicts(&[
            ("--method", "--octet-stream", "a GET request has no body"),
            ("--method", "--multipart", "a GET request has no body"),
        ])?;
    }
    if sign_method != SignMethod::Tc3HmacSha256 {
        command_line.check_conflicts(&[
            ("--sign-method", "--octet-stream", "an octet stream requires TC3-HMAC-SHA256"),
            ("--sign-method", "--multipart", "a multipart request requires TC3-HMAC-SHA256"),
            ("--sign-method", "--unsigned-payload", "only TC3-HMAC-SHA256 supports it"),
        ])?;
    }
    Ok(())
}

fn request_kind(command_line: &CommandLine) -> Result<RequestKind, String> {
    let parts = command_line.all("--multipart").map(part).collect::<Result<Vec<_>, _>>()?;
    Ok(match command_line.one("--octet-stream")? {
        Some(path) => RequestKind::OctetStream(Source::new(path)),
        None if !parts.is_empty() => RequestKind::Multipart(parts),
        None if command_line.has("--sse") => RequestKind::Events,
        None => RequestKind::Json,
    })
}

fn part(text: &str) -> Result<(String, Part), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("--multipart: expected NAME=@FILE or NAME=VALUE")?;
    let part = match value.strip_prefix('@') {
        Some("") => return Err(format!("--multipart: expected a file name after {name}=@")),
        Some(path) => Part::File(Source::new(path)),
        None => Part::Text(value.to_owned()),
    };
    Ok((name.to_owned(), part))
}

fn provider(name: &str) -> Result<Provider, String> {
    match name {
        "env" => Ok(Provider::Environment),
        "profile" => Ok(Provider::Profile),
        "cvm" => Ok(Provider::CvmRole),
        "oidc" => Ok(Provider::WebIdentity),
        "default" => Ok(Provider::Default),
        _ => Err(format!("--provider: expected env, profile, cvm, oidc or default, got {name:?}")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or(format!("--timeout: expected a number of seconds above 0, got {text:?}"))
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once(':').ok_or("--header: expected 'Name: value'".to_owned())?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

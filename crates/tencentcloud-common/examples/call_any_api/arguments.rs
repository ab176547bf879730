//! What stands on the command line, checked.

use std::ffi::OsString;
use std::time::Duration;

use serde_json::value::RawValue;
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::profile::{RegionBreakerProfile, ReqMethod, SignMethod};
use tencentcloud_common::runtime::Environment;
use tencentcloud_common::{ClientProfile, Error, HttpProfile, Region};

use crate::given::{Given, Known};

pub(crate) const USAGE: &str = "\
usage: call_any_api SERVICE VERSION ACTION ['JSON'] [OPTION]…

  JSON               the parameters, an object; {} if left out, - reads them from standard input

Prints the JSON of the answer. Exit code 0 is a success, 1 an error, 2 wrong usage. The value of an
option follows it as a word of its own or behind `=`.

where it goes
  --region R         such as ap-shanghai; that of TENCENTCLOUD_REGION if left out, and none is sent
                     if that is not set either
  --endpoint E       a host, or a URL such as http://127.0.0.1:8080
  --backup-endpoint HOST
                     what follows the service in the host that calls move to while the usual one
                     fails, such as ap-beijing.tencentcloudapi.com; switches the breaker on
  --proxy URL        such as http://user:password@proxy.example.com:3128; as the environment says
                     if left out

what is sent
  --method M         POST (default) or GET
  --octet-stream FILE
                     this file (- is standard input) is the body; the parameters are headers
  --multipart NAME=@FILE
                     a part that is a file (- is standard input), NAME=VALUE one that is a text;
                     can be repeated; the parameters are further parts
  --header 'Name: value'
                     an additional header; can be repeated
  --language L       of error messages: zh-CN (default) or en-US

how it is signed
  --provider P       of the credential: env (environment variables), profile (the profile file),
                     oidc (the identity of a TKE pod), cvm (the role of the machine), or default:
                     the first of these that has one, as if left out
  --sign-method S    TC3-HMAC-SHA256 (default), HmacSHA1 or HmacSHA256
  --unsigned-payload leaves the body out of the signature
  --skip-sign        no signature and no credential

how it goes on
  --timeout SECONDS  limits the whole call; of events, the time to the first
  --attempts N       at most, the first included; 3 if left out
  --sse              the answer is a stream of events: prints the data of each on a line
  --log WHERE        writes what happens to a file, or to stderr; without secrets
  --help, -h         prints this";

const KNOWN: Known = Known {
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

/// Options that contradict each other, and why.
const CONTRADICTIONS: [(&str, &str, &str); 6] = [
    ("--sse", "--octet-stream", "events are asked for with parameters as JSON"),
    ("--sse", "--multipart", "events are asked for with parameters as JSON"),
    ("--octet-stream", "--multipart", "a request has one body"),
    ("--skip-sign", "--sign-method", "nothing is signed"),
    ("--skip-sign", "--unsigned-payload", "nothing is signed"),
    ("--skip-sign", "--provider", "no credential is used"),
];

pub(crate) struct Arguments {
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) action: String,
    pub(crate) parameters: Parameters,
    pub(crate) form: Form,
    pub(crate) region: Region,
    pub(crate) profile: ClientProfile,
    pub(crate) provider: Provider,
    pub(crate) skip_sign: bool,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) log: Option<Log>,
}

/// Where the parameters are. They are sent exactly as they were given.
pub(crate) enum Parameters {
    Given(Box<RawValue>),
    StandardInput,
}

/// How the parameters travel, and what comes back.
pub(crate) enum Form {
    Json,
    Events,
    OctetStream(Source),
    Multipart(Vec<(String, Part)>),
}

pub(crate) enum Part {
    Text(String),
    File(Source),
}

/// Where the bytes of a body or a part are.
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

impl Arguments {
    /// Reads a command line, and what it leaves out from the environment; `None` when it asks for
    /// help.
    pub(crate) fn parse(
        given: impl Iterator<Item = OsString>,
        environment: &Environment,
    ) -> Result<Option<Self>, String> {
        let given = Given::new(given, &KNOWN)?;
        if given.has("--help") {
            return Ok(None);
        }
        given.refuse(&CONTRADICTIONS)?;
        let mut words = given.words.iter().cloned();
        let mut next = |what: &str| {
            words.next().filter(|word| !word.is_empty()).ok_or(format!("{what} is missing"))
        };
        let (service, version, action) = (next("SERVICE")?, next("VERSION")?, next("ACTION")?);
        let parameters = parameters(words.next().unwrap_or_else(|| "{}".to_owned()))?;
        if let Some(more) = words.next() {
            return Err(format!("{more:?} is one word too many"));
        }
        let form = form(&given)?;
        refuse_two_readers(&parameters, &form)?;
        Ok(Some(Self {
            service,
            version,
            action,
            parameters,
            form,
            region: given
                .one("--region")?
                .map(Region::from)
                .or_else(|| Region::from_environment(environment))
                .unwrap_or_default(),
            profile: profile(&given)?,
            provider: given.one("--provider")?.map_or(Ok(Provider::default()), provider)?,
            skip_sign: given.has("--skip-sign"),
            headers: given.all("--header").map(header).collect::<Result<_, _>>()?,
            timeout: given.one("--timeout")?.map(seconds).transpose()?,
            log: given.one("--log")?.map(|place| match place {
                "stderr" => Log::Stderr,
                path => Log::File(path.to_owned()),
            }),
        }))
    }
}

impl Source {
    fn of(path: &str) -> Self {
        if path == "-" { Self::StandardInput } else { Self::File(path.to_owned()) }
    }
}

fn parameters(word: String) -> Result<Parameters, String> {
    if word == "-" {
        return Ok(Parameters::StandardInput);
    }
    let json = RawValue::from_string(word);
    json.map(Parameters::Given).map_err(|error| format!("the parameters are no JSON: {error}"))
}

/// Refuses to read standard input twice: there would be nothing left for the second.
fn refuse_two_readers(parameters: &Parameters, form: &Form) -> Result<(), String> {
    let is_input = |part: &&(String, Part)| matches!(part.1, Part::File(Source::StandardInput));
    let files = match form {
        Form::Json | Form::Events => 0,
        Form::OctetStream(source) => usize::from(matches!(source, Source::StandardInput)),
        Form::Multipart(parts) => parts.iter().filter(is_input).count(),
    };
    match files + usize::from(matches!(parameters, Parameters::StandardInput)) {
        0 | 1 => Ok(()),
        _ => Err("standard input (-) can be read once only".to_owned()),
    }
}

fn profile(given: &Given) -> Result<ClientProfile, String> {
    let wrong = |option: &'static str| move |error: Error| format!("{option}: {error}");
    let mut http = HttpProfile::builder();
    if let Some(endpoint) = given.one("--endpoint")? {
        http = http.endpoint(endpoint);
    }
    let method = given.one("--method")?.map_or(Ok(ReqMethod::Post), str::parse);
    let method: ReqMethod = method.map_err(wrong("--method"))?;
    http = http.req_method(method);
    if let Some(proxy) = given.one("--proxy")? {
        http = http.proxy(proxy);
    }
    let sign_method = given.one("--sign-method")?.map_or(Ok(SignMethod::Tc3HmacSha256), str::parse);
    let sign_method: SignMethod = sign_method.map_err(wrong("--sign-method"))?;
    check(given, method, sign_method)?;
    let http = http.build().map_err(|error| error.to_string())?;
    let mut profile = ClientProfile::builder()
        .http_profile(http)
        .sign_method(sign_method)
        .unsigned_payload(given.has("--unsigned-payload"));
    if let Some(language) = given.one("--language")? {
        profile = profile.language(language.parse().map_err(wrong("--language"))?);
    }
    if let Some(attempts) = given.one("--attempts")? {
        let number = attempts.parse().ok().filter(|number| *number > 0);
        let number = number.ok_or(format!("--attempts: {attempts:?} is no number above 0"))?;
        let policy = RetryPolicy::builder().max_attempts(number).build();
        profile = profile.retryer(policy.map_err(wrong("--attempts"))?);
    }
    if let Some(backup) = given.one("--backup-endpoint")? {
        let breaker = RegionBreakerProfile::builder().backup_endpoint(backup).build();
        profile = profile
            .disable_region_breaker(false)
            .region_breaker_profile(breaker.map_err(wrong("--backup-endpoint"))?);
    }
    profile.build().map_err(|error| error.to_string())
}

/// Refuses a method or signature that the form of the request cannot have.
fn check(given: &Given, method: ReqMethod, sign_method: SignMethod) -> Result<(), String> {
    if method == ReqMethod::Get {
        given.refuse(&[
            ("--method", "--octet-stream", "GET has no body for the file"),
            ("--method", "--multipart", "GET has no body for the parts"),
        ])?;
    }
    if sign_method != SignMethod::Tc3HmacSha256 {
        given.refuse(&[
            ("--sign-method", "--octet-stream", "a file is signed by TC3-HMAC-SHA256 only"),
            ("--sign-method", "--multipart", "parts are signed by TC3-HMAC-SHA256 only"),
            (
                "--sign-method",
                "--unsigned-payload",
                "only TC3-HMAC-SHA256 can leave the body out of the signature",
            ),
        ])?;
    }
    Ok(())
}

fn form(given: &Given) -> Result<Form, String> {
    let parts = given.all("--multipart").map(part).collect::<Result<Vec<_>, _>>()?;
    Ok(match given.one("--octet-stream")? {
        Some(path) => Form::OctetStream(Source::of(path)),
        None if !parts.is_empty() => Form::Multipart(parts),
        None if given.has("--sse") => Form::Events,
        None => Form::Json,
    })
}

fn part(text: &str) -> Result<(String, Part), String> {
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| !name.is_empty())
        .ok_or("--multipart: a part is given as NAME=@FILE or NAME=VALUE")?;
    let part = match value.strip_prefix('@') {
        Some("") => return Err(format!("--multipart: no file stands behind {name}=@")),
        Some(path) => Part::File(Source::of(path)),
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
        _ => Err(format!("--provider: {name:?} is none: use env, profile, cvm, oidc or default")),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|timeout| !timeout.is_zero())
        .ok_or(format!("--timeout: {text:?} is no number of seconds above 0"))
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) =
        text.split_once(':').ok_or("--header: a header is given as 'Name: value'".to_owned())?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

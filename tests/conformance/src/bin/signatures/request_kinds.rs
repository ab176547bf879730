//! Creates requests of every kind. The whole request that a client sends is compared.

use serde_json::Value;
use serde_json::value::RawValue;
use tencentcloud_common::profile::{Endpoint, Protocol};
use tencentcloud_common::sign::presign::Presign;
use tencentcloud_common::sign::v1::Algorithm;
use tencentcloud_common::{Error, Multipart};

use crate::capture::{capture, with_options};
use crate::case::{Args, Case, SentRequest, VERSION, hex};
use crate::random::{Json, Random};

type Create = fn(&mut Random) -> Result<Value, Error>;

/// Kinds of requests, with the names that `verify_signatures.py` counts.
pub(crate) const REQUEST_KINDS: &[(&str, Create)] = &[
    ("TC3 POST JSON", |random| json(random, DEFAULT)),
    ("TC3 GET query", |random| query(random, DEFAULT)),
    ("TC3 multipart", |random| multipart(random, DEFAULT)),
    ("TC3 octet-stream", |random| octet_stream(random, DEFAULT)),
    ("TC3 UNSIGNED-PAYLOAD", |random| any(random, Options { unsigned: true, ..DEFAULT })),
    ("skip-sign", |random| any(random, Options { skip_sign: true, ..DEFAULT })),
    ("HmacSHA1 GET", |random| query(random, Options { sign_method: "HmacSHA1", ..DEFAULT })),
    ("HmacSHA1 POST", |random| json(random, Options { sign_method: "HmacSHA1", ..DEFAULT })),
    ("HmacSHA256 GET", |random| query(random, Options { sign_method: "HmacSHA256", ..DEFAULT })),
    ("HmacSHA256 POST", |random| json(random, Options { sign_method: "HmacSHA256", ..DEFAULT })),
    ("multipart with another sign method", |random| {
        let sign_method = random.pick(&["HmacSHA1", "HmacSHA256"]);
        multipart(random, Options { sign_method, ..DEFAULT })
    }),
    ("presigned URL", presigned),
];

/// Signing options of a request.
#[derive(Clone, Copy)]
struct Options {
    sign_method: &'static str,
    unsigned: bool,
    skip_sign: bool,
}

const DEFAULT: Options =
    Options { sign_method: "TC3-HMAC-SHA256", unsigned: false, skip_sign: false };

impl Options {
    fn args(self, method: &'static str, parameters: String) -> Args<'static> {
        let Self { sign_method, unsigned, skip_sign } = self;
        Args { method, sign_method, skip_sign, unsigned, parameters, files: None, stream: None }
    }
}

fn raw(text: &str) -> Result<Box<RawValue>, Error> {
    // The text is always valid JSON.
    RawValue::from_string(text.to_owned()).or_else(|_| Ok(RawValue::NULL.to_owned()))
}

/// Creates a request with a body: JSON, or a form for the older signatures.
fn json(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let parameters = random.object(4);
    let text = if random.one_in(2) { parameters.python() } else { parameters.compact() };
    call_json(&case, &options.args("POST", text))
}

/// Creates a request with a query string.
fn query(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let text = random.object(4).python();
    call_json(&case, &options.args("GET", text))
}

fn call_json(case: &Case, args: &Args<'_>) -> Result<Value, Error> {
    let parameters = raw(&args.parameters)?;
    let sent = capture(case, args, |client| async move {
        with_options(case, args, client.call_json(case.action, parameters)).await.map(drop)
    })?;
    Ok(case.line(args, &sent))
}

fn multipart(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let (mut parts, mut members, mut files) = (Multipart::new(), Vec::new(), Vec::new());
    for index in 0..random.below(5) {
        let name = random.name(index);
        let value = match random.below(4) {
            0 => {
                let bytes = random.bytes();
                files.push(name.clone());
                let text = Json::Text(hex(&bytes));
                parts = parts.file(name.as_str(), name.as_str(), bytes);
                text
            }
            1 => {
                let text = random.text();
                parts = parts.text(name.as_str(), text.as_str());
                Json::Text(text)
            }
            which => {
                let value = if which == 2 { random.object(2) } else { random.list(2) };
                parts = parts.json(name.as_str(), &raw(&value.python())?);
                value
            }
        };
        members.push((name, value));
    }
    let args = options.args("POST", Json::Object(members).python());
    let args = &Args { files: Some(files), ..args };
    let sent = capture(&case, args, |client| {
        let call = with_options(&case, args, client.call_multipart(case.action, parts));
        async { call.await.map(drop) }
    })?;
    Ok(case.line(args, &sent))
}

fn octet_stream(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let body = random.bytes();
    let mut members = vec![("TopicId".to_owned(), Json::Text(random.word(9)))];
    if random.one_in(2) {
        members.push(("HashKey".to_owned(), Json::Text("a b~!\"'(),/:;<=>?@[]{}".to_owned())));
    }
    let args = options.args("POST", Json::Object(members).python());
    let args = &Args { stream: Some(&body), ..args };
    let parameters = raw(&args.parameters)?;
    let sent = capture(&case, args, |client| {
        let call = client.call_octet_stream(case.action, parameters, body.clone());
        let call = with_options(&case, args, call);
        async { call.await.map(drop) }
    })?;
    Ok(case.line(args, &sent))
}

/// Creates a request of any kind that TC3 can sign.
fn any(random: &mut Random, options: Options) -> Result<Value, Error> {
    match random.below(4) {
        0 => json(random, options),
        1 => query(random, options),
        2 => multipart(random, options),
        _ => octet_stream(random, options),
    }
}

fn presigned(random: &mut Random) -> Result<Value, Error> {
    let case = Case::new(random);
    let text = random.object(4).python();
    let endpoint = Endpoint::parse(case.host, Protocol::Https)?;
    let algorithm = if random.one_in(2) { Algorithm::HmacSha1 } else { Algorithm::HmacSha256 };
    let url = Presign::new(&endpoint, case.action, VERSION)
        .algorithm(algorithm)
        .region(case.region)
        .language(case.language)
        .parameters(&raw(&text)?)
        .url(&case.credential()?, case.timestamp, case.nonce)?;
    let query = url.as_str().split_once('?').map_or("", |(_, query)| query).to_owned();
    let args = Options { sign_method: algorithm.as_str(), ..DEFAULT }.args("GET", text);
    Ok(case.line(&args, &SentRequest { query, ..SentRequest::default() }))
}

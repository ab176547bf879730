//! One function for each form of a request. What is judged is what a client sends, whole.

use serde_json::Value;
use serde_json::value::RawValue;
use tencentcloud_common::profile::{Endpoint, Protocol};
use tencentcloud_common::sign::presign::Presign;
use tencentcloud_common::sign::v1::Algorithm;
use tencentcloud_common::{Error, Multipart};

use crate::capture::{sent, with_options};
use crate::case::{Case, Given, Sent, VERSION, hex};
use crate::random::{Json, Random};

type Make = fn(&mut Random) -> Result<Value, Error>;

/// The forms, by the names that the judge counts.
pub(crate) const FORMS: &[(&str, Make)] = &[
    ("TC3 POST JSON", |random| json(random, PLAIN)),
    ("TC3 GET query", |random| query(random, PLAIN)),
    ("TC3 multipart", |random| multipart(random, PLAIN)),
    ("TC3 octet-stream", |random| octet_stream(random, PLAIN)),
    ("TC3 UNSIGNED-PAYLOAD", |random| any(random, Options { unsigned: true, ..PLAIN })),
    ("skip-sign", |random| any(random, Options { skip_sign: true, ..PLAIN })),
    ("HmacSHA1 GET", |random| query(random, Options { sign_method: "HmacSHA1", ..PLAIN })),
    ("HmacSHA1 POST", |random| json(random, Options { sign_method: "HmacSHA1", ..PLAIN })),
    ("HmacSHA256 GET", |random| query(random, Options { sign_method: "HmacSHA256", ..PLAIN })),
    ("HmacSHA256 POST", |random| json(random, Options { sign_method: "HmacSHA256", ..PLAIN })),
    ("multipart whatever the sign method", |random| {
        let sign_method = random.pick(&["HmacSHA1", "HmacSHA256"]);
        multipart(random, Options { sign_method, ..PLAIN })
    }),
    ("presigned URL", presigned),
];

/// How a request is to be signed.
#[derive(Clone, Copy)]
struct Options {
    sign_method: &'static str,
    unsigned: bool,
    skip_sign: bool,
}

const PLAIN: Options =
    Options { sign_method: "TC3-HMAC-SHA256", unsigned: false, skip_sign: false };

impl Options {
    fn given(self, method: &'static str, parameters: String) -> Given<'static> {
        let Self { sign_method, unsigned, skip_sign } = self;
        Given { method, sign_method, skip_sign, unsigned, parameters, files: None, stream: None }
    }
}

fn raw(text: &str) -> Result<Box<RawValue>, Error> {
    // It is JSON; were it not, the call would say so.
    RawValue::from_string(text.to_owned()).or_else(|_| Ok(RawValue::NULL.to_owned()))
}

/// Parameters in a body: JSON, or a form for the older signatures.
fn json(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let parameters = random.object(4);
    let text = if random.one_in(2) { parameters.python() } else { parameters.compact() };
    parameters_alone(&case, &options.given("POST", text))
}

/// Parameters in a query.
fn query(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let text = random.object(4).python();
    parameters_alone(&case, &options.given("GET", text))
}

fn parameters_alone(case: &Case, given: &Given<'_>) -> Result<Value, Error> {
    let parameters = raw(&given.parameters)?;
    let sent = sent(case, given, |client| async move {
        with_options(case, given, client.call_json(case.action, parameters)).await.map(drop)
    })?;
    Ok(case.line(given, &sent))
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
    let given = options.given("POST", Json::Object(members).python());
    let given = &Given { files: Some(files), ..given };
    let sent = sent(&case, given, |client| {
        let call = with_options(&case, given, client.call_multipart(case.action, parts));
        async { call.await.map(drop) }
    })?;
    Ok(case.line(given, &sent))
}

fn octet_stream(random: &mut Random, options: Options) -> Result<Value, Error> {
    let case = Case::new(random);
    let body = random.bytes();
    let mut members = vec![("TopicId".to_owned(), Json::Text(random.word(9)))];
    if random.one_in(2) {
        members.push(("HashKey".to_owned(), Json::Text("a b~!\"'(),/:;<=>?@[]{}".to_owned())));
    }
    let given = options.given("POST", Json::Object(members).python());
    let given = &Given { stream: Some(&body), ..given };
    let parameters = raw(&given.parameters)?;
    let sent = sent(&case, given, |client| {
        let call = client.call_octet_stream(case.action, parameters, body.clone());
        let call = with_options(&case, given, call);
        async { call.await.map(drop) }
    })?;
    Ok(case.line(given, &sent))
}

/// Any form that can be signed by TC3.
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
    let given = Options { sign_method: algorithm.as_str(), ..PLAIN }.given("GET", text);
    Ok(case.line(&given, &Sent { query, ..Sent::default() }))
}

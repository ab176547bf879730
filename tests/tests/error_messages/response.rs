//! Responses that are an error of the API, or not a response of the API.

use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_common::__private::{Field, Mut, ObjectList, Ref, Table, Visit, VisitMut};
use tencentcloud_common::client::Client;
use tencentcloud_common::protocol::model::Model;
use tencentcloud_common::protocol::model::json::{Leniency, from_slice, to_vec};
use tencentcloud_common::transport::TransportErrorKind;
use tencentcloud_common::{Binary, CommonClient, Error, HttpProfile, RetryPolicy, action, table};

use super::fixtures::{
    KEY, Network, Reply, TOKEN, block_on, block_on_paused, builder, client, profile,
};
use super::messages::Messages;
use super::request::with_retries;

#[derive(Clone, Default)]
struct DescribeThingRequest {}
table!(DescribeThingRequest {});

#[derive(Clone, Default)]
struct DescribeThingResponse {
    flag: Option<bool>,
    count: Option<i64>,
    size: Option<u64>,
    ratio: Option<f64>,
    name: Option<String>,
    password: Option<String>,
    part: Option<Part>,
    parts: Vec<Part>,
    names: Vec<String>,
    ratios: Vec<f64>,
    picture: Option<Binary>,
    request_id: Option<String>,
}
table!(DescribeThingResponse {
    "Flag": flag, "Count": count, "Size": size, "Ratio": ratio, "Name": name,
    "Password": password, "Part": part, "Parts": parts, "Names": names, "Ratios": ratios,
    "Picture": picture, "RequestId": request_id,
});

/// Needs much more memory than its shortest JSON.
#[derive(Clone, Default)]
struct Part {
    name: Option<String>,
    place: Place,
}
table!(Part { "Name": name, "Place": place });

type Place = Option<Box<Large>>;

/// Claims to need as much memory as an object with a hundred members.
#[derive(Clone, Default)]
struct Large;

impl Model for Large {
    fn table(&self) -> &'static Table {
        &Table { name: "Large", members: &[], required: &[] }
    }

    fn fields(&self, visit: &mut dyn Visit) {
        visit.visit(&[]);
    }

    fn fields_mut(&mut self, visit: &mut dyn VisitMut) {
        visit.visit_mut(&mut []);
    }

    fn size(&self) -> usize {
        4096
    }
}

/// Written by hand, with mistakes that the generator does not make.
#[derive(Clone, Default)]
struct Odd {
    list: Closed,
}
table!(Odd { "List": list });

/// A list that ignores its elements.
#[derive(Clone, Default)]
struct Closed;

impl Field for Closed {
    fn get(&self) -> Ref<'_> {
        Ref::Objects(self)
    }

    fn get_mut(&mut self) -> Mut<'_> {
        Mut::Objects(self)
    }
}

impl ObjectList for Closed {
    fn count(&self) -> usize {
        0
    }

    fn at(&self, _: usize) -> Option<&dyn Model> {
        None
    }

    fn open(&mut self) {}

    fn unset(&mut self) {}

    fn push(&mut self, _: &mut dyn FnMut(&mut dyn Model) -> bool) {}
}

/// A model that shows its members to nobody.
struct Hidden;

impl Model for Hidden {
    fn table(&self) -> &'static Table {
        &Table { name: "Hidden", members: &["Name"], required: &[] }
    }

    fn fields(&self, _: &mut dyn Visit) {}

    fn fields_mut(&mut self, _: &mut dyn VisitMut) {}
}

action!(Client: DescribeThingRequest => DescribeThingResponse, "DescribeThing");

pub(super) fn add(messages: &mut Messages) {
    block_on(async {
        api_errors(messages).await;
        other_responses(messages).await;
        bodies(messages).await;
        transports(messages).await;
        types(messages).await;
    });
    strict(messages);
    by_hand(messages);
    timeouts(messages);
}

async fn call(network: impl Into<Network>) -> Result<Value, Error> {
    client(network).call_json("DescribeZones", json!({})).await
}

async fn api_errors(messages: &mut Messages) {
    messages.heading("Errors of the API");
    messages.add("An error with status 200", call(Reply::api_error("InvalidParameter")).await);
    messages.add(
        "An error with status 403",
        call(Reply::api_error("UnauthorizedOperation").status(403)).await,
    );
    let error = r#"{"Response": {"Error": {"Code": "InternalError"}}}"#;
    messages.add("An error without a message and without an id", call(Reply::json(error)).await);
    let error = r#"{"Response": {"Error": {"Code": ["InternalError"]}, "RequestId": "r-1"}}"#;
    messages.add("An error code that is a list", call(Reply::json(error)).await);
    let echo = format!(
        r#"{{"Response": {{"Error": {{"Code": "InvalidParameter", "Message": "{KEY} {TOKEN}"}}}}}}"#
    );
    messages
        .add("An error that quotes the secret key and the token", call(Reply::json(echo)).await);
    let retried = builder(Reply::api_error("RequestLimitExceeded"));
    let retried: CommonClient = retried.profile(with_retries()).build().unwrap();
    messages.add("An error on each attempt", retried.call_json("DescribeZones", json!({})).await);
}

async fn other_responses(messages: &mut Messages) {
    messages.heading("Other responses");
    let page = "<!DOCTYPE html>\n<html><body>Bad Gateway</body></html>";
    let html = |status| Reply::new(status, "text/html", page);
    let id = |reply: Reply| reply.header("x-tc-requestid", "r-1");
    for (situation, reply) in [
        ("A web page with status 502", html(502)),
        ("A web page with status 200", html(200)),
        ("A web page with the request id in a header", id(html(502))),
        ("A redirect without a body", Reply::new(302, "", "")),
        ("An empty response", Reply::json("")),
        ("An empty response without a content type", Reply::new(200, "", "")),
        ("A response that is not UTF-8", Reply::json(&b"{\"Response\": {\"Name\": \"\xff\"}}"[..])),
        ("A truncated response", Reply::json(r#"{"Response": {"RequestId": "r-1", "Total"#)),
        ("Text after the response", Reply::json(r#"{"Response": {"RequestId": "r-1"}} {}"#)),
        ("No member `Response`", Reply::json(r#"{"Result": {}}"#)),
        ("A string in the member `Response`", Reply::json(r#"{"Response": "yes"}"#)),
        ("A list", Reply::json("[1]")),
        ("Events as the response of a call without events", Reply::events("data: 1\n\n")),
    ] {
        messages.add(situation, call(reply).await);
    }
    let echo = Reply::new(502, "text/plain", format!("Unknown key {KEY}, token {TOKEN}"));
    messages.add("A page that quotes the secret key and the token", call(echo).await);
    let deep = format!(r#"{{"Response": {{"In": {}{}}}}}"#, "[".repeat(200), "]".repeat(200));
    messages.add("Lists that are nested 200 times", call(Reply::json(deep)).await);
    let typed: Client = builder(html(200)).build().unwrap();
    messages.add(
        "A web page as the response of a typed call",
        typed.call(DescribeThingRequest {}).await,
    );
}

async fn bodies(messages: &mut Messages) {
    messages.heading("Bodies");
    let http_profile = HttpProfile::builder().max_response_size(1000).build().unwrap();
    let limited = |reply: Reply| {
        let client: CommonClient =
            builder(reply).profile(profile(http_profile.clone())).build().unwrap();
        client.call_json("DescribeZones", json!({})).send()
    };
    messages.add(
        "A response of 2000 bytes, by its Content-Length",
        limited(Reply::json("{").header("content-length", "2000")).await,
    );
    messages.add("A response of 2000 bytes", limited(Reply::json(vec![b' '; 2000])).await);
    let encoded = |name: &str| Reply::json("{}").header("content-encoding", name);
    messages.add("A response in Brotli", call(encoded("br")).await);
    messages
        .add("A response in gzip that the transport left as it is", call(encoded("gzip")).await);
    let begun = || Reply::json(r#"{"Response": {"RequestId": "r-1""#);
    for (situation, kind) in [
        ("The connection breaks within the response", TransportErrorKind::Broken),
        ("A response with invalid gzip", TransportErrorKind::Decompress),
        ("A timeout of the transport within the response", TransportErrorKind::Timeout),
    ] {
        messages.add(situation, call(begun().then_failure(kind)).await);
    }
}

async fn transports(messages: &mut Messages) {
    messages.heading("Errors of another transport");
    for (name, kind) in [
        ("Connect", TransportErrorKind::Connect),
        ("ConnectTimeout", TransportErrorKind::ConnectTimeout),
        ("Rejected", TransportErrorKind::Rejected),
        ("NotSent", TransportErrorKind::NotSent),
        ("Broken", TransportErrorKind::Broken),
        ("Timeout", TransportErrorKind::Timeout),
        ("Decompress", TransportErrorKind::Decompress),
        ("Unusable", TransportErrorKind::Unusable),
    ] {
        messages.add(format!("An error of the kind `{name}`"), call(Reply::failure(kind)).await);
    }
}

async fn types(messages: &mut Messages) {
    messages.heading("Wrong types in typed responses");
    let call = |member: &str, value: &str| {
        let body = format!(r#"{{"Response": {{"RequestId": "r-1", "{member}": {value}}}}}"#);
        let client: Client = builder(Reply::json(body)).build().unwrap();
        client.call(DescribeThingRequest {}).send()
    };
    for (situation, member, value) in [
        ("A list for a boolean", "Flag", "[true]"),
        ("A number for a boolean", "Flag", "2"),
        ("A text for a boolean", "Flag", r#""perhaps""#),
        ("A boolean for an integer", "Count", "true"),
        ("A text for an integer", "Count", r#""many""#),
        ("An object for an integer", "Count", r#"{"Value": 1}"#),
        ("A fraction for an integer", "Count", "1.5"),
        ("An integer above 64 bits", "Count", "9223372036854775808"),
        ("A negative number for an unsigned integer", "Size", "-1"),
        ("A list for a number", "Ratio", "[]"),
        ("A list for a string", "Name", r#"["a"]"#),
        ("An object for a password", "Password", r#"{"PLANTED": "PLANTED"}"#),
        ("A text for an object", "Part", r#""a""#),
        ("A list for an object", "Part", "[1]"),
        ("A number for a list", "Names", "1"),
        ("An object in a list of strings", "Names", r#"["a", {}]"#),
        ("A text in a list of objects", "Parts", r#"[{}, "a"]"#),
        ("A number in a list of objects", "Parts", "[1]"),
        ("A wrong type in a list of objects", "Parts", r#"[{}, {"Name": {}}]"#),
        ("Half a surrogate pair", "Name", r#""\ud800""#),
        ("A value for raw bytes", "Picture", r#""AQID""#),
    ] {
        messages.add(situation, call(member, value).await);
    }
    let many = format!("[{}]", vec![r#"{"Place":{}}"#; 5000].join(","));
    messages.add("Objects that need much more memory than JSON", call("Parts", &many).await);
}

fn strict(messages: &mut Messages) {
    messages.heading("Documents that are read strictly");
    for (situation, document) in [
        ("An unknown member", r#"{"Color": "red"}"#),
        ("Null in a list of strings", r#"{"Names": ["a", null]}"#),
        ("Null in a list of numbers", r#"{"Ratios": [1.0, null]}"#),
        ("Null in a list of objects", r#"{"Parts": [{}, null]}"#),
        ("A number for a string", r#"{"Name": 1}"#),
        ("A boolean for a string", r#"{"Name": true}"#),
        ("A text for a number", r#"{"Count": "1"}"#),
        ("A fraction for an integer", r#"{"Count": 1.0}"#),
        ("An empty text for an object", r#"{"Part": ""}"#),
        ("A list instead of an object", "[1]"),
        ("A text instead of an object", r#""yes""#),
        ("Text after the document", "{} {}"),
    ] {
        let mut thing = DescribeThingResponse::default();
        messages.add(situation, from_slice(document.as_bytes(), &mut thing, Leniency::Strict));
    }
}

fn by_hand(messages: &mut Messages) {
    messages.heading("Models that are written by hand");
    let mut odd = Odd::default();
    messages.add(
        "A list that takes no element",
        from_slice(br#"{"List": [{}]}"#, &mut odd, Leniency::Lenient),
    );
    messages.add("A model that does not visit its members", to_vec(&Hidden));
}

fn timeouts(messages: &mut Messages) {
    messages.heading("Timeouts with another transport");
    let second = Duration::from_secs(1);
    messages.add(
        "No response within the timeout of an attempt",
        block_on_paused(async { call(Reply::silence()).await }),
    );
    messages.add(
        "No response within the timeout of the call",
        block_on_paused(async {
            let client = client(Reply::silence());
            client.call_json("DescribeZones", json!({})).timeout(second).await
        }),
    );
    messages.add(
        "The body stops within the timeout of an attempt",
        block_on_paused(async {
            let begun = Reply::json("{").header("x-tc-requestid", "r-1");
            call(begun.then_silence()).await
        }),
    );
    messages.add(
        "The timeout of the call ends the second attempt",
        block_on_paused(async {
            let network = Network::new([Reply::api_error("InternalError"), Reply::silence()]);
            let client = client(network).call_json("DescribeZones", json!({}));
            client.retry(RetryPolicy::standard()).timeout(second).await
        }),
    );
}

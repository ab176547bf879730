//! What several tests need.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;

use http::{Method, Request};
use serde_json::{Map, Value, json};
use tencentcloud_common::Credential;
use tencentcloud_common::sign::tc3;

use crate::catalog::Catalog;
use crate::gateway::{Answer, Body, Gateway};
use crate::spec::{Item, Spec, Text};
use crate::specs::SPECS;

/// The time at which the tests run.
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn credential() -> Credential {
    Credential::new("AKIDtest", "test-key").unwrap()
}

/// The services that the account is about, whatever else is committed.
pub(crate) fn catalog() -> Catalog {
    let of_account = |text: &&&str| {
        let names = ["cbs", "cvm", "vpc"].map(|name| format!("\"service\": \"{name}\","));
        names.iter().any(|name| text.contains(name))
            && text.contains("\"version\": \"2017-03-12\",")
    };
    let texts: Vec<&str> = SPECS.iter().filter(of_account).copied().collect();
    Catalog::read(&texts).unwrap()
}

pub(crate) fn gateway() -> Gateway {
    Gateway::new(catalog(), vec![credential()])
}

/// A request before it is signed.
#[derive(Clone)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
    pub(crate) service: String,
    pub(crate) credential: Credential,
    pub(crate) timestamp: u64,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Ask {
    /// A POST of JSON.
    pub(crate) fn new(service: &str, action: &str, parameters: &Value) -> Self {
        let headers = [
            ("host", "127.0.0.1:8080"),
            ("content-type", "application/json"),
            ("x-tc-action", action),
            ("x-tc-version", "2017-03-12"),
            ("x-tc-region", "ap-guangzhou"),
        ];
        Self {
            method: Method::POST,
            query: String::new(),
            body: parameters.to_string().into_bytes(),
            service: service.to_owned(),
            credential: credential(),
            timestamp: NOW,
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        }
    }

    /// With another header, or without it when the value is empty.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            self.headers.remove(name);
        } else {
            self.headers.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    pub(crate) fn sign(self) -> Request<Body> {
        let unsigned = self.headers.contains_key("x-tc-content-sha256");
        let authorization = tc3::authorization(
            &tc3::Request::new(
                &self.service,
                self.headers.get("host").map_or("", String::as_str),
                self.timestamp,
                if unsigned { tc3::Payload::Unsigned } else { tc3::Payload::Bytes(&self.body) },
            )
            .method(self.method.as_str())
            .query(&self.query)
            .content_type(self.headers.get("content-type").map_or("", String::as_str)),
            &self.credential,
        );
        let timestamp = self.timestamp.to_string();
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("/?{}", self.query))
            .header("x-tc-timestamp", timestamp)
            .header("authorization", authorization.unwrap());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Body::Whole(self.body.into())).unwrap()
    }

    pub(crate) fn answer(self, gateway: &Gateway) -> Answer {
        gateway.answer(&self.sign(), NOW, "00000000-0000-4000-8000-000000000000")
    }
}

/// The members of a successful answer.
#[track_caller]
pub(crate) fn ok(answer: Answer) -> Value {
    match answer.result {
        Ok(members) => Value::Object(members),
        Err(refusal) => panic!("{refusal:?}"),
    }
}

/// That the answer is this error, and says this.
#[track_caller]
pub(crate) fn refused(answer: &Answer, code: &str, text: &str) {
    match &answer.result {
        Ok(members) => panic!("{code} expected, not {members:?}"),
        Err(refusal) => {
            assert_eq!(refusal.code, code, "{}", refusal.message);
            assert!(refusal.message.contains(text), "{}", refusal.message);
        }
    }
}

/// Checks that a value is what the specification says of the object. Every scalar and list must
/// be there; an object may be missing.
pub(crate) fn check(spec: &Spec, object: &str, value: &Map<String, Value>, path: &str) {
    for (name, value) in value {
        let path = format!("{path}.{name}");
        let member = spec.member(object, name).unwrap_or_else(|| panic!("{path} is unknown"));
        if member.list {
            let items = value.as_array().unwrap_or_else(|| panic!("{path} is no list"));
            for item in items {
                check_item(spec, &member.item, item, &path);
            }
        } else {
            check_item(spec, &member.item, value, &path);
        }
    }
    for member in spec.members(object) {
        let optional = member.item.object().is_some() && !member.list;
        let present = value.contains_key(&member.name) || member.name == "RequestId";
        assert!(present || optional, "{path}.{} is missing", member.name);
    }
}

fn check_item(spec: &Spec, item: &Item, value: &Value, path: &str) {
    let fits = match item {
        Item::Bool => value.is_boolean(),
        Item::Int => value.is_i64(),
        Item::Uint => value.is_u64(),
        Item::Float => value.is_number(),
        Item::Text(_) => value.is_string(),
        Item::Object(name) => {
            let members = value.as_object().unwrap_or_else(|| panic!("{path} is no object"));
            return check(spec, name, members, path);
        }
    };
    assert!(fits, "{path} is {value}");
}

/// A valid request: every member, or only those that are required.
pub(crate) fn sample(spec: &Spec, object: &str, only_required: bool) -> Value {
    sample_of(spec, object, only_required, &mut Vec::new())
}

/// As [`sample`]; an object inside of itself has only what is required, and so an end.
fn sample_of<'a>(
    spec: &'a Spec,
    object: &'a str,
    only_required: bool,
    inside: &mut Vec<&'a str>,
) -> Value {
    let only_required = only_required || inside.contains(&object);
    inside.push(object);
    let members = spec.members(object).iter().filter(|m| m.required || !only_required);
    let members = members.map(|member| {
        let item = match &member.item {
            Item::Bool => json!(true),
            Item::Int | Item::Uint => json!(1),
            Item::Float => json!(1.5),
            Item::Text(Text::Date) => json!("2024-01-01"),
            Item::Text(_) => json!("1"),
            Item::Object(name) => sample_of(spec, name, only_required, inside),
        };
        (member.name.clone(), if member.list { json!([item]) } else { item })
    });
    let members = members.collect();
    inside.pop();
    Value::Object(members)
}

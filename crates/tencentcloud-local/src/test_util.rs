//! Helpers of the unit tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use serde_json::{Map, Value, json};
use tencentcloud_common::Credential;
use tencentcloud_common::sign::tc3;

use crate::account::Settings;
use crate::api_error::ApiError;
use crate::catalog::Catalog;
use crate::clock::AccountClock;
use crate::gateway::Gateway;
use crate::request::{Body, Request};
use crate::response::{ApiResponse, Content};
use crate::spec::{ItemType, Spec, StringFormat};
use crate::specs::SPECS;

/// The time at which the tests run.
pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn credential() -> Credential {
    Credential::new("AKIDtest", "test-key").unwrap()
}

/// Returns the services that the account has resources of, independent of which other services are
/// committed.
pub(crate) fn account_catalog() -> Catalog {
    let is_of_account = |text: &&&str| {
        let names = ["cbs", "cvm", "vpc"].map(|name| format!("\"service\": \"{name}\","));
        names.iter().any(|name| text.contains(name))
            && text.contains("\"version\": \"2017-03-12\",")
    };
    let texts: Vec<&str> = SPECS.iter().filter(is_of_account).copied().collect();
    Catalog::parse(&texts).unwrap()
}

pub(crate) fn gateway() -> Gateway {
    gateway_with(account_catalog(), vec![credential()])
}

/// Returns a gateway whose account has a time that does not pass by itself.
pub(crate) fn gateway_with(catalog: Catalog, credentials: Vec<Credential>) -> Gateway {
    Gateway::new(Arc::new(catalog), credentials, AccountClock::manual(), Settings::default())
}

/// A request before it is signed.
#[derive(Clone)]
pub(crate) struct RequestBuilder {
    pub(crate) method: Method,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
    pub(crate) service: String,
    pub(crate) credential: Credential,
    pub(crate) timestamp: u64,
    pub(crate) headers: BTreeMap<String, String>,
}

impl RequestBuilder {
    /// Returns a POST of JSON.
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

    /// Sets a header, or removes it if the value is empty.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            self.headers.remove(name);
        } else {
            self.headers.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    pub(crate) fn sign(self) -> Request {
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
        let mut request = http::Request::builder()
            .method(self.method)
            .uri(format!("/?{}", self.query))
            .header("x-tc-timestamp", timestamp)
            .header("authorization", authorization.unwrap());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Body::Complete(self.body.into())).unwrap()
    }

    pub(crate) fn send(self, gateway: &Gateway) -> ApiResponse {
        gateway.handle(&self.sign(), NOW, "00000000-0000-4000-8000-000000000000")
    }
}

/// Returns the members of a successful response.
#[track_caller]
pub(crate) fn members(response: ApiResponse) -> Value {
    match response.result {
        Ok(Content::Members(members)) => Value::Object(members),
        other => panic!("{other:?}"),
    }
}

/// Asserts that the response is an error with this code and a message that contains `text`.
#[track_caller]
pub(crate) fn assert_error(response: &ApiResponse, code: &str, text: &str) {
    match &response.result {
        Ok(content) => panic!("expected {code}, got {content:?}"),
        Err(error) => assert_api_error(error, code, text),
    }
}

/// Asserts that an error has this code and a message that contains `text`.
#[track_caller]
pub(crate) fn assert_api_error(error: &ApiError, code: &str, text: &str) {
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(text), "{error}");
}

/// Asserts that an object has the type in the specification. Every scalar and list must be present;
/// an object may be absent.
pub(crate) fn assert_matches_spec(
    spec: &Spec,
    object: &str,
    value: &Map<String, Value>,
    path: &str,
) {
    for (name, value) in value {
        let path = format!("{path}.{name}");
        let member = spec.member(object, name).unwrap_or_else(|| panic!("{path} is unknown"));
        if member.is_list {
            let items = value.as_array().unwrap_or_else(|| panic!("{path} is not a list"));
            for item in items {
                assert_item_matches_spec(spec, &member.item, item, &path);
            }
        } else {
            assert_item_matches_spec(spec, &member.item, value, &path);
        }
    }
    for member in spec.members(object) {
        let optional = member.item.object().is_some() && !member.is_list;
        let present = value.contains_key(&member.name) || member.name == "RequestId";
        assert!(present || optional, "{path}.{} is missing", member.name);
    }
}

fn assert_item_matches_spec(spec: &Spec, item: &ItemType, value: &Value, path: &str) {
    let fits = match item {
        ItemType::Bool => value.is_boolean(),
        ItemType::Int => value.is_i64(),
        ItemType::Uint => value.is_u64(),
        ItemType::Float => value.is_number(),
        ItemType::String(_) => value.is_string(),
        ItemType::Object(name) => {
            let members = value.as_object().unwrap_or_else(|| panic!("{path} is not an object"));
            return assert_matches_spec(spec, name, members, path);
        }
    };
    assert!(fits, "{path} is {value}");
}

/// Returns valid parameters: every member, or only the required ones.
pub(crate) fn example_parameters(spec: &Spec, object: &str, only_required: bool) -> Value {
    example_object(spec, object, only_required, &mut Vec::new())
}

/// Returns an example object. An object inside an object of the same type has only the required
/// members, which ends the recursion.
fn example_object<'a>(
    spec: &'a Spec,
    object: &'a str,
    only_required: bool,
    ancestors: &mut Vec<&'a str>,
) -> Value {
    let only_required = only_required || ancestors.contains(&object);
    ancestors.push(object);
    let members = spec.members(object).iter().filter(|m| m.required || !only_required);
    let members = members.map(|member| {
        let item = match &member.item {
            ItemType::Bool => json!(true),
            ItemType::Int | ItemType::Uint => json!(1),
            ItemType::Float => json!(1.5),
            ItemType::String(StringFormat::Date) => json!("2024-01-01"),
            ItemType::String(_) => json!("1"),
            ItemType::Object(name) => example_object(spec, name, only_required, ancestors),
        };
        (member.name.clone(), if member.is_list { json!([item]) } else { item })
    });
    let members = members.collect();
    ancestors.pop();
    Value::Object(members)
}

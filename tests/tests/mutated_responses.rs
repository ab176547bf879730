//! Thousands of mutated responses: an error of the API is recognised whatever else the response
//! contains, and typed and dynamic calls agree on every response.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use tencentcloud_common::policy::retry::RetryPolicy;
use tencentcloud_common::runtime::{Sleep, SleepFuture};
use tencentcloud_common::{Client, ClientBuilder, ClientProfile, CommonClient, Error, ErrorKind};
use tencentcloud_cvm::v20170312::models::{DescribeInstancesRequest, DescribeInstancesResponse};
use tencentcloud_tests::in_memory_transport::{InMemoryTransport, credential, ok, respond};

/// A sleep that returns at once.
struct NoSleep;

impl Sleep for NoSleep {
    fn sleep(&self, _: std::time::Duration) -> SleepFuture {
        Box::pin(std::future::ready(()))
    }
}

fn client(network: &InMemoryTransport, policy: RetryPolicy) -> Client {
    ClientBuilder::new("cvm", "2017-03-12")
        .credential(credential().unwrap())
        .region("ap-shanghai")
        .profile(ClientProfile::builder().retryer(policy).build().unwrap())
        .transport(network.clone())
        .sleep(NoSleep)
        .build()
        .unwrap()
}

/// The outcomes of one response in every kind of call.
struct Outcomes {
    typed: Result<DescribeInstancesResponse, Error>,
    dynamic: Result<Value, Error>,
    raw: Result<Bytes, Error>,
    event: Result<String, Error>,
}

async fn outcomes(client: &Client) -> Outcomes {
    let common = CommonClient::from(client.clone());
    let action = "DescribeInstances";
    let event = async {
        let mut stream = common.call_sse(action, json!({})).await?;
        Ok(stream.next().await.unwrap()?.data)
    };
    Outcomes {
        typed: client.call(DescribeInstancesRequest::new()).await,
        dynamic: common.call_json(action, json!({})).await,
        raw: common.call(action, json!({})).await,
        event: event.await,
    }
}

/// Returns code, message and request id of an error of the API, or `None` for another outcome.
fn failure<T>(outcome: &Result<T, Error>) -> Option<(&str, &str, Option<&str>)> {
    let error = outcome.as_ref().err()?;
    Some((error.code()?, error.message(), error.request_id()))
}

/// A deterministic pseudo-random number generator.
struct Rng(u64);

impl Rng {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn value(&mut self) -> &'static str {
        self.of(&[
            "null",
            "\"\"",
            "0",
            "7",
            "\"7\"",
            "-1",
            "1.5",
            "true",
            "\"n/a\"",
            "[]",
            "{}",
            "[{}]",
            "[{\"InstanceId\": \"ins-1\"}]",
            "[null, {\"InstanceId\": 5}]",
            "[1]",
            "{\"a\": [1]}",
            "\"\\u00e9\\n\"",
        ])
    }

    fn error(&mut self) -> String {
        let code = match self.below(4) {
            0 => self.value(),
            1 => "\"RequestLimitExceeded\"",
            _ => "\"A.B\"",
        };
        let mut parts = vec![format!("\"Code\": {code}")];
        if self.below(4) > 0 {
            parts.push(format!("\"Message\": {}", self.value()));
        }
        if self.below(6) == 0 {
            parts.push(format!("\"Code\": {}", self.value()));
        }
        if self.below(2) == 0 {
            parts.reverse();
        }
        format!("{{{}}}", parts.join(", "))
    }

    fn member(&mut self) -> String {
        match self.below(10) {
            0 | 1 => format!("\"Error\": {}", self.error()),
            2 => format!("\"Error\": {}", self.value()),
            3 => format!("\"RequestId\": \"r-{}\"", self.below(3)),
            4 => format!("\"RequestId\": {}", self.value()),
            5 => format!("\"New\": {}", self.value()),
            6 | 7 => format!("\"InstanceSet\": {}", self.value()),
            _ => format!("\"TotalCount\": {}", self.value()),
        }
    }

    fn members(&mut self) -> String {
        let count = self.below(6);
        (0..count).map(|_| self.member()).collect::<Vec<_>>().join(", ")
    }

    fn document(&mut self) -> String {
        let mut parts = vec![format!("\"Response\": {{{}}}", self.members())];
        if self.below(8) == 0 {
            parts.push(format!("\"Response\": {{{}}}", self.members()));
        }
        if self.below(8) == 0 {
            parts.push(format!("\"Response\": {}", self.value()));
        }
        if self.below(8) == 0 {
            parts.insert(0, format!("\"Error\": {}", self.error()));
        }
        let mut text = format!("{{{}}}", parts.join(", "));
        match self.below(8) {
            0 => text.push_str(self.of(&["x", "}", " \n", "{}", "\0"])),
            1 => text.truncate(self.below(text.len())),
            2 => {
                let at = self.below(text.len());
                if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                    text.replace_range(at..=at, self.of(&["\"", "}", "]", ",", "\\", "5", " "]));
                }
            }
            _ => {}
        }
        text
    }
}

#[tokio::test]
async fn typed_and_dynamic_calls_agree_on_mutated_responses() {
    let body = Arc::new(Mutex::new(String::new()));
    let network = InMemoryTransport::new({
        let body = Arc::clone(&body);
        move |_, _| respond(&body.lock().unwrap())
    });
    let client = client(&network, RetryPolicy::none());
    let mut lot = Rng(0x5eed_1234_abcd);
    let (mut failures, mut successes, mut unreadable) = (0, 0, 0);
    for _ in 0..4000 {
        let text = lot.document();
        text.clone_into(&mut body.lock().unwrap());
        let Outcomes { typed, dynamic, raw, event } = outcomes(&client).await;
        let expected = failure(&dynamic);
        assert_eq!(failure(&typed), expected, "{text}");
        assert_eq!(failure(&raw), expected, "{text}");
        assert_eq!(failure(&event), expected, "{text}");
        for kind in [typed.as_ref().err(), dynamic.as_ref().err()].into_iter().flatten() {
            assert!(matches!(kind.kind(), ErrorKind::Service | ErrorKind::Response), "{kind:?}");
        }
        match (&typed, &dynamic) {
            _ if expected.is_some() => failures += 1,
            (Ok(typed), Ok(dynamic)) => {
                successes += 1;
                let count = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
                let flag = dynamic["TotalCount"].is_boolean() || dynamic["TotalCount"].is_f64();
                assert!(flag || typed.total_count == count(&dynamic["TotalCount"]), "{text}");
                let list = dynamic["InstanceSet"].as_array();
                let objects =
                    list.map_or(0, |list| list.iter().filter(|it| it.is_object()).count());
                assert_eq!(typed.instance_set.len(), objects, "{text}");
                if let Some(id) = dynamic["RequestId"].as_str() {
                    assert_eq!(typed.request_id, id, "{text}");
                }
                let data: Value = serde_json::from_str(event.as_ref().unwrap()).unwrap();
                assert_eq!(&data, dynamic, "{text}");
            }
            // A dynamic call returns a value that fits no model.
            (Err(error), Ok(_)) => {
                unreadable += 1;
                assert!(error.message().contains("expected "), "{text}: {error}");
            }
            (Err(_), Err(_)) => unreadable += 1,
            (Ok(_), Err(error)) => panic!("{text}: {error}"),
        }
    }
    let seen = (failures, successes, unreadable);
    assert!(failures > 500 && successes > 300 && unreadable > 500, "{seen:?}");
}

#[tokio::test]
async fn a_throttled_call_is_retried_whatever_else_the_response_contains() {
    const ERROR: &str = r#""Error": {"Code": "RequestLimitExceeded", "Message": "slow"}"#;
    let bodies = [
        format!(r#"{{"Response": {{{ERROR}, "InstanceSet": 5, "RequestId": "r"}}}}"#),
        format!(r#"{{"Response": {{"InstanceSet": 5, {ERROR}, "RequestId": "r"}}}}"#),
        format!(r#"{{"Response": {{"TotalCount": "n/a", {ERROR}, "RequestId": "r"}}}}"#),
        format!(r#"{{"Response": {{{ERROR}, "RequestId": "r"}}}} and more"#),
        r#"{"Response": {"Error": {"Code": "RequestLimitExceeded", "Message": {}}}}"#.to_owned(),
    ];
    for body in bodies {
        // Each kind of call is throttled once.
        let network = InMemoryTransport::new(move |number, _| match number % 2 {
            0 => respond(&body),
            _ => ok(),
        });
        let Outcomes { typed, dynamic, raw, event } =
            outcomes(&client(&network, RetryPolicy::default())).await;
        assert_eq!(typed.unwrap().request_id, "r-ok");
        assert_eq!(dynamic.unwrap()["RequestId"], "r-ok");
        assert!(raw.is_ok() && event.is_ok());
        assert_eq!(network.sent().len(), 8);
    }
}

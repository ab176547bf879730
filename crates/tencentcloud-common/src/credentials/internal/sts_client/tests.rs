use serde_json::json;

use super::*;
use crate::credentials::test_util::{
    FakeSource, FakeTransport, ManualClock, NoSleep, START, at, config, sts_error, sts_response,
};
use crate::transport::TransportErrorKind;

/// The status and body of a response.
type Scripted<'a> = (u16, &'a str);

fn signed(source: &dyn ProvideCredential) -> StsCall<'_> {
    StsCall {
        action: "AssumeRole",
        parameters: &[("RoleArn", Parameter::Text("qcs::x \"quoted\""))],
        source: Some(source),
        secrets: &[],
    }
}

#[tokio::test]
async fn request_is_signed_with_the_source_credential_and_has_all_headers() {
    let transport = FakeTransport::script(&[(200, &sts_response("1", 7200))]);
    let sts = StsClient::new(config(&transport, &ManualClock::new()));
    let source = Credential::with_token("AKIDsource", "source-key", "source-token").unwrap();
    let credential = sts.credential(&signed(&source)).await.unwrap();
    assert_eq!(credential.secret_id(), "AKID1");
    assert_eq!((credential.secret_key(), credential.token()), ("key-1", Some("token-1")));
    assert_eq!(credential.expires_at(), Some(at(7200)));
    let request = transport.take_last();
    assert_eq!(request.url, "https://sts.tencentcloudapi.com/");
    assert_eq!(request.json(), json!({"RoleArn": "qcs::x \"quoted\""}));
    let timestamp = START.to_string();
    for (name, value) in [
        ("host", "sts.tencentcloudapi.com"),
        ("content-type", "application/json"),
        ("x-tc-action", "AssumeRole"),
        ("x-tc-version", "2018-08-13"),
        ("x-tc-timestamp", &timestamp),
        ("x-tc-region", "ap-guangzhou"),
        ("x-tc-language", "zh-CN"),
        ("x-tc-requestclient", SDK),
        ("x-tc-token", "source-token"),
    ] {
        assert_eq!(request.header(name), Some(value), "{name}");
    }
    let expected = tc3::authorization(
        &tc3::Request {
            method: "POST",
            query: "",
            content_type: "application/json",
            host: "sts.tencentcloudapi.com",
            payload: tc3::Payload::Bytes(request.body.as_bytes()),
            timestamp: START,
            service: "sts",
        },
        &source,
    )
    .unwrap();
    assert_eq!(request.header("authorization"), Some(expected.as_str()));
    assert!(
        request.headers["authorization"].is_sensitive()
            && request.headers["x-tc-token"].is_sensitive()
    );
}

#[tokio::test]
async fn transient_errors_are_tried_three_times_and_permanent_errors_once() {
    let response = sts_response("1", 7200);
    let throttled = sts_error("RequestLimitExceeded.UinLimitExceeded", "slow down");
    let denied = sts_error("UnauthorizedOperation", "no");
    let limited = sts_error("InvalidParameter.OverTimeError", "too long");
    let cases: [(&[Scripted], usize, &str); 8] = [
        (&[(200, &throttled), (502, "bad gateway"), (200, &response)], 3, ""),
        (&[(429, "slow")], 3, "connection failed"),
        (&[], 3, "connection failed"),
        (&[(200, &throttled), (200, &throttled), (200, &throttled)], 3, "RequestLimitExceeded"),
        (&[(200, &denied)], 1, "AssumeRole failed: UnauthorizedOperation: no (request id r-1, 1"),
        (&[(200, &limited)], 1, "InvalidParameter.OverTimeError: too long"),
        (&[(403, "<html>")], 1, "the server responded with HTTP 403"),
        (&[(200, "{}")], 1, "the response does not match the API"),
    ];
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    for (responses, sent, expected) in cases {
        let transport = FakeTransport::script(responses);
        let sleep = NoSleep::default();
        let sts = StsClient::new(config(&transport, &ManualClock::new()).sleep(sleep.clone()));
        let text = sts.credential(&signed(&source)).await.err().map(|error| error.to_string());
        assert!(text.as_deref().unwrap_or("").contains(expected), "{text:?}");
        assert_eq!(text.is_none(), expected.is_empty());
        assert_eq!(
            (transport.count(), sleep.0.lock().unwrap().len()),
            (sent, sent - 1),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn invalid_response_names_the_missing_field_and_contains_no_secret() {
    let cases = [
        (r#"{"Response":{"RequestId":"r"}}"#, "the response has no Credentials"),
        (
            r#"{"Response":{"Credentials":{"TmpSecretId":"i","TmpSecretKey":"leaked-key"}}}"#,
            "the response has no Token",
        ),
        (r#"{"Response":{"Credentials":"leaked-key","RequestId":"r-7"}}"#, "request id r-7"),
        (r#"{"Response":{"Credentials":{"TmpSecretKey":"leaked-ke"#, "does not match the API"),
        ("", "the response is empty"),
        (
            r#"{"Response":{"Credentials":{"TmpSecretId":"i","TmpSecretKey":"leaked key",
            "Token":"leaked-token"},"ExpiredTime":1700000000}}"#,
            "the response contains an invalid key",
        ),
        (
            r#"{"Response":{"Credentials":{"TmpSecretId":"i","TmpSecretKey":"leaked-key",
            "Token":"leaked-token"}}}"#,
            "the response has no ExpiredTime",
        ),
    ];
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    for (response, expected) in cases {
        let transport = FakeTransport::script(&[(200, response)]);
        let sts = StsClient::new(config(&transport, &ManualClock::new()));
        let error = sts.credential(&signed(&source)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("leaked"), "{error:?}");
        assert_eq!(transport.count(), 1);
    }
}

#[tokio::test]
async fn rejected_credential_is_invalidated_and_replaced_once() {
    let clock = ManualClock::new();
    let rejection = sts_error("AuthFailure.TokenFailure", "it is secret-token");
    // A wrong clock does not invalidate the credential.
    let source = FakeSource::new(&clock, None);
    let expired = sts_error("AuthFailure.SignatureExpire", "it is secret-token");
    let transport = FakeTransport::script(&[(200, &expired)]);
    let sts = StsClient::new(config(&transport, &clock));
    let error = sts.credential(&signed(&source)).await.unwrap_err().to_string();
    assert!(error.contains("AuthFailure.SignatureExpire: it is ***"), "{error}");
    assert!(source.0.invalidated.lock().unwrap().is_empty());

    let transport = FakeTransport::script(&[(200, &rejection), (200, &sts_response("1", 7200))]);
    let sts = StsClient::new(config(&transport, &clock));
    assert_eq!(sts.credential(&signed(&source)).await.unwrap().secret_id(), "AKID1");
    assert_eq!(*source.0.invalidated.lock().unwrap(), ["id2"]);
    assert!(transport.take_last().header("authorization").unwrap().contains("Credential=id3/"));

    // The next credential is rejected, too: a call replaces its credential only once.
    let transport = FakeTransport::script(&[(200, rejection.as_str()); 9]);
    let sts = StsClient::new(config(&transport, &clock));
    assert!(sts.credential(&signed(&source)).await.is_err());
    assert_eq!(transport.count(), 2);

    // The source returns the same credential again: another attempt would fail.
    let fixed = Credential::new("AKIDfixed", "fixed-key").unwrap();
    let transport = FakeTransport::script(&[(200, &rejection), (200, &rejection)]);
    let sts = StsClient::new(config(&transport, &clock));
    assert!(sts.credential(&signed(&fixed)).await.is_err());
    assert_eq!(transport.count(), 1);
}

#[tokio::test]
async fn nothing_is_sent_without_a_source_credential() {
    let clock = ManualClock::new();
    let source = FakeSource::new(&clock, None);
    source.fail(true);
    let transport = FakeTransport::unreachable();
    let sts = StsClient::new(config(&transport, &clock));
    let error = sts.credential(&signed(&source)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "AssumeRole failed: no signing credential: source: failure 1 (nothing was sent)"
    );
    assert_eq!((transport.count(), error.maybe_sent()), (0, false));
}

/// Regression test: the error blamed STS and reported that the request may have been sent.
#[tokio::test(start_paused = true)]
async fn hanging_source_is_reported_and_nothing_is_sent() {
    let clock = ManualClock::new();
    let source = FakeSource::gated(&clock, 7200);
    let transport = FakeTransport::unreachable();
    let sts = StsClient::new(config(&transport, &clock));
    let error = sts.credential(&signed(&source)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "AssumeRole failed: no signing credential within 30s (nothing was sent)"
    );
    assert_eq!((transport.count(), error.maybe_sent()), (0, false));
}

#[derive(Debug)]
struct Hangs;

impl crate::transport::HttpTransport for Hangs {
    fn send(&self, _: http::Request<Bytes>) -> crate::transport::SendFuture<'_> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn whole_call_has_a_time_limit() {
    let started = tokio::time::Instant::now();
    let config = config(&FakeTransport::unreachable(), &ManualClock::new())
        .transport(Hangs)
        .sleep(crate::runtime::TokioSleep)
        .random(crate::credentials::test_util::ConstantRandom(255));
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let error = StsClient::new(config).credential(&signed(&source)).await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent());
    assert!(error.to_string().contains("no response within 30s"), "{error}");
    assert_eq!(started.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn broken_connection_is_retried_with_a_new_signature() {
    let clock = ManualClock::new();
    let transport_clock = clock.clone();
    let transport = FakeTransport::new(move |_| {
        transport_clock.advance(5);
        Err(TransportErrorKind::Broken)
    });
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let sts = StsClient::new(config(&transport, &clock));
    assert!(sts.credential(&signed(&source)).await.unwrap_err().maybe_sent());
    assert_eq!(
        transport.take_last().header("x-tc-timestamp"),
        Some((START + 10).to_string().as_str())
    );
}

/// The excerpt of a page is cut after 300 characters; a secret at the cut is still redacted.
#[tokio::test]
async fn secret_at_the_end_of_an_excerpt_is_redacted() {
    let source = Credential::with_token("AKIDsource", "source-key", "leaked".repeat(50)).unwrap();
    let page = format!("<html>{}{}</html>", "x".repeat(280), source.token().unwrap());
    let transport = FakeTransport::script(&[(403, &page)]);
    let sts = StsClient::new(config(&transport, &ManualClock::new()));
    let error = sts.credential(&signed(&source)).await.unwrap_err().to_string();
    assert!(error.contains("xx***") && !error.contains("leak"), "{error}");
}

#[tokio::test]
async fn wrong_clock_is_corrected() {
    let service_time = START.to_string();
    let transport = FakeTransport::new(move |request| {
        let is_correct = request.header("x-tc-timestamp") == Some(&service_time);
        let expired = sts_error("AuthFailure.SignatureExpire", "late");
        Ok((StatusCode::OK, if is_correct { sts_response("1", 7200) } else { expired }))
    });
    let clock = ManualClock::new();
    clock.advance(3 * 3600);
    let sts = StsClient::new(config(&transport, &clock));
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let credential = sts.credential(&signed(&source)).await.unwrap();
    // The expiry is on the local clock, with which a cache compares it.
    assert_eq!(credential.expires_at(), Some(at(3 * 3600 + 7200)));
    assert_eq!(transport.count(), 2);
    sts.credential(&signed(&source)).await.unwrap();
    assert_eq!(transport.count(), 3, "the correction is kept");
}

#[tokio::test]
async fn correct_clock_is_not_corrected() {
    let expired = sts_error("AuthFailure.SignatureExpire", "late");
    let transport = FakeTransport::script(&[(200, &expired), (200, &expired)]);
    let sts = StsClient::new(config(&transport, &ManualClock::new()));
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let error = sts.credential(&signed(&source)).await.unwrap_err();
    assert_eq!(error.code(), Some("AuthFailure.SignatureExpire"));
    assert_eq!(transport.count(), 1);
}

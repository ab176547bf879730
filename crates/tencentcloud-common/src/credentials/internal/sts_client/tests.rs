use serde_json::json;

use super::*;
use crate::credentials::test_util::{
    FakeTransport, HandClock, NoSleep, START, Source, at, config, sts_answer, sts_error,
};
use crate::transport::TransportErrorKind;

/// Status and body of an answer.
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
async fn the_request_is_signed_with_the_token_of_the_source_and_carries_all_headers() {
    let transport = FakeTransport::script(&[(200, &sts_answer("1", 7200))]);
    let sts = StsClient::new(config(&transport, &HandClock::new()));
    let source = Credential::with_token("AKIDsource", "source-key", "source-token").unwrap();
    let credential = sts.credential(&signed(&source)).await.unwrap();
    assert_eq!(credential.secret_id(), "AKID1");
    assert_eq!((credential.secret_key(), credential.token()), ("key-1", Some("token-1")));
    assert_eq!(credential.expires_at(), Some(at(7200)));
    let sent = transport.last();
    assert_eq!(sent.url, "https://sts.tencentcloudapi.com/");
    assert_eq!(sent.json(), json!({"RoleArn": "qcs::x \"quoted\""}));
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
        assert_eq!(sent.header(name), Some(value), "{name}");
    }
    let expected = tc3::authorization(
        &tc3::Request {
            method: "POST",
            query: "",
            content_type: "application/json",
            host: "sts.tencentcloudapi.com",
            payload: tc3::Payload::Bytes(sent.body.as_bytes()),
            timestamp: START,
            service: "sts",
        },
        &source,
    )
    .unwrap();
    assert_eq!(sent.header("authorization"), Some(expected.as_str()));
    assert!(
        sent.headers["authorization"].is_sensitive() && sent.headers["x-tc-token"].is_sensitive()
    );
}

#[tokio::test]
async fn what_may_pass_is_tried_three_times_and_what_cannot_once() {
    let answer = sts_answer("1", 7200);
    let throttled = sts_error("RequestLimitExceeded.UinLimitExceeded", "slow down");
    let denied = sts_error("UnauthorizedOperation", "no");
    let limited = sts_error("InvalidParameter.OverTimeError", "too long");
    let cases: [(&[Scripted], usize, &str); 8] = [
        (&[(200, &throttled), (502, "bad gateway"), (200, &answer)], 3, ""),
        (&[(429, "slow")], 3, "connection failed"),
        (&[], 3, "connection failed"),
        (&[(200, &throttled), (200, &throttled), (200, &throttled)], 3, "RequestLimitExceeded"),
        (&[(200, &denied)], 1, "AssumeRole failed: UnauthorizedOperation: no (request id r-1, 1"),
        (&[(200, &limited)], 1, "InvalidParameter.OverTimeError: too long"),
        (&[(403, "<html>")], 1, "the server responded with HTTP 403"),
        (&[(200, "{}")], 1, "the response does not match the API"),
    ];
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    for (answers, sent, expected) in cases {
        let transport = FakeTransport::script(answers);
        let sleep = NoSleep::default();
        let sts = StsClient::new(config(&transport, &HandClock::new()).sleep(sleep.clone()));
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
async fn an_answer_that_cannot_be_used_says_what_is_missing_and_shows_nothing() {
    let cases = [
        (r#"{"Response":{"RequestId":"r"}}"#, "the response has no Credentials"),
        (
            r#"{"Response":{"Credentials":{"TmpSecretId":"i","TmpSecretKey":"leaked-key"}}}"#,
            "the response has no Token",
        ),
        (r#"{"Response":{"Credentials":"leaked-key","RequestId":"r-7"}}"#, "request id r-7"),
        (r#"{"Response":{"Credentials":{"TmpSecretKey":"leaked-ke"#, "does not match the API"),
        ("", "does not match the API"),
        (
            r#"{"Response":{"Credentials":{"TmpSecretId":"i","TmpSecretKey":"leaked key",
            "Token":"leaked-token"},"ExpiredTime":1700000000}}"#,
            "the response has no usable key",
        ),
        (
            r#"{"Response":{"Credentials":{"TmpSecretId":"i","TmpSecretKey":"leaked-key",
            "Token":"leaked-token"}}}"#,
            "the response has no ExpiredTime",
        ),
    ];
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    for (answer, expected) in cases {
        let transport = FakeTransport::script(&[(200, answer)]);
        let sts = StsClient::new(config(&transport, &HandClock::new()));
        let error = sts.credential(&signed(&source)).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains("leaked"), "{error:?}");
        assert_eq!(transport.count(), 1);
    }
}

#[tokio::test]
async fn the_source_hears_when_its_credential_is_refused_and_may_have_a_better_one() {
    let clock = HandClock::new();
    let refusal = sts_error("AuthFailure.TokenFailure", "it is secret-token");
    // A wrong clock is no fault of the credential.
    let source = Source::new(&clock, None);
    let expired = sts_error("AuthFailure.SignatureExpire", "it is secret-token");
    let transport = FakeTransport::script(&[(200, &expired)]);
    let sts = StsClient::new(config(&transport, &clock));
    let error = sts.credential(&signed(&source)).await.unwrap_err().to_string();
    assert!(error.contains("AuthFailure.SignatureExpire: it is ***"), "{error}");
    assert!(source.0.refused.lock().unwrap().is_empty());

    let transport = FakeTransport::script(&[(200, &refusal), (200, &sts_answer("1", 7200))]);
    let sts = StsClient::new(config(&transport, &clock));
    assert_eq!(sts.credential(&signed(&source)).await.unwrap().secret_id(), "AKID1");
    assert_eq!(*source.0.refused.lock().unwrap(), ["id2"]);
    assert!(transport.last().header("authorization").unwrap().contains("Credential=id3/"));

    // The next one is rejected, too: the credential is renewed once per call.
    let transport = FakeTransport::script(&[(200, refusal.as_str()); 9]);
    let sts = StsClient::new(config(&transport, &clock));
    assert!(sts.credential(&signed(&source)).await.is_err());
    assert_eq!(transport.count(), 2);

    // The same again, as from a fixed key: asking once more is of no use.
    let fixed = Credential::new("AKIDfixed", "fixed-key").unwrap();
    let transport = FakeTransport::script(&[(200, &refusal), (200, &refusal)]);
    let sts = StsClient::new(config(&transport, &clock));
    assert!(sts.credential(&signed(&fixed)).await.is_err());
    assert_eq!(transport.count(), 1);
}

#[tokio::test]
async fn without_a_credential_to_sign_with_nothing_is_sent() {
    let clock = HandClock::new();
    let source = Source::new(&clock, None);
    source.fail(true);
    let transport = FakeTransport::nowhere();
    let sts = StsClient::new(config(&transport, &clock));
    let error = sts.credential(&signed(&source)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "AssumeRole failed: no credential to sign with: source: failure 1 (nothing was sent)"
    );
    assert_eq!((transport.count(), error.maybe_sent()), (0, false));
}

/// It said that STS gave no answer, and that the request may have been sent.
#[tokio::test(start_paused = true)]
async fn a_source_that_hangs_is_named_and_nothing_is_sent() {
    let clock = HandClock::new();
    let source = Source::gated(&clock, 7200);
    let transport = FakeTransport::nowhere();
    let sts = StsClient::new(config(&transport, &clock));
    let error = sts.credential(&signed(&source)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "AssumeRole failed: no credential to sign with within 30s (nothing was sent)"
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
async fn the_whole_call_is_limited() {
    let started = tokio::time::Instant::now();
    let config = config(&FakeTransport::nowhere(), &HandClock::new())
        .transport(Hangs)
        .sleep(crate::runtime::TokioSleep)
        .random(crate::credentials::test_util::Bytewise(255));
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let error = StsClient::new(config).credential(&signed(&source)).await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_sent());
    assert!(error.to_string().contains("no response within 30s"), "{error}");
    assert_eq!(started.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_and_signed_anew() {
    let clock = HandClock::new();
    let turned = clock.clone();
    let transport = FakeTransport::new(move |_| {
        turned.pass(5);
        Err(TransportErrorKind::Broken)
    });
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let sts = StsClient::new(config(&transport, &clock));
    assert!(sts.credential(&signed(&source)).await.unwrap_err().maybe_sent());
    assert_eq!(transport.last().header("x-tc-timestamp"), Some((START + 10).to_string().as_str()));
}

/// An excerpt of a page is cut after 300 characters: not within a secret that it then shows.
#[tokio::test]
async fn a_secret_that_an_excerpt_would_cut_is_hidden_all_the_same() {
    let source = Credential::with_token("AKIDsource", "source-key", "leaked".repeat(50)).unwrap();
    let page = format!("<html>{}{}</html>", "x".repeat(280), source.token().unwrap());
    let transport = FakeTransport::script(&[(403, &page)]);
    let sts = StsClient::new(config(&transport, &HandClock::new()));
    let error = sts.credential(&signed(&source)).await.unwrap_err().to_string();
    assert!(error.contains("xx***") && !error.contains("leak"), "{error}");
}

#[tokio::test]
async fn a_wrong_clock_is_corrected_as_for_any_other_call() {
    let service_time = START.to_string();
    let transport = FakeTransport::new(move |sent| {
        let right = sent.header("x-tc-timestamp") == Some(&service_time);
        let expired = sts_error("AuthFailure.SignatureExpire", "late");
        Ok((StatusCode::OK, if right { sts_answer("1", 7200) } else { expired }))
    });
    let clock = HandClock::new();
    clock.pass(3 * 3600);
    let sts = StsClient::new(config(&transport, &clock));
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let credential = sts.credential(&signed(&source)).await.unwrap();
    // By our clock, which a cache compares it with.
    assert_eq!(credential.expires_at(), Some(at(3 * 3600 + 7200)));
    assert_eq!(transport.count(), 2);
    sts.credential(&signed(&source)).await.unwrap();
    assert_eq!(transport.count(), 3, "it is remembered");
}

#[tokio::test]
async fn a_clock_that_is_right_is_not_corrected() {
    let expired = sts_error("AuthFailure.SignatureExpire", "late");
    let transport = FakeTransport::script(&[(200, &expired), (200, &expired)]);
    let sts = StsClient::new(config(&transport, &HandClock::new()));
    let source = Credential::new("AKIDsource", "source-key").unwrap();
    let error = sts.credential(&signed(&source)).await.unwrap_err();
    assert_eq!(error.code(), Some("AuthFailure.SignatureExpire"));
    assert_eq!(transport.count(), 1);
}

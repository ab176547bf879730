use http::HeaderValue;

use super::*;

fn answer(status: u16, body: &'static str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("x-tc-requestid", HeaderValue::from_static("r-header"));
    Answer { status: StatusCode::from_u16(status).unwrap(), headers, body: body.into() }
}

#[test]
fn an_answer_that_is_no_stream_is_an_event_with_its_very_text() {
    let body = r#"{"Response": {"Id": 12345678901234567890123, "Rate": 1.10, "RequestId": "r"} }"#;
    let (event, _) = event(&answer(200, body), "A").unwrap();
    assert_eq!(event.data, r#"{"Id": 12345678901234567890123, "Rate": 1.10, "RequestId": "r"}"#);
    assert_eq!(event, Event::new(event.data.clone()));
}

#[test]
fn an_answer_that_is_an_error_is_no_event() {
    let failure = r#"{"Response": {"Error": {"Code": "A.B", "Message": "m"}, "RequestId": "r"}}"#;
    let error = event(&answer(200, failure), "A").unwrap_err();
    assert_eq!((error.code(), error.message(), error.request_id()), (Some("A.B"), "m", Some("r")));
    let cases = [(200, ""), (200, "{}"), (200, "<html>"), (502, "{\"Response\": {}}")];
    for (status, body) in cases {
        let error = event(&answer(status, body), "A").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{status} {body}");
        assert_eq!(error.request_id(), Some("r-header"));
    }
}

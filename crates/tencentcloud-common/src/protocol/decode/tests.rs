use http::HeaderValue;

use super::*;

fn response(status: u16, body: &'static str) -> BufferedResponse {
    let mut headers = HeaderMap::new();
    headers.insert("x-tc-requestid", HeaderValue::from_static("r-header"));
    BufferedResponse { status: StatusCode::from_u16(status).unwrap(), headers, body: body.into() }
}

#[test]
fn the_text_of_a_response_is_returned_unchanged() {
    let body = r#"{"Response": {"Id": 12345678901234567890123, "Rate": 1.10, "RequestId": "r"} }"#;
    let (text, _) = text(&response(200, body), "A").unwrap();
    assert_eq!(text, r#"{"Id": 12345678901234567890123, "Rate": 1.10, "RequestId": "r"}"#);
}

#[test]
fn the_text_of_an_error_response_is_an_error() {
    let failure = r#"{"Response": {"Error": {"Code": "A.B", "Message": "m"}, "RequestId": "r"}}"#;
    let error = text(&response(200, failure), "A").unwrap_err();
    assert_eq!((error.code(), error.message(), error.request_id()), (Some("A.B"), "m", Some("r")));
    let cases = [(200, ""), (200, "{}"), (200, "<html>"), (502, "{\"Response\": {}}")];
    for (status, body) in cases {
        let error = text(&response(status, body), "A").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{status} {body}");
        assert_eq!(error.request_id(), Some("r-header"));
    }
}

/// A response with members of all kinds.
#[derive(Clone, Default)]
struct Listed {
    total_count: Option<i64>,
    set: Vec<Element>,
    names: Option<Vec<String>>,
    placement: Option<Element>,
    request_id: String,
}
crate::table!(Listed {
    "TotalCount": total_count,
    "Set": set,
    "Names": names,
    "Placement": placement,
    "RequestId": request_id,
});

#[derive(Clone, Default)]
struct Element {
    id: Option<String>,
}
crate::table!(Element { "Id": id });

/// The outcome of decoding: `Ok` with the request id, or kind, code, message and request id of the
/// error.
type Decoded = Result<Option<String>, (ErrorKind, Option<String>, String, Option<String>)>;

fn decoded(outcome: Result<EnvelopeFields, Error>) -> Decoded {
    outcome.map(|fields| fields.request_id).map_err(|error| {
        let message = if error.code().is_some() { error.message() } else { "" };
        let (code, id) = (error.code(), error.request_id());
        (error.kind(), code.map(str::to_owned), message.to_owned(), id.map(str::to_owned))
    })
}

/// Decodes a response with every decoder.
fn with_every_decoder(body: &str) -> [(&'static str, Decoded); 4] {
    let response = BufferedResponse {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: body.as_bytes().to_vec().into(),
    };
    [
        ("typed", decoded(super::model(&response, &mut Listed::default()))),
        ("dynamic", decoded(value(&response, "DescribeThings").map(|(_, fields)| fields))),
        ("raw", decoded(raw(&response, "DescribeThings").map(|(_, fields)| fields))),
        ("text", decoded(text(&response, "DescribeThings").map(|(_, fields)| fields))),
    ]
}

#[test]
fn an_error_of_the_api_has_priority() {
    const ERROR: &str = r#""Error": {"Code": "A.B", "Message": "no"}"#;
    let other_members = [
        r#""TotalCount": "n/a""#,
        r#""TotalCount": {}"#,
        r#""Set": 5"#,
        r#""Set": [1, "a"]"#,
        r#""Set": [{"Id": {}}]"#,
        r#""Names": "a""#,
        r#""Names": [[]]"#,
        r#""Placement": "a""#,
        r#""New": {"a": [1, {"b": null}]}"#,
        r#""DeprecatedWarning": ["old"]"#,
        r#""Error": null"#,
        r#""Error": {}"#,
        r#""Error": {"Code": "", "Message": "none"}"#,
        r#""Error": {"Code": null}"#,
    ];
    let envelopes = [
        "{\"Response\": {$, \"RequestId\": \"r\"}}",
        "{\"Response\": {\"RequestId\": \"r\", $}}",
        "\u{FEFF}\n {\"a\": {\"Response\": 1}, \"Response\": {\"RequestId\": \"r\", $}, \"b\": []}",
        "{\"Response\": {\"RequestId\": \"r\", $}} trailing",
        "{\"Response\": {\"RequestId\": \"r\", $}, \"b\": NaN}",
        "{\"Response\": {\"RequestId\": \"r\", $}, \"Response\": {\"TotalCount\": 1}}",
        "{\"Response\": {\"TotalCount\": 1}, \"Response\": {\"RequestId\": \"r\", $}}",
        "{\"Response\": {\"RequestId\": \"r\", $}, \"Response\": 5}",
        "{\"Response\": {\"RequestId\": \"r\", $, \"Set\": [{\"Id\": ",
        "{\"Response\": {\"RequestId\": \"r\", $",
    ];
    let expected =
        Err((ErrorKind::Service, Some("A.B".to_owned()), "no".to_owned(), Some("r".to_owned())));
    for envelope in envelopes {
        for other in other_members {
            for members in [format!("{other}, {ERROR}"), format!("{ERROR}, {other}")] {
                let body = envelope.replace('$', &members);
                for (decoder, outcome) in with_every_decoder(&body) {
                    assert_eq!(outcome, expected, "{decoder} {body}");
                }
            }
        }
    }
}

#[test]
fn an_error_of_the_api_may_have_members_of_any_type() {
    let cases = [
        (r#"{"Code": "A", "Message": null}"#, "A", ""),
        (r#"{"Code": "A"}"#, "A", ""),
        (r#"{"Code": 4001, "Message": 12}"#, "4001", "12"),
        (r#"{"Code": -1.50, "Message": true}"#, "-1.50", "true"),
        (r#"{"Message": {"a": [1]}, "Code": "A"}"#, "A", r#"{"a": [1]}"#),
        (
            r#"{"Code": "A", "Message": ["x", {"Password": "p-1"}]}"#,
            "A",
            r#"["x", {"Password": "***"}]"#,
        ),
        (r#"{"Code": "A", "Message": "a\u00e9\n\"b\""}"#, "A", "aé\n\"b\""),
        (r#"{"Code": "A", "Message": "half \ud800"}"#, "A", r"half \ud800"),
        (r#"{"Code": "A", "More": {"Code": "B"}, "Message": "m"}"#, "A", "m"),
        (r#"{"Code": "A", "Message": "m", "Code": "B"}"#, "B", "m"),
        (r#"{"Code": "A"}, "Error": {"Code": "B", "Message": "m"}"#, "B", "m"),
        (r#"{"Code": "A", "Message": "m"}, "Error": {"Message": "n"}"#, "A", "m"),
    ];
    for (error, code, message) in cases {
        let body = format!("{{\"Response\": {{\"Error\": {error}, \"RequestId\": \"r\"}}}}");
        for (decoder, outcome) in with_every_decoder(&body) {
            let (kind, found, text, id) = outcome.unwrap_err();
            assert_eq!(
                (kind, found.as_deref()),
                (ErrorKind::Service, Some(code)),
                "{decoder} {body}"
            );
            assert_eq!((text.as_str(), id.as_deref()), (message, Some("r")), "{decoder} {body}");
        }
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"Response": {{"Error": {{"Message": {deep}, "Code": "A"}}}}}}"#);
    for (decoder, outcome) in with_every_decoder(&body) {
        assert_eq!(outcome.unwrap_err().1.as_deref(), Some("A"), "{decoder}");
    }
}

#[test]
fn an_error_of_the_api_need_not_be_utf_8() {
    // The message is in GBK.
    let mut body = b"{\"Response\": {\"Error\": {\"Message\": \"".to_vec();
    body.extend([0xC7, 0xEB, 0xC7, 0xF3]);
    body.extend(b"\", \"Code\": \"A.B\"}, \"RequestId\": \"r\"}}");
    let response = BufferedResponse { body: body.into(), ..response(200, "") };
    let outcomes = [
        decoded(super::model(&response, &mut Listed::default())),
        decoded(value(&response, "A").map(|(_, fields)| fields)),
        decoded(raw(&response, "A").map(|(_, fields)| fields)),
    ];
    for outcome in outcomes {
        let (_, code, message, id) = outcome.unwrap_err();
        assert_eq!((code.as_deref(), id.as_deref()), (Some("A.B"), Some("r")));
        assert!(message.contains('\u{FFFD}'), "{message}");
    }
}

#[test]
fn no_decoder_reports_an_error_of_the_api_without_a_code() {
    let response_errors = [
        r#""Error": "boom""#,
        r#""Error": ["a"]"#,
        r#""Error": 5"#,
        r#""Error": true"#,
        r#""Error": {"Code": {"a": 1}}"#,
        r#""Error": {"Code": ["A"], "Message": "m"}"#,
    ];
    for error in response_errors {
        let body = format!("{{\"Response\": {{{error}, \"RequestId\": \"r\"}}}}");
        for (decoder, outcome) in with_every_decoder(&body) {
            match decoder {
                // A raw call returns the bytes whatever they are.
                "raw" => assert!(outcome.is_ok(), "{body}"),
                _ => assert_eq!(outcome.unwrap_err().0, ErrorKind::Response, "{decoder} {body}"),
            }
        }
    }
    let successes = [
        r#""Error": null, "#,
        r#""Error": {}, "#,
        r#""Error": "", "#,
        r#""Error": {"Code": "", "Message": ""}, "#,
        r#""RequestId": "x", "#,
        r#""RequestId": {}, "Data": {"Error": {"Code": "A"}}, "#,
    ];
    for members in successes {
        for end in ["}}", "}, \"Error\": {\"Code\": \"A\"}}"] {
            let body = format!("{{\"Response\": {{{members}\"RequestId\": \"r\"{end}");
            for (decoder, outcome) in with_every_decoder(&body) {
                if !(decoder == "typed" && members.contains("{}, \"Data\"")) {
                    assert_eq!(outcome, Ok(Some("r".to_owned())), "{decoder} {body}");
                }
            }
        }
    }
}

#[test]
fn the_last_of_duplicate_members_is_used() {
    let read = |members: &str| {
        let text = format!("{{\"Response\": {{{members}}}}}");
        let response = BufferedResponse { body: text.into(), ..response(200, "") };
        let mut typed = Listed::default();
        let fields = super::model(&response, &mut typed).unwrap();
        let (dynamic, other) = value(&response, "A").unwrap();
        assert_eq!(fields.request_id, other.request_id, "{members}");
        // The dynamic value has no earlier members.
        let mut again = Listed::default();
        let json = crate::serde_json::to_vec(&dynamic).unwrap();
        crate::protocol::model::json::from_slice(
            &json,
            &mut again,
            crate::protocol::model::Leniency::Lenient,
        )
        .unwrap();
        assert_eq!(typed, again, "{members}");
        typed
    };
    let last = r#""TotalCount": 2, "Set": [{"Id": "b"}], "Names": ["b"], "Placement": {"Id": "b"},
        "RequestId": "r-2""#;
    let all = r#""TotalCount": 1, "Set": [{}, {"Id": "a"}], "Names": ["a", "a"],
        "Placement": {"Id": "a"}, "RequestId": "r-1""#;
    let typed = read(&format!("{all}, {last}"));
    assert_eq!(
        (typed.total_count, typed.set.len(), typed.request_id.as_str()),
        (Some(2), 1, "r-2")
    );
    for empty in ["null", "\"\""] {
        let unset = ["TotalCount", "Set", "Names", "Placement", "RequestId"];
        let unset: Vec<_> = unset.iter().map(|name| format!("\"{name}\": {empty}")).collect();
        let typed = read(&format!("{all}, {}", unset.join(", ")));
        assert_eq!(typed, Listed::default(), "{empty}");
    }
    // A second member `Response` keeps nothing of the first one.
    let typed = read(&format!("{all}}}, \"Response\": {{\"TotalCount\": 2"));
    assert_eq!(typed, Listed { total_count: Some(2), ..Listed::default() });
}

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use http::HeaderValue;
use http::header::HOST;
use serde_json::{Value, json};

use super::*;
use crate::operations::is_stateful;
use crate::test_util::{
    NOW, RequestBuilder, account_catalog, assert_error, assert_matches_spec, example_parameters,
    gateway, gateway_with, members,
};

const ID: &str = "00000000-0000-4000-8000-000000000000";

fn describe_instances() -> RequestBuilder {
    RequestBuilder::new("cvm", "DescribeInstances", &json!({}))
}

/// Returns a gateway that accepts the credential of the known signatures.
fn gateway_with_known_credential() -> Gateway {
    let credential =
        Credential::new("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
    gateway_with(account_catalog(), vec![credential.unwrap()])
}

/// Returns a request with a signature from an official SDK or from the API documentation.
fn request_with_signature(
    method: &str,
    query: &str,
    content_type: &str,
    time: u64,
    signed: &str,
    signature: &str,
    body: &'static str,
) -> Request {
    let date = if time == NOW { "2023-11-14" } else { "2019-02-25" };
    http::Request::builder()
        .method(method)
        .uri(format!("/?{query}"))
        .header("Host", "cvm.tencentcloudapi.com")
        .header("Content-Type", content_type)
        .header("X-TC-Action", "DescribeInstances")
        .header("X-TC-Version", "2017-03-12")
        .header("X-TC-Region", "ap-guangzhou")
        .header("X-TC-Timestamp", time.to_string())
        .header(
            "Authorization",
            format!(
                "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/{date}/cvm/\
                 tc3_request, SignedHeaders={signed}, Signature={signature}"
            ),
        )
        .body(Body::Complete(Bytes::from_static(body.as_bytes())))
        .unwrap()
}

const DOCUMENT: &str =
    r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
const PYTHON: &str = r#"{"Limit": 1, "Filters": [{"Name": "instance-name", "Values": ["\u672a\u547d\u540d", "a b&c=d/+~*"]}]}"#;

#[test]
fn known_signatures_are_accepted() {
    let gateway = gateway_with_known_credential();
    let json = "application/json; charset=utf-8";
    let usual = "content-type;host";
    let with_action = "content-type;host;x-tc-action";
    let form = "application/x-www-form-urlencoded";
    let query = "Limit=1&Filters.0.Name=instance-name\
                 &Filters.0.Values.0=%E6%9C%AA%E5%91%BD%E5%90%8D\
                 &Filters.0.Values.1=a+b%26c%3Dd%2F%2B~%2A";
    let document = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168";
    let action = "644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26";
    let post = "d4e96eb2b87f591193699635164970f6b7dd749f0113a7133527f4bf8803d5f9";
    let get = "87d8417dc6db553eab1d7c12e68b6c8d3ed763f1ab5b274123850cc2a3041707";
    let unsigned = "a8e36d0b1df454dc226727011e1221aba29426d32be01122e0083f728f787e96";
    let then = 1_551_113_065;
    let cases = [
        (request_with_signature("POST", "", json, then, usual, document, DOCUMENT), then),
        (request_with_signature("POST", "", json, then, with_action, action, DOCUMENT), then),
        (request_with_signature("POST", "", "application/json", NOW, usual, post, PYTHON), NOW),
        (request_with_signature("GET", query, form, NOW, usual, get, ""), NOW),
    ];
    for (request, now) in cases {
        members(gateway.handle(&request, now, ID));
    }
    let mut request =
        request_with_signature("POST", "", "application/json", NOW, usual, unsigned, PYTHON);
    assert_error(
        &gateway.handle(&request, NOW, ID),
        "AuthFailure.SignatureFailure",
        "does not match",
    );
    let value = HeaderValue::from_static("UNSIGNED-PAYLOAD");
    request.headers_mut().insert("X-TC-Content-SHA256", value);
    members(gateway.handle(&request, NOW, ID));
}

#[test]
fn changing_any_signed_part_breaks_the_signature() {
    let gateway = gateway();
    let changed = |change: fn(&mut Request)| {
        let mut request = describe_instances().sign();
        change(&mut request);
        assert_error(
            &gateway.handle(&request, NOW, ID),
            "AuthFailure.SignatureFailure",
            "does not match",
        );
    };
    changed(|r| *r.body_mut() = Body::Complete(Bytes::from_static(b"{ }")));
    changed(|r| *r.method_mut() = Method::GET);
    changed(|r| {
        r.headers_mut().insert("host", HeaderValue::from_static("127.0.0.1:8081"));
    });
    changed(|r| {
        let value = HeaderValue::from_static("application/json; charset=utf-8");
        r.headers_mut().insert("content-type", value);
    });
    changed(|r| {
        let value = HeaderValue::from_str(&(NOW + 1).to_string());
        r.headers_mut().insert("x-tc-timestamp", value.unwrap());
    });
    let mut get = describe_instances();
    get.method = Method::GET;
    get.query = "Limit=1".into();
    get.body.clear();
    let mut get = get.sign();
    members(gateway.handle(&get, NOW, ID));
    *get.uri_mut() = "/?Limit=2".parse().unwrap();
    assert_error(&gateway.handle(&get, NOW, ID), "AuthFailure.SignatureFailure", "Limit=2");
}

#[test]
fn secret_id_and_key_must_be_known() {
    let gateway = gateway();
    let mut builder = describe_instances();
    builder.credential = Credential::new("AKIDother", "test-key").unwrap();
    assert_error(&builder.send(&gateway), "AuthFailure.SecretIdNotFound", "AKIDother");
    let mut builder = describe_instances();
    builder.credential = Credential::new("AKIDtest", "another-key").unwrap();
    let response = builder.send(&gateway);
    assert_error(&response, "AuthFailure.SignatureFailure", "canonical request");
    assert!(!response.body().1.contains("test-key"));

    for authorization in ["", "Basic dXNlcg==", "TC3-HMAC-SHA256 Credential=AKIDtest"] {
        let mut request = describe_instances().sign();
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        let response = gateway.handle(&request, NOW, ID);
        assert_error(&response, "AuthFailure.InvalidAuthorization", "`Authorization`");
    }
    let mut request = describe_instances().sign();
    request.headers_mut().remove("authorization");
    let response = gateway.handle(&request, NOW, ID);
    assert_error(&response, "AuthFailure.InvalidAuthorization", "TC3-HMAC-SHA256");
}

#[test]
fn tokens_must_match() {
    let with_token = Credential::with_token("AKIDtoken", "key", "right").unwrap();
    let gateway =
        gateway_with(account_catalog(), vec![with_token.clone(), crate::test_util::credential()]);
    let mut builder = describe_instances();
    builder.credential = with_token;
    members(builder.clone().header("x-tc-token", "right").send(&gateway));
    let wrong = builder.clone().header("x-tc-token", "wrong").send(&gateway);
    assert_error(&wrong, "AuthFailure.TokenFailure", "does not match");
    assert_error(&builder.send(&gateway), "AuthFailure.TokenFailure", "is missing");
    let unexpected = describe_instances().header("x-tc-token", "right").send(&gateway);
    assert_error(&unexpected, "AuthFailure.TokenFailure", "has no token");
}

#[test]
fn timestamps_may_differ_by_five_minutes() {
    let gateway = gateway();
    for (timestamp, valid) in
        [(NOW - 301, false), (NOW - 300, true), (NOW + 300, true), (NOW + 301, false)]
    {
        let mut builder = describe_instances();
        builder.timestamp = timestamp;
        let response = builder.send(&gateway);
        if valid {
            members(response);
        } else {
            assert_error(&response, "AuthFailure.SignatureExpire", &timestamp.to_string());
        }
    }
    for invalid in ["soon", "-1", "+1700000000", "1700000000.0", "99999999999999999999", "٣"] {
        let mut request = describe_instances().sign();
        request
            .headers_mut()
            .insert("x-tc-timestamp", HeaderValue::from_bytes(invalid.as_bytes()).unwrap());
        assert_error(&gateway.handle(&request, NOW, ID), "InvalidParameter", "X-TC-Timestamp");
    }
    // A timestamp after the year 9999, with a server clock that agrees.
    let mut request = describe_instances().sign();
    request.headers_mut().insert("x-tc-timestamp", u64::MAX.to_string().parse().unwrap());
    let response = gateway.handle(&request, u64::MAX, ID);
    assert_error(&response, "AuthFailure.SignatureFailure", "9999");
    // The date of the credential scope must be the date of the timestamp.
    let mut request = describe_instances().sign();
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let authorization = authorization.replace("2023-11-14", "2023-11-15");
    request.headers_mut().insert("authorization", authorization.parse().unwrap());
    assert_error(
        &gateway.handle(&request, NOW, ID),
        "AuthFailure.SignatureFailure",
        "credential scope",
    );
}

#[test]
fn a_host_that_names_a_service_must_match_the_scope() {
    let gateway = gateway();
    for host in ["127.0.0.1:1", "localhost", "cvm.tencentcloudapi.com", "cvm.localhost", "[::1]:1"]
    {
        members(describe_instances().header("host", host).send(&gateway));
    }
    for host in ["vpc.tencentcloudapi.com", "sts.ap-guangzhou.tencentcloudapi.com", "cbs.localhost"]
    {
        let response = describe_instances().header("host", host).send(&gateway);
        assert_error(&response, "AuthFailure.SignatureFailure", host);
    }
}

#[test]
fn action_version_and_region_must_exist() {
    let gateway = gateway();
    let cases = [
        (describe_instances().header("x-tc-action", ""), "MissingParameter", "X-TC-Action"),
        (describe_instances().header("x-tc-version", ""), "MissingParameter", "X-TC-Version"),
        (describe_instances().header("x-tc-region", ""), "MissingParameter", "X-TC-Region"),
        (
            describe_instances().header("x-tc-action", "DescribeNothing"),
            "InvalidAction",
            "DescribeNothing",
        ),
        (
            describe_instances().header("x-tc-action", "describeinstances"),
            "InvalidAction",
            "describeinstances",
        ),
        (
            describe_instances().header("x-tc-action", "DescribeVpcs"),
            "InvalidAction",
            "`cvm` has no action",
        ),
        (describe_instances().header("x-tc-version", "2018-01-01"), "NoSuchVersion", "2018-01-01"),
        (
            describe_instances().header("x-tc-region", "mars-north"),
            "UnsupportedRegion",
            "mars-north",
        ),
        (
            RequestBuilder::new("nosuch", "DescribeInstances", &json!({})),
            "NoSuchProduct",
            "cbs, cvm, vpc",
        ),
        (
            RequestBuilder::new("cvm", "StopInstances", &json!({})),
            "MissingParameter",
            "`InstanceIds`",
        ),
    ];
    for (builder, code, text) in cases {
        assert_error(&builder.send(&gateway), code, text);
    }
    let regions =
        RequestBuilder::new("cvm", "DescribeRegions", &json!({})).header("x-tc-region", "");
    assert_eq!(members(regions.send(&gateway))["TotalCount"], 21);
}

#[test]
fn methods_content_types_and_sizes_are_limited() {
    let gateway = gateway();
    let mut put = describe_instances();
    put.method = Method::PUT;
    assert_error(&put.send(&gateway), "UnsupportedProtocol", "PUT");
    let form = describe_instances().header("content-type", "application/x-www-form-urlencoded");
    assert_error(&form.send(&gateway), "InvalidRequest", "application/json");
    members(
        describe_instances()
            .header("content-type", "Application/JSON ; charset=UTF-8")
            .send(&gateway),
    );
    let mut request = describe_instances().sign();
    *request.body_mut() = Body::TooLarge;
    assert_error(&gateway.handle(&request, NOW, ID), "RequestSizeLimitExceeded", "10485760");
    let mut long = describe_instances();
    long.method = Method::GET;
    long.query = format!("Limit=1&Zone={}", "x".repeat(32 * 1024));
    assert_error(&long.send(&gateway), "RequestSizeLimitExceeded", "use POST");
}

#[test]
fn duplicate_and_malformed_headers_are_rejected() {
    let gateway = gateway();
    for name in ["x-tc-action", "x-tc-version", "x-tc-region", "x-tc-token"] {
        let mut request = describe_instances().sign();
        for value in ["a", "b"] {
            request.headers_mut().append(name, HeaderValue::from_static(value));
        }
        let response = gateway.handle(&request, NOW, ID);
        assert_eq!(response.result.unwrap_err().code(), "InvalidRequest", "{name}");
        let mut request = describe_instances().sign();
        request.headers_mut().insert(name, HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert!(gateway.handle(&request, NOW, ID).result.is_err(), "{name}");
    }
    let mut request = describe_instances().sign();
    request.headers_mut().append("authorization", HeaderValue::from_static("SKIP"));
    assert_error(
        &gateway.handle(&request, NOW, ID),
        "AuthFailure.InvalidAuthorization",
        "more than once",
    );
    let mut request = describe_instances().sign();
    request.headers_mut().append("host", HeaderValue::from_static("evil"));
    assert!(gateway.handle(&request, NOW, ID).result.is_err());
}

#[test]
fn only_skip_sign_actions_can_be_unsigned() {
    let sts = json!({
        "service": "sts", "version": "2018-08-13",
        "actions": {
            "AssumeIt": {"input": "AssumeItRequest", "output": "AssumeItResponse", "skip_sign": true},
            "Gone": {"input": "AssumeItRequest", "output": "AssumeItResponse", "status": "offline"}
        },
        "objects": {
            "AssumeItRequest": {"members": [{"name": "Arn", "type": "string", "member": "string", "required": true}]},
            "AssumeItResponse": {"members": [
                {"name": "Token", "type": "string", "member": "string"},
                {"name": "RequestId", "type": "string", "member": "string"}
            ]}
        }
    });
    let catalog = Catalog::parse(&[&sts.to_string()]).unwrap();
    let gateway = gateway_with(catalog, vec![crate::test_util::credential()]);
    let send = |action: &str, authorization: &str| {
        let builder = RequestBuilder::new("sts", action, &json!({"Arn": "x"}))
            .header("x-tc-version", "2018-08-13")
            .header("x-tc-region", "");
        let mut request = builder.sign();
        if !authorization.is_empty() {
            request.headers_mut().insert("authorization", authorization.parse().unwrap());
        }
        gateway.handle(&request, NOW, ID)
    };
    members(send("AssumeIt", "SKIP"));
    members(send("AssumeIt", ""));
    assert_error(&send("Gone", "SKIP"), "AuthFailure.InvalidAuthorization", "requires a signature");
    assert_error(&send("Gone", ""), "ActionOffline", "no longer available");
}

#[test]
fn malformed_requests_are_rejected() {
    let gateway = gateway();
    let headers = [
        "",
        " ",
        "TC3-HMAC-SHA256 ",
        "TC3-HMAC-SHA256 ,,,=,",
        "TC3-HMAC-SHA256 Credential=////",
        "TC3-HMAC-SHA256 Credential=AKIDtest/x/cvm/tc3_request, SignedHeaders=;;;, Signature=x",
        "TC3-HMAC-SHA256 Credential=AKIDtest/9999-99-99/cvm/tc3_request, \
         SignedHeaders=\u{1}a;content-type;host, Signature=\u{fffd}",
    ];
    for header in headers {
        for body in [&b""[..], b"\xff\xfe", b"[[[[", b"{\"Limit\":1e999}"] {
            let mut request = describe_instances().sign();
            *request.body_mut() = Body::Complete(Bytes::from_static(body));
            if let Ok(value) = HeaderValue::from_bytes(header.as_bytes()) {
                request.headers_mut().insert("authorization", value);
            }
            assert!(gateway.handle(&request, NOW, ID).result.is_err());
        }
    }
    let empty = Request::new(Body::Complete(Bytes::new()));
    assert!(gateway.handle(&empty, 0, "").result.is_err());
}

#[test]
fn responses_have_the_envelope() {
    let gateway = gateway();
    let body = |builder: RequestBuilder| -> Value {
        let (content_type, body) = builder.send(&gateway).body();
        assert_eq!(content_type, "application/json");
        serde_json::from_str(&body).unwrap()
    };
    let json = body(describe_instances());
    assert_eq!(json["Response"]["RequestId"], ID);
    let error = body(describe_instances().header("x-tc-action", "Nothing"));
    assert_eq!(error["Response"]["Error"]["Code"], "InvalidAction");
    assert!(error["Response"]["Error"]["Message"].is_string());
    assert_eq!(error["Response"]["RequestId"], ID);
}

/// Returns parameters that are valid for the account: ids exist, filters are known, and optional
/// parameters that select resources are absent.
fn valid_parameters(gateway: &Gateway, spec: &Spec, action: &Action, only_required: bool) -> Value {
    let first = |object: &str, id: &str| {
        let mut services = ["cvm", "vpc"].iter();
        let account = gateway.account.lock().unwrap();
        let table = services.find_map(|s| account.table(s, object, "")).unwrap();
        json!(table.rows[0].values(id).next().unwrap())
    };
    let mut parameters = example_parameters(spec, &action.input, only_required);
    let members = parameters.as_object_mut().unwrap();
    let of_account = ["cbs", "cvm", "vpc"].contains(&spec.service.as_str());
    members.retain(|name, value| {
        match name.as_str() {
            _ if !of_account => {}
            "InstanceIds" => *value = json!([first("Instance", "InstanceId")]),
            "ImageIds" => *value = json!([first("Image", "ImageId")]),
            "SecurityGroupId" => *value = first("SecurityGroupPolicySet", "SecurityGroupId"),
            "Filters" => {
                let name = if spec.service == "vpc" { "vpc-id" } else { "zone" };
                *value = json!([{"Name": name, "Values": ["x"]}]);
            }
            _ => {}
        }
        let selects = name.ends_with("Ids") || name == "Filters" || name == "NextToken";
        spec.member(&action.input, name).unwrap().required || !selects
    });
    parameters
}

/// Calls every action of every service with all parameters and with the required ones: the response
/// matches its object type, and an unknown parameter is an error. A stateful action may refuse
/// made-up parameters: the tests of the operations check its responses.
#[test]
fn every_response_matches_its_specification() {
    let catalog = Catalog::built_in().unwrap();
    let gateway = gateway_with(catalog, vec![crate::test_util::credential()]);
    for spec in gateway.catalog.specs() {
        assert!(!spec.actions.is_empty(), "{} {}", spec.service, spec.version);
        for (name, action) in &spec.actions {
            // The specification of ChatCompletions does not contain its response.
            let has_output = name != "ChatCompletions";
            for only_required in [false, true] {
                let mut parameters = valid_parameters(&gateway, spec, action, only_required);
                // The response is members, not a stream of events.
                if !has_output {
                    parameters["Stream"] = json!(false);
                }
                let send = |parameters: &Value| {
                    let builder = RequestBuilder::new(&spec.service, name, parameters);
                    builder.header("x-tc-version", &spec.version).send(&gateway)
                };
                let response = send(&parameters);
                if action.is_offline {
                    assert_error(&response, "ActionOffline", name);
                    continue;
                }
                match response.result {
                    Ok(Content::Members(members)) if has_output => {
                        assert_matches_spec(spec, &action.output, &members, name);
                    }
                    Ok(Content::Members(_)) => {}
                    Err(_) if is_stateful(&spec.service, &spec.version, name) => {}
                    other => panic!("{name}: {other:?}"),
                }
                parameters["NoSuchParameter"] = json!(1);
                assert_error(&send(&parameters), "UnknownParameter", "`NoSuchParameter`");
            }
        }
    }
}

#[test]
fn the_service_of_a_form_is_that_of_the_host_or_of_the_action() {
    let gateway = gateway();
    let service = |host: &'static str, action: &str| {
        let form = SignedForm(vec![
            ("Action".to_owned(), action.to_owned()),
            ("Version".to_owned(), "2017-03-12".to_owned()),
        ]);
        let headers = http::HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
        let common = CommonParams::Form(&form);
        gateway.form_service(Headers(&headers), common).map(str::to_owned)
    };
    assert_eq!(service("127.0.0.1:8080", "DescribeVpcs").unwrap(), "vpc");
    assert_eq!(service("127.0.0.1:8080", "DescribeDisks").unwrap(), "cbs");
    assert_eq!(service("cvm.tencentcloudapi.com", "DescribeVpcs").unwrap(), "cvm");
    let error = service("127.0.0.1:8080", "DescribeNothing").unwrap_err();
    assert_eq!(error.code(), "InvalidAction");
}

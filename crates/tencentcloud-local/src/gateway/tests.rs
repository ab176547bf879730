#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use http::HeaderValue;
use serde_json::json;

use super::*;
use crate::testing::{Ask, NOW, catalog, check, gateway, ok, refused, sample};
use crate::{specs, untyped};

const ID: &str = "00000000-0000-4000-8000-000000000000";

fn list() -> Ask {
    Ask::new("cvm", "DescribeInstances", &json!({}))
}

/// The id and key of the known answers.
fn known() -> Gateway {
    let credential =
        Credential::new("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
    Gateway::new(catalog(), vec![credential.unwrap()])
}

/// A request that an official SDK, or the document, signed.
fn signed_elsewhere(
    method: &str,
    query: &str,
    content_type: &str,
    time: u64,
    signed: &str,
    signature: &str,
    body: &'static str,
) -> Request<Body> {
    let date = if time == NOW { "2023-11-14" } else { "2019-02-25" };
    Request::builder()
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
        .body(Body::Whole(Bytes::from_static(body.as_bytes())))
        .unwrap()
}

const DOCUMENT: &str =
    r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
const PYTHON: &str = r#"{"Limit": 1, "Filters": [{"Name": "instance-name", "Values": ["\u672a\u547d\u540d", "a b&c=d/+~*"]}]}"#;

#[test]
fn known_signatures_are_accepted() {
    let gateway = known();
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
        (signed_elsewhere("POST", "", json, then, usual, document, DOCUMENT), then),
        (signed_elsewhere("POST", "", json, then, with_action, action, DOCUMENT), then),
        (signed_elsewhere("POST", "", "application/json", NOW, usual, post, PYTHON), NOW),
        (signed_elsewhere("GET", query, form, NOW, usual, get, ""), NOW),
    ];
    for (request, now) in cases {
        ok(gateway.answer(&request, now, ID));
    }
    let mut request =
        signed_elsewhere("POST", "", "application/json", NOW, usual, unsigned, PYTHON);
    refused(&gateway.answer(&request, NOW, ID), "AuthFailure.SignatureFailure", "not the one");
    let value = HeaderValue::from_static("UNSIGNED-PAYLOAD");
    request.headers_mut().insert("X-TC-Content-SHA256", value);
    ok(gateway.answer(&request, NOW, ID));
}

#[test]
fn each_part_that_is_signed_breaks_the_signature() {
    let gateway = gateway();
    let changed = |change: fn(&mut Request<Body>)| {
        let mut request = list().sign();
        change(&mut request);
        refused(&gateway.answer(&request, NOW, ID), "AuthFailure.SignatureFailure", "not the one");
    };
    changed(|r| *r.body_mut() = Body::Whole(Bytes::from_static(b"{ }")));
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
    let mut get = list();
    get.method = Method::GET;
    get.query = "Limit=1".into();
    get.body.clear();
    let mut get = get.sign();
    ok(gateway.answer(&get, NOW, ID));
    *get.uri_mut() = "/?Limit=2".parse().unwrap();
    refused(&gateway.answer(&get, NOW, ID), "AuthFailure.SignatureFailure", "Limit=2");
}

#[test]
fn the_sender_must_be_known() {
    let gateway = gateway();
    let mut ask = list();
    ask.credential = Credential::new("AKIDother", "test-key").unwrap();
    refused(&ask.answer(&gateway), "AuthFailure.SecretIdNotFound", "AKIDother");
    let mut ask = list();
    ask.credential = Credential::new("AKIDtest", "another-key").unwrap();
    let answer = ask.answer(&gateway);
    refused(&answer, "AuthFailure.SignatureFailure", "canonical request");
    assert!(!answer.json().to_string().contains("test-key"));

    for authorization in ["", "Basic dXNlcg==", "TC3-HMAC-SHA256 Credential=AKIDtest"] {
        let mut request = list().sign();
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
        let answer = gateway.answer(&request, NOW, ID);
        refused(&answer, "AuthFailure.InvalidAuthorization", "`Authorization`");
    }
    let mut request = list().sign();
    request.headers_mut().remove("authorization");
    let answer = gateway.answer(&request, NOW, ID);
    refused(&answer, "AuthFailure.InvalidAuthorization", "TC3-HMAC-SHA256");
}

#[test]
fn tokens_are_compared() {
    let with_token = Credential::with_token("AKIDtoken", "key", "right").unwrap();
    let gateway = Gateway::new(catalog(), vec![with_token.clone(), crate::testing::credential()]);
    let mut ask = list();
    ask.credential = with_token;
    ok(ask.clone().header("x-tc-token", "right").answer(&gateway));
    let wrong = ask.clone().header("x-tc-token", "wrong").answer(&gateway);
    refused(&wrong, "AuthFailure.TokenFailure", "not the one");
    refused(&ask.answer(&gateway), "AuthFailure.TokenFailure", "is not sent");
    let needless = list().header("x-tc-token", "right").answer(&gateway);
    refused(&needless, "AuthFailure.TokenFailure", "without");
}

#[test]
fn the_clock_may_be_off_by_five_minutes() {
    let gateway = gateway();
    for (timestamp, good) in
        [(NOW - 301, false), (NOW - 300, true), (NOW + 300, true), (NOW + 301, false)]
    {
        let mut ask = list();
        ask.timestamp = timestamp;
        let answer = ask.answer(&gateway);
        if good {
            ok(answer);
        } else {
            refused(&answer, "AuthFailure.SignatureExpire", &timestamp.to_string());
        }
    }
    for wrong in ["soon", "-1", "+1700000000", "1700000000.0", "99999999999999999999", "٣"] {
        let mut request = list().sign();
        request
            .headers_mut()
            .insert("x-tc-timestamp", HeaderValue::from_bytes(wrong.as_bytes()).unwrap());
        refused(&gateway.answer(&request, NOW, ID), "InvalidParameter", "X-TC-Timestamp");
    }
    // A timestamp that no calendar has, at a server that believes it.
    let mut request = list().sign();
    request.headers_mut().insert("x-tc-timestamp", u64::MAX.to_string().parse().unwrap());
    let answer = gateway.answer(&request, u64::MAX, ID);
    refused(&answer, "AuthFailure.SignatureFailure", "9999");
    // The day of the scope is that of the timestamp.
    let mut request = list().sign();
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let authorization = authorization.replace("2023-11-14", "2023-11-15");
    request.headers_mut().insert("authorization", authorization.parse().unwrap());
    refused(&gateway.answer(&request, NOW, ID), "AuthFailure.SignatureFailure", "of the day");
}

#[test]
fn a_host_that_names_a_service_names_the_right_one() {
    let gateway = gateway();
    for host in ["127.0.0.1:1", "localhost", "cvm.tencentcloudapi.com", "cvm.localhost", "[::1]:1"]
    {
        ok(list().header("host", host).answer(&gateway));
    }
    for host in ["vpc.tencentcloudapi.com", "sts.ap-guangzhou.tencentcloudapi.com", "cbs.localhost"]
    {
        let answer = list().header("host", host).answer(&gateway);
        refused(&answer, "AuthFailure.SignatureFailure", host);
    }
}

#[test]
fn action_version_and_region_must_exist() {
    let gateway = gateway();
    let cases = [
        (list().header("x-tc-action", ""), "MissingParameter", "X-TC-Action"),
        (list().header("x-tc-version", ""), "MissingParameter", "X-TC-Version"),
        (list().header("x-tc-region", ""), "MissingParameter", "X-TC-Region"),
        (list().header("x-tc-action", "DescribeNothing"), "InvalidAction", "DescribeNothing"),
        (list().header("x-tc-action", "describeinstances"), "InvalidAction", "describeinstances"),
        (list().header("x-tc-action", "DescribeVpcs"), "InvalidAction", "`cvm` has no action"),
        (list().header("x-tc-version", "2018-01-01"), "NoSuchVersion", "2018-01-01"),
        (list().header("x-tc-region", "mars-north"), "UnsupportedRegion", "mars-north"),
        (Ask::new("nosuch", "DescribeInstances", &json!({})), "NoSuchProduct", "cbs, cvm, vpc"),
        (Ask::new("cvm", "StopInstances", &json!({})), "MissingParameter", "`InstanceIds`"),
    ];
    for (ask, code, text) in cases {
        refused(&ask.answer(&gateway), code, text);
    }
    let regions = Ask::new("cvm", "DescribeRegions", &json!({})).header("x-tc-region", "");
    assert_eq!(ok(regions.answer(&gateway))["TotalCount"], 21);
}

#[test]
fn methods_types_and_sizes_are_limited() {
    let gateway = gateway();
    let mut put = list();
    put.method = Method::PUT;
    refused(&put.answer(&gateway), "UnsupportedProtocol", "PUT");
    let form = list().header("content-type", "application/x-www-form-urlencoded");
    refused(&form.answer(&gateway), "InvalidRequest", "application/json");
    ok(list().header("content-type", "Application/JSON ; charset=UTF-8").answer(&gateway));
    let mut request = list().sign();
    *request.body_mut() = Body::TooLarge;
    refused(&gateway.answer(&request, NOW, ID), "RequestSizeLimitExceeded", "10485760");
    let mut long = list();
    long.method = Method::GET;
    long.query = format!("Limit=1&Zone={}", "x".repeat(32 * 1024));
    refused(&long.answer(&gateway), "RequestSizeLimitExceeded", "use POST");
}

#[test]
fn headers_are_read_strictly() {
    let gateway = gateway();
    for name in ["x-tc-action", "x-tc-version", "x-tc-region", "x-tc-token"] {
        let mut request = list().sign();
        for value in ["a", "b"] {
            request.headers_mut().append(name, HeaderValue::from_static(value));
        }
        let answer = gateway.answer(&request, NOW, ID);
        assert_eq!(answer.result.unwrap_err().code, "InvalidRequest", "{name}");
        let mut request = list().sign();
        request.headers_mut().insert(name, HeaderValue::from_bytes(b"\xff\xfe").unwrap());
        assert!(gateway.answer(&request, NOW, ID).result.is_err(), "{name}");
    }
    let mut request = list().sign();
    request.headers_mut().append("authorization", HeaderValue::from_static("SKIP"));
    refused(&gateway.answer(&request, NOW, ID), "AuthFailure.InvalidAuthorization", "twice");
    let mut request = list().sign();
    request.headers_mut().append("host", HeaderValue::from_static("evil"));
    assert!(gateway.answer(&request, NOW, ID).result.is_err());
}

#[test]
fn only_what_may_be_unsigned_is_answered_unsigned() {
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
    let catalog = Catalog::read(&[&sts.to_string()]).unwrap();
    let gateway = Gateway::new(catalog, vec![crate::testing::credential()]);
    let ask = |action: &str, authorization: &str| {
        let ask = Ask::new("sts", action, &json!({"Arn": "x"}))
            .header("x-tc-version", "2018-08-13")
            .header("x-tc-region", "");
        let mut request = ask.sign();
        if !authorization.is_empty() {
            request.headers_mut().insert("authorization", authorization.parse().unwrap());
        }
        gateway.answer(&request, NOW, ID)
    };
    ok(ask("AssumeIt", "SKIP"));
    ok(ask("AssumeIt", ""));
    refused(&ask("Gone", "SKIP"), "AuthFailure.InvalidAuthorization", "must be signed");
    refused(&ask("Gone", ""), "ActionOffline", "no longer served");
}

#[test]
fn garbage_is_refused() {
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
            let mut request = list().sign();
            *request.body_mut() = Body::Whole(Bytes::from_static(body));
            if let Ok(value) = HeaderValue::from_bytes(header.as_bytes()) {
                request.headers_mut().insert("authorization", value);
            }
            assert!(gateway.answer(&request, NOW, ID).result.is_err());
        }
    }
    let empty = Request::new(Body::Whole(Bytes::new()));
    assert!(gateway.answer(&empty, 0, "").result.is_err());
}

#[test]
fn an_answer_is_an_envelope() {
    let gateway = gateway();
    let json = list().answer(&gateway).json();
    assert_eq!(json["Response"]["RequestId"], ID);
    let error = list().header("x-tc-action", "Nothing").answer(&gateway).json();
    assert_eq!(error["Response"]["Error"]["Code"], "InvalidAction");
    assert!(error["Response"]["Error"]["Message"].is_string());
    assert_eq!(error["Response"]["RequestId"], ID);
}

/// The parameters of a call that the account cannot refuse: ids are of things that there are,
/// filters are known, and nothing is chosen that need not be.
fn parameters_of(gateway: &Gateway, spec: &Spec, action: &Action, only_required: bool) -> Value {
    let first = |object: &str, id: &str| {
        let rows = ["cvm", "vpc"].iter().find_map(|s| gateway.account.rows(s, object, "")).unwrap();
        json!(rows[0].values(id).next().unwrap())
    };
    let mut parameters = sample(spec, &action.input, only_required);
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
        let chooses = name.ends_with("Ids") || name == "Filters" || name == "NextToken";
        spec.member(&action.input, name).unwrap().required || !chooses
    });
    parameters
}

/// Every action of every service, with every parameter and with the required ones, is answered as
/// its response object says; and a parameter that is none is refused.
#[test]
fn every_action_answers_as_specified() {
    let catalog = Catalog::read(&[specs::SPECS, &untyped::SPECS].concat()).unwrap();
    let gateway = Gateway::new(catalog, vec![crate::testing::credential()]);
    for spec in gateway.catalog.specs() {
        assert!(!spec.actions.is_empty(), "{} {}", spec.service, spec.version);
        for (name, action) in &spec.actions {
            // What a chat answers is not made from its specification.
            let is_chat = (spec.service.as_str(), name.as_str()) == (chat::SERVICE, chat::ACTION);
            for only_required in [false, true] {
                let mut parameters = parameters_of(&gateway, spec, action, only_required);
                let ask = |parameters: &Value| {
                    let ask = Ask::new(&spec.service, name, parameters);
                    ask.header("x-tc-version", &spec.version).answer(&gateway)
                };
                let answer = ask(&parameters);
                if action.offline {
                    refused(&answer, "ActionOffline", name);
                    continue;
                }
                let members = answer.result.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
                if !is_chat {
                    check(spec, &action.output, &members, name);
                }
                parameters["NoSuchParameter"] = json!(1);
                refused(&ask(&parameters), "UnknownParameter", "`NoSuchParameter`");
            }
        }
    }
}

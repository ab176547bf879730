//! Reading, writing, comparing and printing generated structs, with the fictitious service `trap`
//! that has every special case.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::fmt::Debug;

use tencentcloud_common::Action;
use tencentcloud_common::protocol::model::{Leniency, Model, json};
use tencentcloud_cvm::v20170312::models::{
    DescribeInstanceVncUrlResponse, DescribeKeyPairsResponse, LoginSettings, RunInstancesRequest,
};
use tencentcloud_trap::v20200101::models::{
    Chain, CreateThingRequest, CycleA, CycleB, DescribeScalarsRequest, DescribeScalarsResponse,
    DescribeStdRequest, Echo, Filter,
};
use tencentcloud_vpc::v20170312::models::{
    DescribeVpnConnectionsResponse, DownloadCustomerGatewayConfigurationResponse,
    DownloadVpnGatewaySslClientCertResponse,
};

const SECRET: &str = "PLANTED";

fn lenient<M: Model + Default>(text: &str) -> Result<M, json::ReadError> {
    let mut model = M::default();
    json::from_slice(text.as_bytes(), &mut model, Leniency::Lenient).map(|()| model)
}

fn written(model: &dyn Model) -> String {
    String::from_utf8(json::to_vec(model).unwrap()).unwrap()
}

#[test]
fn known_deviations_of_services_are_read() {
    let text = r#"{
        "Signed": "-12", "Unsigned": 12.0, "Ratio": "0.5", "Flag": "true", "Text": 7,
        "Day": null, "At": true, "AtIso": "", "SignedList": [1, null, "3"], "Ratios": [1, null, 2.5],
        "Texts": ["a", null, 5], "UnsignedList": null, "Flags": "", "New": {"a": [1]}, "RequestId": null
    }"#;
    let response: DescribeScalarsResponse = lenient(text).unwrap();
    assert_eq!(response.signed, Some(-12));
    assert_eq!(response.unsigned, Some(12));
    assert_eq!(response.ratio, Some(0.5));
    assert_eq!(response.flag, Some(true));
    assert_eq!(response.text.as_deref(), Some("7"));
    assert_eq!(response.day, None);
    assert_eq!(response.at.as_deref(), Some("true"));
    assert_eq!(response.at_iso.as_deref(), Some(""));
    assert_eq!(response.signed_list, [1, 3]);
    // A time series keeps the position of a missing value.
    assert!(response.ratios.len() == 3 && response.ratios[1].is_nan());
    assert_eq!(response.texts, ["a", "5"]);
    assert!(response.unsigned_list.is_empty() && response.flags.is_empty());
    assert_eq!(response.request_id, "");
    let empty: DescribeScalarsResponse = lenient(r#"{"Signed": "", "Ratio": " "}"#).unwrap();
    assert_eq!((empty.signed, empty.ratio), (None, None));
}

#[test]
fn invalid_values_are_rejected_with_their_path() {
    let cases = [
        (r#"{"Signed": 9223372036854775808}"#, "Signed: expected a 64-bit integer"),
        (r#"{"Unsigned": -1}"#, "Unsigned: expected an unsigned 64-bit integer"),
        (r#"{"Signed": 1.5}"#, "Signed: expected a 64-bit integer, found a number with a fraction"),
        (
            r#"{"Signed": "abc-secret"}"#,
            "Signed: expected a 64-bit integer, found a string that is not a number",
        ),
        (r#"{"Flag": 2}"#, "Flag: expected a boolean"),
        (r#"{"Texts": ["a", ["b"]]}"#, "Texts[1]: expected a string, found a list"),
        (r#"{"Texts": {}}"#, "Texts: expected a list, found an object"),
        (r#"{"Text": {"a": 1}}"#, "Text: expected a string, found an object"),
        ("[]", "the document: "),
        (r#"{"Text": "a"} x"#, "the document: "),
        (r#"{"Text": "a"#, "Text: "),
    ];
    for (text, expected) in cases {
        let error = lenient::<DescribeScalarsResponse>(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
        assert!(!error.contains("secret"));
    }
    let bottomless = "[".repeat(100_000);
    assert!(lenient::<DescribeScalarsResponse>(&format!("{{\"New\": {bottomless}")).is_err());
}

#[test]
fn strict_reading_accepts_only_the_specified_types() {
    for text in [
        r#"{"Signed": "1"}"#,
        r#"{"Signed": 1.0}"#,
        r#"{"Text": 1}"#,
        r#"{"Texts": [null]}"#,
        r#"{"Ratios": [null]}"#,
        r#"{"Unknown": 1}"#,
        r#"{"Flags": ""}"#,
    ] {
        let mut model = DescribeScalarsResponse::default();
        assert!(json::from_slice(text.as_bytes(), &mut model, Leniency::Strict).is_err(), "{text}");
        assert!(lenient::<DescribeScalarsResponse>(text).is_ok(), "{text}");
    }
    let mut model = DescribeScalarsResponse::default();
    let text = br#"{"Signed": 1, "Ratio": 2, "Texts": [], "Day": null}"#;
    json::from_slice(text, &mut model, Leniency::Strict).unwrap();
}

#[test]
fn absent_empty_and_set_are_three_things_in_a_request() {
    let none: [&str; 0] = [];
    assert_eq!(written(&DescribeScalarsRequest::new()), "{}");
    assert_eq!(written(&DescribeScalarsRequest::new().texts(none)), r#"{"Texts":[]}"#);
    let set = DescribeScalarsRequest::new().texts(["ü\n\"\u{1}"]).signed(i64::MIN).ratio(0.1);
    assert_eq!(
        written(&set),
        r#"{"Signed":-9223372036854775808,"Ratio":0.1,"Texts":["ü\n\"\u0001"]}"#
    );
    let again: DescribeScalarsRequest = lenient(&written(&set)).unwrap();
    assert_eq!(again, set);
    assert_ne!(again, DescribeScalarsRequest::new());
    assert_ne!(DescribeScalarsRequest::new().texts(none), DescribeScalarsRequest::new());
}

#[test]
fn a_float_without_json_representation_is_rejected_by_name() {
    let error = json::to_vec(&DescribeScalarsRequest::new().ratios([1.0, f64::NAN])).unwrap_err();
    assert_eq!(error.path(), "Ratios");
    let error = json::to_vec(&DescribeScalarsRequest::new().ratio(f64::INFINITY)).unwrap_err();
    assert!(error.to_string().starts_with("Ratio: the float is not finite"), "{error}");
}

#[test]
fn recursive_objects_use_boxes_and_lists() {
    let chain = Chain::new().name("a").next(Chain::new().name("b")).rest([Chain::new().name("c")]);
    let text = r#"{"Name":"a","Next":{"Name":"b"},"Rest":[{"Name":"c"}]}"#;
    assert_eq!(written(&chain), text);
    assert_eq!(lenient::<Chain>(text).unwrap(), chain);
    let cycle = CycleA::new().b(CycleB::new().name("b"));
    assert_eq!(lenient::<CycleA>(&written(&cycle)).unwrap(), cycle);
    let echo: Echo = lenient(r#"{"Inner": {"Inner": {"Text": "x"}}}"#).unwrap();
    assert_eq!(echo.inner.unwrap().inner.unwrap().text.as_deref(), Some("x"));
}

#[test]
fn members_and_objects_can_have_any_name() {
    let request = CreateThingRequest::new().new_("n").default_(true).clone_(3_u64).type_id_(1);
    assert_eq!(written(&request), r#"{"New":"n","Default":true,"Clone":3,"TypeId":1}"#);
    assert_eq!(CreateThingRequest::NAME, "CreateThing");
    let text = r#"{"Results":[{}],"Filters":[{"Name":"a"}]}"#;
    let request: DescribeStdRequest = lenient(text).unwrap();
    assert_eq!(request.filters, Some(vec![Filter::new().name("a")]));
    assert_eq!(written(&request), text);
}

#[test]
fn debug_shows_set_members_and_redacts_secrets() {
    let request = CreateThingRequest::new().new_("n").secret_key("abc");
    assert_eq!(format!("{request:?}"), r#"CreateThingRequest { New: "n", SecretKey: ***, .. }"#);
}

#[test]
fn debug_redacts_secrets_at_every_depth() {
    let login = LoginSettings::new().password(SECRET).key_ids(["skey-1"]);
    let run = RunInstancesRequest::new().login_settings(login).user_data(SECRET);
    let keys = r#"{"KeyPairSet": [{"PrivateKey": "PLANTED"}, {"PrivateKey": "PLANTED"}]}"#;
    let keys: DescribeKeyPairsResponse = lenient(keys).unwrap();
    let url: DescribeInstanceVncUrlResponse = lenient(r#"{"InstanceVncUrl": "PLANTED"}"#).unwrap();
    let connections = r#"{"VpnConnectionSet": [{"PreShareKey": "PLANTED"}]}"#;
    let connections: DescribeVpnConnectionsResponse = lenient(connections).unwrap();
    let download = r#"{
        "SslClientConfigsSet": "{\"SslVpnKey\": \"PLANTED\"}",
        "SslClientConfig": [{"SslVpnKey": "PLANTED", "SslVpnClientConfiguration": "PLANTED"}]
    }"#;
    let download: DownloadVpnGatewaySslClientCertResponse = lenient(download).unwrap();
    let configuration = r#"{"CustomerGatewayConfiguration": "PLANTED"}"#;
    let configuration: DownloadCustomerGatewayConfigurationResponse =
        lenient(configuration).unwrap();
    let models: [(&dyn Debug, usize); 7] = [
        (&keys, 2),
        (&run, 2),
        (&Some(vec![run.clone()]), 2),
        (&url, 1),
        (&connections, 1),
        (&download, 3),
        (&configuration, 1),
    ];
    for (model, count) in models {
        for text in [format!("{model:?}"), format!("{model:#?}")] {
            assert!(!text.contains(SECRET), "{text}");
            assert_eq!(text.matches("***").count(), count, "{text}");
        }
    }
    // What is not a secret is shown.
    assert!(format!("{run:?}").contains(r#"KeyIds: ["skey-1"]"#), "{run:?}");
}

#[test]
fn serde_uses_the_spelling_of_the_api() {
    let chain = Chain::new().name("a").next(Chain::new().name("b"));
    let text = serde_json::to_string(&chain).unwrap();
    assert_eq!(text, r#"{"Name":"a","Next":{"Name":"b"}}"#);
    assert_eq!(serde_json::from_str::<Chain>(&text).unwrap(), chain);
    assert_eq!(
        serde_json::from_value::<Chain>(serde_json::to_value(&chain).unwrap()).unwrap(),
        chain
    );
}

#[test]
fn numbers_do_not_depend_on_features_of_serde_json() {
    use serde::Deserialize as _;
    use serde::de::value::{Error, MapDeserializer};
    // The representation of a number with the feature `arbitrary_precision`.
    let number = std::collections::BTreeMap::from([("$serde_json::private::Number", "12")]);
    let document = MapDeserializer::<_, Error>::new(
        [("Signed", number.clone()), ("Ratio", number.clone()), ("Text", number)].into_iter(),
    );
    let response = DescribeScalarsResponse::deserialize(document).unwrap();
    assert_eq!((response.signed, response.ratio), (Some(12), Some(12.0)));
    assert_eq!(response.text.as_deref(), Some("12"));
}

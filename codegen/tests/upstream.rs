//! Converts upstream specifications.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use tencentcloud_codegen::spec::{ObjectKind, Status, Usage};
use tencentcloud_codegen::{ErrorKind, spec, upstream};

/// File of the upstream package with the irregularities that occur there.
const API: &str = include_str!("data/upstream.json");

/// The same specification in the committed form.
const FACTS: &str = include_str!("data/upstream_facts.json");

#[test]
fn only_the_facts_are_kept() {
    let spec = upstream::read("demo", "2020-01-01", API).unwrap();
    assert_eq!(spec::write(&spec), FACTS);
    assert_eq!(spec::read("demo", "2020-01-01", FACTS).unwrap(), spec);
}

#[test]
fn every_flag_is_read() {
    let spec = upstream::read("demo", "2020-01-01", API).unwrap();
    assert_eq!(spec.service, "dm");
    assert_eq!(spec.actions["Create"].status, None);
    assert_eq!(spec.actions["Login"].status, Some(Status::Online));
    assert!(spec.actions["Login"].skip_sign);
    let request = &spec.objects["CreateRequest"];
    assert_eq!(request.kind, ObjectKind::Request);
    let required: Vec<bool> = request.members.iter().map(|member| member.required).collect();
    assert_eq!(required, [true, false, true, false], "1, 0, true, false");
    assert!(request.members[3].disabled);
    let part = &spec.objects["Part"];
    assert_eq!(part.kind, ObjectKind::Struct(Usage::Out));
    assert!(part.members[0].output_required && part.members[0].value_allowed_null);
}

#[test]
fn malformed_input_is_rejected_with_the_location() {
    let cases = [
        (r#""required": 1,"#, r#""required": 2,"#, "object `CreateRequest`, member `Name`: "),
        (r#""required": 1,"#, r#""required": "yes","#, "object `CreateRequest`, member `Name`: "),
        (r#""disabled": true,"#, r#""hidden": true,"#, "object `CreateRequest`, member `Old`: "),
        (r#""input": "CreateRequest","#, "", "action `Create`: "),
        (r#""usage": "out""#, r#""usage": "sideways""#, "object `Part`: "),
        (r#""usage": "out""#, r#""usage": "out", "type": "object""#, "got both"),
        (r#", "usage": "out""#, "", "missing key: expected `type` or `usage`"),
        (r#""usage": "out""#, r#""type": "object""#, "object `Part`: "),
        (r#""metadata""#, r#""meta""#, "demo 2020-01-01: "),
        (r#""objects""#, r#""objects": {}, "objects""#, "demo 2020-01-01: "),
    ];
    for (valid, invalid, expected) in cases {
        let text = API.replacen(valid, invalid, 1);
        assert_ne!(text, API, "{valid}");
        let error = upstream::read("demo", "2020-01-01", &text).unwrap_err();
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
        assert!(message.starts_with("demo 2020-01-01"), "{message}");
    }
    let error = upstream::read("demo", "2020-01-01", "<html>").unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Malformed(_)));
}

#[test]
fn a_file_in_the_folder_of_another_version_is_rejected() {
    let error = upstream::read("demo", "2021-01-01", API).unwrap_err();
    assert_eq!(error.kind, ErrorKind::VersionMismatch("2020-01-01".into()));
}

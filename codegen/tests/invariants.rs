//! Rules that every known specification follows, and the errors for violations.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::{add_action, add_object, add_struct, ask, empty, many, member, one, text};
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::spec::{ObjectKind, Spec};
use tencentcloud_codegen::{PackageKind, generate};

/// Asserts that a specification is rejected with this message.
#[track_caller]
fn assert_rejected(spec: &Spec, message: &str) {
    assert_rejected_all(std::slice::from_ref(spec), message);
}

#[track_caller]
fn assert_rejected_all(specs: &[Spec], message: &str) {
    let error = Service::new(specs).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(generate(specs, &PackageKind::Internal).unwrap_err(), error);
}

#[test]
fn a_member_of_an_unknown_object() {
    assert_rejected(
        &ask(&[one("Part", "Part")], &[]),
        "demo 2020-01-01, object `AskRequest`, member `Part`: unknown object `Part`: expected an \
         object of the same specification",
    );
}

#[test]
fn an_action_with_an_unknown_object() {
    let mut spec = ask(&[], &[]);
    spec.objects.remove("AskResponse");
    assert_rejected(
        &spec,
        "demo 2020-01-01, action `Ask`: unknown object `AskResponse`: expected an object of the \
         same specification",
    );
}

#[test]
fn an_unused_struct() {
    let mut spec = ask(&[], &[]);
    // A reference to itself does not count.
    add_struct(&mut spec, "Lost", &[many("Children", "Lost")]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, object `Lost`: unused object: expected an action to refer to it, \
         directly or through other objects",
    );
}

#[test]
fn an_unused_request_object() {
    let mut spec = ask(&[], &[]);
    add_object(&mut spec, "LostRequest", ObjectKind::Request, &[]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, object `LostRequest`: unused object: expected an action to refer to \
         it, directly or through other objects",
    );
}

#[test]
fn two_actions_that_share_an_object() {
    let mut spec = ask(&[], &[]);
    add_action(&mut spec, "Beg", &[], &[]);
    spec.actions.get_mut("Beg").unwrap().input = "AskRequest".into();
    assert_rejected(
        &spec,
        "demo 2020-01-01, action `Beg`: the object `AskRequest` already belongs to the action `Ask`: \
         expected separate request and response objects for each action",
    );
}

#[test]
fn one_object_as_request_and_response() {
    let mut spec = ask(&[], &[]);
    spec.actions.get_mut("Ask").unwrap().output = "AskRequest".into();
    assert_rejected(
        &spec,
        "demo 2020-01-01, action `Ask`: the object `AskRequest` already belongs to the action `Ask`: \
         expected separate request and response objects for each action",
    );
}

#[test]
fn a_request_object_that_is_not_named_after_its_action() {
    let mut spec = ask(&[], &[]);
    add_object(&mut spec, "AskReq", ObjectKind::Request, &[]);
    spec.objects.remove("AskRequest");
    spec.actions.get_mut("Ask").unwrap().input = "AskReq".into();
    assert_rejected(
        &spec,
        "demo 2020-01-01, action `Ask`: unexpected name `AskReq` of the request object: expected \
         `AskRequest`",
    );
}

#[test]
fn an_object_whose_kind_differs_from_its_use() {
    let mut spec = ask(&[], &[]);
    add_struct(&mut spec, "AskRequest", &[]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, object `AskRequest`: the object is declared as a struct, but used as a \
         request",
    );
}

#[test]
fn a_request_as_a_member() {
    assert_rejected(
        &ask(&[], &[one("Echo", "AskRequest")]),
        "demo 2020-01-01, object `AskResponse`, member `Echo`: invalid type `AskRequest`: the \
         request or response of an action cannot be a member",
    );
}

#[test]
fn a_duplicate_member() {
    assert_rejected(
        &ask(&[text("Name"), text("Name")], &[]),
        "demo 2020-01-01, object `AskRequest`, member `Name`: duplicate member: an object can \
         have only one member of this name",
    );
}

#[test]
fn a_response_without_a_request_id() {
    let mut spec = ask(&[], &[]);
    add_object(
        &mut spec,
        "AskResponse",
        ObjectKind::Response,
        &[member("RequestId", "int", "int64")],
    );
    assert_rejected(
        &spec,
        "demo 2020-01-01, object `AskResponse`: missing member `RequestId`: expected a string member \
         of this name in each response",
    );
}

#[test]
fn an_object_with_the_name_of_a_scalar() {
    for name in ["string", "int64", "datetime_iso", "binary", "list", "u64"] {
        let mut spec = ask(&[one("Part", name)], &[]);
        add_struct(&mut spec, name, &[]);
        assert_rejected(
            &spec,
            &format!(
                "demo 2020-01-01, object `{name}`: reserved object name: a scalar type has the \
                 same name"
            ),
        );
    }
}

#[test]
fn object_names_that_differ_only_in_case() {
    let mut spec = ask(&[one("A", "VpcInfo"), one("B", "VPCInfo")], &[]);
    add_struct(&mut spec, "VpcInfo", &[]);
    add_struct(&mut spec, "VPCInfo", &[]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, object `VpcInfo`: the name differs from `VPCInfo` only in letter case",
    );
}

#[test]
fn action_names_that_differ_only_in_case() {
    let mut spec = empty();
    add_action(&mut spec, "GetURL", &[], &[]);
    add_action(&mut spec, "GetUrl", &[], &[]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, action `GetUrl`: the name differs from `GetURL` only in letter case",
    );
}

#[test]
fn an_unknown_type() {
    for (kind, element) in [
        ("int", "int32"),
        ("map", "string"),
        ("string", "time"),
        ("list", "datetime"),
        ("list", "binary"),
        ("list", "list"),
    ] {
        assert_rejected(
            &ask(&[member("Odd", kind, element)], &[]),
            &format!(
                "demo 2020-01-01, object `AskRequest`, member `Odd`: unknown type \
                 `{kind}`/`{element}`: add it to `codegen/src/model/types.rs`"
            ),
        );
    }
}

#[test]
fn names_that_are_not_rust_names() {
    for name in ["", "Two Words", "1st", "A.B", "Größe", "A_B"] {
        assert_rejected(
            &ask(&[text(name)], &[]),
            &format!(
                "demo 2020-01-01, object `AskRequest`, member `{name}`: invalid name `{name}`: \
                 expected ASCII letters and digits, starting with a letter"
            ),
        );
    }
    let mut spec = empty();
    add_action(&mut spec, "Do-It", &[], &[]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, action `Do-It`: invalid name `Do-It`: expected ASCII letters and digits, \
         starting with a letter",
    );
}

#[test]
fn an_invalid_service_or_version() {
    let spec = Spec { directory: "Demo-1".into(), ..empty() };
    assert_rejected(
        &spec,
        "Demo-1 2020-01-01: invalid service name `Demo-1`: expected lower-case ASCII letters and \
         digits, starting with a letter",
    );
    for version in ["2020-1-1", "20200101", "2020-01-01-01", "year-01-01"] {
        let spec = Spec { version: version.into(), ..empty() };
        assert_rejected(
            &spec,
            &format!(
                "demo {version}: invalid version `{version}`: expected `YYYY-MM-DD`, such as \
                 `2017-03-12`"
            ),
        );
    }
}

#[test]
fn no_version_and_a_duplicate_version() {
    let error = Service::new(&[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the service has no specification: add one with `cargo xtask add SERVICE`"
    );
    assert_rejected_all(
        &[ask(&[], &[]), ask(&[], &[])],
        "demo 2020-01-01: duplicate version: remove one of the two specifications",
    );
    let other = Spec { directory: "other".into(), ..ask(&[], &[]) };
    assert_rejected_all(
        &[ask(&[], &[]), other],
        "other 2020-01-01: unexpected service: expected a version of `demo`; generate one service at a time",
    );
}

#[test]
fn objects_with_the_same_rust_name() {
    let mut spec = ask(&[one("A", "Topic_Info"), one("B", "TopicInfo")], &[]);
    add_struct(&mut spec, "Topic_Info", &[]);
    add_struct(&mut spec, "TopicInfo", &[]);
    assert_rejected(
        &spec,
        "demo 2020-01-01, object `Topic_Info`: `TopicInfo` and `Topic_Info` have the same Rust \
         name `TopicInfo`",
    );
}

#[test]
fn a_member_named_like_another_with_its_suffix() {
    let deprecated = support::disabled(text("CASE"));
    assert_rejected(
        &ask(&[text("Case"), deprecated, text("CaseDeprecated")], &[]),
        "demo 2020-01-01, object `AskRequest`, member `CaseDeprecated`: `CASE` and \
         `CaseDeprecated` have the same Rust name `case_deprecated`",
    );
}

#[test]
fn an_action_named_like_a_method_of_every_client() {
    for (action, method) in [
        ("New", "new"),
        ("WithProfile", "with_profile"),
        ("WithCredential", "with_credential"),
        ("Builder", "builder"),
        ("InRegion", "in_region"),
        ("Call", "call"),
        ("Clone", "clone"),
        ("From", "from"),
        ("Into", "into"),
    ] {
        let mut spec = empty();
        add_action(&mut spec, action, &[], &[]);
        assert_rejected(
            &spec,
            &format!(
                "demo 2020-01-01, action `{action}`: reserved method name `{method}`: every \
                 client has a method of this name"
            ),
        );
    }
}

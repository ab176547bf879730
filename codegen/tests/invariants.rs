//! What every known specification keeps to, and what happens when one does not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::{add_action, add_object, add_part, ask, empty, many, member, one, text};
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::spec::{ObjectKind, Spec};
use tencentcloud_codegen::{Publish, generate};

/// Refused, with exactly this message.
#[track_caller]
fn refused(spec: &Spec, message: &str) {
    refused_all(std::slice::from_ref(spec), message);
}

#[track_caller]
fn refused_all(specs: &[Spec], message: &str) {
    let error = Service::new(specs).unwrap_err();
    assert_eq!(error.to_string(), message);
    assert_eq!(generate(specs, Publish::No).unwrap_err(), error);
}

#[test]
fn a_member_of_an_unknown_object() {
    refused(
        &ask(&[one("Part", "Part")], &[]),
        "demo 2020-01-01, object `AskRequest`, member `Part`: refers to the object `Part`, which \
         the specification does not hold",
    );
}

#[test]
fn an_action_with_an_unknown_object() {
    let mut spec = ask(&[], &[]);
    spec.objects.remove("AskResponse");
    refused(
        &spec,
        "demo 2020-01-01, action `Ask`: refers to the object `AskResponse`, which the \
         specification does not hold",
    );
}

#[test]
fn a_struct_that_nothing_refers_to() {
    let mut spec = ask(&[], &[]);
    // It refers to itself, which is not enough.
    add_part(&mut spec, "Lost", &[many("Children", "Lost")]);
    refused(
        &spec,
        "demo 2020-01-01, object `Lost`: no action refers to this object, neither directly nor \
         through another object",
    );
}

#[test]
fn a_request_object_that_no_action_has() {
    let mut spec = ask(&[], &[]);
    add_object(&mut spec, "LostRequest", ObjectKind::Request, &[]);
    refused(
        &spec,
        "demo 2020-01-01, object `LostRequest`: no action refers to this object, neither directly \
         nor through another object",
    );
}

#[test]
fn two_actions_with_one_object() {
    let mut spec = ask(&[], &[]);
    add_action(&mut spec, "Beg", &[], &[]);
    spec.actions.get_mut("Beg").unwrap().input = "AskRequest".into();
    refused(
        &spec,
        "demo 2020-01-01, action `Beg`: uses `AskRequest`, which the action `Ask` uses as well",
    );
}

#[test]
fn one_object_as_request_and_response() {
    let mut spec = ask(&[], &[]);
    spec.actions.get_mut("Ask").unwrap().output = "AskRequest".into();
    refused(
        &spec,
        "demo 2020-01-01, action `Ask`: uses `AskRequest`, which the action `Ask` uses as well",
    );
}

#[test]
fn an_object_that_is_not_called_after_its_action() {
    let mut spec = ask(&[], &[]);
    add_object(&mut spec, "AskReq", ObjectKind::Request, &[]);
    spec.objects.remove("AskRequest");
    spec.actions.get_mut("Ask").unwrap().input = "AskReq".into();
    refused(
        &spec,
        "demo 2020-01-01, action `Ask`: the request object is called `AskReq` and not `AskRequest`",
    );
}

#[test]
fn an_object_of_another_kind_than_its_use() {
    let mut spec = ask(&[], &[]);
    add_part(&mut spec, "AskRequest", &[]);
    refused(
        &spec,
        "demo 2020-01-01, object `AskRequest`: is declared as struct but used as request",
    );
}

#[test]
fn a_request_as_a_member() {
    refused(
        &ask(&[], &[one("Echo", "AskRequest")]),
        "demo 2020-01-01, object `AskResponse`, member `Echo`: is of the type `AskRequest`, which \
         is the request or response of an action",
    );
}

#[test]
fn a_member_that_is_there_twice() {
    refused(
        &ask(&[text("Name"), text("Name")], &[]),
        "demo 2020-01-01, object `AskRequest`, member `Name`: the object has this member twice",
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
    refused(
        &spec,
        "demo 2020-01-01, object `AskResponse`: the response has no string member `RequestId`",
    );
}

#[test]
fn an_object_called_like_a_scalar() {
    for name in ["string", "int64", "datetime_iso", "binary", "list", "u64"] {
        let mut spec = ask(&[one("Part", name)], &[]);
        add_part(&mut spec, name, &[]);
        refused(
            &spec,
            &format!(
                "demo 2020-01-01, object `{name}`: an object must not be called like a scalar type"
            ),
        );
    }
}

#[test]
fn objects_that_differ_by_case_only() {
    let mut spec = ask(&[one("A", "VpcInfo"), one("B", "VPCInfo")], &[]);
    add_part(&mut spec, "VpcInfo", &[]);
    add_part(&mut spec, "VPCInfo", &[]);
    refused(&spec, "demo 2020-01-01, object `VpcInfo`: differs from `VPCInfo` by case only");
}

#[test]
fn actions_that_differ_by_case_only() {
    let mut spec = empty();
    add_action(&mut spec, "GetURL", &[], &[]);
    add_action(&mut spec, "GetUrl", &[], &[]);
    refused(&spec, "demo 2020-01-01, action `GetUrl`: differs from `GetURL` by case only");
}

#[test]
fn a_type_that_is_not_known() {
    for (kind, element) in [
        ("int", "int32"),
        ("map", "string"),
        ("string", "time"),
        ("list", "datetime"),
        ("list", "binary"),
        ("list", "list"),
    ] {
        refused(
            &ask(&[member("Odd", kind, element)], &[]),
            &format!(
                "demo 2020-01-01, object `AskRequest`, member `Odd`: has the unknown type \
                 `{kind}`/`{element}`; teach `codegen/src/model/value.rs`"
            ),
        );
    }
}

#[test]
fn names_that_cannot_be_rust() {
    for name in ["", "Two Words", "1st", "A.B", "Größe", "A_B"] {
        refused(
            &ask(&[text(name)], &[]),
            &format!(
                "demo 2020-01-01, object `AskRequest`, member `{name}`: `{name}` is not a name of \
                 letters and digits"
            ),
        );
    }
    let mut spec = empty();
    add_action(&mut spec, "Do-It", &[], &[]);
    refused(&spec, "demo 2020-01-01, action `Do-It`: `Do-It` is not a name of letters and digits");
}

#[test]
fn a_service_or_version_that_cannot_be_a_name() {
    let spec = Spec { directory: "Demo-1".into(), ..empty() };
    refused(&spec, "Demo-1 2020-01-01: `Demo-1` is not a service, which has small letters only");
    for version in ["2020-1-1", "20200101", "2020-01-01-01", "year-01-01"] {
        let spec = Spec { version: version.into(), ..empty() };
        refused(
            &spec,
            &format!("demo {version}: `{version}` is not a version such as `2017-03-12`"),
        );
    }
}

#[test]
fn no_version_and_a_version_twice() {
    let error = Service::new(&[]).unwrap_err();
    assert!(error.to_string().contains("the service has no version"), "{error}");
    refused_all(
        &[ask(&[], &[]), ask(&[], &[])],
        "demo 2020-01-01: the version is there twice; remove one of the two",
    );
    let other = Spec { directory: "other".into(), ..ask(&[], &[]) };
    refused_all(
        &[ask(&[], &[]), other],
        "other 2020-01-01: `other` is not a version of the same service",
    );
}

#[test]
fn objects_that_would_be_one_type() {
    let mut spec = ask(&[one("A", "Topic_Info"), one("B", "TopicInfo")], &[]);
    add_part(&mut spec, "Topic_Info", &[]);
    add_part(&mut spec, "TopicInfo", &[]);
    refused(
        &spec,
        "demo 2020-01-01, object `Topic_Info`: `TopicInfo` and `Topic_Info` would both be called \
         `TopicInfo` in Rust",
    );
}

#[test]
fn a_member_that_is_called_like_another_with_its_suffix() {
    let deprecated = support::disabled(text("CASE"));
    refused(
        &ask(&[text("Case"), deprecated, text("CaseDeprecated")], &[]),
        "demo 2020-01-01, object `AskRequest`, member `CaseDeprecated`: `CASE` and \
         `CaseDeprecated` would both be called `case_deprecated` in Rust",
    );
}

#[test]
fn an_action_that_would_hide_a_method_of_every_client() {
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
        refused(
            &spec,
            &format!(
                "demo 2020-01-01, action `{action}`: would be the method `{method}`, which every \
                 client has for another purpose"
            ),
        );
    }
}

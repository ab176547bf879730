//! The model derives usage, recursion and names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::{
    add_action, add_struct, ask, disabled, empty, many, member, member_of, model, object, one, text,
};
use tencentcloud_codegen::model::{Element, Role, Scalar, Service};
use tencentcloud_codegen::spec::{self, ObjectKind, Spec, Usage};

#[test]
fn usage_is_derived_and_not_taken_from_the_specification() {
    let mut spec = ask(&[one("A", "Sent")], &[many("B", "Returned")]);
    add_struct(&mut spec, "Sent", &[many("Deep", "Deep"), one("Shared", "Shared")]);
    add_struct(&mut spec, "Deep", &[]);
    add_struct(&mut spec, "Returned", &[one("Shared", "Shared")]);
    add_struct(&mut spec, "Shared", &[]);
    // The specification states the opposite.
    spec.objects.get_mut("Sent").unwrap().kind = ObjectKind::Struct(Usage::Out);
    spec.objects.get_mut("Returned").unwrap().kind = ObjectKind::Struct(Usage::In);
    let model = model(&spec);
    let usage = |name| {
        let object = object(&model, name);
        (object.in_requests, object.in_responses)
    };
    assert_eq!(usage("AskRequest"), (true, false));
    assert_eq!(usage("AskResponse"), (false, true));
    assert_eq!(usage("Sent"), (true, false));
    assert_eq!(usage("Deep"), (true, false));
    assert_eq!(usage("Returned"), (false, true));
    assert_eq!(usage("Shared"), (true, true));
}

#[test]
fn members_are_required_only_in_requests() {
    let required = |name| spec::Member { required: true, ..text(name) };
    let mut spec = ask(&[one("A", "Sent")], &[one("B", "Returned")]);
    add_struct(&mut spec, "Sent", &[required("Id")]);
    add_struct(&mut spec, "Returned", &[required("Id")]);
    let model = model(&spec);
    assert!(member_of(&model, "Sent", "Id").required);
    assert!(!member_of(&model, "Returned", "Id").required);
}

/// Returns the boxed members of a specification as `Object.Member`.
fn boxed(spec: &Spec) -> Vec<String> {
    let model = model(spec);
    let members = model.objects.iter().flat_map(|object| {
        let boxed = object.members.iter().filter(|member| member.boxed);
        boxed.map(|member| format!("{}.{}", object.api_name, member.api_name))
    });
    members.collect()
}

#[test]
fn a_recursive_member_is_boxed() {
    let mut spec = ask(&[one("Chain", "Chain")], &[]);
    add_struct(&mut spec, "Chain", &[one("Next", "Chain"), many("Rest", "Chain")]);
    assert_eq!(boxed(&spec), ["Chain.Next"]);
}

#[test]
fn only_members_of_a_cycle_are_boxed() {
    let mut spec = ask(&[one("A", "A")], &[]);
    add_struct(&mut spec, "A", &[one("B", "B"), one("Leaf", "Leaf")]);
    add_struct(&mut spec, "B", &[one("C", "C")]);
    add_struct(&mut spec, "C", &[one("A", "A"), one("Leaf", "Leaf"), many("Bs", "B")]);
    add_struct(&mut spec, "Leaf", &[]);
    assert_eq!(boxed(&spec), ["A.B", "B.C", "C.A"]);
}

#[test]
fn a_list_breaks_a_cycle() {
    let mut spec = ask(&[one("Key", "Key")], &[]);
    add_struct(&mut spec, "Key", &[one("Value", "Value")]);
    add_struct(&mut spec, "Value", &[many("Keys", "Key")]);
    assert!(boxed(&spec).is_empty());
}

/// Returns the field names of a request with these members.
fn fields(members: &[spec::Member]) -> Vec<String> {
    let model = model(&ask(members, &[]));
    object(&model, "AskRequest").members.iter().map(|it| it.field.to_string()).collect()
}

#[test]
fn of_two_members_with_one_name_the_active_one_keeps_it() {
    assert_eq!(
        fields(&[disabled(text("CaseID")), text("CaseId")]),
        ["case_id_deprecated", "case_id"]
    );
    assert_eq!(
        fields(&[text("CaseID"), disabled(text("CaseId"))]),
        ["case_id", "case_id_deprecated"]
    );
    assert_eq!(fields(&[text("CaseID"), text("CaseId")]), ["case_id", "case_id_2"]);
    let both = [disabled(text("CaseID")), disabled(text("CaseId"))];
    assert_eq!(fields(&both), ["case_id", "case_id_deprecated"]);
}

#[test]
fn more_than_two_members_with_one_name_are_numbered() {
    let names = ["AIPv6", "AIpV6", "AIPV6"];
    assert_eq!(fields(&names.map(text)), ["a_ipv6", "a_ipv6_2", "a_ipv6_3"]);
    let all = [text("AIPv6"), disabled(text("AIpV6")), disabled(text("AIPV6"))];
    assert_eq!(fields(&all), ["a_ipv6", "a_ipv6_deprecated", "a_ipv6_deprecated_2"]);
}

#[test]
fn setters_do_not_hide_methods_of_every_struct() {
    let names = [
        "New",
        "Default",
        "Clone",
        "CloneFrom",
        "CloneInto",
        "Eq",
        "Ne",
        "Fmt",
        "Into",
        "TryInto",
        "From",
        "Borrow",
        "BorrowMut",
        "ToOwned",
        "TypeId",
        "Type",
        "Super",
        "Error",
        "Hash",
    ];
    let model = model(&ask(&names.map(text), &[]));
    let setters: Vec<String> =
        object(&model, "AskRequest").members.iter().map(|it| it.setter.to_string()).collect();
    assert_eq!(
        setters,
        [
            "new_",
            "default_",
            "clone_",
            "clone_from_",
            "clone_into_",
            "eq_",
            "ne_",
            "fmt_",
            "into_",
            "try_into_",
            "from_",
            "borrow_",
            "borrow_mut_",
            "to_owned_",
            "type_id_",
            "r#type",
            "super_",
            "error",
            "hash",
        ]
    );
    assert_eq!(member_of(&model, "AskRequest", "New").field.to_string(), "new");
}

#[test]
fn only_the_request_id_of_a_response_is_moved_to_the_end() {
    let mut spec = ask(&[text("RequestId")], &[one("Part", "Part")]);
    add_struct(&mut spec, "Part", &[text("RequestId"), text("Name")]);
    spec.objects.get_mut("AskResponse").unwrap().members.reverse();
    let model = model(&spec);
    let response = object(&model, "AskResponse");
    assert_eq!(response.members.last().unwrap().api_name, "RequestId");
    assert!(response.members.last().unwrap().is_request_id);
    assert!(!member_of(&model, "AskRequest", "RequestId").is_request_id);
    assert!(!member_of(&model, "Part", "RequestId").is_request_id);
    assert_eq!(object(&model, "Part").members[0].api_name, "RequestId", "not moved");
}

#[test]
fn every_type_is_known() {
    let cases = [
        ("string", "string", Scalar::String),
        ("string", "date", Scalar::Date),
        ("string", "datetime", Scalar::DateTime),
        ("string", "datetime_iso", Scalar::DateTimeIso),
        ("int", "int64", Scalar::Int64),
        ("int", "uint64", Scalar::Uint64),
        ("bool", "bool", Scalar::Bool),
        ("float", "float", Scalar::Float),
        ("binary", "binary", Scalar::Binary),
        ("list", "string", Scalar::String),
        ("list", "int64", Scalar::Int64),
        ("list", "uint64", Scalar::Uint64),
        ("list", "float", Scalar::Float),
        ("list", "bool", Scalar::Bool),
    ];
    for (kind, element, scalar) in cases {
        let model = model(&ask(&[member("It", kind, element)], &[]));
        let ty = &member_of(&model, "AskRequest", "It").ty;
        assert_eq!(ty.element, Element::Scalar(scalar), "{kind}/{element}");
        assert_eq!(ty.list, kind == "list");
    }
}

#[test]
fn the_kind_of_an_object_decides_its_role_and_not_its_name() {
    let mut spec = ask(&[one("Options", "OptionsRequest")], &[one("Acl", "AclResponse")]);
    add_struct(&mut spec, "OptionsRequest", &[]);
    add_struct(&mut spec, "AclResponse", &[text("RequestId")]);
    let model = model(&spec);
    assert_eq!(object(&model, "OptionsRequest").role, Role::Struct);
    assert_eq!(object(&model, "AclResponse").role, Role::Struct);
    assert!(matches!(object(&model, "AskRequest").role, Role::Request(_)));
}

#[test]
fn the_directory_names_the_crate_and_the_short_name_is_signed() {
    let spec = Spec { directory: "autoscaling".into(), service: "as".into(), ..ask(&[], &[]) };
    let service = Service::new(&[spec]).unwrap();
    assert_eq!(service.package(), "tencentcloud-autoscaling");
    assert_eq!(service.client.to_string(), "AutoscalingClient");
    assert_eq!(service.versions[0].service, "as");
}

#[test]
fn versions_are_sorted_oldest_first() {
    let newer = Spec { version: "2021-02-02".into(), ..ask(&[], &[]) };
    let service = Service::new(&[newer, ask(&[], &[])]).unwrap();
    let modules: Vec<String> =
        service.versions.iter().map(|version| version.module.to_string()).collect();
    assert_eq!(modules, ["v20200101", "v20210202"]);
}

#[test]
fn methods_may_be_keywords() {
    let mut spec = empty();
    add_action(&mut spec, "Match", &[], &[]);
    add_action(&mut spec, "Super", &[], &[]);
    let model = model(&spec);
    let methods: Vec<String> = model.actions.iter().map(|it| it.method.to_string()).collect();
    assert_eq!(methods, ["r#match", "super_"]);
}

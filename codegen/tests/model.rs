//! What the model works out: directions, recursion, names.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::{
    add_action, add_part, ask, disabled, empty, many, member, member_of, model, object, one, text,
};
use tencentcloud_codegen::model::{Element, Role, Scalar, Service};
use tencentcloud_codegen::spec::{self, ObjectKind, Spec, Usage};

#[test]
fn directions_are_worked_out_and_not_believed() {
    let mut spec = ask(&[one("A", "Sent")], &[many("B", "Returned")]);
    add_part(&mut spec, "Sent", &[many("Deep", "Deep"), one("Shared", "Shared")]);
    add_part(&mut spec, "Deep", &[]);
    add_part(&mut spec, "Returned", &[one("Shared", "Shared")]);
    add_part(&mut spec, "Shared", &[]);
    // The specification says the opposite.
    spec.objects.get_mut("Sent").unwrap().kind = ObjectKind::Struct(Usage::Out);
    spec.objects.get_mut("Returned").unwrap().kind = ObjectKind::Struct(Usage::In);
    let model = model(&spec);
    let direction = |name| {
        let object = object(&model, name);
        (object.sent, object.returned)
    };
    assert_eq!(direction("AskRequest"), (true, false));
    assert_eq!(direction("AskResponse"), (false, true));
    assert_eq!(direction("Sent"), (true, false));
    assert_eq!(direction("Deep"), (true, false));
    assert_eq!(direction("Returned"), (false, true));
    assert_eq!(direction("Shared"), (true, true));
}

#[test]
fn required_counts_only_where_something_is_sent() {
    let required = |name| spec::Member { required: true, ..text(name) };
    let mut spec = ask(&[one("A", "Sent")], &[one("B", "Returned")]);
    add_part(&mut spec, "Sent", &[required("Id")]);
    add_part(&mut spec, "Returned", &[required("Id")]);
    let model = model(&spec);
    assert!(member_of(&model, "Sent", "Id").required);
    assert!(!member_of(&model, "Returned", "Id").required);
}

/// The boxed members of a specification, as `Object.Member`.
fn boxed(spec: &Spec) -> Vec<String> {
    let model = model(spec);
    let members = model.objects.iter().flat_map(|object| {
        let boxed = object.members.iter().filter(|member| member.boxed);
        boxed.map(|member| format!("{}.{}", object.wire, member.wire))
    });
    members.collect()
}

#[test]
fn an_object_that_holds_itself_is_boxed() {
    let mut spec = ask(&[one("Chain", "Chain")], &[]);
    add_part(&mut spec, "Chain", &[one("Next", "Chain"), many("Rest", "Chain")]);
    assert_eq!(boxed(&spec), ["Chain.Next"]);
}

#[test]
fn every_member_of_a_cycle_is_boxed_and_no_other() {
    let mut spec = ask(&[one("A", "A")], &[]);
    add_part(&mut spec, "A", &[one("B", "B"), one("Leaf", "Leaf")]);
    add_part(&mut spec, "B", &[one("C", "C")]);
    add_part(&mut spec, "C", &[one("A", "A"), one("Leaf", "Leaf"), many("Bs", "B")]);
    add_part(&mut spec, "Leaf", &[]);
    assert_eq!(boxed(&spec), ["A.B", "B.C", "C.A"]);
}

#[test]
fn a_list_ends_a_cycle() {
    let mut spec = ask(&[one("Key", "Key")], &[]);
    add_part(&mut spec, "Key", &[one("Value", "Value")]);
    add_part(&mut spec, "Value", &[many("Keys", "Key")]);
    assert!(boxed(&spec).is_empty());
}

/// The fields of a request with these members.
fn fields(members: &[spec::Member]) -> Vec<String> {
    let model = model(&ask(members, &[]));
    object(&model, "AskRequest").members.iter().map(|it| it.field.to_string()).collect()
}

#[test]
fn of_two_members_the_one_in_use_keeps_the_name() {
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
fn more_than_two_members_are_counted() {
    let names = ["AIPv6", "AIpV6", "AIPV6"];
    assert_eq!(fields(&names.map(text)), ["a_ipv6", "a_ipv6_2", "a_ipv6_3"]);
    let all = [text("AIPv6"), disabled(text("AIpV6")), disabled(text("AIPV6"))];
    assert_eq!(fields(&all), ["a_ipv6", "a_ipv6_deprecated", "a_ipv6_deprecated_2"]);
}

#[test]
fn setters_leave_the_methods_of_every_struct_alone() {
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
fn the_request_id_is_last_and_only_in_responses() {
    let mut spec = ask(&[text("RequestId")], &[one("Part", "Part")]);
    add_part(&mut spec, "Part", &[text("RequestId"), text("Name")]);
    spec.objects.get_mut("AskResponse").unwrap().members.reverse();
    let model = model(&spec);
    let response = object(&model, "AskResponse");
    assert_eq!(response.members.last().unwrap().wire, "RequestId");
    assert!(response.members.last().unwrap().request_id);
    assert!(!member_of(&model, "AskRequest", "RequestId").request_id);
    assert!(!member_of(&model, "Part", "RequestId").request_id);
    assert_eq!(object(&model, "Part").members[0].wire, "RequestId", "not moved");
}

#[test]
fn every_type_has_its_value() {
    let cases = [
        ("string", "string", Scalar::Text),
        ("string", "date", Scalar::Date),
        ("string", "datetime", Scalar::DateTime),
        ("string", "datetime_iso", Scalar::DateTimeIso),
        ("int", "int64", Scalar::Signed),
        ("int", "uint64", Scalar::Unsigned),
        ("bool", "bool", Scalar::Bool),
        ("float", "float", Scalar::Float),
        ("binary", "binary", Scalar::Binary),
        ("list", "string", Scalar::Text),
        ("list", "int64", Scalar::Signed),
        ("list", "uint64", Scalar::Unsigned),
        ("list", "float", Scalar::Float),
        ("list", "bool", Scalar::Bool),
    ];
    for (kind, element, scalar) in cases {
        let model = model(&ask(&[member("It", kind, element)], &[]));
        let value = &member_of(&model, "AskRequest", "It").value;
        assert_eq!(value.element, Element::Scalar(scalar), "{kind}/{element}");
        assert_eq!(value.list, kind == "list");
    }
}

#[test]
fn a_struct_is_told_from_a_request_by_its_kind_and_not_by_its_name() {
    let mut spec = ask(&[one("Options", "OptionsRequest")], &[one("Acl", "AclResponse")]);
    add_part(&mut spec, "OptionsRequest", &[]);
    add_part(&mut spec, "AclResponse", &[text("RequestId")]);
    let model = model(&spec);
    assert_eq!(object(&model, "OptionsRequest").role, Role::Part);
    assert_eq!(object(&model, "AclResponse").role, Role::Part);
    assert!(matches!(object(&model, "AskRequest").role, Role::Request(_)));
}

#[test]
fn a_service_is_called_by_its_directory_and_signs_by_its_short_name() {
    let spec = Spec { directory: "autoscaling".into(), service: "as".into(), ..ask(&[], &[]) };
    let service = Service::new(&[spec]).unwrap();
    assert_eq!(service.package(), "tencentcloud-autoscaling");
    assert_eq!(service.client.to_string(), "AutoscalingClient");
    assert_eq!(service.versions[0].service, "as");
}

#[test]
fn versions_are_sorted_by_age() {
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

//! Waiters: the errors of wrong data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::waiters::{things, with_waiter};
use tencentcloud_codegen::model::Service;
use tencentcloud_codegen::supplements::{Supplement, supplement};
use tencentcloud_codegen::{ErrorKind, PackageKind, generate};

/// Asserts that a waiter with one text replaced by another is rejected with this message.
#[track_caller]
fn assert_rejected(valid: &str, other: &str, message: &str) {
    let error = generate(&[with_waiter(valid, other)], &PackageKind::Internal).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("demo 2020-01-01.supplement.toml, waiter `thing_ready`{message}")
    );
}

#[test]
fn a_valid_waiter() {
    let service = Service::new(&[things()]).unwrap();
    let waiter = &service.versions[0].waiters[0];
    assert_eq!(waiter.method.text(), "wait_until_thing_ready");
    assert_eq!((waiter.max_ids, waiter.interval, waiter.max_wait), (100, 5, 600));
}

#[test]
fn unknown_names() {
    assert_rejected(
        "action = \"DescribeThings\"",
        "action = \"DescribeThing\"",
        ", action `DescribeThing`: unknown action: expected an action of the specification; \
         correct the name or remove it",
    );
    for (valid, object) in [
        ("= \"Ids\"", "DescribeThingsRequest"),
        ("= \"Limit\"", "DescribeThingsRequest"),
        ("[\"Group\"]", "DescribeThingsRequest"),
        ("= \"Things\"", "DescribeThingsResponse"),
        ("= \"Id\"", "Thing"),
        ("= \"State\"", "Thing"),
        ("= \"Operation\"", "Thing"),
        ("= \"Percent\"", "Thing"),
        ("= \"Reason\"", "Thing"),
    ] {
        let member = format!("{}X", valid.split('"').nth(1).unwrap());
        assert_rejected(
            valid,
            &valid.replacen(&member[..member.len() - 1], &member, 1),
            &format!(
                ", object `{object}`, member `{member}`: unknown member: expected a member of the \
                 object; correct the name or remove it"
            ),
        );
    }
}

#[test]
fn members_of_other_types() {
    for (valid, other, object, message) in [
        (
            "ids = \"Ids\"",
            "ids = \"Filters\"",
            "DescribeThingsRequest",
            "a list of objects: expected a list of strings, a string or an integer as `ids`",
        ),
        (
            "ids = \"Ids\"",
            "ids = \"Ids\"\nfilter = \"id\"",
            "DescribeThingsRequest",
            "a list of `string`: expected a list of objects as `ids`",
        ),
        (
            "ids = \"Ids\"",
            "ids = \"Odd\"\nfilter = \"id\"",
            "OddFilter",
            "an integer: expected a string as `filter`",
        ),
        (
            "limit = \"Limit\"",
            "limit = \"Ids\"",
            "DescribeThingsRequest",
            "a list of `string`: expected an integer as `limit`",
        ),
        (
            "parameters = [\"Group\"]",
            "parameters = [\"All\"]",
            "DescribeThingsRequest",
            "a boolean: expected a string or an integer as `parameters`",
        ),
        (
            "items = \"Things\"",
            "items = \"Names\"",
            "DescribeThingsResponse",
            "a list of `string`: expected a list of objects as `items`",
        ),
        ("id = \"Id\"", "id = \"Percent\"", "Thing", "an integer: expected a string as `id`"),
        (
            "state = \"State\"",
            "state = \"Size\"",
            "Thing",
            "a float: expected a string, an integer or a boolean as `state`",
        ),
        (
            "request_id = \"Operation\"",
            "request_id = \"Level\"",
            "Thing",
            "an integer: expected a string as `request_id`",
        ),
        (
            "percent = \"Percent\"",
            "percent = \"Reason\"",
            "Thing",
            "a string: expected an integer as `percent`",
        ),
        (
            "message = \"Reason\"",
            "message = \"Level\"",
            "Thing",
            "an integer: expected a string as `message`",
        ),
    ] {
        let member = other.split('"').nth(1).unwrap();
        let member = if object == "OddFilter" { "Name" } else { member };
        assert_rejected(
            valid,
            other,
            &format!(", object `{object}`, member `{member}`: the member is {message}"),
        );
    }
}

#[test]
fn states_that_the_member_cannot_have() {
    for (state, value, found) in [
        ("Level", "-1", "an integer"),
        ("Level", "06", "an integer"),
        ("Level", "RUNNING", "an integer"),
        ("Offset", "1.5", "an integer"),
        ("Frozen", "yes", "a boolean"),
        ("State", "", "a string"),
        ("State", " A", "a string"),
    ] {
        assert_rejected(
            "state = \"State\"\nsuccess = [\"READY\"]\nfailure = [\"BROKEN\"]",
            &format!("state = \"{state}\"\nsuccess = [\"{value}\"]"),
            &format!(": invalid state `{value}`: the member `{state}` is {found}"),
        );
    }
    for state in ["Level", "Offset", "Frozen"] {
        let value = if state == "Frozen" { "true" } else { "6" };
        let spec = with_waiter(
            "state = \"State\"\nsuccess = [\"READY\"]\nfailure = [\"BROKEN\"]",
            &format!("state = \"{state}\"\nsuccess = [\"{value}\"]"),
        );
        generate(&[spec], &PackageKind::Internal).unwrap();
    }
}

#[test]
fn a_waiter_that_never_succeeds() {
    let message =
        ": the waiter never succeeds: add states to `success`, or add `absent = \"success\"`";
    assert_rejected("success = [\"READY\"]\n", "", message);
    assert_rejected("success = [\"READY\"]", "success = []", message);
    let spec = with_waiter("success = [\"READY\"]", "absent = \"success\"");
    generate(&[spec], &PackageKind::Internal).unwrap();
}

#[test]
fn duplicate_states_members_and_arguments() {
    for other in ["[\"READY\", \"READY\"]", "[\"READY\", \"BROKEN\"]"] {
        let state = if other.contains("BROKEN") { "BROKEN" } else { "READY" };
        assert_rejected(
            "[\"READY\"]",
            other,
            &format!(
                ": duplicate state `{state}`: a state can be in `success` or in `failure`, and \
                 only once"
            ),
        );
    }
    assert_rejected(
        "parameters = [\"Group\"]",
        "parameters = [\"Limit\"]",
        ", object `DescribeThingsRequest`, member `Limit`: the waiter sets the member twice: use \
         it for one of `ids`, `limit` and `parameters`",
    );
    // The argument for the request id of the operation has the same name.
    assert_rejected(
        "[\"Group\"]",
        "[\"Group\", \"RequestId\"]",
        ": `Operation` and `RequestId` have the same Rust name `request_id`",
    );
}

#[test]
fn keys_that_belong_together() {
    for (valid, key, required) in [
        ("items = \"Things\"\n", "id", "items"),
        ("id = \"Id\"\n", "items", "id"),
        ("items = \"Things\"\nid = \"Id\"\n", "request_id", "items"),
    ] {
        assert_rejected(
            valid,
            "",
            &format!(": `{key}` requires `{required}`: add it, or remove `{key}`"),
        );
    }
}

#[test]
fn numbers_out_of_range() {
    for (key, value, min, max) in [
        ("max_ids", 0, 1, 100),
        ("max_ids", 101, 1, 100),
        ("interval", 0, 1, 86400),
        ("max_wait", 4, 5, 86400),
        ("max_wait", 86401, 5, 86400),
    ] {
        assert_rejected(
            "state = \"State\"",
            &format!("{key} = {value}\nstate = \"State\""),
            &format!(": invalid `{key}` {value}: expected a number from {min} to {max}"),
        );
    }
}

#[test]
fn a_required_member_that_the_waiter_does_not_set() {
    assert_rejected(
        "parameters = [\"Group\"]\n",
        "",
        ", object `DescribeThingsRequest`, member `Group`: the waiter does not set the member, \
         which is required: add it to `parameters`",
    );
}

#[test]
fn invalid_texts_and_names() {
    for text in ["", " x", "x ", "x\\ny"] {
        let other = format!("doc = \"{text}\"");
        let error = generate(
            &[with_waiter("doc = \"every thing is ready\"", &other)],
            &PackageKind::Internal,
        );
        assert!(matches!(error.unwrap_err().kind, ErrorKind::InvalidText(_)), "{text}");
    }
    for name in ["Thing", "thing-ready", "2things", "\"\""] {
        let other = format!("[waiters.{name}]");
        let error =
            generate(&[with_waiter("[waiters.thing_ready]", &other)], &PackageKind::Internal);
        assert_eq!(error.unwrap_err().kind, ErrorKind::InvalidWaiterName, "{name}");
    }
}

#[test]
fn a_waiter_whose_method_is_that_of_an_action() {
    let mut spec = things();
    support::add_action(&mut spec, "WaitUntilThingReady", &[], &[]);
    let error = generate(&[spec], &PackageKind::Internal).unwrap_err();
    assert_eq!(
        error.to_string(),
        "demo 2020-01-01.supplement.toml, waiter `thing_ready`: `WaitUntilThingReady` and \
         `thing_ready` have the same Rust name `wait_until_thing_ready`"
    );
}

#[test]
fn a_file_with_an_unknown_key() {
    let error = supplement::read("demo", "2020-01-01", "[waiters.a]\nkey = 1\n").unwrap_err();
    assert!(
        error.to_string().starts_with("demo 2020-01-01.supplement.toml: invalid file: line "),
        "{error}"
    );
    assert!(supplement::read("demo", "2020-01-01", "[unknown]\n").is_err());
    assert_eq!(supplement::read("demo", "2020-01-01", "").unwrap(), Supplement::default());
}

/// A version without waiters has no file for them, and its client has a private field.
#[test]
fn a_version_without_waiters() {
    let mut spec = things();
    spec.supplements.supplement = None;
    let files = generate(&[spec], &PackageKind::Internal).unwrap();
    assert!(files.iter().all(|file| !file.path.ends_with("waiters.rs")));
    let client = files.iter().find(|file| file.path.ends_with("client.rs")).unwrap();
    assert!(client.contents.contains("\n    client: Client,\n"));
}

//! Known values of members, and what replaces deprecated members and actions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use support::{
    add_action, ask, disabled, member, member_of, model, text, with_supplement, with_values,
};
use tencentcloud_codegen::names::value_constant;
use tencentcloud_codegen::spec::{Spec, Status};
use tencentcloud_codegen::{GeneratedFile, PackageKind, check_syntax, generate};

fn generated(spec: Spec) -> Vec<GeneratedFile> {
    let files = generate(&[spec], &PackageKind::Published).unwrap();
    for file in &files {
        check_syntax(file).unwrap();
    }
    files
}

fn contents<'a>(files: &'a [GeneratedFile], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).unwrap().contents
}

const STATE: &str = r#"
[state]
doc = "State of a thing."
members = ["AskResponse.State", "AskRequest.States"]
[state.values]
RUNNING = "The thing runs."
off = { doc = "The thing is off." }
FIVE = { value = "5" }
"#;

fn with_state() -> Spec {
    let spec = ask(&[member("States", "list", "string")], &[text("State"), text("Name")]);
    with_values(spec, STATE).unwrap()
}

#[test]
fn a_set_is_a_module_of_constants() {
    let files = generated(with_state());
    let values = contents(&files, "src/v20200101/values.rs");
    let start = values.find("/// State of a thing.").unwrap();
    assert_eq!(
        &values[start..],
        r#"/// State of a thing.
///
/// Members:
/// - [`AskResponse::state`](super::models::AskResponse#structfield.state)
/// - [`AskRequest::states`](super::models::AskRequest#structfield.states)
pub mod state {
    /// Value `5`.
    pub const FIVE: &str = "5";

    /// The thing is off.
    pub const OFF: &str = "off";

    /// The thing runs.
    pub const RUNNING: &str = "RUNNING";
}
"#
    );
    assert!(values.contains("object.state.as_deref() == Some(state::OFF)"), "{values}");
    assert!(contents(&files, "src/v20200101.rs").contains("\npub mod values;\n"));
}

#[test]
fn members_name_their_set() {
    let files = generated(with_state());
    let models = contents(&files, "src/v20200101/models.rs");
    for line in [
        "    /// `States`: list of strings. Known values: [`state`](super::values::state).",
        "    /// `State`: string. Known values: [`state`](super::values::state).",
        "    /// `Name`: string.",
    ] {
        assert!(models.lines().any(|found| found == line), "no `{line}` in: {models}");
    }
    // The types stay open.
    assert!(models.contains("    pub state: Option<String>,\n"), "{models}");
}

#[test]
fn integers_have_the_type_of_the_member() {
    let members = [member("Code", "int", "int64"), member("Sizes", "list", "uint64")];
    let text = r#"
[code]
members = ["AskResponse.Code"]
[code.values]
OK = { value = 0 }
LOST = { value = -1 }
BIG = { value = 1234567 }
[size]
members = ["AskResponse.Sizes"]
[size.values]
ONE = { value = 1 }
"#;
    let files = generated(with_values(ask(&[], &members), text).unwrap());
    let values = contents(&files, "src/v20200101/values.rs");
    let constants: Vec<&str> =
        values.lines().filter_map(|line| line.strip_prefix("    pub const ")).collect();
    assert_eq!(
        constants,
        ["LOST: i64 = -1;", "OK: i64 = 0;", "BIG: i64 = 1_234_567;", "ONE: u64 = 1;"],
        "sorted by value"
    );
}

#[test]
fn without_sets_there_is_no_module() {
    let without = ask(&[], &[text("State")]);
    let empty = with_values(without.clone(), "# Nothing is known.\n").unwrap();
    let files = generated(without);
    assert!(files.iter().all(|file| !file.path.ends_with("values.rs")));
    assert!(!contents(&files, "src/v20200101.rs").contains("values"));
    assert_eq!(generated(empty), files);
}

#[test]
fn without_a_suitable_member_there_is_no_example() {
    let spec = ask(&[text("State")], &[member("States", "list", "string"), disabled(text("Old"))]);
    let text = "[state]\nmembers = [\"AskRequest.State\", \"AskResponse.States\", \
                \"AskResponse.Old\"]\n[state.values]\nA = {}\n";
    let files = generated(with_values(spec, text).unwrap());
    assert!(!contents(&files, "src/v20200101/values.rs").contains("```"));
}

#[test]
fn constants_keep_the_words_of_upper_case_values() {
    for (value, constant) in [
        ("LAUNCH_FAILED", "LAUNCH_FAILED"),
        ("IKEV2", "IKEV2"),
        ("AES192GCM128", "AES192GCM128"),
        ("VPC1.0", "VPC1_0"),
        ("NO-DIRECTION", "NO_DIRECTION"),
        ("WanIP", "WAN_IP"),
        ("AntiDDoSEIP", "ANTI_DDOS_EIP"),
        ("IPv6Only", "IPV6_ONLY"),
        ("flowTrigger", "FLOW_TRIGGER"),
        ("arm_uefi", "ARM_UEFI"),
        ("Legacy BIOS", "LEGACY_BIOS"),
        ("3DES-CBC", "3DES_CBC"),
        ("", ""),
    ] {
        assert_eq!(value_constant(value), constant, "{value}");
    }
}

#[test]
fn a_replacement_is_named_by_its_rust_name() {
    let mut spec = ask(&[disabled(text("OldName")), text("NewName"), disabled(text("Other"))], &[]);
    for name in ["OldAsk", "OlderAsk"] {
        add_action(&mut spec, name, &[], &[]);
    }
    spec.actions.get_mut("OldAsk").unwrap().status = Some(Status::Deprecated);
    spec.actions.get_mut("OlderAsk").unwrap().status = Some(Status::Offline);
    let text = "[deprecated]\n\"AskRequest.OldName\" = \"NewName\"\nOldAsk = \"Ask\"\n\
                OlderAsk = \"Ask\"\n";
    let spec = with_supplement(spec, text).unwrap();
    let version = model(&spec);
    let old = member_of(&version, "AskRequest", "OldName");
    assert_eq!(old.replacement.as_ref().unwrap().text(), "new_name");
    assert!(member_of(&version, "AskRequest", "Other").replacement.is_none());

    let files = generated(spec);
    let models = contents(&files, "src/v20200101/models.rs");
    let note =
        "#[deprecated(note = \"`OldName` is deprecated in the API; use `new_name` instead\")]";
    assert_eq!(models.matches(note).count(), 2, "field and setter: {models}");
    assert!(models.contains("#[deprecated(note = \"`Other` is deprecated in the API\")]"));
    let client = contents(&files, "src/v20200101/client.rs");
    for note in [
        "`OldAsk` is deprecated in the API; use `ask` instead",
        "`OlderAsk` is no longer available in the API; use `ask` instead",
    ] {
        assert!(client.contains(note), "{client}");
    }
}

//! Every error message, next to the situation in which it occurs.
//!
//! `error_messages.txt` contains the expected messages. Run the test with `UPDATE_EXPECTED=1` to
//! update the file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may fail by panicking and read its environment"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::waiters::with_waiter;
use support::{
    add_action, add_object, add_struct, ask, disabled, empty, member, one, text, with_supplement,
    with_values,
};
use tencentcloud_codegen::spec::{ObjectKind, Spec, Status};
use tencentcloud_codegen::supplements::{Supplements, error_codes, supplement};
use tencentcloud_codegen::{
    Error, ErrorKind, GeneratedFile, PackageKind, check_syntax, generate, spec, upstream,
};

const UPSTREAM: &str = include_str!("data/upstream.json");
const COMMITTED: &str = include_str!("data/upstream_facts.json");

fn generated(spec: &Spec) -> Error {
    generate(std::slice::from_ref(spec), &PackageKind::Internal).unwrap_err()
}

/// Returns the error for an upstream file in which one text is replaced by another.
fn upstream_error(valid: &str, invalid: &str) -> Error {
    let text = UPSTREAM.replacen(valid, invalid, 1);
    assert_ne!(text, UPSTREAM, "{valid}");
    upstream::read("demo", "2020-01-01", &text).unwrap_err()
}

/// Returns the error for a committed file in which one text is replaced by another.
fn committed_error(valid: &str, invalid: &str) -> Error {
    let text = COMMITTED.replacen(valid, invalid, 1);
    assert_ne!(text, COMMITTED, "{valid}");
    spec::read("demo", "2020-01-01", &text).unwrap_err()
}

fn malformed() -> Vec<(&'static str, Error)> {
    vec![
        (
            "upstream file that is not JSON",
            upstream::read("demo", "2020-01-01", "<html>").unwrap_err(),
        ),
        (
            "upstream member with an unknown key",
            upstream_error(r#""disabled": true,"#, r#""hidden": true,"#),
        ),
        (
            "upstream member with a string as a flag",
            upstream_error(r#""required": 1,"#, r#""required": "yes","#),
        ),
        (
            "upstream member with another number as a flag",
            upstream_error(r#""required": 1,"#, r#""required": 2,"#),
        ),
        ("upstream object without `type` and `usage`", upstream_error(r#", "usage": "out""#, "")),
        (
            "upstream object with `type` and `usage`",
            upstream_error(r#""usage": "out""#, r#""usage": "out", "type": "object""#),
        ),
        (
            "upstream object with `type` that no action uses",
            upstream_error(r#""usage": "out""#, r#""type": "object""#),
        ),
        (
            "committed file with a duplicate action",
            committed_error("\"actions\": {\n", "\"actions\": {\n\"Login\": {},\n"),
        ),
        (
            "committed file with a member without a name",
            committed_error(r#"{"name": "Name", "#, "{"),
        ),
        ("committed struct without `usage`", committed_error(r#", "usage": "out""#, "")),
        (
            "committed request with `usage`",
            committed_error(r#""kind": "request""#, r#""kind": "request", "usage": "in""#),
        ),
    ]
}

fn invalid_headers() -> Vec<(&'static str, Error)> {
    let other = Spec { directory: "other".into(), ..empty() };
    vec![
        ("no specification", generate(&[], &PackageKind::Internal).unwrap_err()),
        (
            "file in the folder of another version",
            upstream::read("demo", "2021-01-01", UPSTREAM).unwrap_err(),
        ),
        (
            "specifications of two services",
            generate(&[empty(), other], &PackageKind::Internal).unwrap_err(),
        ),
        (
            "two specifications of one version",
            generate(&[empty(), empty()], &PackageKind::Internal).unwrap_err(),
        ),
        (
            "service with capital letters and a hyphen",
            generated(&Spec { directory: "Demo-1".into(), ..empty() }),
        ),
        ("version that is not a date", generated(&Spec { version: "2020-1-1".into(), ..empty() })),
    ]
}

fn invalid_names() -> Vec<(&'static str, Error)> {
    let mut collision = ask(&[one("A", "Topic_Info"), one("B", "TopicInfo")], &[]);
    add_struct(&mut collision, "Topic_Info", &[]);
    add_struct(&mut collision, "TopicInfo", &[]);
    let mut case = empty();
    add_action(&mut case, "GetURL", &[], &[]);
    add_action(&mut case, "GetUrl", &[], &[]);
    let mut method = empty();
    add_action(&mut method, "WithProfile", &[], &[]);
    let mut scalar = ask(&[one("Part", "datetime")], &[]);
    add_struct(&mut scalar, "datetime", &[]);
    vec![
        ("member with a space in its name", generated(&ask(&[text("Two Words")], &[]))),
        ("actions that differ only in letter case", generated(&case)),
        ("objects with the same Rust name", generated(&collision)),
        (
            "members with the same Rust name",
            generated(&ask(&[text("Case"), disabled(text("CASE")), text("CaseDeprecated")], &[])),
        ),
        ("action named like a method of every client", generated(&method)),
        ("object with the name of a scalar type", generated(&scalar)),
    ]
}

fn invalid_objects() -> Vec<(&'static str, Error)> {
    let mut unused = ask(&[], &[]);
    add_struct(&mut unused, "Lost", &[]);
    let mut shared = ask(&[], &[]);
    add_action(&mut shared, "Beg", &[], &[]);
    shared.actions.get_mut("Beg").unwrap().input = "AskRequest".into();
    let mut unexpected = ask(&[], &[]);
    add_object(&mut unexpected, "AskReq", ObjectKind::Request, &[]);
    unexpected.actions.get_mut("Ask").unwrap().input = "AskReq".into();
    let mut kind = ask(&[], &[]);
    add_struct(&mut kind, "AskRequest", &[]);
    let mut request_id = ask(&[], &[]);
    add_object(&mut request_id, "AskResponse", ObjectKind::Response, &[]);
    vec![
        ("member of an unknown object", generated(&ask(&[one("Part", "Part")], &[]))),
        ("struct that no action uses", generated(&unused)),
        ("request object of two actions", generated(&shared)),
        ("request object that is not named after its action", generated(&unexpected)),
        ("request object that is declared as a struct", generated(&kind)),
        ("request as a member of a response", generated(&ask(&[], &[one("Echo", "AskRequest")]))),
        ("member twice in an object", generated(&ask(&[text("Name"), text("Name")], &[]))),
        ("response without a request id", generated(&request_id)),
        ("unknown type of a member", generated(&ask(&[member("Size", "int", "int32")], &[]))),
    ]
}

fn invalid_error_codes() -> Vec<(&'static str, Error)> {
    let read = |text: &str| error_codes::read("demo", "2020-01-01", text);
    let invalid = |text: &str| {
        let supplements =
            Supplements { errors: Some(read(text).unwrap()), ..Supplements::default() };
        generated(&Spec { supplements, ..ask(&[], &[]) })
    };
    vec![
        ("error codes with an unknown key", read("[code]").unwrap_err()),
        ("error codes that are not TOML", read("[codes]\nA.B C\n").unwrap_err()),
        ("error code with a space", invalid("[codes]\n\"A B\" = \"\"\n")),
        ("error code that starts with a digit", invalid("[codes]\n\"4xx\" = \"\"\n")),
        ("error codes with one constant", invalid("[codes]\nNotFound = \"\"\nNot_Found = \"\"\n")),
        ("description of two lines", invalid("[codes]\nA = \"a\\nb\"\n")),
        ("error codes of an unknown action", invalid("[codes]\n[actions]\nBeg = []\n")),
        ("unknown error code of an action", invalid("[codes]\n[actions]\nAsk = [\"A\"]\n")),
    ]
}

/// Returns the error for known values of `Ask`.
fn values_error(text: &str) -> Error {
    let members = [
        self::text("State"),
        member("Code", "int", "int64"),
        member("Size", "int", "uint64"),
        member("Flag", "bool", "bool"),
        one("Part", "Part"),
    ];
    let mut spec = ask(&members, &[]);
    add_struct(&mut spec, "Part", &[self::text("State")]);
    with_values(spec, text).map_or_else(|error| error, |spec| generated(&spec))
}

fn invalid_values() -> Vec<(&'static str, Error)> {
    let set = |members: &str, values: &str| {
        values_error(&format!("[state]\nmembers = {members}\n[state.values]\n{values}\n"))
    };
    let state = |values: &str| set(r#"["AskRequest.State"]"#, values);
    let other = "[other]\nmembers = [\"AskRequest.State\"]\n[other.values]\nB = \"b\"\n";
    vec![
        ("known values that are not TOML", values_error("[state]\nmembers = [\n")),
        ("set with an unknown key", values_error("[state]\nname = 1\n")),
        ("known value with a number as the description", state("A = 1")),
        ("known value with an unknown key", state("A = { text = \"a\" }")),
        ("description of two lines", state(r#"A = "one\ntwo""#)),
        (
            "set with capital letters in its name",
            values_error("[State]\nmembers = []\n[State.values]\n"),
        ),
        ("set without members", set("[]", "A = {}")),
        ("set without values", state("")),
        ("member of a set without an object", set(r#"["State"]"#, "A = {}")),
        ("member of a set of an unknown object", set(r#"["Lost.State"]"#, "A = {}")),
        ("unknown member of a set", set(r#"["AskRequest.Lost"]"#, "A = {}")),
        ("member in two sets", state(&format!("A = {{}}\n{other}"))),
        ("boolean member of a set", set(r#"["AskRequest.Flag"]"#, "A = {}")),
        ("object as a member of a set", set(r#"["AskRequest.Part"]"#, "A = {}")),
        (
            "string and integer in one set",
            set(r#"["AskRequest.State", "AskRequest.Code"]"#, "A = {}"),
        ),
        (
            "signed and unsigned integer in one set",
            set(r#"["AskRequest.Code", "AskRequest.Size"]"#, "A = { value = 1 }"),
        ),
        ("string as a value of integers", set(r#"["AskRequest.Code"]"#, "A = {}")),
        ("integer as a value of strings", state("A = { value = 1 }")),
        (
            "negative value of unsigned integers",
            set(r#"["AskRequest.Size"]"#, "A = { value = -1 }"),
        ),
        ("value that starts with a digit", state("3DES = {}")),
        ("constant in lower case", state("a = { value = \"1\" }")),
        ("values with the same constant", state("A-B = {}\nA_B = {}")),
        ("constants with the same value", state("A = {}\nB = { value = \"A\" }")),
    ]
}

fn invalid_replacements() -> Vec<(&'static str, Error)> {
    let error = |entry: &str| {
        let members = [disabled(text("Old")), disabled(text("Older")), text("New")];
        let mut spec = ask(&members, &[]);
        add_action(&mut spec, "Beg", &[], &[]);
        spec.actions.get_mut("Beg").unwrap().status = Some(Status::Deprecated);
        let text = format!("[deprecated]\n{entry}\n");
        with_supplement(spec, &text).map_or_else(|error| error, |spec| generated(&spec))
    };
    vec![
        ("supplement with an unknown table", error("Beg = \"Ask\"\n[unknown]")),
        ("replacement in an unknown object", error("\"Lost.Old\" = \"New\"")),
        ("replacement of an unknown member", error("\"AskRequest.Lost\" = \"New\"")),
        ("replacement of a member that is in use", error("\"AskRequest.New\" = \"Old\"")),
        ("unknown member as a replacement", error("\"AskRequest.Old\" = \"Lost\"")),
        ("deprecated member as a replacement", error("\"AskRequest.Old\" = \"Older\"")),
        ("replacement of an unknown action", error("Lost = \"Ask\"")),
        ("replacement of an action that is in use", error("Ask = \"Beg\"")),
        ("unknown action as a replacement", error("Beg = \"Lost\"")),
        ("deprecated action as a replacement", error("Beg = \"Beg\"")),
    ]
}

fn invalid_waiters() -> Vec<(&'static str, Error)> {
    let waiter = |valid, other| generated(&with_waiter(valid, other));
    vec![
        (
            "supplement with an unknown key",
            supplement::read("demo", "2020-01-01", "[waiters.a]\nkey = 1\n").unwrap_err(),
        ),
        ("waiter with a description of two lines", waiter("every thing is ready", "every\\nthing")),
        ("waiter for an unknown action", waiter("\"DescribeThings\"", "\"DescribeThing\"")),
        ("waiter for an unknown member", waiter("\"State\"", "\"Status\"")),
        (
            "waiter with a hyphen in its name",
            waiter("[waiters.thing_ready]", "[waiters.thing-ready]"),
        ),
        ("waiter with a list as the limit", waiter("\"Limit\"", "\"Ids\"")),
        ("waiter with an id but no items", waiter("items = \"Things\"\n", "")),
        ("waiter without a success state", waiter("success = [\"READY\"]\n", "")),
        ("waiter with a state that is success and failure", waiter("[\"BROKEN\"]", "[\"READY\"]")),
        (
            "waiter with a text as the state of an integer",
            waiter("state = \"State\"", "state = \"Level\""),
        ),
        ("waiter with an interval of zero", waiter("ids = \"Ids\"", "ids = \"Ids\"\ninterval = 0")),
        ("waiter that sets a member twice", waiter("[\"Group\"]", "[\"Limit\"]")),
        ("waiter that does not set a required member", waiter("parameters = [\"Group\"]\n", "")),
    ]
}

fn invalid_output() -> Vec<(&'static str, Error)> {
    let file = GeneratedFile { path: "src/lib.rs".into(), contents: "fn\n".into() };
    vec![("generated file that is not Rust", check_syntax(&file).unwrap_err())]
}

/// Returns the variants of [`ErrorKind`], in the order of its source.
fn variants() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error.rs");
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let kinds = file.items.into_iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "ErrorKind" => Some(item.variants),
        _ => None,
    });
    kinds.unwrap().into_iter().map(|variant| variant.ident.to_string()).collect()
}

fn variant(kind: &ErrorKind) -> String {
    let text = format!("{kind:?}");
    text.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[test]
fn every_error_has_the_expected_message() {
    let groups = [
        malformed(),
        invalid_headers(),
        invalid_names(),
        invalid_objects(),
        invalid_error_codes(),
        invalid_values(),
        invalid_replacements(),
        invalid_waiters(),
        invalid_output(),
    ];
    let situations: Vec<(&str, Error)> = groups.into_iter().flatten().collect();
    let shown: BTreeSet<String> =
        situations.iter().map(|(_, error)| variant(&error.kind)).collect();
    for variant in variants() {
        assert!(shown.contains(&variant), "no situation for `ErrorKind::{variant}`");
    }
    let mut table = String::from(
        "Error messages of the generator. `UPDATE_EXPECTED=1 cargo test -p tencentcloud-codegen`\n\
         updates this file.\n",
    );
    for (situation, error) in &situations {
        let message = error.to_string();
        assert!(!message.contains('\n') && !message.ends_with('.'), "{message}");
        table.push_str(&format!("\n{situation} ({})\n  {message}\n", variant(&error.kind)));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/error_messages.txt");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &table).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(table, expected, "if this is intended, run the test with UPDATE_EXPECTED=1");
}

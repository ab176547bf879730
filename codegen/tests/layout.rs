//! Reads and writes committed specifications.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use tencentcloud_codegen::supplements::error_codes;
use tencentcloud_codegen::{ErrorKind, spec};

const SMALL: &str = r#"{
"service": "cvm",
"version": "2017-03-12",
"actions": {
"AllocateHosts": {"input": "AllocateHostsRequest", "output": "AllocateHostsResponse", "status": "online"},
"X": {"input": "XRequest", "output": "XResponse", "status": "deprecated", "skip_sign": true},
"Y": {"input": "YRequest", "output": "YResponse"}
},
"objects": {
"AllocateHostsRequest": {"kind": "request", "members": [
{"name": "Placement", "type": "object", "member": "Placement", "required": true},
{"name": "ClientToken", "type": "string", "member": "string", "disabled": true}
]},
"AllocateHostsResponse": {"kind": "response", "members": [
{"name": "HostIdSet", "type": "list", "member": "string", "output_required": true, "value_allowed_null": true},
{"name": "RequestId", "type": "string", "member": "string"}
]},
"Placement": {"kind": "struct", "usage": "both", "members": []}
}
}
"#;

#[test]
fn writing_reproduces_what_was_read() {
    let spec = spec::read("cvm", "2017-03-12", SMALL).unwrap();
    assert_eq!(spec::write(&spec), SMALL);
}

#[test]
fn the_committed_files_have_the_fixed_layout() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = 0;
    for folder in ["../api-specs", "golden/specs"] {
        for service in folders(&root.join(folder)) {
            for path in folders(&service) {
                let Some(version) =
                    path.file_name().unwrap().to_str().unwrap().strip_suffix(".json")
                else {
                    continue;
                };
                let directory = service.file_name().unwrap().to_str().unwrap();
                let text = fs::read_to_string(&path).unwrap();
                let spec = spec::read(directory, version, &text).unwrap();
                assert!(
                    spec::write(&spec) == text,
                    "{} does not have the fixed layout",
                    path.display()
                );
                files += 1;
                let path = path.with_file_name(format!("{version}.errors.toml"));
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let codes = error_codes::read(directory, version, &text).unwrap();
                assert!(
                    error_codes::write(directory, version, &codes) == text,
                    "{} does not have the fixed layout",
                    path.display()
                );
            }
        }
    }
    assert!(files >= 2, "only {files} files were checked");
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap() != "upstream.toml").collect()
}

#[test]
fn a_malformed_file_is_rejected_with_the_location() {
    let cases = [
        (
            r#""required": true}"#,
            r#""required": 1}"#,
            "cvm 2017-03-12, object `AllocateHostsRequest`, member `Placement`: ",
        ),
        (r#""type": "list", "#, "", "object `AllocateHostsResponse`, member `HostIdSet`: "),
        (r#"{"name": "HostIdSet","#, "{", "object `AllocateHostsResponse`, member `#1`: "),
        (r#""status": "deprecated""#, r#""status": "gone""#, "action `X`: "),
        (r#", "skip_sign": true"#, r#", "skip": true"#, "action `X`: "),
        (r#""usage": "both", "#, "", "object `Placement`: "),
        (
            r#""kind": "response","#,
            r#""kind": "response", "usage": "in","#,
            "object `AllocateHostsResponse`: ",
        ),
        (r#""Y": {"#, r#""X": {"#, "cvm 2017-03-12: "),
        ("\"objects\"", "\"things\"", "cvm 2017-03-12: "),
    ];
    for (valid, invalid, expected) in cases {
        let text = SMALL.replacen(valid, invalid, 1);
        assert_ne!(text, SMALL, "{valid}");
        let error = spec::read("cvm", "2017-03-12", &text).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(matches!(error.kind, ErrorKind::Malformed(_)), "{error:?}");
    }
}

#[test]
fn a_duplicate_key_is_rejected() {
    let text = SMALL.replacen("\"Y\": {", "\"X\": {", 1);
    let error = spec::read("cvm", "2017-03-12", &text).unwrap_err();
    assert!(error.to_string().contains("duplicate key `X`"), "{error}");
}

#[test]
fn a_file_with_the_wrong_name_is_rejected() {
    let error = spec::read("cvm", "2018-01-01", SMALL).unwrap_err();
    assert_eq!(error.kind, ErrorKind::VersionMismatch("2017-03-12".into()));
}

const ERRORS: &str = r#"
[codes]
"A.B" = "One."
"A\u0021" = ""

[actions]
Ask = ["A.B"]
"As k" = []
"#;

#[test]
fn error_codes_are_written_as_they_were_read() {
    let codes = error_codes::read("demo", "2020-01-01", ERRORS).unwrap();
    assert_eq!(codes.codes["A!"], "");
    let text = error_codes::write("demo", "2020-01-01", &codes);
    assert_eq!(error_codes::read("demo", "2020-01-01", &text).unwrap(), codes);
    assert!(text.starts_with("# Error codes of `demo` 2020-01-01.\n"), "{text}");
    assert!(text.contains("\n\"A.B\" = \"One.\"\n"), "{text}");
    assert!(text.ends_with("\n\"As k\" = []\nAsk = [\n    \"A.B\",\n]\n"), "{text}");
}

#[test]
fn malformed_error_codes_are_rejected_with_the_line() {
    let cases = [
        ("[codes]", "[code]", "line 2: unknown field `code`"),
        ("\"One.\"", "1", "line 3: invalid type: integer `1`, expected a string"),
        ("\"A\\u0021\"", "\"A.B\"", "duplicate key"),
        ("[\"A.B\"]", "\"A.B\"", "line 7: invalid type: string \"A.B\""),
        ("[actions]", "[actions", "line 6: "),
    ];
    for (valid, invalid, expected) in cases {
        let text = ERRORS.replacen(valid, invalid, 1);
        assert_ne!(text, ERRORS, "{valid}");
        let error = error_codes::read("demo", "2020-01-01", &text).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("demo 2020-01-01.errors.toml: invalid file: "), "{message}");
        assert!(message.contains(expected), "{message}");
        assert!(matches!(error.kind, ErrorKind::MalformedSupplement(_)), "{error:?}");
    }
}

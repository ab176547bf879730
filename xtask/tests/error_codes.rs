//! Error codes in `cargo xtask add`, `sync`, `remove` and `generate`, in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Fixture, api, error_code_package, package, sha256, unpack, wheel};
use xtask::{add, generate, remove, sync};

const FILE: &str = "api-specs/alpha/2020-01-01.errors.toml";
const OTHER_FILE: &str = "api-specs/alpha/2021-02-02.errors.toml";
const MODULE: &str = "crates/tencentcloud-alpha/src/v20200101/error_code.rs";

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn add_options(from: &Path, error_codes: Option<&PathBuf>) -> add::Options {
    add::Options {
        services: owned(&["alpha"]),
        from: Some(from.to_owned()),
        error_codes: error_codes.cloned(),
        ..add::Options::default()
    }
}

fn sync_options(from: &Path, error_codes: Option<&PathBuf>) -> sync::Options {
    sync::Options {
        services: owned(&["alpha"]),
        from: Some(from.to_owned()),
        error_codes: error_codes.cloned(),
        ..sync::Options::default()
    }
}

/// Returns a workspace with the service `alpha` and its error codes, the package of its specifications,
/// and the package of its error codes.
fn fixture() -> (Fixture, PathBuf, PathBuf) {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let sdk = fixture.pin_error_codes(&error_code_package());
    add::run(&fixture.workspace, &add_options(&wheel, Some(&sdk))).unwrap();
    (fixture, wheel, sdk)
}

/// Writes descriptions and a list by hand.
fn describe(fixture: &Fixture) {
    let text = fixture.read(FILE);
    let text = text.replace("\"InternalError\" = \"\"", "\"InternalError\" = \"Oh no.\"");
    let text = text.replace("[actions]\n", "[actions]\nPut = [\n    \"InternalError\",\n]\n");
    fixture.write(FILE, &text);
    generate::plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
}

#[test]
fn a_service_is_added_with_its_error_codes() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let sdk = fixture.pin_error_codes(&error_code_package());
    let lines = add::run(&fixture.workspace, &add_options(&wheel, Some(&sdk))).unwrap();
    for line in [
        &format!("{}: the checksum matches", sdk.display()),
        "error codes of alpha 2020-01-01: new: 2 codes",
        "error codes of alpha 2021-02-02: new: 1 codes",
    ] {
        assert!(lines.iter().any(|found| found == line), "no `{line}` in {lines:?}");
    }
    let text = fixture.read(FILE);
    let codes =
        "\n[codes]\n\"InternalError\" = \"\"\n\"LimitExceeded.Things\" = \"\"\n\n[actions]\n";
    assert!(text.ends_with(codes), "{text}");
    assert!(fixture.read(MODULE).contains("pub const LIMIT_EXCEEDED_THINGS"));
    assert!(generate::plan(&fixture.workspace, &[]).unwrap().is_up_to_date());
    let before = fixture.snapshot();
    let lines = add::run(&fixture.workspace, &add_options(&wheel, Some(&sdk))).unwrap();
    assert!(lines.contains(&"error codes of alpha 2020-01-01: unchanged".to_owned()), "{lines:?}");
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn what_is_written_by_hand_is_kept() {
    let (fixture, wheel, _) = fixture();
    describe(&fixture);
    let before = fixture.snapshot();
    // Neither with nor without a package.
    let sdk = fixture.pin_error_codes(&error_code_package());
    for sdk in [None, Some(&sdk)] {
        add::run(&fixture.workspace, &add_options(&wheel, sdk)).unwrap();
        sync::run(&fixture.workspace, &sync_options(&wheel, sdk)).unwrap();
        assert_eq!(fixture.snapshot(), before);
    }

    let mut files = error_code_package();
    files[1].1 = "A = 'A'\nB_C = 'B.C'\nLIMITEXCEEDED_THINGS = 'LimitExceeded.Things'\n".into();
    let sdk = fixture.pin_error_codes(&files);
    let report = sync::run(&fixture.workspace, &sync_options(&wheel, Some(&sdk))).unwrap();
    assert_eq!(
        report.files["alpha/2020-01-01.errors.toml"],
        "codes +2, kept, but not in the package: `InternalError`"
    );
    assert_eq!(report.files["alpha/2021-02-02.errors.toml"], "unchanged");
    let text = fixture.read(FILE);
    assert!(
        text.ends_with(
            "[codes]\n\"A\" = \"\"\n\"B.C\" = \"\"\n\"InternalError\" = \"Oh no.\"\n\
             \"LimitExceeded.Things\" = \"\"\n\n[actions]\nPut = [\n    \"InternalError\",\n]\n"
        ),
        "{text}"
    );
}

#[test]
fn the_list_of_an_action_that_upstream_removed_is_removed() {
    let (fixture, _, _) = fixture();
    describe(&fixture);
    let mut files = package();
    files[1].1 = api("2020-01-01", &["Get"]);
    let newer = fixture.folder.path().join("newer");
    unpack(&newer, &files);
    let report = sync::run(&fixture.workspace, &sync_options(&newer, None)).unwrap();
    assert_eq!(report.files["alpha/2020-01-01.errors.toml"], "lists of actions -1");
    assert!(fixture.read(FILE).ends_with("[actions]\n"));
    generate::plan(&fixture.workspace, &[]).unwrap();
}

#[test]
fn without_the_package_the_commands_go_on() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    // Nothing is pinned.
    let report = sync::run(&fixture.workspace, &sync_options(&wheel, None)).unwrap();
    assert_eq!(report.package.len(), 1, "{report:?}");

    fixture.pin_error_codes(&error_code_package());
    let report = sync::run(&fixture.workspace, &sync_options(&wheel, None)).unwrap();
    let message = "error codes: not updated; pass the package of the error codes with \
                   `--error-codes PATH`";
    assert_eq!(report.package[1], message);
    let lines = add::run(&fixture.workspace, &add_options(&wheel, None)).unwrap();
    assert_eq!(lines[1], message);
    assert!(!fixture.has(FILE) && !fixture.has(MODULE));
}

/// Writes a fake Python that downloads the package of the specifications, and runs a shell script for
/// the other one. The last two arguments of the script are the folder and the package.
#[cfg(unix)]
fn python(fixture: &Fixture, wheel: &Path, script: &str) -> PathBuf {
    fixture.python(&format!(
        "while [ $# -gt 2 ]; do shift; done\n\
         case \"$2\" in tccli=*) cp '{}' \"$1/tccli.whl\" ;; *) {script} ;; esac",
        wheel.display()
    ))
}

#[cfg(unix)]
#[test]
fn the_package_is_downloaded_if_possible() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let sdk = fixture.pin_error_codes(&error_code_package());
    let run = |script: &str| {
        let python = Some(python(&fixture, &wheel, script));
        let options =
            sync::Options { python, services: owned(&["alpha"]), ..sync::Options::default() };
        sync::run(&fixture.workspace, &options)
    };
    let report = run("echo 'no network' >&2; exit 1").unwrap();
    let message = "error codes: not updated; cannot download sdk==3.2.1 with pip: no network";
    assert!(report.package[1].starts_with(message), "{report:?}");
    assert!(report.package[1].ends_with("`--error-codes FILE`"), "{report:?}");
    assert!(fixture.has("api-specs/alpha/2020-01-01.json") && !fixture.has(FILE));

    let copy = format!("[ \"$2\" = sdk==3.2.1 ] && cp '{}' \"$1/sdk.whl\"", sdk.display());
    let report = run(&copy).unwrap();
    assert_eq!(report.package[1], "sdk 3.2.1: downloaded, the checksum matches");
    assert!(fixture.has(FILE));

    // A download that is not the pinned package is an error.
    fs::write(&sdk, "something else").unwrap();
    let message = run(&copy).unwrap_err().to_string();
    assert!(message.contains(&sha256(b"something else")), "{message}");
}

#[test]
fn a_given_package_must_be_the_pinned_one() {
    let (fixture, wheel_path) = Fixture::with_wheel(&package());
    fixture.pin_error_codes(&error_code_package());
    let mut files = error_code_package();
    files[0].1 = "__version__ = '9.9'\n".into();
    let other = fixture.folder.path().join("other.whl");
    fs::write(&other, wheel(&files)).unwrap();
    let folder = fixture.folder.path().join("unpacked");
    unpack(&folder, &files);
    for (path, part) in [(&other, "SHA-256"), (&folder, "contains version 9.9")] {
        let options = sync_options(&wheel_path, Some(path));
        let message = sync::run(&fixture.workspace, &options).unwrap_err().to_string();
        assert!(message.contains(part) && message.contains("[error_codes]"), "{message}");
    }
    assert!(!fixture.has("api-specs/alpha"), "the command changed a file");

    for path in [&other, &folder] {
        let options = sync::Options { unpinned: true, ..sync_options(&wheel_path, Some(path)) };
        let report = sync::run(&fixture.workspace, &options).unwrap();
        assert!(report.package[1].contains("not compared with the pin"), "{report:?}");
    }
    // The folder may be that of the services.
    let pin = fixture.read("api-specs/upstream.toml");
    let (pin, _) = pin.split_once("\n[error_codes]").unwrap();
    fixture.write("api-specs/upstream.toml", pin);
    fs::remove_file(fixture.workspace.root().join(FILE)).unwrap();
    let options = sync_options(&wheel_path, Some(&folder.join("tencentcloud")));
    let report = sync::run(&fixture.workspace, &options).unwrap();
    assert!(report.package[1].contains("not compared: `api-specs/upstream.toml` has no"));
    assert!(fixture.has(FILE));
}

#[test]
fn a_malformed_package_changes_nothing() {
    let (fixture, wheel_path) = Fixture::with_wheel(&package());
    let before = fixture.snapshot();
    for (text, part) in [
        ("X = 1\n", "v20200101/errorcodes.py`, line 1: expected a constant"),
        ("# X\nX = 'a' + 'b'\n", "line 2: expected a constant"),
        ("import x\n", "line 1: expected a constant"),
        ("X = 'Two Words'\n", "alpha 2020-01-01.errors.toml: invalid error code `Two Words`"),
    ] {
        let mut files = error_code_package();
        files[1].1 = text.into();
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path(), &files);
        let sdk = folder.path().to_owned();
        let errors = [
            add::run(&fixture.workspace, &add_options(&wheel_path, Some(&sdk))).unwrap_err(),
            sync::run(&fixture.workspace, &sync_options(&wheel_path, Some(&sdk))).unwrap_err(),
        ];
        for error in errors {
            assert!(error.to_string().contains(part), "no `{part}` in: {error}");
        }
    }
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn the_pin_of_the_error_codes_stays_when_another_package_is_pinned() {
    let (fixture, _, sdk) = fixture();
    let pins = fixture.read("api-specs/upstream.toml");
    let (_, pin) = pins.split_once("\n[error_codes]\n").unwrap();
    let mut files = package();
    files[0].1 = "__version__ = '1.3.0'\n".into();
    let newer = fixture.folder.path().join("newer.whl");
    fs::write(&newer, wheel(&files)).unwrap();
    let options = sync::Options {
        services: Vec::new(),
        upstream: Some("1.3.0".to_owned()),
        ..sync_options(&newer, Some(&sdk))
    };
    sync::run(&fixture.workspace, &options).unwrap();
    let pins = fixture.read("api-specs/upstream.toml");
    assert!(pins.contains("version = \"1.3.0\""), "{pins}");
    assert!(pins.ends_with(&format!("\n[error_codes]\n{pin}")), "{pins}");
}

#[test]
fn supplements_are_removed_with_their_version() {
    let (fixture, wheel, _) = fixture();
    let kept = ["api-specs/alpha/2021-02-02.words.toml", "api-specs/alpha/2020-01-01.notes.md"];
    let removed = ["api-specs/alpha/2020-01-01.words.toml", FILE];
    for path in kept.iter().chain(&removed[..1]) {
        fixture.write(path, "");
    }
    let lines = remove::run(&fixture.workspace, &owned(&["alpha@2020-01-01"])).unwrap();
    for path in removed {
        assert!(!fixture.has(path), "{path}");
        assert!(lines.contains(&format!("{path}: removed")), "{lines:?}");
    }
    assert!(kept.iter().all(|path| fixture.has(path)) && fixture.has(OTHER_FILE));
    assert!(generate::plan(&fixture.workspace, &[]).unwrap().is_up_to_date());

    add::run(&fixture.workspace, &add_options(&wheel, None)).unwrap();
    let mut files = package();
    files.remove(3);
    let newer = fixture.folder.path().join("newer");
    unpack(&newer, &files);
    let report = sync::run(&fixture.workspace, &sync_options(&newer, None)).unwrap();
    assert!(report.files["alpha/2021-02-02.errors.toml"].starts_with("removed"), "{report:?}");
    assert!(!fixture.has(OTHER_FILE) && !fixture.has(kept[0]) && fixture.has(kept[1]));
}

#[test]
fn malformed_error_codes_are_not_restored() {
    let (fixture, wheel, sdk) = fixture();
    fixture.write(FILE, "<<<<<<<");
    let before = fixture.snapshot();
    let options = sync_options(&wheel, Some(&sdk));
    for message in [
        generate::plan(&fixture.workspace, &[]).unwrap_err().to_string(),
        sync::run(&fixture.workspace, &options).unwrap_err().to_string(),
    ] {
        assert!(message.starts_with("alpha 2020-01-01.errors.toml: invalid file: "), "{message}");
        assert!(!message.contains("cargo xtask sync"), "{message}");
    }
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn a_standalone_crate_has_the_committed_descriptions() {
    let (fixture, wheel, sdk) = fixture();
    describe(&fixture);
    let before = fixture.snapshot();
    let out = fixture.folder.path().join("out");
    let options = add::Options { out: Some(out.clone()), ..add_options(&wheel, Some(&sdk)) };
    add::run(&fixture.workspace, &options).unwrap();
    let path = out.join("tencentcloud-alpha/src/v20200101/error_code.rs");
    assert!(fs::read_to_string(path).unwrap().contains("/// Oh no.\n"));
    assert_eq!(fixture.snapshot(), before, "the workspace does not change");
}

//! `cargo xtask sync`, in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Fixture, api, package, package_with_values, sha256, unpack, wheel};
use xtask::sync::{self, Options};

fn from(path: &std::path::Path, services: &[&str]) -> Options {
    Options {
        from: Some(path.to_owned()),
        services: services.iter().map(|&service| service.to_owned()).collect(),
        ..Options::default()
    }
}

/// Asserts that the command fails with these parts in its message and changes nothing.
#[track_caller]
fn assert_fails(fixture: &Fixture, options: &Options, parts: &[&str]) {
    let before = fixture.snapshot();
    let message = sync::run(&fixture.workspace, options).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
    assert_eq!(fixture.snapshot(), before, "the command changed a file");
}

#[test]
fn all_versions_of_the_given_services_are_written() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let report = sync::run(&fixture.workspace, &from(&wheel, &["alpha"])).unwrap();
    let lines: Vec<String> = report.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "alpha/2020-01-01.json: new: 2 actions, 4 objects, 4 members",
            "alpha/2021-02-02.json: new: 1 actions, 2 objects, 2 members",
            "Next: run `cargo xtask generate` to update the crates.",
        ]
    );
    let specs = fixture.workspace.api_specs();
    let text = fs::read_to_string(specs.join("alpha/2021-02-02.json")).unwrap();
    assert_eq!(
        text,
        r#"{
"service": "svc",
"version": "2021-02-02",
"actions": {
"Get": {"input": "GetRequest", "output": "GetResponse", "status": "online"}
},
"objects": {
"GetRequest": {"kind": "request", "members": [
{"name": "Id", "type": "string", "member": "string", "required": true}
]},
"GetResponse": {"kind": "response", "members": [
{"name": "RequestId", "type": "string", "member": "string"}
]}
}
}
"#
    );
    assert!(!specs.join("beta").exists());
    assert!(specs.join("upstream.toml").exists());
}

#[test]
fn a_second_run_changes_nothing() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    sync::run(&fixture.workspace, &from(&wheel, &["beta"])).unwrap();
    let before = fixture.snapshot();
    // Without services, the committed services are updated.
    let report = sync::run(&fixture.workspace, &from(&wheel, &[])).unwrap();
    assert_eq!(report.files["beta/2020-01-01.json"], "unchanged");
    assert_eq!(report.files.len(), 1);
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn changes_are_reported_and_other_files_stay() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    sync::run(&fixture.workspace, &from(&wheel, &["alpha"])).unwrap();
    let notes = fixture.workspace.api_specs().join("alpha/notes.md");
    fs::write(&notes, "ours").unwrap();

    let newer = fixture.folder.path().join("newer");
    let mut files = package();
    files[1].1 = api("2020-01-01", &["Get", "Del"]);
    files.remove(3);
    unpack(&newer, &files);
    let report = sync::run(&fixture.workspace, &from(&newer, &[])).unwrap();
    assert_eq!(
        report.files["alpha/2020-01-01.json"],
        "actions +1 -1 ~0, objects +2 -2 ~0, members +2 -2 ~0"
    );
    assert!(report.files["alpha/2021-02-02.json"].starts_with("removed"));
    assert!(!fixture.workspace.api_specs().join("alpha/2021-02-02.json").exists());
    assert_eq!(fs::read_to_string(notes).unwrap(), "ours");
    let left: Vec<_> = fs::read_dir(fixture.workspace.root()).unwrap().collect();
    assert_eq!(left.len(), 3, "a temporary folder is left: {left:?}");
}

#[test]
fn known_values_are_written_once_and_new_ones_are_reported() {
    let name = "beta/2020-01-01.values.toml";
    let path = format!("api-specs/{name}");
    let (fixture, wheel) = Fixture::with_wheel(&package_with_values(&["ON", "OFF"]));
    let report = sync::run(&fixture.workspace, &from(&wheel, &["beta"])).unwrap();
    assert_eq!(report.files[name], "new: 1 sets with 2 known values");
    let written = fixture.read(&path);
    let set = "[id]\nmembers = [\n    \"GetRequest.Id\",\n]\n[id.values]\nOFF = {}\nON = {}\n";
    assert!(written.ends_with(set), "{written}");

    // The file is as complete as the documents.
    let report = sync::run(&fixture.workspace, &from(&wheel, &[])).unwrap();
    assert_eq!(report.files.keys().collect::<Vec<_>>(), ["beta/2020-01-01.json"]);

    // A person has renamed the set, described a value and named another.
    let edited = "[state]\nmembers = [\"GetRequest.Id\"]\nignored = [\"X1\"]\n[state.values]\n\
                  ON = \"On.\"\nSTOPPED = { value = \"OFF\", doc = \"Off.\" }\n";
    fixture.write(&path, edited);
    let report = sync::run(&fixture.workspace, &from(&wheel, &[])).unwrap();
    assert!(!report.files.contains_key(name), "{report:?}");

    let newer = fixture.folder.path().join("newer");
    unpack(&newer, &package_with_values(&["ON", "GONE", "X1", "LOST"]));
    let report = sync::run(&fixture.workspace, &from(&newer, &[])).unwrap();
    assert_eq!(
        report.files[name],
        "unchanged, but upstream's documents list more values: `state` lacks `GONE`, `LOST`"
    );
    assert_eq!(fixture.read(&path), edited);

    fixture.write(&path, "[state");
    assert_fails(&fixture, &from(&newer, &[]), &["beta 2020-01-01.values.toml: invalid file"]);

    // Whether the file fits the specification is for `generate` to say.
    let stale = edited.replace("GetRequest.Id", "GetRequest.Gone");
    fixture.write(&path, &stale);
    sync::run(&fixture.workspace, &from(&newer, &[])).unwrap();
    assert_eq!(fixture.read(&path), stale);

    // An empty file means that the service should have no known values.
    fixture.write(&path, "");
    let report = sync::run(&fixture.workspace, &from(&newer, &[])).unwrap();
    assert!(!report.files.contains_key(name), "{report:?}");
    assert_eq!(fixture.read(&path), "");
}

#[test]
fn a_folder_can_be_the_package_or_its_services() {
    let (fixture, _) = Fixture::with_wheel(&package());
    let folder = fixture.folder.path().join("unpacked");
    unpack(&folder, &package());
    for inner in ["", "tccli", "tccli/services"] {
        let report = sync::run(&fixture.workspace, &from(&folder.join(inner), &["beta"])).unwrap();
        assert_eq!(report.files.len(), 1, "{inner}");
    }
}

#[test]
fn a_wheel_that_differs_from_the_pin_needs_unpinned() {
    let (fixture, _) = Fixture::with_wheel(&package());
    let mut files = package();
    files.remove(3);
    let other = fixture.folder.path().join("other.whl");
    fs::write(&other, wheel(&files)).unwrap();
    let options = from(&other, &["alpha"]);
    let found = sha256(&wheel(&files));
    assert_fails(&fixture, &options, &[&found, "upstream.toml", "--unpinned"]);

    let report = sync::run(&fixture.workspace, &Options { unpinned: true, ..options }).unwrap();
    assert!(report.lines().next().unwrap().contains(&found));
}

#[test]
fn a_folder_of_another_version_is_rejected() {
    let (fixture, _) = Fixture::with_wheel(&package());
    let folder = fixture.folder.path().join("unpacked");
    let mut files = package();
    files[0].1 = "__version__ = '9.9'\n".to_owned();
    unpack(&folder, &files);
    assert_fails(&fixture, &from(&folder, &["alpha"]), &["9.9", support::VERSION, "--unpinned"]);
}

#[test]
fn a_malformed_package_is_rejected() {
    let fixture = Fixture::new(&sha256(b"no wheel"));
    let path = fixture.folder.path().join("package.whl");
    fs::write(&path, "no wheel").unwrap();
    assert_fails(&fixture, &from(&path, &["alpha"]), &["package.whl", "invalid upstream package"]);
    assert_fails(
        &fixture,
        &from(&fixture.folder.path().join("none"), &["alpha"]),
        &["none", "cannot open"],
    );

    let (fixture, path) = Fixture::with_wheel(&[("readme.txt", "hello".to_owned())]);
    assert_fails(&fixture, &from(&path, &["alpha"]), &["it contains no service"]);
}

#[test]
fn one_malformed_file_stops_the_update() {
    let mut files = package();
    files[3].1 = files[3].1.replace("GetRequest\": {", "GetAsk\": {");
    let (fixture, path) = Fixture::with_wheel(&files);
    assert_fails(&fixture, &from(&path, &["alpha"]), &["alpha 2021-02-02", "object `GetAsk`"]);

    let mut files = package();
    files[3].1.truncate(100);
    let (fixture, path) = Fixture::with_wheel(&files);
    assert_fails(&fixture, &from(&path, &["beta", "alpha"]), &["alpha 2021-02-02", "EOF"]);
}

#[test]
fn an_unknown_service_is_rejected_with_similar_names() {
    let (fixture, path) = Fixture::with_wheel(&package());
    assert_fails(&fixture, &from(&path, &["beta", "alpa"]), &["`alpa`", "did you mean `alpha`?"]);
    assert_fails(&fixture, &from(&path, &["zzzzzz"]), &["`zzzzzz`", "autoscaling"]);
    // A name that differs only in letter case is the only suggestion.
    assert_fails(&fixture, &from(&path, &["BETA"]), &["`BETA`", "did you mean `beta`?"]);
    assert_fails(&fixture, &from(&path, &["ALPA"]), &["did you mean `alpha`?"]);
    for invalid in ["", "@2020-01-01", "alpha@", "alpha@2020", "alpha@soon", "a/b", "alpha 1"] {
        assert_fails(&fixture, &from(&path, &[invalid]), &["invalid service", "`cvm@2017-03-12`"]);
    }
    assert_fails(
        &fixture,
        &from(&path, &["alpha@2022-03-03"]),
        &["unknown version `2022-03-03`", "`2020-01-01`, `2021-02-02`"],
    );
}

#[test]
fn a_version_that_is_not_committed_is_only_reported() {
    let (fixture, path) = Fixture::with_wheel(&package());
    let report = sync::run(&fixture.workspace, &from(&path, &["alpha@v20210202"])).unwrap();
    assert_eq!(report.files.keys().collect::<Vec<_>>(), ["alpha/2021-02-02.json"]);
    // Neither `sync` nor `sync alpha` adds the other version.
    for services in [&[][..], &["alpha"]] {
        let report = sync::run(&fixture.workspace, &from(&path, services)).unwrap();
        assert_eq!(report.files.len(), 1);
        assert_eq!(
            report.hints,
            ["Available: alpha 2020-01-01; add it with `cargo xtask add alpha@2020-01-01`."]
        );
    }
}

#[test]
fn a_committed_file_that_cannot_be_read_is_replaced() {
    let (fixture, path) = Fixture::with_wheel(&package());
    sync::run(&fixture.workspace, &from(&path, &["alpha", "beta"])).unwrap();
    let before = fixture.snapshot();
    for broken in [&b"{ <<<<<<< ours"[..], b"", b"\xff\xfe", b"{}"] {
        for file in ["alpha/2021-02-02.json", "beta/2020-01-01.json"] {
            fs::write(fixture.workspace.api_specs().join(file), broken).unwrap();
        }
        // A broken file of another service does not matter.
        let report = sync::run(&fixture.workspace, &from(&path, &["alpha"])).unwrap();
        let change = &report.files["alpha/2021-02-02.json"];
        assert!(change.starts_with("replaced, because it could not be read"), "{change}");
        sync::run(&fixture.workspace, &from(&path, &[])).unwrap();
        assert_eq!(fixture.snapshot(), before);
    }
}

#[test]
fn a_service_that_the_package_does_not_have_stays() {
    let (fixture, path) = Fixture::with_wheel(&package());
    sync::run(&fixture.workspace, &from(&path, &["beta"])).unwrap();
    let specs = fixture.workspace.api_specs();
    fs::create_dir_all(specs.join("private")).unwrap();
    fs::copy(specs.join("beta/2020-01-01.json"), specs.join("private/2020-01-01.json")).unwrap();
    let before = fixture.snapshot();
    let report = sync::run(&fixture.workspace, &from(&path, &[])).unwrap();
    assert!(
        report.files["private/2020-01-01.json"]
            .starts_with("unchanged, because the package does not have it")
    );
    assert_eq!(fixture.snapshot(), before);
}

/// Returns another version of the small package.
fn newer(version: &str) -> Vec<(&'static str, String)> {
    let mut files = package();
    files[0].1 = format!("__version__ = '{version}'\n");
    files[1].1 = api("2020-01-01", &["Get", "Put", "Del"]);
    files
}

#[test]
fn the_pin_is_updated_with_the_specifications() {
    let (fixture, path) = Fixture::with_wheel(&package());
    sync::run(&fixture.workspace, &from(&path, &["alpha"])).unwrap();
    let pin = fixture.read("api-specs/upstream.toml");
    fixture.write("api-specs/upstream.toml", &format!("# Where from.\n{pin}"));
    let wheel = wheel(&newer("1.3.0"));
    let path = fixture.folder.path().join("newer.whl");
    fs::write(&path, &wheel).unwrap();
    let options = Options { upstream: Some("1.3.0".to_owned()), ..from(&path, &[]) };
    let report = sync::run(&fixture.workspace, &options).unwrap();
    assert!(report.package[0].contains("1.3.0: pinned in place of 1.2.3"), "{report:?}");
    assert_eq!(
        report.files["alpha/2020-01-01.json"],
        "actions +1 -0 ~0, objects +2 -0 ~0, members +2 -0 ~0"
    );
    assert_eq!(
        fixture.read("api-specs/upstream.toml"),
        format!(
            "# Where from.\npackage = \"tccli\"\nversion = \"1.3.0\"\nsha256 = \"{}\"\n",
            sha256(&wheel)
        )
    );
    // From now on, this package is expected.
    let report = sync::run(&fixture.workspace, &from(&path, &[])).unwrap();
    assert!(report.package[0].contains("the checksum matches"));
}

#[test]
fn an_invalid_pin_is_not_written() {
    let (fixture, path) = Fixture::with_wheel(&package());
    sync::run(&fixture.workspace, &from(&path, &["alpha"])).unwrap();
    let with_version = |path: &std::path::Path, version: &str, services: &[&str]| Options {
        upstream: Some(version.to_owned()),
        ..from(path, services)
    };
    assert_fails(
        &fixture,
        &with_version(&path, "9.9", &[]),
        &["as version `9.9`", "it has version 1.2.3"],
    );
    let folder = fixture.folder.path().join("unpacked");
    unpack(&folder, &newer("9.9"));
    assert_fails(&fixture, &with_version(&folder, "9.9", &[]), &["a folder has no checksum"]);
    assert_fails(
        &fixture,
        &with_version(&path, "9.9", &["alpha"]),
        &["cannot be combined with services"],
    );
    for version in ["", "1 --pre", "1\n", "\"", "1.*"] {
        assert_fails(&fixture, &with_version(&path, version, &[]), &["expected digits and dots"]);
    }
    // A newer package in which a committed service is malformed.
    let mut files = newer("9.9");
    files[1].1.truncate(100);
    let broken = fixture.folder.path().join("broken.whl");
    fs::write(&broken, wheel(&files)).unwrap();
    assert_fails(&fixture, &with_version(&broken, "9.9", &[]), &["alpha 2020-01-01", "EOF"]);
}

#[test]
fn without_services_something_must_be_committed() {
    let (fixture, path) = Fixture::with_wheel(&package());
    assert_fails(&fixture, &from(&path, &[]), &["cargo xtask add"]);
}

#[test]
fn a_malformed_pin_is_rejected() {
    let (fixture, path) = Fixture::with_wheel(&package());
    let pin = fixture.workspace.api_specs().join("upstream.toml");
    for text in ["package = 1", "package = \"p\"\nversion = \"1\"\nsha256 = \"ABC\"\n"] {
        fs::write(&pin, text).unwrap();
        assert_fails(
            &fixture,
            &from(&path, &["alpha"]),
            &["upstream.toml", "invalid pin", "sha256"],
        );
    }
    fs::remove_file(&pin).unwrap();
    assert_fails(&fixture, &from(&path, &["alpha"]), &["upstream.toml", "cannot read"]);
}

#[test]
fn without_pip_the_error_names_the_alternative() {
    let (fixture, _) = Fixture::with_wheel(&package());
    let options = Options {
        python: Some(PathBuf::from("/no/such/python")),
        services: vec!["alpha".to_owned()],
        ..Options::default()
    };
    assert_fails(&fixture, &options, &["/no/such/python", "pip", "--from FILE"]);
}

#[cfg(unix)]
#[test]
fn the_checksum_of_a_download_is_checked() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    // The last two arguments are the folder and the package.
    let copy = format!(
        "while [ $# -gt 2 ]; do shift; done\n[ \"$2\" = tccli=={} ] && cp '{}' \"$1/tccli.whl\"",
        support::VERSION,
        wheel.display()
    );
    let services = vec!["alpha".to_owned()];
    let python = fixture.python(&copy);
    let options = Options { python: Some(python), services, ..Options::default() };
    let report = sync::run(&fixture.workspace, &options).unwrap();
    assert!(report.lines().next().unwrap().contains("the checksum matches"));

    let upstream = Options {
        upstream: Some(support::VERSION.to_owned()),
        services: vec![],
        ..options.clone()
    };
    assert!(sync::run(&fixture.workspace, &upstream).unwrap().package[0].contains("pinned"));

    fs::write(&wheel, "something else").unwrap();
    assert_fails(
        &fixture,
        &options,
        &["SHA-256", &sha256(b"something else"), "--upstream VERSION"],
    );
}

#[cfg(unix)]
#[test]
fn the_errors_of_pip_are_reported() {
    let (fixture, _) = Fixture::with_wheel(&package());
    let services = vec!["alpha".to_owned()];
    let cases = [
        ("echo 'no such version' >&2; exit 1", "no such version"),
        ("echo 'python: No module named pip' >&2; exit 1", "install Python 3 with pip"),
        ("exit 0", "pip wrote no wheel"),
    ];
    for (script, part) in cases {
        let python = Some(fixture.python(script));
        let options = Options { python, services: services.clone(), ..Options::default() };
        assert_fails(&fixture, &options, &[part, "--from FILE"]);
    }
}

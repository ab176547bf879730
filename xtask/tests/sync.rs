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

use support::{Place, api, package, sha256, unpack, wheel};
use xtask::sync::{self, Options};

fn from(path: &std::path::Path, services: &[&str]) -> Options {
    Options {
        from: Some(path.to_owned()),
        services: services.iter().map(|&service| service.to_owned()).collect(),
        ..Options::default()
    }
}

/// Fails with something in its message, and leaves everything as it was.
#[track_caller]
fn fails(place: &Place, options: &Options, parts: &[&str]) {
    let before = place.snapshot();
    let message = sync::run(&place.workspace, options).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
    assert_eq!(place.snapshot(), before, "something was changed");
}

#[test]
fn all_versions_of_the_named_services_are_written() {
    let (place, wheel) = Place::with_wheel(&package());
    let report = sync::run(&place.workspace, &from(&wheel, &["alpha"])).unwrap();
    let lines: Vec<String> = report.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "alpha/2020-01-01.json: new: 2 actions, 4 objects, 4 members",
            "alpha/2021-02-02.json: new: 1 actions, 2 objects, 2 members",
            "Next: `cargo xtask generate` writes the crates anew.",
        ]
    );
    let specs = place.workspace.api_specs();
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
fn the_second_time_nothing_changes() {
    let (place, wheel) = Place::with_wheel(&package());
    sync::run(&place.workspace, &from(&wheel, &["beta"])).unwrap();
    let before = place.snapshot();
    // Without a name: the services that are committed.
    let report = sync::run(&place.workspace, &from(&wheel, &[])).unwrap();
    assert_eq!(report.files["beta/2020-01-01.json"], "unchanged");
    assert_eq!(report.files.len(), 1);
    assert_eq!(place.snapshot(), before);
}

#[test]
fn what_changed_is_said_and_other_files_stay() {
    let (place, wheel) = Place::with_wheel(&package());
    sync::run(&place.workspace, &from(&wheel, &["alpha"])).unwrap();
    let notes = place.workspace.api_specs().join("alpha/notes.md");
    fs::write(&notes, "ours").unwrap();

    let newer = place.folder.path().join("newer");
    let mut files = package();
    files[1].1 = api("2020-01-01", &["Get", "Del"]);
    files.remove(3);
    unpack(&newer, &files);
    let report = sync::run(&place.workspace, &from(&newer, &[])).unwrap();
    assert_eq!(
        report.files["alpha/2020-01-01.json"],
        "actions +1 -1 ~0, objects +2 -2 ~0, members +2 -2 ~0"
    );
    assert!(report.files["alpha/2021-02-02.json"].starts_with("removed"));
    assert!(!place.workspace.api_specs().join("alpha/2021-02-02.json").exists());
    assert_eq!(fs::read_to_string(notes).unwrap(), "ours");
    let left: Vec<_> = fs::read_dir(place.workspace.root()).unwrap().collect();
    assert_eq!(left.len(), 3, "no temporary folder is left: {left:?}");
}

#[test]
fn a_folder_may_be_the_package_or_its_services() {
    let (place, _) = Place::with_wheel(&package());
    let folder = place.folder.path().join("unpacked");
    unpack(&folder, &package());
    for inner in ["", "tccli", "tccli/services"] {
        let report = sync::run(&place.workspace, &from(&folder.join(inner), &["beta"])).unwrap();
        assert_eq!(report.files.len(), 1, "{inner}");
    }
}

#[test]
fn another_wheel_than_the_pinned_one_is_refused_unless_it_is_wanted() {
    let (place, _) = Place::with_wheel(&package());
    let mut files = package();
    files.remove(3);
    let other = place.folder.path().join("other.whl");
    fs::write(&other, wheel(&files)).unwrap();
    let options = from(&other, &["alpha"]);
    let found = sha256(&wheel(&files));
    fails(&place, &options, &[&found, "upstream.toml", "--unpinned"]);

    let report = sync::run(&place.workspace, &Options { unpinned: true, ..options }).unwrap();
    assert!(report.lines().next().unwrap().contains(&found));
}

#[test]
fn a_folder_of_another_version_is_refused() {
    let (place, _) = Place::with_wheel(&package());
    let folder = place.folder.path().join("unpacked");
    let mut files = package();
    files[0].1 = "__version__ = '9.9'\n".to_owned();
    unpack(&folder, &files);
    fails(&place, &from(&folder, &["alpha"]), &["9.9", support::VERSION, "--unpinned"]);
}

#[test]
fn a_malformed_package_is_refused() {
    let place = Place::new(&sha256(b"no wheel"));
    let path = place.folder.path().join("package.whl");
    fs::write(&path, "no wheel").unwrap();
    fails(&place, &from(&path, &["alpha"]), &["package.whl", "not an upstream package"]);
    fails(&place, &from(&place.folder.path().join("none"), &["alpha"]), &["none", "cannot open"]);

    let (place, path) = Place::with_wheel(&[("readme.txt", "hello".to_owned())]);
    fails(&place, &from(&path, &["alpha"]), &["no service is in it"]);
}

#[test]
fn one_malformed_file_stops_everything() {
    let mut files = package();
    files[3].1 = files[3].1.replace("GetRequest\": {", "GetAsk\": {");
    let (place, path) = Place::with_wheel(&files);
    fails(&place, &from(&path, &["alpha"]), &["alpha 2021-02-02", "object `GetAsk`"]);

    let mut files = package();
    files[3].1.truncate(100);
    let (place, path) = Place::with_wheel(&files);
    fails(&place, &from(&path, &["beta", "alpha"]), &["alpha 2021-02-02", "EOF"]);
}

#[test]
fn an_unknown_service_is_refused_with_names_that_are_like_it() {
    let (place, path) = Place::with_wheel(&package());
    fails(&place, &from(&path, &["beta", "alpa"]), &["`alpa`", "did you mean `alpha`?"]);
    fails(&place, &from(&path, &["zzzzzz"]), &["`zzzzzz`", "autoscaling"]);
    // Letter case alone leaves no doubt.
    fails(&place, &from(&path, &["BETA"]), &["`BETA`", "did you mean `beta`?"]);
    fails(&place, &from(&path, &["ALPA"]), &["did you mean `alpha`?"]);
    for wrong in ["", "@2020-01-01", "alpha@", "alpha@2020", "alpha@soon", "a/b", "alpha 1"] {
        fails(&place, &from(&path, &[wrong]), &["invalid service", "`cvm@2017-03-12`"]);
    }
    fails(
        &place,
        &from(&path, &["alpha@2022-03-03"]),
        &["no version `2022-03-03`", "`2020-01-01`, `2021-02-02`"],
    );
}

#[test]
fn a_version_that_was_not_taken_is_only_named() {
    let (place, path) = Place::with_wheel(&package());
    let report = sync::run(&place.workspace, &from(&path, &["alpha@v20210202"])).unwrap();
    assert_eq!(report.files.keys().collect::<Vec<_>>(), ["alpha/2021-02-02.json"]);
    // Neither a bare `sync` nor one of the service takes the other.
    for services in [&[][..], &["alpha"]] {
        let report = sync::run(&place.workspace, &from(&path, services)).unwrap();
        assert_eq!(report.files.len(), 1);
        assert_eq!(
            report.hints,
            ["Not taken: alpha 2020-01-01; `cargo xtask add alpha@2020-01-01` adds it."]
        );
    }
}

#[test]
fn a_committed_file_that_cannot_be_read_is_replaced() {
    let (place, path) = Place::with_wheel(&package());
    sync::run(&place.workspace, &from(&path, &["alpha", "beta"])).unwrap();
    let before = place.snapshot();
    for broken in [&b"{ <<<<<<< ours"[..], b"", b"\xff\xfe", b"{}"] {
        for file in ["alpha/2021-02-02.json", "beta/2020-01-01.json"] {
            fs::write(place.workspace.api_specs().join(file), broken).unwrap();
        }
        // A broken file of another service is nobody's business here.
        let report = sync::run(&place.workspace, &from(&path, &["alpha"])).unwrap();
        let change = &report.files["alpha/2021-02-02.json"];
        assert!(change.starts_with("could not be read, and is replaced"), "{change}");
        sync::run(&place.workspace, &from(&path, &[])).unwrap();
        assert_eq!(place.snapshot(), before);
    }
}

#[test]
fn a_service_that_the_package_does_not_have_is_left_as_it_is() {
    let (place, path) = Place::with_wheel(&package());
    sync::run(&place.workspace, &from(&path, &["beta"])).unwrap();
    let specs = place.workspace.api_specs();
    fs::create_dir_all(specs.join("private")).unwrap();
    fs::copy(specs.join("beta/2020-01-01.json"), specs.join("private/2020-01-01.json")).unwrap();
    let before = place.snapshot();
    let report = sync::run(&place.workspace, &from(&path, &[])).unwrap();
    assert!(report.files["private/2020-01-01.json"].starts_with("not in the package"));
    assert_eq!(place.snapshot(), before);
}

/// The small package as another version of it.
fn newer(version: &str) -> Vec<(&'static str, String)> {
    let mut files = package();
    files[0].1 = format!("__version__ = '{version}'\n");
    files[1].1 = api("2020-01-01", &["Get", "Put", "Del"]);
    files
}

#[test]
fn the_pin_is_moved_with_the_specifications() {
    let (place, path) = Place::with_wheel(&package());
    sync::run(&place.workspace, &from(&path, &["alpha"])).unwrap();
    let pin = place.read("api-specs/upstream.toml");
    place.write("api-specs/upstream.toml", &format!("# Where from.\n{pin}"));
    let wheel = wheel(&newer("1.3.0"));
    let path = place.folder.path().join("newer.whl");
    fs::write(&path, &wheel).unwrap();
    let options = Options { upstream: Some("1.3.0".to_owned()), ..from(&path, &[]) };
    let report = sync::run(&place.workspace, &options).unwrap();
    assert!(report.package[0].contains("1.3.0: pinned, in place of 1.2.3"), "{report:?}");
    assert_eq!(
        report.files["alpha/2020-01-01.json"],
        "actions +1 -0 ~0, objects +2 -0 ~0, members +2 -0 ~0"
    );
    assert_eq!(
        place.read("api-specs/upstream.toml"),
        format!(
            "# Where from.\npackage = \"tccli\"\nversion = \"1.3.0\"\nsha256 = \"{}\"\n",
            sha256(&wheel)
        )
    );
    // From now on it is the package that is expected.
    let report = sync::run(&place.workspace, &from(&path, &[])).unwrap();
    assert!(report.package[0].contains("the checksum is right"));
}

#[test]
fn a_pin_that_cannot_be_trusted_is_not_written() {
    let (place, path) = Place::with_wheel(&package());
    sync::run(&place.workspace, &from(&path, &["alpha"])).unwrap();
    let wanted = |path: &std::path::Path, version: &str, services: &[&str]| Options {
        upstream: Some(version.to_owned()),
        ..from(path, services)
    };
    fails(&place, &wanted(&path, "9.9", &[]), &["as version 9.9", "it is version 1.2.3"]);
    let folder = place.folder.path().join("unpacked");
    unpack(&folder, &newer("9.9"));
    fails(&place, &wanted(&folder, "9.9", &[]), &["a folder has no checksum"]);
    fails(&place, &wanted(&path, "9.9", &["alpha"]), &["is for all services"]);
    for version in ["", "1 --pre", "1\n", "\"", "1.*"] {
        fails(&place, &wanted(&path, version, &[]), &["expected digits and dots"]);
    }
    // A newer package in which a committed service is malformed.
    let mut files = newer("9.9");
    files[1].1.truncate(100);
    let broken = place.folder.path().join("broken.whl");
    fs::write(&broken, wheel(&files)).unwrap();
    fails(&place, &wanted(&broken, "9.9", &[]), &["alpha 2020-01-01", "EOF"]);
}

#[test]
fn nothing_committed_and_nothing_named() {
    let (place, path) = Place::with_wheel(&package());
    fails(&place, &from(&path, &[]), &["cargo xtask add"]);
}

#[test]
fn a_wrong_pin_is_refused() {
    let (place, path) = Place::with_wheel(&package());
    let pin = place.workspace.api_specs().join("upstream.toml");
    for text in ["package = 1", "package = \"p\"\nversion = \"1\"\nsha256 = \"ABC\"\n"] {
        fs::write(&pin, text).unwrap();
        fails(&place, &from(&path, &["alpha"]), &["upstream.toml", "is not right", "sha256"]);
    }
    fs::remove_file(&pin).unwrap();
    fails(&place, &from(&path, &["alpha"]), &["upstream.toml", "cannot read"]);
}

#[test]
fn without_pip_it_says_what_to_do() {
    let (place, _) = Place::with_wheel(&package());
    let options = Options {
        python: Some(PathBuf::from("/no/such/python")),
        services: vec!["alpha".to_owned()],
        ..Options::default()
    };
    fails(&place, &options, &["/no/such/python", "pip", "--from FILE"]);
}

/// A stand-in for Python that runs a shell script instead.
#[cfg(unix)]
fn python(place: &Place, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;

    let path = place.folder.path().join("python");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(unix)]
#[test]
fn what_pip_downloads_is_checked() {
    let (place, wheel) = Place::with_wheel(&package());
    // The last two arguments are the folder and the package.
    let copy = format!(
        "while [ $# -gt 2 ]; do shift; done\n[ \"$2\" = tccli=={} ] && cp '{}' \"$1/tccli.whl\"",
        support::VERSION,
        wheel.display()
    );
    let services = vec!["alpha".to_owned()];
    let python = python(&place, &copy);
    let options = Options { python: Some(python), services, ..Options::default() };
    let report = sync::run(&place.workspace, &options).unwrap();
    assert!(report.lines().next().unwrap().contains("the checksum is right"));

    let upstream = Options {
        upstream: Some(support::VERSION.to_owned()),
        services: vec![],
        ..options.clone()
    };
    assert!(sync::run(&place.workspace, &upstream).unwrap().package[0].contains("pinned"));

    fs::write(&wheel, "something else").unwrap();
    fails(&place, &options, &["SHA-256", &sha256(b"something else"), "--upstream VERSION"]);
}

#[cfg(unix)]
#[test]
fn what_pip_complains_about_is_passed_on() {
    let (place, _) = Place::with_wheel(&package());
    let services = vec!["alpha".to_owned()];
    let cases = [
        ("echo 'no such version' >&2; exit 1", "no such version"),
        ("echo 'python: No module named pip' >&2; exit 1", "install Python 3 with pip"),
        ("exit 0", "pip left no wheel"),
    ];
    for (script, part) in cases {
        let python = Some(python(&place, script));
        let options = Options { python, services: services.clone(), ..Options::default() };
        fails(&place, &options, &[part, "--from FILE"]);
    }
}

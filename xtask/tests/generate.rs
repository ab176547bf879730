//! `cargo xtask generate`, in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

mod support;

use std::fs;
use std::path::Path;

use support::{Fixture, package, unpack};
use xtask::conformance::generate_all;
use xtask::generate::{Change, ChangeKind, plan};
use xtask::sync::{self, Options};
use xtask::upstream::Package;

/// Creates a workspace with the specifications of both services of the small package.
fn synced() -> Fixture {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let services = vec!["alpha".to_owned(), "beta".to_owned()];
    let options = Options { from: Some(wheel), services, ..Options::default() };
    sync::run(&fixture.workspace, &options).unwrap();
    fixture
}

fn changes(fixture: &Fixture, services: &[&str]) -> Vec<(String, ChangeKind)> {
    let services: Vec<String> = services.iter().map(|&service| service.to_owned()).collect();
    let plan = plan(&fixture.workspace, &services).unwrap();
    let changes = plan.changes().iter();
    let change = |it: &Change| (it.path.to_str().unwrap().replace('\\', "/"), it.kind);
    changes.map(change).collect()
}

#[test]
fn everything_is_written_and_then_up_to_date() {
    let fixture = synced();
    let first = plan(&fixture.workspace, &[]).unwrap();
    assert!(!first.is_up_to_date());
    first.apply().unwrap();
    for path in [
        "crates/tencentcloud-alpha/Cargo.toml",
        "crates/tencentcloud-alpha/README.md",
        "crates/tencentcloud-alpha/src/lib.rs",
        "crates/tencentcloud-alpha/src/v20200101/models.rs",
        "crates/tencentcloud-alpha/src/v20210202/client.rs",
        "crates/tencentcloud-beta/src/v20200101/actions.rs",
        "crates/tencentcloud-local/src/specs.rs",
        "crates/tencentcloud-local/specs/alpha-2021-02-02.json",
        "tests/conformance/src/actions.rs",
    ] {
        assert!(fixture.workspace.root().join(path).exists(), "{path}");
    }
    let before = fixture.snapshot();
    let second = plan(&fixture.workspace, &[]).unwrap();
    assert!(second.is_up_to_date());
    assert!(second.check_report().is_empty());
    second.apply().unwrap();
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn the_local_endpoint_gets_a_copy_of_the_committed_file() {
    let fixture = synced();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    let root = fixture.workspace.root();
    assert_eq!(
        fs::read(root.join("crates/tencentcloud-local/specs/beta-2020-01-01.json")).unwrap(),
        fs::read(root.join("api-specs/beta/2020-01-01.json")).unwrap()
    );
}

#[test]
fn a_check_reports_every_file_and_the_command() {
    let fixture = synced();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    let alpha = fixture.workspace.root().join("crates/tencentcloud-alpha");
    fs::write(alpha.join("README.md"), "edited").unwrap();
    fs::remove_file(alpha.join("src/lib.rs")).unwrap();
    fs::create_dir_all(alpha.join("src/v19990101")).unwrap();
    fs::write(alpha.join("src/v19990101/mod.rs"), "").unwrap();
    // Ignored: build output and hidden files.
    fs::create_dir_all(alpha.join("target")).unwrap();
    fs::write(alpha.join("target/x"), "").unwrap();
    fs::write(alpha.join(".hidden"), "").unwrap();

    assert_eq!(
        changes(&fixture, &[]),
        [
            ("crates/tencentcloud-alpha/README.md".to_owned(), ChangeKind::Different),
            ("crates/tencentcloud-alpha/src/lib.rs".to_owned(), ChangeKind::Missing),
            ("crates/tencentcloud-alpha/src/v19990101/mod.rs".to_owned(), ChangeKind::Stale),
        ]
    );
    assert!(changes(&fixture, &["beta"]).is_empty(), "only the given services are compared");
    let before = fixture.snapshot();
    let plan = plan(&fixture.workspace, &[]).unwrap();
    let report = plan.check_report().join("\n");
    assert!(report.contains("README.md (different)"), "{report}");
    assert!(report.contains("lib.rs (missing)"), "{report}");
    assert!(report.contains("mod.rs (no longer generated)"), "{report}");
    assert!(report.ends_with("Run `cargo xtask generate`, and commit the changes."));
    assert_eq!(fixture.snapshot(), before, "a check writes nothing");

    plan.apply().unwrap();
    assert!(changes(&fixture, &[]).is_empty());
    assert!(!alpha.join("src/v19990101").exists(), "the empty folder is removed too");
    assert!(alpha.join("target/x").exists());
}

#[test]
fn the_crate_of_a_removed_service_is_removed() {
    let fixture = synced();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    let crates = fixture.workspace.root().join("crates");
    fs::create_dir_all(crates.join("tencentcloud-common")).unwrap();
    fs::write(crates.join("tencentcloud-common/Cargo.toml"), "[package]\n").unwrap();
    fs::remove_dir_all(fixture.workspace.api_specs().join("beta")).unwrap();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    assert!(!crates.join("tencentcloud-beta").exists());
    assert!(crates.join("tencentcloud-alpha").exists());
    assert!(crates.join("tencentcloud-common/Cargo.toml").exists(), "written by hand");
    assert!(!crates.join("tencentcloud-local/specs/beta-2020-01-01.json").exists());
}

#[test]
fn a_golden_specification_becomes_an_unlisted_crate() {
    let fixture = synced();
    let golden = fixture.workspace.golden_specs();
    fs::create_dir_all(golden.join("trap")).unwrap();
    let beta = fixture.workspace.api_specs().join("beta/2020-01-01.json");
    fs::copy(beta, golden.join("trap/2020-01-01.json")).unwrap();
    plan(&fixture.workspace, &["trap".to_owned()]).unwrap().apply().unwrap();
    let root = fixture.workspace.root();
    let manifest = root.join("codegen/golden/tencentcloud-trap/Cargo.toml");
    assert!(fs::read_to_string(manifest).unwrap().contains("publish = false"));
    let registry = fs::read_to_string(root.join("tests/conformance/src/actions.rs")).unwrap();
    assert!(!registry.contains("trap"));
    assert!(
        !root.join("crates/tencentcloud-alpha").exists(),
        "only the given services are written"
    );
}

/// A supplement of `beta` with a waiter.
const WAITER: &str = "[waiters.there]\ndoc = \"it is there\"\naction = \"Get\"\nids = \"Id\"\n\
                      state = \"RequestId\"\nsuccess = [\"r-1\"]\n";

#[test]
fn a_supplement_adds_waiters() {
    let fixture = synced();
    fixture.write("api-specs/beta/2020-01-01.supplement.toml", WAITER);
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    let waiters = fixture.read("crates/tencentcloud-beta/src/v20200101/waiters.rs");
    assert!(waiters.contains("pub fn wait_until_there("), "{waiters}");
    assert!(!fixture.has("crates/tencentcloud-alpha/src/v20200101/waiters.rs"));
    fs::remove_file(fixture.workspace.api_specs().join("beta/2020-01-01.supplement.toml")).unwrap();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    assert!(!fixture.has("crates/tencentcloud-beta/src/v20200101/waiters.rs"));
}

/// `cargo xtask add` would not restore a supplement.
#[test]
fn an_invalid_supplement_is_rejected() {
    let fixture = synced();
    let path = "api-specs/beta/2020-01-01.supplement.toml";
    for (text, message) in [
        ("[waiter.a]\n", "invalid file: line 1: unknown field `waiter`"),
        (&WAITER.replace("\"Id\"", "\"Ids\""), "waiter `there`, object `GetRequest`, member `Ids`"),
    ] {
        fixture.write(path, text);
        let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
        assert!(error.contains("beta 2020-01-01.supplement.toml"), "{error}");
        assert!(error.contains(message) && !error.contains("cargo xtask add"), "{error}");
    }
}

#[test]
fn supplements_become_part_of_the_crate() {
    let fixture = synced();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    let values = "api-specs/alpha/2020-01-01.values.toml";
    fixture.write(
        values,
        "[id]\ndoc = \"Id.\"\nmembers = [\"GetRequest.Id\"]\n[id.values]\nONE = \"One.\"\n",
    );
    fixture.write("api-specs/alpha/2020-01-01.supplement.toml", "[deprecated]\n");
    let changes = changes(&fixture, &[]);
    let paths: Vec<&str> = changes.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "crates/tencentcloud-alpha/src/v20200101/models.rs",
            "crates/tencentcloud-alpha/src/v20200101/values.rs",
            "crates/tencentcloud-alpha/src/v20200101.rs",
        ],
        "other versions do not change"
    );
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    assert!(
        fixture
            .read("crates/tencentcloud-alpha/src/v20200101/values.rs")
            .contains("    pub const ONE: &str = \"ONE\";\n")
    );

    // `sync` does not restore a supplement, so that the error does not propose it.
    for (path, text, message) in [
        (values, "[id]\n", "alpha 2020-01-01.values.toml: invalid file: line 1: missing field"),
        (
            "api-specs/alpha/2020-01-01.supplement.toml",
            "[deprecated]\nGet = \"Put\"\n",
            "alpha 2020-01-01.supplement.toml, action `Get`: not deprecated",
        ),
    ] {
        let before = fixture.read(path);
        fixture.write(path, text);
        let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
        assert!(!error.contains("cargo xtask sync"), "{error}");
        fixture.write(path, &before);
    }

    fs::remove_file(fixture.workspace.root().join(values)).unwrap();
    let stale = ("crates/tencentcloud-alpha/src/v20200101/values.rs".into(), ChangeKind::Stale);
    assert!(self::changes(&fixture, &[]).contains(&stale));
}

#[test]
fn invalid_specifications_and_unknown_services_are_rejected() {
    let fixture = synced();
    let error = plan(&fixture.workspace, &["bta".to_owned()]).unwrap_err().to_string();
    assert!(error.contains("`bta`") && error.contains("`beta`"), "{error}");

    let path = fixture.workspace.api_specs().join("beta/2020-01-01.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"Id\"", "\"I d\"")).unwrap();
    let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("beta 2020-01-01, object `GetRequest`, member `I d`"), "{error}");
    assert!(error.contains("to restore the file, run `cargo xtask sync beta`"), "{error}");
    for broken in [&b"{"[..], b"", b"\xff"] {
        fs::write(&path, broken).unwrap();
        let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
        assert!(error.contains("beta 2020-01-01"), "{error}");
        assert!(error.contains("to restore the file, run `cargo xtask sync beta`"), "{error}");
    }

    fs::remove_dir_all(fixture.workspace.api_specs()).unwrap();
    let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("cargo xtask add"), "{error}");
}

#[test]
fn the_manifests_list_the_services() {
    let fixture = synced();
    let conformance = fixture.read("tests/conformance/Cargo.toml");
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    let manifest = fixture.read("Cargo.toml");
    let alpha =
        "tencentcloud-alpha = { version = \"0.4.2\", path = \"crates/tencentcloud-alpha\" }\n";
    assert!(manifest.contains(alpha), "{manifest}");
    assert!(manifest.ends_with("# </service crates>\nserde = \"1\"\n"), "{manifest}");
    let marker = "# </service crates>";
    let lines = "tencentcloud-alpha.workspace = true\ntencentcloud-beta.workspace = true\n";
    assert_eq!(
        fixture.read("tests/conformance/Cargo.toml"),
        conformance.replace(marker, &format!("{lines}{marker}"))
    );

    fixture.write("Cargo.toml", &manifest.replace(alpha, ""));
    assert_eq!(changes(&fixture, &[]), [("Cargo.toml".to_owned(), ChangeKind::Different)]);
    fixture.write("Cargo.toml", &manifest.replace(marker, ""));
    let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("Cargo.toml") && error.contains(marker), "{error}");
}

#[test]
fn a_service_that_hand_written_code_uses_needs_its_specification() {
    let fixture = synced();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    fixture.write(
        "demo/Cargo.toml",
        "[package]\nname = \"demo\"\n[dev-dependencies]\ntencentcloud-beta.workspace = true\n",
    );
    fixture.write("demo/src/lib.rs", "use tencentcloud_beta::v20200101::BetaClient;\n");
    fixture.write("demo/src/other.rs", "// tencentcloud_beta\n");
    fs::remove_dir_all(fixture.workspace.api_specs().join("beta")).unwrap();
    let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
    for part in ["the service is used by `demo/src/lib.rs`;", "`cargo xtask add beta`"] {
        assert!(error.contains(part), "{error}");
    }
    // Listed in the metadata of the manifest.
    fixture.write(
        "demo/Cargo.toml",
        "[package]\nname = \"demo\"\n[package.metadata.xtask]\nservices = [\"beta\"]\n",
    );
    let error = plan(&fixture.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("the service is used by `demo/Cargo.toml`;"), "{error}");
}

#[test]
fn only_folders_without_a_file_are_removed() {
    let fixture = synced();
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    fs::create_dir_all(fixture.workspace.root().join("crates/tencentcloud-empty/src")).unwrap();
    // A hand-written crate that has no manifest yet.
    fixture.write("crates/tencentcloud-mine/src/main.rs", "fn main() {}\n");
    plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    assert!(!fixture.has("crates/tencentcloud-empty"));
    assert!(fixture.has("crates/tencentcloud-mine/src/main.rs"));
}

#[test]
fn the_committed_code_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let plan = plan(&xtask::Workspace::new(root), &[]).unwrap();
    assert!(plan.is_up_to_date(), "{}", plan.check_report().join("\n"));
}

#[test]
fn all_services_of_a_package_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = package();
    files[4].1 = files[4].1.replace("\"string\"", "\"strong\"");
    files.push(("tccli/services/gamma/next/api.json", "{}".to_owned()));
    unpack(folder.path(), &files);
    let package = Package::open(folder.path()).unwrap();
    assert_eq!(package.unrecognized(), ["tccli/services/gamma/next/api.json"]);
    let report = generate_all(&package).unwrap();
    assert_eq!(report.services, 1);
    assert_eq!((report.versions, report.actions, report.objects, report.members), (2, 3, 6, 6));
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(failures.len(), 1);
    assert!(failures[0].starts_with("beta 2020-01-01"), "{failures:?}");
}

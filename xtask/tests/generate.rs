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

use support::{Place, package, unpack};
use xtask::all_services::generate_all;
use xtask::generate::{Change, Why, plan};
use xtask::sync::{self, Options, Package};

/// A workspace with the specifications of both services of the small package.
fn place() -> Place {
    let (place, wheel) = Place::with_wheel(&package());
    let services = vec!["alpha".to_owned(), "beta".to_owned()];
    let options = Options { from: Some(wheel), services, ..Options::default() };
    sync::run(&place.workspace, &options).unwrap();
    place
}

fn changes(place: &Place, services: &[&str]) -> Vec<(String, Why)> {
    let services: Vec<String> = services.iter().map(|&service| service.to_owned()).collect();
    let plan = plan(&place.workspace, &services).unwrap();
    let changes = plan.changes().iter();
    let change = |it: &Change| (it.path.to_str().unwrap().replace('\\', "/"), it.why);
    changes.map(change).collect()
}

#[test]
fn everything_is_written_once() {
    let place = place();
    let first = plan(&place.workspace, &[]).unwrap();
    assert!(!first.is_done());
    first.carry_out().unwrap();
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
        assert!(place.workspace.root().join(path).exists(), "{path}");
    }
    let before = place.snapshot();
    let second = plan(&place.workspace, &[]).unwrap();
    assert!(second.is_done());
    assert!(second.complaints().is_empty());
    second.carry_out().unwrap();
    assert_eq!(place.snapshot(), before);
}

#[test]
fn the_copy_for_the_local_endpoint_is_the_committed_file() {
    let place = place();
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    let root = place.workspace.root();
    assert_eq!(
        fs::read(root.join("crates/tencentcloud-local/specs/beta-2020-01-01.json")).unwrap(),
        fs::read(root.join("api-specs/beta/2020-01-01.json")).unwrap()
    );
}

#[test]
fn a_check_names_every_file_and_the_command() {
    let place = place();
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    let alpha = place.workspace.root().join("crates/tencentcloud-alpha");
    fs::write(alpha.join("README.md"), "edited").unwrap();
    fs::remove_file(alpha.join("src/lib.rs")).unwrap();
    fs::create_dir_all(alpha.join("src/v19990101")).unwrap();
    fs::write(alpha.join("src/v19990101/mod.rs"), "").unwrap();
    // Not ours.
    fs::create_dir_all(alpha.join("target")).unwrap();
    fs::write(alpha.join("target/x"), "").unwrap();
    fs::write(alpha.join(".hidden"), "").unwrap();

    assert_eq!(
        changes(&place, &[]),
        [
            ("crates/tencentcloud-alpha/README.md".to_owned(), Why::Different),
            ("crates/tencentcloud-alpha/src/lib.rs".to_owned(), Why::Missing),
            ("crates/tencentcloud-alpha/src/v19990101/mod.rs".to_owned(), Why::Stale),
        ]
    );
    assert!(changes(&place, &["beta"]).is_empty(), "only what was named is looked at");
    let before = place.snapshot();
    let plan = plan(&place.workspace, &[]).unwrap();
    let complaints = plan.complaints().join("\n");
    assert!(complaints.contains("README.md (different)"), "{complaints}");
    assert!(complaints.contains("lib.rs (missing)"), "{complaints}");
    assert!(complaints.contains("mod.rs (not generated"), "{complaints}");
    assert!(complaints.ends_with("Run `cargo xtask generate`, and commit what it changes."));
    assert_eq!(place.snapshot(), before, "a check writes nothing");

    plan.carry_out().unwrap();
    assert!(changes(&place, &[]).is_empty());
    assert!(!alpha.join("src/v19990101").exists(), "nor is the empty folder left");
    assert!(alpha.join("target/x").exists());
}

#[test]
fn the_crate_of_a_service_that_is_gone_goes_too() {
    let place = place();
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    let crates = place.workspace.root().join("crates");
    fs::create_dir_all(crates.join("tencentcloud-common")).unwrap();
    fs::write(crates.join("tencentcloud-common/Cargo.toml"), "[package]\n").unwrap();
    fs::remove_dir_all(place.workspace.api_specs().join("beta")).unwrap();
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    assert!(!crates.join("tencentcloud-beta").exists());
    assert!(crates.join("tencentcloud-alpha").exists());
    assert!(crates.join("tencentcloud-common/Cargo.toml").exists(), "written by hand");
    assert!(!crates.join("tencentcloud-local/specs/beta-2020-01-01.json").exists());
}

#[test]
fn a_golden_specification_becomes_a_crate_beside_it_and_is_listed_nowhere() {
    let place = place();
    let golden = place.workspace.golden_specs();
    fs::create_dir_all(golden.join("trap")).unwrap();
    let beta = place.workspace.api_specs().join("beta/2020-01-01.json");
    fs::copy(beta, golden.join("trap/2020-01-01.json")).unwrap();
    plan(&place.workspace, &["trap".to_owned()]).unwrap().carry_out().unwrap();
    let root = place.workspace.root();
    let manifest = root.join("codegen/golden/tencentcloud-trap/Cargo.toml");
    assert!(fs::read_to_string(manifest).unwrap().contains("publish = false"));
    let registry = fs::read_to_string(root.join("tests/conformance/src/actions.rs")).unwrap();
    assert!(!registry.contains("trap"));
    assert!(!root.join("crates/tencentcloud-alpha").exists(), "only what was named is written");
}

#[test]
fn what_cannot_be_generated_is_refused() {
    let place = place();
    let error = plan(&place.workspace, &["bta".to_owned()]).unwrap_err().to_string();
    assert!(error.contains("`bta`") && error.contains("`beta`"), "{error}");

    let path = place.workspace.api_specs().join("beta/2020-01-01.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"Id\"", "\"I d\"")).unwrap();
    let error = plan(&place.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("beta 2020-01-01, object `GetRequest`, member `I d`"), "{error}");
    assert!(error.contains("`cargo xtask sync beta` writes the file anew"), "{error}");
    for broken in [&b"{"[..], b"", b"\xff"] {
        fs::write(&path, broken).unwrap();
        let error = plan(&place.workspace, &[]).unwrap_err().to_string();
        assert!(error.contains("beta 2020-01-01"), "{error}");
        assert!(error.contains("`cargo xtask sync beta` writes the file anew"), "{error}");
    }

    fs::remove_dir_all(place.workspace.api_specs()).unwrap();
    let error = plan(&place.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("cargo xtask add"), "{error}");
}

#[test]
fn the_manifests_list_the_services() {
    let place = place();
    let conformance = place.read("tests/conformance/Cargo.toml");
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    let manifest = place.read("Cargo.toml");
    let alpha =
        "tencentcloud-alpha = { version = \"0.4.2\", path = \"crates/tencentcloud-alpha\" }\n";
    assert!(manifest.contains(alpha), "{manifest}");
    assert!(manifest.ends_with("# </service crates>\nserde = \"1\"\n"), "{manifest}");
    let marker = "# </service crates>";
    let lines = "tencentcloud-alpha.workspace = true\ntencentcloud-beta.workspace = true\n";
    assert_eq!(
        place.read("tests/conformance/Cargo.toml"),
        conformance.replace(marker, &format!("{lines}{marker}"))
    );

    place.write("Cargo.toml", &manifest.replace(alpha, ""));
    assert_eq!(changes(&place, &[]), [("Cargo.toml".to_owned(), Why::Different)]);
    place.write("Cargo.toml", &manifest.replace(marker, ""));
    let error = plan(&place.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("Cargo.toml") && error.contains(marker), "{error}");
}

#[test]
fn what_hand_written_code_uses_is_not_given_up() {
    let place = place();
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    place.write(
        "demo/Cargo.toml",
        "[package]\nname = \"demo\"\n[dev-dependencies]\ntencentcloud-beta.workspace = true\n",
    );
    place.write("demo/src/lib.rs", "use tencentcloud_beta::v20200101::BetaClient;\n");
    place.write("demo/src/other.rs", "// tencentcloud_beta\n");
    fs::remove_dir_all(place.workspace.api_specs().join("beta")).unwrap();
    let error = plan(&place.workspace, &[]).unwrap_err().to_string();
    for part in ["`beta` is used by `demo/src/lib.rs`:", "`cargo xtask add beta`"] {
        assert!(error.contains(part), "{error}");
    }
    // By its specification alone.
    place.write(
        "demo/Cargo.toml",
        "[package]\nname = \"demo\"\n[package.metadata.xtask]\nservices = [\"beta\"]\n",
    );
    let error = plan(&place.workspace, &[]).unwrap_err().to_string();
    assert!(error.contains("`beta` is used by `demo/Cargo.toml`:"), "{error}");
}

#[test]
fn a_folder_that_is_left_without_a_file_goes_and_others_stay() {
    let place = place();
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    fs::create_dir_all(place.workspace.root().join("crates/tencentcloud-empty/src")).unwrap();
    // Somebody's crate, before it has a manifest.
    place.write("crates/tencentcloud-mine/src/main.rs", "fn main() {}\n");
    plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    assert!(!place.has("crates/tencentcloud-empty"));
    assert!(place.has("crates/tencentcloud-mine/src/main.rs"));
}

#[test]
fn the_committed_code_is_what_is_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let plan = plan(&xtask::Workspace::new(root), &[]).unwrap();
    assert!(plan.is_done(), "{}", plan.complaints().join("\n"));
}

#[test]
fn all_services_of_a_package_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = package();
    files[4].1 = files[4].1.replace("\"string\"", "\"strong\"");
    files.push(("tccli/services/gamma/next/api.json", "{}".to_owned()));
    unpack(folder.path(), &files);
    let package = Package::open(folder.path()).unwrap();
    assert_eq!(package.unrecognised(), ["tccli/services/gamma/next/api.json"]);
    let report = generate_all(&package).unwrap();
    assert_eq!(report.services, 1);
    assert_eq!((report.versions, report.actions, report.objects, report.members), (2, 3, 6, 6));
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(failures.len(), 1);
    assert!(failures[0].starts_with("beta 2020-01-01"), "{failures:?}");
}

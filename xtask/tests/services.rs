//! `cargo xtask add` and `cargo xtask remove`, in temporary folders.

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

use support::{Fixture, package, package_with_values};
use xtask::{Error, add, conformance, generate, remove};

fn options(wheel: &Path, services: &[&str]) -> add::Options {
    add::Options {
        services: owned(services),
        from: Some(wheel.to_owned()),
        ..add::Options::default()
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn add(fixture: &Fixture, wheel: &Path, services: &[&str]) {
    add::run(&fixture.workspace, &options(wheel, services)).unwrap();
    assert_is_generated(fixture);
}

fn remove(fixture: &Fixture, services: &[&str]) {
    remove::run(&fixture.workspace, &owned(services)).unwrap();
    assert_is_generated(fixture);
}

/// Asserts that `cargo xtask generate --check` finds nothing.
#[track_caller]
fn assert_is_generated(fixture: &Fixture) {
    let plan = generate::plan(&fixture.workspace, &[]).unwrap();
    assert!(plan.is_up_to_date(), "{}", plan.check_report().join("\n"));
}

/// Asserts that a command fails with these parts in its message and changes nothing.
#[track_caller]
fn assert_fails<T: std::fmt::Debug>(
    fixture: &Fixture,
    run: impl FnOnce() -> Result<T, Error>,
    parts: &[&str],
) {
    let before = fixture.snapshot();
    let message = run().unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
    assert_eq!(fixture.snapshot(), before, "the command changed a file");
}

#[test]
fn adding_and_removing_a_service_restores_the_workspace() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    add(&fixture, &wheel, &["beta"]);
    let before = fixture.snapshot();
    add(&fixture, &wheel, &["alpha"]);
    for path in [
        "api-specs/alpha/2020-01-01.json",
        "api-specs/alpha/2021-02-02.json",
        "crates/tencentcloud-alpha/src/v20200101/client.rs",
        "crates/tencentcloud-alpha/src/v20210202/client.rs",
        "crates/tencentcloud-local/specs/alpha-2020-01-01.json",
    ] {
        assert!(fixture.has(path), "{path}");
    }
    for path in [
        "Cargo.toml",
        "tests/conformance/Cargo.toml",
        "tests/conformance/src/actions.rs",
        "crates/tencentcloud-local/src/specs.rs",
    ] {
        assert!(fixture.read(path).contains("alpha"), "{path}");
    }
    remove(&fixture, &["alpha"]);
    assert_eq!(fixture.snapshot(), before);
}

#[test]
fn the_known_values_of_an_added_service_become_constants() {
    let values = "api-specs/beta/2020-01-01.values.toml";
    let (fixture, wheel) = Fixture::with_wheel(&package_with_values(&["ON", "OFF"]));
    let lines = add::run(&fixture.workspace, &options(&wheel, &["beta"])).unwrap();
    let line = format!("{values}: 1 sets with 2 known values");
    assert!(lines.contains(&line), "{lines:?}");
    assert_is_generated(&fixture);
    let constants = "crates/tencentcloud-beta/src/v20200101/values.rs";
    assert!(fixture.read(constants).contains("    pub const OFF: &str = \"OFF\";\n"));

    // A file that exists is used, and stays as it is.
    let edited = "[state]\nmembers = [\"GetRequest.Id\"]\n[state.values]\nON = \"On.\"\n";
    fixture.write(values, edited);
    let lines = add::run(&fixture.workspace, &options(&wheel, &["beta"])).unwrap();
    assert!(lines.iter().all(|line| !line.contains("known values")), "{lines:?}");
    assert_eq!(fixture.read(values), edited);
    assert!(fixture.read(constants).contains("pub mod state {"));

    // A crate outside of the workspace has the same constants.
    let out = out(&fixture);
    let options =
        add::Options { out: Some(out.clone()), ..options(&wheel, &["beta", "alpha@2020-01-01"]) };
    add::run(&fixture.workspace, &options).unwrap();
    let read = |path: &str| fs::read_to_string(out.join("tencentcloud-beta/src").join(path));
    assert!(read("v20200101/values.rs").unwrap().contains("pub mod state {"));
    assert!(!out.join("tencentcloud-alpha/src/v20200101/values.rs").exists());

    // The check after the removal needs another service.
    add(&fixture, &wheel, &["alpha"]);
    remove(&fixture, &["beta"]);
    assert!(!fixture.has(values));
}

#[test]
fn one_version_can_be_added_and_removed() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    add(&fixture, &wheel, &["beta", "alpha@2021-02-02"]);
    let one = fixture.snapshot();
    assert!(!fixture.has("api-specs/alpha/2020-01-01.json"));
    assert!(!fixture.has("crates/tencentcloud-alpha/src/v20200101"));
    // Adding the other version replaces the first one, which need not be readable.
    fixture.write("api-specs/alpha/2021-02-02.json", "broken");
    add(&fixture, &wheel, &["alpha", "alpha@v20200101"]);
    assert!(fixture.has("crates/tencentcloud-alpha/src/v20200101"));
    remove(&fixture, &["alpha@2020-01-01"]);
    assert_eq!(fixture.snapshot(), one);
    remove(&fixture, &["alpha@2021-02-02"]);
    assert!(!fixture.has("crates/tencentcloud-alpha") && !fixture.has("api-specs/alpha"));
}

#[test]
fn a_removed_version_loses_its_supplements() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    add(&fixture, &wheel, &["alpha"]);
    for path in ["2020-01-01.supplement.toml", "2021-02-02.supplement.toml", "notes.toml"] {
        fixture.write(&format!("api-specs/alpha/{path}"), "");
    }
    // Adding a version again keeps them.
    add(&fixture, &wheel, &["alpha"]);
    remove(&fixture, &["alpha@2020-01-01"]);
    assert!(!fixture.has("api-specs/alpha/2020-01-01.supplement.toml"));
    assert!(fixture.has("api-specs/alpha/2021-02-02.supplement.toml"));
    assert!(fixture.has("api-specs/alpha/notes.toml"));
}

#[test]
fn unknown_names_are_rejected() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    add(&fixture, &wheel, &["beta"]);
    let adds = |services: &[&str]| {
        let options = options(&wheel, services);
        let workspace = fixture.workspace.clone();
        move || add::run(&workspace, &options)
    };
    assert_fails(
        &fixture,
        adds(&["alpha", "BETA"]),
        &["`BETA`: not found in the upstream package", "did you mean `beta`?"],
    );
    assert_fails(
        &fixture,
        adds(&["alpha@2000-01-01"]),
        &["unknown version `2000-01-01`", "`2021-02-02`"],
    );
    assert_fails(&fixture, adds(&["alpha@x"]), &["invalid service `alpha@x`"]);
    assert_fails(&fixture, adds(&[]), &["missing service", "cargo xtask add"]);
    let removes = |services: &[&str]| {
        let (workspace, services) = (fixture.workspace.clone(), owned(services));
        move || remove::run(&workspace, &services)
    };
    assert_fails(
        &fixture,
        removes(&["Beta"]),
        &["not found in `api-specs/`", "did you mean `beta`?"],
    );
    assert_fails(&fixture, removes(&["beta@2000-01-01"]), &["unknown version `2000-01-01`"]);
    assert_fails(&fixture, removes(&[]), &["missing service", "cargo xtask remove"]);
}

#[test]
fn a_service_in_use_is_not_removed() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    add(&fixture, &wheel, &["alpha", "beta"]);
    fixture.write(
        "demo/Cargo.toml",
        "[package]\nname = \"demo\"\n[dependencies]\ntencentcloud-alpha.workspace = true\n",
    );
    fixture.write("demo/src/lib.rs", "use tencentcloud_alpha::v20200101::AlphaClient;\n");
    // Files of a nested package and generated files do not count.
    fixture.write("demo/inner/Cargo.toml", "[package]\nname = \"inner\"\n");
    fixture.write("demo/inner/src/lib.rs", "use tencentcloud_alpha::v20200101;\n");
    let generated =
        "// Generated by `cargo xtask generate`; do not edit.\nuse tencentcloud_alpha::x;\n";
    fixture.write("demo/src/generated.rs", generated);
    let removes = || remove::run(&fixture.workspace, &owned(&["beta", "alpha"]));
    assert_fails(
        &fixture,
        removes,
        &["cannot remove the service `alpha`: it is used by `demo/src/lib.rs`;"],
    );
    for number in 1..=6 {
        let path = format!("demo/src/part{number}.rs");
        fixture.write(&path, "use tencentcloud_alpha::v20200101;\n");
    }
    assert_fails(&fixture, removes, &["`demo/src/part4.rs` and 2 more files;"]);
    // A version of a used service and an unused service can be removed.
    remove(&fixture, &["beta", "alpha@2021-02-02"]);
}

#[test]
fn a_lost_specification_or_crate_can_be_restored() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    add(&fixture, &wheel, &["beta"]);
    let without = fixture.snapshot();
    add(&fixture, &wheel, &["alpha"]);
    let with = fixture.snapshot();
    let root = fixture.workspace.root();

    fs::remove_dir_all(root.join("crates/tencentcloud-alpha")).unwrap();
    generate::plan(&fixture.workspace, &[]).unwrap().apply().unwrap();
    assert_eq!(fixture.snapshot(), with);

    fs::remove_dir_all(root.join("api-specs/alpha")).unwrap();
    add(&fixture, &wheel, &["alpha"]);
    assert_eq!(fixture.snapshot(), with);

    fs::remove_dir_all(root.join("api-specs/alpha")).unwrap();
    remove(&fixture, &["alpha"]);
    assert_eq!(fixture.snapshot(), without);
}

#[test]
fn an_unknown_part_of_the_conformance_run_is_rejected() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let run = || {
        conformance::run(&fixture.workspace, Some(wheel), false, &owned(&["endpoint", "exmples"]))
    };
    assert_fails(&fixture, run, &["unknown part `exmples`", "`examples`"]);
}

/// Returns a folder for standalone crates, next to the workspace.
fn out(fixture: &Fixture) -> PathBuf {
    fs::canonicalize(fixture.folder.path()).unwrap().join("out")
}

#[test]
fn a_standalone_crate_is_written_outside_of_the_workspace() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    fixture.write(
        "crates/tencentcloud-common/Cargo.toml",
        "[package]\nname = \"tencentcloud-common\"\n",
    );
    let before = fixture.snapshot();
    let common =
        fs::canonicalize(fixture.workspace.root().join("crates/tencentcloud-common")).unwrap();
    let mut options = options(&wheel, &["alpha@2021-02-02", "beta"]);
    options.out = Some(out(&fixture));
    let lines = add::run(&fixture.workspace, &options).unwrap();
    let alpha = out(&fixture).join("tencentcloud-alpha");
    assert!(lines.iter().any(|line| line.starts_with(alpha.to_str().unwrap())), "{lines:?}");
    let manifest = fs::read_to_string(alpha.join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("workspace"), "{manifest}");
    for line in [
        "name = \"tencentcloud-alpha\"",
        "version = \"0.4.2\"",
        "edition = \"2024\"",
        "rust-version = \"1.88\"",
        "license = \"Apache-2.0\"",
        "tencentcloud-common = \"0.4.2\"",
    ] {
        assert!(manifest.lines().any(|found| found == line), "no `{line}` in: {manifest}");
    }
    assert!(alpha.join("src/v20210202/client.rs").exists());
    assert!(!alpha.join("src/v20200101").exists());
    assert!(out(&fixture).join("tencentcloud-beta/src/lib.rs").exists());
    let readme = fs::read_to_string(alpha.join("README.md")).unwrap();
    assert!(readme.contains("`cargo xtask add alpha --out DIR`"), "{readme}");

    // Writing it again replaces the files.
    options.services = owned(&["alpha@2020-01-01"]);
    options.common_path = Some(common.clone());
    add::run(&fixture.workspace, &options).unwrap();
    let manifest = fs::read_to_string(alpha.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["dependencies"]["tencentcloud-common"]["path"].as_str(), common.to_str());
    assert!(alpha.join("src/v20200101").exists() && !alpha.join("src/v20210202").exists());
    assert_eq!(fixture.snapshot(), before, "the workspace does not change");
}

#[test]
fn a_standalone_crate_replaces_no_other_files() {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let workspace = fixture.workspace.clone();
    let mut options = options(&wheel, &["alpha"]);
    options.out = Some(out(&fixture));
    let alpha = out(&fixture).join("tencentcloud-alpha");
    fs::create_dir_all(&alpha).unwrap();
    fs::write(alpha.join("notes.txt"), "mine").unwrap();
    assert_fails(
        &fixture,
        || add::run(&workspace, &options),
        &["tencentcloud-alpha", "were not generated"],
    );
    assert_eq!(fs::read_dir(&alpha).unwrap().count(), 1);

    options.common_path = Some(fixture.workspace.root().to_owned());
    assert_fails(&fixture, || add::run(&workspace, &options), &["`tencentcloud-common`"]);
    options.common_path = Some("/no/such/folder".into());
    assert_fails(&fixture, || add::run(&workspace, &options), &["/no/such/folder"]);

    options.out = Some(fixture.workspace.root().join("api-specs"));
    assert_fails(&fixture, || add::run(&workspace, &options), &["the folder is in this workspace"]);
    options.out = None;
    assert_fails(
        &fixture,
        || add::run(&workspace, &options),
        &["`--common-path` requires `--out DIR`"],
    );
}

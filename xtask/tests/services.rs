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

use support::{Place, package};
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

fn add(place: &Place, wheel: &Path, services: &[&str]) {
    add::run(&place.workspace, &options(wheel, services)).unwrap();
    assert_is_generated(place);
}

fn remove(place: &Place, services: &[&str]) {
    remove::run(&place.workspace, &owned(services)).unwrap();
    assert_is_generated(place);
}

/// What `cargo xtask generate --check` finds.
#[track_caller]
fn assert_is_generated(place: &Place) {
    let plan = generate::plan(&place.workspace, &[]).unwrap();
    assert!(plan.is_done(), "{}", plan.complaints().join("\n"));
}

/// Fails with something in its message, and leaves everything as it was.
#[track_caller]
fn fails<T: std::fmt::Debug>(
    place: &Place,
    run: impl FnOnce() -> Result<T, Error>,
    parts: &[&str],
) {
    let before = place.snapshot();
    let message = run().unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
    assert_eq!(place.snapshot(), before, "something was changed");
}

#[test]
fn a_service_is_added_and_removed_without_a_trace() {
    let (place, wheel) = Place::with_wheel(&package());
    add(&place, &wheel, &["beta"]);
    let before = place.snapshot();
    add(&place, &wheel, &["alpha"]);
    for path in [
        "api-specs/alpha/2020-01-01.json",
        "api-specs/alpha/2021-02-02.json",
        "crates/tencentcloud-alpha/src/v20200101/client.rs",
        "crates/tencentcloud-alpha/src/v20210202/client.rs",
        "crates/tencentcloud-local/specs/alpha-2020-01-01.json",
    ] {
        assert!(place.has(path), "{path}");
    }
    for path in [
        "Cargo.toml",
        "tests/conformance/Cargo.toml",
        "tests/conformance/src/actions.rs",
        "crates/tencentcloud-local/src/specs.rs",
    ] {
        assert!(place.read(path).contains("alpha"), "{path}");
    }
    remove(&place, &["alpha"]);
    assert_eq!(place.snapshot(), before);
}

#[test]
fn one_version_is_added_and_removed_alone() {
    let (place, wheel) = Place::with_wheel(&package());
    add(&place, &wheel, &["beta", "alpha@2021-02-02"]);
    let one = place.snapshot();
    assert!(!place.has("api-specs/alpha/2020-01-01.json"));
    assert!(!place.has("crates/tencentcloud-alpha/src/v20200101"));
    // The other one joins it, and the first need not even be readable.
    place.write("api-specs/alpha/2021-02-02.json", "broken");
    add(&place, &wheel, &["alpha", "alpha@v20200101"]);
    assert!(place.has("crates/tencentcloud-alpha/src/v20200101"));
    remove(&place, &["alpha@2020-01-01"]);
    assert_eq!(place.snapshot(), one);
    remove(&place, &["alpha@2021-02-02"]);
    assert!(!place.has("crates/tencentcloud-alpha") && !place.has("api-specs/alpha"));
}

#[test]
fn wrong_names_change_nothing() {
    let (place, wheel) = Place::with_wheel(&package());
    add(&place, &wheel, &["beta"]);
    let adds = |services: &[&str]| {
        let options = options(&wheel, services);
        let workspace = place.workspace.clone();
        move || add::run(&workspace, &options)
    };
    fails(&place, adds(&["alpha", "BETA"]), &["`BETA` in the package", "did you mean `beta`?"]);
    fails(&place, adds(&["alpha@2000-01-01"]), &["no version `2000-01-01`", "`2021-02-02`"]);
    fails(&place, adds(&["alpha@x"]), &["invalid service `alpha@x`"]);
    fails(&place, adds(&[]), &["no service given", "cargo xtask add"]);
    let removes = |services: &[&str]| {
        let (workspace, services) = (place.workspace.clone(), owned(services));
        move || remove::run(&workspace, &services)
    };
    fails(&place, removes(&["Beta"]), &["under `api-specs/`", "did you mean `beta`?"]);
    fails(&place, removes(&["beta@2000-01-01"]), &["no version `2000-01-01`"]);
    fails(&place, removes(&[]), &["no service given", "cargo xtask remove"]);
}

#[test]
fn a_service_that_is_used_is_not_removed() {
    let (place, wheel) = Place::with_wheel(&package());
    add(&place, &wheel, &["alpha", "beta"]);
    place.write(
        "demo/Cargo.toml",
        "[package]\nname = \"demo\"\n[dependencies]\ntencentcloud-alpha.workspace = true\n",
    );
    place.write("demo/src/lib.rs", "use tencentcloud_alpha::v20200101::AlphaClient;\n");
    // A package in the folder of another, and a file that is generated, say nothing of it.
    place.write("demo/inner/Cargo.toml", "[package]\nname = \"inner\"\n");
    place.write("demo/inner/src/lib.rs", "use tencentcloud_alpha::v20200101;\n");
    let generated =
        "// Generated by `cargo xtask generate`; do not edit.\nuse tencentcloud_alpha::x;\n";
    place.write("demo/src/generated.rs", generated);
    let removes = || remove::run(&place.workspace, &owned(&["beta", "alpha"]));
    fails(&place, removes, &["`alpha` is used by `demo/src/lib.rs`: it cannot be removed"]);
    for number in 1..=6 {
        let path = format!("demo/src/part{number}.rs");
        place.write(&path, "use tencentcloud_alpha::v20200101;\n");
    }
    fails(&place, removes, &["`demo/src/part4.rs` and 2 more files: it cannot"]);
    // One of its versions goes, and so does what nobody uses.
    remove(&place, &["beta", "alpha@2021-02-02"]);
}

#[test]
fn a_service_that_lost_its_specification_or_crate_can_be_put_right() {
    let (place, wheel) = Place::with_wheel(&package());
    add(&place, &wheel, &["beta"]);
    let without = place.snapshot();
    add(&place, &wheel, &["alpha"]);
    let with = place.snapshot();
    let root = place.workspace.root();

    fs::remove_dir_all(root.join("crates/tencentcloud-alpha")).unwrap();
    generate::plan(&place.workspace, &[]).unwrap().carry_out().unwrap();
    assert_eq!(place.snapshot(), with);

    fs::remove_dir_all(root.join("api-specs/alpha")).unwrap();
    add(&place, &wheel, &["alpha"]);
    assert_eq!(place.snapshot(), with);

    fs::remove_dir_all(root.join("api-specs/alpha")).unwrap();
    remove(&place, &["alpha"]);
    assert_eq!(place.snapshot(), without);
}

#[test]
fn a_part_of_the_conformance_run_that_does_not_exist_is_refused() {
    let (place, wheel) = Place::with_wheel(&package());
    let run = || conformance::run(&place.workspace, Some(wheel), &owned(&["endpoint", "exmples"]));
    fails(&place, run, &["no part `exmples`", "`examples`"]);
}

/// A folder for crates that stand alone, beside the workspace.
fn out(place: &Place) -> PathBuf {
    fs::canonicalize(place.folder.path()).unwrap().join("out")
}

#[test]
fn a_crate_that_stands_alone_is_written_elsewhere() {
    let (place, wheel) = Place::with_wheel(&package());
    place.write(
        "crates/tencentcloud-common/Cargo.toml",
        "[package]\nname = \"tencentcloud-common\"\n",
    );
    let before = place.snapshot();
    let common =
        fs::canonicalize(place.workspace.root().join("crates/tencentcloud-common")).unwrap();
    let mut options = options(&wheel, &["alpha@2021-02-02", "beta"]);
    options.out = Some(out(&place));
    let lines = add::run(&place.workspace, &options).unwrap();
    let alpha = out(&place).join("tencentcloud-alpha");
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
    assert!(out(&place).join("tencentcloud-beta/src/lib.rs").exists());
    let readme = fs::read_to_string(alpha.join("README.md")).unwrap();
    assert!(readme.contains("`cargo xtask add alpha --out DIR`"), "{readme}");

    // Again, with more of it: what is there is replaced.
    options.services = owned(&["alpha@2020-01-01"]);
    options.common_path = Some(common.clone());
    add::run(&place.workspace, &options).unwrap();
    let manifest = fs::read_to_string(alpha.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["dependencies"]["tencentcloud-common"]["path"].as_str(), common.to_str());
    assert!(alpha.join("src/v20200101").exists() && !alpha.join("src/v20210202").exists());
    assert_eq!(place.snapshot(), before, "the workspace stays as it is");
}

#[test]
fn a_crate_that_stands_alone_replaces_nothing_of_others() {
    let (place, wheel) = Place::with_wheel(&package());
    let workspace = place.workspace.clone();
    let mut options = options(&wheel, &["alpha"]);
    options.out = Some(out(&place));
    let alpha = out(&place).join("tencentcloud-alpha");
    fs::create_dir_all(&alpha).unwrap();
    fs::write(alpha.join("notes.txt"), "mine").unwrap();
    fails(&place, || add::run(&workspace, &options), &["tencentcloud-alpha", "was not generated"]);
    assert_eq!(fs::read_dir(&alpha).unwrap().count(), 1);

    options.common_path = Some(place.workspace.root().to_owned());
    fails(&place, || add::run(&workspace, &options), &["`tencentcloud-common`"]);
    options.common_path = Some("/no/such/folder".into());
    fails(&place, || add::run(&workspace, &options), &["/no/such/folder"]);

    options.out = Some(place.workspace.root().join("api-specs"));
    fails(&place, || add::run(&workspace, &options), &["it is in this workspace"]);
    options.out = None;
    fails(&place, || add::run(&workspace, &options), &["`--common-path` needs `--out DIR`"]);
}

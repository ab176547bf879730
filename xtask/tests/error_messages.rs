//! Every error message, next to the situation in which it occurs.
//!
//! `error_messages.txt` contains the expected messages. Run the test with `UPDATE_EXPECTED=1` to
//! update the file.

#![cfg(unix)]
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
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Fixture, api, error_code_package, package, unpack, wheel};
use xtask::cargo::check_status;
use xtask::{Error, add, conformance, generate, remove, sync};

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn add_options(wheel: &Path, services: &[&str]) -> add::Options {
    add::Options {
        services: owned(services),
        from: Some(wheel.to_owned()),
        ..add::Options::default()
    }
}

fn sync_options(path: &Path, services: &[&str]) -> sync::Options {
    sync::Options {
        services: owned(services),
        from: Some(path.to_owned()),
        ..sync::Options::default()
    }
}

/// Situations with their errors. Temporary folders and checksums are replaced in the messages.
#[derive(Default)]
struct Table {
    rows: Vec<(&'static str, String, String)>,
}

impl Table {
    fn add<T: std::fmt::Debug>(
        &mut self,
        fixture: &Fixture,
        situation: &'static str,
        result: Result<T, Error>,
    ) {
        let error = result.unwrap_err();
        let variant =
            format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect();
        let folder = fixture.folder.path();
        let real = fs::canonicalize(folder).unwrap();
        let message = error.to_string();
        let message = message.replace(real.to_str().unwrap(), "TMP");
        let message = message.replace(folder.to_str().unwrap(), "TMP");
        let words = message.split(' ').map(|word| {
            let is_checksum = |part: &&str| {
                part.len() == 64 && part.chars().all(|digit| digit.is_ascii_hexdigit())
            };
            let checksum = word.split([',', ';']).find(is_checksum);
            checksum.map_or_else(|| word.to_owned(), |found| word.replace(found, "CHECKSUM"))
        });
        self.rows.push((situation, variant, words.collect::<Vec<_>>().join(" ")));
    }
}

fn package_errors(table: &mut Table) {
    let (fixture, wheel_path) = Fixture::with_wheel(&package());
    let sync = |options: sync::Options| sync::run(&fixture.workspace, &options);
    let with_python = |python: PathBuf| {
        let python = Some(python);
        sync(sync::Options { python, services: owned(&["alpha"]), ..sync::Options::default() })
    };
    table.add(&fixture, "sync without Python", with_python("/no/such/python".into()));
    let script = "echo 'python: No module named pip' >&2; exit 1";
    table.add(&fixture, "sync with a Python without pip", with_python(fixture.python(script)));
    let script = "echo 'ERROR: no matching\n  distribution' >&2; exit 1";
    table.add(&fixture, "sync with a download that fails", with_python(fixture.python(script)));
    let script = "exit 0";
    table.add(&fixture, "sync with a download without a file", with_python(fixture.python(script)));

    let missing = fixture.folder.path().join("missing.whl");
    table.add(&fixture, "sync from a file that does not exist", sync(sync_options(&missing, &[])));
    let text = fixture.folder.path().join("text.whl");
    fs::write(&text, "text").unwrap();
    table.add(&fixture, "sync from a file that is not a wheel", sync(sync_options(&text, &[])));
    let empty = fixture.folder.path().join("empty.whl");
    fs::write(&empty, wheel(&[("readme.txt", String::new())])).unwrap();
    table.add(&fixture, "sync from a wheel without services", sync(sync_options(&empty, &[])));
    let other = fixture.folder.path().join("other.whl");
    let mut files = package();
    files[0].1 = "__version__ = '9.9'\n".into();
    fs::write(&other, wheel(&files)).unwrap();
    table.add(&fixture, "sync from another wheel", sync(sync_options(&other, &["alpha"])));
    let folder = fixture.folder.path().join("unpacked");
    unpack(&folder, &files);
    table.add(&fixture, "sync from a folder with another version", {
        sync(sync_options(&folder, &["alpha"]))
    });
    let upstream = |path: &Path, version: &str, services: &[&str]| {
        let upstream = Some(version.to_owned());
        sync(sync::Options { upstream, ..sync_options(path, services) })
    };
    table.add(&fixture, "sync --upstream without a version", upstream(&other, "", &[]));
    table.add(&fixture, "sync --upstream with a service", upstream(&other, "9.9", &["alpha"]));
    table.add(&fixture, "sync --upstream from a folder", upstream(&folder, "9.9", &[]));
    table.add(&fixture, "sync --upstream from another version", upstream(&wheel_path, "9.9", &[]));
    files.remove(0);
    fs::write(&other, wheel(&files)).unwrap();
    table.add(&fixture, "sync --upstream without a version file", upstream(&other, "9.9", &[]));

    let mut files = package();
    files[4].1 = api("2020-01-02", &["Get"]);
    let (invalid, path) = Fixture::with_wheel(&files);
    table.add(&invalid, "sync of a file in the folder of another version", {
        sync::run(&invalid.workspace, &sync_options(&path, &["beta"]))
    });
    let pin = "package = \"p\"\nversion = \"1\"\nsha256 = \"ABC\"\n";
    fixture.write("api-specs/upstream.toml", pin);
    table.add(&fixture, "pin with an invalid checksum", sync(sync_options(&wheel_path, &[])));
    fixture.write("api-specs/upstream.toml", "package = 1");
    table.add(&fixture, "pin with another type", sync(sync_options(&wheel_path, &[])));
}

fn service_errors(table: &mut Table) {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let workspace = &fixture.workspace;
    let add = |services: &[&str]| add::run(workspace, &add_options(&wheel, services));
    let remove = |services: &[&str]| remove::run(workspace, &owned(services));
    table.add(&fixture, "generate in an empty workspace", generate::plan(workspace, &[]));
    add(&["alpha", "beta"]).unwrap();
    table.add(&fixture, "add without a service", add(&[]));
    table.add(&fixture, "add with an invalid version", add(&["alpha@soon"]));
    table.add(&fixture, "add of a service with a typo", add(&["alpa"]));
    table.add(&fixture, "add of an unknown service", add(&["zzzzzz"]));
    table.add(&fixture, "add of an unknown version", add(&["alpha@2022-03-03"]));
    table.add(&fixture, "remove without a service", remove(&[]));
    table.add(&fixture, "remove of an unknown service", remove(&["Beta"]));
    table.add(&fixture, "remove of an unknown version", remove(&["beta@2000-01-01"]));
    table.add(
        &fixture,
        "generate of an unknown service",
        generate::plan(workspace, &owned(&["bta"])),
    );

    let manifest = "[package]\nname = \"demo\"\n[dependencies]\ntencentcloud-beta = \"1\"\n";
    fixture.write("demo/Cargo.toml", manifest);
    table.add(&fixture, "remove of a service in use", remove(&["beta"]));
    for number in 1..=7 {
        let path = format!("demo/src/part{number}.rs");
        fixture.write(&path, "use tencentcloud_beta::v20200101;\n");
    }
    table.add(&fixture, "remove of a service that many files use", remove(&["beta"]));
    let path = "api-specs/beta/2020-01-01.json";
    let text = fixture.read(path);
    fs::remove_file(fixture.workspace.root().join(path)).unwrap();
    table.add(&fixture, "generate without a specification in use", generate::plan(workspace, &[]));
    fixture.write(path, "<<<<<<<");
    table.add(&fixture, "generate with a broken specification", generate::plan(workspace, &[]));
    fixture.write(path, &text);

    let manifest = fixture.read("Cargo.toml");
    fixture.write("Cargo.toml", &manifest.replace("# </service crates>", ""));
    table.add(
        &fixture,
        "generate with a manifest without a marker",
        generate::plan(workspace, &[]),
    );
    fixture.write("Cargo.toml", &manifest.replace("version = \"0.4.2\"", ""));
    table.add(
        &fixture,
        "generate with a manifest without a version",
        generate::plan(workspace, &[]),
    );
    fixture.write("Cargo.toml", "<<<<<<<");
    table.add(&fixture, "generate with a broken manifest", generate::plan(workspace, &[]));
}

fn error_code_errors(table: &mut Table) {
    let (fixture, wheel_path) = Fixture::with_wheel(&package());
    fixture.pin_error_codes(&error_code_package());
    let sync = |path: &Path, unpinned: bool| {
        let error_codes = Some(path.to_owned());
        let options = sync_options(&wheel_path, &["alpha"]);
        sync::run(&fixture.workspace, &sync::Options { error_codes, unpinned, ..options })
    };
    table.add(&fixture, "sync with error codes of another package", sync(&wheel_path, false));
    let mut files = error_code_package();
    files[0].1 = "__version__ = '9.9'\n".into();
    files[1].1 = "import x\n".into();
    let folder = fixture.folder.path().join("unpacked");
    unpack(&folder, &files);
    table.add(&fixture, "sync with error codes of another version", sync(&folder, false));
    table.add(&fixture, "sync with error codes that are not constants", sync(&folder, true));
    let other = fixture.folder.path().join("other.whl");
    fs::write(&other, wheel(&files)).unwrap();
    table.add(&fixture, "sync with error codes of another wheel", sync(&other, false));
    add::run(&fixture.workspace, &add_options(&wheel_path, &["alpha"])).unwrap();
    fixture.write("api-specs/alpha/2020-01-01.errors.toml", "[codes]\nA = 1\n");
    let plan = generate::plan(&fixture.workspace, &[]);
    table.add(&fixture, "generate with malformed error codes", plan);
}

fn standalone_errors(table: &mut Table) {
    let (fixture, wheel) = Fixture::with_wheel(&package());
    let add = |out: Option<PathBuf>, common_path: Option<PathBuf>| {
        let options = add::Options { out, common_path, ..add_options(&wheel, &["alpha"]) };
        add::run(&fixture.workspace, &options)
    };
    let out = fixture.folder.path().join("out");
    let root = fixture.workspace.root();
    table.add(&fixture, "add --common-path without --out", add(None, Some(root.into())));
    table.add(&fixture, "add --out in the workspace", add(Some(root.join("crates")), None));
    table.add(&fixture, "add --common-path with another package", {
        add(Some(out.clone()), Some(root.into()))
    });
    fs::create_dir_all(out.join("tencentcloud-alpha")).unwrap();
    fs::write(out.join("tencentcloud-alpha/notes.txt"), "notes").unwrap();
    table.add(&fixture, "add --out with a folder that contains other files", add(Some(out), None));
}

fn check_errors(table: &mut Table) {
    let mut files = package();
    files.push(("tccli/services/gamma/next/api.json", "{}".to_owned()));
    let (fixture, wheel) = Fixture::with_wheel(&files);
    let conformance = |parts: &[&str]| {
        conformance::run(&fixture.workspace, Some(wheel.clone()), false, &owned(parts))
    };
    table.add(&fixture, "conformance with an unknown part", conformance(&["exmples"]));
    table.add(&fixture, "conformance with an unexpected file", conformance(&["generator"]));
    let (other, other_wheel) = Fixture::with_wheel(&package());
    other.write("tests/conformance/paging.tsv", "");
    let parts = owned(&["generator"]);
    table.add(&other, "conformance with an old table of list actions", {
        conformance::run(&other.workspace, Some(other_wheel), false, &parts)
    });
    add::run(&fixture.workspace, &add_options(&wheel, &["beta"])).unwrap();
    let path = "api-specs/beta/2020-01-01.json";
    fixture.write(path, &fixture.read(path).replace(", \"required\": true", ""));
    table.add(&fixture, "conformance with an edited specification", conformance(&["examples"]));
    table.add(&fixture, "step whose program fails", {
        check_status("signing random requests", Command::new("false").status())
    });
    table.add(&fixture, "step whose program does not exist", {
        check_status("signing random requests", Command::new("/no/such/program").status())
    });
    // Occurs only after minutes of measurements.
    let limit = "a program needs 130 crates: the limit is 122".to_owned();
    table.add(&fixture, "budget that is exceeded", Err::<(), _>(Error::Budget(limit)));
    // The reason depends on the version of cargo.
    let reason = "error: failed to load manifest".to_owned();
    table.add(&fixture, "workspace that cargo cannot load", Err::<(), _>(Error::LockFile(reason)));
}

/// Returns the variants of [`Error`], in the order of its source.
fn variants() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error.rs");
    let text = fs::read_to_string(path).unwrap();
    let (_, text) = text.split_once("pub enum Error {\n").unwrap();
    let (text, _) = text.split_once("\n}\n").unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    let lines = lines.filter(|line| line.starts_with(|letter: char| letter.is_ascii_uppercase()));
    lines.map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
}

#[test]
fn every_error_has_the_expected_message() {
    let mut table = Table::default();
    package_errors(&mut table);
    service_errors(&mut table);
    error_code_errors(&mut table);
    standalone_errors(&mut table);
    check_errors(&mut table);
    let shown: BTreeSet<&str> = table.rows.iter().map(|(_, variant, _)| variant.as_str()).collect();
    let variants = variants();
    assert!(variants.len() > 20, "{variants:?}");
    for variant in &variants {
        assert!(shown.contains(variant.as_str()), "no situation for `Error::{variant}`");
    }
    let mut text = String::from(
        "Error messages of `cargo xtask`. `UPDATE_EXPECTED=1 cargo test -p xtask` updates this \
         file.\n",
    );
    for (situation, variant, message) in &table.rows {
        assert!(!message.contains('\n') && !message.ends_with('.'), "{message}");
        text.push_str(&format!("\n{situation} ({variant})\n  {message}\n"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/error_messages.txt");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "if this is intended, run the test with UPDATE_EXPECTED=1");
}

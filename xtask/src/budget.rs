//! `cargo xtask budget`: measures the cost of compiling the crates, and compares it with limits.
//!
//! - CPU time to compile the largest service crate, as a ratio to that of `syn`.
//! - CPU time to build a program with one call, as a ratio to the same program without the SDK.
//! - Number of crates that a program needs.
//!
//! Both sides of a ratio are measured in the same run.

mod cpu_time;
mod programs;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cargo::cargo;
use crate::error::Error;
use crate::workspace::Workspace;

/// Maximum CPU time of `cargo check` for vpc, as a ratio to that for `syn`.
const MAX_CHECK_RATIO: f64 = 2.2;
/// Maximum number of crates in a program that uses cvm.
const MAX_CRATES: usize = 122;
/// Number of measurements; the result is their median.
const ROUNDS: usize = 3;

/// Measures the costs, prints them, and compares them with the limits.
///
/// # Errors
///
/// Returns an error if a build fails, if the CPU time cannot be measured, or if a limit is exceeded.
pub fn run(workspace: &Workspace) -> Result<(), Error> {
    println!("Compiling several programs from scratch, also in release mode. This takes minutes.");
    let scratch = tempfile::tempdir().map_err(Error::io("create", &std::env::temp_dir()))?;
    let baseline = write_baseline(workspace, scratch.path())?;
    let target = scratch.path().join("target");
    let mut exceeded = Vec::new();
    for (mode, args) in [("check", &["check"][..]), ("release build", &["build", "--release"])] {
        let vpc = Benchmark {
            folder: workspace.root().into(),
            package: "tencentcloud-vpc",
            target: &target,
        };
        let syn = Benchmark { folder: baseline.clone(), package: "syn", target: &target };
        let (vpc, syn) = measure_alternately(&vpc, &syn, args)?;
        let ratio = vpc / syn;
        println!("{mode} of tencentcloud-vpc: {ratio:.2} x syn ({vpc:.2} / {syn:.2} CPU seconds)");
        if mode == "check" && ratio > MAX_CHECK_RATIO {
            exceeded.push(format!(
                "checking tencentcloud-vpc costs {ratio:.2} x syn: the limit is {MAX_CHECK_RATIO}"
            ));
        }
    }
    exceeded.extend(programs::measure(workspace, scratch.path())?);
    let crates = count_crates(workspace)?;
    println!("crates in a program that uses tencentcloud-cvm: {crates}");
    if crates > MAX_CRATES {
        exceeded.push(format!("a program needs {crates} crates: the limit is {MAX_CRATES}"));
    }
    if exceeded.is_empty() { Ok(()) } else { Err(Error::Budget(exceeded.join("; "))) }
}

/// Package whose compilation is measured, without its dependencies.
struct Benchmark<'a> {
    folder: PathBuf,
    package: &'static str,
    target: &'a Path,
}

/// Measures two packages alternately. Returns their median CPU seconds.
fn measure_alternately(
    one: &Benchmark<'_>,
    other: &Benchmark<'_>,
    mode: &[&str],
) -> Result<(f64, f64), Error> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ones.push(one.cpu_seconds(mode)?);
        others.push(other.cpu_seconds(mode)?);
    }
    Ok((median(ones), median(others)))
}

impl Benchmark<'_> {
    /// Returns the CPU seconds to compile the package, minus those of a run that compiles nothing.
    fn cpu_seconds(&self, mode: &[&str]) -> Result<f64, Error> {
        self.cargo(mode, &[])?;
        let idle = self.cargo(mode, &[])?;
        let profile: &[&str] = if mode.contains(&"--release") { &["--release"] } else { &[] };
        self.cargo(&["clean"], profile)?;
        Ok((self.cargo(mode, &[])? - idle).max(0.01))
    }

    /// Runs cargo for the package. Returns its CPU seconds.
    fn cargo(&self, args: &[&str], more: &[&str]) -> Result<f64, Error> {
        let args = [args, &["-p", self.package], more].concat();
        cpu_time::of_cargo(&self.folder, self.target, &args)
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Writes a package that depends on `syn` with all features. Returns its folder.
fn write_baseline(workspace: &Workspace, scratch: &Path) -> Result<PathBuf, Error> {
    let folder = scratch.join("baseline");
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(Error::io("create", &source))?;
    let manifest = "[package]\nname = \"baseline\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\nsyn = { version = \"3\", features = [\"full\", \"extra-traits\", \"fold\", \
                    \"visit\", \"visit-mut\"] }\n\n\
                    [workspace]\n";
    for (path, text) in [(folder.join("Cargo.toml"), manifest), (source.join("lib.rs"), "")] {
        fs::write(&path, text).map_err(Error::io("write", &path))?;
    }
    // Uses the dependency versions of the workspace.
    let lock = workspace.root().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).map_err(Error::io("copy", &lock))?;
    Ok(folder)
}

/// Counts the crates of a program that depends on cvm, including the program.
fn count_crates(workspace: &Workspace) -> Result<usize, Error> {
    let args = ["tree", "-e", "normal", "--prefix", "none", "-p", "tencentcloud-cvm"];
    let output = cargo(workspace, &args).output().map_err(|error| Error::Program {
        step: "counting crates with `cargo tree`".to_owned(),
        reason: error.to_string(),
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let crates: BTreeSet<_> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len() + 1)
}

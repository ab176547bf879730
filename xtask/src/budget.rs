//! `cargo xtask budget`: what the largest service crate costs to compile, as ratios to `syn`; what a
//! program with one call costs to build, as ratios to the same program written by hand; and how many
//! crates a program needs. What is compared is measured in the same run.

mod cpu;
mod programs;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::workspace::Workspace;

/// The most that `cargo check` of vpc may cost, in times of `syn`.
const CHECK: f64 = 2.2;
/// The most crates that a program with cvm may consist of.
const CRATES: usize = 122;
/// Each figure is the median of this many runs.
const ROUNDS: usize = 3;

/// Measures, prints, and fails when a target is missed.
///
/// # Errors
///
/// A build that fails, a system that does not tell the CPU time of a program, a missed target.
pub fn run(workspace: &Workspace) -> Result<(), Error> {
    println!("This compiles some programs from nothing, also in release mode. It takes minutes.");
    let scratch = tempfile::tempdir().map_err(Error::file("make", &std::env::temp_dir()))?;
    let yardstick = yardstick(workspace, scratch.path())?;
    let target = scratch.path().join("target");
    let mut missed = Vec::new();
    for (mode, arguments) in [("check", &["check"][..]), ("release build", &["build", "--release"])]
    {
        let vpc = Subject {
            folder: workspace.root().into(),
            package: "tencentcloud-vpc",
            target: &target,
        };
        let syn = Subject { folder: yardstick.clone(), package: "syn", target: &target };
        let (vpc, syn) = side_by_side(&vpc, &syn, arguments)?;
        let ratio = vpc / syn;
        println!("{mode} of tencentcloud-vpc: {ratio:.2} x syn ({vpc:.2} / {syn:.2} CPU seconds)");
        if mode == "check" && ratio > CHECK {
            missed.push(format!("a check costs {ratio:.2} x syn, the target is {CHECK}"));
        }
    }
    missed.extend(programs::measure(workspace, scratch.path())?);
    let crates = crates_of_a_program(workspace)?;
    println!("crates of a program that uses tencentcloud-cvm: {crates}");
    if crates > CRATES {
        missed.push(format!("a program needs {crates} crates, the target is {CRATES}"));
    }
    if missed.is_empty() { Ok(()) } else { Err(Error::Budget(missed.join("; "))) }
}

/// A package to compile alone, its dependencies being there.
struct Subject<'a> {
    folder: PathBuf,
    package: &'static str,
    target: &'a Path,
}

/// The medians of two subjects, measured in turn.
fn side_by_side(
    one: &Subject<'_>,
    other: &Subject<'_>,
    mode: &[&str],
) -> Result<(f64, f64), Error> {
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ones.push(one.cost(mode)?);
        others.push(other.cost(mode)?);
    }
    Ok((median(ones), median(others)))
}

impl Subject<'_> {
    /// CPU seconds of compiling the package, less those of a run that finds nothing to do.
    fn cost(&self, mode: &[&str]) -> Result<f64, Error> {
        self.cargo(mode, &[])?;
        let idle = self.cargo(mode, &[])?;
        let profile: &[&str] = if mode.contains(&"--release") { &["--release"] } else { &[] };
        self.cargo(&["clean"], profile)?;
        Ok((self.cargo(mode, &[])? - idle).max(0.01))
    }

    /// Runs cargo for the package; returns its CPU seconds.
    fn cargo(&self, arguments: &[&str], more: &[&str]) -> Result<f64, Error> {
        let arguments = [arguments, &["-p", self.package], more].concat();
        cpu::cargo(&self.folder, self.target, &arguments)
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// A package that depends on `syn` with all of its features.
fn yardstick(workspace: &Workspace, scratch: &Path) -> Result<PathBuf, Error> {
    let folder = scratch.join("yardstick");
    let source = folder.join("src");
    fs::create_dir_all(&source).map_err(Error::file("make", &source))?;
    let manifest = "[package]\nname = \"yardstick\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
                    [dependencies]\nsyn = { version = \"3\", features = [\"full\", \"extra-traits\", \"fold\", \
                    \"visit\", \"visit-mut\"] }\n\n\
                    [workspace]\n";
    for (path, text) in [(folder.join("Cargo.toml"), manifest), (source.join("lib.rs"), "")] {
        fs::write(&path, text).map_err(Error::file("write", &path))?;
    }
    // The same versions as in the workspace.
    let lock = workspace.root().join("Cargo.lock");
    fs::copy(&lock, folder.join("Cargo.lock")).map_err(Error::file("copy", &lock))?;
    Ok(folder)
}

/// The crates below a program that depends on cvm, and the program.
fn crates_of_a_program(workspace: &Workspace) -> Result<usize, Error> {
    let output = Command::new(option_env!("CARGO").unwrap_or("cargo"))
        .args(["tree", "-e", "normal", "--prefix", "none", "-p", "tencentcloud-cvm"])
        .current_dir(workspace.root())
        .output()
        .map_err(|error| Error::Budget(format!("cargo cannot be run: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let crates: BTreeSet<_> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.len() + 1)
}

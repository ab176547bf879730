//! Measures the CPU time of cargo.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo::{check_status, program};
use crate::error::Error;

/// Runs cargo in a folder, with its own target folder. Returns the CPU seconds of cargo and its
/// child processes, in user and system mode.
pub(super) fn of_cargo(folder: &Path, target: &Path, args: &[&str]) -> Result<f64, Error> {
    let before = of_children()?;
    let status = Command::new(program())
        .args(args)
        .arg("--quiet")
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::null())
        .status();
    check_status(&format!("`cargo {}`", args.join(" ")), status)?;
    Ok(of_children()? - before)
}

/// Returns the CPU seconds of all child processes that have ended, and of their child processes.
///
/// Reads `/proc`, which exists on Linux only.
fn of_children() -> Result<f64, Error> {
    /// `sysconf(_SC_CLK_TCK)` on every Linux.
    const TICKS_PER_SECOND: f64 = 100.0;
    let path = Path::new("/proc/self/stat");
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    // The second field is a name in parentheses, which may contain spaces. Fields 16 and 17 are the
    // user and system time of the children: fields 14 and 15 after the name.
    let ticks: Vec<f64> = text
        .rsplit(')')
        .next()
        .into_iter()
        .flat_map(str::split_whitespace)
        .skip(13)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    match ticks.as_slice() {
        [user, system] => Ok((user + system) / TICKS_PER_SECOND),
        _ => Err(Error::Budget("`/proc/self/stat` contains no CPU time of children".to_owned())),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_child_is_counted() {
        let before = of_children().unwrap();
        // Long enough for some ticks on any machine.
        let busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", busy]).status().unwrap().success());
        assert!(of_children().unwrap() > before);
    }
}

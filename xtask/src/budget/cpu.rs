//! CPU time of cargo.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// Runs cargo in a folder, with a target folder of its own; returns the CPU seconds that it and the
/// programs below it took, user and system time together.
pub(super) fn cargo(folder: &Path, target: &Path, arguments: &[&str]) -> Result<f64, Error> {
    let before = of_children()?;
    let mut command = Command::new(option_env!("CARGO").unwrap_or("cargo"));
    command
        .args(arguments)
        .arg("--quiet")
        .current_dir(folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => Ok(of_children()? - before),
        Ok(status) => Err(Error::Budget(format!("cargo {arguments:?}: {status}"))),
        Err(error) => Err(Error::Budget(format!("cargo cannot be run: {error}"))),
    }
}

/// CPU seconds of all programs that were run and waited for, and of those below them. The numbers
/// come from Linux's process table.
fn of_children() -> Result<f64, Error> {
    /// `sysconf(_SC_CLK_TCK)` on every Linux.
    const TICKS: f64 = 100.0;
    let path = Path::new("/proc/self/stat");
    let text = fs::read_to_string(path).map_err(Error::file("read", path))?;
    // The second field, a name in brackets, may contain spaces. Fields 16 and 17 of the line are the
    // user and system time of the children: 14 and 15 after that name.
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
        [user, system] => Ok((user + system) / TICKS),
        _ => Err(Error::Budget("`/proc/self/stat` has no CPU time of children".to_owned())),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_child_is_counted() {
        let before = of_children().unwrap();
        // Long enough for some ticks, on any machine.
        let busy = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", busy]).status().unwrap().success());
        assert!(of_children().unwrap() > before);
    }
}

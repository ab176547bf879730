//! `cargo xtask`: see `cargo xtask --help`.

use std::process::ExitCode;

use xtask::cargo::{cargo, check_status, update_lock_file};
use xtask::flags::{Xtask, XtaskCmd};
use xtask::{Error, Workspace, add, budget, conformance, generate, remove, sync};

fn main() -> ExitCode {
    // Exits with code 2 if the arguments are invalid.
    let flags = Xtask::from_env_or_exit();
    match run(flags, &Workspace::current()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Xtask, workspace: &Workspace) -> Result<ExitCode, Error> {
    match flags.subcommand {
        XtaskCmd::Add(flags) => {
            let changes_workspace = flags.out.is_none();
            let options = add::Options {
                services: flags.service,
                from: flags.from,
                error_codes: flags.error_codes,
                out: flags.out,
                common_path: flags.common_path,
                python: None,
            };
            print_lines(add::run(workspace, &options)?);
            if changes_workspace {
                update_lock_file(workspace)?;
            }
        }
        XtaskCmd::Remove(flags) => {
            print_lines(remove::run(workspace, &flags.service)?);
            update_lock_file(workspace)?;
        }
        XtaskCmd::Sync(flags) => {
            let options = sync::Options {
                from: flags.from,
                error_codes: flags.error_codes,
                unpinned: flags.unpinned,
                upstream: flags.upstream,
                services: flags.service,
                python: None,
            };
            print_lines(sync::run(workspace, &options)?.lines());
        }
        XtaskCmd::Generate(flags) => {
            let plan = generate::plan(workspace, &flags.service)?;
            if flags.check {
                for line in plan.check_report() {
                    eprintln!("{line}");
                }
                let is_up_to_date = plan.is_up_to_date();
                return Ok(if is_up_to_date { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            plan.apply()?;
            println!("{}", plan.summary());
            update_lock_file(workspace)?;
        }
        XtaskCmd::Conformance(flags) => {
            conformance::run(workspace, flags.from, flags.update, &flags.part)?;
        }
        XtaskCmd::Budget(_) => budget::run(workspace)?,
        XtaskCmd::LiveSmoke(_) => live_smoke(workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print_lines(lines: impl IntoIterator<Item = String>) {
    for line in lines {
        println!("{line}");
    }
}

/// Runs the quickstart example with Tencent Cloud. It only describes resources.
fn live_smoke(workspace: &Workspace) -> Result<(), Error> {
    if !has_credential() {
        println!(
            "skipped: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set, and the \
             calls need a credential"
        );
        return Ok(());
    }
    let status = cargo(workspace, &["run", "--quiet", "--example", "quickstart"]).status();
    check_status("calling Tencent Cloud", status)
}

#[allow(clippy::disallowed_methods, reason = "this program may read its own environment")]
fn has_credential() -> bool {
    ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"]
        .iter()
        .all(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

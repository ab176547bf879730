//! `cargo xtask`: see `cargo xtask --help`.

use std::process::ExitCode;

use xtask::flags::{Xtask, XtaskCmd};
use xtask::{Error, Workspace, budget, conformance, generate, live_smoke, sync};

fn main() -> ExitCode {
    // Wrong usage ends the program here, with exit code 2.
    let flags = Xtask::from_env_or_exit();
    match run(flags, &Workspace::of_this_program()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Xtask, workspace: &Workspace) -> Result<ExitCode, Error> {
    match flags.subcommand {
        XtaskCmd::Sync(flags) => {
            let options = sync::Options {
                from: flags.from,
                unpinned: flags.unpinned,
                services: flags.service,
                python: None,
            };
            for line in sync::run(workspace, &options)?.lines() {
                println!("{line}");
            }
            Ok(ExitCode::SUCCESS)
        }
        XtaskCmd::Generate(flags) => {
            let plan = generate::plan(workspace, &flags.service)?;
            if flags.check {
                for line in plan.complaints() {
                    eprintln!("{line}");
                }
                return Ok(if plan.is_done() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
            }
            plan.carry_out()?;
            println!("{}", plan.summary());
            Ok(ExitCode::SUCCESS)
        }
        XtaskCmd::LiveSmoke(_) => {
            if !live_smoke::run(workspace, has_credential())? {
                println!(
                    "skipped: TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY are not set, \
                     and nothing else reaches the cloud"
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        XtaskCmd::Budget(_) => {
            budget::run(workspace)?;
            Ok(ExitCode::SUCCESS)
        }
        XtaskCmd::Conformance(flags) => {
            conformance::run(workspace, flags.from)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "a program may look at its own environment")]
fn has_credential() -> bool {
    ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"]
        .iter()
        .all(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

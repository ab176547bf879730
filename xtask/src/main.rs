//! `cargo xtask`: see `cargo xtask --help`.

use std::process::ExitCode;

use xtask::flags::{Xtask, XtaskCmd};
use xtask::{Error, Workspace, add, budget, conformance, generate, live_smoke, lock, remove, sync};

fn main() -> ExitCode {
    // Wrong usage ends the program here, with exit code 2.
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
            let joins = flags.out.is_none();
            let options = add::Options {
                services: flags.service,
                from: flags.from,
                out: flags.out,
                common_path: flags.common_path,
                python: None,
            };
            tell(add::run(workspace, &options)?);
            if joins {
                lock::update(workspace)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        XtaskCmd::Remove(flags) => {
            tell(remove::run(workspace, &flags.service)?);
            lock::update(workspace)?;
            Ok(ExitCode::SUCCESS)
        }
        XtaskCmd::Sync(flags) => {
            let options = sync::Options {
                from: flags.from,
                unpinned: flags.unpinned,
                upstream: flags.upstream,
                services: flags.service,
                python: None,
            };
            tell(sync::run(workspace, &options)?.lines());
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
            lock::update(workspace)?;
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
            conformance::run(workspace, flags.from, &flags.part)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn tell(lines: impl IntoIterator<Item = String>) {
    for line in lines {
        println!("{line}");
    }
}

#[allow(clippy::disallowed_methods, reason = "a program may look at its own environment")]
fn has_credential() -> bool {
    ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"]
        .iter()
        .all(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

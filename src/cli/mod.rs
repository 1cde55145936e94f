//! The command line: arguments, commands, exit codes.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | success |
//! | 1 | an expectation fails, a baseline changed, or a failing cell has no verified fix |
//! | 2 | a sweep file or the command line is wrong |
//! | 3 | runs are incomplete, an expectation is inconclusive, results could not be written, or the command was interrupted |
//!
//! If several apply, 2 goes before 1, and 1 before 3. A diverged run is a normal result.

mod args;
mod baseline;
mod check;
mod did_you_mean;
mod explain;
mod export;
mod fix;
mod folder;
mod import;
mod init;
mod inspect;
mod list;
mod migrate;
mod open;
mod plan;
mod problem;
mod report;
mod run;
mod session;
mod values;

use crate::config::keys::Registry;
use crate::custom::Custom;
use crate::execute::{executors, serve};
use crate::terminal::interrupt;
use crate::terminal::output::Output;
use crate::terminal::text::Text;
use args::{Cli, Command};
use clap::Parser;
use problem::Problem;
use std::process::ExitCode;

/// Runs the command `sweep`.
pub fn main() -> ExitCode {
    main_with(Custom::default())
}

/// Runs the command `sweep` with custom models and data sources.
pub fn main_with(custom: Custom) -> ExitCode {
    let registry = custom.registry();
    let cli = Cli::parse();
    let output = cli.output();
    let limit = crate::memory::limit().map_err(Problem::from);
    interrupt::listen(&output);
    let done = output
        .try_out()
        .map_err(Problem::from)
        .and(registry.map_err(Problem::from))
        .and_then(|registry| limit.and_then(|_| run_command(&cli, registry, &output)));
    let code = match done {
        Ok(0) if output.has_lost_results() => 3,
        Ok(code) => code,
        Err(problem) => {
            if let Problem::Several(all) = &problem {
                all.iter().for_each(|one| output.error(one));
            } else {
                output.error(&problem);
            }
            output.document(|document| document["error"] = problem.to_string().into());
            problem.code()
        }
    };
    ExitCode::from(output.finish(code))
}

/// Runs the command that the arguments name, and returns the exit code.
fn run_command(cli: &Cli, registry: Registry, output: &Output) -> Result<u8, Problem> {
    match &cli.command {
        None => {
            did_you_mean::refuse(&cli.run.files.files)?;
            run::run(&cli.run, registry, output)
        }
        Some(Command::Run(args)) => run::run(args, registry, output),
        Some(Command::Plan(args)) => plan::plan(args, registry, output),
        Some(Command::Check(args)) => check::check(args, registry, output),
        Some(Command::Fix(args)) => fix::fix(args, registry, output),
        Some(Command::Report(args)) => report::report(args, registry, output),
        Some(Command::Export(args)) => export::export(args, registry, output),
        Some(Command::Import(args)) => import::import(args, output),
        Some(Command::Inspect(args)) => inspect::inspect(args, registry, output),
        Some(Command::Migrate(args)) => migrate::migrate(args, output),
        Some(Command::List(args)) => list::list(args, output),
        Some(Command::Explain(args)) => explain::explain(args, output),
        Some(Command::Schema) => {
            output.result(Text::ours(&format!(
                "{:#}",
                crate::config::schema(registry)
            )));
            Ok(0)
        }
        Some(Command::Init(args)) => init::init(args, output),
        Some(Command::Worker) => {
            let (requests, replies) = (std::io::stdin().lock(), std::io::stdout().lock());
            serve(requests, replies, &executors(), registry)?;
            Ok(0)
        }
    }
}

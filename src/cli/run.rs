//! `sweep FILE…` and `sweep run FILE…`: trains missing runs, and prints the cells of every sweep.

use super::args::RunArgs;
use super::fix::{Fixing, train_and_fix};
use super::folder::Folder;
use super::open;
use super::problem::Problem;
use super::session::train_all;
use crate::config::keys::Registry;
use crate::session::analyzed::Analyzed;
use crate::study::Test;
use crate::terminal::output::Output;
use crate::terminal::results::{results, summary};

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn run(args: &RunArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    if args.fix {
        let fixing = Fixing {
            files: &args.files,
            training: &args.training,
            pages: &args.pages,
            control: false,
            verbose: args.fixes.verbose,
        };
        let head = |ended: &Analyzed| results(&ended.sweep, &ended.studied);
        return train_and_fix(&fixing, registry, output, head);
    }
    let opened = open::open(&args.files, registry, output)?;
    let folder = Folder::of(&args.files.out, &args.pages)?;
    let show = |ended: Analyzed| {
        let mut text = results(&ended.sweep, &ended.studied);
        if let Some(report) = &ended.report {
            text.line(format_args!("report: {}", report.display()));
        }
        text.line("");
        output.result(text);
        output.message(summary(&ended.studied.summary, ended.why_incomplete()));
        output.message("");
    };
    train_all(
        opened,
        &folder,
        &args.training,
        output,
        (Test::Expected, false),
        show,
    )
}

//! `sweep fix`: runs, then trains suggested fixes for failing cells.

use super::args::{FileArgs, FixArgs, PageArgs, TrainingArgs};
use super::folder::Folder;
use super::open;
use super::problem::Problem;
use super::session::train_all;
use crate::config::keys::Registry;
use crate::diagnose::fixes::FixStatus;
use crate::session::analyzed::Analyzed;
use crate::session::opening::enough_seeds;
use crate::study::Test;
use crate::terminal::fixes::fixes;
use crate::terminal::output::{BOLD, Output, painted};
use crate::terminal::results::summary;
use crate::terminal::text::{Say, Text};

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn fix(args: &FixArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let fixing = Fixing {
        files: &args.files,
        training: &args.training,
        pages: &args.pages,
        control: args.control,
        verbose: args.fixes.verbose,
    };
    let title = |ended: &Analyzed| painted(&ended.sweep.title, BOLD).text();
    train_and_fix(&fixing, registry, output, title)
}

/// The options of a command that tests fixes.
pub struct Fixing<'a> {
    pub files: &'a FileArgs,
    pub training: &'a TrainingArgs,
    pub pages: &'a PageArgs,
    /// Whether random changes are trained too.
    pub control: bool,
    /// Whether fixes that do not apply are listed.
    pub verbose: bool,
}

/// Runs and fixes every sweep, and prints `head` and then its fixes. Returns the exit code: 0 if every failing cell has a
/// verified fix, 1 if one has none.
///
/// # Errors
/// [`Problem`].
pub fn train_and_fix(
    fixing: &Fixing,
    registry: Registry,
    output: &Output,
    head: impl Fn(&Analyzed) -> Text,
) -> Result<u8, Problem> {
    let mut opened = open::open(fixing.files, registry, output)?;
    let folder = Folder::of(&fixing.files.out, fixing.pages)?;
    for opened in &mut opened {
        enough_seeds(&mut opened.sweep, output);
    }
    let test = Test::Suggested {
        control: fixing.control,
    };
    let mut worst = FixStatus::Fixed;
    let show = |ended: Analyzed| {
        let mut text = head(&ended);
        if let Some(of) = &ended.studied.fixes {
            text.add(fixes(of, fixing.verbose));
            if let Some(report) = &ended.report {
                text.line(format_args!("report: {}", report.display()));
            }
            let statuses = of.failures.iter().map(|failure| failure.status);
            worst = statuses.fold(worst, FixStatus::max);
        }
        text.line("");
        output.result(text);
        output.message(summary(&ended.studied.summary, ended.why_incomplete()));
        output.message("");
    };
    let code = train_all(opened, &folder, fixing.training, output, (test, true), show)?;
    Ok(match worst {
        FixStatus::Fixed => code,
        FixStatus::Open => 3,
        FixStatus::NotFixed | FixStatus::NothingKnown => 1,
    })
}

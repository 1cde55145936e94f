//! `sweep FILE…` and `sweep run FILE…`: trains missing runs, and prints the cells of every sweep.

use super::analyzed::Analyzed;
use super::args::RunArgs;
use super::fix::{Fixing, train_and_fix};
use super::folder::Folder;
use super::output::{BOLD, DIM, Output, painted};
use super::problem::Problem;
use super::session::train_all;
use super::text::Text;
use super::{interrupt, open, table};
use crate::diagnose::references;
use crate::expect::count;
use crate::prescribe::REFERENCE;
use crate::report::number::duration;
use crate::spec::keys::Registry;
use crate::study::Test;

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
        return train_and_fix(&fixing, registry, output, cells);
    }
    let opened = open::open(&args.files, registry, output)?;
    let folder = Folder::of(&args.files.out, &args.pages)?;
    let cancelled = interrupt::flag();
    let (training, test) = (&args.training, Test::Expected);
    train_all(
        opened,
        &folder,
        training,
        output,
        cancelled,
        test,
        |ended| {
            output.result(block(&ended));
            output.message(summary(&ended));
            output.message("");
        },
    )
}

/// Returns the title, the cells and the report of one sweep.
fn block(ended: &Analyzed) -> Text {
    let mut text = cells(ended);
    if let Some(report) = &ended.report {
        text.line(format_args!("report: {}", report.display()));
    }
    text.line("");
    text
}

/// Returns the title and the cells of one sweep.
fn cells(ended: &Analyzed) -> Text {
    let (cells, left_out) = table::cells(&ended.results, &ended.diagnoses);
    let mut text = Text::default();
    text.line(painted(&ended.sweep.title, BOLD));
    text.add(cells);
    for sentence in references(&ended.results) {
        text.line(format_args!("  {sentence}. Network: {REFERENCE}"));
    }
    if left_out > 0 {
        text.line(format_args!(
            "  … sorted by training loss; the report shows {left_out} more"
        ));
    }
    text
}

/// Returns a summary of the command: `18 runs trained, 12 cached, 4.2 s`.
pub fn summary(ended: &Analyzed) -> String {
    let summary = ended.summary;
    let mut parts = vec![format!("{} trained", count(summary.trained, "run"))];
    if summary.cached > 0 {
        parts.push(format!("{} cached", summary.cached));
    }
    parts.extend(ended.why_incomplete());
    painted(
        format!("{}, {}", parts.join(", "), duration(summary.wall)),
        DIM,
    )
}

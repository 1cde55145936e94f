//! `sweep report`: writes the pages from cached runs, and trains nothing.

use super::args::ReportArgs;
use super::ended::write_again;
use super::folder::Folder;
use super::open;
use super::output::Output;
use super::owner;
use super::problem::Problem;
use super::rungs::TooLargeRuns;
use super::session::{Looked, look_up, report_missing};
use crate::report::write_index;
use crate::run::Rerun;
use crate::store::Store;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn report(args: &ReportArgs, output: &Output) -> Result<u8, Problem> {
    let opened = open::open(&args.files, output)?;
    let folder = Folder::of(&args.files.out, &args.pages)?;
    let out = folder.path;
    let store = Store::open_existing(out)?;
    if let Some(store) = &store {
        owner::refuse_others(&opened, store, out)?;
    }
    let mut code = 0;
    for sweep in opened {
        let looked = look_up(sweep, store.as_ref(), Rerun::Nothing, TooLargeRuns::Result)?;
        let Looked {
            page, sweep, plan, ..
        } = &looked;
        folder.try_out(page, sweep, &plan.results)?;
        report_missing(sweep, plan, output);
        match write_again(looked, store.as_ref(), &folder, output)?.report {
            Some(report) => output.result(report.display()),
            None => code = 3,
        }
    }
    output.result(write_index(out, &folder.templates)?.display());
    Ok(code)
}

//! `sweep report`: the pages once more, from the files and the store; trains nothing.

use super::args::ReportArgs;
use super::ended::{judge, write};
use super::folder::Folder;
use super::open;
use super::output::Output;
use super::owner;
use super::problem::Problem;
use super::session::{Looked, look_up};
use super::trials::Bench;
use crate::expect::count;
use crate::report::write_index;
use crate::run::{Rerun, Summary};
use crate::store::Store;

/// Gives the exit code.
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
        let Looked {
            page,
            sweep,
            files,
            mut plan,
        } = look_up(sweep, store.as_ref(), Rerun::Nothing)?;
        folder.try_out(&page, &sweep, &plan.results)?;
        let missing = plan.missing.len();
        if missing > 0 {
            output.message(format_args!(
                "{}: {missing} of {} not trained yet",
                sweep.path.display(),
                count(plan.runs(), "run"),
            ));
        }
        let bench = Bench {
            sweep: &sweep,
            files: &files,
            store: store.as_ref(),
            training: None,
            output,
        };
        let judged = judge(&bench, &mut plan.results, None)?;
        let summary = Summary::default();
        let ended = write(page, sweep, plan.results, summary, judged, &folder, output);
        match &ended.report {
            Some(report) => output.result(report.display()),
            None => code = 3,
        }
    }
    output.result(write_index(out, &folder.templates)?.display());
    Ok(code)
}

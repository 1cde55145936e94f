//! `sweep report`: the pages once more, from the files and the store; trains nothing.

use super::args::ReportArgs;
use super::open;
use super::output::Output;
use super::owner;
use super::problem::Problem;
use super::session::{Looked, judge_and_write, look_up};
use crate::expect::count;
use crate::report::write_index;
use crate::run::{Rerun, Summary};
use crate::store::Store;

/// Gives the exit code.
///
/// # Errors
/// [`Problem`].
pub fn report(args: &ReportArgs, output: &Output) -> Result<u8, Problem> {
    let out = &args.files.out.out;
    let opened = open::open(&args.files, output)?;
    let store = Store::open_existing(out)?;
    if let Some(store) = &store {
        owner::refuse_others(&opened, store, out)?;
    }
    let mut code = 0;
    for sweep in opened {
        let Looked {
            page, sweep, plan, ..
        } = look_up(sweep, store.as_ref(), Rerun::Nothing)?;
        let missing = plan.missing.len();
        if missing > 0 {
            output.message(format_args!(
                "{}: {missing} of {} not trained yet",
                sweep.path.display(),
                count(plan.runs(), "run"),
            ));
        }
        let summary = Summary::default();
        let ended = judge_and_write(page, sweep, plan.results, summary, out, output);
        match &ended.report {
            Some(report) => output.result(report.display()),
            None => code = 3,
        }
    }
    output.result(write_index(out)?.display());
    Ok(code)
}

//! `sweep report`: writes the pages from cached runs, and trains nothing.

use super::args::ReportArgs;
use super::folder::Folder;
use super::open::{self, Stored};
use super::problem::Problem;
use crate::config::keys::Registry;
use crate::diagnose::expectations::Status;
use crate::report::write_index;
use crate::session::analyzed::{write_again, write_page_of_import};
use crate::session::opening::pages;
use crate::store::{Store, refuse_others};
use crate::terminal::output::Output;
use crate::terminal::results::report_missing;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn report(args: &ReportArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let folder = Folder::of(&args.files.out, &args.pages)?;
    let out = folder.path;
    let store = Store::open_existing(out)?;
    let Stored { opened, imported } =
        open::open_stored(&args.files, registry, store.as_ref(), output)?;
    if let Some(store) = &store {
        refuse_others(&pages(&opened), store, out)?;
    }
    let (mut code, mut worst) = (0, None);
    let imported = imported
        .into_iter()
        .map(|(sweep, results)| write_page_of_import(sweep, results, &folder, output));
    let opened = opened
        .into_iter()
        .map(|sweep| write_again(sweep, store.as_ref(), &folder, output));
    for analyzed in opened.chain(imported) {
        let analyzed = analyzed?;
        worst = worst.max(analyzed.worst());
        output.add("sweeps", || analyzed.document());
        report_missing(&analyzed.sweep, &analyzed.studied.results, output);
        match analyzed.report {
            Some(report) => output.result(report.display()),
            None => code = 3,
        }
    }
    output.document(|document| document["status"] = worst.map(Status::name).into());
    output.result(write_index(out, &folder.templates)?.display());
    Ok(code)
}

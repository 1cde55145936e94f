//! `sweep export`: writes stored runs for other programs, and trains nothing.

use super::args::{ExportArgs, FormatArg};
use super::open::{self, Opened};
use super::output::Output;
use super::problem::Problem;
use super::rungs::{self, TooLargeRuns};
use super::session::report_missing;
use super::trials::Bench;
use crate::diagnose::diagnose_all;
use crate::export::{ExportError, Exported, Format, export as write};
use crate::identity::RunId;
use crate::run::Rerun;
use crate::store::Store;
use crate::trace::Outputs;
use std::collections::BTreeSet;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn export(args: &ExportArgs, output: &Output) -> Result<u8, Problem> {
    let format = match args.to {
        FormatArg::Csv => Format::Csv,
        FormatArg::Jsonl => Format::JsonLines,
        FormatArg::Parquet if !cfg!(feature = "parquet") => {
            return Err(Problem::Wrong(ExportError::NoParquet.to_string()));
        }
        FormatArg::Parquet => Format::Parquet,
        FormatArg::Tensorboard => Format::TensorBoard,
        FormatArg::Mlflow => Format::Mlflow,
    };
    let opened = open::open(&args.files, output)?;
    let out = &args.files.out.out;
    let Some(store) = Store::open_existing(out)? else {
        let here = out.display();
        return Err(Problem::Wrong(format!(
            "no runs in {here} yet; train the sweep first, or pass its report folder with --out"
        )));
    };
    let into = match &args.into {
        Some(into) => into.clone(),
        None => out.join("export").join(args.to.name()),
    };
    let mut written = BTreeSet::new();
    // No export contains predictions, which take a large part of the memory of thousands of runs.
    let stored = |id: RunId| {
        let known = store.get(id)?;
        let lean = known.map(|(mut trace, timing)| {
            trace.outputs = Outputs::default();
            (trace, timing)
        });
        Ok(lean)
    };
    for opened in opened {
        let Opened {
            page,
            sweep,
            cells,
            files,
        } = opened;
        let mut plan = rungs::look_up(
            &sweep,
            cells,
            &files,
            &stored,
            Rerun::Nothing,
            TooLargeRuns::Result,
        )?;
        report_missing(&sweep, &plan, output);
        // Diagnoses compare runs with reference runs if no cell is good.
        Bench {
            sweep: &sweep,
            files: &files,
            store: Some(&store),
            training: None,
            output,
        }
        .find_references(&mut plan.results)?;
        let exported = Exported {
            page: &page,
            sweep: &sweep,
            results: &plan.results,
            diagnoses: &diagnose_all(&plan.results),
        };
        for path in write(&exported, format, &into, args.curves)? {
            // Sweeps may share a folder.
            if written.insert(path.clone()) {
                output.result(path.display());
            }
        }
    }
    Ok(0)
}

//! `sweep export`: writes stored runs for other programs, and trains nothing.

use super::args::ExportArgs;
use super::open::{self, Stored};
use super::problem::Problem;
use crate::config::keys::Registry;
use crate::diagnose::diagnose_all;
use crate::export::{ExportError, Exported, Format, export as write};
use crate::identity::RunId;
use crate::session::analyzed::from_cache;
use crate::store::Store;
use crate::study::main_search;
use crate::terminal::output::Output;
use crate::terminal::results::report_missing;
use crate::trace::Predictions;
use std::collections::BTreeSet;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn export(args: &ExportArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let format = args.to;
    if format == Format::Parquet && !cfg!(feature = "parquet") {
        return Err(Problem::Wrong(ExportError::NoParquet.to_string()));
    }
    let out = &args.files.out.out;
    let store = Store::open_existing(out)?;
    let Stored { opened, imported } =
        open::open_stored(&args.files, registry, store.as_ref(), output)?;
    let Some(store) = store else {
        let here = out.display();
        return Err(Problem::Wrong(format!(
            "no runs in {here} yet; train the sweep first, or pass its report folder with --out"
        )));
    };
    let into = match &args.into {
        Some(into) => into.clone(),
        None => out.join("export").join(format.name()),
    };
    let mut written = BTreeSet::new();
    // No other export contains predictions, which take a large part of the memory of thousands of runs.
    let stored = |id: RunId| {
        let known = store.get(id)?;
        let lean = known.map(|(mut trace, timing)| {
            if format != Format::Trace {
                trace.predictions = Predictions::default();
            }
            (trace, timing)
        });
        Ok(lean)
    };
    let of_files = opened.into_iter().map(|mut opened| {
        let cells = std::mem::take(&mut opened.cells);
        let results = from_cache(&opened, &stored, |study| {
            let mut search = main_search(study.sweep, cells);
            let (mut results, _) = study.search(&mut *search)?;
            // Diagnoses compare runs with reference runs if no cell is good.
            study.add_references(&mut results)?;
            Ok::<_, Problem>(results)
        })?;
        report_missing(&opened.sweep, &results, output);
        Ok::<_, Problem>((opened.page, opened.sweep, results))
    });
    let of_imports = imported
        .into_iter()
        .map(|(sweep, results)| Ok((sweep.path.display().to_string(), sweep, results)));
    for of in of_files.chain(of_imports) {
        let (page, sweep, results) = of?;
        let exported = Exported {
            page: &page,
            sweep: &sweep,
            results: &results,
            diagnoses: &diagnose_all(&results),
        };
        for path in write(&exported, format, &into, args.curves)? {
            // Sweeps may share a folder.
            if written.insert(path.clone()) {
                output.add("files", || path.display().to_string().into());
                output.result(path.display());
            }
        }
    }
    Ok(0)
}

//! Analyzes a trained sweep: diagnoses, verdicts and fixes, and writes its page.

use super::folder::Folder;
use super::output::Output;
use super::problem::Problem;
use super::session::Looked;
use super::trials::Bench;
use crate::diagnose::{CellDiagnosis, diagnose_all};
use crate::expect::{Verdict, verdicts, wanted_cures};
use crate::fix::{Fixes, Trials, fixes};
use crate::report::{Page, write_sweep};
use crate::results::Results;
use crate::run::Summary;
use crate::spec::Sweep;
use crate::store::Store;
use std::path::PathBuf;

/// Options for testing fixes.
#[derive(Debug, Clone, Copy)]
pub struct Fix {
    /// Whether random changes of the same size are trained as controls.
    pub control: bool,
    /// Whether rejected fixes are listed for every failing cell.
    pub verbose: bool,
}

/// The analysis of the results of a sweep.
pub struct Judged {
    diagnoses: Vec<CellDiagnosis>,
    verdicts: Vec<Verdict>,
    fixes: Option<Fixes>,
    /// A summary of the runs that the analysis trained.
    summary: Summary,
}

/// A sweep with its results and their analysis.
pub struct Ended {
    pub page: String,
    pub sweep: Sweep,
    pub results: Results,
    pub summary: Summary,
    /// In the order of the results.
    pub diagnoses: Vec<CellDiagnosis>,
    pub verdicts: Vec<Verdict>,
    /// The tested fixes, if requested.
    pub fixes: Option<Fixes>,
    /// Its page; `None` if it could not be written.
    pub report: Option<PathBuf>,
}

impl Ended {
    /// Returns why the sweep is incomplete: `2 crashed or timed out (--rerun crashed), 3 not stored`.
    pub fn left_open(&self) -> Option<String> {
        let summary = self.summary;
        let mut parts = Vec::new();
        for (n, what) in [
            (summary.incomplete, "crashed or timed out (--rerun crashed)"),
            (
                summary.too_large,
                "too large for memory (free memory and run again)",
            ),
            (summary.missing, "not trained (run again to continue)"),
            (summary.not_kept, "not stored"),
        ] {
            if n > 0 {
                parts.push(format!("{n} {what}"));
            }
        }
        if self.report.is_none() {
            parts.push("no report".to_owned());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Computes the diagnoses, fixes and verdicts of a sweep. If no cell is good enough to compare with, adds reference
/// runs to the results first.
///
/// # Errors
/// The store cannot be read, or no thread can start.
pub fn judge(bench: &Bench, results: &mut Results, fix: Option<Fix>) -> Result<Judged, Problem> {
    let mut summary = bench.find_references(results)?;
    let results = &*results;
    let diagnoses = diagnose_all(results);
    let wanted = wanted_cures(bench.sweep, results);
    let mut named = Trials::named(results, &diagnoses, &wanted);
    summary = summary.and(bench.conduct(&mut named)?);
    let verdicts = verdicts(bench.sweep, results, &diagnoses, &named.cures(&wanted));
    let fixes = match fix {
        None => None,
        Some(Fix { control, .. }) => {
            let mut trials = Trials::of(results, &diagnoses, control);
            summary = summary.and(bench.conduct(&mut trials)?);
            Some(fixes(&trials))
        }
    };
    Ok(Judged {
        diagnoses,
        verdicts,
        fixes,
        summary,
    })
}

/// Writes the page of a sweep. A failure is reported and stops nothing else, since the traces are stored.
pub fn write(
    page: String,
    sweep: Sweep,
    results: Results,
    summary: Summary,
    judged: Judged,
    folder: &Folder,
    output: &Output,
) -> Ended {
    let Judged {
        diagnoses,
        verdicts,
        fixes,
        summary: of_trials,
    } = judged;
    let report = write_sweep(
        folder.path,
        &Page {
            diagnoses: &diagnoses,
            verdicts: &verdicts,
            fixes: fixes.as_ref(),
            standalone: folder.standalone,
            ..folder.page(&page, &sweep, &results)
        },
    );
    let report = report.map_err(|error| output.error(error)).ok();
    if let Some(text) = report.as_deref().and_then(|page| folder.in_one_file(page)) {
        output.message(text);
    }
    Ended {
        page,
        sweep,
        results,
        summary: summary.and(of_trials),
        diagnoses,
        verdicts,
        fixes,
        report,
    }
}

/// Writes the page of a sweep from cached runs, and trains nothing.
///
/// # Errors
/// The store cannot be read.
pub fn write_again(
    looked: Looked,
    store: Option<&Store>,
    folder: &Folder,
    output: &Output,
) -> Result<Ended, Problem> {
    let Looked {
        page,
        sweep,
        files,
        mut plan,
    } = looked;
    let bench = Bench {
        sweep: &sweep,
        files: &files,
        store,
        training: None,
        output,
    };
    let judged = judge(&bench, &mut plan.results, None)?;
    let summary = Summary::default();
    Ok(write(
        page,
        sweep,
        plan.results,
        summary,
        judged,
        folder,
        output,
    ))
}

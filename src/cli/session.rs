//! The way that `run`, `check`, `plan` and `report` share: each sweep is looked up, trained, judged
//! and written, one after another.

use super::args::TrainingArgs;
use super::open::Opened;
use super::output::Output;
use super::owner;
use super::problem::Problem;
use super::progress::Progress;
use crate::data::Files;
use crate::diagnose::{CellDiagnosis, diagnose_all};
use crate::expect::{Verdict, count, verdicts};
use crate::grid::RunId;
use crate::report::{Page, write_index, write_sweep};
use crate::results::Results;
use crate::run::{Event, Options, Plan, Rerun, Summary, engines, plan, train};
use crate::spec::Sweep;
use crate::store::{Store, SweepEntry};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A sweep, and what the store has of it.
pub struct Looked {
    pub page: String,
    pub sweep: Sweep,
    pub files: Files,
    pub plan: Plan,
}

/// What came of a sweep.
pub struct Ended {
    pub page: String,
    pub sweep: Sweep,
    pub results: Results,
    pub summary: Summary,
    /// In the order of the results.
    pub diagnoses: Vec<CellDiagnosis>,
    pub verdicts: Vec<Verdict>,
    /// Its page, where that could be written.
    pub report: Option<PathBuf>,
}

impl Ended {
    /// What keeps it from being whole: `2 failed or timed out (--rerun failed), 3 not stored`.
    pub fn left_open(&self) -> Option<String> {
        let summary = self.summary;
        let mut parts = Vec::new();
        for (n, what) in [
            (summary.incomplete, "failed or timed out (--rerun failed)"),
            (summary.missing, "missing (call again to train)"),
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

/// What the store has of a sweep, and what it lacks.
///
/// # Errors
/// The store can't be read.
pub fn look_up(opened: Opened, store: Option<&Store>, rerun: Rerun) -> Result<Looked, Problem> {
    let Opened {
        page,
        sweep,
        cells,
        files,
    } = opened;
    let stored = |id| store.map_or(Ok(None), |store| store.get(id));
    let plan = plan(&sweep, cells, &files, &stored, &engines(), rerun)?;
    Ok(Looked {
        page,
        sweep,
        files,
        plan,
    })
}

/// Trains what is missing of every sweep, writes its page, and hands it to `tell`. After Ctrl-C, or a
/// failure under `--fail-fast`, the sweeps that are left are written from what there is. Gives the exit code: 3 where something did
/// not come to its end, else 0.
///
/// # Errors
/// The store can't be opened or read, a page belongs to another file, or no thread can start.
pub fn train_all(
    sweeps: Vec<Opened>,
    out: &Path,
    args: &TrainingArgs,
    output: &Output,
    cancelled: &AtomicBool,
    mut tell: impl FnMut(Ended),
) -> Result<u8, Problem> {
    let store = Store::open(out)?;
    owner::refuse_others(&sweeps, &store, out)?;
    let options = Options {
        jobs: args.work.jobs.unwrap_or(0),
        timeout: args.timeout,
        fail_fast: args.fail_fast,
    };
    let stopped = AtomicBool::new(false);
    let mut whole = true;
    for opened in sweeps {
        let cancelled = match stopped.load(Ordering::Relaxed) {
            true => &stopped,
            false => cancelled,
        };
        let looked = look_up(opened, Some(&store), args.work.rerun())?;
        let ended = train_one(looked, &store, &options, out, output, cancelled)?;
        note(&store, &ended, out, output);
        whole &= ended.left_open().is_none();
        if options.fail_fast && ended.summary.failed > 0 {
            stopped.store(true, Ordering::Relaxed);
        }
        tell(ended);
    }
    if let Err(error) = write_index(out) {
        output.error(error);
        whole = false;
    }
    let whole = whole && !cancelled.load(Ordering::Relaxed);
    Ok(if whole { 0 } else { 3 })
}

/// One sweep, all the way.
fn train_one(
    looked: Looked,
    store: &Store,
    options: &Options,
    out: &Path,
    output: &Output,
    cancelled: &AtomicBool,
) -> Result<Ended, Problem> {
    let Looked {
        page,
        sweep,
        files,
        plan,
    } = looked;
    output.message(start_line(&sweep, &plan));
    let progress = Progress::start(output, &plan.results, plan.missing.len());
    let hear = |event: Event| progress.hear(event);
    let trained = train(plan, &engines(), &files, store, options, cancelled, &hear);
    progress.end();
    let (results, summary) = trained?;
    Ok(judge_and_write(page, sweep, results, summary, out, output))
}

/// Diagnoses, verdicts and page of a sweep. A page that can't be written is told of, and keeps nothing else
/// from happening: the traces are safe.
pub fn judge_and_write(
    page: String,
    sweep: Sweep,
    results: Results,
    summary: Summary,
    out: &Path,
    output: &Output,
) -> Ended {
    let diagnoses = diagnose_all(&results);
    let verdicts = verdicts(&sweep, &results, &diagnoses);
    let report = write_sweep(
        out,
        &Page {
            name: &page,
            sweep: &sweep,
            results: &results,
            diagnoses: &diagnoses,
            verdicts: &verdicts,
        },
    );
    let report = report.map_err(|error| output.error(error)).ok();
    Ended {
        page,
        sweep,
        results,
        summary,
        diagnoses,
        verdicts,
        report,
    }
}

/// Notes a sweep for `sweep list`, and whose its page is.
fn note(store: &Store, ended: &Ended, out: &Path, output: &Output) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let runs = ended.results.cells.iter().flat_map(|cell| &cell.runs);
    let ids: Vec<RunId> = runs.map(|run| run.run.id).collect();
    // The store is asked, since it need not have taken all that was trained.
    let noted = store.known(&ids).and_then(|known| {
        store.note_sweep(&SweepEntry {
            name: ended.page.clone(),
            path: owner::seen_from(out, &ended.sweep.path),
            title: ended.sweep.title.clone(),
            cells: ended.results.cells.len() as u64,
            runs: ids.len() as u64,
            trained: ids.iter().filter(|id| known.contains_key(id)).count() as u64,
            updated: now.map_or(0, |since| since.as_secs()),
        })
    });
    if let Err(error) = noted {
        output.error(error);
    }
}

/// `experiments/lr.toml: 30 runs, 18 to train`.
fn start_line(sweep: &Sweep, plan: &Plan) -> String {
    let path = sweep.path.display();
    let runs = plan.runs();
    let missing = plan.missing.len();
    match missing {
        0 => format!("{path}: {}, all in the store", count(runs, "run")),
        _ => format!("{path}: {}, {missing} to train", count(runs, "run")),
    }
}

//! The way that `run`, `check`, `plan` and `report` share: each sweep is looked up, trained, judged
//! and written, one after another.

use super::args::TrainingArgs;
use super::open::Opened;
use super::output::Output;
use super::problem::Problem;
use super::progress::Progress;
use crate::data::Files;
use crate::expect::{Verdict, count, verdicts};
use crate::report::{Page, write_index, write_sweep};
use crate::results::Results;
use crate::run::{Engine, Event, Options, Plan, Rerun, Summary, plan, train};
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
    pub verdicts: Vec<Verdict>,
    /// Its page, where that could be written.
    pub report: Option<PathBuf>,
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
    let engine = Engine::reference();
    let plan = plan(&sweep, cells, &files, &stored, &engine, rerun)?;
    Ok(Looked {
        page,
        sweep,
        files,
        plan,
    })
}

/// Trains what is missing of every sweep, writes its page, and hands it to `tell`. After Ctrl-C the
/// sweeps that are left are written from what there is. Gives the exit code: 3 where something did
/// not come to its end, else 0.
///
/// # Errors
/// The store can't be opened or read, or no thread can start.
pub fn train_all(
    sweeps: Vec<Opened>,
    out: &Path,
    args: &TrainingArgs,
    output: &Output,
    cancelled: &AtomicBool,
    mut tell: impl FnMut(Ended),
) -> Result<u8, Problem> {
    let store = Store::open(out)?;
    let options = Options {
        jobs: args.jobs.unwrap_or(0),
        timeout: args.timeout,
        fail_fast: args.fail_fast,
    };
    let mut whole = true;
    for opened in sweeps {
        let looked = look_up(opened, Some(&store), args.rerun())?;
        let ended = train_one(looked, &store, &options, out, output, cancelled)?;
        note(&store, &ended, output);
        whole &= ended.summary.is_complete() && ended.report.is_some();
        let stop = options.fail_fast && ended.summary.failed > 0;
        tell(ended);
        if stop {
            break;
        }
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
    let engine = Engine::reference();
    let progress = Progress::start(output, &plan.results, plan.missing.len());
    let hear = |event: Event| progress.hear(event);
    let trained = train(plan, &engine, &files, store, options, cancelled, &hear);
    progress.end();
    let (results, summary) = trained?;
    Ok(judge_and_write(page, sweep, results, summary, out, output))
}

/// Verdicts and page of a sweep. A page that can't be written is told of, and keeps nothing else
/// from happening: the traces are safe.
pub fn judge_and_write(
    page: String,
    sweep: Sweep,
    results: Results,
    summary: Summary,
    out: &Path,
    output: &Output,
) -> Ended {
    let verdicts = verdicts(&sweep, &results);
    let report = write_sweep(
        out,
        &Page {
            name: &page,
            sweep: &sweep,
            results: &results,
            verdicts: &verdicts,
        },
    );
    let report = report.map_err(|error| output.error(error)).ok();
    Ended {
        page,
        sweep,
        results,
        summary,
        verdicts,
        report,
    }
}

/// Notes a sweep for `sweep list`. If the disk is full, the runs have said so.
fn note(store: &Store, ended: &Ended, output: &Output) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let Summary { runs, missing, .. } = ended.summary;
    let entry = SweepEntry {
        name: ended.page.clone(),
        path: ended.sweep.path.clone(),
        title: ended.sweep.title.clone(),
        cells: ended.results.cells.len() as u64,
        runs: runs as u64,
        trained: (runs - missing) as u64,
        updated: now.map_or(0, |since| since.as_secs()),
    };
    if let Err(error) = store.note_sweep(&entry) {
        output.message(error);
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

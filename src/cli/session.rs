//! The pipeline that `run`, `check`, `fix`, `plan` and `report` share: look up, train, analyze and write each sweep
//! in turn.

use super::args::TrainingArgs;
use super::ended::{Ended, Fix, judge, write};
use super::folder::Folder;
use super::interrupt;
use super::live::{Writer, while_training};
use super::open::Opened;
use super::output::Output;
use super::owner;
use super::problem::Problem;
use super::progress::Progress;
use super::rungs::{self, TooLargeRuns};
use super::trials::{Bench, Training};
use super::weights::Weights;
use crate::data::Files;
use crate::expect::count;
use crate::identity::RunId;
use crate::report::write_index;
use crate::results::Results;
use crate::run::{Event, Memory, Options, Plan, Rerun, engines, train};
use crate::spec::Sweep;
use crate::store::{Store, SweepEntry};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A sweep with its stored and missing runs.
pub struct Looked {
    pub page: String,
    pub sweep: Sweep,
    pub files: Files,
    pub plan: Plan,
}

/// Looks up the stored and missing runs of a sweep.
///
/// # Errors
/// The store cannot be read.
pub fn look_up(
    opened: Opened,
    store: Option<&Store>,
    rerun: Rerun,
    too_large: TooLargeRuns,
) -> Result<Looked, Problem> {
    let Opened {
        page,
        sweep,
        cells,
        files,
    } = opened;
    let stored = |id| store.map_or(Ok(None), |store| store.get(id));
    let plan = rungs::look_up(&sweep, cells, &files, &stored, rerun, too_large)?;
    Ok(Looked {
        page,
        sweep,
        files,
        plan,
    })
}

/// Prints how many runs of a sweep are not trained yet, if any.
pub fn report_missing(sweep: &Sweep, plan: &Plan, output: &Output) {
    let missing = plan.missing.len();
    if missing > 0 {
        output.message(format_args!(
            "{}: {missing} of {} not trained yet",
            sweep.path.display(),
            count(plan.runs(), "run"),
        ));
    }
}

/// Trains the missing runs of every sweep, writes its page, and passes it to `show`. After Ctrl-C, or a failure under
/// `--fail-fast`, the remaining sweeps are written from stored runs. Returns the exit code: 3 if something is
/// incomplete, else 0.
///
/// # Errors
/// The store cannot be opened or read, a page belongs to another file, or no thread can start.
pub fn train_all(
    sweeps: Vec<Opened>,
    folder: &Folder,
    args: &TrainingArgs,
    output: &Output,
    cancelled: &AtomicBool,
    fix: Option<Fix>,
    mut show: impl FnMut(Ended),
) -> Result<u8, Problem> {
    let out = folder.path;
    let store = Store::open(out)?;
    owner::refuse_others(&sweeps, &store, out)?;
    let options = Options {
        jobs: args.work.jobs.unwrap_or(0),
        timeout: args.timeout,
        fail_fast: args.fail_fast,
        weights: args.save_weights.is_some(),
        memory: Memory::Available,
    };
    let stopped = AtomicBool::new(false);
    let (mut whole, mut reports) = (true, Vec::new());
    for opened in sweeps {
        let cancelled = match stopped.load(Ordering::Relaxed) {
            true => &stopped,
            false => cancelled,
        };
        let rerun = args.work.rerun();
        let mut looked = look_up(opened, Some(&store), rerun, TooLargeRuns::TryAgain)?;
        let weights = args.save_weights.as_ref();
        let weights = weights.map(|into| Weights::new(into.as_deref(), out, &looked.page, output));
        if let Some(weights) = &weights {
            weights.add_missing(&mut looked.plan);
        }
        let training = Training {
            options: &options,
            rerun: args.work.rerun(),
            cancelled,
        };
        let mut ended = train_one(
            looked,
            &store,
            training,
            fix,
            folder,
            output,
            weights.as_ref(),
        )?;
        // A store that is gone has lost all runs of this command.
        match store.in_place() {
            Ok(()) => whole &= note(&store, &ended, out, output),
            Err(_) => ended.summary.not_kept = ended.summary.trained,
        }
        reports.extend(ended.report.clone());
        whole &= ended.left_open().is_none();
        whole &= weights.is_none_or(|weights| weights.summarize());
        if options.fail_fast && ended.summary.failed > 0 {
            stopped.store(true, Ordering::Relaxed);
        }
        show(ended);
    }
    if let Err(error) = write_index(out, &folder.templates) {
        output.error(error);
        whole = false;
    }
    let in_place = store.in_place();
    if let Err(error) = store.close().and(in_place) {
        output.error(error);
        whole = false;
    }
    for report in reports.iter().filter(|report| !report.exists()) {
        let report = report.display();
        output.error(format_args!(
            "lost {report}: another program removed or moved it during the command; `sweep report` \
             writes it again"
        ));
        whole = false;
    }
    let whole = whole && !cancelled.load(Ordering::Relaxed);
    Ok(if whole { 0 } else { 3 })
}

/// Trains, analyzes and writes one sweep.
fn train_one(
    looked: Looked,
    store: &Store,
    training: Training,
    fix: Option<Fix>,
    folder: &Folder,
    output: &Output,
    weights: Option<&Weights>,
) -> Result<Ended, Problem> {
    let Looked {
        page,
        sweep,
        files,
        plan,
    } = looked;
    let Training {
        options, cancelled, ..
    } = training;
    folder.try_out(&page, &sweep, &plan.results)?;
    interrupt::train();
    output.message(start_line(&sweep, &plan));
    let watched = Writer::of(&page, &sweep, &plan, folder, output);
    let done = while_training(watched, |notifier| -> Result<_, Problem> {
        let once = |plan: Plan| {
            let progress = Progress::start(output, &plan.results, plan.missing.len());
            let hear = |event: Event| {
                notifier.hear(event);
                progress.hear(event);
                if let (Some(weights), Event::Weights(weighed)) = (weights, event) {
                    weights.keep(weighed);
                }
            };
            let trained = train(plan, &engines(), &files, store, options, cancelled, &hear);
            progress.end();
            trained
        };
        let (mut results, mut summary) = once(plan)?;
        if let Some(stop) = sweep.stop {
            let stored = |id| store.get(id);
            let rerun = training.rerun;
            let next =
                |results: &Results| rungs::next_rung(&sweep, stop, results, &files, &stored, rerun);
            while let Some(mut plan) = next(&results)? {
                if let Some(weights) = weights {
                    weights.add_missing(&mut plan);
                }
                rungs::announce(&sweep, &plan, output);
                let (reached, more) = once(plan)?;
                (results, summary) = (reached, rungs::together(summary, more));
            }
        }
        notifier.trained();
        // After a failure under --fail-fast, no fix is tested either.
        let halted = AtomicBool::new(true);
        let cancelled = match options.fail_fast && summary.failed > 0 {
            true => &halted,
            false => cancelled,
        };
        let training = Training {
            cancelled,
            ..training
        };
        let bench = Bench {
            sweep: &sweep,
            files: &files,
            store: Some(store),
            training: Some(training),
            output,
        };
        let judged = judge(&bench, &mut results, fix)?;
        Ok((results, summary, judged))
    });
    let (results, summary, judged) = done?;
    Ok(write(page, sweep, results, summary, judged, folder, output))
}

/// Records a sweep for `sweep list`, and the file that owns its page. Returns whether that succeeded.
fn note(store: &Store, ended: &Ended, out: &Path, output: &Output) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let runs = ended.results.cells.iter().flat_map(|cell| &cell.runs);
    let ids: Vec<RunId> = runs.map(|run| run.run.id).collect();
    // Counted in the store, which may lack runs that could not be stored.
    let noted = store.known(&ids).and_then(|known| {
        let trained = |id: &&RunId| known.get(id).is_some_and(|outcome| outcome != "too-large");
        store.note_sweep(&SweepEntry {
            name: ended.page.clone(),
            path: owner::seen_from(out, &ended.sweep.path),
            title: ended.sweep.title.clone(),
            cells: ended.results.cells.len() as u64,
            runs: ids.len() as u64,
            trained: ids.iter().filter(|id| trained(id)).count() as u64,
            updated: now.map_or(0, |since| since.as_secs()),
        })
    });
    let noted = noted.map_err(|error| output.error(error));
    noted.is_ok()
}

/// Returns `experiments/lr.toml: 30 runs, 18 to train`.
fn start_line(sweep: &Sweep, plan: &Plan) -> String {
    let path = sweep.path.display();
    let runs = plan.runs();
    let missing = plan.missing.len();
    match missing {
        0 => format!("{path}: {}, all cached", count(runs, "run")),
        _ => format!("{path}: {}, {missing} to train", count(runs, "run")),
    }
}

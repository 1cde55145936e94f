//! The commands that train: `run`, `check` and `fix` study each sweep in turn, and write its page.

use super::analyzed::{Analyzed, write};
use super::args::TrainingArgs;
use super::folder::Folder;
use super::interrupt;
use super::live::{LivePage, while_writing};
use super::open::Opened;
use super::output::Output;
use super::owner;
use super::problem::Problem;
use super::progress::Progress;
use super::weights::Weights;
use crate::expect::Status;
use crate::grid::Cell;
use crate::identity::RunId;
use crate::report::write_index;
use crate::results::{CellResults, RunResult};
use crate::run::{Memory, Options, executors};
use crate::store::{Store, SweepEntry};
use crate::study::{
    All, Calibrator, EventLog, Nobody, Observer, Study, Test, Training, cache_folder, main_search,
};
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What all sweeps of a command share.
struct Session<'a> {
    folder: &'a Folder<'a>,
    args: &'a TrainingArgs,
    options: Options,
    store: Store,
    test: Test,
    events: Option<EventLog>,
    output: &'a Output,
}

/// Trains the missing runs of every sweep, writes its page, and passes it to `show`. After Ctrl-C, or a failure under
/// `--fail-fast`, the remaining sweeps are written from cached runs. Returns the exit code: 3 if something is
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
    test: Test,
    mut show: impl FnMut(Analyzed),
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
    let session = Session {
        folder,
        args,
        options,
        store,
        test,
        events: events(args.events.as_deref())?,
        output,
    };
    let stopped = AtomicBool::new(false);
    let (mut whole, mut reports, mut worst) = (true, Vec::new(), None);
    for opened in sweeps {
        let cancelled = match stopped.load(Ordering::Relaxed) {
            true => &stopped,
            false => cancelled,
        };
        let (analyzed, are_saved) = session.study(opened, cancelled)?;
        reports.extend(analyzed.report.clone());
        whole &= are_saved && analyzed.why_incomplete().is_none();
        if args.fail_fast && analyzed.summary.failed > 0 {
            stopped.store(true, Ordering::Relaxed);
        }
        worst = worst.max(analyzed.worst());
        output.add("sweeps", || analyzed.document());
        show(analyzed);
    }
    output.document(|document| document["status"] = worst.map(Status::name).into());
    if let Some(source) = session.events.as_ref().and_then(EventLog::error) {
        let path = args.events.clone().unwrap_or_default();
        output.error(Problem::Write { path, source });
        whole = false;
    }
    if let Err(error) = write_index(out, &folder.templates) {
        output.error(error);
        whole = false;
    }
    let in_place = session.store.in_place();
    if let Err(error) = session.store.close().and(in_place) {
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

/// Opens the event log.
///
/// # Errors
/// The file cannot be written.
fn events(path: Option<&Path>) -> Result<Option<EventLog>, Problem> {
    Ok(match path {
        None => None,
        Some(path) if path == Path::new("-") => Some(EventLog::new(std::io::stdout())),
        Some(path) => {
            let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
            let file = folder.and_then(|()| File::create(path));
            Some(EventLog::new(file.map_err(|source| Problem::Write {
                path: path.to_owned(),
                source,
            })?))
        }
    })
}

impl Session<'_> {
    /// Trains, analyzes and writes one sweep. Also returns whether its entry in the store and all weights were written.
    fn study(&self, opened: Opened, cancelled: &AtomicBool) -> Result<(Analyzed, bool), Problem> {
        let Opened {
            page,
            sweep,
            cells,
            files,
        } = opened;
        let (folder, output, store) = (self.folder, self.output, &self.store);
        let into = self.args.save_weights.as_ref();
        let weights = into.map(|into| Weights::new(into.as_deref(), folder.path, &page, output));
        let lacks = |cell: &CellResults, run: &RunResult| {
            weights
                .as_ref()
                .is_some_and(|weights| weights.lacks(cell, run))
        };
        let progress = Progress::new(output);
        let stored = |id| store.get(id);
        let executors = executors();
        let study = Study {
            sweep: &sweep,
            files: &files,
            executors: &executors,
            cached: &stored,
            rerun: self.args.work.rerun(),
            training: Some(Training {
                store,
                options: &self.options,
                again: weights.is_some().then_some(&lacks),
                cancelled,
            }),
            observer: &Nobody,
        };
        self.try_templates(&study, &page, &cells)?;
        interrupt::train();
        let calibrator = Calibrator::new(&executors, &files);
        let live = LivePage::new(&page, &sweep, folder, output);
        let studied = while_writing(live, |live| {
            let mut observers: Vec<&dyn Observer> = vec![live, &progress, &calibrator];
            observers.extend(weights.as_ref().map(|weights| weights as &dyn Observer));
            observers.extend(self.events.as_ref().map(|events| events as &dyn Observer));
            let observer = &All(observers);
            Study { observer, ..study }.run(cells, self.test)
        })?;
        calibrator.save(cache_folder().as_deref());
        let mut analyzed = write(page, sweep, studied, folder, output);
        // A store that is gone has lost all runs of this command.
        let mut are_saved = true;
        match store.in_place() {
            Ok(()) => are_saved &= note(store, &analyzed, folder.path, output),
            Err(_) => analyzed.summary.not_kept = analyzed.summary.trained,
        }
        are_saved &= weights.is_none_or(|weights| weights.summarize());
        Ok((analyzed, are_saved))
    }

    /// Renders the page with custom templates, to find their errors before training.
    fn try_templates(&self, study: &Study, page: &str, cells: &[Cell]) -> Result<(), Problem> {
        if !self.folder.templates.are_own() {
            return Ok(());
        }
        let mut search = main_search(study.sweep, cells.to_vec());
        let plan = study.next_missing(&mut *search)?;
        self.folder.try_out(page, study.sweep, &plan.results)
    }
}

/// Records a sweep for `sweep list`, and the file that owns its page. Returns whether that succeeded.
fn note(store: &Store, ended: &Analyzed, out: &Path, output: &Output) -> bool {
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

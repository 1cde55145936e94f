//! The sweeps of a command that trains: each is studied in turn, and its page is written.

use super::SessionError;
use super::analyzed::{Analyzed, note, write};
use super::folder::Folder;
use crate::config::files::named;
use crate::diagnose::expectations::Status;
use crate::execute::{Options, Rerun, executors};
use crate::grid::Cell;
use crate::load::find::OpenedSweep;
use crate::observe::EventLog;
use crate::observe::live_page::{LivePage, while_writing};
use crate::observe::progress::Progress;
use crate::observe::weights::Weights;
use crate::report::write_index;
use crate::results::{CellResults, Results, RunResult};
use crate::store::Store;
use crate::study::{
    All, Calibrator, Nobody, Observer, Study, Test, Training, cache_folder, main_search,
};
use crate::terminal::interrupt;
use crate::terminal::output::Output;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// What all sweeps of a command share.
pub struct Session<'a> {
    /// The report folder.
    pub folder: &'a Folder<'a>,
    /// The options of training.
    pub options: Options,
    /// Which cached runs are trained again.
    pub rerun: Rerun,
    /// The folder of saved weights, if they are requested; `Some(None)` for one next to the page of each sweep.
    pub weights: Option<Option<&'a Path>>,
    /// Keeps every run that ends.
    pub store: Store,
    /// What to test after the cells of each sweep.
    pub test: Test,
    /// Whether failing runs of an older version are trained again, if their diagnosis lacks evidence.
    pub replays: bool,
    /// Writes every event, if they are requested.
    pub events: Option<EventLog>,
    /// The output of the command.
    pub output: &'a Output,
}

impl Session<'_> {
    /// Trains the missing runs of every sweep, writes its page, and passes it to `show`. After Ctrl-C, or a failure under
    /// `--fail-fast`, the remaining sweeps are written from cached runs. Returns whether everything is complete and
    /// written.
    ///
    /// # Errors
    /// The store cannot be read, a custom template is wrong, or no thread can start.
    pub fn study_all(
        self,
        sweeps: Vec<OpenedSweep>,
        cancelled: &AtomicBool,
        mut show: impl FnMut(Analyzed),
    ) -> Result<bool, SessionError> {
        let (folder, output) = (self.folder, self.output);
        let stopped = AtomicBool::new(false);
        let (mut whole, mut reports, mut worst) = (true, Vec::new(), None);
        for opened in sweeps {
            let cancelled = match stopped.load(Ordering::Relaxed) {
                true => &stopped,
                false => cancelled,
            };
            let (analyzed, are_saved) = self.study(opened, cancelled)?;
            reports.extend(analyzed.report.clone());
            whole &= are_saved && analyzed.why_incomplete().is_none();
            if self.options.fail_fast && analyzed.studied.summary.failed > 0 {
                stopped.store(true, Ordering::Relaxed);
            }
            worst = worst.max(analyzed.worst());
            output.add("sweeps", || analyzed.document());
            show(analyzed);
        }
        output.document(|document| document["status"] = worst.map(Status::name).into());
        if let Some(error) = self.events.as_ref().and_then(EventLog::error) {
            output.events_failed(error);
            whole = false;
        }
        if let Err(error) = write_index(folder.path, &folder.templates) {
            output.error(error);
            whole = false;
        }
        let in_place = self.store.in_place();
        if let Err(error) = self.store.close().and(in_place) {
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
        Ok(whole && !cancelled.load(Ordering::Relaxed))
    }

    /// Trains, analyzes and writes one sweep. Also returns whether its entry in the store and all weights were written.
    fn study(
        &self,
        opened: OpenedSweep,
        cancelled: &AtomicBool,
    ) -> Result<(Analyzed, bool), SessionError> {
        let OpenedSweep {
            page,
            sweep,
            cells,
            files,
        } = opened;
        let (folder, output, store) = (self.folder, self.output, &self.store);
        let weights = self
            .weights
            .map(|into| Weights::new(into, folder.path, &page, output));
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
            rerun: self.rerun,
            training: Some(Training {
                store,
                options: &self.options,
                rerun_filter: weights.is_some().then_some(&lacks),
                replays: self.replays,
                cancelled,
            }),
            observer: &Nobody,
        };
        self.try_templates(&study, &page, &cells)?;
        interrupt::train();
        let calibrator = Calibrator::new(&executors, &files);
        let nothing = Results::default();
        let live = LivePage::new(folder.page(&page, &sweep, &nothing), folder.path, output);
        let studied = while_writing(live, |live| {
            let mut observers: Vec<&dyn Observer> = vec![live, &progress, &calibrator];
            observers.extend(weights.as_ref().map(|weights| weights as &dyn Observer));
            observers.extend(self.events.as_ref().map(|events| events as &dyn Observer));
            let observer = &All(observers);
            Study { observer, ..study }.run(cells, self.test)
        })?;
        calibrator.save(cache_folder().as_deref());
        let recorded = files.recorded(&named(&sweep), sweep.folder());
        let recorded = recorded.unwrap_or_default();
        if !recorded.is_empty() && store.in_place().is_ok() {
            let noted = store.note_data(&page, &serde_json::json!(recorded).to_string());
            noted.unwrap_or_else(|error| output.error(error));
        }
        let mut analyzed = write(page, sweep, studied, folder, output);
        // A store that is gone has lost all runs of this command.
        let mut are_saved = true;
        match store.in_place() {
            Ok(()) => are_saved &= note(store, &analyzed, folder.path, output),
            Err(_) => analyzed.studied.summary.not_kept = analyzed.studied.summary.trained,
        }
        are_saved &= weights.is_none_or(|weights| weights.summarize());
        Ok((analyzed, are_saved))
    }

    /// Renders the page with custom templates, to find their errors before training.
    fn try_templates(&self, study: &Study, page: &str, cells: &[Cell]) -> Result<(), SessionError> {
        if !self.folder.templates.are_own() {
            return Ok(());
        }
        let mut search = main_search(study.sweep, cells.to_vec());
        let plan = study.next_missing(&mut *search)?;
        self.folder.try_out(page, study.sweep, &plan.results)
    }
}

//! The commands that train, `run`, `check` and `fix`: their options, and their exit code.

use super::args::TrainingArgs;
use super::problem::Problem;
use crate::execute::{Memory, Options};
use crate::load::find::OpenedSweep;
use crate::observe::EventLog;
use crate::session::Session;
use crate::session::analyzed::Analyzed;
use crate::session::folder::Folder;
use crate::session::opening::{open_store, pages};
use crate::store::refuse_others;
use crate::study::Test;
use crate::terminal::interrupt;
use crate::terminal::output::Output;

/// Trains the missing runs of every sweep, writes its page, and passes it to `show`. Returns the exit code: 3 if
/// something is incomplete, else 0. With `replays`, failing runs of an older version are trained again if their diagnosis
/// lacks evidence.
///
/// # Errors
/// The store cannot be opened or read, a page belongs to another file, or no thread can start.
pub fn train_all(
    sweeps: Vec<OpenedSweep>,
    folder: &Folder,
    args: &TrainingArgs,
    output: &Output,
    (test, replays): (Test, bool),
    show: impl FnMut(Analyzed),
) -> Result<u8, Problem> {
    let store = open_store(folder, output)?;
    refuse_others(&pages(&sweeps), &store, folder.path)?;
    let session = Session {
        folder,
        options: Options {
            jobs: args.work.jobs.unwrap_or(0),
            timeout: args.timeout,
            fail_fast: args.fail_fast,
            weights: args.save_weights.is_some(),
            memory: Memory::Available,
        },
        rerun: args.work.rerun(),
        weights: args.save_weights.as_ref().map(Option::as_deref),
        store,
        test,
        replays,
        events: output.open_events()?.map(EventLog::new),
        output,
    };
    match session.study_all(sweeps, interrupt::flag(), show)? {
        true => Ok(0),
        false => Ok(3),
    }
}

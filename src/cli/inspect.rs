//! `sweep inspect RUN`: trains one run again and shows what its trace has no room for. The store stays as
//! it is.

use super::args::InspectArgs;
use super::ended::write_again;
use super::folder::Folder;
use super::interrupt;
use super::open::{Opened, Warnings};
use super::output::Output;
use super::problem::Problem;
use super::rungs::TooLargeRuns;
use super::session::look_up;
use super::wanted::{Wanted, wanted};
use crate::expect::count;
use crate::grid::Cell;
use crate::identity::RunId;
use crate::inspect::moments::{MOST, moments};
use crate::inspect::{Inspection, inspect as look};
use crate::memory::available;
use crate::report::{Inspected, write_index, write_inspection};
use crate::run::memory::replay;
use crate::run::{Again, Rerun, again};
use crate::store::Store;
use crate::trace::{Outcome, Trace};
use crate::train::{Control, Job};
use std::sync::atomic::AtomicBool;

/// Gives the exit code.
///
/// # Errors
/// [`Problem`].
pub fn inspect(args: &InspectArgs, output: &Output) -> Result<u8, Problem> {
    let folder = Folder::of(&args.out, &args.pages)?;
    let out = folder.path;
    let Some(store) = Store::open_existing(out)? else {
        let here = out.display();
        return Err(Problem::Wrong(format!(
            "nothing has been trained in {here} yet; name the folder of the run's report with --out"
        )));
    };
    let Wanted {
        id,
        trace,
        cell,
        sweeps,
    } = wanted(args, &store)?;
    let mut warnings = Warnings::default();
    sweeps
        .iter()
        .for_each(|sweep| warnings.of(&sweep.sweep, output));
    refuse_failed(&trace)?;
    let cancelled = interrupt::flag();
    let Some((inspection, same_bits)) = look_at(&cell, &trace, &sweeps[0], cancelled, output)?
    else {
        return Ok(3);
    };
    match same_bits {
        true => output.message("it came out with the same bits as the run in the store"),
        false => output.error(
            "it did not come out with the bits of the run in the store, which another version or another \
             kind of processor trained; its page says so",
        ),
    }
    let inspected = Inspected {
        id,
        cell: &cell,
        trace: &trace,
        inspection: &inspection,
        same_bits,
    };
    let mut code = 0;
    for mut sweep in sweeps {
        // A run of a seed that the command line or `sweep fix` added stays on the page.
        if !sweep.sweep.seeds.contains(&trace.seed) {
            sweep.sweep.seeds.push(trace.seed);
        }
        write_inspection(out, &sweep.page, &inspected)?;
        let page = out.join(&sweep.page).join("inspect.html");
        // Its pages now link to the inspection.
        let looked = look_up(sweep, Some(&store), Rerun::Nothing, TooLargeRuns::Result)?;
        match write_again(looked, Some(&store), &folder, output)?.report {
            Some(_) => output.result(format_args!("{}?run={id}", page.display())),
            None => code = 3,
        }
    }
    write_index(out, &folder.templates)?;
    Ok(code)
}

/// Refuses a run that never came to an end of its own: there is nothing in it to look at, or no telling
/// where to stop.
fn refuse_failed(trace: &Trace) -> Result<(), Problem> {
    let why = match &trace.outcome {
        Outcome::Failed { message } => format!("the run failed: {message}"),
        Outcome::TimedOut { step } => {
            format!("the run timed out after {}", count(*step as usize, "step"))
        }
        Outcome::TooLarge { .. } => {
            return Err(Problem::Wrong(format!(
                "the run was too large for memory: {}; train it first: free memory and run the sweep again",
                trace.outcome.message().unwrap_or_default()
            )));
        }
        Outcome::Finished
        | Outcome::Stopped { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => {
            return Ok(());
        }
    };
    Err(Problem::Wrong(format!(
        "{why}; train it to its end first, with --rerun failed"
    )))
}

/// Trains the run again and looks at it; nothing where that was interrupted. Also tells whether it came
/// out as the store has it.
fn look_at(
    cell: &Cell,
    trace: &Trace,
    sweep: &Opened,
    cancelled: &AtomicBool,
    output: &Output,
) -> Result<Option<(Inspection, bool)>, Problem> {
    let control = Control {
        timeout: None,
        cancelled,
    };
    if let Some(memory) = available() {
        let (settings, files) = (&cell.settings, &sweep.files);
        let snapshots = MOST.min(trace.steps as usize + 1);
        let fits = replay(settings, &trace.engine, files, snapshots, memory);
        fits.map_err(|outcome| Problem::Memory(outcome.message().unwrap_or_default()))?;
    }
    output.message(format_args!(
        "{}, seed {}: {} again with the engine {}",
        cell.name(),
        trace.seed,
        count(trace.steps as usize, "step"),
        trace.engine
    ));
    let trained = again(&cell.settings, trace, &sweep.files, moments, &control)?;
    let Some(Again {
        data,
        trace: new,
        snapshots,
    }) = trained
    else {
        return Ok(None);
    };
    let job = Job {
        settings: &cell.settings,
        seed: trace.seed,
        data,
        keep: None,
    };
    let seen = look(&job, &new, &snapshots, &control);
    let seen =
        seen.map_err(|error| Problem::Wrong(format!("failed to look at the run: {error}")))?;
    // As bytes: a NaN is the same as a NaN.
    let same = serde_json::to_vec(&new).ok() == serde_json::to_vec(trace).ok();
    Ok(seen.map(|seen| (seen, same)))
}

/// How a run is named in messages.
pub fn short(id: RunId) -> String {
    format!("{:.12}", id.to_string())
}

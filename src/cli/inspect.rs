//! `sweep inspect RUN`: replays one run, and records more than its trace stores. The store does not change.

use super::analyzed::write_again;
use super::args::InspectArgs;
use super::folder::Folder;
use super::interrupt;
use super::open::{Opened, Warnings};
use super::output::Output;
use super::problem::Problem;
use super::wanted::{Wanted, wanted};
use crate::expect::count;
use crate::grid::Cell;
use crate::identity::RunId;
use crate::inspect::moments::{MOST, moments};
use crate::inspect::{Inspection, inspect as look};
use crate::memory::available;
use crate::report::{Inspected, write_index, write_inspection};
use crate::run::memory::replay;
use crate::run::{Again, again, executors};
use crate::spec::keys::Registry;
use crate::store::Store;
use crate::trace::{Outcome, Trace};
use crate::train::{Control, Job};
use std::sync::atomic::AtomicBool;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn inspect(args: &InspectArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let folder = Folder::of(&args.out, &args.pages)?;
    let out = folder.path;
    let Some(store) = Store::open_existing(out)? else {
        let here = out.display();
        return Err(Problem::Wrong(format!(
            "no runs in {here} yet; pass the report folder of the run with --out"
        )));
    };
    let Wanted {
        id,
        trace,
        cell,
        sweeps,
    } = wanted(args, registry, &store)?;
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
        true => output.message("the replay is bit-identical to the stored run"),
        false => output.error(
            "the replay differs from the stored run, which another version of sweep or another kind of \
             processor trained; its page says so",
        ),
    }
    output.document(|document| {
        document["run"] = id.to_string().into();
        document["bit_identical"] = same_bits.into();
    });
    let inspected = Inspected {
        id,
        cell: &cell,
        trace: &trace,
        inspection: &inspection,
        same_bits,
    };
    let mut code = 0;
    for mut sweep in sweeps {
        // The page keeps a run of a seed that the command line or `sweep fix` added.
        if !sweep.sweep.seeds.contains(&trace.seed) {
            sweep.sweep.seeds.push(trace.seed);
        }
        write_inspection(out, &sweep.page, &inspected)?;
        let page = out.join(&sweep.page).join("inspect.html");
        // The pages of the run now link to the inspection.
        match write_again(sweep, Some(&store), &folder, output)?.report {
            Some(_) => {
                output.add("pages", || page.display().to_string().into());
                output.result(format_args!("{}?run={id}", page.display()));
            }
            None => code = 3,
        }
    }
    write_index(out, &folder.templates)?;
    Ok(code)
}

/// Rejects an incomplete run: it has no result to analyze, or no known last step.
fn refuse_failed(trace: &Trace) -> Result<(), Problem> {
    let why = match &trace.outcome {
        Outcome::Crashed { message } => format!("it crashed: {message}"),
        Outcome::TimedOut { step } => {
            format!("it timed out after {}", count(*step as usize, "step"))
        }
        Outcome::TooLarge { .. } => {
            return Err(Problem::Wrong(format!(
                "failed to replay the run: it did not fit into memory, {}; free memory and run the sweep again",
                trace.outcome.message().unwrap_or_default()
            )));
        }
        Outcome::Finished
        | Outcome::Pruned { .. }
        | Outcome::Converged { .. }
        | Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. } => {
            return Ok(());
        }
    };
    Err(Problem::Wrong(format!(
        "failed to replay the run: {why}; run the sweep again with --rerun crashed"
    )))
}

/// Replays the run and analyzes it. Also returns whether the replay is bit-identical to the stored run. Returns
/// `None` after an interruption.
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
        "{}, seed {}: replaying {} with the executor {}",
        cell.name(),
        trace.seed,
        count(trace.steps as usize, "step"),
        trace.engine
    ));
    let trained = again(
        &cell.settings,
        trace,
        &sweep.files,
        &executors(),
        moments,
        &control,
    )?;
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
        seen.map_err(|error| Problem::Wrong(format!("failed to analyze the run: {error}")))?;
    // Compared as bytes, in which a NaN equals a NaN.
    let same = serde_json::to_vec(&new).ok() == serde_json::to_vec(trace).ok();
    Ok(seen.map(|seen| (seen, same)))
}

/// Returns the short form of a run ID for messages.
pub fn short(id: RunId) -> String {
    format!("{:.12}", id.to_string())
}

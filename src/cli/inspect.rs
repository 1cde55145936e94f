//! `sweep inspect RUN`: replays one run, and records more than its trace stores. The store does not change.

use super::args::InspectArgs;
use super::folder::Folder;
use super::problem::Problem;
use crate::config::Overrides;
use crate::config::keys::Registry;
use crate::execute::executors;
use crate::format::count;
use crate::inspect::inspect as analyze;
use crate::inspect::snapshot_steps::{MOST, snapshot_steps};
use crate::report::{Inspected, write_index, write_inspection};
use crate::session::analyzed::write_again;
use crate::store::Store;
use crate::study::{Replay, Replayed, StoredRun, stored_run};
use crate::terminal::interrupt;
use crate::terminal::output::Output;
use crate::terminal::warnings::Warnings;
use crate::trace::inspection::Inspection;
use crate::train::{Cancellation, Job};

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
    let overrides = Overrides {
        set: args.set.clone(),
        seeds: None,
    };
    let run = stored_run(&args.run, &store, out, &overrides, registry)?;
    let mut warnings = Warnings::default();
    run.sweeps
        .iter()
        .for_each(|sweep| warnings.of(&sweep.sweep, output));
    let Some((inspection, same_bits)) = replayed(&run, output)? else {
        return Ok(3);
    };
    match same_bits {
        true => output.message("the replay is bit-identical to the stored run"),
        false => output.error(
            "the replay differs from the stored run, which another version of sweep or another kind of \
             processor trained; its page says so",
        ),
    }
    let StoredRun {
        id,
        trace,
        cell,
        sweeps,
    } = run;
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
        write_inspection(out, &sweep.page, &inspected, &folder.templates)?;
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

/// Replays the run and analyzes it. Also returns whether the replay is bit-identical to the stored run. Returns
/// `None` after an interruption.
fn replayed(run: &StoredRun, output: &Output) -> Result<Option<(Inspection, bool)>, Problem> {
    let StoredRun { cell, trace, .. } = run;
    let control = Cancellation {
        timeout: None,
        cancelled: interrupt::flag(),
    };
    let snapshots = MOST.min(trace.steps as usize + 1);
    let replay = Replay::new(cell, trace, &run.sweeps[0].files, snapshots)?;
    output.message(format_args!(
        "{}, seed {}: replaying {} with the executor {}",
        cell.name(),
        trace.seed,
        count(trace.steps as usize, "step"),
        trace.executor
    ));
    let Some(replayed) = replay.run(&executors(), snapshot_steps, &control)? else {
        return Ok(None);
    };
    let Replayed {
        data,
        trace: new,
        snapshots,
        is_bit_identical,
    } = replayed;
    let job = Job {
        settings: &cell.settings,
        seed: trace.seed,
        data,
        keep: None,
    };
    let analyzed = analyze(&job, &new, &snapshots, &control);
    let analyzed =
        analyzed.map_err(|error| Problem::Wrong(format!("failed to analyze the run: {error}")))?;
    Ok(analyzed.map(|inspection| (inspection, is_bit_identical)))
}

//! Trains recipes with the reader, planner, executors and store of the program.

use super::recipe::Recipe;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use sweep::config::Overrides;
use sweep::execute::{Executor, Options, Plan, Rerun, RunEvent, executors, plan, train};
use sweep::grid::Cell;
use sweep::load::{Loaded, load_text};
use sweep::results::Results;
use sweep::store::Store;
use sweep::study::Storing;
use sweep::trace::Trace;
use sweep::train::datasets::Files;

/// Recipes with the required seeds.
pub type Wanted = BTreeMap<Recipe, BTreeSet<u64>>;

/// Traces by recipe and seed.
pub type Traces = BTreeMap<Recipe, BTreeMap<u64, Trace>>;

/// Trains all runs that are not in the store of this folder, on all cores.
pub fn traces(wanted: &Wanted, folder: &Path) -> Result<Traces, Box<dyn Error>> {
    let store = Store::open(folder)?;
    let executors = executors();
    let mut whole = Plan::default();
    for (recipe, seeds) in wanted {
        let part = planned(recipe, seeds, &store, &executors)?;
        let place = whole.results.cells.len();
        let missing = part.missing.iter().map(|(cell, run)| (place + cell, *run));
        whole.missing.extend(missing);
        whole.results.cells.extend(part.results.cells);
    }
    let results = trained(whole, &store, &executors)?;
    let mut traces = Traces::new();
    for (recipe, cell) in wanted.keys().zip(results.cells) {
        let runs = cell.runs.into_iter();
        let runs =
            runs.filter_map(|run| Some((run.run.seed, Arc::unwrap_or_clone(run.trained?.0))));
        traces.insert(recipe.clone(), runs.collect());
    }
    Ok(traces)
}

/// Returns the cell of a recipe.
pub fn cell(recipe: &Recipe) -> Result<Cell, Box<dyn Error>> {
    let cell = loaded(recipe)?.cells.into_iter().next();
    cell.ok_or_else(|| format!("{recipe}\ngives no cell").into())
}

fn loaded(recipe: &Recipe) -> Result<Loaded, Box<dyn Error>> {
    let file = Path::new("case.toml");
    let loaded = load_text(file, &recipe.file(), &Overrides::default());
    Ok(loaded.map_err(|faults| format!("{recipe}\n{faults:?}"))?)
}

/// Returns the plan of one cell.
fn planned(
    recipe: &Recipe,
    seeds: &BTreeSet<u64>,
    store: &Store,
    executors: &[Executor],
) -> Result<Plan, Box<dyn Error>> {
    let mut loaded = loaded(recipe)?;
    loaded.sweep.seeds = seeds.iter().copied().collect();
    let stored = |id| store.get(id);
    let (sweep, cells, files) = (loaded.sweep, loaded.cells, loaded.files);
    Ok(plan(
        cells,
        &sweep.seeds,
        &files,
        &stored,
        executors,
        Rerun::Nothing,
    )?)
}

/// Trains the missing runs and prints the progress.
fn trained(plan: Plan, store: &Store, executors: &[Executor]) -> Result<Results, Box<dyn Error>> {
    let (missing, ended) = (plan.missing.len(), AtomicUsize::new(0));
    let progress = |event: RunEvent| {
        if matches!(event, RunEvent::Ended { .. }) {
            let n = ended.fetch_add(1, Ordering::Relaxed) + 1;
            if n.is_multiple_of(200) || n == missing {
                eprintln!("trained {n} of {missing} runs");
            }
        }
    };
    let (files, options) = (Files::default(), Options::default());
    let cancelled = AtomicBool::new(false);
    let storing = Storing::new(store, &progress);
    let hear = |event: RunEvent| storing.hear(event);
    let (results, _) = train(plan, executors, &files, &options, &cancelled, &hear)?;
    Ok(results)
}

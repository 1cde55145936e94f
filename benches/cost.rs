//! Predicted against measured time of sweep files: `cargo bench --bench cost -- experiments tables`. Trains each file in
//! a store of its own, and prints one line per file, then the median and the worst error. `--counts` prints the counts
//! and the time of every run instead, from which `benches/cost/fit.py` computes the constants of the cost model.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use sweep::config::Overrides;
use sweep::execute::cost::{Share, Work, seconds, shares};
use sweep::execute::{Options, Rerun, cores, executors, groups, plan, train};
use sweep::load::{Loaded, load};
use sweep::store::Store;
use sweep::study::Storing;

fn main() {
    let mut counts = false;
    let mut files = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--bench" => {}
            "--counts" => counts = true,
            path => files.extend(sweeps(Path::new(path))),
        }
    }
    let mut errors = Vec::new();
    for file in files {
        let (predicted, measured) = trained(&file, counts);
        let error = (predicted / measured).max(measured / predicted) - 1.0;
        errors.push(error);
        if !counts {
            println!(
                "{:44} {predicted:9.3} s predicted {measured:9.3} s measured {:6.0}%",
                file.display(),
                100.0 * (predicted / measured - 1.0)
            );
        }
    }
    errors.sort_by(f64::total_cmp);
    if let (false, Some(worst)) = (counts, errors.last()) {
        let median = errors[errors.len() / 2];
        println!(
            "{} files, error as a factor − 1: median {:.0}%, worst {:.0}%",
            errors.len(),
            100.0 * median,
            100.0 * worst
        );
    }
}

/// The sweep files of a folder, or the file itself.
fn sweeps(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    files
}

/// Trains all runs of a file, and returns the predicted and the measured seconds.
fn trained(file: &Path, counts: bool) -> (f64, f64) {
    let Loaded {
        sweep,
        cells,
        files,
    } = load(file, &Overrides::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let executors = executors();
    let none = |_| Ok(None);
    let plan = plan(cells, &sweep.seeds, &files, &none, &executors, Rerun::All).unwrap();
    let groups = groups(&plan, &executors);
    let predicted = seconds(&plan, &groups, &files, cores(), |_| 1.0);
    let mut calls: BTreeMap<String, (&str, Share)> = BTreeMap::new();
    for group in &groups {
        for ((cell, run), share) in group.runs.iter().zip(shares(&plan, group)) {
            let id = plan.results.cells[*cell].runs[*run].run.id;
            calls.insert(id.to_string(), (group.executor.name, share));
        }
    }
    drop(groups);
    let clock = Instant::now();
    let cancelled = AtomicBool::new(false);
    let options = Options::default();
    let storing = Storing::new(&store, &|_| ());
    let trained = train(plan, &executors, &files, &options, &cancelled, &|event| {
        storing.hear(event)
    });
    let measured = clock.elapsed().as_secs_f64();
    if counts {
        for of in &trained.unwrap().0.cells {
            let work = Work::of(&of.cell.settings, &files);
            for run in &of.runs {
                let (trace, timing) = run.trained.as_ref().unwrap();
                let (executor, Share { together, of_rows }) = calls[&run.run.id.to_string()];
                let counts = work.rows.iter().chain(&work.steps).map(f64::to_string);
                println!(
                    "{},{executor},{},{together},{of_rows},{},{},{}",
                    file.display(),
                    work.precision,
                    timing.wall.as_secs_f64(),
                    trace.steps as f64 / work.steps[0].max(1.0),
                    counts.collect::<Vec<_>>().join(",")
                );
            }
        }
    }
    (predicted, measured)
}

//! The speed of the processor at hand, relative to the cost model.
//!
//! A sweep measures it on the runs that it trains anyway: predicted against measured time per executor. The factors
//! are kept in the user's cache folder, by processor and version, for the next `sweep plan`. The file can be removed at any
//! time; nothing but estimates depends on it.

use super::{Event, Observer};
use crate::atomic_write::replace;
use crate::execute;
use crate::execute::cost::of_runs;
use crate::execute::{Executor, Plan, groups};
use crate::identity::RunId;
use crate::trace::{Outcome, Trace};
use crate::train::datasets::Files;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use sysinfo::{CpuRefreshKind, RefreshKind, System};

/// Name of the file in the cache folder.
const FILE: &str = "speed.json";

/// Maximum weight of one sweep, in seconds of training: a long sweep of an unusual shape must not decide alone.
const LONGEST: f64 = 0.5;

/// Weight from which older and newer sweeps count the same.
const MEMORY: f64 = 10.0;

/// Measured time over predicted time, per executor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Calibration {
    /// Processor and version of sweep.
    of: String,
    factors: BTreeMap<String, SpeedFactor>,
}

/// Measured time over predicted time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct SpeedFactor {
    factor: f64,
    /// Weight of the sweeps that it comes from, in seconds.
    seconds: f64,
}

impl Calibration {
    /// Reads the calibration of this processor and version; empty if there is none.
    pub fn load(folder: Option<&Path>) -> Calibration {
        let of = processor();
        let read = || serde_json::from_slice(&std::fs::read(folder?.join(FILE)).ok()?).ok();
        let known: Option<Calibration> = read();
        known.filter(|known| known.of == of).unwrap_or(Calibration {
            of,
            factors: BTreeMap::new(),
        })
    }

    /// Returns measured time over predicted time; `None` for an executor without a measured run.
    pub fn factor(&self, executor: &str) -> Option<f64> {
        self.factors.get(executor).map(|factor| factor.factor)
    }

    /// Adds runs with these predicted and measured seconds in all.
    fn add(&mut self, executor: &str, predicted: f64, measured: f64) {
        if predicted <= 0.0 || measured <= 0.0 {
            return;
        }
        let old = self.factors.get(executor).copied().unwrap_or_default();
        let weight = measured.min(LONGEST);
        let seconds = old.seconds.min(MEMORY) + weight;
        // Factors are averaged on a log scale.
        let log = |factor: f64, weight: f64| match weight > 0.0 {
            true => factor.ln() * weight,
            false => 0.0,
        };
        let sum = log(old.factor, old.seconds.min(MEMORY)) + log(measured / predicted, weight);
        let factor = SpeedFactor {
            factor: (sum / seconds).exp(),
            seconds,
        };
        self.factors.insert(executor.to_owned(), factor);
    }
}

/// Returns the processor, and the version of sweep, because its kernels decide the speed.
fn processor() -> String {
    let cpus = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    let system = System::new_with_specifics(cpus);
    let cpus = system.as_ref().map_or(&[][..], System::cpus);
    let brand = cpus.first().map_or("", |cpu| cpu.brand());
    format!("{} with sweep {}", brand.trim(), env!("CARGO_PKG_VERSION"))
}

/// Returns the cache folder of the user; `None` if the environment names none.
pub fn cache_folder() -> Option<PathBuf> {
    let named = |name: &str| {
        let path = std::env::var_os(name).filter(|path| !path.is_empty())?;
        Some(PathBuf::from(path)).filter(|path| path.is_absolute())
    };
    let cache = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))?;
    Some(cache.join("sweep"))
}

/// Measures the speed of the executors while they train.
pub struct Calibrator<'a> {
    executors: &'a [Executor<'a>],
    files: &'a Files,
    state: Mutex<CalibratorState>,
}

#[derive(Default)]
struct CalibratorState {
    /// Executor and predicted seconds of the missing runs of the round.
    predicted: BTreeMap<RunId, (String, f64)>,
    /// Predicted and measured seconds per executor.
    sums: BTreeMap<String, [f64; 2]>,
}

impl Observer for Calibrator<'_> {
    fn hear(&self, event: &Event) {
        match event {
            Event::RoundStarted { plan, .. } => {
                self.state().predicted = predicted(plan, self.executors, self.files);
            }
            Event::Run(execute::RunEvent::Ended {
                run, trace, timing, ..
            }) => {
                if !ended_as_counted(trace) {
                    return;
                }
                let mut state = self.state();
                if let Some((executor, predicted)) = state.predicted.remove(&run.id) {
                    let [all, measured] = state.sums.entry(executor).or_default();
                    *all += predicted;
                    *measured += timing.wall.as_secs_f64();
                }
            }
            Event::Run(
                execute::RunEvent::Lowered(_)
                | execute::RunEvent::Started(_)
                | execute::RunEvent::Weights(_)
                | execute::RunEvent::NotKept { .. },
            )
            | Event::RoundEnded
            | Event::Searched { .. } => {}
        }
    }
}

impl<'a> Calibrator<'a> {
    /// Returns a calibrator of a study with these executors and data files.
    pub fn new(executors: &'a [Executor<'a>], files: &'a Files) -> Calibrator<'a> {
        Calibrator {
            executors,
            files,
            state: Mutex::default(),
        }
    }

    /// Adds what was measured to the file in the cache folder. An error is of no consequence: the next sweep measures
    /// again.
    pub fn save(&self, folder: Option<&Path>) {
        let sums = std::mem::take(&mut self.state().sums);
        let Some(folder) = folder.filter(|_| !sums.is_empty()) else {
            return;
        };
        let mut calibration = Calibration::load(Some(folder));
        for (executor, [predicted, measured]) in sums {
            calibration.add(&executor, predicted, measured);
        }
        let bytes = serde_json::to_vec_pretty(&calibration).unwrap_or_default();
        let _ = std::fs::create_dir_all(folder);
        let _ = replace(&folder.join(FILE), &bytes);
    }

    fn state(&self) -> MutexGuard<'_, CalibratorState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the calibration of the cached runs of a plan.
pub fn measured(plan: &mut Plan, executors: &[Executor], files: &Files) -> Calibration {
    let cells = plan.results.cells.iter().enumerate();
    let all = cells.flat_map(|(place, of)| (0..of.runs.len()).map(move |run| (place, run)));
    let all: Vec<(usize, usize)> = all.collect();
    let missing = std::mem::replace(&mut plan.missing, all);
    let predicted = predicted(plan, executors, files);
    plan.missing = missing;
    let mut calibration = Calibration::default();
    let mut sums: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    for run in plan.results.cells.iter().flat_map(|of| &of.runs) {
        let trained = run
            .trained
            .as_ref()
            .filter(|(trace, _)| ended_as_counted(trace));
        if let (Some((executor, seconds)), Some((_, timing))) =
            (predicted.get(&run.run.id), trained)
        {
            let [all, measured] = sums.entry(executor).or_default();
            *all += seconds;
            *measured += timing.wall.as_secs_f64();
        }
    }
    for (executor, [predicted, measured]) in sums {
        calibration.add(executor, predicted, measured);
    }
    calibration
}

/// Returns whether a run ended as the cost model counts: with its budget, or because a solver converged. The model counts
/// the usual length of a solver, so that runs that never converge must not stand for all.
fn ended_as_counted(trace: &Trace) -> bool {
    match trace.outcome {
        Outcome::Finished | Outcome::Pruned { .. } | Outcome::Converged { .. } => true,
        Outcome::StoppedEarly { .. }
        | Outcome::Diverged { .. }
        | Outcome::Crashed { .. }
        | Outcome::TimedOut { .. }
        | Outcome::TooLarge { .. } => false,
    }
}

/// Returns the executor and the predicted seconds of every missing run. Runs that train together share the time.
fn predicted(plan: &Plan, executors: &[Executor], files: &Files) -> BTreeMap<RunId, (String, f64)> {
    let mut predicted = BTreeMap::new();
    for group in groups(plan, executors) {
        let seconds = of_runs(plan, &group, files);
        for ((cell, run), seconds) in group.runs.iter().zip(seconds) {
            let id = plan.results.cells[*cell].runs[*run].run.id;
            predicted.insert(id, (group.executor.name.to_owned(), seconds));
        }
    }
    predicted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_calibration_weighs_sweeps_by_their_time_up_to_a_limit_and_survives_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut calibration = Calibration::load(Some(folder.path()));
        assert_eq!(calibration.factor("stacked"), None);
        calibration.add("stacked", 1.0, 2.0);
        calibration.add("stacked", 1.0, 2.0);
        calibration.add("wide", 0.0, 1.0);
        assert!((calibration.factor("stacked").unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(calibration.factor("wide"), None);
        // A long sweep counts as much as each of the two.
        calibration.add("stacked", 80.0, 40.0);
        assert!((calibration.factor("stacked").unwrap() - 2.0_f64.cbrt()).abs() < 1e-12);
        // A short one counts less.
        calibration.add("stacked", 0.1, 0.05);
        assert!(calibration.factor("stacked").unwrap() > 1.1);
        let bytes = serde_json::to_vec(&calibration).unwrap();
        std::fs::write(folder.path().join(FILE), bytes).unwrap();
        assert_eq!(Calibration::load(Some(folder.path())), calibration);
        let other = String::from_utf8(serde_json::to_vec(&calibration).unwrap()).unwrap();
        let other = other.replace(&calibration.of, "another processor");
        std::fs::write(folder.path().join(FILE), other).unwrap();
        assert_eq!(Calibration::load(Some(folder.path())).factors.len(), 0);
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(Calibration::load(Some(folder.path())).factors.len(), 0);
    }
}

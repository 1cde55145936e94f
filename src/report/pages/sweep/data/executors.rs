//! Executors and timing: the runs of every executor with their time.

use crate::report::shared::number::duration;
use crate::results::Results;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// The runs of one executor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ran {
    /// Name of the executor.
    pub engine: String,
    /// Number of runs.
    pub runs: usize,
    /// Total number of steps.
    pub steps: u64,
    /// Total time.
    pub time: String,
    /// Time of the longest run.
    pub longest: String,
    /// Cell and seed of the longest run.
    pub which: String,
}

/// Runs, steps and time of an executor; time and name of the longest run.
type Sums = (usize, u64, Duration, (Duration, String));

/// Returns one line per executor, sorted by name. A run of a stack counts with its share of the time.
pub fn ran(results: &Results) -> Vec<Ran> {
    let mut executors: BTreeMap<&str, Sums> = BTreeMap::new();
    for cell in &results.cells {
        for run in &cell.runs {
            let Some((trace, timing)) = &run.trained else {
                continue;
            };
            let (runs, steps, time, longest) = executors.entry(&trace.executor).or_default();
            *runs += 1;
            *steps += trace.steps;
            *time += timing.wall;
            if timing.wall > longest.0 {
                *longest = (
                    timing.wall,
                    format!("{}, seed {}", cell.cell.name(), run.run.seed),
                );
            }
        }
    }
    let lines = executors.into_iter();
    lines
        .map(|(engine, (runs, steps, time, (longest, which)))| Ran {
            engine: engine.to_owned(),
            runs,
            steps,
            time: duration(time),
            longest: duration(longest),
            which,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;
    use std::sync::Arc;

    #[test]
    fn engines_are_counted_separately_and_missing_runs_do_not_count() {
        let (_, mut results) = fixture::learning_rates(2);
        results.cells[0].runs[0].trained = None;
        let mut own = 0;
        if let Some((trace, timing)) = &mut results.cells[1].runs[1].trained {
            Arc::make_mut(trace).executor = "another".to_owned();
            timing.wall = Duration::from_secs(75);
            own = trace.steps;
        }
        let lines = ran(&results);
        let runs: Vec<usize> = lines.iter().map(|line| line.runs).collect();
        assert_eq!(runs, [1, 10]);
        assert_eq!(
            (lines[0].steps, lines[0].time.as_str()),
            (own, "1 min 15 s")
        );
        assert_eq!(lines[0].which, "lr 0.001, seed 1");
    }
}

//! Times and errors of least-squares solvers on this machine, next to the times of the lecture (DSC 140B,
//! Lecture 14).

use crate::diagnose::expectations::count;
use crate::report::shared::number::{duration, number, percent};
use crate::report::shared::stats::seed_stats;
use crate::results::{CellResults, Results};
use serde::Serialize;
use std::time::Duration;

/// The table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SolvingView {
    /// One line per cell that used a solver, then the lines of the lecture.
    pub rows: Vec<SolverRow>,
    /// Whether any line has a share of the bandwidth, which is measured only for a large X.
    pub shares: bool,
    /// Number of rows and features.
    pub size: String,
    /// Notes of solvers: sentences with the name of the cell.
    pub notes: Vec<String>,
}

/// The medians of one cell over its seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SolverRow {
    /// Name of the cell or of the lecture's solver.
    pub name: String,
    /// Total time.
    pub time: String,
    /// Number of updates.
    pub iterations: String,
    /// Time per update, without the search for a learning rate.
    pub per_iteration: String,
    /// ‖w − w*‖ / ‖w*‖.
    pub error: String,
    /// Bytes of X read per second.
    pub read: String,
    /// Share of the read bandwidth of the same cores.
    pub share: String,
}

/// The times of the lecture.
const LECTURE: [[&str; 4]; 3] = [
    ["normal equations", "30.7 s", "", ""],
    ["gradient descent", "8.6 s", "14", "0.6 s"],
    [
        "stochastic gradient descent, batch 16",
        "3 s",
        "13900",
        "0.2 ms",
    ],
];

/// Returns the table of a sweep; none if no cell used a solver.
pub fn solving(results: &Results) -> Option<SolvingView> {
    let own: Vec<SolverRow> = results.cells.iter().filter_map(line).collect();
    if own.is_empty() {
        return None;
    }
    let lecture = LECTURE.map(|[name, time, iterations, per_iteration]| SolverRow {
        name: format!("{name} (lecture, 200000 rows × 5000 features)"),
        time: time.to_owned(),
        iterations: iterations.to_owned(),
        per_iteration: per_iteration.to_owned(),
        error: String::new(),
        read: String::new(),
        share: String::new(),
    });
    let sizes = || {
        results
            .traces()
            .map(|trace| (trace.data.train_rows, trace.data.features.len()))
    };
    let size = match (sizes().min(), sizes().max()) {
        (Some(least), Some(most)) if least == most => format!(
            "{} × {}",
            count(most.0 as usize, "training row"),
            count(most.1, "feature")
        ),
        _ => String::new(),
    };
    Some(SolvingView {
        shares: own.iter().any(|line| !line.share.is_empty()),
        rows: own.into_iter().chain(lecture).collect(),
        size,
        notes: results.cells.iter().filter_map(note).collect(),
    })
}

/// Returns the medians of a cell over the seeds that finished.
fn line(cell: &CellResults) -> Option<SolverRow> {
    let runs = || cell.runs.iter().filter_map(|run| run.trained.as_ref());
    let solved = || {
        runs().filter_map(|(trace, timing)| {
            let way = trace.trajectory.as_ref()?;
            Some((trace.steps, &timing.clock, *timing.clock.looks.last()?, way))
        })
    };
    let median = |values: Vec<f64>| seed_stats(&values)?.median;
    let time = median(solved().map(|(_, _, time, _)| time).collect())?;
    let steps = median(solved().map(|(steps, ..)| steps as f64).collect())?;
    // The search for a learning rate is not part of an iteration.
    let each = solved().map(|(steps, clock, time, _)| {
        let start = clock.looks.first().filter(|_| clock.looks.len() > 1);
        (time - start.copied().unwrap_or(0.0)) / steps.max(1) as f64
    });
    let error = solved().filter_map(|(.., way)| Some(way.error?.0));
    let read = solved().filter_map(|(_, _, time, way)| Some(way.bytes? as f64 / time));
    let share = solved()
        .filter_map(|(_, clock, time, way)| Some(way.bytes? as f64 / time / clock.bandwidth?));
    Some(SolverRow {
        name: cell.cell.name(),
        time: seconds(time),
        iterations: number(steps),
        per_iteration: median(each.collect()).map_or(String::new(), seconds),
        error: median(error.collect()).map_or(String::new(), number),
        read: median(read.collect()).map_or(String::new(), |read| {
            format!("{} GB/s", number((read / 1e7).round() / 100.0))
        }),
        share: median(share.collect()).map_or(String::new(), percent),
    })
}

/// Formats a time; short ones, which are averages over many steps, with fractions of microseconds.
fn seconds(time: f64) -> String {
    if time < 1e-4 {
        return format!("{} µs", number((time * 1e8).round() / 100.0));
    }
    duration(Duration::try_from_secs_f64(time).unwrap_or_default())
}

fn note(cell: &CellResults) -> Option<String> {
    let first = cell.traces().next()?;
    let note = first.trajectory.as_ref()?.note.as_ref()?;
    Some(format!("{}: {note}.", cell.cell.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::fixture;
    use crate::trace::{Clock, Real, Trajectory};
    use std::sync::Arc;

    #[test]
    fn a_cell_has_the_medians_of_its_seeds_and_comes_before_the_lecture() {
        let (_, mut results) = fixture::learning_rates(3);
        assert_eq!(solving(&results), None);
        for (i, run) in results.cells[1].runs.iter_mut().enumerate() {
            let Some((trace, timing)) = &mut run.trained else {
                panic!("every run of the fixture was trained");
            };
            let trace = Arc::make_mut(trace);
            trace.steps = 10;
            trace.trajectory = Some(Trajectory {
                error: Some(Real(1e-7 * (i + 1) as f64)),
                bytes: Some(8_000_000_000),
                ..Trajectory::default()
            });
            timing.clock = Clock {
                looks: vec![1.0, [4.0, 2.0, 5.0][i]],
                bandwidth: Some(8e9),
            };
        }
        let table = solving(&results)
            .map(|table| table.rows)
            .unwrap_or_default();
        assert_eq!(table.len(), 4);
        let own = &table[0];
        assert_eq!(
            [
                &own.time,
                &own.iterations,
                &own.per_iteration,
                &own.error,
                &own.read,
                &own.share
            ],
            ["4.0 s", "10", "300 ms", "2e-7", "2 GB/s", "25%"]
        );
        assert_eq!(table[3].iterations, "13900");
    }
}

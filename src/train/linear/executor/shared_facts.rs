//! Facts that all runs on the same rows share: the read bandwidth, and the exact optimum of least squares, which is
//! computed once.

use crate::train::datasets::{Dataset, Rows};
use crate::train::linear::bandwidth::bandwidth;
use crate::train::linear::normal::normal_equations;
use crate::train::linear::problem::{DesignMatrix, LeastSquares, SolveError};
use crate::train::linear::solution::{Solution, SolverOptions, SolverStatus};
use std::sync::{Arc, Weak};

/// The exact optimum for some rows.
#[derive(Debug)]
pub(super) struct Exact {
    /// The solution of the normal equations.
    pub solution: Solution,
}

impl Exact {
    /// Returns R(w*).
    pub fn risk(&self) -> f64 {
        let end = self.solution.path.last();
        end.map_or(f64::NAN, |end| end.risk)
    }
}

/// The facts about the rows of the last request. It holds no rows in memory, because those of the next seed may need
/// the space.
#[derive(Debug, Default)]
pub(super) struct SharedFacts {
    of: Weak<Dataset>,
    /// The rows, if X is in a mapped file. Rows of the next seed may be the same.
    in_file: Option<Rows>,
    bandwidth: Option<f64>,
    exact: Option<Exact>,
}

/// Maximum number of entries of X that are read to measure the bandwidth: 1 GB, more than any cache holds.
const READ: usize = 1 << 27;
/// Minimum number of entries, 64 MB: fewer are read before all threads have started.
const LEAST: usize = 1 << 23;
/// Number of repetitions.
const READS: usize = 3;

impl SharedFacts {
    /// Forgets facts about other rows.
    fn turn_to(&mut self, data: &Arc<Dataset>) {
        let (of, rows) = (Arc::downgrade(data), &data.train);
        let in_file = rows.x.is_same_file(&rows.x);
        let same = |known: &Rows| known.x.is_same_file(&rows.x) && known.y == rows.y;
        if self.of.ptr_eq(&of) || self.in_file.as_ref().is_some_and(same) {
            self.of = of;
            return;
        }
        *self = SharedFacts {
            of,
            in_file: in_file.then(|| rows.clone()),
            ..SharedFacts::default()
        };
    }

    /// Returns the bytes per second at which workers read these rows; `None` for too few rows.
    pub fn bandwidth(&mut self, data: &Arc<Dataset>, workers: usize) -> Option<f64> {
        self.turn_to(data);
        let x = &data.train.x;
        if self.bandwidth.is_none() && x.len() >= LEAST {
            self.bandwidth = Some(bandwidth(&x[..x.len().min(READ)], workers, READS));
        }
        self.bandwidth
    }

    /// Returns the optimum for these rows; `None` if it was cancelled.
    ///
    /// # Errors
    /// [`SolveError`].
    pub fn exact(
        &mut self,
        data: &Arc<Dataset>,
        options: &SolverOptions,
    ) -> Result<Option<&Exact>, SolveError> {
        self.turn_to(data);
        if self.exact.is_none() {
            let solution = normal_equations(&least_squares(data), options)?;
            if solution.ended == SolverStatus::Halted {
                return Ok(None);
            }
            self.exact = Some(Exact { solution });
        }
        Ok(self.exact.as_ref())
    }
}

/// Returns the rows of a data set for a solver, always with a bias.
pub(super) fn least_squares(data: &Dataset) -> LeastSquares<'_> {
    LeastSquares {
        x: DesignMatrix {
            values: &data.train.x,
            features: data.features.len(),
        },
        y: &data.train.y,
        bias: true,
    }
}

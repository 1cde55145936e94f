//! What all runs of the same rows share: how fast the rows are read, and the exact optimum of least squares,
//! which is solved for once.

use super::least_squares;
use crate::data::{Dataset, Rows};
use crate::solve::{Control, Ended, Solution, SolveError, bandwidth, normal_equations};
use std::sync::{Arc, Weak};

/// The exact optimum of some rows.
#[derive(Debug)]
pub(super) struct Exact {
    /// What the normal equations came to.
    pub solution: Solution,
}

impl Exact {
    /// R(w*).
    pub fn risk(&self) -> f64 {
        let end = self.solution.path.last();
        end.map_or(f64::NAN, |end| end.risk)
    }
}

/// What is known of the rows that were asked for last. It holds on to none that take memory, since those
/// of the next seed may need the room.
#[derive(Debug, Default)]
pub(super) struct Known {
    of: Weak<Dataset>,
    /// The same rows where X lies in a file: those of the next seed may be no others.
    in_file: Option<Rows>,
    bandwidth: Option<f64>,
    exact: Option<Exact>,
}

/// Numbers of X that are read to see how fast it goes, a gigabyte: beyond what caches hold.
const READ: usize = 1 << 27;
/// Fewest numbers, 64 MB, that are: less is read before all threads have begun.
const LEAST: usize = 1 << 23;
/// How often.
const READS: usize = 3;

impl Known {
    /// Forgets what it knows of other rows.
    fn turn_to(&mut self, data: &Arc<Dataset>) {
        let (of, rows) = (Arc::downgrade(data), &data.train);
        let in_file = rows.x.is_same_file(&rows.x);
        let same = |known: &Rows| known.x.is_same_file(&rows.x) && known.y == rows.y;
        if self.of.ptr_eq(&of) || self.in_file.as_ref().is_some_and(same) {
            self.of = of;
            return;
        }
        *self = Known {
            of,
            in_file: in_file.then(|| rows.clone()),
            ..Known::default()
        };
    }

    /// Bytes per second that so many workers read of these rows; none of rows that are too few to tell.
    pub fn bandwidth(&mut self, data: &Arc<Dataset>, workers: usize) -> Option<f64> {
        self.turn_to(data);
        let x = &data.train.x;
        if self.bandwidth.is_none() && x.len() >= LEAST {
            self.bandwidth = Some(bandwidth(&x[..x.len().min(READ)], workers, READS));
        }
        self.bandwidth
    }

    /// The optimum of these rows; none where it was given up.
    ///
    /// # Errors
    /// [`SolveError`].
    pub fn exact(
        &mut self,
        data: &Arc<Dataset>,
        around: &Control,
    ) -> Result<Option<&Exact>, SolveError> {
        self.turn_to(data);
        if self.exact.is_none() {
            let solution = normal_equations(&least_squares(data), around)?;
            if solution.ended == Ended::Halted {
                return Ok(None);
            }
            self.exact = Some(Exact { solution });
        }
        Ok(self.exact.as_ref())
    }
}

//! What all runs of the same rows share: how fast the rows are read, and the exact optimum of least squares,
//! which is solved for once.

use super::least_squares;
use crate::data::Dataset;
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

/// What is known of the rows that were asked for last. It holds on to none of them: those of the next
/// seed may need the room.
#[derive(Debug, Default)]
pub(super) struct Known {
    of: Weak<Dataset>,
    bandwidth: Option<f64>,
    exact: Option<Exact>,
}

/// Numbers of X that are read to see how fast it goes, a gigabyte: beyond what caches hold.
const READ: usize = 1 << 27;
/// How often.
const READS: usize = 3;

impl Known {
    /// Forgets what it knows of other rows.
    fn turn_to(&mut self, data: &Arc<Dataset>) {
        if Weak::as_ptr(&self.of) != Arc::as_ptr(data) {
            *self = Known {
                of: Arc::downgrade(data),
                ..Known::default()
            };
        }
    }

    /// Bytes per second that so many workers read of these rows.
    pub fn bandwidth(&mut self, data: &Arc<Dataset>, workers: usize) -> f64 {
        self.turn_to(data);
        *self.bandwidth.get_or_insert_with(|| {
            let x = &data.train.x;
            bandwidth(&x[..x.len().min(READ)], workers, READS)
        })
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

//! The exact optimum of least squares, solved for once for all runs of the same rows.

use super::least_squares;
use crate::data::Dataset;
use crate::solve::{Control, Ended, Solution, SolveError, normal_equations};
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

/// The optimum that was solved for last. It holds on to no rows: those of the next seed may need the
/// room.
#[derive(Debug, Default)]
pub(super) struct Known(Option<(Weak<Dataset>, Exact)>);

impl Known {
    /// The optimum of these rows; none where it was given up.
    ///
    /// # Errors
    /// [`SolveError`].
    pub fn exact(
        &mut self,
        data: &Arc<Dataset>,
        around: &Control,
    ) -> Result<Option<&Exact>, SolveError> {
        let same = |(of, _): &(Weak<Dataset>, Exact)| Weak::as_ptr(of) == Arc::as_ptr(data);
        if !self.0.as_ref().is_some_and(same) {
            self.0 = None;
            let solution = normal_equations(&least_squares(data), around)?;
            if solution.ended == Ended::Halted {
                return Ok(None);
            }
            self.0 = Some((Arc::downgrade(data), Exact { solution }));
        }
        Ok(self.0.as_ref().map(|(_, exact)| exact))
    }
}

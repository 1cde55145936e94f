//! Descent in the metric of the features' second moments.
//!
//! Where a risk's Hessian is at most a known multiple of these, descent with that bound for a metric needs no
//! step size and minds no correlations; Nesterov's momentum with restarts (O'Donoghue and Candès 2015)
//! makes it quick.

use crate::data::matrix::Matrix;
use candle_core::Result;

/// A descent over some weights, p × columns.
pub(super) struct Descent<'a> {
    /// The inverse of the second moments, p × p.
    pub metric: &'a Matrix,
    /// Columns of the weights.
    pub columns: usize,
    /// The second moments over the bound of the Hessian.
    pub rate: f64,
    /// Most steps.
    pub steps: usize,
    /// It is done when no weight moves by more than this.
    pub done: f64,
}

impl Descent<'_> {
    /// Moves the weights to where the gradient leads.
    ///
    /// # Errors
    /// Those of candle.
    pub fn go(
        &self,
        weights: &mut [f64],
        gradient: impl Fn(&[f64]) -> Result<Vec<f64>>,
    ) -> Result<()> {
        let mut ahead = weights.to_vec();
        let mut since_restart = 0.0;
        for _ in 0..self.steps {
            let gradient = gradient(&ahead)?;
            let step = self.metric.times(&gradient, self.columns)?;
            let (mut moved, mut uphill) = (0.0_f64, 0.0);
            let momentum = since_restart / (since_restart + 3.0);
            for (k, w) in weights.iter_mut().enumerate() {
                let new = ahead[k] - self.rate * step[k];
                let change = new - *w;
                uphill += gradient[k] * change;
                moved = moved.max(change.abs());
                *w = new;
                ahead[k] = new + momentum * change;
            }
            since_restart += 1.0;
            if uphill > 0.0 {
                ahead.copy_from_slice(weights);
                since_restart = 0.0;
            }
            if moved < self.done {
                break;
            }
        }
        Ok(())
    }
}

//! Gradient descent in the metric of the second moments of the features.
//!
//! If the Hessian of a loss is at most a known multiple of the second moments, descent in this metric needs no step
//! size, and correlations do not slow it down. Nesterov's momentum with restarts (O'Donoghue and Candès 2015)
//! accelerates it.

use crate::train::datasets::matrix::Matrix;
use candle_core::Result;

/// A descent over weights, p × columns.
pub(super) struct MetricDescent<'a> {
    /// The inverse of the second moments, p × p.
    pub metric: &'a Matrix,
    /// Number of columns of the weights.
    pub columns: usize,
    /// The ratio of the second moments to the bound of the Hessian.
    pub rate: f64,
    /// Maximum number of steps.
    pub steps: usize,
    /// The descent ends when no weight changes by more than this.
    pub done: f64,
}

impl MetricDescent<'_> {
    /// Minimizes from the given weights, in place.
    ///
    /// # Errors
    /// Errors of candle.
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

//! The design matrix of a fit, and how many rows and steps it can afford.
//!
//! [`WORK`] limits the cost. The descent ends sooner for wide tables. Long and wide tables are fitted on evenly
//! spaced rows, because the rows of a file may be sorted. Tables with more than [`WIDEST`] features are not fitted.

use crate::train::datasets::Rows;
use crate::train::datasets::inverse::inverse;
use crate::train::datasets::matrix::Matrix;
use crate::train::datasets::split::{mean_and_sd, take};
use candle_core::Result;

/// Maximum number of multiplications of a fit: about half a second.
const WORK: usize = 4_000_000_000;
/// Maximum number of features: their second moments take 8 MB, and can be inverted within [`WORK`].
pub(crate) const WIDEST: usize = 1_000;
/// Number of entries that are standardized at a time, 64 MB. A large or mapped table must not be copied.
const PART: usize = 1 << 23;
/// Maximum number of steps of a descent.
const STEPS: usize = 200;
/// Number of steps that usually comes close to the limit of the descent.
const FEWEST_STEPS: usize = 50;

/// Returns how many of the rows are used for the fit.
pub(crate) fn fitted_rows(rows: usize, d: usize, columns: usize) -> usize {
    let p = d + 1;
    let left = WORK.saturating_sub(p * p * p);
    let of_each = p * p + FEWEST_STEPS * 2 * p * columns;
    rows.min((left / of_each).max(2))
}

/// The design matrix of the training rows: standardized features with a leading 1.
pub(super) struct Design {
    mean: Vec<f64>,
    sd: Vec<f64>,
    /// n × p, with the n rows of the fit.
    pub x: Matrix,
    pub y: Vec<f64>,
    pub n: usize,
    /// The number of columns, d + 1.
    pub p: usize,
    /// Number of descent steps within the limit of work.
    pub steps: usize,
}

impl Design {
    pub fn new(rows: &Rows, d: usize, columns: usize) -> Result<Design> {
        let p = d + 1;
        let (of_row, of_step) = (p * p, 2 * p * columns);
        let left = WORK.saturating_sub(p * p * p);
        let n = fitted_rows(rows.len(), d, columns);
        let steps = left.saturating_sub(n * of_row) / (n * of_step);
        let (mean, sd) = mean_and_sd(&rows.x, d);
        let spread: Vec<usize> = (0..n).map(|i| i * rows.len() / n).collect();
        let part = take(rows, d, &spread);
        let x = standardised(&part.x, &mean, &sd)?;
        Ok(Design {
            mean,
            sd,
            x,
            y: part.y,
            n,
            p,
            steps: steps.min(STEPS),
        })
    }

    /// Returns the inverse of the second moments XᵀX/n with `ridge` on the diagonal, p × p.
    pub fn metric(&self, ridge: f64) -> Result<Option<Matrix>> {
        let mut moments = self.x.squared()?;
        moments.iter_mut().for_each(|m| *m /= self.n as f64);
        let diagonal = moments.iter_mut().step_by(self.p + 1);
        diagonal.for_each(|m| *m += ridge);
        inverse(moments, self.p)
    }

    /// Returns XᵀY/n, p × columns.
    pub fn with(&self, y: &[f64], columns: usize) -> Result<Vec<f64>> {
        let mut all = self.x.transposed_times(y, columns)?;
        all.iter_mut().for_each(|x| *x /= self.n as f64);
        Ok(all)
    }

    /// Returns the outputs of weights (p × columns) for rows, row-major.
    pub fn outputs(&self, rows: &Rows, weights: &[f64], columns: usize) -> Result<Vec<f64>> {
        let mut all = Vec::with_capacity(rows.len() * columns);
        for part in rows.x.chunks((PART / self.p).max(1) * (self.p - 1)) {
            let x = standardised(part, &self.mean, &self.sd)?;
            all.extend(x.times(weights, columns)?);
        }
        Ok(all)
    }
}

/// Returns the design matrix of rows: standardized features with a leading 1.
fn standardised(x: &[f64], mean: &[f64], sd: &[f64]) -> Result<Matrix> {
    let (d, p) = (mean.len(), mean.len() + 1);
    let mut all = Vec::with_capacity(x.len() / d * p);
    for row in x.chunks_exact(d) {
        all.push(1.0);
        let features = row.iter().zip(mean).zip(sd);
        all.extend(features.map(|((x, mean), sd)| (x - mean) / sd));
    }
    Matrix::new(all, [x.len() / d, p])
}

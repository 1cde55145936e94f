//! Batch normalization (Ioffe and Szegedy 2015), with PyTorch's running estimates.

use super::normalise::{ColumnMoments, normalise};
use super::parameters::{ScaleShift, parameter};
use crate::config::settings::Precision;
use candle_core::{Result, Tensor, Var};

/// Weight of a batch's statistics in the running estimates (PyTorch's default).
pub const MOMENTUM: f64 = 0.1;

/// Added to the variance before the root (PyTorch's default).
pub const EPSILON: f64 = 1e-5;

/// The statistics that batch normalization uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Those of the batch, which also update the running estimates.
    Training,
    /// Those of the batch, without an update.
    Probing,
    /// The running estimates.
    Evaluation,
}

/// z ↦ γ (z − mean) / √(variance + ε) + β, by column. Mean and variance are those of the batch in training and on the
/// probe rows, and the running estimates in evaluation.
#[derive(Debug)]
pub struct BatchNorm {
    /// γ and β.
    pub affine: ScaleShift,
    /// Estimate of the mean, 1 × n; starts at 0.
    pub running_mean: Var,
    /// Estimate of the variance, 1 × n; starts at 1.
    pub running_variance: Var,
}

impl BatchNorm {
    /// Returns a normalization of `n` columns.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(n: usize, precision: Precision) -> Result<BatchNorm> {
        let filled = |value: f64| parameter(vec![value; n], (1, n), precision);
        Ok(BatchNorm {
            affine: ScaleShift::new(n, precision)?,
            running_mean: filled(0.0)?,
            running_variance: filled(1.0)?,
        })
    }

    /// Normalizes the columns of z (m × n). The gradient flows through mean and variance of the batch too.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn forward(&self, z: &Tensor, mode: Mode) -> Result<Tensor> {
        let ScaleShift { gamma, beta } = &self.affine;
        match mode {
            Mode::Training | Mode::Probing => {
                let moments = ColumnMoments::of(z)?;
                if mode == Mode::Training {
                    self.update(&moments, z.dim(0)?)?;
                }
                normalise(z, gamma, beta, moments, EPSILON)
            }
            Mode::Evaluation => {
                let variance = self.running_variance.as_detached_tensor();
                let scale = gamma.div(&(variance + EPSILON)?.sqrt()?)?;
                z.broadcast_sub(&self.running_mean)?
                    .broadcast_mul(&scale)?
                    .broadcast_add(beta)
            }
        }
    }

    /// Updates the running estimates with a batch of m rows. The normalization uses the biased variance (over m), the
    /// estimate the unbiased one (over m − 1), which is undefined for one row.
    fn update(&self, moments: &ColumnMoments, m: usize) -> Result<()> {
        mix(&self.running_mean, &moments.mean)?;
        if m > 1 {
            let unbiased = |variance: &f64| variance * m as f64 / (m - 1) as f64;
            let variance: Vec<f64> = moments.variance.iter().map(unbiased).collect();
            mix(&self.running_variance, &variance)?;
        }
        Ok(())
    }
}

/// Computes estimate ← (1 − momentum) · estimate + momentum · value.
fn mix(estimate: &Var, values: &[f64]) -> Result<()> {
    let value = Tensor::from_slice(values, estimate.shape(), estimate.device())?;
    let value = value.to_dtype(estimate.dtype())?;
    estimate.set(&((estimate.as_detached_tensor() * (1.0 - MOMENTUM))? + (value * MOMENTUM)?)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use candle_core::Device;

    fn column(values: &[f64]) -> Tensor {
        Tensor::from_slice(values, (values.len(), 1), &Device::Cpu).unwrap()
    }

    fn first(tensor: &Tensor) -> f64 {
        tensor.flatten_all().unwrap().to_vec1::<f64>().unwrap()[0]
    }

    #[test]
    fn batches_use_the_biased_variance_and_estimates_the_unbiased_one() {
        let norm = BatchNorm::new(1, Precision::F64).unwrap();
        let z = column(&[1.0, 2.0, 6.0]);
        let out = norm.forward(&z, Mode::Training).unwrap();
        // The mean is 3. The squares sum to 14, so the variance is 14/3, and 7 unbiased.
        assert!((first(&out) - -2.0 / (14.0 / 3.0 + 1e-5_f64).sqrt()).abs() < 1e-14);
        assert!((first(&norm.running_mean) - 0.3).abs() < 1e-14);
        assert!((first(&norm.running_variance) - (0.9 + 0.7)).abs() < 1e-14);
        let out = norm.forward(&z, Mode::Evaluation).unwrap();
        assert!((first(&out) - (1.0 - 0.3) / (1.6 + 1e-5_f64).sqrt()).abs() < 1e-14);
    }

    #[test]
    fn a_batch_of_one_row_does_not_change_the_variance_estimate() {
        let norm = BatchNorm::new(1, Precision::F64).unwrap();
        let out = norm.forward(&column(&[5.0]), Mode::Training).unwrap();
        assert_eq!(first(&out), 0.0);
        assert_eq!(first(&norm.running_mean), 0.5);
        assert_eq!(first(&norm.running_variance), 1.0);
    }
}

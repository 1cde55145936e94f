//! Layer normalization (Ba, Kiros and Hinton 2016), as PyTorch's `LayerNorm`. Each row is normalized separately, so
//! there are no running estimates, and all modes are equal.

use super::entries::entries;
use super::parameters::ScaleShift;
use crate::config::settings::Precision;
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor, WithDType, bail};

/// Added to the variance before the root (PyTorch's default).
pub const EPSILON: f64 = 1e-5;

/// z ↦ γ (z − mean) / √(variance + ε) + β, with mean and biased variance of each row, and γ and β of each column.
#[derive(Debug)]
pub struct LayerNorm {
    /// γ and β.
    pub affine: ScaleShift,
}

impl LayerNorm {
    /// Returns a normalization of `n` columns.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(n: usize, precision: Precision) -> Result<LayerNorm> {
        Ok(LayerNorm {
            affine: ScaleShift::new(n, precision)?,
        })
    }

    /// Normalizes the rows of z (m × n). The gradient flows through mean and variance too.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn forward(&self, z: &Tensor) -> Result<Tensor> {
        z.contiguous()?
            .apply_op1(Standardise)?
            .broadcast_mul(&self.affine.gamma)?
            .broadcast_add(&self.affine.beta)
    }
}

/// ẑ = (z − mean) / √(variance + ε) by row, as one operation with its own derivative. Sums are computed in f64, and
/// the result is rounded once.
struct Standardise;

impl CustomOp1 for Standardise {
    fn name(&self) -> &'static str {
        "standardise"
    }

    fn cpu_fwd(&self, z: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("{} needs a contiguous tensor", self.name())
        };
        let (_, n) = layout.shape().dims2()?;
        #[allow(
            clippy::wildcard_enum_match_arm,
            reason = "an error is right for every other type that candle has or will have"
        )]
        let standard = match z {
            CpuStorage::F32(z) => CpuStorage::F32(standardised(&z[start..end], n)),
            CpuStorage::F64(z) => CpuStorage::F64(standardised(&z[start..end], n)),
            _ => bail!("{} takes a tensor of f32 or of f64", self.name()),
        };
        Ok((standard, layout.shape().clone()))
    }

    /// Returns (g − mean of g − ẑ · mean of g ẑ) / √(variance + ε) by row, for the upstream gradient g.
    fn bwd(&self, z: &Tensor, _standard: &Tensor, g: &Tensor) -> Result<Option<Tensor>> {
        let (m, n) = z.dims2()?;
        let (rows, mut by_z) = (entries(z)?, entries(g)?);
        for (z, g) in rows.chunks_exact(n).zip(by_z.chunks_exact_mut(n)) {
            let (mean, over_sd) = moments(z);
            let standard = |z: &f64| (z - mean) * over_sd;
            let mean_g = g.iter().sum::<f64>() / n as f64;
            let products = g.iter().zip(z).map(|(g, z)| g * standard(z));
            let slope = products.sum::<f64>() / n as f64;
            for (g, z) in g.iter_mut().zip(z) {
                *g = over_sd * (*g - mean_g - standard(z) * slope);
            }
        }
        let by_z = Tensor::from_vec(by_z, (m, n), &Device::Cpu)?;
        by_z.to_dtype(z.dtype()).map(Some)
    }
}

fn standardised<T: WithDType>(z: &[T], n: usize) -> Vec<T> {
    let mut standard = Vec::with_capacity(z.len());
    for row in z.chunks_exact(n) {
        let row: Vec<f64> = row.iter().map(|z| z.to_f64()).collect();
        let (mean, over_sd) = moments(&row);
        standard.extend(row.iter().map(|z| T::from_f64((z - mean) * over_sd)));
    }
    standard
}

/// Returns the mean of a row, and 1/√(variance + ε) with its biased variance.
fn moments(row: &[f64]) -> (f64, f64) {
    let n = row.len() as f64;
    let mean = row.iter().sum::<f64>() / n;
    let variance = row.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / n;
    (mean, 1.0 / (variance + EPSILON).sqrt())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_row_is_normalized_by_its_biased_variance_then_scaled_and_shifted_by_column() {
        let norm = LayerNorm::new(3, Precision::F64).unwrap();
        let row = |values: [f64; 3]| Tensor::from_slice(&values, (1, 3), &Device::Cpu).unwrap();
        norm.affine.gamma.set(&row([1.0, 2.0, 3.0])).unwrap();
        norm.affine.beta.set(&row([0.0, 0.5, 0.0])).unwrap();
        // The mean is 3. The squares sum to 14, so the variance is 14/3.
        let z = Tensor::cat(&[row([1.0, 2.0, 6.0]), row([7.0; 3])], 0).unwrap();
        let out = norm.forward(&z).unwrap().to_vec2::<f64>().unwrap();
        let sd = (14.0 / 3.0 + 1e-5_f64).sqrt();
        for (got, expected) in out[0].iter().zip([-2.0 / sd, 0.5 - 2.0 / sd, 9.0 / sd]) {
            assert!((got - expected).abs() < 1e-14, "{got} {expected}");
        }
        // Equal features give β.
        assert_eq!(out[1], [0.0, 0.5, 0.0]);
    }
}

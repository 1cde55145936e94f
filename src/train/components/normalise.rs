//! Normalization of a batch as one operation with its own derivative.
//!
//! With tensor operations of candle, the dozen broadcasts per layer take ten times as long as the rest of a step.
//! Sums are computed in f64, and the result is rounded once.

use super::entries::entries;
use candle_core::{CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Tensor, bail};

/// Mean and biased variance of every column of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMoments {
    /// n entries.
    pub mean: Vec<f64>,
    /// n entries; over m, not m − 1.
    pub variance: Vec<f64>,
}

impl ColumnMoments {
    /// Returns the moments of the columns of z (m × n).
    ///
    /// # Errors
    /// Errors of candle.
    pub fn of(z: &Tensor) -> Result<ColumnMoments> {
        let (m, n) = z.dims2()?;
        let z = entries(z)?;
        let mean = column_means(&z, m, n, |z, _| z);
        let variance = column_means(&z, m, n, |z, j| (z - mean[j]).powi(2));
        Ok(ColumnMoments { mean, variance })
    }
}

/// Returns γ (z − mean) / √(variance + ε) + β for a batch z (m × n) with these moments, and γ and β (1 × n). The
/// gradient with respect to z flows through mean and variance too.
///
/// # Errors
/// Errors of candle.
pub fn normalise(
    z: &Tensor,
    gamma: &Tensor,
    beta: &Tensor,
    moments: ColumnMoments,
    epsilon: f64,
) -> Result<Tensor> {
    let over_sd = moments.variance.iter().map(|v| 1.0 / (v + epsilon).sqrt());
    let operation = Normalise {
        over_sd: over_sd.collect(),
        mean: moments.mean,
    };
    z.contiguous()?.apply_op3(gamma, beta, operation)
}

struct Normalise {
    mean: Vec<f64>,
    /// 1 / √(variance + ε).
    over_sd: Vec<f64>,
}

impl CustomOp3 for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn cpu_fwd(
        &self,
        z: &CpuStorage,
        z_layout: &Layout,
        gamma: &CpuStorage,
        gamma_layout: &Layout,
        beta: &CpuStorage,
        beta_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let [z_at, gamma_at, beta_at] = [z_layout, gamma_layout, beta_layout].map(range);
        let normalised = match (z, gamma, beta) {
            (CpuStorage::F32(z), CpuStorage::F32(gamma), CpuStorage::F32(beta)) => {
                CpuStorage::F32(self.forward(&z[z_at?], &gamma[gamma_at?], &beta[beta_at?]))
            }
            (CpuStorage::F64(z), CpuStorage::F64(gamma), CpuStorage::F64(beta)) => {
                CpuStorage::F64(self.forward(&z[z_at?], &gamma[gamma_at?], &beta[beta_at?]))
            }
            _ => bail!("{} takes three tensors of f32 or of f64", self.name()),
        };
        Ok((normalised, z_layout.shape().clone()))
    }

    /// Returns the derivatives by column, for the upstream gradient g and ẑ = (z − mean) / sd: Σ g for β, Σ g ẑ for
    /// γ, and γ / sd · (g − mean of g − ẑ · mean of g ẑ) for z.
    fn bwd(
        &self,
        z: &Tensor,
        gamma: &Tensor,
        _beta: &Tensor,
        _normalised: &Tensor,
        g: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (m, n) = z.dims2()?;
        let (g, gamma) = (entries(g)?, entries(gamma)?);
        let mut standard = entries(z)?;
        for row in standard.chunks_exact_mut(n) {
            for (j, z) in row.iter_mut().enumerate() {
                *z = (*z - self.mean[j]) * self.over_sd[j];
            }
        }
        let with_standard: Vec<f64> = g.iter().zip(&standard).map(|(g, s)| g * s).collect();
        let mean_g = column_means(&g, m, n, |g, _| g);
        let mean_g_standard = column_means(&with_standard, m, n, |p, _| p);
        let mut by_z = g;
        for (by_z, standard) in by_z.chunks_exact_mut(n).zip(standard.chunks_exact(n)) {
            for (j, (g, s)) in by_z.iter_mut().zip(standard).enumerate() {
                *g = gamma[j] * self.over_sd[j] * (*g - mean_g[j] - s * mean_g_standard[j]);
            }
        }
        let total = |means: &[f64]| means.iter().map(|mean| mean * m as f64).collect();
        Ok((
            Some(tensor(by_z, (m, n), z.dtype())?),
            Some(tensor(total(&mean_g_standard), (1, n), z.dtype())?),
            Some(tensor(total(&mean_g), (1, n), z.dtype())?),
        ))
    }
}

impl Normalise {
    fn forward<T: candle_core::WithDType>(&self, z: &[T], gamma: &[T], beta: &[T]) -> Vec<T> {
        let columns = self
            .mean
            .iter()
            .zip(&self.over_sd)
            .zip(gamma.iter().zip(beta));
        let columns: Vec<[f64; 4]> = columns
            .map(|((mean, over_sd), (gamma, beta))| {
                [*mean, *over_sd, gamma.to_f64(), beta.to_f64()]
            })
            .collect();
        z.iter()
            .zip(columns.iter().cycle())
            .map(|(z, [mean, over_sd, gamma, beta])| {
                T::from_f64((z.to_f64() - mean) * over_sd * gamma + beta)
            })
            .collect()
    }
}

/// Returns the mean over m rows of a function of entry and column.
fn column_means(entries: &[f64], m: usize, n: usize, f: impl Fn(f64, usize) -> f64) -> Vec<f64> {
    let mut sums = vec![0.0; n];
    for row in entries.chunks_exact(n) {
        for (j, (sum, x)) in sums.iter_mut().zip(row).enumerate() {
            *sum += f(*x, j);
        }
    }
    sums.iter().map(|sum| sum / m as f64).collect()
}

/// Returns the range of the entries of a contiguous tensor in its storage.
fn range(layout: &Layout) -> Result<std::ops::Range<usize>> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(start..end),
        None => bail!("normalise needs contiguous tensors"),
    }
}

fn tensor(values: Vec<f64>, shape: (usize, usize), dtype: DType) -> Result<Tensor> {
    Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype)
}

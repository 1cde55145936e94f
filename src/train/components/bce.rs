//! The binary cross-entropy of logits, and the softplus that it contains.

use candle_core::cpu_backend::binary_map;
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor, bail};

/// Returns ln(1 + e^z), elementwise: the cross-entropy for y = 0.
///
/// # Errors
/// Errors of candle.
pub fn softplus(z: &Tensor) -> Result<Tensor> {
    let z = z.contiguous()?;
    z.apply_op2(&z.zeros_like()?, BceFromLogit)
}

/// max(z, 0) − z·y + ln(1 + e^−|z|), elementwise: the binary cross-entropy of σ(z) and y, without overflow. Its
/// derivative with respect to z is σ(z) − y.
///
/// A custom operation, because candle has no ln(1 + x). Its derivatives of max and |·| at z = 0, where training may
/// start, would cancel only by luck.
pub(super) struct BceFromLogit;

impl CustomOp2 for BceFromLogit {
    fn name(&self) -> &'static str {
        "bce-from-logit"
    }

    fn cpu_fwd(
        &self,
        z: &CpuStorage,
        z_layout: &Layout,
        y: &CpuStorage,
        y_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let values = match (z, y) {
            (CpuStorage::F32(z), CpuStorage::F32(y)) => {
                CpuStorage::F32(binary_map(z_layout, y_layout, z, y, |z, y| {
                    (if z < 0.0 { 0.0 } else { z }) - z * y + (-z.abs()).exp().ln_1p()
                }))
            }
            (CpuStorage::F64(z), CpuStorage::F64(y)) => {
                CpuStorage::F64(binary_map(z_layout, y_layout, z, y, |z, y| {
                    (if z < 0.0 { 0.0 } else { z }) - z * y + (-z.abs()).exp().ln_1p()
                }))
            }
            _ => bail!("{} takes two tensors of f32 or of f64", self.name()),
        };
        Ok((values, z_layout.shape().clone()))
    }

    fn bwd(
        &self,
        z: &Tensor,
        y: &Tensor,
        _loss: &Tensor,
        upstream: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let slope = (candle_nn::ops::sigmoid(&z.detach())? - y)?;
        Ok((Some((upstream * slope)?), None))
    }
}

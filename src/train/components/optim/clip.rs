//! Gradient clipping, as in PyTorch.

use crate::config::settings::Clip;
use candle_core::{DType, Result, Tensor};

/// Added to the norm, as in PyTorch.
const EPSILON: f64 = 1e-6;

/// Returns the factor of a gradient with this norm, so that its norm is at most `most`; at most 1. Returns 1 for a
/// norm of NaN, so that the gradient does not change.
pub fn factor(most: f64, norm: f64) -> f64 {
    let factor = most / (norm + EPSILON);
    if factor < 1.0 { factor } else { 1.0 }
}

/// Returns the clipped gradient, one tensor per parameter, for its norm if it is clipped by norm.
pub(super) fn clipped(clip: Clip, norm: Option<f64>, gradients: &[Tensor]) -> Result<Vec<Tensor>> {
    let factor = match (clip.norm, norm) {
        (Some(most), Some(norm)) => factor(most, norm),
        (Some(_), None) | (None, _) => 1.0,
    };
    let clipped = |g: &Tensor| {
        let g = if factor < 1.0 {
            (g * factor)?
        } else {
            g.clone()
        };
        match clip.value {
            Some(most) => g.clamp(-most, most),
            None => Ok(g),
        }
    };
    gradients.iter().map(clipped).collect()
}

/// Returns the norm of a gradient, summed in 64 bits, in which the squares of an exploding gradient do not overflow.
pub(super) fn norm(gradients: &[Tensor]) -> Result<f64> {
    let mut squares = 0.0;
    for g in gradients {
        let g = g.to_dtype(DType::F64)?;
        squares += g.sqr()?.sum_all()?.to_scalar::<f64>()?;
    }
    Ok(squares.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_does_not_hide_a_nonfinite_gradient() {
        assert_eq!((factor(1.0, 0.5), factor(2.0, 0.0)), (1.0, 1.0));
        assert!((factor(1.0, 4.0) - 0.25).abs() < 1e-6);
        // 0 · ∞ is NaN, and 1 · NaN too.
        assert_eq!(
            (factor(1.0, f64::INFINITY), factor(1.0, f64::NAN)),
            (0.0, 1.0)
        );
    }
}

//! Gradients cut down to a size, as PyTorch does it.

use crate::spec::settings::Clip;
use candle_core::{DType, Result, Tensor};

/// Added to the norm.
const EPSILON: f64 = 1e-6;

/// What a gradient of this norm is multiplied by, so that its norm is `most` or less: 1 at most. Of a
/// norm that is no number it says nothing, and the gradient stays what it is.
pub fn factor(most: f64, norm: f64) -> f64 {
    let factor = most / (norm + EPSILON);
    if factor < 1.0 { factor } else { 1.0 }
}

/// The clipped gradient, one tensor per parameter. The norm is summed in 64 bits, in which the squares of
/// an exploding gradient have room.
pub(super) fn clipped(clip: Clip, gradients: &[Tensor]) -> Result<Vec<Tensor>> {
    let factor = match clip.norm {
        Some(most) => factor(most, norm(gradients)?),
        None => 1.0,
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

fn norm(gradients: &[Tensor]) -> Result<f64> {
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
    fn a_gradient_that_is_no_number_is_not_hidden_by_clipping() {
        assert_eq!((factor(1.0, 0.5), factor(2.0, 0.0)), (1.0, 1.0));
        assert!((factor(1.0, 4.0) - 0.25).abs() < 1e-6);
        // 0 · ∞ is NaN, and 1 · NaN too.
        assert_eq!(
            (factor(1.0, f64::INFINITY), factor(1.0, f64::NAN)),
            (0.0, 1.0)
        );
    }
}

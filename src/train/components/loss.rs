//! The loss of rows, from the linear outputs of the output layer.

use super::Batch;
use super::activation::{activate_output, log_softmax};
use super::bce::BceFromLogit;
use crate::config::settings::{Loss, OutputActivation};
use crate::trace::predicted;
use candle_core::{D, Result, Tensor};

/// Returns the mean loss of rows with linear outputs z (m × outputs), a scalar tensor. With class weights it is the
/// weighted mean.
///
/// Cross-entropies are computed from the logits z, which avoids the logarithm of a rounded 0. The squared error is
/// computed from σ(z).
///
/// # Errors
/// Errors of candle.
pub fn risk(loss: Loss, output: OutputActivation, z: &Tensor, rows: &Batch) -> Result<Tensor> {
    let y = &rows.y;
    let bce = || z.contiguous()?.apply_op2(&y.contiguous()?, BceFromLogit);
    let cross_entropies = || -> Result<Option<Tensor>> {
        Ok(match loss {
            Loss::Bce => Some(bce()?),
            Loss::CrossEntropy => Some((log_softmax(z)? * y)?.neg()?),
            Loss::Mse | Loss::Mae | Loss::Huber { .. } => None,
        })
    };
    if let Some(weights) = &rows.weights
        && let Some(losses) = cross_entropies()?
    {
        let total = weights.rows.sum_all()?;
        return (losses * &weights.entries)?.sum_all()? / total;
    }
    let off = || activate_output(output, z)? - y;
    match loss {
        Loss::Mse => off()?.sqr()?.mean_all(),
        // |r| = r sign(r) with a constant sign, so the derivative at 0 is 0.
        Loss::Mae => {
            let r = off()?;
            (r.detach().sign()? * r)?.mean_all()
        }
        // With c = max(−δ, min(δ, r)), the loss is c (r − ½c), and its derivative is c.
        Loss::Huber { delta } => {
            let r = off()?;
            let c = r.detach().clamp(-delta, delta)?;
            ((r - (&c * 0.5)?)? * c)?.mean_all()
        }
        Loss::Bce => bce()?.mean_all(),
        Loss::CrossEntropy => (log_softmax(z)? * y)?.sum(D::Minus1)?.mean_all()?.neg(),
    }
}

/// Returns the number of correctly predicted rows. A single output predicts class 1 above ½, several outputs the
/// largest. `outputs` are σ(z), row-major; a row with a NaN predicts nothing.
pub fn correct(outputs: &[f64], classes: &[f64], columns: usize) -> usize {
    outputs
        .chunks(columns)
        .zip(classes)
        .filter(|(row, class)| predicted(row) == Some(**class as usize))
        .count()
}

//! Rows as tensors: what a model is trained on and evaluated with.

use candle_core::{Result, Tensor};

/// Rows as tensors.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Features, m × d.
    pub x: Tensor,
    /// Targets, m × outputs: the value, 0 or 1 for two classes with one output, else one-hot.
    pub y: Tensor,
    /// Weights of the rows; `None` for equal weights.
    pub weights: Option<RowWeights>,
    /// Dropout factors of the activations of every hidden layer, rows × neurons each, input side first; empty without
    /// dropout.
    pub masks: Vec<Tensor>,
}

impl Batch {
    /// Returns some of its rows without dropout: applies `of` to each tensor with m rows.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn each(&self, of: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Batch> {
        let weights = self.weights.as_ref();
        let weights = weights.map(|weights| {
            Ok::<_, candle_core::Error>(RowWeights {
                entries: of(&weights.entries)?,
                rows: of(&weights.rows)?,
            })
        });
        Ok(Batch {
            x: of(&self.x)?,
            y: of(&self.y)?,
            weights: weights.transpose()?,
            masks: Vec::new(),
        })
    }
}

/// Weights of rows in their mean loss.
#[derive(Debug, Clone)]
pub struct RowWeights {
    /// m × outputs: the weight of each output's part of the loss.
    pub entries: Tensor,
    /// m × 1: the weight of each row; the mean divides by their sum.
    pub rows: Tensor,
}

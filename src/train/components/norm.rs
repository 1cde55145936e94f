//! Normalization of a layer's linear outputs, or of the features.

use super::batch_norm::{BatchNorm, Mode};
use super::layer_norm::LayerNorm;
use super::parameters::{Parameter, Role};
use crate::config::settings::{Normalisation, Precision};
use candle_core::{Result, Tensor, Var};

/// z ↦ γ ẑ + β by column, where ẑ has mean 0 and variance 1.
#[derive(Debug)]
pub enum Norm {
    /// Over the rows of a batch.
    Batch(BatchNorm),
    /// Over the features of a row.
    Layer(LayerNorm),
}

impl Norm {
    /// Returns a normalization of `n` columns with γ = 1 and β = 0.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(kind: Normalisation, n: usize, precision: Precision) -> Result<Norm> {
        match kind {
            Normalisation::Batch => BatchNorm::new(n, precision).map(Norm::Batch),
            Normalisation::Layer => LayerNorm::new(n, precision).map(Norm::Layer),
        }
    }

    /// Normalizes z (m × n).
    ///
    /// # Errors
    /// Errors of candle.
    pub fn forward(&self, z: &Tensor, mode: Mode) -> Result<Tensor> {
        match self {
            Norm::Batch(norm) => norm.forward(z, mode),
            Norm::Layer(norm) => norm.forward(z),
        }
    }

    /// Returns γ and β.
    pub fn parameters(&self, layer: &str) -> [Parameter; 2] {
        let affine = match self {
            Norm::Batch(norm) => &norm.affine,
            Norm::Layer(norm) => &norm.affine,
        };
        let vars = [(Role::Gamma, &affine.gamma), (Role::Beta, &affine.beta)];
        Parameter::pair(layer, vars)
    }

    /// Returns the running estimates of mean and variance; none for layer normalization.
    pub fn estimates(&self) -> Vec<Var> {
        match self {
            Norm::Batch(norm) => vec![norm.running_mean.clone(), norm.running_variance.clone()],
            Norm::Layer(_) => Vec::new(),
        }
    }
}

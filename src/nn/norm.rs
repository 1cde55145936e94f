//! The normalisation of a layer's linear outputs, or of the features: one of two kinds.

use super::batch_norm::BatchNorm;
use super::layer_norm::LayerNorm;
use super::{Mode, Parameter, Role, parameter};
use crate::spec::settings::{Normalisation, Precision};
use candle_core::{Result, Tensor, Var};

/// z ↦ γ ẑ + β, column by column, with ẑ of mean 0 and variance 1.
#[derive(Debug)]
pub enum Norm {
    /// Over the rows of a batch.
    Batch(BatchNorm),
    /// Over the features of a row.
    Layer(LayerNorm),
}

impl Norm {
    /// Of `n` columns, with γ = 1 and β = 0.
    ///
    /// # Errors
    /// Those of candle.
    pub fn new(kind: Normalisation, n: usize, precision: Precision) -> Result<Norm> {
        match kind {
            Normalisation::Batch => BatchNorm::new(n, precision).map(Norm::Batch),
            Normalisation::Layer => LayerNorm::new(n, precision).map(Norm::Layer),
        }
    }

    /// Normalises z (m × n).
    ///
    /// # Errors
    /// Those of candle.
    pub fn forward(&self, z: &Tensor, mode: Mode) -> Result<Tensor> {
        match self {
            Norm::Batch(norm) => norm.forward(z, mode),
            Norm::Layer(norm) => norm.forward(z),
        }
    }

    /// γ and β.
    pub fn parameters(&self, layer: &str) -> [Parameter; 2] {
        let affine = match self {
            Norm::Batch(norm) => &norm.affine,
            Norm::Layer(norm) => &norm.affine,
        };
        let vars = [(Role::Gamma, &affine.gamma), (Role::Beta, &affine.beta)];
        Parameter::pair(layer, vars)
    }

    /// What is remembered from batch to batch: mean and variance, or nothing.
    pub fn estimates(&self) -> Vec<Var> {
        match self {
            Norm::Batch(norm) => vec![norm.running_mean.clone(), norm.running_variance.clone()],
            Norm::Layer(_) => Vec::new(),
        }
    }
}

/// γ and β, which give the columns any mean and size again.
#[derive(Debug)]
pub struct Affine {
    /// 1 × n; starts at 1.
    pub gamma: Var,
    /// 1 × n; starts at 0.
    pub beta: Var,
}

impl Affine {
    /// Of `n` columns.
    ///
    /// # Errors
    /// Those of candle.
    pub fn new(n: usize, precision: Precision) -> Result<Affine> {
        Ok(Affine {
            gamma: parameter(vec![1.0; n], (1, n), precision)?,
            beta: parameter(vec![0.0; n], (1, n), precision)?,
        })
    }
}

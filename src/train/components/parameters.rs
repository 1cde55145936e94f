//! The trainable tensors of a model.

use crate::config::settings::Precision;
use candle_core::{DType, Device, Result, Tensor, Var};

/// A trainable tensor.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name of its layer.
    pub layer: String,
    /// The role in its layer.
    pub role: Role,
    /// The value, changed in place by `set`.
    pub var: Var,
}

impl Parameter {
    /// Returns its full name, such as `hidden 1.weight`.
    pub fn name(&self) -> String {
        let role = match self.role {
            Role::Weight => "weight",
            Role::Bias => "bias",
            Role::Gamma => "gamma",
            Role::Beta => "beta",
        };
        format!("{}.{role}", self.layer)
    }

    /// Returns two parameters of one layer.
    pub(super) fn pair(layer: &str, vars: [(Role, &Var); 2]) -> [Parameter; 2] {
        vars.map(|(role, var)| Parameter {
            layer: layer.to_owned(),
            role,
            var: var.clone(),
        })
    }
}

/// The role of a parameter in its layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The weight matrix, n_in × n_out.
    Weight,
    /// The bias, 1 × n_out.
    Bias,
    /// γ of a normalization, 1 × n.
    Gamma,
    /// β of a normalization, 1 × n.
    Beta,
}

/// γ and β, which rescale and shift the normalized columns.
#[derive(Debug)]
pub struct ScaleShift {
    /// γ, 1 × n; starts at 1.
    pub gamma: Var,
    /// β, 1 × n; starts at 0.
    pub beta: Var,
}

impl ScaleShift {
    /// Returns γ and β of `n` columns.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn new(n: usize, precision: Precision) -> Result<ScaleShift> {
        Ok(ScaleShift {
            gamma: parameter(vec![1.0; n], (1, n), precision)?,
            beta: parameter(vec![0.0; n], (1, n), precision)?,
        })
    }
}

/// Returns candle's type of the weights.
pub fn dtype(precision: Precision) -> DType {
    match precision {
        Precision::F32 => DType::F32,
        Precision::F64 => DType::F64,
    }
}

/// Returns a parameter with these values, row-major.
pub(super) fn parameter(
    values: Vec<f64>,
    shape: (usize, usize),
    precision: Precision,
) -> Result<Var> {
    Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?.to_dtype(dtype(precision))?)
}

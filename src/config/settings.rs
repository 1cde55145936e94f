//! The typed settings of one cell, from which data, model and training are built.
//!
//! `depth = 2, width = 10` and `hidden = [10, 10]` give equal [`Settings`]. The run ID is computed from the settings,
//! so it does not depend on how a file is written.

mod custom;
mod data;
mod loss;
mod names;
mod norm;
mod update;

pub use custom::{CustomSettings, Given, Undeclared};
pub use data::{Contents, DataSettings, Delimiter, Missing, Reading, Source, TaskKind};
pub use loss::{ClassWeights, Labels, Loss};
pub use norm::{NormSites, Normalisation};
pub use update::{Clip, LrSchedule, OptimizerSettings};

use crate::words::words;

/// All settings of one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Source and preparation of the rows.
    pub data: DataSettings,
    /// The model.
    pub model: ModelSettings,
    /// Activation function σ of the hidden layers.
    pub activation: Activation,
    /// Activation function of the output layer.
    pub output: OutputActivation,
    /// Initialization of the weights.
    pub init: Init,
    /// Initial bias of the output layer, if the file sets one.
    pub output_bias: Option<f64>,
    /// Layers with batch normalization.
    pub batch_norm: NormSites,
    /// Layers with layer normalization; none together with [`Settings::batch_norm`].
    pub layer_norm: NormSites,
    /// Probability p in [0, 1) that a training step drops an activation of a hidden layer (inverted dropout:
    /// Srivastava et al. 2014, PyTorch's `Dropout`).
    pub dropout: f64,
    /// The loss of one row.
    pub loss: Loss,
    /// How the classes of rows enter the loss.
    pub labels: Labels,
    /// The solver; `None` for step-by-step training.
    pub solving: Option<Solving>,
    /// The optimizer.
    pub optimizer: OptimizerSettings,
    /// Learning rate α; 0 for a solver that computes its own, or has none.
    pub lr: f64,
    /// Learning-rate schedule.
    pub schedule: LrSchedule,
    /// Number w of warm-up updates before the schedule starts. Update t, from 1, has the rate αt/(w + 1). This is
    /// PyTorch's `LinearLR` with a `start_factor` of 1/(w + 1) over w calls.
    pub warmup: usize,
    /// Limits of gradient clipping.
    pub clip: Clip,
    /// Factor λ₁ of the L1 penalty on every parameter; adds λ₁ sign(w) to the gradient, with sign(0) = 0.
    pub l1: f64,
    /// Factor λ of the L2 penalty on every parameter; adds λw to the gradient. For AdamW, the factor of its decoupled
    /// decay (PyTorch's `weight_decay`).
    pub weight_decay: f64,
    /// Number of rows in a batch.
    pub batch: BatchSize,
    /// How batches are sampled.
    pub sampling: Sampling,
    /// Length of training.
    pub budget: Budget,
    /// The epoch (or step, the unit of the budget) at which the run is pruned, as the first part of the full
    /// training.
    pub stop_at: Option<usize>,
    /// Early stopping: end after this many epochs without a lower loss on the validation rows (on the training rows
    /// if there are none).
    pub patience: Option<usize>,
    /// Floating-point precision of the weights.
    pub precision: Precision,
    /// Standard deviation of the normal noise on the gradient of a one-weight model; 0 for others.
    pub gradient_noise: f64,
}

impl Default for Settings {
    /// Returns what the table of keys has where a file gives nothing: a regression by an mlp with two hidden layers of
    /// 32 ReLUs, trained by plain SGD. The source of the rows is the only key without a default; it is none here.
    fn default() -> Settings {
        Settings {
            data: DataSettings::default(),
            model: ModelSettings::Mlp {
                hidden: vec![32; 2],
            },
            activation: Activation::Relu,
            output: OutputActivation::Linear,
            init: Init::Torch,
            output_bias: None,
            batch_norm: NormSites::default(),
            layer_norm: NormSites::default(),
            dropout: 0.0,
            loss: Loss::Mse,
            labels: Labels::default(),
            solving: None,
            optimizer: OptimizerSettings::Sgd {
                momentum: 0.0,
                nesterov: false,
            },
            lr: 1e-3,
            schedule: LrSchedule::Constant,
            warmup: 0,
            clip: Clip::default(),
            l1: 0.0,
            weight_decay: 0.0,
            batch: BatchSize::Rows(32),
            sampling: Sampling::Epochs,
            budget: Budget::Epochs(100),
            stop_at: None,
            patience: None,
            precision: Precision::F32,
            gradient_noise: 0.0,
        }
    }
}

impl Settings {
    /// Returns the normalization at a site; a network has one kind of normalization.
    pub fn norm_at(&self, site: impl Fn(&NormSites) -> bool) -> Option<Normalisation> {
        match site(&self.batch_norm) {
            true => Some(Normalisation::Batch),
            false => site(&self.layer_norm).then_some(Normalisation::Layer),
        }
    }

    /// Returns whether anything is normalized.
    pub fn is_normed(&self) -> bool {
        let none = NormSites::default();
        self.batch_norm != none || self.layer_norm != none
    }
}

/// The model.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelSettings {
    /// One linear layer and the output activation.
    Linear,
    /// Dense hidden layers of these widths, then the output layer.
    Mlp {
        /// Number of neurons of each hidden layer, input side first.
        hidden: Vec<usize>,
    },
    /// One hidden layer from the features to `width`, then `blocks` residual blocks, then the output layer. A block
    /// is a sequence of hidden layers. Its input is added to the linear output of its last layer, before the
    /// activation (He et al. 2015, figure 2).
    Residual {
        /// Number of blocks.
        blocks: usize,
        /// Hidden layers in a block.
        layers: usize,
        /// Number of neurons of every hidden layer.
        width: usize,
    },
    /// A custom model.
    Custom(CustomSettings),
    /// A loss of one weight, given by a formula without data.
    Risk(OneWeightRisk),
}

/// Loss functions of one weight w. Each has its minimum subtracted, so that the lowest loss is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneWeightRisk {
    /// R(w) = ½w² + 0.3(1 − cos 4w).
    Ripples,
    /// R(w) = w⁴ − 2w² + w/2, minus its minimum.
    DoubleWell,
}

/// Activation function σ of the hidden layers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Activation {
    /// σ(z) = z.
    Linear,
    /// σ(z) = max(z, 0).
    Relu,
    /// σ(z) = z for z > 0, else slope · z.
    LeakyRelu {
        /// Slope for negative z; PyTorch's default is 0.01.
        slope: f64,
    },
    /// σ(z) = tanh z.
    Tanh,
    /// σ(z) = 1/(1 + e^−z).
    Sigmoid,
    /// σ(z) = z Φ(z), with Φ the normal distribution function (PyTorch's `GELU` without the tanh approximation).
    Gelu,
    /// σ(z) = z/(1 + e^−z) (PyTorch's `SiLU`, Swish).
    Silu,
    /// σ(z) = z for z > 0, else α(e^z − 1).
    Elu {
        /// α; PyTorch's default is 1.
        alpha: f64,
    },
    /// σ(z) = ln(1 + e^z).
    Softplus,
}

words! {
    /// Activation function of the output layer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum OutputActivation {
        Linear = "linear", "no activation";
        Sigmoid = "sigmoid", "1/(1 + e^−z)";
        Softmax = "softmax", "e^z over the sum of e^z of all outputs";
    }
}

/// Initialization of the weights of a layer. Biases start at 0, except for [`Init::Torch`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// All weights equal: `zeros`, `ones`, `{ constant = c }`.
    Constant(f64),
    /// Normal with mean 0 and this standard deviation.
    Normal(f64),
    /// Uniform from the first to the second.
    Uniform(f64, f64),
    /// Normal with variance 1/n_in (the lecture's Xavier initialization; LeCun et al. 1998).
    Xavier,
    /// Normal with variance 2/(n_in + n_out) (Glorot and Bengio 2010; PyTorch's `xavier_normal_`).
    Glorot,
    /// Orthonormal rows or columns, whichever are fewer (Saxe et al. 2014; PyTorch's `orthogonal_`).
    Orthogonal,
    /// Normal with variance 2/n_in (the lecture's He initialization).
    He,
    /// Weights and biases uniform in ±1/√n_in, variance 1/(3 n_in): PyTorch's `Linear` default.
    Torch,
}

/// A solver of a linear model, with its stopping criteria.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solving {
    /// The solver.
    pub solver: Solver,
    /// Converged if ‖∇R(w)‖ / ‖∇R(0)‖ is at most this.
    pub gradient_tolerance: Option<f64>,
    /// Converged if (R(w) − R(w*)) / (R(0) − R(w*)) is at most this, for the exact optimum w*.
    pub excess_tolerance: Option<f64>,
}

/// A solver that finds the weights of a linear model in place of step-by-step training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Solver {
    /// Least squares in closed form.
    NormalEquations,
    /// Least squares by gradient descent.
    Gd,
    /// Least squares by stochastic gradient descent.
    Sgd,
    /// Logistic regression by Newton's method.
    Newton,
}

/// Number of rows in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchSize {
    /// All training rows: gradient descent.
    Full,
    /// This many rows, or all if there are fewer.
    Rows(usize),
}

impl BatchSize {
    /// Returns the number of batches in an epoch over this many rows; the last may be smaller. Returns 1 without
    /// rows.
    pub fn per_epoch(self, rows: u64) -> u64 {
        match self {
            BatchSize::Full => 1,
            BatchSize::Rows(m) => rows.div_ceil(m.max(1) as u64).max(1),
        }
    }
}

words! {
    /// How batches are sampled. The last batch of an epoch may be smaller. No row occurs twice in a batch.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sampling {
        Epochs = "epochs", "shuffle the rows every epoch, and take batches in this order";
        Fresh = "fresh", "sample every batch from all rows, without replacement within a batch";
    }
}

/// Length of training. An epoch is ⌈rows / batch⌉ steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Passes over the training rows.
    Epochs(usize),
    /// Updates of the weights.
    Steps(usize),
}

impl Budget {
    /// Returns the number of epochs or steps.
    pub fn n(self) -> usize {
        match self {
            Budget::Epochs(n) | Budget::Steps(n) => n,
        }
    }

    /// Returns `epoch` or `step`.
    pub fn unit(self) -> &'static str {
        match self {
            Budget::Epochs(_) => "epoch",
            Budget::Steps(_) => "step",
        }
    }
}

words! {
    /// Floating-point precision of a weight.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Precision {
        F32 = "f32", "32-bit floats";
        F64 = "f64", "64-bit floats";
    }
}

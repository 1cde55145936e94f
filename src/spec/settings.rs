//! What one cell says, typed: the settings that data, model and training are built from.
//!
//! `depth = 2, width = 10` and `hidden = [10, 10]` are the same [`Settings`], so that the identity
//! of a run, which is taken from here, does not depend on the way a file puts it.

mod data;
mod loss;
mod norm;
mod update;

pub use data::{Contents, DataSettings, Delimiter, Missing, Reading, Source, TaskKind};
pub use loss::{ClassWeights, Labels, Loss};
pub use norm::{NormSites, Normalisation};
pub use update::{Clip, Optimizer, Schedule};

use super::own::Own;
use crate::words::words;

/// All settings of one cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where the rows come from and how they are prepared.
    pub data: DataSettings,
    /// The shape of the predictor.
    pub model: Model,
    /// σ of the hidden layers.
    pub activation: Activation,
    /// σ of the output layer.
    pub output: OutputActivation,
    /// How the weights start.
    pub init: Init,
    /// Bias of the output layer at the start, where the file gives one.
    pub output_bias: Option<f64>,
    /// Where linear outputs are normalised over the batch.
    pub batch_norm: NormSites,
    /// Where they are normalised over the features of each row; nowhere beside [`Settings::batch_norm`].
    pub layer_norm: NormSites,
    /// p, the share of the activations of every hidden layer that are dropped in a training step, in [0, 1)
    /// (inverted dropout: Srivastava et al. 2014, PyTorch's `Dropout`).
    pub dropout: f64,
    /// The loss of one row.
    pub loss: Loss,
    /// How the classes of rows enter it.
    pub labels: Labels,
    /// What finds the weights in place of the trainer, if anything does.
    pub solving: Option<Solving>,
    /// The update rule.
    pub optimizer: Optimizer,
    /// The learning rate α; 0 of a solver that finds its own, or has none.
    pub lr: f64,
    /// How the rate moves from update to update.
    pub schedule: Schedule,
    /// Updates w before the schedule begins; the rate of the t-th of them, from 1, is αt/(w + 1). That is
    /// PyTorch's `LinearLR` with a `start_factor` of 1/(w + 1) over w calls.
    pub warmup: usize,
    /// What the gradient is clipped to.
    pub clip: Clip,
    /// λ₁ of the L1 penalty on every parameter, added to the gradient as λ₁ sign(w), which is 0 at 0.
    pub l1: f64,
    /// λ of the L2 penalty on every parameter, added to the gradient as λw; of AdamW that of the decay beside it
    /// (PyTorch's `weight_decay`).
    pub weight_decay: f64,
    /// Rows in a batch.
    pub batch: Batch,
    /// How batches are drawn.
    pub sampling: Sampling,
    /// How long to train.
    pub budget: Budget,
    /// After how many epochs (or steps, as the budget is) it is stopped, as the first part of the whole.
    pub stop_at: Option<usize>,
    /// Stop after this many epochs without a better loss on the validation rows (on the
    /// training rows where there are none).
    pub patience: Option<usize>,
    /// Bits of a weight.
    pub precision: Precision,
    /// Standard deviation of the normal noise on the gradient of a one-weight risk; 0 elsewhere.
    pub gradient_noise: f64,
}

impl Default for Settings {
    /// Returns what the table of keys has where a file gives nothing: a regression by an mlp with two hidden layers of
    /// 32 ReLUs, trained by plain SGD. The source of the rows is the only key without a default; it is none here.
    fn default() -> Settings {
        Settings {
            data: DataSettings::default(),
            model: Model::Mlp {
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
            optimizer: Optimizer::Sgd {
                momentum: 0.0,
                nesterov: false,
            },
            lr: 1e-3,
            schedule: Schedule::Constant,
            warmup: 0,
            clip: Clip::default(),
            l1: 0.0,
            weight_decay: 0.0,
            batch: Batch::Rows(32),
            sampling: Sampling::Epochs,
            budget: Budget::Epochs(100),
            stop_at: None,
            patience: None,
            precision: Precision::F32,
            gradient_noise: 0.0,
        }
    }
}

/// The shape of the predictor.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// One linear layer and the output's activation.
    Linear,
    /// Dense hidden layers of these widths, then the output layer.
    Mlp {
        /// Neurons of each hidden layer, input side first.
        hidden: Vec<usize>,
    },
    /// One hidden layer from the features to `width`, then `blocks` residual blocks, then the
    /// output layer. A block is a run of hidden layers with its input added to the linear output of
    /// the last, before that one's activation (He et al. 2015, figure 2).
    Residual {
        /// Number of blocks.
        blocks: usize,
        /// Hidden layers in a block.
        layers: usize,
        /// Neurons of every hidden layer.
        width: usize,
    },
    /// A model of a person's own.
    Own(Own),
    /// A risk of one weight, given by a formula and no data.
    Risk(OneWeightRisk),
}

/// Risks of one weight w, each less its minimum, so that 0 is the best there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneWeightRisk {
    /// R(w) = ½w² + 0.3(1 − cos 4w).
    Ripples,
    /// R(w) = w⁴ − 2w² + w/2, less its minimum.
    DoubleWell,
}

/// σ of the hidden layers.
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
    /// σ(z) = z Φ(z), with Φ the normal distribution function (PyTorch's `GELU`, not its
    /// approximation by tanh).
    Gelu,
    /// σ(z) = z/(1 + e^−z) (PyTorch's `SiLU`, swish).
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
    /// σ of the output layer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum OutputActivation {
        Linear = "linear", "the linear output itself";
        Sigmoid = "sigmoid", "1/(1 + e^−z)";
        Softmax = "softmax", "e^z over the sum of e^z of all outputs";
    }
}

/// How the weights of a layer start. Biases start at 0, but for [`Init::Torch`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// Every weight the same: `zeros`, `ones`, `{ constant = c }`.
    Constant(f64),
    /// Normal with mean 0 and this standard deviation.
    Normal(f64),
    /// Uniform from the first to the second.
    Uniform(f64, f64),
    /// Normal with variance 1/n_in (the lecture's Xavier initialisation; LeCun et al. 1998).
    Xavier,
    /// Normal with variance 2/(n_in + n_out) (Glorot and Bengio 2010; PyTorch's `xavier_normal_`).
    Glorot,
    /// Rows or columns, whichever are fewer, that are orthonormal (Saxe et al. 2014; PyTorch's `orthogonal_`).
    Orthogonal,
    /// Normal with variance 2/n_in (the lecture's He initialisation).
    He,
    /// Weights and biases uniform in ±1/√n_in, variance 1/(3 n_in): PyTorch's `Linear` default.
    Torch,
}

/// How a solver finds the weights of a linear model, and when it is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solving {
    /// Which.
    pub solver: Solver,
    /// Converged where ‖∇R(w)‖ / ‖∇R(0)‖ is this or less.
    pub gradient_tolerance: Option<f64>,
    /// Converged where (R(w) − R(w*)) / (R(0) − R(w*)) is this or less, for the exact optimum w*.
    pub excess_tolerance: Option<f64>,
}

/// What finds the weights of a linear model in place of the trainer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Solver {
    /// Least squares at once.
    NormalEquations,
    /// Least squares by gradient descent.
    Gd,
    /// Least squares by stochastic gradient descent.
    Sgd,
    /// Logistic regression by Newton's method.
    Newton,
}

/// Rows in a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// All training rows: gradient descent.
    Full,
    /// This many, or all where there are fewer.
    Rows(usize),
}

impl Batch {
    /// Batches in an epoch over so many rows, the last perhaps a smaller one; 1 where there are no rows.
    pub fn per_epoch(self, rows: u64) -> u64 {
        match self {
            Batch::Full => 1,
            Batch::Rows(m) => rows.div_ceil(m.max(1) as u64).max(1),
        }
    }
}

words! {
    /// How batches are drawn. The last batch of an epoch may be smaller; within a batch no row is drawn twice.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Sampling {
        Epochs = "epochs", "every epoch shuffles the rows and walks through them";
        Fresh = "fresh", "every batch is drawn anew";
    }
}

/// How long to train. An epoch is ⌈rows / batch⌉ steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// Passes over the training rows.
    Epochs(usize),
    /// Updates of the weights.
    Steps(usize),
}

words! {
    /// Bits of a weight.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Precision {
        F32 = "f32", "32-bit floats";
        F64 = "f64", "64-bit floats";
    }
}

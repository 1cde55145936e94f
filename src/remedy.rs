//! Kinds of fixes. Sweep files name them, reports show their titles, and [`crate::prescribe`] turns
//! them into changes of a cell.

use std::fmt;

/// Seeds that a verified fix needs at least; success in fewer can be chance.
pub const LEAST_SEEDS: usize = 3;

/// A kind of change to a failing cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Remedy {
    /// Fewer hidden layers.
    FewerLayers,
    /// More hidden layers of about ten neurons.
    MoreLayers,
    /// More neurons in every hidden layer.
    WiderLayers,
    /// Fewer neurons in every hidden layer.
    SmallerNetwork,
    /// A residual network of the same depth.
    SkipConnections,
    /// Batch normalization of z in the hidden layers.
    BatchNormalisation,
    /// Batch normalization of the features.
    InputNormalisation,
    /// Batch normalization of the output's z.
    OutputNormalisation,
    /// Normal weights of variance 2/n_in.
    He,
    /// Normal weights of variance 1/n_in.
    Xavier,
    /// Uniform weights of variance 1/(3 n_in).
    Torch,
    /// ReLU in the hidden layers.
    Relu,
    /// Leaky ReLU in the hidden layers.
    LeakyRelu,
    /// tanh in the hidden layers.
    Tanh,
    /// A lower learning rate.
    LowerRate,
    /// A higher learning rate.
    HigherRate,
    /// A larger budget.
    LongerTraining,
    /// More rows in a batch.
    LargerBatches,
    /// Features with mean 0 and standard deviation 1.
    StandardisedFeatures,
    /// Cross-entropy in place of the squared loss.
    CrossEntropy,
    /// Initial bias 0 of the output.
    OutputBias,
    /// Momentum 0.9.
    Momentum,
    /// Adam in place of SGD.
    Adam,
    /// SGD in place of Adam.
    Sgd,
    /// Patience on the validation loss.
    EarlyStop,
    /// An L2 penalty.
    WeightDecay,
}

impl Remedy {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Remedy; 26] = [
        Remedy::FewerLayers,
        Remedy::MoreLayers,
        Remedy::WiderLayers,
        Remedy::SmallerNetwork,
        Remedy::SkipConnections,
        Remedy::BatchNormalisation,
        Remedy::InputNormalisation,
        Remedy::OutputNormalisation,
        Remedy::He,
        Remedy::Xavier,
        Remedy::Torch,
        Remedy::Relu,
        Remedy::LeakyRelu,
        Remedy::Tanh,
        Remedy::LowerRate,
        Remedy::HigherRate,
        Remedy::LongerTraining,
        Remedy::LargerBatches,
        Remedy::StandardisedFeatures,
        Remedy::CrossEntropy,
        Remedy::OutputBias,
        Remedy::Momentum,
        Remedy::Adam,
        Remedy::Sgd,
        Remedy::EarlyStop,
        Remedy::WeightDecay,
    ];

    /// Returns the word for it in sweep files and in `fix.json`.
    pub fn name(self) -> &'static str {
        match self {
            Remedy::FewerLayers => "fewer layers",
            Remedy::MoreLayers => "more layers",
            Remedy::WiderLayers => "wider layers",
            Remedy::SmallerNetwork => "smaller network",
            Remedy::SkipConnections => "skip connections",
            Remedy::BatchNormalisation => "batch normalisation",
            Remedy::InputNormalisation => "batch normalisation of the input",
            Remedy::OutputNormalisation => "batch normalisation of the output",
            Remedy::He => "He's initialisation",
            Remedy::Xavier => "Xavier's initialisation",
            Remedy::Torch => "PyTorch's initialisation",
            Remedy::Relu => "ReLU",
            Remedy::LeakyRelu => "leaky ReLU",
            Remedy::Tanh => "tanh",
            Remedy::LowerRate => "lower rate",
            Remedy::HigherRate => "higher rate",
            Remedy::LongerTraining => "longer training",
            Remedy::LargerBatches => "larger batches",
            Remedy::StandardisedFeatures => "standardised features",
            Remedy::CrossEntropy => "cross-entropy",
            Remedy::OutputBias => "output bias 0",
            Remedy::Momentum => "momentum",
            Remedy::Adam => "Adam",
            Remedy::Sgd => "SGD",
            Remedy::EarlyStop => "early stop",
            Remedy::WeightDecay => "weight decay",
        }
    }

    /// Returns its name in reports and in the terminal.
    pub fn title(self) -> &'static str {
        match self {
            Remedy::BatchNormalisation => "batch normalization",
            Remedy::InputNormalisation => "batch normalization of the input",
            Remedy::OutputNormalisation => "batch normalization of the output",
            Remedy::He => "He initialization",
            Remedy::Xavier => "LeCun initialization",
            Remedy::Torch => "PyTorch initialization",
            Remedy::LowerRate => "lower learning rate",
            Remedy::HigherRate => "higher learning rate",
            Remedy::StandardisedFeatures => "standardized features",
            Remedy::EarlyStop => "early stopping",
            Remedy::FewerLayers
            | Remedy::MoreLayers
            | Remedy::WiderLayers
            | Remedy::SmallerNetwork
            | Remedy::SkipConnections
            | Remedy::Relu
            | Remedy::LeakyRelu
            | Remedy::Tanh
            | Remedy::LongerTraining
            | Remedy::LargerBatches
            | Remedy::CrossEntropy
            | Remedy::OutputBias
            | Remedy::Momentum
            | Remedy::Adam
            | Remedy::Sgd
            | Remedy::WeightDecay => self.name(),
        }
    }

    /// Returns the kind with this word, if there is one.
    pub fn of(name: &str) -> Option<Remedy> {
        Remedy::ALL.into_iter().find(|remedy| remedy.name() == name)
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

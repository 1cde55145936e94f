//! Kinds of fixes. Sweep files and reports name them, and [`crate::diagnose::fixes::propose`] turns them into
//! changes of a cell.

use crate::words::words;
use std::fmt;

/// Seeds that a verified fix needs at least; success in fewer can be chance.
pub const LEAST_SEEDS: usize = 3;

words! {
    /// A kind of change, as files, tables and reports spell it.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum FixKind {
        FewerLayers = "fewer layers", "Fewer hidden layers";
        MoreLayers = "more layers", "More hidden layers, with at least ten neurons";
        WiderLayers = "wider layers", "More neurons in every hidden layer";
        SmallerNetwork = "smaller network", "Fewer neurons in every hidden layer";
        SkipConnections = "skip connections", "A residual network of the same depth";
        BatchNormalization = "batch normalization", "Batch normalization of the hidden layers";
        InputNormalization = "batch normalization of the input", "Batch normalization of the features";
        OutputNormalization = "batch normalization of the output", "Batch normalization of the output";
        He = "He initialization", "Normal weights of variance 2/n_in";
        LeCun = "LeCun initialization", "Normal weights of variance 1/n_in";
        Torch = "PyTorch initialization", "Uniform weights of variance 1/(3 n_in)";
        Relu = "ReLU", "ReLU in the hidden layers";
        LeakyRelu = "leaky ReLU", "Leaky ReLU in the hidden layers";
        Tanh = "tanh", "tanh in the hidden layers";
        LowerRate = "lower learning rate", "A lower learning rate";
        HigherRate = "higher learning rate", "A higher learning rate";
        LongerTraining = "longer training", "A larger budget";
        LargerBatches = "larger batches", "More rows in a batch";
        StandardizedFeatures = "standardized features", "Features with mean 0 and standard deviation 1";
        CrossEntropy = "cross-entropy", "Cross-entropy in place of the squared loss";
        OutputBias = "output bias 0", "An output bias that starts at 0";
        Momentum = "momentum", "Momentum 0.9";
        Adam = "Adam", "Adam in place of SGD";
        Sgd = "SGD", "SGD in place of Adam";
        EarlyStop = "early stopping", "Patience on the validation loss";
        WeightDecay = "weight decay", "An L2 penalty";
    }
}

impl fmt::Display for FixKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

//! The names of what can be done about a diagnosis. Sweep files ask for them, and
//! [`crate::prescribe`] says what each changes in a cell.

use crate::words::words;
use std::fmt;

/// A cure that is seen in fewer seeds than this may be luck.
pub const LEAST_SEEDS: usize = 3;

words! {
    /// A kind of change, as files, tables and reports spell it.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub enum Remedy {
        FewerLayers = "fewer layers", "Fewer hidden layers";
        MoreLayers = "more layers", "More hidden layers, of ten neurons or so";
        WiderLayers = "wider layers", "More neurons in every hidden layer";
        SmallerNetwork = "smaller network", "Fewer neurons in every hidden layer";
        SkipConnections = "skip connections", "A residual network of the same depth";
        BatchNormalisation = "batch normalisation", "Batch normalisation of z in the hidden layers";
        InputNormalisation = "batch normalisation of the input", "Batch normalisation of the features";
        OutputNormalisation = "batch normalisation of the output", "Batch normalisation of the output's z";
        He = "He's initialisation", "Normal weights of variance 2/n_in";
        Xavier = "LeCun's initialisation", "Normal weights of variance 1/n_in";
        Torch = "PyTorch's initialisation", "Uniform weights of variance 1/(3 n_in)";
        Relu = "ReLU", "ReLU in the hidden layers";
        LeakyRelu = "leaky ReLU", "Leaky ReLU in the hidden layers";
        Tanh = "tanh", "tanh in the hidden layers";
        LowerRate = "lower rate", "A lower learning rate";
        HigherRate = "higher rate", "A higher learning rate";
        LongerTraining = "longer training", "A larger budget";
        LargerBatches = "larger batches", "More rows in a batch";
        StandardisedFeatures = "standardised features", "Features with mean 0 and standard deviation 1";
        CrossEntropy = "cross-entropy", "Cross-entropy in place of the square loss";
        OutputBias = "output bias 0", "An output whose bias starts at 0";
        Momentum = "momentum", "Momentum 0.9";
        Adam = "Adam", "Adam in place of SGD";
        Sgd = "SGD", "SGD in place of Adam";
        EarlyStop = "early stop", "Patience on the validation loss";
        WeightDecay = "weight decay", "An L2 penalty";
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

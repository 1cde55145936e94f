//! The words and small tables that keys choose from.

use super::kind::{Field, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, integer};
use super::settings::{Delimiter, Missing, TaskKind};
use crate::words::words;

words! {
    /// The generators of rows, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum SourceName {
        None = "none", "no rows, for the one-weight risks";
        Sine = "sine", "y = sin(frequency · x)";
        Wiggle = "wiggle", "a curve with several bends, which needs capacity";
        Linear = "linear", "y = w · x with a covariance of a given condition";
        Gaussian = "gaussian", "y = w · x with independent normal features and |w| = 1, quick to make at any size";
        Moons = "moons", "two interleaving half circles";
        Circles = "circles", "a circle within a circle";
        Spirals = "spirals", "interleaved arms, one per class";
        Blobs = "blobs", "one normal cloud per class";
        Xor = "xor", "four clouds; a class is two opposite ones";
    }
}

words! {
    /// The formats of data files; each is the name of its record's first field.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum FormatName {
        Csv = "csv", "comma-separated values";
        Npy = "npy", "two arrays of NumPy";
        Npz = "npz", "an archive of NumPy's arrays";
        Idx = "idx", "MNIST's format";
    }
}

impl FormatName {
    /// Returns the record that names a file of the format.
    pub(super) const fn record(self) -> Kind {
        Kind::Record(match self {
            FormatName::Csv => CSV,
            FormatName::Npy => NPY,
            FormatName::Npz => NPZ,
            FormatName::Idx => IDX,
        })
    }
}

const CSV: &[Field] = &[
    Field {
        name: FormatName::Csv.name(),
        doc: "path of a file of comma-separated values with a header, from the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "target",
        doc: "name of the column to predict, or a list of several that hold numbers; all others are features",
        kind: Kind::Any(&[
            Kind::Text,
            Kind::List {
                of: &Kind::Text,
                least: 1,
            },
        ]),
        required: true,
    },
    Field {
        name: "task",
        doc: "what the target is; found from its text where not given",
        kind: Kind::Words(TaskKind::WORDS),
        required: false,
    },
    Field {
        name: "delimiter",
        doc: "what stands between the values of a row; a comma where not given",
        kind: Kind::Words(Delimiter::WORDS),
        required: false,
    },
    Field {
        name: "categories",
        doc: "names of the columns that hold categories: each becomes a feature for every text in it, 1 in its \
              rows and 0 in the others (one-hot)",
        kind: Kind::List {
            of: &Kind::Text,
            least: 0,
        },
        required: false,
    },
    Field {
        name: "missing",
        doc: "what is done where a value is missing; a fault where not given",
        kind: Kind::Words(Missing::WORDS),
        required: false,
    },
];

const NPY: &[Field] = &[
    Field {
        name: FormatName::Npy.name(),
        doc: "path of an array of rows × features that `numpy.save` wrote, from the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "target",
        doc: "path of an array with one target for each row, or of rows × targets",
        kind: Kind::Text,
        required: true,
    },
    ARRAY_TASK,
];

const ARRAY_TASK: Field = Field {
    name: "task",
    doc: "what the target is; a number where not given",
    kind: Kind::Words(TaskKind::WORDS),
    required: false,
};

const NPZ: &[Field] = &[
    Field {
        name: FormatName::Npz.name(),
        doc: "path of an archive that `numpy.savez` wrote, from the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "features",
        doc: "name of the array of rows × features; x where not given",
        kind: Kind::Text,
        required: false,
    },
    Field {
        name: "target",
        doc: "name of the array with one target for each row, or of rows × targets",
        kind: Kind::Text,
        required: true,
    },
    ARRAY_TASK,
];

const IDX: &[Field] = &[
    Field {
        name: FormatName::Idx.name(),
        doc: "path of a file in MNIST's format, packed by gzip or not, one row or image for each item; \
              from the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "target",
        doc: "path of the file with one label for each of them",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "task",
        doc: "what the target is; classes where not given",
        kind: Kind::Words(TaskKind::WORDS),
        required: false,
    },
];

words! {
    /// The models, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ModelName {
        Linear = "linear", "one linear layer and the output's activation";
        Mlp = "mlp", "dense hidden layers";
        Residual = "residual", "blocks of hidden layers with skip connections";
        Ripples = "ripples", "the one-weight risk ½w² + 0.3(1 − cos 4w)";
        DoubleWell = "double-well", "the one-weight risk w⁴ − 2w² + w/2";
    }
}

words! {
    /// The activations σ of hidden layers, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ActivationName {
        Linear = "linear", "σ(z) = z";
        Relu = "relu", "σ(z) = max(z, 0)";
        LeakyRelu = "leaky-relu", "σ(z) = z for z > 0, else 0.01 z";
        Tanh = "tanh", "σ(z) = tanh z";
        Sigmoid = "sigmoid", "σ(z) = 1/(1 + e^−z)";
        Gelu = "gelu", "σ(z) = z Φ(z), with Φ the normal distribution function";
        Silu = "silu", "σ(z) = z/(1 + e^−z), also called swish";
        Elu = "elu", "σ(z) = z for z > 0, else e^z − 1";
        Softplus = "softplus", "σ(z) = ln(1 + e^z)";
    }
}

words! {
    /// The initializations without a number of their own, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum InitName {
        He = "he", "normal, variance 2/n_in; made for ReLU";
        Lecun = "lecun", "normal, variance 1/n_in; made for sigmoid and tanh";
        Glorot = "glorot", "normal, variance 2/(n_in + n_out): what PyTorch calls Xavier";
        Orthogonal = "orthogonal", "rows or columns, whichever are fewer, orthonormal: lengths are kept through many layers";
        Torch = "torch", "uniform in ±1/√n_in, biases too: PyTorch's default for Linear";
        Zeros = "zeros", "every weight 0";
        Ones = "ones", "every weight 1";
    }
}

/// A record with one field.
const fn tagged(name: &'static str, doc: &'static str, kind: Kind) -> Field {
    Field {
        name,
        doc,
        kind,
        required: true,
    }
}

pub(super) const LEAKY: &[Field] = &[tagged(
    "leaky-relu",
    "slope for negative z",
    Kind::Number(NOT_NEGATIVE),
)];
pub(super) const ELU: &[Field] = &[tagged(
    "elu",
    "α in α(e^z − 1) for negative z",
    Kind::Number(POSITIVE),
)];
pub(super) const CONSTANT: &[Field] =
    &[tagged("constant", "every weight this", Kind::Number(REAL))];
pub(super) const NORMAL: &[Field] = &[tagged(
    "normal",
    "standard deviation",
    Kind::Number(POSITIVE),
)];
pub(super) const UNIFORM: &[Field] = &[tagged(
    "uniform",
    "a for −a to a, or [low, high]",
    Kind::Any(&[Kind::Number(POSITIVE), Kind::Pair]),
)];

words! {
    /// Where a normalization can be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum NormSite {
        Input = "input", "the features";
        Hidden = "hidden", "z of every hidden layer";
        Output = "output", "z of the output layer";
    }
}

words! {
    /// The losses, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum LossName {
        Mse = "mse", "square loss (H(x) − y)², for numbers, or two classes";
        Mae = "mae", "absolute loss |H(x) − y|, for numbers";
        Huber = "huber", "½r² for |r| ≤ 1, else |r| − ½, with r = H(x) − y; for numbers";
        Bce = "bce", "binary cross-entropy of a sigmoid output";
        CrossEntropy = "cross-entropy", "cross-entropy of a softmax output";
    }
}

pub(super) const HUBER: &[Field] = &[tagged(
    "huber",
    "δ of ½r² for |r| ≤ δ, else δ(|r| − ½δ)",
    Kind::Number(POSITIVE),
)];

words! {
    /// The weights of classes that are not listed, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ClassWeightsName {
        None = "none", "every row counts the same";
        Balanced = "balanced", "n/(k n_c) for a class of n_c training rows out of n, of k classes, as in scikit-learn";
    }
}

words! {
    /// The update rules, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum OptimizerName {
        Sgd = "sgd", "w ← w − αv with v ← βv + g; β is the momentum";
        Adam = "adam", "Kingma and Ba 2015, as in PyTorch";
        AdamW = "adamw", "adam with its weight decay beside the gradient, as in PyTorch";
        RmsProp = "rmsprop", "w ← w − αg/(√s + ε) with s the running mean of g², as in PyTorch";
        AdaGrad = "adagrad", "w ← w − αg/(√s + ε) with s the sum of all g², as in PyTorch";
    }
}

words! {
    /// The schedules without a number of their own, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ScheduleName {
        Constant = "constant", "the rate stays as it is";
        Cosine = "cosine", "α ½(1 + cos πt/T), from α to 0 over the T updates of the budget";
    }
}

pub(super) const STEP: &[Field] = &[
    Field {
        name: "step",
        doc: "updates n from one change of the rate to the next; it is α γ^⌊t/n⌋",
        kind: integer(1, MANY),
        required: true,
    },
    Field {
        name: "factor",
        doc: "what the rate is multiplied by, γ",
        kind: Kind::Number(POSITIVE),
        required: true,
    },
];
pub(super) const EXPONENTIAL: &[Field] = &[tagged(
    "exponential",
    "what the rate is multiplied by after every update, γ; it is α γ^t",
    Kind::Number(POSITIVE),
)];

words! {
    /// What stands in a file in place of a bound of the gradient.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ClipName {
        None = "none", "the gradient is left as it is";
    }
}

words! {
    /// What can find the weights, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum SolverName {
        None = "none", "no solver: the model is trained with `optimizer`, as any other";
        NormalEquations = "normal-equations", "least squares at once, by a Cholesky factorisation of XᵀX";
        Gd = "gd", "least squares by w ← w − α∇R(w), in one pass over X";
        Sgd = "sgd", "least squares by w ← w − αg, with g the gradient of a batch";
        Newton = "newton", "logistic regression by w ← w − H⁻¹∇R(w), in shorter steps where that would not help";
    }
}

words! {
    /// What stands in a file in place of a learning rate.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum RateName {
        Auto = "auto", "1/L with L the Lipschitz constant of ∇R, for the solvers `gd` and (with less for its batches) `sgd`";
    }
}

words! {
    /// What stands in a file in place of a batch size.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum BatchName {
        Full = "full", "all training rows: gradient descent";
    }
}

//! The words and small tables that keys accept.

use super::kind::{Field, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, integer};
use super::settings::{Delimiter, Missing, TaskKind};
use crate::words::words;

words! {
    /// The generators of rows, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum SourceName {
        None = "none", "no rows, for one-weight models";
        Sine = "sine", "y = sin(frequency · x)";
        Wiggle = "wiggle", "a curve with several bends, which a small network cannot fit";
        Linear = "linear", "y = w · x, with a covariance of a given condition number";
        Gaussian = "gaussian", "y = w · x with independent normal features and |w| = 1; fast at any size";
        Moons = "moons", "two interleaving half circles";
        Circles = "circles", "a circle within a circle";
        Spirals = "spirals", "interleaved arms, one per class";
        Blobs = "blobs", "one normal cluster per class";
        Xor = "xor", "four clusters; each class is a pair of opposite ones";
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
        Kind::Record(self.fields())
    }

    const fn fields(self) -> &'static [Field] {
        match self {
            FormatName::Csv => CSV,
            FormatName::Npy => NPY,
            FormatName::Npz => NPZ,
            FormatName::Idx => IDX,
        }
    }

    /// Returns whether the record of some format has a field of this name.
    pub(super) fn has_field(name: &str) -> bool {
        let mut fields = FormatName::ALL.iter().flat_map(|format| format.fields());
        fields.any(|field| field.name == name)
    }
}

const CSV: &[Field] = &[
    Field {
        name: FormatName::Csv.name(),
        doc: "path of a CSV file with a header, relative to the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "target",
        doc: "column to predict, or a list of numeric columns; all others are features",
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
        doc: "whether to predict numbers or classes; default: inferred from the values of the column",
        kind: Kind::Words(TaskKind::WORDS),
        required: false,
    },
    Field {
        name: "delimiter",
        doc: "separator of the values in a row; default: a comma",
        kind: Kind::Words(Delimiter::WORDS),
        required: false,
    },
    Field {
        name: "categories",
        doc: "categorical columns, one-hot encoded: one feature per distinct value, 1 in rows with this value, else 0",
        kind: Kind::List {
            of: &Kind::Text,
            least: 0,
        },
        required: false,
    },
    Field {
        name: "missing",
        doc: "how to handle missing values; default: an error",
        kind: Kind::Words(Missing::WORDS),
        required: false,
    },
];

const NPY: &[Field] = &[
    Field {
        name: FormatName::Npy.name(),
        doc: "path of an array of rows × features from `numpy.save`, relative to the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "target",
        doc: "path of an array with one target per row, or of rows × targets",
        kind: Kind::Text,
        required: true,
    },
    ARRAY_TASK,
];

const ARRAY_TASK: Field = Field {
    name: "task",
    doc: "whether to predict numbers or classes; default: regression",
    kind: Kind::Words(TaskKind::WORDS),
    required: false,
};

const NPZ: &[Field] = &[
    Field {
        name: FormatName::Npz.name(),
        doc: "path of an archive from `numpy.savez`, relative to the sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "features",
        doc: "name of the array of rows × features; default: x",
        kind: Kind::Text,
        required: false,
    },
    Field {
        name: "target",
        doc: "name of the array with one target per row, or of rows × targets",
        kind: Kind::Text,
        required: true,
    },
    ARRAY_TASK,
];

const IDX: &[Field] = &[
    Field {
        name: FormatName::Idx.name(),
        doc: "path of a file in the MNIST format (IDX, optionally gzip), one row or image per item; relative to the \
              sweep file's folder",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "target",
        doc: "path of the file with one label per item",
        kind: Kind::Text,
        required: true,
    },
    Field {
        name: "task",
        doc: "whether to predict numbers or classes; default: classification",
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
        Ripples = "ripples", "one weight w with the loss ½w² + 0.3(1 − cos 4w)";
        DoubleWell = "double-well", "one weight w with the loss w⁴ − 2w² + w/2";
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
        Silu = "silu", "σ(z) = z/(1 + e^−z), also called Swish";
        Elu = "elu", "σ(z) = z for z > 0, else e^z − 1";
        Softplus = "softplus", "σ(z) = ln(1 + e^z)";
    }
}

words! {
    /// The initializations without a number of their own, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum InitName {
        He = "he", "normal, variance 2/n_in (Kaiming), for ReLU";
        Lecun = "lecun", "normal, variance 1/n_in; for sigmoid and tanh";
        Glorot = "glorot", "normal, variance 2/(n_in + n_out): PyTorch's `xavier_normal_`";
        Orthogonal = "orthogonal", "orthonormal rows or columns, whichever are fewer: keeps norms through many layers";
        Torch = "torch", "uniform in ±1/√n_in, biases too: PyTorch's default for `Linear`";
        Zeros = "zeros", "every weight 0";
        Ones = "ones", "every weight 1";
    }
}

/// Returns a required field, for a record that it names.
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
pub(super) const CONSTANT: &[Field] = &[tagged(
    "constant",
    "value of every weight",
    Kind::Number(REAL),
)];
pub(super) const NORMAL: &[Field] = &[tagged(
    "normal",
    "standard deviation",
    Kind::Number(POSITIVE),
)];
pub(super) const UNIFORM: &[Field] = &[tagged(
    "uniform",
    "a for [−a, a], or [low, high]",
    Kind::Any(&[Kind::Number(POSITIVE), Kind::Pair]),
)];

words! {
    /// Where a normalization can be.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum NormSite {
        Input = "input", "the features";
        Hidden = "hidden", "the linear outputs z of every hidden layer";
        Output = "output", "the linear outputs z of the output layer";
    }
}

words! {
    /// The losses, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum LossName {
        Mse = "mse", "squared error (H(x) − y)², for numbers or two classes";
        Mae = "mae", "absolute error |H(x) − y|, for numbers";
        Huber = "huber", "½r² for |r| ≤ 1, else |r| − ½, with r = H(x) − y; for numbers";
        Bce = "bce", "binary cross-entropy, with a sigmoid output";
        CrossEntropy = "cross-entropy", "cross-entropy, with a softmax output";
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
        None = "none", "equal weights";
        Balanced = "balanced", "n/(k n_c) for a class with n_c of n training rows, of k classes, as in scikit-learn";
    }
}

words! {
    /// The update rules, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum OptimizerName {
        Sgd = "sgd", "w ← w − αv with v ← βv + g, where β is the momentum";
        Adam = "adam", "Kingma and Ba 2015, as in PyTorch";
        AdamW = "adamw", "adam with decoupled weight decay, as in PyTorch";
        RmsProp = "rmsprop", "w ← w − αg/(√s + ε) with s the running mean of g², as in PyTorch";
        AdaGrad = "adagrad", "w ← w − αg/(√s + ε) with s the sum of all g², as in PyTorch";
    }
}

words! {
    /// The schedules without a number of their own, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ScheduleName {
        Constant = "constant", "constant learning rate";
        Cosine = "cosine", "α ½(1 + cos πt/T): from α to 0 over the T updates of the budget";
    }
}

pub(super) const STEP: &[Field] = &[
    Field {
        name: "step",
        doc: "updates n between two changes of the rate α γ^⌊t/n⌋",
        kind: integer(1, MANY),
        required: true,
    },
    Field {
        name: "factor",
        doc: "factor γ of each change",
        kind: Kind::Number(POSITIVE),
        required: true,
    },
];
pub(super) const EXPONENTIAL: &[Field] = &[tagged(
    "exponential",
    "factor γ after every update; the rate is α γ^t",
    Kind::Number(POSITIVE),
)];

words! {
    /// What stands in a file in place of a bound of the gradient.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ClipName {
        None = "none", "no clipping";
    }
}

words! {
    /// What can find the weights, by their words in a file.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum SolverName {
        None = "none", "no solver: the model is trained with `optimizer`, as any other";
        NormalEquations = "normal-equations", "least squares in closed form, by a Cholesky factorization of XᵀX";
        Gd = "gd", "least squares by w ← w − α∇R(w), one pass over X per step";
        Sgd = "sgd", "least squares by w ← w − αg, where g is the gradient of a batch";
        Newton = "newton", "logistic regression by w ← w − H⁻¹∇R(w), with a line search";
    }
}

words! {
    /// What stands in a file in place of a learning rate.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum RateName {
        Auto = "auto", "1/L with L the Lipschitz constant of ∇R, for the solvers `gd` and `sgd` (`sgd` takes less, depending on its batches)";
    }
}

words! {
    /// What stands in a file in place of a batch size.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum BatchName {
        Full = "full", "all training rows (gradient descent)";
    }
}

//! The words and small tables that keys accept.

use super::kind::{Field, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, Word, integer, word};

pub(super) const TASKS: &[Word] = &[
    word("regression", "predict numbers"),
    word("classes", "predict one of several classes"),
];

pub(super) const SOURCES: &[Word] = &[
    word("none", "no rows, for one-weight models"),
    word("sine", "y = sin(frequency · x)"),
    word(
        "wiggle",
        "a curve with several bends, which a small network cannot fit",
    ),
    word(
        "linear",
        "y = w · x, with a covariance of a given condition number",
    ),
    word(
        "gaussian",
        "y = w · x with independent normal features and |w| = 1; fast at any size",
    ),
    word("moons", "two interleaving half circles"),
    word("circles", "a circle within a circle"),
    word("spirals", "interleaved arms, one per class"),
    word("blobs", "one normal cluster per class"),
    word(
        "xor",
        "four clusters; each class is a pair of opposite ones",
    ),
];

pub(super) const CSV: &[Field] = &[
    Field {
        name: "csv",
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
        doc: "kind of target; default: inferred from its values",
        kind: Kind::Words(TASKS),
        required: false,
    },
    Field {
        name: "delimiter",
        doc: "separator of the values in a row; default: a comma",
        kind: Kind::Words(DELIMITERS),
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
        kind: Kind::Words(MISSING),
        required: false,
    },
];

const DELIMITERS: &[Word] = &[
    word(",", "a comma"),
    word(";", "a semicolon"),
    word("tab", "a tab character"),
    word("|", "a vertical bar"),
];

const MISSING: &[Word] = &[
    word("drop", "leave out the row"),
    word(
        "mean",
        "fill in the mean over the training rows; for a categorical column, no category",
    ),
    word(
        "median",
        "fill in the median over the training rows; for a categorical column, no category",
    ),
];

pub(super) const NPY: &[Field] = &[
    Field {
        name: "npy",
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
    doc: "kind of target; default: regression",
    kind: Kind::Words(TASKS),
    required: false,
};

pub(super) const NPZ: &[Field] = &[
    Field {
        name: "npz",
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

pub(super) const IDX: &[Field] = &[
    Field {
        name: "idx",
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
        doc: "kind of target; default: classes",
        kind: Kind::Words(TASKS),
        required: false,
    },
];

pub(super) const MODELS: &[Word] = &[
    word("linear", "one linear layer and the output activation"),
    word("mlp", "dense hidden layers"),
    word("residual", "blocks of hidden layers with skip connections"),
    word(
        "ripples",
        "one weight w with the loss ½w² + 0.3(1 − cos 4w)",
    ),
    word("double-well", "one weight w with the loss w⁴ − 2w² + w/2"),
];

pub(super) const ACTIVATIONS: &[Word] = &[
    word("linear", "σ(z) = z"),
    word("relu", "σ(z) = max(z, 0)"),
    word("leaky-relu", "σ(z) = z for z > 0, else 0.01 z"),
    word("tanh", "σ(z) = tanh z"),
    word("sigmoid", "σ(z) = 1/(1 + e^−z)"),
    word(
        "gelu",
        "σ(z) = z Φ(z), with Φ the normal distribution function",
    ),
    word("silu", "σ(z) = z/(1 + e^−z), also called Swish"),
    word("elu", "σ(z) = z for z > 0, else e^z − 1"),
    word("softplus", "σ(z) = ln(1 + e^z)"),
];

pub(super) const OUTPUTS: &[Word] = &[
    word("linear", "no activation"),
    word("sigmoid", "1/(1 + e^−z)"),
    word("softmax", "e^z over the sum of e^z of all outputs"),
];

pub(super) const INITS: &[Word] = &[
    word("he", "normal, variance 2/n_in (Kaiming), for ReLU"),
    word("xavier", "normal, variance 1/n_in, for sigmoid and tanh"),
    word("lecun", "the same as `xavier`"),
    word(
        "glorot",
        "normal, variance 2/(n_in + n_out): PyTorch's `xavier_normal_`",
    ),
    word(
        "orthogonal",
        "orthonormal rows or columns, whichever are fewer: keeps norms through many layers",
    ),
    word(
        "torch",
        "uniform in ±1/√n_in, biases too: PyTorch's default for `Linear`",
    ),
    word("zeros", "every weight 0"),
    word("ones", "every weight 1"),
];

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

pub(super) const NORM_SITES: &[Word] = &[
    word("input", "the features"),
    word("hidden", "the linear outputs z of every hidden layer"),
    word("output", "the linear outputs z of the output layer"),
];

pub(super) const LOSSES: &[Word] = &[
    word(
        "mse",
        "squared error (H(x) − y)², for numbers or two classes",
    ),
    word("mae", "absolute error |H(x) − y|, for numbers"),
    word(
        "huber",
        "½r² for |r| ≤ 1, else |r| − ½, with r = H(x) − y; for numbers",
    ),
    word("bce", "binary cross-entropy, with a sigmoid output"),
    word("cross-entropy", "cross-entropy, with a softmax output"),
];

pub(super) const HUBER: &[Field] = &[tagged(
    "huber",
    "δ of ½r² for |r| ≤ δ, else δ(|r| − ½δ)",
    Kind::Number(POSITIVE),
)];

pub(super) const CLASS_WEIGHTS: &[Word] = &[
    word("none", "equal weights"),
    word(
        "balanced",
        "n/(k n_c) for a class with n_c of n training rows, of k classes, as in scikit-learn",
    ),
];

pub(super) const OPTIMIZERS: &[Word] = &[
    word("sgd", "w ← w − αv with v ← βv + g, where β is the momentum"),
    word("adam", "Kingma and Ba 2015, as in PyTorch"),
    word("adamw", "adam with decoupled weight decay, as in PyTorch"),
    word(
        "rmsprop",
        "w ← w − αg/(√s + ε) with s the running mean of g², as in PyTorch",
    ),
    word(
        "adagrad",
        "w ← w − αg/(√s + ε) with s the sum of all g², as in PyTorch",
    ),
];

pub(super) const SCHEDULES: &[Word] = &[
    word("constant", "constant learning rate"),
    word(
        "cosine",
        "α ½(1 + cos πt/T): from α to 0 over the T updates of the budget",
    ),
];

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

pub(super) const UNCLIPPED: &[Word] = &[word("none", "no clipping")];

pub(super) const SOLVERS: &[Word] = &[
    word(
        "trainer",
        "step-by-step training by `optimizer`, for every model",
    ),
    word(
        "normal-equations",
        "least squares in closed form, by a Cholesky factorization of XᵀX",
    ),
    word(
        "gd",
        "least squares by w ← w − α∇R(w), one pass over X per step",
    ),
    word(
        "sgd",
        "least squares by w ← w − αg, where g is the gradient of a batch",
    ),
    word(
        "newton",
        "logistic regression by w ← w − H⁻¹∇R(w), with a line search",
    ),
];

pub(super) const AUTO: &[Word] = &[word(
    "auto",
    "1/L with L the Lipschitz constant of ∇R, for the solvers `gd` and `sgd` (`sgd` takes less, depending on its batches)",
)];

pub(super) const SAMPLINGS: &[Word] = &[
    word(
        "epochs",
        "shuffle the rows every epoch, and take batches in this order",
    ),
    word(
        "fresh",
        "sample every batch from all rows, without replacement within a batch",
    ),
];

pub(super) const PRECISIONS: &[Word] =
    &[word("f32", "32-bit floats"), word("f64", "64-bit floats")];
pub(super) const FULL: &[Word] = &[word("full", "all training rows (gradient descent)")];

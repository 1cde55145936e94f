//! The words and small tables that keys choose from.

use super::kind::{Field, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, Word, integer, word};

pub(super) const TASKS: &[Word] = &[
    word("regression", "a number is predicted"),
    word("classification", "one of several classes is predicted"),
];

pub(super) const SOURCES: &[Word] = &[
    word("none", "no rows, for the one-weight risks"),
    word("sine", "y = sin(frequency · x)"),
    word("wiggle", "a curve with several bends, which needs capacity"),
    word("linear", "y = w · x with a covariance of a given condition"),
    word(
        "gaussian",
        "y = w · x with independent normal features and |w| = 1, quick to make at any size",
    ),
    word("moons", "two interleaving half circles"),
    word("circles", "a circle within a circle"),
    word("spirals", "interleaved arms, one per class"),
    word("blobs", "one normal cloud per class"),
    word("xor", "four clouds; a class is two opposite ones"),
];

pub(super) const CSV: &[Field] = &[
    Field {
        name: "csv",
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
        kind: Kind::Words(TASKS),
        required: false,
    },
    Field {
        name: "delimiter",
        doc: "what stands between the values of a row; a comma where not given",
        kind: Kind::Words(DELIMITERS),
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
        kind: Kind::Words(MISSING),
        required: false,
    },
];

const DELIMITERS: &[Word] = &[
    word(",", "a comma"),
    word(";", "a semicolon"),
    word("tab", "a tabulator"),
    word("|", "a bar"),
];

const MISSING: &[Word] = &[
    word("drop", "the row is left out"),
    word(
        "mean",
        "a feature has the mean of the training rows there; a category, none",
    ),
    word(
        "median",
        "a feature has the median of the training rows there; a category, none",
    ),
];

pub(super) const NPY: &[Field] = &[
    Field {
        name: "npy",
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
    kind: Kind::Words(TASKS),
    required: false,
};

pub(super) const NPZ: &[Field] = &[
    Field {
        name: "npz",
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

pub(super) const IDX: &[Field] = &[
    Field {
        name: "idx",
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
        kind: Kind::Words(TASKS),
        required: false,
    },
];

pub(super) const MODELS: &[Word] = &[
    word("linear", "one linear layer and the output's activation"),
    word("mlp", "dense hidden layers"),
    word("residual", "blocks of hidden layers with skip connections"),
    word("ripples", "the one-weight risk ½w² + 0.3(1 − cos 4w)"),
    word("double-well", "the one-weight risk w⁴ − 2w² + w/2"),
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
    word("silu", "σ(z) = z/(1 + e^−z), also called swish"),
    word("elu", "σ(z) = z for z > 0, else e^z − 1"),
    word("softplus", "σ(z) = ln(1 + e^z)"),
];

pub(super) const OUTPUTS: &[Word] = &[
    word("linear", "the linear output itself"),
    word("sigmoid", "1/(1 + e^−z)"),
    word("softmax", "e^z over the sum of e^z of all outputs"),
];

pub(super) const INITS: &[Word] = &[
    word("he", "normal, variance 2/n_in; made for ReLU"),
    word(
        "lecun",
        "normal, variance 1/n_in; made for sigmoid and tanh",
    ),
    word(
        "glorot",
        "normal, variance 2/(n_in + n_out): what PyTorch calls Xavier",
    ),
    word(
        "orthogonal",
        "rows or columns, whichever are fewer, orthonormal: lengths are kept through many layers",
    ),
    word(
        "torch",
        "uniform in ±1/√n_in, biases too: PyTorch's default for Linear",
    ),
    word("zeros", "every weight 0"),
    word("ones", "every weight 1"),
];

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

pub(super) const NORM_SITES: &[Word] = &[
    word("input", "the features"),
    word("hidden", "z of every hidden layer"),
    word("output", "z of the output layer"),
];

pub(super) const LOSSES: &[Word] = &[
    word(
        "mse",
        "square loss (H(x) − y)², for numbers, or two classes",
    ),
    word("mae", "absolute loss |H(x) − y|, for numbers"),
    word(
        "huber",
        "½r² for |r| ≤ 1, else |r| − ½, with r = H(x) − y; for numbers",
    ),
    word("bce", "binary cross-entropy of a sigmoid output"),
    word("cross-entropy", "cross-entropy of a softmax output"),
];

pub(super) const HUBER: &[Field] = &[tagged(
    "huber",
    "δ of ½r² for |r| ≤ δ, else δ(|r| − ½δ)",
    Kind::Number(POSITIVE),
)];

pub(super) const CLASS_WEIGHTS: &[Word] = &[
    word("none", "every row counts the same"),
    word(
        "balanced",
        "n/(k n_c) for a class of n_c training rows out of n, of k classes, as in scikit-learn",
    ),
];

pub(super) const OPTIMIZERS: &[Word] = &[
    word("sgd", "w ← w − αv with v ← βv + g; β is the momentum"),
    word("adam", "Kingma and Ba 2015, as in PyTorch"),
    word(
        "adamw",
        "adam with its weight decay beside the gradient, as in PyTorch",
    ),
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
    word("constant", "the rate stays as it is"),
    word(
        "cosine",
        "α ½(1 + cos πt/T), from α to 0 over the T updates of the budget",
    ),
];

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

pub(super) const UNCLIPPED: &[Word] = &[word("none", "the gradient is left as it is")];

pub(super) const SOLVERS: &[Word] = &[
    word(
        "none",
        "no solver: the model is trained with `optimizer`, as any other",
    ),
    word(
        "normal-equations",
        "least squares at once, by a Cholesky factorisation of XᵀX",
    ),
    word("gd", "least squares by w ← w − α∇R(w), in one pass over X"),
    word(
        "sgd",
        "least squares by w ← w − αg, with g the gradient of a batch",
    ),
    word(
        "newton",
        "logistic regression by w ← w − H⁻¹∇R(w), in shorter steps where that would not help",
    ),
];

pub(super) const AUTO: &[Word] = &[word(
    "auto",
    "1/L with L the Lipschitz constant of ∇R, for the solvers `gd` and (with less for its batches) `sgd`",
)];

pub(super) const SAMPLINGS: &[Word] = &[
    word(
        "epochs",
        "every epoch shuffles the rows and walks through them",
    ),
    word("fresh", "every batch is drawn anew"),
];

pub(super) const PRECISIONS: &[Word] =
    &[word("f32", "32-bit floats"), word("f64", "64-bit floats")];
pub(super) const FULL: &[Word] = &[word("full", "all training rows: gradient descent")];

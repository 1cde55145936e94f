//! The table of keys: name, type, range, choices, default, description. Parser, suggestions, JSON Schema and
//! generated docs use it. The file is long because it is one table.

use super::choices::{
    ActivationName, BatchName, CONSTANT, ClassWeightsName, ClipName, ELU, EXPONENTIAL, FormatName,
    HUBER, InitName, LEAKY, LossName, ModelName, NORMAL, NormSite, OptimizerName, RateName, STEP,
    ScheduleName, SolverName, SourceName, UNIFORM,
};
use super::kind::{BELOW_ONE, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, between, integer};
pub use super::registry::Registry;
use super::registry::{Default, Key, KeyTable, key};
use super::rules::{
    self, given, has_rows, is_file, is_generator, is_mlp, is_network, is_risk, source_is,
};
use super::rules::{is_direct, is_trained, solver_is};
use super::settings::{OutputActivation, Precision, Sampling};

/// Returns the built-in key of this full name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Every built-in key, in the order in which values are listed.
pub(super) static KEYS: &[Key] = &[
    key(
        "data.source",
        Kind::Any(&[
            Kind::Words(SourceName::WORDS),
            FormatName::Csv.record(),
            FormatName::Npy.record(),
            FormatName::Npz.record(),
            FormatName::Idx.record(),
        ]),
        Default::From(
            "none for one-weight models, else required",
            rules::default_source,
        ),
        |_| true,
        "Source of the rows: a generator or a file.",
    ),
    key(
        "data.rows",
        integer(1, 100_000_000),
        Default::Integer(512),
        is_generator,
        "Number of rows that a generator makes, before the split.",
    ),
    key(
        "data.noise",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.1),
        is_generator,
        "Standard deviation of the noise that a generator adds: to y for regression, to x for classification.",
    ),
    key(
        "data.frequency",
        Kind::Number(POSITIVE),
        Default::Number(2.0),
        |v| source_is(v, &[SourceName::Sine]),
        "Frequency ω of the sine sin(ωx).",
    ),
    key(
        "data.range",
        Kind::Pair,
        Default::Pair(-3.0, 3.0),
        |v| source_is(v, &[SourceName::Sine, SourceName::Wiggle]),
        "Lowest and highest x of `sine` and `wiggle`.",
    ),
    key(
        "data.features",
        integer(1, 10_000),
        Default::Integer(2),
        |v| {
            source_is(
                v,
                &[SourceName::Linear, SourceName::Gaussian, SourceName::Blobs],
            )
        },
        "Number of features, for `linear`, `gaussian` and `blobs`.",
    ),
    key(
        "data.condition",
        Kind::Number(between(1.0, true, f64::INFINITY, false)),
        Default::Number(1.0),
        |v| source_is(v, &[SourceName::Linear]),
        "Condition number of the covariance of x (largest over smallest eigenvalue), for `linear`.",
    ),
    key(
        "data.classes",
        integer(2, 1000),
        Default::From("3 for blobs, 2 for spirals", rules::default_classes),
        |v| source_is(v, &[SourceName::Blobs, SourceName::Spirals]),
        "Number of classes, for `blobs` and `spirals`.",
    ),
    key(
        "data.turns",
        Kind::Number(POSITIVE),
        Default::Number(1.0),
        |v| source_is(v, &[SourceName::Spirals]),
        "Turns of each arm, for `spirals`.",
    ),
    key(
        "data.scales",
        Kind::List {
            of: &Kind::Number(REAL),
            least: 0,
        },
        Default::Empty,
        has_rows,
        "Factor for each feature of a generator or file; an empty list applies none.",
    ),
    key(
        "data.offsets",
        Kind::List {
            of: &Kind::Number(REAL),
            least: 0,
        },
        Default::Empty,
        has_rows,
        "Offset for each feature, added after scaling; an empty list adds none.",
    ),
    key(
        "data.max_rows",
        integer(1, MANY),
        Default::None,
        is_file,
        "Maximum number of rows of a file, applied before the split. The seed selects the rows.",
    ),
    key(
        "data.folds",
        integer(2, 1000),
        Default::None,
        has_rows,
        "Cross-validation with k folds, in place of `validation`: seed s holds out fold s mod k. Rows are reshuffled every \
         k seeds. Without `seeds`, the sweep has k seeds.",
    ),
    key(
        "data.validation",
        Kind::Number(BELOW_ONE),
        Default::From("0.25, or none with `folds`", rules::default_validation),
        has_rows,
        "Share of the rows held out for validation.",
    ),
    key(
        "data.test",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        has_rows,
        "Share of the rows held out for testing.",
    ),
    key(
        "data.standardize",
        Kind::Bool,
        Default::Bool(false),
        has_rows,
        "Standardize features: subtract the mean of the training rows, and divide by their standard deviation.",
    ),
    key(
        "model",
        Kind::Words(ModelName::WORDS),
        Default::Word("mlp"),
        |_| true,
        "The model: a network, or a loss of one weight without data.",
    ),
    key(
        "depth",
        integer(1, 10_000),
        Default::From("2, or none with `hidden`", rules::default_depth),
        |v| is_mlp(v) && !given(v, "hidden") || rules::is_residual(v),
        "Number of hidden layers; in a residual network, the total over all blocks.",
    ),
    key(
        "width",
        integer(1, 100_000),
        Default::From("32, or none with `hidden`", rules::default_width),
        |v| is_mlp(v) && !given(v, "hidden") || rules::is_residual(v),
        "Number of neurons of every hidden layer.",
    ),
    key(
        "hidden",
        Kind::List {
            of: &integer(1, 100_000),
            least: 1,
        },
        Default::None,
        |v| is_mlp(v) || rules::is_residual(v),
        "Number of neurons of each hidden layer, input side first; replaces `depth` and `width`.",
    ),
    key(
        "block",
        integer(1, 1000),
        Default::Integer(2),
        rules::is_residual,
        "Number of hidden layers in a residual block; `depth` must be a multiple of it.",
    ),
    key(
        "activation",
        Kind::Any(&[
            Kind::Words(ActivationName::WORDS),
            Kind::Record(LEAKY),
            Kind::Record(ELU),
        ]),
        Default::Word("relu"),
        |v| is_mlp(v) || rules::is_residual(v) || rules::is_own(v),
        "Activation function σ of the hidden layers.",
    ),
    key(
        "output",
        Kind::Words(OutputActivation::WORDS),
        Default::From(
            "sigmoid with bce, softmax with cross-entropy, else linear",
            rules::default_output,
        ),
        is_network,
        "Activation function of the output layer.",
    ),
    key(
        "init",
        Kind::Any(&[
            Kind::Words(InitName::WORDS),
            Kind::Record(CONSTANT),
            Kind::Record(NORMAL),
            Kind::Record(UNIFORM),
        ]),
        Default::From(
            "torch, as in PyTorch; { constant = 4 } for ripples, { constant = 2 } for double-well",
            rules::default_init,
        ),
        is_trained,
        "Initialization of the weights; for a one-weight model, of its weight.",
    ),
    key(
        "output_bias",
        Kind::Number(REAL),
        Default::None,
        |v| is_network(v) && is_trained(v),
        "Initial bias of the output layer; by default, as `init` sets it.",
    ),
    key(
        "batch_norm",
        Kind::List {
            of: &Kind::Words(NormSite::WORDS),
            least: 0,
        },
        Default::Empty,
        |v| is_network(v) && !rules::is_own(v) && is_trained(v),
        "Batch normalization: `input` normalizes the features; `hidden` and `output` normalize the linear outputs of these \
         layers.",
    ),
    key(
        "layer_norm",
        Kind::List {
            of: &Kind::Words(NormSite::WORDS),
            least: 0,
        },
        Default::Empty,
        |v| is_network(v) && !rules::is_own(v) && is_trained(v),
        "Layers with layer normalization, over the features of each row; not together with `batch_norm`.",
    ),
    key(
        "dropout",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| is_mlp(v) || rules::is_residual(v),
        "Share p of the activations of every hidden layer that a training step sets to 0; it divides the others by 1 − p. \
         Batch losses, gradients and updates are measured with dropout. Exact losses and \
         accuracies, predictions and activation statistics are measured without it.",
    ),
    key(
        "loss",
        Kind::Any(&[Kind::Words(LossName::WORDS), Kind::Record(HUBER)]),
        Default::From(
            "mse for numbers, bce for two classes, cross-entropy for more",
            rules::default_loss,
        ),
        is_network,
        "The loss of one row; with several outputs, the mean over outputs.",
    ),
    key(
        "label_smoothing",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| rules::may_be_under(v, &[LossName::CrossEntropy]),
        "ε of the smoothed labels y ← (1 − ε)y + ε/k of k classes, for `cross-entropy`, as in PyTorch. All recorded losses \
         include it, also on held-out rows, so none reaches 0. A perfect prediction still has skill 1.",
    ),
    key(
        "class_weights",
        Kind::Any(&[
            Kind::Words(ClassWeightsName::WORDS),
            Kind::List {
                of: &Kind::Number(POSITIVE),
                least: 2,
            },
        ]),
        Default::Word("none"),
        |v| rules::may_be_under(v, &[LossName::Bce, LossName::CrossEntropy]) && is_trained(v),
        "Weights of the classes in the loss, for `bce` and `cross-entropy`: by a rule, or one weight per class in the order \
         of the classes. The loss is Σ w_y ℓ / Σ w_y over the rows of a batch, as in PyTorch (by analogy for `bce`). All \
         recorded losses are weighted; accuracies are not.",
    ),
    key(
        "solver",
        Kind::Words(SolverName::WORDS),
        Default::Word("none"),
        |_| true,
        "How the weights are found: `\"none\"` trains with `optimizer`; the others solve `model = \"linear\"` directly.",
    ),
    key(
        "gradient_tolerance",
        Kind::Number(POSITIVE),
        Default::From(
            "1e-6 for `gd` and `newton`, or none with `excess_tolerance`",
            rules::default_gradient_tolerance,
        ),
        |v| solver_is(v, &[SolverName::Gd, SolverName::Sgd, SolverName::Newton]),
        "A solver converges when ‖∇R(w)‖ / ‖∇R(0)‖ is at most this, where R is the training loss.",
    ),
    key(
        "excess_tolerance",
        Kind::Number(POSITIVE),
        Default::None,
        |v| solver_is(v, &[SolverName::Gd, SolverName::Sgd]),
        "A solver converges when the excess loss (R(w) − R(w*)) / (R(0) − R(w*)) is at most this, where R is the training loss and w* its exact optimum.",
    ),
    key(
        "optimizer",
        Kind::Words(OptimizerName::WORDS),
        Default::Word("sgd"),
        is_trained,
        "The optimizer.",
    ),
    key(
        "lr",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(RateName::WORDS)]),
        Default::From(
            "1e-3; 1e-2 for `rmsprop` and `adagrad`, as in PyTorch; \"auto\" for the solvers `gd` and `sgd`",
            rules::default_lr,
        ),
        |v| is_trained(v) || solver_is(v, &[SolverName::Gd, SolverName::Sgd]),
        "The learning rate α.",
    ),
    key(
        "schedule",
        Kind::Any(&[
            Kind::Words(ScheduleName::WORDS),
            Kind::Record(STEP),
            Kind::Record(EXPONENTIAL),
        ]),
        Default::Word("constant"),
        is_trained,
        "Learning-rate schedule; t counts updates after `warmup`.",
    ),
    key(
        "warmup",
        integer(0, MANY),
        Default::Integer(0),
        is_trained,
        "Number w of warm-up updates before `schedule` starts. The learning rate increases linearly: αt/(w + 1) in update t.",
    ),
    key(
        "momentum",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| rules::optimizer_is(v, &[OptimizerName::Sgd, OptimizerName::RmsProp]),
        "Momentum β of `sgd` and `rmsprop`; 0 for none.",
    ),
    key(
        "nesterov",
        Kind::Bool,
        Default::Bool(false),
        |v| rules::optimizer_is(v, &[OptimizerName::Sgd]),
        "Nesterov momentum for `sgd`: the step is along g + βv instead of v.",
    ),
    key(
        "clip_norm",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(ClipName::WORDS)]),
        Default::Word("none"),
        is_trained,
        "Maximum norm of the gradient over all parameters. A larger gradient is scaled down to it, before penalties.",
    ),
    key(
        "clip_value",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(ClipName::WORDS)]),
        Default::Word("none"),
        is_trained,
        "Maximum absolute value of each gradient entry, after `clip_norm` and before penalties.",
    ),
    key(
        "l1",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        is_trained,
        "Factor λ₁ of the L1 penalty on all weights and biases; adds λ₁ sign(w) to the gradient.",
    ),
    key(
        "weight_decay",
        Kind::Number(NOT_NEGATIVE),
        Default::From(
            "0; 0.01 for `adamw`, as in PyTorch",
            rules::default_weight_decay,
        ),
        is_trained,
        "Factor λ of the L2 penalty on all weights and biases; adds λw to the gradient. With `adamw`, the decay is decoupled: \
         it subtracts αλw from w directly.",
    ),
    key(
        "beta1",
        Kind::Number(BELOW_ONE),
        Default::Number(0.9),
        |v| rules::optimizer_is(v, &[OptimizerName::Adam, OptimizerName::AdamW]),
        "Decay rate of the running mean of the gradient, for `adam` and `adamw`.",
    ),
    key(
        "beta2",
        Kind::Number(BELOW_ONE),
        Default::From(
            "0.999; 0.99 for `rmsprop`, as in PyTorch",
            rules::default_beta2,
        ),
        |v| {
            use OptimizerName::*;
            rules::optimizer_is(v, &[Adam, AdamW, RmsProp])
        },
        "Decay rate of the running mean of the squared gradient, for `adam`, `adamw` and `rmsprop` (PyTorch's `alpha`).",
    ),
    key(
        "epsilon",
        Kind::Number(POSITIVE),
        Default::From(
            "1e-8; 1e-10 for `adagrad`, as in PyTorch",
            rules::default_epsilon,
        ),
        |v| {
            use OptimizerName::*;
            rules::optimizer_is(v, &[Adam, AdamW, RmsProp, AdaGrad])
        },
        "Added to the denominator, the root of the mean or sum of squared gradients; for all optimizers except `sgd`.",
    ),
    key(
        "lr_decay",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        |v| rules::optimizer_is(v, &[OptimizerName::AdaGrad]),
        "Decay η of the learning rate of `adagrad`: α/(1 + (t − 1)η) in update t.",
    ),
    key(
        "batch",
        Kind::Any(&[integer(1, MANY), Kind::Words(BatchName::WORDS)]),
        Default::Integer(32),
        |v| is_network(v) && (is_trained(v) || solver_is(v, &[SolverName::Sgd])),
        "Number of rows in a batch; \"full\" for gradient descent. If there are fewer training rows, a batch has all of them.",
    ),
    key(
        "sampling",
        Kind::Words(Sampling::WORDS),
        Default::Word("epochs"),
        |v| is_network(v) && (is_trained(v) || solver_is(v, &[SolverName::Sgd])),
        "How batches are sampled.",
    ),
    key(
        "epochs",
        integer(1, MANY),
        Default::From("100, or none with `steps`", rules::default_epochs),
        |v| !given(v, "steps") && !is_direct(v),
        "Maximum number of passes over the training rows; or set `steps`.",
    ),
    key(
        "steps",
        integer(1, MANY),
        Default::None,
        |v| !is_direct(v),
        "Maximum number of updates of the weights; replaces `epochs`.",
    ),
    key(
        "patience",
        integer(1, MANY),
        Default::None,
        is_trained,
        "Early stopping: end after this many epochs without a lower validation loss (training loss if there are no validation rows).",
    ),
    key(
        "precision",
        Kind::Words(Precision::WORDS),
        Default::Word("f32"),
        is_trained,
        "Floating-point precision of the weights; solvers use 64 bits.",
    ),
    key(
        "gradient_noise",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        is_risk,
        "Standard deviation of the noise on the gradient of a one-weight model.",
    ),
];

/// The built-in keys, without custom models and data sources.
static BUILT_IN: KeyTable = KeyTable {
    keys: KEYS,
    models: Vec::new(),
    sources: Vec::new(),
};

impl std::default::Default for Registry {
    /// Returns the registry of the built-in keys and words.
    fn default() -> Registry {
        Registry::of(&BUILT_IN)
    }
}

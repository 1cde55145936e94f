//! The table of keys: name, type, range, choices, default, description. Parser, suggestions, JSON Schema and
//! generated docs use it. The file is long because it is one table.

use super::choices::{
    ACTIVATIONS, AUTO, CLASS_WEIGHTS, CONSTANT, CSV, ELU, EXPONENTIAL, FULL, HUBER, IDX, INITS,
    LEAKY, LOSSES, MODELS, NORM_SITES, NORMAL, NPY, NPZ, OPTIMIZERS, OUTPUTS, PRECISIONS,
    SAMPLINGS, SCHEDULES, SOLVERS, SOURCES, STEP, UNCLIPPED, UNIFORM,
};
use super::key::{Default, Key, key};
use super::kind::{BELOW_ONE, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, between, integer};
use super::own;
use super::rules::{
    self, given, has_rows, is_file, is_generator, is_mlp, is_network, is_risk, source_is,
};
use super::rules::{is_direct, is_trained, solver_is};

/// Returns the key of this full name.
pub fn find(name: &str) -> Option<&'static Key> {
    all().iter().find(|key| key.name == name)
}

/// Returns every key, including those of custom models.
pub fn all() -> &'static [Key] {
    own::keys()
}

/// Every built-in key, in the order in which values are listed.
pub(super) static KEYS: &[Key] = &[
    key(
        "data.source",
        Kind::Any(&[
            Kind::Words(SOURCES),
            Kind::Record(CSV),
            Kind::Record(NPY),
            Kind::Record(NPZ),
            Kind::Record(IDX),
        ]),
        Default::From(
            "none for one-weight models, else required",
            rules::default_source,
        ),
        |_| true,
        "Source of the rows: a generator or a file.",
    )
    .also(&["generator", "dataset", "data", "file"]),
    key(
        "data.rows",
        integer(1, 100_000_000),
        Default::Integer(512),
        is_generator,
        "Number of rows that a generator makes, before the split.",
    )
    .also(&["n", "samples", "n_samples", "size"]),
    key(
        "data.noise",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.1),
        is_generator,
        "Standard deviation of the noise that a generator adds: to y for regression, to x for classification.",
    )
    .also(&["sd", "std"]),
    key(
        "data.frequency",
        Kind::Number(POSITIVE),
        Default::Number(2.0),
        |v| source_is(v, &["sine"]),
        "Frequency ω of the sine sin(ωx).",
    )
    .also(&["omega"]),
    key(
        "data.range",
        Kind::Pair,
        Default::Pair(-3.0, 3.0),
        |v| source_is(v, &["sine", "wiggle"]),
        "Lowest and highest x of `sine` and `wiggle`.",
    ),
    key(
        "data.features",
        integer(1, 10_000),
        Default::Integer(2),
        |v| source_is(v, &["linear", "gaussian", "blobs"]),
        "Number of features, for `linear`, `gaussian` and `blobs`.",
    )
    .also(&["d", "n_features", "dimensions"]),
    key(
        "data.condition",
        Kind::Number(between(1.0, true, f64::INFINITY, false)),
        Default::Number(1.0),
        |v| source_is(v, &["linear"]),
        "Condition number of the covariance of x (largest over smallest eigenvalue), for `linear`.",
    )
    .also(&["condition_number"]),
    key(
        "data.classes",
        integer(2, 1000),
        Default::From("3 for blobs, 2 for spirals", rules::default_classes),
        |v| source_is(v, &["blobs", "spirals"]),
        "Number of classes, for `blobs` and `spirals`.",
    )
    .also(&["n_classes", "centers", "arms"]),
    key(
        "data.turns",
        Kind::Number(POSITIVE),
        Default::Number(1.0),
        |v| source_is(v, &["spirals"]),
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
        "Factor for each feature, applied after generation; an empty list applies none.",
    )
    .also(&["scale"]),
    key(
        "data.offsets",
        Kind::List {
            of: &Kind::Number(REAL),
            least: 0,
        },
        Default::Empty,
        has_rows,
        "Offset for each feature, added after scaling; an empty list adds none.",
    )
    .also(&["offset", "shift"]),
    key(
        "data.max_rows",
        integer(1, MANY),
        Default::None,
        is_file,
        "Maximum number of rows of a file, applied before the split. The seed selects the rows.",
    )
    .also(&["limit", "nrows", "max_samples"]),
    key(
        "data.folds",
        integer(2, 1000),
        Default::None,
        has_rows,
        "Cross-validation with k folds, in place of `validation`: seed s holds out fold s mod k. Rows are reshuffled every \
         k seeds. Without `seeds`, the sweep has k seeds.",
    )
    .also(&["k_fold", "kfold", "cv", "n_splits"]),
    key(
        "data.validation",
        Kind::Number(BELOW_ONE),
        Default::From("0.25, or none with `folds`", rules::default_validation),
        has_rows,
        "Share of the rows held out for validation.",
    )
    .also(&["val", "valid", "validation_split"]),
    key(
        "data.test",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        has_rows,
        "Share of the rows held out for testing.",
    )
    .also(&["test_split"]),
    key(
        "data.standardize",
        Kind::Bool,
        Default::Bool(false),
        has_rows,
        "Standardize features: subtract the mean of the training rows, and divide by their standard deviation.",
    )
    .also(&["normalize", "normalise"]),
    key(
        "model",
        Kind::Words(MODELS),
        Default::Word("mlp"),
        |_| true,
        "The model: a network, or a loss of one weight without data.",
    )
    .also(&["network", "architecture"]),
    key(
        "depth",
        integer(1, 10_000),
        Default::From("2, or none with `hidden`", rules::default_depth),
        |v| is_mlp(v) && !given(v, "hidden") || rules::is_residual(v),
        "Number of hidden layers; in a residual network, of the hidden layers in blocks.",
    )
    .also(&["layers", "n_layers", "hidden_layers"]),
    key(
        "width",
        integer(1, 100_000),
        Default::From("32, or none with `hidden`", rules::default_width),
        |v| is_mlp(v) && !given(v, "hidden") || rules::is_residual(v),
        "Number of neurons of every hidden layer.",
    )
    .also(&["neurons", "units", "hidden_size"]),
    key(
        "hidden",
        Kind::List {
            of: &integer(1, 100_000),
            least: 1,
        },
        Default::None,
        |v| is_mlp(v) || rules::is_residual(v),
        "Number of neurons of each hidden layer, input side first; replaces `depth` and `width`.",
    )
    .also(&["widths", "hidden_sizes"]),
    key(
        "block",
        integer(1, 1000),
        Default::Integer(2),
        rules::is_residual,
        "Number of hidden layers in a residual block; `depth` must be a multiple of it.",
    )
    .also(&["block_size"]),
    key(
        "activation",
        Kind::Any(&[Kind::Words(ACTIVATIONS), Kind::Record(LEAKY), Kind::Record(ELU)]),
        Default::Word("relu"),
        |v| is_mlp(v) || rules::is_residual(v) || rules::is_own(v),
        "Activation function σ of the hidden layers.",
    )
    .also(&["sigma", "nonlinearity"]),
    key(
        "output",
        Kind::Words(OUTPUTS),
        Default::From(
            "sigmoid with bce, softmax with cross-entropy, else linear",
            rules::default_output,
        ),
        is_network,
        "Activation function of the output layer.",
    )
    .also(&["output_activation", "head"]),
    key(
        "init",
        Kind::Any(&[
            Kind::Words(INITS),
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
    )
    .also(&["initialization", "initialisation", "weights"]),
    key(
        "output_bias",
        Kind::Number(REAL),
        Default::None,
        |v| is_network(v) && is_trained(v),
        "Initial bias of the output layer; by default, as `init` sets it.",
    )
    .also(&["bias"]),
    key(
        "batch_norm",
        Kind::List {
            of: &Kind::Words(NORM_SITES),
            least: 0,
        },
        Default::Empty,
        |v| is_network(v) && !rules::is_own(v) && is_trained(v),
        "Layers with batch normalization of their linear outputs.",
    )
    .also(&["batchnorm", "bn", "normalization"]),
    key(
        "layer_norm",
        Kind::List {
            of: &Kind::Words(NORM_SITES),
            least: 0,
        },
        Default::Empty,
        |v| is_network(v) && !rules::is_own(v) && is_trained(v),
        "Layers with layer normalization, over the features of each row; not together with `batch_norm`.",
    )
    .also(&["layernorm", "ln"]),
    key(
        "dropout",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| is_mlp(v) || rules::is_residual(v),
        "Share p of the activations of every hidden layer that a training step sets to 0; it divides the others by 1 − p. \
         Batch losses, gradients, δ and updates are measured with dropout. Losses and accuracies of all rows, outputs, \
         and activation statistics are measured without it.",
    )
    .also(&["drop", "dropout_rate", "drop_rate"]),
    key(
        "loss",
        Kind::Any(&[Kind::Words(LOSSES), Kind::Record(HUBER)]),
        Default::From(
            "mse for numbers, bce for two classes, cross-entropy for more",
            rules::default_loss,
        ),
        is_network,
        "The loss of one row; with several outputs, the mean over outputs.",
    )
    .also(&["criterion", "objective"]),
    key(
        "label_smoothing",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| rules::may_be_under(v, &["cross-entropy"]),
        "ε of the smoothed labels y ← (1 − ε)y + ε/k of k classes, for `cross-entropy`, as in PyTorch. All recorded losses \
         include it, also on held-out rows, so none reaches 0. A perfect prediction still has skill 1.",
    )
    .also(&["smoothing"]),
    key(
        "class_weights",
        Kind::Any(&[
            Kind::Words(CLASS_WEIGHTS),
            Kind::List {
                of: &Kind::Number(POSITIVE),
                least: 2,
            },
        ]),
        Default::Word("none"),
        |v| rules::may_be_under(v, &["bce", "cross-entropy"]) && is_trained(v),
        "Weights of the classes in the loss, for `bce` and `cross-entropy`: a word, or one weight per class in the order \
         of the classes. The loss is Σ w_y ℓ / Σ w_y over the rows of a batch, as in PyTorch (by analogy for `bce`). All \
         recorded losses are weighted; accuracies are not.",
    )
    .also(&["class_weight", "pos_weight", "weight"]),
    key(
        "solver",
        Kind::Words(SOLVERS),
        Default::Word("trainer"),
        |_| true,
        "How the weights are found: by step-by-step training, or by a solver for `model = \"linear\"`.",
    )
    .also(&["method", "direct"]),
    key(
        "gradient_tolerance",
        Kind::Number(POSITIVE),
        Default::From(
            "1e-6 for `gd` and `newton`, or none with `excess_tolerance`",
            rules::default_gradient_tolerance,
        ),
        |v| solver_is(v, &["gd", "sgd", "newton"]),
        "A solver converges when ‖∇R(w)‖ / ‖∇R(0)‖ is at most this, where R is the training loss.",
    )
    .also(&["tolerance", "tol", "gtol", "rtol"]),
    key(
        "excess_tolerance",
        Kind::Number(POSITIVE),
        Default::None,
        |v| solver_is(v, &["gd", "sgd"]),
        "A solver converges when (R(w) − R(w*)) / (R(0) − R(w*)) is at most this, where R is the training loss and w* its exact optimum.",
    )
    .also(&["excess_risk", "suboptimality", "ftol"]),
    key(
        "optimizer",
        Kind::Words(OPTIMIZERS),
        Default::Word("sgd"),
        is_trained,
        "The optimizer.",
    )
    .also(&["optim", "algorithm"]),
    key(
        "lr",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(AUTO)]),
        Default::From(
            "1e-3; 1e-2 for `rmsprop` and `adagrad`, as in PyTorch; \"auto\" for the solvers `gd` and `sgd`",
            rules::default_lr,
        ),
        |v| is_trained(v) || solver_is(v, &["gd", "sgd"]),
        "The learning rate α.",
    )
    .also(&["learning_rate", "alpha", "eta", "rate", "step_size"]),
    key(
        "schedule",
        Kind::Any(&[
            Kind::Words(SCHEDULES),
            Kind::Record(STEP),
            Kind::Record(EXPONENTIAL),
        ]),
        Default::Word("constant"),
        is_trained,
        "Learning-rate schedule; t counts updates after `warmup`.",
    )
    .also(&["scheduler", "lr_schedule", "lr_scheduler", "annealing"]),
    key(
        "warmup",
        integer(0, MANY),
        Default::Integer(0),
        is_trained,
        "Number w of warm-up updates before `schedule` starts. The learning rate increases linearly: αt/(w + 1) in update t.",
    )
    .also(&["warmup_steps", "warm_up"]),
    key(
        "momentum",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| rules::optimizer_is(v, &["sgd", "rmsprop"]),
        "Momentum β of `sgd` and `rmsprop`; 0 for none.",
    ),
    key(
        "nesterov",
        Kind::Bool,
        Default::Bool(false),
        |v| rules::optimizer_is(v, &["sgd"]),
        "Nesterov momentum for `sgd`: the step is along g + βv instead of v.",
    ),
    key(
        "clip_norm",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(UNCLIPPED)]),
        Default::Word("none"),
        is_trained,
        "Maximum norm of the gradient over all parameters. A larger gradient is scaled down to it, before penalties.",
    )
    .also(&["max_norm", "clipnorm", "grad_clip", "gradient_clip", "clip"]),
    key(
        "clip_value",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(UNCLIPPED)]),
        Default::Word("none"),
        is_trained,
        "Maximum absolute value of each gradient entry, after `clip_norm` and before penalties.",
    )
    .also(&["clipvalue"]),
    key(
        "l1",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        is_trained,
        "Factor λ₁ of the L1 penalty on all weights and biases; adds λ₁ sign(w) to the gradient.",
    )
    .also(&["lasso", "l1_penalty"]),
    key(
        "weight_decay",
        Kind::Number(NOT_NEGATIVE),
        Default::From("0; 0.01 for `adamw`, as in PyTorch", rules::default_weight_decay),
        is_trained,
        "Factor λ of the L2 penalty on all weights and biases; adds λw to the gradient. With `adamw`, the decay is decoupled: \
         it subtracts αλw from w directly.",
    )
    .also(&["wd", "l2", "decay", "regularization"]),
    key(
        "beta1",
        Kind::Number(BELOW_ONE),
        Default::Number(0.9),
        |v| rules::optimizer_is(v, &["adam", "adamw"]),
        "Decay rate of the running mean of the gradient, for `adam` and `adamw`.",
    ),
    key(
        "beta2",
        Kind::Number(BELOW_ONE),
        Default::From(
            "0.999; 0.99 for `rmsprop`, as in PyTorch",
            rules::default_beta2,
        ),
        |v| rules::optimizer_is(v, &["adam", "adamw", "rmsprop"]),
        "Decay rate of the running mean of the squared gradient, for `adam`, `adamw` and `rmsprop` (PyTorch's `alpha`).",
    )
    .also(&["rho"]),
    key(
        "epsilon",
        Kind::Number(POSITIVE),
        Default::From(
            "1e-8; 1e-10 for `adagrad`, as in PyTorch",
            rules::default_epsilon,
        ),
        |v| rules::optimizer_is(v, &["adam", "adamw", "rmsprop", "adagrad"]),
        "Added to the denominator, the root of the mean or sum of squared gradients; for all optimizers except `sgd`.",
    )
    .also(&["eps"]),
    key(
        "lr_decay",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        |v| rules::optimizer_is(v, &["adagrad"]),
        "Decay η of the learning rate of `adagrad`: α/(1 + (t − 1)η) in update t.",
    ),
    key(
        "batch",
        Kind::Any(&[integer(1, MANY), Kind::Words(FULL)]),
        Default::Integer(32),
        |v| is_network(v) && (is_trained(v) || solver_is(v, &["sgd"])),
        "Number of rows in a batch; \"full\" for gradient descent.",
    )
    .also(&["batch_size", "minibatch"]),
    key(
        "sampling",
        Kind::Words(SAMPLINGS),
        Default::Word("epochs"),
        |v| is_network(v) && (is_trained(v) || solver_is(v, &["sgd"])),
        "How batches are sampled.",
    )
    .also(&["shuffle"]),
    key(
        "epochs",
        integer(1, MANY),
        Default::From("100, or none with `steps`", rules::default_epochs),
        |v| !given(v, "steps") && !is_direct(v),
        "Maximum number of passes over the training rows; or set `steps`.",
    )
    .also(&["n_epochs", "epoch", "max_epochs"]),
    key(
        "steps",
        integer(1, MANY),
        Default::None,
        |v| !is_direct(v),
        "Maximum number of updates of the weights; replaces `epochs`.",
    )
    .also(&["iterations", "max_steps", "updates"]),
    key(
        "patience",
        integer(1, MANY),
        Default::None,
        is_trained,
        "Early stopping: end after this many epochs without a lower validation loss (training loss if there are no validation rows).",
    )
    .also(&["early_stopping"]),
    key(
        "precision",
        Kind::Words(PRECISIONS),
        Default::Word("f32"),
        is_trained,
        "Floating-point precision of the weights; solvers use 64 bits.",
    )
    .also(&["dtype"]),
    key(
        "gradient_noise",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        is_risk,
        "Standard deviation of the noise on the gradient of a one-weight model.",
    ),
];

//! The one table of keys: name, type, range, choices, default, doc line. Reader, did-you-mean,
//! schema and docs come from it. Long, because it is one table.

use super::choices::{
    ActivationName, BatchName, CONSTANT, ClassWeightsName, ClipName, ELU, EXPONENTIAL, FormatName,
    HUBER, InitName, LEAKY, LossName, ModelName, NORMAL, NormSite, OptimizerName, RateName, STEP,
    ScheduleName, SolverName, SourceName, UNIFORM,
};
use super::key::{Default, Key, key};
use super::kind::{BELOW_ONE, Kind, MANY, NOT_NEGATIVE, POSITIVE, REAL, between, integer};
use super::own;
use super::rules::{
    self, given, has_rows, is_file, is_generator, is_mlp, is_network, is_risk, source_is,
};
use super::rules::{is_direct, is_trained, solver_is};
use super::settings::{OutputActivation, Precision, Sampling};

/// The key of this full name.
pub fn find(name: &str) -> Option<&'static Key> {
    all().iter().find(|key| key.name == name)
}

/// Every key, with those of models that were added.
pub fn all() -> &'static [Key] {
    own::keys()
}

/// Every key of the program itself, in the order in which values are listed.
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
            "none for a one-weight risk; else it must be given",
            rules::default_source,
        ),
        |_| true,
        "Where the rows come from: a generator, or a file.",
    )
    .also(&["generator", "dataset", "data", "file"]),
    key(
        "data.rows",
        integer(1, 100_000_000),
        Default::Integer(512),
        is_generator,
        "Rows that a generator makes, before the split.",
    )
    .also(&["n", "samples", "n_samples", "size"]),
    key(
        "data.noise",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.1),
        is_generator,
        "Standard deviation of the noise that a generator adds: to y for curves, to x for classes.",
    )
    .also(&["sd", "std"]),
    key(
        "data.frequency",
        Kind::Number(POSITIVE),
        Default::Number(2.0),
        |v| source_is(v, &[SourceName::Sine]),
        "ω of the sine sin(ωx).",
    )
    .also(&["omega"]),
    key(
        "data.range",
        Kind::Pair,
        Default::Pair(-3.0, 3.0),
        |v| source_is(v, &[SourceName::Sine, SourceName::Wiggle]),
        "Lowest and highest x of a curve.",
    ),
    key(
        "data.features",
        integer(1, 10_000),
        Default::Integer(2),
        |v| source_is(v, &[SourceName::Linear, SourceName::Gaussian, SourceName::Blobs]),
        "Number of features of `linear`, `gaussian` and `blobs`.",
    )
    .also(&["d", "n_features", "dimensions"]),
    key(
        "data.condition",
        Kind::Number(between(1.0, true, f64::INFINITY, false)),
        Default::Number(1.0),
        |v| source_is(v, &[SourceName::Linear]),
        "Largest over smallest eigenvalue of the covariance of x, for `linear`.",
    )
    .also(&["condition_number"]),
    key(
        "data.classes",
        integer(2, 1000),
        Default::From("3 for blobs, 2 for spirals", rules::default_classes),
        |v| source_is(v, &[SourceName::Blobs, SourceName::Spirals]),
        "Number of classes of `blobs` and `spirals`.",
    )
    .also(&["n_classes", "centers", "arms"]),
    key(
        "data.turns",
        Kind::Number(POSITIVE),
        Default::Number(1.0),
        |v| source_is(v, &[SourceName::Spirals]),
        "Turns of an arm of `spirals`.",
    ),
    key(
        "data.scales",
        Kind::List {
            of: &Kind::Number(REAL),
            least: 0,
        },
        Default::Empty,
        has_rows,
        "Factor on each feature, after generation; an empty list for none.",
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
        "Shift of each feature, after scaling; an empty list for none.",
    )
    .also(&["offset", "shift"]),
    key(
        "data.max_rows",
        integer(1, MANY),
        Default::None,
        is_file,
        "Most rows of a file that are used, before the split: so many of them, drawn by the seed.",
    )
    .also(&["limit", "nrows", "max_samples"]),
    key(
        "data.folds",
        integer(2, 1000),
        Default::None,
        has_rows,
        "Cross-validation: seed s holds out fold s mod k of k, in place of `validation`. Rows are shuffled anew \
         every k seeds, and k seeds are what is trained where the file gives none.",
    )
    .also(&["k_fold", "kfold", "cv", "n_splits"]),
    key(
        "data.validation",
        Kind::Number(BELOW_ONE),
        Default::From("0.25, without `folds`", rules::default_validation),
        has_rows,
        "Share of the rows held out to choose by.",
    )
    .also(&["val", "valid", "validation_split"]),
    key(
        "data.test",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        has_rows,
        "Share of the rows held out to judge the choice by.",
    )
    .also(&["test_split"]),
    key(
        "data.standardize",
        Kind::Bool,
        Default::Bool(false),
        has_rows,
        "Subtract the mean and divide by the standard deviation of the training rows.",
    )
    .also(&["normalize", "normalise"]),
    key(
        "model",
        Kind::Words(ModelName::WORDS),
        Default::Word("mlp"),
        |_| true,
        "The shape of the predictor, or a risk of one weight.",
    )
    .also(&["network", "architecture"]),
    key(
        "depth",
        integer(1, 10_000),
        Default::From("2, where `hidden` is not given", rules::default_depth),
        |v| is_mlp(v) && !given(v, "hidden") || rules::is_residual(v),
        "Number of hidden layers; of a residual network, of those in blocks.",
    )
    .also(&["layers", "n_layers", "hidden_layers"]),
    key(
        "width",
        integer(1, 100_000),
        Default::From("32, where `hidden` is not given", rules::default_width),
        |v| is_mlp(v) && !given(v, "hidden") || rules::is_residual(v),
        "Neurons of every hidden layer.",
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
        "Neurons of each hidden layer, input side first; in place of `depth` and `width`.",
    )
    .also(&["widths", "hidden_sizes"]),
    key(
        "block",
        integer(1, 1000),
        Default::Integer(2),
        rules::is_residual,
        "Hidden layers in a residual block; `depth` must be a multiple of it.",
    )
    .also(&["block_size"]),
    key(
        "activation",
        Kind::Any(&[Kind::Words(ActivationName::WORDS), Kind::Record(LEAKY), Kind::Record(ELU)]),
        Default::Word("relu"),
        |v| is_mlp(v) || rules::is_residual(v) || rules::is_own(v),
        "σ of the hidden layers.",
    )
    .also(&["sigma", "nonlinearity"]),
    key(
        "output",
        Kind::Words(OutputActivation::WORDS),
        Default::From(
            "sigmoid under bce, softmax under cross-entropy, else linear",
            rules::default_output,
        ),
        is_network,
        "σ of the output layer.",
    )
    .also(&["output_activation", "head"]),
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
        "How the weights of a layer start; of a one-weight risk, where its weight starts.",
    )
    .also(&["initialization", "initialisation", "weights"]),
    key(
        "output_bias",
        Kind::Number(REAL),
        Default::None,
        |v| is_network(v) && is_trained(v),
        "Bias of the output layer at the start; as `init` has it where not given.",
    )
    .also(&["bias"]),
    key(
        "batch_norm",
        Kind::List {
            of: &Kind::Words(NormSite::WORDS),
            least: 0,
        },
        Default::Empty,
        |v| is_network(v) && !rules::is_own(v) && is_trained(v),
        "Where linear outputs are normalised over the batch: input, hidden, output.",
    )
    .also(&["batchnorm", "bn", "normalization"]),
    key(
        "layer_norm",
        Kind::List {
            of: &Kind::Words(NormSite::WORDS),
            least: 0,
        },
        Default::Empty,
        |v| is_network(v) && !rules::is_own(v) && is_trained(v),
        "Where they are normalised over the features of each row: input, hidden, output; not beside `batch_norm`.",
    )
    .also(&["layernorm", "ln"]),
    key(
        "dropout",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| is_mlp(v) || rules::is_residual(v),
        "Share p of the activations of every hidden layer that a training step sets to 0; the others it divides by \
         1 − p. The losses of batches, gradients, δ and updates are those of such steps; losses and accuracies of \
         all rows, outputs, and the statistics of activations are without it.",
    )
    .also(&["drop", "dropout_rate", "drop_rate"]),
    key(
        "loss",
        Kind::Any(&[Kind::Words(LossName::WORDS), Kind::Record(HUBER)]),
        Default::From(
            "mse for a number; for classes bce if they are two, else cross-entropy",
            rules::default_loss,
        ),
        is_network,
        "The loss of one row; several outputs have the mean of theirs.",
    )
    .also(&["criterion", "objective"]),
    key(
        "label_smoothing",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| rules::may_be_under(v, &[LossName::CrossEntropy]),
        "ε of the labels y ← (1 − ε)y + ε/k of k classes, for `cross-entropy`, as in PyTorch. Every recorded \
         loss has it in it, of training and held-out rows alike, so that none is 0; the skill of a perfect \
         prediction is 1 all the same.",
    )
    .also(&["smoothing"]),
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
        "What the rows of each class count for, under `bce` and `cross-entropy`; or a weight per class, in the order of \
         the classes. The loss is Σ w_y ℓ / Σ w_y over the rows of a batch, as in PyTorch and by analogy under `bce`, and every recorded \
         loss is such a weighted mean; accuracies are not.",
    )
    .also(&["class_weight", "pos_weight", "weight"]),
    key(
        "solver",
        Kind::Words(SolverName::WORDS),
        Default::Word("none"),
        |_| true,
        "What finds the weights: training with `optimizer`, or for `model = \"linear\"` a solver of its loss.",
    )
    .also(&["method", "direct"]),
    key(
        "gradient_tolerance",
        Kind::Number(POSITIVE),
        Default::From(
            "1e-6 for `gd` and `newton`, where `excess_tolerance` is not given",
            rules::default_gradient_tolerance,
        ),
        |v| solver_is(v, &[SolverName::Gd, SolverName::Sgd, SolverName::Newton]),
        "A solver has converged where ‖∇R(w)‖ is this share of ‖∇R(0)‖, or less.",
    )
    .also(&["tolerance", "tol", "gtol", "rtol"]),
    key(
        "excess_tolerance",
        Kind::Number(POSITIVE),
        Default::None,
        |v| solver_is(v, &[SolverName::Gd, SolverName::Sgd]),
        "A solver has converged where R(w) − R(w*) is this share of R(0) − R(w*), or less; w* is the exact optimum.",
    )
    .also(&["excess_risk", "suboptimality", "ftol"]),
    key(
        "optimizer",
        Kind::Words(OptimizerName::WORDS),
        Default::Word("sgd"),
        is_trained,
        "The update rule.",
    )
    .also(&["optim", "algorithm"]),
    key(
        "lr",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(RateName::WORDS)]),
        Default::From(
            "1e-3, for `rmsprop` and `adagrad` 1e-2, as in PyTorch; \"auto\" for the solvers `gd` and `sgd`",
            rules::default_lr,
        ),
        |v| is_trained(v) || solver_is(v, &[SolverName::Gd, SolverName::Sgd]),
        "The learning rate α.",
    )
    .also(&["learning_rate", "alpha", "eta", "rate", "step_size"]),
    key(
        "schedule",
        Kind::Any(&[
            Kind::Words(ScheduleName::WORDS),
            Kind::Record(STEP),
            Kind::Record(EXPONENTIAL),
        ]),
        Default::Word("constant"),
        is_trained,
        "How the rate moves from update to update, t being those made since `warmup`.",
    )
    .also(&["scheduler", "lr_schedule", "lr_scheduler", "annealing"]),
    key(
        "warmup",
        integer(0, MANY),
        Default::Integer(0),
        is_trained,
        "Updates w before `schedule` begins, over which the rate rises evenly: αt/(w + 1) in the t-th.",
    )
    .also(&["warmup_steps", "warm_up"]),
    key(
        "momentum",
        Kind::Number(BELOW_ONE),
        Default::Number(0.0),
        |v| rules::optimizer_is(v, &[OptimizerName::Sgd, OptimizerName::RmsProp]),
        "β of the velocity of `sgd` and `rmsprop`; 0 for none.",
    ),
    key(
        "nesterov",
        Kind::Bool,
        Default::Bool(false),
        |v| rules::optimizer_is(v, &[OptimizerName::Sgd]),
        "Step along g + βv instead of v, for `sgd`.",
    ),
    key(
        "clip_norm",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(ClipName::WORDS)]),
        Default::Word("none"),
        is_trained,
        "Largest norm of the gradient over all parameters, before penalties; a larger gradient is scaled down to it.",
    )
    .also(&["max_norm", "clipnorm", "grad_clip", "gradient_clip", "clip"]),
    key(
        "clip_value",
        Kind::Any(&[Kind::Number(POSITIVE), Kind::Words(ClipName::WORDS)]),
        Default::Word("none"),
        is_trained,
        "Largest size of an entry of the gradient, after `clip_norm` and before penalties.",
    )
    .also(&["clipvalue"]),
    key(
        "l1",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        is_trained,
        "λ₁ of the L1 penalty on all weights and biases, added to the gradient as λ₁ sign(w).",
    )
    .also(&["lasso", "l1_penalty"]),
    key(
        "weight_decay",
        Kind::Number(NOT_NEGATIVE),
        Default::From("0; 0.01 for `adamw`, as in PyTorch", rules::default_weight_decay),
        is_trained,
        "λ of the L2 penalty on all weights and biases, added to the gradient as λw; `adamw` takes αλw from w beside its step.",
    )
    .also(&["wd", "l2", "decay", "regularization"]),
    key(
        "beta1",
        Kind::Number(BELOW_ONE),
        Default::Number(0.9),
        |v| rules::optimizer_is(v, &[OptimizerName::Adam, OptimizerName::AdamW]),
        "Decay of the mean of the gradient, for `adam` and `adamw`.",
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
        "Decay of the mean of the squared gradient, for `adam`, `adamw` and `rmsprop` (whose `alpha` it is in PyTorch).",
    )
    .also(&["rho"]),
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
        "Added to the root of the squared gradient's mean or sum, for all but `sgd`.",
    )
    .also(&["eps"]),
    key(
        "lr_decay",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        |v| rules::optimizer_is(v, &[OptimizerName::AdaGrad]),
        "η of the rate α/(1 + (t − 1)η) that `adagrad` has in update t.",
    ),
    key(
        "batch",
        Kind::Any(&[integer(1, MANY), Kind::Words(BatchName::WORDS)]),
        Default::Integer(32),
        |v| is_network(v) && (is_trained(v) || solver_is(v, &[SolverName::Sgd])),
        "Rows in a batch; \"full\" for gradient descent.",
    )
    .also(&["batch_size", "minibatch"]),
    key(
        "sampling",
        Kind::Words(Sampling::WORDS),
        Default::Word("epochs"),
        |v| is_network(v) && (is_trained(v) || solver_is(v, &[SolverName::Sgd])),
        "How batches are drawn.",
    )
    .also(&["shuffle"]),
    key(
        "epochs",
        integer(1, MANY),
        Default::From("100, where `steps` is not given", rules::default_epochs),
        |v| !given(v, "steps") && !is_direct(v),
        "Passes over the training rows, at most where something ends it sooner; or give `steps`.",
    )
    .also(&["n_epochs", "epoch", "max_epochs"]),
    key(
        "steps",
        integer(1, MANY),
        Default::None,
        |v| !is_direct(v),
        "Updates of the weights; in place of `epochs`.",
    )
    .also(&["iterations", "max_steps", "updates"]),
    key(
        "patience",
        integer(1, MANY),
        Default::None,
        is_trained,
        "Stop after this many epochs without a better loss (of the validation rows, if any).",
    )
    .also(&["early_stopping"]),
    key(
        "precision",
        Kind::Words(Precision::WORDS),
        Default::Word("f32"),
        is_trained,
        "Bits of a weight; solvers have 64.",
    )
    .also(&["dtype"]),
    key(
        "gradient_noise",
        Kind::Number(NOT_NEGATIVE),
        Default::Number(0.0),
        is_risk,
        "Standard deviation of the noise on the gradient of a one-weight risk.",
    ),
];

//! The names of sweep files, with the words that other libraries and papers use for them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A line per name, with its synonyms. Case and separators do not matter. A suggestion considers only names that are
/// valid at its place, so a word may stand for several: `l2` is `weight_decay` as a key, and `mse` as a loss.
const LINES: &str = "\
# Top of the file
title: name
about: description notes comment
seeds: seed n_seeds num_seeds random_state repeats
max_cells: limit max_configs max_trials
base: defaults default config fixed constants training
grid: axes parameters params sweep search_space hyperparameters
zip: zipped paired together
sample: sampler search n_trials num_samples
stop: pruner pruning halving early_terminate
exclude: skip filter exclusions except
expect: assert check checks expectations tests

# [data]
source: generator dataset data file path
rows: n samples n_samples num_samples size n_rows
noise: sd std sigma
frequency: omega freq
range: domain interval
features: d n_features num_features dimensions dim input_dim
condition: condition_number cond
classes: n_classes num_classes centers arms
scales: scale
offsets: offset shift
max_rows: limit nrows max_samples
folds: k_fold cv n_splits n_folds
validation: val valid validation_split val_split val_size validation_size
test: test_split test_size
standardize: normalize normalise standardise standard_scaler scaler

# [base]
model: network architecture net
depth: layers n_layers num_layers hidden_layers num_hidden_layers n_hidden
width: neurons units hidden_size hidden_dim hidden_units n_units
hidden: widths hidden_sizes hidden_layer_sizes layer_sizes hidden_dims
block: block_size blocks
activation: nonlinearity activation_function act activation_fn act_fn
output: output_activation head final_activation
init: initialization initialisation weights weight_init initializer kernel_initializer init_method
output_bias: bias bias_init
batch_norm: bn normalization batch_normalization norm
layer_norm: ln layer_normalization norm
dropout: drop dropout_rate drop_rate
loss: criterion objective loss_fn loss_function cost
label_smoothing: smoothing
class_weights: class_weight pos_weight weight
solver: method direct
gradient_tolerance: tolerance tol gtol rtol
excess_tolerance: excess_risk suboptimality ftol
optimizer: optim algorithm opt optimiser
lr: learning_rate learn_rate alpha eta rate step_size eta0 learning_rate_init
schedule: scheduler lr_schedule lr_scheduler annealing learning_rate_schedule
warmup: warmup_steps num_warmup_steps
momentum: mu beta
nesterov: nesterov_momentum nesterovs_momentum nag
clip_norm: max_norm max_grad_norm grad_clip gradient_clip clip gradient_clip_val
clip_value: max_grad_value
l1: lasso l1_penalty l1_regularization
weight_decay: wd l2 decay regularization l2_penalty l2_regularization ridge lambda
beta1: betas b1
beta2: rho betas b2
epsilon: eps
batch: batch_size minibatch minibatch_size bs
sampling: shuffle
epochs: n_epochs num_epochs epoch max_epochs max_iter
steps: iterations max_steps updates n_steps num_steps n_iter iters
patience: early_stopping early_stop n_iter_no_change
precision: dtype float_type
gradient_noise: grad_noise

# Fields of tables, and ranges
csv: file path filename table tsv
npy: numpy array
npz: archive
idx: mnist ubyte
target: label labels y target_column label_column output
task: problem kind type problem_type
delimiter: sep separator delim
categories: categorical categorical_columns one_hot cat_features
missing: na nan fillna na_values impute imputation
method: sampler type strategy algorithm pruner
n: samples n_samples num_samples trials n_trials count num points size
seed: random_state rng
grace_period: min_resource min_epochs min_steps first_rung n_warmup_steps
reduction_factor: eta factor
log: loguniform logspace geomspace log10 geometric q_log_uniform
linear: uniform linspace arange range lin
step: steplr step_size multistep
factor: gamma

# Values of [data]
sine: sin sinus
gaussian: normal randn
linear: make_regression regression
moons: make_moons two_moons half_moons
circles: make_circles rings
spirals: spiral two_spirals
blobs: make_blobs clusters
regression: regressor numeric continuous
classification: classifier binary multiclass categorical
,: comma
;: semicolon
tab: \\t tsv
|: pipe bar
drop: ignore dropna remove skip delete
mean: impute average avg

# Values of [base]
mlp: nn network dnn dense feedforward fully_connected fcn ffn
residual: resnet skip resmlp
linear: linear_regression logistic_regression perceptron identity none
relu: rectifier relu6
leaky-relu: lrelu prelu
sigmoid: logistic
silu: swish
elu: selu celu
he: kaiming he_normal kaiming_normal kaiming_uniform he_uniform msra
lecun: lecun_normal lecun_uniform gaussian
glorot: xavier xavier_normal xavier_uniform glorot_normal glorot_uniform
torch: pytorch default
normal: gaussian randn truncated_normal random_normal
uniform: random_uniform
constant: fixed none
mse: l2 squared mean_squared_error squared_error mseloss quadratic
mae: l1 mean_absolute_error absolute_error l1loss
huber: smooth_l1 huberloss smooth_l1_loss
bce: binary_crossentropy bceloss bce_with_logits bcewithlogitsloss log_loss
cross-entropy: ce nll nllloss crossentropyloss categorical_crossentropy softmax_cross_entropy bce
balanced: auto inverse
normal-equations: ols lstsq cholesky closed_form direct least_squares exact
gd: gradient_descent batch_gradient_descent
newton: irls newton_raphson newton_cg second_order
sgd: stochastic_gradient_descent momentum sgd_momentum sgd_with_momentum nesterov nag gd gradient_descent
adam: adamax nadam radam
cosine: cosine_annealing cosineannealinglr cosine_decay
exponential: exp exponentiallr exponential_decay
auto: automatic default
full: all full_batch
epochs: without_replacement
fresh: random with_replacement
f32: float32 fp32 float single
f64: float64 fp64 double
none: off no null false

# Values of [sample] and [stop]
random: uniform rand monte_carlo
sobol: quasi_random qmc halton lhs latin_hypercube
successive-halving: sha hyperband halving median

# [[expect]] and bounds
where: if when filter select cells match
name: title label description
on: metric
fixed_by: fix fixes cure remedy
better_than: better beats outperforms
outcome: status result
diagnosis: cause code problem
train_loss: training_loss loss
validation_loss: val_loss valid_loss eval_loss loss
test_loss: loss
skill: r2 r_squared r2_score train_skill train_r2 score
validation_skill: val_skill val_r2 validation_r2
skill_gap: gap generalization_gap
train_accuracy: train_acc training_accuracy acc accuracy
validation_accuracy: val_acc val_accuracy valid_acc validation_acc acc accuracy
test_accuracy: test_acc acc accuracy
gradient_ratio: grad_ratio
dead_share: dead_neurons dead_units
saturated_share: saturation
excess_risk: excess_loss suboptimality optimality_gap
weight_error: parameter_error
above: gt over more_than greater_than greater >
below: lt under less_than less <
at_least: min ge gte minimum >=
at_most: max le lte maximum <=

# Diagnoses, outcomes and fixes
healthy: ok good learned success none
too-shallow: underfit underfitting capacity too_narrow
undertrained: underfit underfitting not_converged
overfit: overfitting memorized
exploding-gradients: gradient_explosion
learning-rate-too-low: lr_too_low lr_too_small slow
learning-rate-too-high: lr_too_high lr_too_large diverged diverging oscillation
symmetric-init: symmetry
dead-relu: dying_relu dead_neurons
local-minimum: stuck plateau local_minima local_optimum
ill-conditioned: conditioning
unclear: unknown other
finished: completed complete done ok success
diverged: nan exploded inf infinite
stopped-early: early_stopped early_stopping
timed-out: timeout
too-large: oom out_of_memory
crashed: error errored panicked
batch normalization: bn
skip connections: residual resnet
He initialization: he kaiming
LeCun initialization: lecun
PyTorch initialization: torch pytorch
leaky ReLU: lrelu
lower learning rate: lower_lr smaller_learning_rate smaller_lr
higher learning rate: higher_lr larger_learning_rate larger_lr
longer training: more_epochs more_steps
larger batches: bigger_batch batch_size
standardized features: standardize standardization normalization
early stopping: patience
weight decay: l2 regularization
more layers: deeper
fewer layers: shallower
wider layers: more_neurons more_units
smaller network: fewer_neurons
";

static SYNONYMS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let lines = LINES.lines().filter(|line| !line.starts_with('#'));
    // The name may itself be a punctuation mark, but has no colon before a space.
    for (name, words) in lines.filter_map(|line| line.split_once(": ")) {
        all.entry(name).or_default().extend(words.split(' '));
    }
    all
});

/// Returns the synonyms of a name.
pub(super) fn of(name: &str) -> &'static [&'static str] {
    SYNONYMS.get(name).map_or(&[], Vec::as_slice)
}
